//! What a page gives to be saved: it is asked about, and comes only when the person says so, where they said.

#[cfg(not(target_os = "linux"))]
#[path = "saving/by_tauri.rs"]
mod platform;
#[cfg(target_os = "linux")]
#[path = "saving/webkitgtk.rs"]
mod platform;

pub(super) use platform::{ask_first, ask_in, begin};

use super::pane::Told;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use tauri::Url;

/// Hears what happens to files.
pub(super) trait Say: Fn(Told) + Clone + Send + Sync + 'static {}

impl<F: Fn(Told) + Clone + Send + Sync + 'static> Say for F {}

/// The one file that may come, since the person said so.
#[derive(Clone, Debug, Default)]
pub(super) struct Permit(Arc<Mutex<State>>);

#[derive(Debug, Default)]
enum State {
    /// No file may come.
    #[default]
    Nothing,
    /// This one, and where to.
    Asked(Url, PathBuf),
    /// It is on its way.
    Coming,
}

impl Permit {
    /// Permits this file to come, to this place.
    pub(super) fn give(&self, url: &Url, to: PathBuf) {
        *self.lock() = State::Asked(url.clone(), to);
    }

    /// Where this file goes, if it is the one. It is used up by that.
    fn take(&self, url: &Url) -> Option<PathBuf> {
        let mut state = self.lock();
        let State::Asked(asked, to) = &mut *state else {
            return None;
        };
        if asked != url {
            return None;
        }
        let to = std::mem::take(to);
        *state = State::Coming;
        Some(to)
    }

    /// Whether the file that has ended was the one: what was refused ends as well.
    fn end(&self) -> bool {
        let mut state = self.lock();
        let coming = matches!(*state, State::Coming);
        if coming {
            *state = State::Nothing;
        }
        coming
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A file's name as a server proposes it, without anything that leads elsewhere or hides the file.
fn plain_name(proposed: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | ' ');
    let name: String = proposed
        .chars()
        .filter(|c| plain(*c))
        .take(LONGEST_NAME)
        .collect();
    match name.trim_matches(['.', ' ']) {
        "" => "documento".to_owned(),
        name => name.to_owned(),
    }
}

/// A name in the folder that no file has.
pub(super) fn free_name(folder: &Path, name: &str) -> PathBuf {
    let (stem, end) = match name.rsplit_once('.') {
        Some((stem, end)) => (stem, format!(".{end}")),
        None => (name, String::new()),
    };
    let numbered = (2..).map(|number| folder.join(format!("{stem} ({number}){end}")));
    std::iter::once(folder.join(name))
        .chain(numbered)
        .find(|path| !path.exists())
        .unwrap_or_else(|| folder.join(name))
}

const LONGEST_NAME: usize = 100;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_saved_under_a_plain_name_and_over_no_other() {
        for (proposed, expected) in [
            ("estratto conto.pdf", "estratto conto.pdf"),
            ("..\\..\\a.pdf", "a.pdf"),
            ("../../a.pdf", "a.pdf"),
            (".bashrc", "bashrc"),
            ("::", "documento"),
        ] {
            assert_eq!(plain_name(proposed), expected);
        }
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(free_name(folder.path(), "a.pdf"), folder.path().join("a.pdf"));
        std::fs::write(folder.path().join("a.pdf"), "").unwrap();
        assert_eq!(free_name(folder.path(), "a.pdf"), folder.path().join("a (2).pdf"));
    }

    #[test]
    fn a_permit_is_for_one_file_once() {
        let (permit, url) = (Permit::default(), |path: &str| {
            Url::parse(&format!("https://ente.example/{path}")).unwrap()
        });
        assert!(permit.take(&url("a")).is_none() && !permit.end());
        permit.give(&url("a"), "/tmp/a".into());
        assert!(permit.take(&url("b")).is_none() && !permit.end());
        assert_eq!(permit.take(&url("a")), Some("/tmp/a".into()));
        assert!(permit.take(&url("a")).is_none());
        assert!(permit.end() && !permit.end());
    }
}
