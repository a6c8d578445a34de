//! The real window on a real X server of its own, driven through the real WebKitWebDriver.

mod others;

use crate::patience::PATIENCE;
use crate::place::Place;
use crate::ports;
use crate::process::Process;
use crate::stack::is_root;
use crate::webdriver::{Page, Refused};
use std::cell::Cell;
use std::fs;
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

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
    screens: Cell<usize>,
    own: Option<String>,
}

impl Window {
    /// Starts the program with these words below a driver of its own. `lead` may add to its environment.
    ///
    /// # Errors
    /// [`Refused`] when the driver could not take hold of the window in time.
    pub fn open(
        place: &Place,
        display: &Display,
        program: &Path,
        words: &[String],
        lead: impl FnOnce(&mut Command),
    ) -> Result<Self, Refused> {
        Self::open_trusting(place, display, program, words, None, lead)
    }

    /// The same, where the system trusts this authority of servers too: web views read the system's bundle only.
    ///
    /// # Errors
    /// As there.
    pub fn open_trusting(
        place: &Place,
        display: &Display,
        program: &Path,
        words: &[String],
        authority: Option<&Path>,
        lead: impl FnOnce(&mut Command),
    ) -> Result<Self, Refused> {
        let port = ports::free_pair();
        // WebKit's helper processes outlive a window that is killed; in a namespace of their own they do not.
        let mut command = place.command("unshare");
        if !is_root() {
            // Who binds a file over another has to be root, if only in there.
            let who = if authority.is_some() {
                "--map-root-user"
            } else {
                "--map-current-user"
            };
            command.args(["--user", who]);
        }
        command.args(["--pid", "--fork", "--kill-child", "--mount", "--mount-proc"]);
        if let Some(authority) = authority {
            let bundle = place.file("bundle.pem");
            command
                .args(["sh", "-c", TRUSTING, "sh"])
                .args([authority, &bundle]);
        }
        command.arg("WebKitWebDriver");
        command.args([format!("--port={port}"), "--host=127.0.0.1".to_owned()]);
        command
            .env("DISPLAY", display.name())
            .env("TAURI_WEBVIEW_AUTOMATION", "true");
        lead(&mut command);
        let mut driver = Process::start(&command);
        driver.wait_for("the driver's port", |_| {
            TcpStream::connect(("127.0.0.1", port)).ok()
        });
        let pictures = Path::new(env!("CARGO_MANIFEST_DIR")).join("screenshots");
        let page = Page::open(port, program, words, TIME_TO_OPEN)?;
        Ok(Self {
            page,
            driver,
            pictures,
            screens: Cell::new(0),
            own: None,
        })
    }

    /// What the window and its driver wrote on their outputs.
    pub fn said(&self) -> String {
        self.driver.said()
    }

    /// How many screens were waited for and came.
    pub fn screens(&self) -> usize {
        self.screens.get()
    }

    /// Waits until the window shows this screen.
    ///
    /// # Panics
    /// When it does not in time; the message holds what it shows.
    #[track_caller]
    pub fn wait_for_screen(&self, screen: &str) {
        self.wait_until(&format!("main[data-screen=\"{screen}\"]"));
        self.screens.set(self.screens.get() + 1);
    }

    /// Waits until this part is on the screen, and tells its text.
    ///
    /// # Panics
    /// When it does not come in time; the message holds what the window shows.
    #[track_caller]
    pub fn wait_for(&self, part: &str) -> String {
        self.wait_until(&by_name(part))
    }

    /// Waits until this part carries this fact.
    ///
    /// # Panics
    /// When it does not in time; the message holds what the window shows.
    #[track_caller]
    pub fn wait_for_fact(&self, part: &str, fact: &str, value: &str) {
        self.wait_until(&format!("{}[data-{fact}=\"{value}\"]", by_name(part)));
    }

    /// Presses a part of the screen, as with a pointer.
    ///
    /// # Panics
    /// When it is not there.
    #[track_caller]
    pub fn press(&self, part: &str) {
        self.page.press(&by_name(part));
    }

    /// Waits for a part, and presses it.
    ///
    /// # Panics
    /// When it does not come in time.
    #[track_caller]
    pub fn press_when_there(&self, part: &str) {
        self.wait_for(part);
        self.press(part);
    }

    /// Runs a script in the page, and tells what it returns.
    ///
    /// # Panics
    /// When the driver refuses.
    #[track_caller]
    pub fn run(&self, script: &str) -> serde_json::Value {
        self.page.run(script)
    }

    /// Waits until a script returns a text.
    ///
    /// # Panics
    /// When it does not in time.
    #[track_caller]
    pub fn wait_for_value(&self, what: &str, script: &str) -> String {
        let started = Instant::now();
        loop {
            if let Some(text) = self.page.run(script).as_str() {
                return text.to_owned();
            }
            assert!(started.elapsed() < PATIENCE, "{what} did not come");
            thread::sleep(Duration::from_millis(30));
        }
    }

    /// Types the PIN and hands it over.
    ///
    /// # Panics
    /// When the screen asks for none.
    #[track_caller]
    pub fn type_pin(&self, pin: &str) {
        self.page.type_into(&by_name("pin"), pin);
        self.press("pin-submit");
    }

    /// Types into a field.
    ///
    /// # Panics
    /// When there is no such field, or it takes no keys.
    #[track_caller]
    pub fn type_into(&self, field: &str, text: &str) {
        self.page.type_into(&by_name(field), text);
    }

    /// Presses a part inside another one that carries this fact, as one of several alike.
    ///
    /// # Panics
    /// When it is not there.
    #[track_caller]
    pub fn press_in(&self, outer: &str, fact: &str, value: &str, part: &str) {
        let outer = format!("{}[data-{fact}=\"{value}\"]", by_name(outer));
        self.page.press(&format!("{outer} {}", by_name(part)));
    }

    /// Waits until this part carries this fact, and tells the text inside it.
    ///
    /// # Panics
    /// When it does not in time; the message holds what the window shows.
    #[track_caller]
    pub fn wait_for_one(&self, part: &str, fact: &str, value: &str) -> String {
        self.wait_until(&format!("{}[data-{fact}=\"{value}\"]", by_name(part)))
    }

    /// Everything that the page holds, as a script in it would find it.
    ///
    /// # Panics
    /// When the driver refuses.
    #[track_caller]
    pub fn content(&self) -> String {
        let script = "return document.documentElement.outerHTML + [...document.querySelectorAll('input')].map(i => i.value)";
        self.page.run(script).as_str().unwrap_or_default().to_owned()
    }

    /// Judges the screen by axe-core in both languages, and keeps a picture of each under this name.
    ///
    /// # Panics
    /// When axe-core finds a violation, or the screen is not in the language that was asked for.
    #[track_caller]
    pub fn judge(&self, name: &str) {
        fs::create_dir_all(&self.pictures).unwrap();
        if self.page.run("return typeof axe") != "object" {
            let axe = Path::new(env!("CARGO_MANIFEST_DIR")).join("../ui/node_modules/axe-core/axe.min.js");
            let axe = fs::read_to_string(axe).expect("axe-core is among the packages of the web side");
            self.page
                .run(&format!("{axe}; window.axe = axe; return typeof axe"));
        }
        for language in ["en", "it"] {
            self.press(&format!("language-{language}"));
            self.wait_until(&format!("html[lang=\"{language}\"]"));
            fs::write(
                self.pictures.join(format!("{name}-{language}.png")),
                self.page.picture(),
            )
            .unwrap();
            let violations = self.page.run_and_wait(AXE);
            let violations = violations
                .as_array()
                .unwrap_or_else(|| panic!("axe-core failed: {violations}"));
            assert!(violations.is_empty(), "{name}-{language}: {violations:#?}");
            self.judge_narrow(&format!("{name}-{language}"));
        }
    }

    /// Judges that nothing is wider than the narrowest window (WCAG 2.2, 1.4.10).
    #[track_caller]
    fn judge_narrow(&self, name: &str) {
        self.page.resize(NARROWEST, 760);
        let measured = self.wait_for_value(
            "the narrow window",
            "const page = document.documentElement;\
             return page.clientWidth > 400 ? null : `${page.scrollWidth - page.clientWidth} of ${page.clientWidth}`",
        );
        self.page.resize(1040, 760);
        self.wait_for_value(
            "the wide window",
            "return document.documentElement.clientWidth > 400 ? 'wide' : null",
        );
        assert!(measured.starts_with("0 of "), "{name} is too wide: {measured}");
    }

    #[track_caller]
    fn wait_until(&self, selector: &str) -> String {
        let started = Instant::now();
        loop {
            if let Some(text) = self.page.text(selector) {
                return text;
            }
            if started.elapsed() > PATIENCE {
                let shown = self.page.text("body").unwrap_or_default();
                let screen = self
                    .page
                    .run("return document.querySelector('main')?.dataset.screen ?? null");
                panic!(
                    "{selector} is not shown; the screen is {screen}:\n{shown}\n{}",
                    self.driver.said()
                );
            }
            thread::sleep(Duration::from_millis(30));
        }
    }
}

fn by_name(part: &str) -> String {
    format!("[data-testid=\"{part}\"]")
}

const AXE: &str = "\
const done = arguments[arguments.length - 1];
axe.run().then(
    results => done(results.violations.map(v => `${v.id}: ${v.nodes.map(n => n.html).join(' | ')}`)),
    error => done(String(error)),
);";

/// The authorities of the system and one more, in a mount of its own.
const TRUSTING: &str = r#"
set -e
cat /etc/ssl/certs/ca-certificates.crt "$1" > "$2"
mount --bind "$2" /etc/ssl/certs/ca-certificates.crt
shift 2
exec "$@"
"#;

/// A window that is not to be driven never answers: this is how long the driver is given.
/// The narrowest that the window lets itself be made, in pixels.
const NARROWEST: u32 = 320;
const TIME_TO_OPEN: Duration = Duration::from_secs(15);
