//! A pcscd that sees no readers but vpcd's, beside whatever else runs on this machine.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// A running pcscd; dropping it kills it.
pub(crate) struct Pcscd {
    process: Child,
    port: u16,
}

impl Pcscd {
    /// Where the library finds the pcscd of this folder.
    pub(crate) fn socket(folder: &Path) -> PathBuf {
        folder.join("run/pcscd.comm")
    }

    /// Starts pcscd with the two readers of vpcd.
    pub(crate) fn start(folder: &Path) -> Self {
        let port = free_port_pair();
        let device = format!("/dev/null:0x{port:X}");
        Self::spawn(
            folder,
            port,
            &format!(
                "FRIENDLYNAME \"Virtual PCD\"\nDEVICENAME {device}\nLIBPATH {VPCD_LIBRARY}\nCHANNELID 0x{port:X}\n"
            ),
        )
    }

    /// Starts pcscd without any reader.
    pub(crate) fn start_without_readers(folder: &Path) -> Self {
        Self::spawn(folder, 0, "")
    }

    /// The port on which the reader in this slot waits for its card.
    pub(crate) fn port(&self, slot: u16) -> u16 {
        self.port + slot
    }

    /// Ends pcscd in good order.
    pub(crate) fn terminate(mut self) {
        let status = Command::new("kill")
            .args(["-TERM", &self.process.id().to_string()])
            .status()
            .unwrap();
        assert!(status.success());
        self.process.wait().unwrap();
    }

    /// Ends pcscd as a crash would.
    pub(crate) fn crash(mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }

    // The socket and the pid file of pcscd are fixed at /run/pcscd: in a mount namespace of its own that is our folder.
    fn spawn(folder: &Path, port: u16, readers: &str) -> Self {
        let run = folder.join("run");
        let readers_folder = folder.join("readers");
        // What a crashed one left behind goes.
        let _ = std::fs::remove_dir_all(&run);
        std::fs::create_dir_all(&run).unwrap();
        std::fs::create_dir_all(&readers_folder).unwrap();
        std::fs::write(readers_folder.join("vpcd"), readers).unwrap();
        let script = format!(
            "mkdir -p /run/pcscd && mount --bind '{}' /run/pcscd && exec /usr/sbin/pcscd --foreground --config '{}'",
            run.display(),
            readers_folder.display(),
        );
        let process = Command::new("unshare")
            .args(["--mount", "--map-root-user", "sh", "-c", &script])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        Self { process, port }
    }
}

impl Drop for Pcscd {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Two ports next to each other that nobody listens on.
fn free_port_pair() -> u16 {
    loop {
        let first = TcpListener::bind("0.0.0.0:0").unwrap();
        let port = first.local_addr().unwrap().port();
        if port < u16::MAX && TcpListener::bind(("0.0.0.0", port + 1)).is_ok() {
            return port;
        }
    }
}

const VPCD_LIBRARY: &str = "/usr/lib/pcsc/drivers/serial/libifdvpcd.so";
