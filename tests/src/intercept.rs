//! A program that reads every connection of this computer, with an authority of its own: mitmproxy.

use crate::place::Place;
use crate::ports;
use crate::process::Process;
use crate::programs;
use std::fs;
use std::net::TcpStream;
use std::path::PathBuf;

/// A running mitmproxy.
#[derive(Debug)]
pub struct Intercept {
    /// Its port on the loopback, where it is spoken to as a proxy.
    pub port: u16,
    /// Its authority, PEM: on a computer that it reads, it stands among the system's.
    pub authority: PathBuf,
    _process: Process,
}

impl Intercept {
    /// How its authority calls itself.
    pub const AUTHORITY: &str = "mitmproxy";

    /// Starts one.
    ///
    /// # Panics
    /// When it does not start: `cargo xtask tools` installs it.
    pub fn start(place: &Place) -> Self {
        let port = ports::free_pair();
        let folder = place.file("intercept");
        fs::create_dir_all(&folder).unwrap();
        let mut command = place.command("python3");
        command.env("PYTHONPATH", programs::intercept()).args([
            "-s",
            "-B",
            "-c",
            "from mitmproxy.tools.main import mitmdump; mitmdump()",
            "-q",
            "--listen-host",
            "127.0.0.1",
            "-p",
            &port.to_string(),
            "--set",
            &format!("confdir={}", folder.display()),
            // Whom it believes is not what these stories are about.
            "--set",
            "ssl_insecure=true",
        ]);
        let mut process = Process::start(&command);
        process.wait_for("mitmproxy", |_| TcpStream::connect(("127.0.0.1", port)).ok());
        Self {
            port,
            authority: folder.join("mitmproxy-ca-cert.pem"),
            _process: process,
        }
    }
}
