//! Squid, as an office runs it: the only way out, for everybody or for who has a password.

use crate::place::Place;
use crate::ports;
use crate::process::Process;
use std::fs;
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use tempfile::TempDir;

/// A running squid.
#[derive(Debug)]
pub struct Squid {
    /// Its port on the loopback.
    pub port: u16,
    // It runs as somebody else, who cannot enter a place of ours.
    folder: TempDir,
    _process: Process,
}

impl Squid {
    /// Who may go out, where it wants to be told.
    pub const NAME: &str = "mario";
    /// That person's password.
    pub const PASSWORD: &str = "porta%41:one";

    /// Starts one that lets everybody on this computer through.
    ///
    /// # Panics
    /// When it does not start.
    pub fn open(place: &Place) -> Self {
        Self::start(place, "", "allow localhost")
    }

    /// Starts one that wants a name and a password (RFC 7617).
    ///
    /// # Panics
    /// When it does not start.
    pub fn with_password(place: &Place) -> Self {
        let auth = "auth_param basic program /usr/lib/squid/basic_ncsa_auth {folder}/users\n\
                    auth_param basic realm ufficio\nacl known proxy_auth REQUIRED";
        Self::start(place, auth, "allow known")
    }

    fn start(place: &Place, auth: &str, who: &str) -> Self {
        let folder = TempDir::new().unwrap();
        let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
        let hashed = place
            .command("openssl")
            .args(["passwd", "-apr1", Self::PASSWORD])
            .output();
        let hashed = String::from_utf8(hashed.unwrap().stdout).unwrap();
        write("users", &format!("{}:{hashed}", Self::NAME));
        // A name that this proxy alone can find.
        write("hosts", "127.0.0.1 portale.example\n");
        let port = ports::free_pair();
        let configuration = CONFIGURATION
            .replace("{auth}", auth)
            .replace("{who}", who)
            .replace("{port}", &port.to_string())
            .replace("{folder}", &folder.path().display().to_string());
        write("squid.conf", &configuration);
        open_to_all(folder.path(), 0o777);
        for file in ["users", "hosts", "squid.conf"] {
            open_to_all(&folder.path().join(file), 0o644);
        }
        let mut command = place.command("squid");
        command.args(["-N", "-f"]).arg(folder.path().join("squid.conf"));
        let mut process = Process::start(&command);
        process.wait_for("squid", |_| TcpStream::connect(("127.0.0.1", port)).ok());
        Self {
            port,
            folder,
            _process: process,
        }
    }

    /// What it was asked for: a line for each request.
    ///
    /// # Panics
    /// When its log cannot be read.
    pub fn asked(&self) -> String {
        fs::read_to_string(self.folder.path().join("access.log")).unwrap_or_default()
    }
}

fn open_to_all(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

const CONFIGURATION: &str = "\
{auth}
http_port 127.0.0.1:{port}
pid_filename {folder}/squid.pid
cache_log {folder}/cache.log
access_log stdio:{folder}/access.log
cache deny all
cache_mem 8 MB
coredump_dir {folder}
shutdown_lifetime 0 seconds
netdb_filename none
pinger_enable off
dns_nameservers 127.0.0.1
hosts_file {folder}/hosts
acl gone dst 127.0.0.3
http_access deny gone
http_access {who}
http_access deny all
";
