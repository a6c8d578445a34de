//! Watches folders: what came to be there, even for a moment, and what stands in it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// Every file that was seen, with everything that was ever read in it.
pub type Seen = BTreeMap<PathBuf, Vec<u8>>;

/// A watch over some folders, from its start to its end.
#[derive(Debug)]
pub struct Watch {
    seen: Arc<Mutex<Seen>>,
    over: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Watch {
    /// Begins to watch; what is there already does not count.
    pub fn start(folders: Vec<PathBuf>) -> Self {
        let mut before = Seen::new();
        folders.iter().for_each(|folder| look(folder, &mut before));
        let seen = Arc::new(Mutex::new(Seen::new()));
        let over = Arc::new(AtomicBool::new(false));
        let (found, end) = (Arc::clone(&seen), Arc::clone(&over));
        let thread = thread::spawn(move || {
            loop {
                // One look more after the end was called, so that the last state is always seen.
                let last = end.load(Ordering::Acquire);
                let mut files = Seen::new();
                folders.iter().for_each(|folder| look(folder, &mut files));
                files.retain(|path, content| before.get(path) != Some(content));
                let mut found = found.lock().unwrap();
                for (path, content) in files {
                    let known: &mut Vec<u8> = found.entry(path).or_default();
                    if !content.is_empty() && !known.ends_with(&content) {
                        known.extend(content);
                    }
                }
                drop(found);
                if last {
                    return;
                }
                thread::sleep(Duration::from_millis(2));
            }
        });
        Self {
            seen,
            over,
            thread: Some(thread),
        }
    }

    /// Ends the watch and tells what was seen.
    ///
    /// # Panics
    /// When the watch itself failed.
    pub fn end(mut self) -> Seen {
        self.over.store(true, Ordering::Release);
        self.thread
            .take()
            .map(JoinHandle::join)
            .transpose()
            .expect("the watch did not fail");
        std::mem::take(&mut self.seen.lock().unwrap())
    }
}

/// Whether a secret stands in these bytes, plainly or as UTF-16.
pub fn holds(bytes: &[u8], secret: &str) -> bool {
    let wide: Vec<u8> = secret.encode_utf16().flat_map(u16::to_le_bytes).collect();
    [secret.as_bytes(), &wide]
        .iter()
        .any(|needle| bytes.windows(needle.len()).any(|part| part == *needle))
}

fn look(folder: &Path, files: &mut Seen) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        match entry.file_type() {
            Ok(kind) if kind.is_dir() => look(&path, files),
            Ok(kind) if kind.is_file() => {
                let content = fs::read(&path).unwrap_or_default();
                files.insert(path, content);
            }
            _ => {
                files.insert(path, Vec::new());
            }
        }
    }
}
