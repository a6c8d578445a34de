//! The program, running with a configuration of its own.

use crate::pki;
use std::net::SocketAddr;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};
use tokio::sync::mpsc;

/// The program, killed when the test ends early.
pub(crate) struct Program {
    child: Child,
    log: mpsc::UnboundedReceiver<String>,
    lines: Vec<String>,
}

impl Program {
    pub(crate) fn serve(config: &Path) -> Self {
        Self::serve_logging(config, None)
    }

    /// Serves, and logs what `filter` says, as an operator who looks for a fault would have it.
    pub(crate) fn serve_logging(config: &Path, filter: Option<&str>) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_cns-portal"));
        match filter {
            Some(filter) => command.env("RUST_LOG", filter),
            None => command.env_remove("RUST_LOG"),
        };
        let mut child = command
            .arg("serve")
            .arg("--config")
            .arg(config)
            .stdin(Stdio::null())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let mut written = BufReader::new(child.stderr.take().unwrap()).lines();
        let (read, log) = mpsc::unbounded_channel();
        // It is read all the time, or the program would stop in the middle of a full pipe.
        tokio::spawn(async move {
            while let Some(line) = written.next_line().await.unwrap() {
                read.send(line).ok();
            }
        });
        Self {
            child,
            log,
            lines: Vec::new(),
        }
    }

    pub(crate) async fn line(&mut self) -> Option<String> {
        let line = tokio::time::timeout(PATIENCE, self.log.recv())
            .await
            .expect("the program says something");
        self.lines.extend(line);
        self.lines.last().cloned()
    }

    /// The two addresses, once it is ready.
    pub(crate) async fn addresses(&mut self) -> (SocketAddr, SocketAddr) {
        loop {
            let line = self.line().await.unwrap();
            if line.contains(" ready ") {
                return addresses(&line);
            }
        }
    }

    pub(crate) async fn end_with(mut self, signal: &str) -> (Option<i32>, Vec<String>) {
        let pid = self.child.id().unwrap().to_string();
        assert!(
            Command::new("kill")
                .args([signal, &pid])
                .status()
                .await
                .unwrap()
                .success()
        );
        while let Some(line) = tokio::time::timeout(PATIENCE, self.log.recv()).await.unwrap() {
            self.lines.push(line);
        }
        let status = tokio::time::timeout(PATIENCE, self.child.wait())
            .await
            .expect("the program ends")
            .unwrap();
        (status.code(), self.lines)
    }
}

/// The two addresses of the line that says that the portal is ready.
pub(crate) fn addresses(line: &str) -> (SocketAddr, SocketAddr) {
    let field = |name: &str| {
        let value = line.split_whitespace().find_map(|word| word.strip_prefix(name));
        value
            .unwrap_or_else(|| panic!("no {name} in {line}"))
            .parse()
            .unwrap()
    };
    (field("cns="), field("api="))
}

pub(crate) fn write_config(folder: &Path) -> std::path::PathBuf {
    write_files(folder, ["cns.pem", "cns.key", "api.pem", "api.key"]);
    std::fs::rename(folder.join("client-roots"), folder.join("roots")).unwrap();
    std::fs::create_dir(folder.join("data")).unwrap();
    let text = r#"
client_roots = ["roots"]
database = "data/portal.sqlite"
keys = "keys"
[cns]
listen = "127.0.0.1:0"
certificate = "cns.pem"
key = "cns.key"
[api]
listen = "127.0.0.1:0"
certificate = "api.pem"
key = "api.key"
"#;
    let path = folder.join("portal.toml");
    std::fs::write(&path, text).unwrap();
    path
}

pub(crate) fn write_files(folder: &Path, names: [&str; 4]) {
    cns_portal::KeyFiles::make(&folder.join("keys")).unwrap();
    let root = &pki::authority().root_pem;
    std::fs::create_dir(folder.join("client-roots")).unwrap();
    std::fs::write(folder.join("client-roots/regione.pem"), root).unwrap();
    let (cns, api) = (pki::server_authority().server(), pki::server_authority().server());
    for (name, text) in names.into_iter().zip([cns.0, cns.1, api.0, api.1]) {
        write_private(&folder.join(name), &text);
    }
}

/// What others may read keeps the portal from starting.
pub(crate) fn write_private(path: &Path, text: &str) {
    use std::os::unix::fs::PermissionsExt;
    std::fs::write(path, text).unwrap();
    std::fs::set_permissions(path, PermissionsExt::from_mode(0o600)).unwrap();
}

const PATIENCE: Duration = Duration::from_secs(20);
