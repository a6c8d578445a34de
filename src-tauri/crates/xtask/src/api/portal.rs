//! The portal that the runs speak with: the real program, with a folder of its own.

use super::pki;
use crate::{Failure, repository, shell};
use serde_json::Value;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;

/// A portal that serves until this is dropped.
pub(super) struct Portal {
    folder: PathBuf,
    program: Child,
    hosts: Hosts,
}

/// Where its hosts listen.
#[derive(Clone)]
pub(super) struct Hosts {
    pub(super) cns: String,
    pub(super) api: String,
    pub(super) operator: String,
}

impl Portal {
    /// Builds the portal, makes its certificates, keys and settings in the folder, and starts it.
    pub(super) fn start(folder: &Path) -> Result<Self, Failure> {
        shell::run(repository::cargo().args(["build", "--package", "cns-portal"]))?;
        let program = repository::target()?.join("debug/cns-portal");
        prepare(folder)?;
        shell::output(Command::new(&program).arg("make-keys").arg(folder.join("keys")))?;
        let mut add = Command::new(&program);
        add.args(["operator", "add", "--config"])
            .arg(folder.join("portal.toml"))
            .arg(OPERATOR);
        shell::asked(&mut add, &format!("{PASSWORD}\n"))?;
        let mut serve = Command::new(&program);
        serve.args(["serve", "--config"]).arg(folder.join("portal.toml"));
        serve
            .env_remove("RUST_LOG")
            .stdin(Stdio::null())
            .stderr(Stdio::piped());
        let mut program = serve.spawn().map_err(|error| Failure::NotStarted {
            program: "cns-portal".to_owned(),
            error,
        })?;
        let Some(log) = program.stderr.take() else {
            return Err(unreadable());
        };
        let mut lines = BufReader::new(log).lines().map_while(Result::ok);
        let hosts = Hosts::from(lines.by_ref().inspect(|line| eprintln!("{line}")));
        // It is read all the time, or the portal would stop in the middle of a full pipe. Requests are not shown.
        thread::spawn(move || {
            for line in lines.filter(|line| !line.contains(" request: ")) {
                eprintln!("{line}");
            }
        });
        match hosts {
            Some(hosts) => Ok(Self {
                folder: folder.to_owned(),
                program,
                hosts,
            }),
            None => Err(unreadable()),
        }
    }

    pub(super) fn hosts(&self) -> &Hosts {
        &self.hosts
    }

    /// What the portal says of its API.
    pub(super) fn description(&self) -> Result<String, Failure> {
        shell::output(curl(&self.folder).arg(format!("https://{}/rest/v1/openapi.json", self.hosts.api)))
    }
}

impl Drop for Portal {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ended = self.program.kill();
        let _status = self.program.wait();
    }
}

impl Hosts {
    /// From what the portal says until it is ready.
    fn from(said: impl Iterator<Item = String>) -> Option<Self> {
        let mut operator = None;
        for line in said {
            let field = |name| line.split_whitespace().find_map(|word| word.strip_prefix(name));
            operator = operator.or_else(|| field("operator=").map(str::to_owned));
            if let (Some(cns), Some(api)) = (field("cns="), field("api=")) {
                return Some(Self {
                    cns: cns.to_owned(),
                    api: api.to_owned(),
                    operator: operator?,
                });
            }
        }
        None
    }
}

/// A `curl` that knows the hosts' authority and takes no refusal for an answer.
pub(super) fn curl(folder: &Path) -> Command {
    let mut curl = Command::new("curl");
    curl.current_dir(folder);
    curl.args([
        "--silent",
        "--show-error",
        "--fail-with-body",
        "--cacert",
        "server-ca.pem",
    ]);
    curl
}

/// Posts a body, which no other process sees among the arguments.
pub(super) fn post(
    folder: &Path,
    host: &str,
    path: &str,
    token: Option<&str>,
    body: &Value,
) -> Result<String, Failure> {
    let mut post = curl(folder);
    post.args([
        "--header",
        "Content-Type: application/json",
        "--data-binary",
        "@-",
    ]);
    if let Some(token) = token {
        post.args(["--header", &format!("Authorization: Bearer {token}")]);
    }
    post.arg(format!("https://{host}{path}"));
    shell::asked(&mut post, &body.to_string())
}

fn prepare(folder: &Path) -> Result<(), Failure> {
    for authority in ["citizens-ca", "server-ca"] {
        pki::authority(folder, authority)?;
    }
    for host in ["cns", "api", "operator"] {
        pki::server(folder, host)?;
    }
    for own in ["data", "letters"] {
        let own = folder.join(own);
        private(&own).map_err(Failure::file(&own))?;
    }
    let settings = folder.join("portal.toml");
    fs::write(&settings, include_str!("portal.toml")).map_err(Failure::file(&settings))
}

/// A folder that nobody else may read: the portal does not start with another.
#[cfg(unix)]
fn private(folder: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::DirBuilderExt as _;
    fs::DirBuilder::new().mode(0o700).create(folder)
}

#[cfg(not(unix))]
fn private(folder: &Path) -> std::io::Result<()> {
    fs::create_dir(folder)
}

fn unreadable() -> Failure {
    Failure::Unreadable {
        source: "`cns-portal serve`".to_owned(),
    }
}

/// Who sits at the counter.
pub(super) const OPERATOR: &str = "paola";
pub(super) const PASSWORD: &str = "correct horse battery staple";
