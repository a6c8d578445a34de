//! Each way in, end to end in the real window: from the card in the reader to the portal's page in front of the person.

use crate::visit::{in_front_of, wait_for_heading};
use journeys::apache::{Apache, Host, TEMPLATE};
use journeys::card::PIN;
use journeys::peers::{self, ServerCertificate};
use journeys::saml::Federation;
use journeys::scene::Scene;
use journeys::window::{Display, Window};

/// A person at a desk, before a portal that each story builds.
struct Desk {
    scene: Scene,
    server: ServerCertificate,
    display: Display,
}

impl Desk {
    fn new() -> Self {
        let scene = Scene::with("citizen-good");
        Self {
            server: scene.server(),
            display: Display::start(&scene.place),
            scene,
        }
    }

    fn apache(&self, hosts: &[Host<'_>]) -> Apache {
        Apache::start(&self.scene.place, &self.server, &self.scene.roots, hosts)
    }

    /// Types the PIN under the name of the host that asks first.
    fn set_out(&self, entry: &str, cards: &[&str], area: &str) -> Window {
        let cards: Vec<String> = cards.iter().map(|host| format!("\"{host}\"")).collect();
        let profile = PROFILE
            .replace("{entry}", entry)
            .replace("{cards}", &cards.join(", "))
            .replace("{area}", area);
        let more = ["--profile-read".to_owned()];
        let window = in_front_of(&self.scene, &self.server, &self.display, profile, &more, &[]);
        window.wait_for_screen("card");
        window.press("enter");
        window.wait_for_screen("pin_of_the_card");
        window.type_pin(PIN);
        window
    }

    /// The same, to the portal's page.
    fn walk_in(&self, entry: &str, cards: &[&str], area: &str, picture: &str) {
        let mut window = self.set_out(entry, cards, area);
        window.wait_for_screen("web_area");
        window.turn_to_the_other();
        wait_for_heading(&window, "Area riservata");
        window.keep_picture(picture);
        let spent = self.scene.card.spent();
        assert_eq!(
            (spent.verifies, spent.signatures),
            (1, cards.len()),
            "one PIN, one signature for each host"
        );
    }
}

#[test]
fn by_saml_from_mod_auth_mellon_to_an_identity_provider_that_demands_the_card() {
    let desk = Desk::new();
    let federation = Federation::start(&desk.scene.place, &desk.server, &desk.scene.roots);
    let area = format!("https://127.0.0.1:{}/area/", federation.service.port);
    desk.walk_in(&area, &["127.0.0.2"], &area, "65-way-by-saml");
    let said = federation.provider.said();
    assert!(said.contains(&desk.scene.card.codice_fiscale), "{said}");
}

#[test]
fn by_two_hosts_in_a_row_that_each_demand_the_card_in_their_own_version_of_tls() {
    let desk = Desk::new();
    let apache = desk.apache(&[
        AREA,
        Host {
            address: "127.0.0.2",
            directives: "SSLProtocol -all +TLSv1.2\nSSLVerifyClient require\nRedirect /in https://127.0.0.3:{port}/in",
            pages: &[],
        },
        Host {
            address: "127.0.0.3",
            directives: "SSLProtocol -all +TLSv1.3\nSSLVerifyClient require\nRedirect /in https://127.0.0.1:{port}/area/",
            pages: &[],
        },
    ]);
    let at = |place: &str| format!("https://{}", place.replace("{port}", &apache.port.to_string()));
    desk.walk_in(
        &at("127.0.0.2:{port}/in"),
        &["127.0.0.2", "127.0.0.3"],
        &at("127.0.0.1:{port}/area/"),
        "66-way-by-two-hosts",
    );
}

#[test]
fn by_the_public_template_that_demands_the_card_in_the_middle() {
    let desk = Desk::new();
    let apache = desk.apache(&[
        AREA,
        Host {
            address: "127.0.0.2",
            directives: TEMPLATE,
            pages: &[(
                "secure/index.html",
                r#"<meta http-equiv="refresh" content="0; url=https://127.0.0.1:{port}/area/"><p>Un attimo</p>"#,
            )],
        },
    ]);
    desk.walk_in(
        &format!("https://127.0.0.2:{}/secure/", apache.port),
        &["127.0.0.2"],
        &format!("https://127.0.0.1:{}/area/", apache.port),
        "67-way-by-the-template",
    );
}

#[test]
fn by_nginx_that_demands_the_card_of_a_whole_host() {
    let desk = Desk::new();
    let apache = desk.apache(&[AREA]);
    let area = format!("https://127.0.0.1:{}/area/", apache.port);
    let nginx = peers::nginx_leading_to(&desk.scene.place, &desk.server, &desk.scene.roots, &area);
    desk.walk_in(&nginx.url(), &["localhost"], &area, "68-way-by-nginx");
}

#[test]
fn a_way_that_leads_round_in_a_circle_ends_with_its_name_on_a_screen_of_ours() {
    let desk = Desk::new();
    let host = peers::hostile(&desk.scene.place, &desk.server, &desk.scene.roots);
    let at = |path: &str| format!("https://127.0.0.1:{}/{path}", host.port);
    let window = desk.set_out(&at("loop"), &["127.0.0.1"], &at("area/"));
    window.wait_for_screen("problem");
    assert!(window.wait_for("problem-code").contains("walk_too_long"));
    window.judge("69-way-in-a-circle");
    assert_eq!(window.windows(), 1);
}

/// Where the ways lead: no card is asked for there.
const AREA: Host<'static> = Host {
    address: "127.0.0.1",
    directives: "",
    pages: &[("area/index.html", "<h1>Area riservata</h1>")],
};

const PROFILE: &str = r#"
schema = 1
id = "pagine"
name = { it = "Portale di pagine", en = "Portal of pages" }
owner = "Ente d'esempio"
kind = "web"
status = "verified"
hosts = ["127.0.0.1", "127.0.0.2", "127.0.0.3", "localhost"]

[web]
entry_url = "{entry}"
card_hosts = [{cards}]
area_url = "{area}"
"#;
