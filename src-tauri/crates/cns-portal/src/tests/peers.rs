//! Programs of other people, with which the portal talks: `tests/peers`, on a port of the loopback.

use serde_json::Value;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// A peer that runs, and ends when this is dropped.
pub(crate) struct Peer {
    pub(crate) port: u16,
    said: Arc<Mutex<Vec<Value>>>,
    child: Child,
    /// Its end is the peer's end, even when the test is killed.
    _stdin: Option<ChildStdin>,
}

impl Peer {
    pub(crate) fn start(name: &str, arguments: &[&str]) -> Self {
        let project = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../..");
        let mut child = Command::new("python3")
            .arg("-B")
            .arg(project.join("tests/peers").join(name))
            .args(arguments)
            .env("PYTHONPATH", tools())
            .env("PYTHONWARNINGS", "ignore")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let port = lines
            .next()
            .unwrap_or_else(|| panic!("{name} does not start: `cargo xtask tools` installs what it needs"))
            .unwrap()
            .parse()
            .unwrap();
        let said = Arc::new(Mutex::new(Vec::new()));
        let heard = Arc::clone(&said);
        std::thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                let value = serde_json::from_str(&line).unwrap();
                heard.lock().unwrap().push(value);
            }
        });
        Self {
            port,
            said,
            _stdin: child.stdin.take(),
            child,
        }
    }

    /// What it has said since it began.
    pub(crate) fn said(&self) -> Vec<Value> {
        self.said.lock().unwrap().clone()
    }

    /// What it has said, once that is as much as this.
    pub(crate) async fn said_at_least(&self, count: usize) -> Vec<Value> {
        for _ in 0..PATIENCE * 100 {
            let said = self.said();
            if said.len() >= count {
                return said;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("{} of {count}", self.said().len());
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// Where `cargo xtask tools` put what the peers need.
pub(crate) fn tools() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let target = test.ancestors().nth(3).unwrap();
    let tools = target.join("tools");
    assert!(
        tools.is_dir(),
        "{} is missing: `cargo xtask tools` makes it",
        tools.display()
    );
    tools
}

const PATIENCE: u32 = 20;
