//! A private keyring: the real gnome-keyring on a session bus of its own.

use crate::place::Place;
use crate::process::Process;
use std::process::Command;

/// An unlocked keyring in a place.
#[derive(Debug)]
pub struct Keyring {
    address: String,
    service: Process,
    bus: Process,
}

impl Keyring {
    /// Starts a bus, and on it a keyring that is unlocked.
    ///
    /// # Panics
    /// When one of them does not come up.
    pub fn start(place: &Place) -> Self {
        let address = format!("unix:path={}", place.runtime().join("bus").display());
        let mut bus = place.command("dbus-daemon");
        let configuration = place.write("bus.conf", CONFIGURATION.replace("{address}", &address));
        bus.args(["--nofork", "--nopidfile", "--config-file"])
            .arg(configuration);
        let mut bus = Process::start(&bus);
        let socket = place.runtime().join("bus");
        bus.wait_for("the session bus", |_| socket.exists().then_some(()));
        let mut service = place.command("sh");
        service
            .env("DBUS_SESSION_BUS_ADDRESS", &address)
            .args(["-c", UNLOCKED]);
        let mut service = Process::start(&service);
        service.wait_for("the unlocked keyring", |_| ask(place, &address, ITEMS));
        Self {
            address,
            service,
            bus,
        }
    }

    /// Leads a command to this keyring.
    pub fn lead<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        command.env("DBUS_SESSION_BUS_ADDRESS", &self.address)
    }

    /// The items that the keyring holds, as the bus names them.
    ///
    /// # Panics
    /// When the keyring does not answer.
    pub fn items(&self, place: &Place) -> Vec<String> {
        ask(place, &self.address, ITEMS).expect("the keyring answers")
    }

    /// Stops the keyring and its bus, as at the end of a desktop session.
    pub fn stop(self) {
        drop(self.service);
        drop(self.bus);
    }
}

fn ask(place: &Place, address: &str, question: &[&str]) -> Option<Vec<String>> {
    let mut command = place.command("dbus-send");
    command.env("DBUS_SESSION_BUS_ADDRESS", address);
    command
        .args(["--session", "--print-reply", "--dest=org.freedesktop.secrets"])
        .args(question);
    let output = command.output().expect("dbus-send");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let paths = text
        .lines()
        .filter_map(|line| line.trim().strip_prefix("object path \"")?.strip_suffix('"'));
    output
        .status
        .success()
        .then(|| paths.map(str::to_owned).collect())
}

/// A bus that starts no service by itself: a question that comes too early would else start a second keyring.
const CONFIGURATION: &str = r#"<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>{address}</listen>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"#;

/// A daemon whose standard input is truly empty makes no collection: it must read an empty line.
const UNLOCKED: &str = "echo | exec gnome-keyring-daemon --foreground --unlock --components=secrets";

const ITEMS: &[&str] = &[
    "/org/freedesktop/secrets/collection/login",
    "org.freedesktop.DBus.Properties.Get",
    "string:org.freedesktop.Secret.Collection",
    "string:Items",
];
