//! The real window on a real X server of its own, driven through the real WebKitWebDriver.

use crate::patience;
use crate::place::Place;
use crate::ports;
use crate::process::Process;
use crate::stack::is_root;
use crate::webdriver::{Page, Refused};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

/// An X server without a screen.
#[derive(Debug)]
pub struct Display {
    name: String,
    _server: Process,
}

impl Display {
    /// Starts one on a display number that is free.
    ///
    /// # Panics
    /// When it does not come up.
    pub fn start(place: &Place) -> Self {
        let mut command = place.command("Xvfb");
        command.args([
            "-displayfd",
            "1",
            "-screen",
            "0",
            "1280x900x24",
            "-nolisten",
            "tcp",
            "-noreset",
        ]);
        let mut server = Process::start(&command);
        let number = server.wait_for("the display", |said| {
            said.lines().find_map(|line| line.trim().parse::<u32>().ok())
        });
        Self {
            name: format!(":{number}"),
            _server: server,
        }
    }

    /// Its name, for `DISPLAY`.
    pub fn name(&self) -> &str {
        &self.name
    }
}

/// A window that is driven.
#[derive(Debug)]
pub struct Window {
    page: Page,
    driver: Process,
    pictures: PathBuf,
}

impl Window {
    /// Starts the program below a driver of its own. `lead` may add to what the program finds in its environment.
    ///
    /// # Errors
    /// [`Refused`] when the driver could not take hold of the window in time.
    pub fn open(
        place: &Place,
        display: &Display,
        program: &Path,
        lead: impl FnOnce(&mut Command),
    ) -> Result<Self, Refused> {
        let port = ports::free_pair();
        // WebKit's helper processes outlive a window that is killed; in a namespace of their own they do not.
        let mut command = place.command("unshare");
        if !is_root() {
            command.args(["--user", "--map-current-user"]);
        }
        command.args([
            "--pid",
            "--fork",
            "--kill-child",
            "--mount",
            "--mount-proc",
            "WebKitWebDriver",
        ]);
        command.args([format!("--port={port}"), "--host=127.0.0.1".to_owned()]);
        command
            .env("DISPLAY", display.name())
            .env("TAURI_WEBVIEW_AUTOMATION", "true");
        lead(&mut command);
        let mut driver = Process::start(&command);
        driver.wait_for("the driver's port", |_| {
            std::net::TcpStream::connect(("127.0.0.1", port)).ok()
        });
        let pictures = Path::new(env!("CARGO_MANIFEST_DIR")).join("screenshots");
        let page = Page::open(port, program, TIME_TO_OPEN)?;
        Ok(Self {
            page,
            driver,
            pictures,
        })
    }

    /// The page in the window.
    pub fn page(&self) -> &Page {
        &self.page
    }

    /// What the window and its driver wrote on their outputs.
    pub fn said(&self) -> String {
        self.driver.said()
    }

    /// Waits until the window shows this screen.
    ///
    /// # Panics
    /// When it does not in time; the message holds what it shows.
    #[track_caller]
    pub fn wait_for_screen(&self, screen: &str) {
        let mut shown = String::new();
        let wanted = format!("[data-screen=\"{screen}\"]");
        let started = std::time::Instant::now();
        while started.elapsed() < patience::PATIENCE {
            if self.page.text(&wanted).is_some() {
                return;
            }
            shown = self
                .page
                .run("return document.body.outerHTML")
                .as_str()
                .unwrap_or_default()
                .to_owned();
            std::thread::sleep(Duration::from_millis(50));
        }
        panic!(
            "the screen {screen} is not shown; shown is:\n{shown}\n{}",
            self.driver.said()
        );
    }

    /// Judges the screen by axe-core and keeps a picture of it under this name.
    ///
    /// # Panics
    /// When axe-core finds a violation.
    #[track_caller]
    pub fn judge(&self, name: &str) {
        fs::create_dir_all(&self.pictures).unwrap();
        fs::write(self.pictures.join(format!("{name}.png")), self.page.picture()).unwrap();
        let axe = Path::new(env!("CARGO_MANIFEST_DIR")).join("../ui/node_modules/axe-core/axe.min.js");
        let axe = fs::read_to_string(axe).expect("axe-core is among the packages of the web side");
        if self.page.run("return typeof axe") != "object" {
            self.page
                .run(&format!("{axe}; window.axe = axe; return typeof axe"));
        }
        let violations = self.page.run_and_wait(AXE);
        let violations = violations
            .as_array()
            .unwrap_or_else(|| panic!("axe-core failed: {violations}"));
        assert!(violations.is_empty(), "{name}: {violations:#?}");
    }
}

const AXE: &str = "\
const done = arguments[arguments.length - 1];
axe.run().then(
    results => done(results.violations.map(v => `${v.id}: ${v.nodes.map(n => n.html).join(' | ')}`)),
    error => done(String(error)),
);";

/// A window that is not to be driven never answers: this is how long the driver is given.
const TIME_TO_OPEN: Duration = Duration::from_secs(15);
