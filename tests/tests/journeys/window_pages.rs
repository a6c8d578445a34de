//! The window of a portal's pages: its way in, what the page may do there, and how the visit ends.

use crate::visit::{HOSTS, Visit, wait_for_heading};
use journeys::card::PIN;
use journeys::disk::{Watch, holds};
use journeys::patience;
use journeys::squid::Squid;
use journeys::window::Window;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;

#[test]
fn the_pages_of_a_portal_have_a_window_of_their_own_and_the_visit_ends_everywhere() {
    let visit = Visit::new();
    let place = &visit.scene.place;
    let watch = Watch::start(vec![place.home(), place.temporary(), place.runtime()]);
    let mut window = visit.open();
    visit.walk_in(&mut window);
    window.keep_picture("60-pages-of-the-portal");
    let titles = visit.titles();
    assert!(
        titles.contains("127.0.0.1 · MARIA ROSSI · Sportello")
            || titles.contains("127.0.0.1 · Maria Rossi · Sportello"),
        "{titles}"
    );
    assert_eq!(visit.status_with_copied_cookie(), "200");

    // The page is the portal's: it can call nothing of ours.
    for command in ["current_screen", "log_out", "plugin:window|close"] {
        let refused = window.run_and_wait(&format!(
            "const done = arguments[arguments.length - 1];\
             const ours = window.__TAURI_INTERNALS__;\
             if (!ours) done('refused: nothing there');\
             else ours.invoke('{command}').then(told => done('told: ' + JSON.stringify(told)), why => done('refused: ' + why));"
        ));
        assert!(
            refused.as_str().unwrap().starts_with("refused: "),
            "{command}: {refused}"
        );
    }

    // A pop-up of the portal opens in the same window; what leads elsewhere opens nowhere, and is asked about.
    window.press("altra");
    wait_for_heading(&window, "Un'altra pagina");
    assert_eq!(window.windows(), 2);
    window.press("fuori");
    window.turn_back();
    let address = window.wait_for("outside-address");
    assert!(address.starts_with("https://127.0.0.4:"), "{address}");
    window.judge("61-pages-outside");
    window.press("stay");
    window.press("pages-back");
    window.turn_to_the_other();
    wait_for_heading(&window, "Area riservata");
    window.turn_back();
    assert!(!visit.apache.process.said().contains("127.0.0.4 kept"));

    window.press("log-out");
    window.wait_for_screen("session_ended");
    window.wait_for_fact("closed", "told", "true");
    assert_eq!(window.windows(), 1);
    visit
        .apache
        .has_logged(&["/esci", "cookie=session=secret-of-the-visit"]);
    assert_eq!(
        visit.status_with_copied_cookie(),
        "403",
        "a copied cookie is worth nothing"
    );
    drop(window);
    let written = watch.end();
    for (path, content) in &written {
        for secret in [
            "secret-of-the-visit",
            PIN,
            visit.scene.card.codice_fiscale.as_str(),
        ] {
            assert!(!holds(content, secret), "{} holds {secret}", path.display());
        }
    }
}

#[test]
fn a_card_that_is_taken_out_closes_the_pages_and_ends_the_session_on_the_portal() {
    let mut visit = Visit::new();
    let mut window = visit.open();
    visit.walk_in(&mut window);
    window.turn_back();
    visit.scene.card.remove();
    window.wait_for_one("ended-why", "why", "card_removed");
    window.wait_for_fact("closed", "told", "true");
    assert_eq!(window.windows(), 1);
    assert_eq!(visit.status_with_copied_cookie(), "403");
}

#[test]
fn a_profile_of_one_s_own_is_read_first_and_the_portal_is_looked_at_while_the_card_is_fetched() {
    let mut visit = Visit::new();
    visit.scene.card.remove();
    // The stage has knocked at each host once.
    let knocked = || (visit.connections() == HOSTS.len()).then_some(());
    patience::until(|| visit.apache.process.said(), knocked);
    let window = visit.open_saying(&[], &[]);
    window.wait_for_screen("own_profile");
    let shown = window.wait_for("profile-lines");
    for words in ["127.0.0.2", "/login", "/area/", "/esci", "Ente d'esempio"] {
        assert!(shown.contains(words), "{words} in {shown}");
    }
    window.judge("63-own-profile");
    assert_eq!(
        visit.connections(),
        HOSTS.len(),
        "nobody is connected to before that"
    );
    window.press("profile-read");
    window.wait_for_screen("no_card");
    // The authority of the server was named for this run: nothing is said of the system's.
    window.wait_for_one("look-chain", "case", "good");
    window.judge("64-portal-looked-at");
    visit.scene.card.insert();
    window.wait_for_screen("card");
    window.wait_for_one("look-issuers", "case", "good");
    assert_eq!(visit.scene.card.spent().verifies, 0);
}

#[test]
fn a_file_of_the_portal_comes_only_when_the_person_says_save() {
    let visit = Visit::new();
    let mut window = visit.open();
    visit.walk_in(&mut window);
    window.press("file");
    window.turn_back();
    assert!(window.wait_for("download").contains("estratto.csv"));
    assert_eq!(saved(&visit), Vec::<String>::new());
    window.judge("62-pages-download");
    window.press("save-download");
    window.wait_for_fact("saved", "saved", "true");
    assert_eq!(saved(&visit).len(), 1);
}

/// The files of that name below the person's folders.
fn saved(visit: &Visit) -> Vec<String> {
    let mut find = visit.scene.place.command("find");
    find.arg(visit.scene.place.home())
        .args(["-name", "estratto*.csv"]);
    let found = String::from_utf8(find.output().expect("find").stdout).unwrap();
    found.lines().map(str::to_owned).collect()
}

#[test]
fn what_leads_outside_opens_in_the_browser_of_the_computer_once_the_person_says_so() {
    let visit = Visit::new();
    let place = &visit.scene.place;
    let opened = place.file("opened");
    let script = format!("#!/bin/sh\nprintf %s \"$1\" > {}\n", opened.display());
    let browser = place.write("bin/xdg-open", script);
    fs::set_permissions(&browser, fs::Permissions::from_mode(0o755)).unwrap();
    let path = format!("{}:/usr/local/bin:/usr/bin:/bin", place.file("bin").display());
    let mut window = visit.open_in(&[("PATH", path)]);
    visit.walk_in(&mut window);
    let width = |window: &Window| {
        window
            .run_and_wait("arguments[0](window.innerWidth)")
            .as_u64()
            .unwrap()
    };
    let before = width(&window);
    window.press("altra");
    wait_for_heading(&window, "Un'altra pagina");
    window.press("fuori");
    window.turn_back();
    window.wait_for("outside-address");
    assert!(!opened.exists(), "nobody was asked");
    window.press("open-outside");
    let address = || {
        fs::read_to_string(&opened)
            .ok()
            .filter(|address| !address.is_empty())
    };
    assert_eq!(
        patience::until(|| "the browser".to_owned(), address),
        format!("https://127.0.0.4:{}/", visit.apache.port)
    );
    // Larger letters leave room for fewer.
    window.press("pages-larger");
    window.turn_to_the_other();
    patience::until(
        || format!("a page that is larger than {before}"),
        || (width(&window) < before).then_some(()),
    );
}

#[test]
fn half_an_hour_without_a_page_ends_the_visit_as_its_log_out_does() {
    let visit = Visit::new();
    let clock = visit.scene.place.write("clock", "+0");
    let mut window = visit.open_in(&[
        ("LD_PRELOAD", FAKETIME.to_owned()),
        ("FAKETIME_TIMESTAMP_FILE", clock.display().to_string()),
        ("FAKETIME_NO_CACHE", "1".to_owned()),
        ("FAKETIME_DONT_FAKE_MONOTONIC", "1".to_owned()),
    ]);
    visit.walk_in(&mut window);
    assert_eq!(visit.status_with_copied_cookie(), "200");
    window.turn_back();
    fs::write(&clock, "+31m").unwrap();
    // The clock is asked twice a minute, and whenever the person does something.
    window.press("pages-larger");
    window.wait_for_one("ended-why", "why", "expired");
    window.wait_for_fact("closed", "told", "true");
    assert_eq!(window.windows(), 1);
    assert_eq!(visit.status_with_copied_cookie(), "403");
}

#[test]
fn the_pages_come_through_the_proxy_that_the_way_in_went_through() {
    let visit = Visit::new();
    let squid = Squid::open(&visit.scene.place);
    let mut window = visit.open_with(&[format!("--proxy=http://127.0.0.1:{}", squid.port)]);
    visit.walk_in(&mut window);
    window.keep_picture("70-way-through-a-proxy");
    window.turn_back();
    window.press("log-out");
    window.wait_for_screen("session_ended");
    window.wait_for_fact("closed", "told", "true");
    drop(window);
    // The way in, the pages, the log-out: each a connection of its own.
    let portal = format!("CONNECT 127.0.0.1:{} ", visit.apache.port);
    patience::until(
        || squid.asked(),
        || (squid.asked().matches(&portal).count() >= 3).then_some(()),
    );
}

/// Turns the clock of the window, and of nobody else.
const FAKETIME: &str = "/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1";
