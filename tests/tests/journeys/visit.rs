//! A person at a desk before a portal of pages, which this stage runs: a service, who vouches for the person, and a stranger.

use crate::window::offline;
use journeys::apache::{Apache, Host};
use journeys::card::PIN;
use journeys::peers::ServerCertificate;
use journeys::programs;
use journeys::scene::Scene;
use journeys::window::{Display, Window};
use std::process::Command;

/// A person at a desk, before a portal of pages.
pub(crate) struct Visit {
    pub(crate) scene: Scene,
    pub(crate) server: ServerCertificate,
    pub(crate) apache: Apache,
    pub(crate) display: Display,
}

impl Visit {
    pub(crate) fn new() -> Self {
        let scene = Scene::with("citizen-good");
        let server = scene.server();
        Self {
            apache: Apache::start(&scene.place, &server, &scene.roots, &HOSTS),
            display: Display::start(&scene.place),
            server,
            scene,
        }
    }

    pub(crate) fn open(&self) -> Window {
        self.open_with(&[])
    }

    pub(crate) fn open_with(&self, more: &[String]) -> Window {
        self.open_saying(&[&["--profile-read".to_owned()], more].concat(), &[])
    }

    pub(crate) fn open_in(&self, surroundings: &[(&str, String)]) -> Window {
        self.open_saying(&["--profile-read".to_owned()], surroundings)
    }

    pub(crate) fn open_saying(&self, more: &[String], surroundings: &[(&str, String)]) -> Window {
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
    pub(crate) fn walk_in(&self, window: &mut Window) {
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
    pub(crate) fn status_with_copied_cookie(&self) -> String {
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
    pub(crate) fn connections(&self) -> usize {
        self.apache.process.said().matches(" established ").count()
    }

    pub(crate) fn titles(&self) -> String {
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

pub(crate) const HOSTS: [Host<'static>; 3] = [
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

pub(crate) const PROFILE: &str = r#"
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
