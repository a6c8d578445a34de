//! The window of a portal's pages: its way in, what the page may do there, and how the visit ends.

use crate::window::offline;
use journeys::apache::{Apache, Host};
use journeys::card::PIN;
use journeys::disk::{Watch, holds};
use journeys::patience;
use journeys::peers::ServerCertificate;
use journeys::programs;
use journeys::scene::Scene;
use journeys::squid::Squid;
use journeys::window::{Display, Window};
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::process::Command;

/// A person at a desk, before a portal of pages.
struct Visit {
    scene: Scene,
    server: ServerCertificate,
    apache: Apache,
    display: Display,
}

impl Visit {
    fn new() -> Self {
        let scene = Scene::with("citizen-good");
        let server = scene.server();
        Self {
            apache: Apache::start(&scene.place, &server, &scene.roots, &HOSTS),
            display: Display::start(&scene.place),
            server,
            scene,
        }
    }

    fn open(&self) -> Window {
        self.open_with(&[])
    }

    fn open_with(&self, more: &[String]) -> Window {
        self.open_saying(&[&["--profile-read".to_owned()], more].concat(), &[])
    }

    fn open_in(&self, surroundings: &[(&str, String)]) -> Window {
        self.open_saying(&["--profile-read".to_owned()], surroundings)
    }

    fn open_saying(&self, more: &[String], surroundings: &[(&str, String)]) -> Window {
        let profile = PROFILE.replace("{port}", &self.apache.port.to_string());
        in_front_of(
            &self.scene,
            &self.server,
            &self.display,
            profile,
            more,
            surroundings,
        )
    }

    /// From the card to the portal's pages; the window that is driven is theirs then.
    fn walk_in(&self, window: &mut Window) {
        window.wait_for_screen("card");
        window.press("enter");
        window.wait_for_screen("pin_of_the_card");
        assert_eq!(
            window.wait_for("pin-host"),
            "127.0.0.2",
            "the true host stands above the PIN"
        );
        window.type_pin(PIN);
        window.wait_for_screen("web_area");
        window.wait_for_fact("pages-host", "host", "127.0.0.1");
        window.turn_to_the_other();
        wait_for_heading(window, "Area riservata");
    }

    /// The status of the area for somebody who has copied the cookie.
    fn status_with_copied_cookie(&self) -> String {
        let url = format!("https://127.0.0.1:{}/area/", self.apache.port);
        let mut curl = self.scene.place.command("curl");
        curl.args([
            "-sk",
            "-o",
            "/dev/null",
            "-w",
            "%{http_code}",
            "--cookie",
            "session=secret-of-the-visit",
            &url,
        ]);
        String::from_utf8(curl.output().expect("curl").stdout).unwrap()
    }

    /// The connections that its hosts have seen.
    fn connections(&self) -> usize {
        self.apache.process.said().matches(" established ").count()
    }

    fn titles(&self) -> String {
        let mut command: Command = self.scene.place.command("xwininfo");
        command
            .env("DISPLAY", self.display.name())
            .args(["-root", "-tree"]);
        String::from_utf8_lossy(&command.output().expect("xwininfo").stdout).into_owned()
    }
}

/// The window in front of the portal of this profile, whose server the web view believes.
pub(crate) fn in_front_of(
    scene: &Scene,
    server: &ServerCertificate,
    display: &Display,
    profile: String,
    more: &[String],
    surroundings: &[(&str, String)],
) -> Window {
    let profile = scene.place.write("pagine.toml", profile);
    let [profile, roots, ca] = [&profile, &scene.roots, &server.ca].map(|path| path.display().to_string());
    let words = ["--portal", &profile, "--trust-roots", &roots, "--server-ca", &ca].map(str::to_owned);
    let words = [&words[..], &offline()[..], more].concat();
    let program = programs::built("sportello-driven");
    let authority = Some(server.ca.as_path());
    Window::open_trusting(&scene.place, display, &program, &words, authority, |command| {
        scene.stack.lead(command);
        command.envs(surroundings.iter().map(|(name, value)| (name, value)));
    })
    .expect("a window that is driven")
}

pub(crate) fn wait_for_heading(window: &Window, heading: &str) {
    let script = format!(
        "return document.querySelector('h1')?.textContent === {heading:?} ? document.readyState === 'complete' ? 'there' : null : null"
    );
    window.wait_for_value(heading, &script);
}

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
    patience::until(|| "the browser".to_owned(), || opened.exists().then_some(()));
    assert_eq!(
        fs::read_to_string(&opened).unwrap(),
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

const HOSTS: [Host<'static>; 3] = [
    Host {
        address: "127.0.0.1",
        directives: r#"
RewriteEngine on
RewriteMap session "prg:/bin/sh {pages}/session.sh"
RewriteRule ^/login$ https://127.0.0.2:{port}/sso [R=302,L]
RewriteCond %{REQUEST_METHOD} POST
RewriteRule ^/acs$ /area/ [R=303,L,CO=session:secret-of-the-visit:127.0.0.1:10:/:secure:httponly]
RewriteCond ${session:end} done
RewriteRule ^/esci$ /fuori.html [R=302,L]
RewriteCond %{HTTP_COOKIE} !session=secret-of-the-visit [OR]
RewriteCond ${session:ask} dead
RewriteRule ^/area/ - [F]
<LocationMatch "\.csv$">
ForceType application/octet-stream
Header set Content-Disposition "attachment; filename=estratto.csv"
</LocationMatch>
"#,
        pages: &[
            (
                "area/index.html",
                r#"<!doctype html><html lang="it"><title>Area</title><h1>Area riservata</h1>
<p><a data-testid="altra" target="_blank" href="/area/due.html">Altra</a> <a data-testid="file" href="/area/estratto.csv">Estratto</a></p>"#,
            ),
            (
                "area/due.html",
                r#"<!doctype html><html lang="it"><title>Due</title><h1>Un'altra pagina</h1>
<p><a data-testid="fuori" href="https://127.0.0.4:{port}/">Fuori</a></p>"#,
            ),
            ("area/estratto.csv", "anno;settimane\n1996;52\n"),
            ("fuori.html", "<h1>Arrivederci</h1>"),
            // The portal's sessions: one, alive until its log-out.
            (
                "session.sh",
                "while read -r asked; do case $asked in end) ended=1; echo done;; *) [ $ended ] && echo dead || echo live;; esac; done\n",
            ),
        ],
    },
    Host {
        address: "127.0.0.2",
        directives: "SSLVerifyClient require\nRewriteEngine on\nRewriteRule ^/sso$ /post.html [PT]",
        pages: &[(
            "post.html",
            r#"<body onload="document.forms[0].submit()"><form method="post" action="https://127.0.0.1:{port}/acs">
<input type="hidden" name="SAMLResponse" value="PHNhbWw+"></form>"#,
        )],
    },
    Host {
        address: "127.0.0.4",
        directives: "",
        pages: &[("index.html", "<h1>Altrove</h1>")],
    },
];

const PROFILE: &str = r#"
schema = 1
id = "pagine"
name = { it = "Portale di pagine", en = "Portal of pages" }
owner = "Ente d'esempio"
kind = "web"
status = "verified"
hosts = ["127.0.0.1", "127.0.0.2"]

[web]
entry_url = "https://127.0.0.1:{port}/login"
card_hosts = ["127.0.0.2"]
area_url = "https://127.0.0.1:{port}/area/"
log_out_url = "https://127.0.0.1:{port}/esci"
"#;
