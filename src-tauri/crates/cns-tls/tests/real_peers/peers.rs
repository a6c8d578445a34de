//! Servers that we did not write, started on loopback and ended with the value that stands for them.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};
use url::Url;

/// A running server.
pub(crate) struct Peer {
    process: Child,
    stdin: Option<ChildStdin>,
    lines: mpsc::Receiver<String>,
    port: u16,
}

impl Peer {
    /// `openssl s_server` with these arguments, on a free port. It is listening when this returns.
    pub(crate) fn s_server(arguments: &[&str]) -> Self {
        let mut command = Command::new("openssl");
        command
            .args(["s_server", "-accept", "127.0.0.1:0"])
            .args(arguments);
        let mut peer = Self::start(command, Pipe::Stdout);
        let ready = peer.wait_for("ACCEPT");
        let port = ready.rsplit(':').next().and_then(|port| port.parse().ok());
        peer.port = port.expect("s_server says its port");
        peer
    }

    /// `openssl ocsp` with these arguments, on a free port. It is listening when this returns.
    pub(crate) fn responder(folder: &Path, arguments: &str) -> Self {
        let mut command = Command::new("openssl");
        command
            .args(["ocsp", "-port", "0"])
            .args(arguments.split_whitespace())
            .current_dir(folder);
        let mut peer = Self::start(command, Pipe::Stdout);
        // `ACCEPT [::]:45541 PID=6808`.
        let ready = peer.wait_for("ACCEPT");
        let address = ready.split(" PID").next().unwrap_or_default();
        let port = address.rsplit(':').next().and_then(|port| port.parse().ok());
        peer.port = port.expect("the responder says its port");
        peer
    }

    /// nginx with one `server` block per entry of `servers`; `PORT0`, `PORT1`… in them are the free ports that
    /// [`Peer::url_of`] knows. It is listening when this returns.
    pub(crate) fn nginx(folder: &Path, servers: &str) -> Nginx {
        let ports: Vec<u16> = (0..servers.matches("server {").count())
            .map(|_| free_port())
            .collect();
        let mut servers = servers.to_owned();
        for (index, port) in ports.iter().enumerate() {
            servers = servers.replace(&format!("PORT{index}"), &format!("127.0.0.1:{port}"));
        }
        let here = folder.display();
        let temporary: String = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
            .map(|kind| format!("{kind}_temp_path {here}/{kind};\n"))
            .concat();
        // One process in the foreground: ending it leaves no worker behind.
        let configuration = format!(
            "daemon off;\nmaster_process off;\npid {here}/nginx.pid;\nerror_log stderr info;\n\
             events {{}}\nhttp {{\naccess_log {here}/access.log;\n{temporary}{servers}\n}}\n"
        );
        let path = folder.join("nginx.conf");
        fs::write(&path, configuration).expect("the folder takes a file");
        let mut command = Command::new("nginx");
        command
            .arg("-e")
            .arg("stderr")
            .arg("-p")
            .arg(folder)
            .arg("-c")
            .arg(path);
        let mut peer = Self::start(command, Pipe::Stderr);
        peer.wait_for("event method");
        Nginx {
            peer,
            ports,
            access_log: folder.join("access.log"),
        }
    }

    /// The address of `path` on this server.
    pub(crate) fn url(&self, path: &str) -> Url {
        local_url(self.port, path)
    }

    /// Its port.
    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// Waits for a line that contains `text`, and returns it. A server that stays silent fails the test.
    pub(crate) fn wait_for(&mut self, text: &str) -> String {
        let mut seen = String::new();
        while let Ok(line) = self.lines.recv_timeout(PATIENCE) {
            if line.contains(text) {
                return line;
            }
            seen.push_str(&line);
            seen.push('\n');
        }
        panic!("the server did not say `{text}`; it said:\n{seen}");
    }

    /// Types a line into the server.
    pub(crate) fn type_line(&mut self, line: &str) {
        let stdin = self.stdin.as_mut().expect("the server has a standard input");
        // In one piece: `s_server` takes a letter without its line end for data to send.
        stdin
            .write_all(format!("{line}\n").as_bytes())
            .expect("the server reads");
        stdin.flush().expect("the server reads");
    }

    /// Ends its standard input, which ends `s_server` and its connection.
    pub(crate) fn stop_typing(&mut self) {
        self.stdin = None;
    }

    fn start(mut command: Command, ready_on: Pipe) -> Self {
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let program = command.get_program().to_string_lossy().into_owned();
        let mut process = command
            .spawn()
            .unwrap_or_else(|error| panic!("`{program}` must be installed: {error}"));
        let (said, lines) = mpsc::channel();
        let stdout = BufReader::new(process.stdout.take().expect("piped"));
        let stderr = BufReader::new(process.stderr.take().expect("piped"));
        // Both pipes are read to their end, or the server would stop in the middle of a full one.
        let (told, quiet) = match ready_on {
            Pipe::Stdout => (
                Box::new(stdout) as Box<dyn BufRead + Send>,
                Box::new(stderr) as Box<dyn BufRead + Send>,
            ),
            Pipe::Stderr => (
                Box::new(stderr) as Box<dyn BufRead + Send>,
                Box::new(stdout) as Box<dyn BufRead + Send>,
            ),
        };
        let also_said = said.clone();
        thread::spawn(move || {
            told.lines()
                .map_while(Result::ok)
                .try_for_each(|line| said.send(line))
        });
        thread::spawn(move || {
            quiet
                .lines()
                .map_while(Result::ok)
                .try_for_each(|line| also_said.send(line))
        });
        Self {
            stdin: process.stdin.take(),
            process,
            lines,
            port: 0,
        }
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        self.process.kill().ok();
        self.process.wait().ok();
    }
}

/// A running nginx.
pub(crate) struct Nginx {
    peer: Peer,
    ports: Vec<u16>,
    access_log: std::path::PathBuf,
}

impl Nginx {
    /// The address of `path` on the `index`th server.
    pub(crate) fn url_of(&self, index: usize, path: &str) -> Url {
        local_url(self.ports[index], path)
    }

    /// Waits until it says a line that contains `text` (its log, level `info`).
    pub(crate) fn wait_for(&mut self, text: &str) -> String {
        self.peer.wait_for(text)
    }

    /// The requests it has served, one per line, once the last of them is written down: nginx answers first and
    /// writes its log after that.
    pub(crate) fn requests_up_to(&self, last: &str) -> String {
        let patience = Instant::now() + PATIENCE;
        loop {
            let requests = self.requests();
            if requests.ends_with(&format!("{last}\n")) || Instant::now() > patience {
                return requests;
            }
            thread::sleep(Duration::from_millis(5));
        }
    }

    /// The requests it has served, one per line, as far as they are written down.
    pub(crate) fn requests(&self) -> String {
        fs::read_to_string(&self.access_log).unwrap_or_default()
    }
}

/// A server that takes connections and says nothing.
pub(crate) fn hanging() -> (TcpListener, Url) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("loopback");
    let port = listener.local_addr().expect("bound").port();
    (listener, local_url(port, "/"))
}

/// A port on which nobody listens.
pub(crate) fn free_port() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("loopback");
    listener.local_addr().expect("bound").port()
}

/// An https address on this computer.
pub(crate) fn local_url(port: u16, path: &str) -> Url {
    Url::parse(&format!("https://localhost:{port}{path}")).expect("an address")
}

enum Pipe {
    Stdout,
    Stderr,
}

/// How long a server may stay silent before a test that waits for its word fails.
const PATIENCE: Duration = Duration::from_secs(20);
