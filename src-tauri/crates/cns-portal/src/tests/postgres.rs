//! A PostgreSQL of the tests' own: the programs that the system installed, a folder, a free port of the loopback.

use std::ffi::OsStr;
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::atomic::{AtomicU32, Ordering};

/// A running cluster. It ends, and its folder vanishes, when this is dropped.
pub(crate) struct Cluster {
    folder: PathBuf,
    port: u16,
}

impl Cluster {
    /// Makes a cluster and starts it. It trusts whoever reaches its port, and it does not wait for the disk.
    pub(crate) fn start() -> Self {
        static STARTED: AtomicU32 = AtomicU32::new(0);
        let number = STARTED.fetch_add(1, Ordering::Relaxed);
        let folder =
            std::env::temp_dir().join(format!("cns-portal-postgres-{}-{number}", std::process::id()));
        // Left over by a test that was killed, whose number this process has got.
        std::fs::remove_dir_all(&folder).ok();
        std::fs::create_dir(&folder).unwrap();
        if as_root() {
            run(Command::new("chown").arg("postgres").arg(&folder));
        }
        // The port is free now; whoever takes it meanwhile makes the start fail, and the test with it.
        let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = free.local_addr().unwrap().port();
        drop(free);
        let cluster = Self { folder, port };
        let data = cluster.folder.join("data");
        run(program("initdb")
            .args(["-A", "trust", "-U", "portal", "-E", "UTF8", "--no-sync", "-D"])
            .arg(&data));
        let options = format!(
            "-p {port} -h 127.0.0.1 -k {} -F -c max_connections=200",
            cluster.folder.display()
        );
        run(program("pg_ctl")
            .args(["start", "-w", "-s", "-o", &options, "-l"])
            .arg(cluster.folder.join("log"))
            .arg("-D")
            .arg(&data));
        cluster
    }

    /// The address of one of its databases.
    pub(crate) fn url(&self, database: &str) -> String {
        format!("postgres://portal@127.0.0.1:{}/{database}", self.port)
    }

    /// Makes an empty database, and says its address.
    pub(crate) fn create(&self, database: &str) -> String {
        run(program("createdb")
            .args(["-h", "127.0.0.1", "-U", "portal", "-p"])
            .arg(self.port.to_string())
            .arg(database));
        self.url(database)
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let data = self.folder.join("data");
        let stopped = program("pg_ctl")
            .args(["stop", "-s", "-m", "immediate", "-D"])
            .arg(data)
            .status();
        assert!(stopped.is_ok_and(|status| status.success()) || std::thread::panicking());
        std::fs::remove_dir_all(&self.folder).ok();
    }
}

/// Makes a database like another one, and says its address. `url` is any address of the cluster.
pub(crate) fn copy_of(template: &str, url: &str) -> String {
    static MADE: AtomicU32 = AtomicU32::new(0);
    let name = format!("t{}_{}", std::process::id(), MADE.fetch_add(1, Ordering::Relaxed));
    let (server, _) = url.rsplit_once('/').unwrap();
    let (_, address) = server.rsplit_once('@').unwrap();
    let (host, port) = address.split_once(':').unwrap();
    run(program("createdb").args(["-h", host, "-p", port, "-U", "portal", "-T", template, &name]));
    format!("{server}/{name}")
}

/// One of PostgreSQL's programs, which are not in the PATH. The server refuses to run as root.
pub(crate) fn program(name: &str) -> Command {
    let path = newest(Path::new("/usr/lib/postgresql"))
        .map(|version| version.join("bin").join(name))
        .filter(|path| path.exists())
        .unwrap_or_else(|| PathBuf::from(name));
    if !as_root() {
        return Command::new(path);
    }
    let mut command = Command::new("setpriv");
    command.args(["--reuid", "postgres", "--regid", "postgres", "--clear-groups"]);
    command.arg(path).current_dir("/");
    command
}

fn newest(folder: &Path) -> Option<PathBuf> {
    let versions = std::fs::read_dir(folder).ok()?;
    versions
        .filter_map(|entry| Some(entry.ok()?.path()))
        .max_by_key(|path| path.file_name().and_then(OsStr::to_str)?.parse::<u32>().ok())
}

fn as_root() -> bool {
    let said = Command::new("id").arg("-u").output().unwrap();
    said.stdout.trim_ascii() == b"0"
}

#[track_caller]
fn run(command: &mut Command) {
    let Output {
        status,
        stdout,
        stderr,
    } = command
        .output()
        .unwrap_or_else(|error| panic!("{command:?}: {error}: `cargo xtask test` installs what is needed"));
    let said = String::from_utf8_lossy(&[stdout, stderr].concat()).into_owned();
    assert!(status.success(), "{command:?}: {said}");
}
