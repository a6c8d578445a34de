//! `cns login` for portals of pages: to where the area begins, and out again.

use crate::visit::PROFILE;
use journeys::apache::{Apache, Host};
use journeys::card::PIN;
use journeys::cns::Ended;
use journeys::keyring::Keyring;
use journeys::peers::ServerCertificate;
use journeys::scene::Scene;
use std::path::PathBuf;

/// A service and a host for the card, and the profile of both.
struct Portal {
    scene: Scene,
    server: ServerCertificate,
    apache: Apache,
}

impl Portal {
    fn open(identity: &str) -> Self {
        let scene = Scene::with(identity);
        let server = scene.server();
        let apache = Apache::start(&scene.place, &server, &scene.roots, &HOSTS);
        Self {
            scene,
            server,
            apache,
        }
    }

    fn profile(&self, changed: impl FnOnce(String) -> String) -> PathBuf {
        let text = PROFILE.replace("{port}", &self.apache.port.to_string());
        self.scene.place.write("pagine.toml", changed(text))
    }

    fn log_in(&self, profile: &PathBuf, pin: &str) -> Ended {
        self.scene.card.forget();
        let [profile, roots, ca] =
            [profile, &self.scene.roots, &self.server.ca].map(|path| path.display().to_string());
        let words = [
            "login",
            "--portal",
            &profile,
            "--pin-stdin",
            "--trust-roots",
            &roots,
            "--server-ca",
            &ca,
        ];
        self.scene.cns(&words, &format!("{pin}\n"))
    }
}

#[test]
fn the_way_in_ends_where_the_area_begins_and_the_session_is_ended_again() {
    let portal = Portal::open("citizen-good");
    let keyring = Keyring::start(&portal.scene.place);
    let profile = portal.profile(|text| text);
    let ended = portal.log_in(&profile, PIN).done();
    assert_eq!(
        (&ended["inside"], &ended["log_out"]),
        (&true.into(), &"called".into()),
        "{ended:#}"
    );
    assert!(ended["url"].as_str().unwrap().ends_with("/area/"));
    assert_eq!(ended["hops"].as_array().unwrap().len(), 4);
    let spent = portal.scene.card.spent();
    assert_eq!((spent.verifies, spent.signatures), (1, 1));
    portal.apache.has_logged(&["/esci", "cookie=session=secret"]);
    assert_eq!(
        keyring.items(&portal.scene.place),
        Vec::<String>::new(),
        "nothing is kept"
    );
    keyring.stop();
}

#[test]
fn where_the_portal_wants_the_person_it_is_said_and_nothing_is_called_an_area() {
    let portal = Portal::open("citizen-good");
    let profile = portal.profile(|text| text.replace("/area/\"", "/altro/\""));
    let ended = portal.log_in(&profile, PIN).done();
    assert_eq!(ended["inside"], false, "{ended:#}");
}

#[test]
fn a_card_that_is_not_good_goes_to_no_host_and_a_wrong_pin_to_none_either() {
    let portal = Portal::open("citizen-good");
    let profile = portal.profile(|text| text);
    assert_eq!(portal.log_in(&profile, "00000").problem(), "pin_wrong");
    assert_eq!(portal.scene.card.spent().signatures, 0);
    let portal = Portal::open("citizen-expired");
    let profile = portal.profile(|text| text);
    assert_eq!(portal.log_in(&profile, PIN).problem(), "certificate_refused");
    let spent = portal.scene.card.spent();
    assert_eq!((spent.verifies, spent.signatures), (0, 0));
}

const HOSTS: [Host<'static>; 2] = [
    Host {
        address: "127.0.0.1",
        directives: r#"
RewriteEngine on
RewriteRule ^/login$ https://127.0.0.2:{port}/sso?SAMLRequest=abc [R=302,L]
RewriteCond %{REQUEST_METHOD} POST
RewriteRule ^/acs$ /area/ [R=303,L,CO=session:secret:127.0.0.1:10:/:secure:httponly]
RewriteRule ^/esci$ /fuori.html [R=302,L]
RewriteCond %{HTTP_COOKIE} !session=secret
RewriteRule ^/area/ - [F]
"#,
        pages: &[
            ("area/index.html", "<h1>Area riservata</h1>"),
            ("fuori.html", "<h1>Arrivederci</h1>"),
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
];
