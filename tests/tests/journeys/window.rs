//! The real window, with the real pcscd, keyring and portal. Every screen is judged by axe-core and kept as a picture.

use journeys::card::{Card, PIN, RARE_PIN, WRONG_PIN};
use journeys::disk::{self, Seen, Watch};
use journeys::keyring::Keyring;
use journeys::patience;
use journeys::place::Place;
use journeys::portal::Portal;
use journeys::programs;
use journeys::scene::Scene;
use journeys::screen::Frame;
use journeys::stack::Stack;
use journeys::tokens::tokens;
use journeys::window::{Display, Window};

/// A person at a desk, with everything that belongs to it.
pub(crate) struct Desk {
    pub(crate) display: Display,
    pub(crate) keyring: Keyring,
    pub(crate) portal: Portal,
    pub(crate) scene: Scene,
}

impl Desk {
    pub(crate) fn new(scene: Scene) -> Self {
        let keyring = Keyring::start(&scene.place);
        Self {
            display: Display::start(&scene.place),
            keyring,
            portal: Portal::start(&scene),
            scene,
        }
    }

    pub(crate) fn open(&self) -> Window {
        self.open_with_log("warn")
    }

    pub(crate) fn open_with_log(&self, log: &str) -> Window {
        self.open_with_words(log, &[])
    }

    pub(crate) fn open_with_words(&self, log: &str, more: &[String]) -> Window {
        self.open_asking(log, &[&offline()[..], more].concat())
    }

    /// A window that asks others about the card's certificate.
    pub(crate) fn open_asking(&self, log: &str, more: &[String]) -> Window {
        let mut words = self.portal.words().to_vec();
        words.extend(["--trust-roots".to_owned(), self.scene.roots.display().to_string()]);
        words.extend_from_slice(more);
        let program = programs::built("sportello-driven");
        Window::open(&self.scene.place, &self.display, &program, &words, |command| {
            self.scene.stack.lead(command);
            self.keyring.lead(command).env("RUST_LOG", log);
        })
        .expect("a window that is driven")
    }

    fn items(&self) -> usize {
        self.keyring.items(&self.scene.place).len()
    }

    pub(crate) fn log_in(&self, window: &Window) {
        Self::log_in_with(window, PIN);
    }

    pub(crate) fn log_in_with(window: &Window, pin: &str) {
        window.wait_for_screen("card");
        window.press("enter");
        window.wait_for_screen("pin_of_the_card");
        window.type_pin(pin);
        window.wait_for_screen("reserved_area");
        window.wait_for("statement");
    }
}

/// Only the portal is asked anything, and that is on this computer.
pub(crate) fn offline() -> [String; 1] {
    ["--offline".to_owned()]
}

/// A desk whose card lies beside the reader, and whose smart card service does not run yet.
fn before_everything() -> Desk {
    let (place, stack) = (Place::new(), Stack::stopped());
    let card = Card::new(&stack, "citizen-good");
    let roots = Card::roots(&place);
    Desk::new(Scene {
        card,
        stack,
        place,
        roots,
    })
}

#[test]
fn a_person_goes_from_an_empty_desk_into_the_reserved_area_and_out_again() {
    let mut desk = before_everything();
    let window = desk.open();
    window.wait_for_screen("no_service");
    window.judge("01-no-service");
    desk.scene.stack.run(false);
    window.wait_for_screen("no_reader");
    window.judge("02-no-reader");
    desk.scene.stack.run(true);
    window.wait_for_screen("no_card");
    window.judge("03-no-card");

    // A slow card, so that there is time to look at how it is read.
    desk.scene.card.fault("2 silence 8000");
    desk.scene.card.insert();
    window.wait_for_screen("reading");
    window.judge("04-reading");
    window.wait_for_screen("card");
    assert_eq!(window.wait_for("holder-name").to_uppercase(), "MARIA ROSSI");
    assert_eq!(window.wait_for("codice-fiscale"), desk.scene.card.codice_fiscale);
    window.wait_for_fact("verdict", "outcome", "unknown");
    window.judge("05-card");

    window.press("enter");
    window.wait_for_screen("pin_of_the_card");
    assert_eq!(window.wait_for("pin-host"), "localhost");
    window.judge("06-pin");
    window.type_pin("12");
    window.wait_for("pin-malformed");
    window.judge("07-pin-malformed");
    assert_eq!(desk.scene.card.spent().verifies, 0);
    window.type_pin(WRONG_PIN);
    assert!(window.wait_for("pin-refused").contains('2'));
    window.judge("08-pin-wrong");
    assert_eq!(
        (desk.scene.card.spent().verifies, desk.scene.card.tries_left()),
        (1, 2)
    );

    desk.scene.card.fault("4 silence 8000");
    window.type_pin(PIN);
    window.wait_for_screen("connecting");
    window.judge("09-connecting");
    window.wait_for_screen("reserved_area");
    window.wait_for_fact("session-facts", "kept", "keyring");
    window.wait_for("statement");
    assert!(!window.wait_for("total-for-right").is_empty());
    window.judge("10-reserved-area");
    assert_eq!((desk.items(), desk.scene.card.spent().signatures), (1, 1));
    assert!(window.wait_for("holder").to_uppercase().contains("ROSSI"));

    window.press("log-out");
    window.wait_for_screen("session_ended");
    window.wait_for_fact("ended-why", "why", "logged_out");
    window.wait_for_fact("closed", "told", "true");
    window.judge("11-session-ended");
    assert_eq!(desk.items(), 0);
    assert!(!window.content().contains(PIN), "the PIN stays in the page");
}

#[test]
fn taking_the_card_out_ends_the_session_everywhere() {
    let mut desk = Desk::new(Scene::with("citizen-good"));
    let window = desk.open();
    desk.log_in(&window);
    assert_eq!(desk.items(), 1);
    desk.scene.card.remove();
    window.wait_for_screen("session_ended");
    window.wait_for_fact("ended-why", "why", "card_removed");
    window.wait_for_fact("closed", "told", "true");
    window.judge("12-card-removed");
    assert_eq!(desk.items(), 0);
    assert!(
        !window.content().contains(&desk.scene.card.codice_fiscale),
        "the screen is locked"
    );

    // The next insertion works, and a card that leaves while its PIN is asked for leaves a name behind.
    desk.scene.card.insert();
    window.wait_for_screen("card");
    window.press("enter");
    window.wait_for_screen("pin_of_the_card");
    desk.scene.card.remove();
    window.wait_for_screen("no_card");
    window.wait_for_fact("after", "code", "card_removed");
    window.judge("13-card-gone");
    desk.scene.card.insert();
    window.wait_for_screen("card");
    assert_eq!(desk.scene.card.tries_left(), 3);
}

#[test]
fn a_session_is_found_at_the_next_start_and_not_used_silently() {
    let desk = Desk::new(Scene::with("citizen-good"));
    let window = desk.open();
    desk.log_in(&window);
    drop(window);
    let window = desk.open();
    window.wait_for_screen("session_found");
    assert!(window.wait_for("found-session").to_uppercase().contains("ROSSI"));
    window.judge("14-session-found");
    window.press("use-session");
    window.wait_for_screen("reserved_area");
    window.wait_for("statement");
    drop(window);
    let window = desk.open();
    window.wait_for_screen("session_found");
    window.press("end-session");
    patience::until(
        || "the end of the session in the keyring".to_owned(),
        || (desk.items() == 0).then_some(()),
    );
}

#[test]
fn a_problem_says_what_happened_what_it_means_and_what_to_do() {
    let mut desk = Desk::new(Scene::with("citizen-good"));
    desk.portal.stop();
    let window = desk.open();
    window.wait_for_screen("card");
    window.press("enter");
    window.wait_for_screen("pin_of_the_card");
    window.type_pin(PIN);
    window.wait_for_screen("problem");
    assert!(window.wait_for("problem-code").contains("portal_unreachable"));
    assert!(!window.wait_for("problem-meaning").is_empty() && !window.wait_for("problem-next").is_empty());
    window.judge("15-problem");
    desk.portal.restart(&desk.scene);
    window.press("retry");
    desk.log_in(&window);
}

#[test]
fn a_bad_card_is_shown_and_not_let_in() {
    let desk = Desk::new(Scene::with("citizen-expired"));
    let window = desk.open();
    window.wait_for_screen("card");
    window.wait_for_fact("verdict", "outcome", "bad");
    window.judge("16-card-expired");
    assert!(
        !window.content().contains("data-testid=\"enter\""),
        "the login is not offered"
    );
}

#[test]
fn the_example_plays_without_reader_card_and_network() {
    let place = Place::new();
    let (stack, display) = (Stack::start_without_readers(), Display::start(&place));
    let watch = Watch::start(vec![place.home(), place.temporary()]);
    let program = programs::built("sportello-driven");
    let window = Window::open(&place, &display, &program, &offline(), |command| {
        stack.lead(command);
    })
    .expect("a window that is driven");
    window.wait_for_screen("no_reader");
    window.press("start-demo");
    window.wait_for("demo-mark");
    window.wait_for_screen("card");
    window.judge("17-example-card");
    window.press("enter");
    window.wait_for_screen("pin_of_the_card");
    let pin = window.wait_for("demo-pin");
    window.type_pin(&pin);
    window.wait_for_screen("reserved_area");
    window.wait_for("statement");
    window.wait_for("demo-mark");
    window.judge("18-example-area");
    window.press("demo-move-card");
    window.wait_for_screen("session_ended");
    window.press("leave-demo");
    window.wait_for_screen("no_reader");
    drop(window);
    let written = watch.end();
    without_secrets(&written, &["ROSSI"]);
    assert_eq!(of_the_window(&place, written), Vec::<String>::new());
}

#[test]
fn a_login_in_the_window_leaves_and_logs_nothing() {
    let desk = Desk::new(Scene::with_pin("citizen-good", RARE_PIN));
    let place = &desk.scene.place;
    let watch = Watch::start(vec![place.home(), place.temporary(), place.runtime()]);
    let window = desk.open_with_log("trace");
    Desk::log_in_with(&window, RARE_PIN);
    let log = window.said();
    window.press("log-out");
    window.wait_for_screen("session_ended");
    let log = log + &window.said();
    drop(window);
    assert!(log.contains("TRACE"), "the log is loud");
    let secrets = [
        RARE_PIN,
        &desk.scene.card.codice_fiscale,
        &desk.scene.card.card_id,
        "ROSSI",
        "Rossi",
    ];
    for secret in secrets {
        let line = log.lines().find(|line| line.contains(secret));
        assert_eq!(line, None, "{secret} stands in the log");
    }
    assert_eq!(tokens(&log), Vec::<&str>::new());
    let keyrings = place.home().join(".local/share/keyrings");
    let mut written = watch.end();
    without_secrets(&written, &secrets);
    // The keyring keeps the session in files of its own, encrypted.
    written.retain(|path, _| !path.starts_with(&keyrings));
    assert_eq!(of_the_window(place, written), Vec::<String>::new());
}

#[test]
fn a_shipped_window_cannot_be_driven_and_leaves_nothing() {
    let place = Place::new();
    let display = Display::start(&place);
    let watch = Watch::start(vec![place.home(), place.temporary(), place.runtime()]);
    let program = programs::built("sportello-shipped");
    let refused = Window::open(&place, &display, &program, &offline(), |_| {});
    assert!(
        refused.is_err(),
        "whoever drives the page could wait for a PIN and read it"
    );
    // The same program does open its window: it is the driver that is ignored.
    let mut command = place.command(program);
    command
        .args(offline())
        .env("DISPLAY", display.name())
        .env("TAURI_WEBVIEW_AUTOMATION", "true");
    let mut window = journeys::process::Process::start(&command);
    window.wait_for("a painted window", |_| {
        Frame::take(&place, &display).is_painted().then_some(())
    });
    drop(window);
    assert_eq!(of_the_window(&place, watch.end()), Vec::<String>::new());
}

/// Looks for each secret in each file, and for a session token in any.
pub(crate) fn without_secrets(written: &Seen, secrets: &[&str]) {
    for (path, content) in written {
        for secret in secrets {
            assert!(
                !disk::holds(content, secret),
                "{secret} stands in {}",
                path.display()
            );
        }
        let text = String::from_utf8_lossy(content);
        assert_eq!(tokens(&text), Vec::<&str>::new(), "{}", path.display());
    }
}

/// The files that are the window's own.
fn of_the_window(place: &Place, written: Seen) -> Vec<String> {
    // A page of memory that GTK shares with itself, in a folder that is never on a disk.
    let of_gtk = place.runtime().join("dconf");
    written
        .into_keys()
        .filter(|path| !path.starts_with(&of_gtk))
        .map(|path| path.display().to_string())
        .collect()
}
