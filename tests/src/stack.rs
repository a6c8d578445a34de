//! A private PC/SC service: the system's real `pcscd` with the virtual reader's real driver.
//!
//! A second `pcscd` on one machine would refuse to start, because the place of its socket is fixed. Here it runs in
//! a mount namespace of its own, where that place is a folder of the story; clients are led there by
//! `PCSCLITE_CSOCK_NAME`. The drivers of real readers are hidden from it, so that no real card is ever touched.

use crate::patience;
use crate::place::Place;
use crate::ports;
use crate::process::Process;
use std::cell::RefCell;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The service, and how its clients find it.
#[derive(Debug)]
pub struct Stack {
    folder: tempfile::TempDir,
    port: u16,
    service: Option<Process>,
}

impl Stack {
    /// Starts the service with two virtual readers.
    pub fn start() -> Self {
        let mut stack = Self::stopped();
        stack.run(true);
        stack
    }

    /// Starts the service without any reader.
    pub fn start_without_readers() -> Self {
        let mut stack = Self::stopped();
        stack.run(false);
        stack
    }

    /// A service that does not run yet.
    ///
    /// # Panics
    /// When its folder cannot be made.
    pub fn stopped() -> Self {
        Self::in_folder(
            tempfile::Builder::new()
                .prefix("spp-")
                .tempdir_in("/tmp")
                .expect("a folder under /tmp"),
        )
    }

    /// A service that does not run yet, and whose place in `parent` is known beforehand: see [`Stack::socket_in`].
    ///
    /// # Panics
    /// When its folder cannot be made, or is there already.
    pub fn stopped_in(parent: &Path) -> Self {
        let mut known = tempfile::Builder::new();
        let known = known.prefix(KNOWN_NAME).rand_bytes(0);
        Self::in_folder(known.tempdir_in(parent).expect("a folder of its own"))
    }

    /// Where the clients of a service that is started in `parent` will find it.
    pub fn socket_in(parent: &Path) -> PathBuf {
        socket(&parent.join(KNOWN_NAME))
    }

    fn in_folder(folder: tempfile::TempDir) -> Self {
        fs::create_dir(folder.path().join("run")).unwrap();
        Self {
            folder,
            port: ports::free_pair(),
            service: None,
        }
    }

    /// Runs the service, with the virtual readers or without.
    ///
    /// # Panics
    /// When `pcscd` or the driver of the virtual reader is not installed.
    pub fn run(&mut self, readers: bool) {
        self.stop();
        let configuration = self.folder.path().join("conf");
        let _old = fs::remove_dir_all(&configuration);
        fs::create_dir(&configuration).unwrap();
        if readers {
            let driver = self.folder.path().join("libifdvpcd.so");
            fs::copy(installed_driver(), &driver).expect("the driver of the virtual reader");
            let text = format!(
                "FRIENDLYNAME \"Virtual PCD\"\nDEVICENAME /dev/null:{:#06X}\nLIBPATH {}\nCHANNELID {:#06X}\n",
                self.port,
                driver.display(),
                self.port
            );
            fs::write(configuration.join("vpcd"), text).unwrap();
        }
        let mut command = Command::new("unshare");
        if !is_root() {
            command.arg("--map-root-user");
        }
        command
            .args(["--mount", "sh", "-c", PRIVATE_SERVICE, "sh"])
            .arg(self.folder.path());
        command.env("PATH", "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin");
        let mut service = Process::start(&command);
        let socket = self.socket();
        service.wait_for("the socket of pcscd", |_| socket.exists().then_some(()));
        self.service = Some(service);
    }

    /// Asks the service to end, as a system does that is shut down, and waits for that.
    ///
    /// # Panics
    /// When it does not end in time.
    pub fn end(&mut self) {
        if let Some(service) = &mut self.service {
            service.signal("TERM");
            patience::until(
                || "the end of pcscd".to_owned(),
                || (!service.runs()).then_some(()),
            );
        }
        self.stop();
    }

    /// Kills the service, as when it crashes.
    pub fn stop(&mut self) {
        self.service = None;
        for name in ["pcscd.comm", "pcscd.pid"] {
            let _gone = fs::remove_file(self.folder.path().join("run").join(name));
        }
    }

    /// The port on which the first virtual reader waits for a card; the second waits on the next one.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Leads a command to this service.
    pub fn lead<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        command.env("PCSCLITE_CSOCK_NAME", self.socket())
    }

    /// Waits until OpenSC, which is not ours, sees a card in the first reader, or sees none.
    ///
    /// # Panics
    /// When it does not come to that in time.
    pub fn wait_for_card(&self, present: bool) {
        self.wait_for_card_in('0', present);
    }

    /// The same of the second reader.
    ///
    /// # Panics
    /// When it does not come to that in time.
    pub fn wait_for_second_card(&self, present: bool) {
        self.wait_for_card_in('1', present);
    }

    fn wait_for_card_in(&self, reader: char, present: bool) {
        let place = Place::new();
        let seen = RefCell::new(String::new());
        patience::until(
            || {
                format!(
                    "the card in reader {reader}: {present}; OpenSC saw:\n{}",
                    seen.borrow()
                )
            },
            || {
                let mut command = place.command("opensc-tool");
                let output = self
                    .lead(&mut command)
                    .arg("--list-readers")
                    .output()
                    .expect("opensc-tool");
                let text = String::from_utf8_lossy(&output.stdout).into_owned();
                let line = text.lines().find(|line| line.trim_start().starts_with(reader));
                let as_wanted = line.is_some_and(|line| line.contains("Yes") == present);
                *seen.borrow_mut() = text;
                as_wanted.then_some(())
            },
        );
    }

    /// The first virtual reader's name.
    pub const READER: &str = "Virtual PCD 00 00";

    /// The second virtual reader's name.
    pub const SECOND_READER: &str = "Virtual PCD 00 01";

    fn socket(&self) -> PathBuf {
        socket(self.folder.path())
    }
}

fn socket(folder: &Path) -> PathBuf {
    folder.join("run").join("pcscd.comm")
}

/// Whether this process is root.
pub fn is_root() -> bool {
    let output = Command::new("id").arg("-u").output().expect("id");
    output.stdout.starts_with(b"0\n")
}

/// The driver that the package of the virtual reader installed.
fn installed_driver() -> PathBuf {
    let text = fs::read_to_string("/etc/reader.conf.d/vpcd").expect("vsmartcard-vpcd is installed");
    let path = text
        .lines()
        .find_map(|line| line.strip_prefix("LIBPATH"))
        .expect("a LIBPATH line");
    Path::new(path.trim()).to_owned()
}

const KNOWN_NAME: &str = "stack";
const PRIVATE_SERVICE: &str = r#"
set -e
mount -t tmpfs none /run
mkdir /run/pcscd
mount --bind "$1/run" /run/pcscd
if [ -d /usr/lib/pcsc/drivers ]; then mount -t tmpfs none /usr/lib/pcsc/drivers; fi
exec pcscd --foreground --config "$1/conf"
"#;
