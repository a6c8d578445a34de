//! A program reads the connection: it has put its own authority into the system's store, or it has not.

use crate::way_in::Way;
use journeys::apache::{Apache, Host};
use journeys::card::PIN;
use journeys::cns::{self, Ended};
use journeys::intercept::Intercept;
use serde_json::Value;
use std::path::{Path, PathBuf};

/// A portal that demands the card, and a program between it and the person.
struct Read {
    way: Way,
    apache: Apache,
    program: Intercept,
}

impl Read {
    fn begin() -> Self {
        let way = Way::new();
        let apache = way.apache(&[Host {
            address: "127.0.0.1",
            directives: "SSLProtocol -all +TLSv1.2\nSSLVerifyClient require",
            pages: &[("index.html", "<h1>Area riservata</h1>")],
        }]);
        let program = Intercept::start(&way.scene.place);
        Self { way, apache, program }
    }

    /// Runs `cns` through the program, on a computer whose system trusts this authority alone.
    fn cns(&self, system: &Path, words: &[&str]) -> Ended {
        let proxy = format!("--proxy=http://127.0.0.1:{}", self.program.port);
        let mut all = words.to_vec();
        all.push(&proxy);
        let mut command = self.way.scene.command(&all);
        command.env("SSL_CERT_FILE", system).env_remove("SSL_CERT_DIR");
        cns::run(&mut command, &format!("{PIN}\n"))
    }

    /// What is found before any PIN.
    fn looked_at(&self, system: &Path) -> Value {
        let profile = self.profile().display().to_string();
        self.cns(system, &["portal", "check", "--profile-read", &profile])
            .done()
    }

    /// The way in, with the card.
    fn walked(&self, system: &Path) -> Ended {
        let url = format!("https://127.0.0.1:{}/", self.apache.port);
        self.way.scene.card.forget();
        self.cns(system, &["get", &url, "--follow", "--pin-stdin"])
    }

    fn profile(&self) -> PathBuf {
        let text = PROFILE.replace("{port}", &self.apache.port.to_string());
        self.way.scene.place.write("letto.toml", text)
    }
}

/// The case of a finding.
fn finding(told: &Value, code: &str) -> String {
    let findings = told["findings"].as_array().unwrap();
    let one = findings.iter().find(|finding| finding["code"] == code);
    let one = one.unwrap_or_else(|| panic!("{code} in {told:#}"));
    one["case"].as_str().unwrap().to_owned()
}

#[test]
fn who_goes_on_through_a_program_that_the_computer_trusts_gives_it_no_signature() {
    let read = Read::begin();
    let told = read.looked_at(&read.program.authority);
    assert_eq!(finding(&told, "interception"), "private");
    assert_eq!(read.way.spent(), (0, 0));
    // The program asks for no card, and the portal gets none from the program.
    let ended = read.walked(&read.program.authority);
    assert_eq!(ended.problem(), "page_refused", "{}", ended.out);
    assert_eq!(read.way.spent(), (1, 0));
    assert!(!read.apache.process.said().contains("verify=SUCCESS"));
}

#[test]
fn who_goes_on_through_a_program_that_the_computer_does_not_trust_is_refused() {
    let read = Read::begin();
    let ended = read.walked(&read.way.server.ca);
    assert_eq!(ended.problem(), "server_untrusted", "{}", ended.out);
    assert_eq!(read.way.spent(), (1, 0));
    // Nothing was asked of whoever it is, so nothing reached the portal either.
    assert!(!read.apache.process.said().contains("GET "));
}

const PROFILE: &str = r#"
schema = 1
id = "letto"
name = { it = "Portale letto", en = "Portal that is read" }
owner = "Ente d'esempio"
kind = "web"
status = "unverified"
sources = ["una fonte, letta il 2026-11-23"]
hosts = ["127.0.0.1"]

[web]
entry_url = "https://127.0.0.1:{port}/"
card_hosts = ["127.0.0.1"]
"#;
