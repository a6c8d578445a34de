//! Child processes that never outlive their story.

use crate::patience;
use std::io::{Read, Write};
use std::os::unix::process::CommandExt;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;

/// A process and everything that it started: one process group, killed when this value is dropped, and also when
/// the test process itself dies, because the guard's standard input then closes.
#[derive(Debug)]
pub struct Process {
    child: Child,
    stdin: Option<ChildStdin>,
    said: Said,
}

/// What a process has said so far, on both outputs.
#[derive(Clone, Debug, Default)]
pub struct Said(Arc<Mutex<Vec<u8>>>);

impl Process {
    /// Starts a program that reads nothing from its standard input.
    pub fn start(command: &Command) -> Self {
        Self::spawn(guarded(command))
    }

    /// Starts a program that is spoken to over its standard input, and ends when that closes.
    pub fn start_spoken_to(command: Command) -> Self {
        Self::spawn(command)
    }

    fn spawn(mut command: Command) -> Self {
        command
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command
            .spawn()
            .unwrap_or_else(|error| panic!("{command:?}: {error}"));
        let said = Said::default();
        said.listen(child.stdout.take().unwrap());
        said.listen(child.stderr.take().unwrap());
        Self {
            stdin: child.stdin.take(),
            child,
            said,
        }
    }

    /// Types one line.
    ///
    /// # Panics
    /// When the process does not listen.
    pub fn type_line(&mut self, line: &str) {
        let stdin = self.stdin.as_mut().expect("an open standard input");
        stdin
            .write_all(format!("{line}\n").as_bytes())
            .expect("a process that listens");
        stdin.flush().unwrap();
    }

    /// What it has said so far.
    pub fn said(&self) -> String {
        self.said.text()
    }

    /// Waits until what it said satisfies the question, and returns the answer.
    ///
    /// # Panics
    /// When it does not say so in time, or ends before.
    #[track_caller]
    pub fn wait_for<T>(&mut self, what: &str, mut question: impl FnMut(&str) -> Option<T>) -> T {
        let said = self.said.clone();
        let child = &mut self.child;
        let what = || format!("{what}; the process said:\n{}", said.text());
        patience::until(what, || {
            let ended = child.try_wait().ok().flatten();
            let answer = question(&said.text());
            if let (Some(status), None) = (ended, &answer) {
                panic!("ended with {status}: {}", what());
            }
            answer
        })
    }

    /// The id of the process group.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Whether it still runs.
    pub fn runs(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }

    /// Sends a signal, by its name, to the whole group.
    pub fn signal(&self, name: &str) {
        // Every shell can do this; a program of this name is not on every machine.
        let act = format!("kill -s {name} -- -{}", self.child.id());
        let _gone = Command::new("sh")
            .args(["-c", &act])
            .stderr(Stdio::null())
            .status();
    }

    /// Closes its standard input and waits for its end.
    ///
    /// # Panics
    /// When it does not end in time.
    pub fn wait(mut self) -> String {
        self.stdin = None;
        let child = &mut self.child;
        patience::until(
            || "the end of a process".to_owned(),
            || child.try_wait().ok().flatten(),
        );
        self.said()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.signal("KILL");
        let _status = self.child.wait();
    }
}

impl Said {
    /// The text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap()).into_owned()
    }

    fn listen(&self, mut stream: impl Read + Send + 'static) {
        let said = self.clone();
        // Not line by line: a question at a prompt has no end of line.
        thread::spawn(move || {
            let mut piece = [0; 4096];
            while let Ok(length @ 1..) = stream.read(&mut piece) {
                said.0.lock().unwrap().extend_from_slice(&piece[..length]);
            }
        });
    }
}

/// The same command below a shell that kills its group as soon as its standard input closes.
fn guarded(command: &Command) -> Command {
    let mut guard = Command::new("sh");
    guard
        .args(["-c", GUARD, "guard"])
        .arg(command.get_program())
        .args(command.get_args());
    guard.env_clear();
    for (name, value) in command.get_envs() {
        if let Some(value) = value {
            guard.env(name, value);
        }
    }
    if let Some(folder) = command.get_current_dir() {
        guard.current_dir(folder);
    }
    guard
}

const GUARD: &str = r#"
exec 3<&0 </dev/null
( cat <&3 >/dev/null 2>&1; kill -KILL 0 ) >/dev/null 2>&1 &
exec 3<&-
"$@" &
wait $!
"#;
