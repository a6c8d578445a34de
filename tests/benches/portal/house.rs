//! A portal to be measured, and the person whose area is read.

use journeys::issuer::Issuer;
use journeys::office::{Office, Plan};
use journeys::place::Place;
use journeys::{cns, memory};
use std::path::PathBuf;
use std::time::Duration;

/// A running portal, and what is needed to ask it.
#[derive(Debug)]
pub(crate) struct House {
    pub(crate) place: Place,
    pub(crate) office: Office,
    /// The authority of the cards.
    pub(crate) cards: PathBuf,
}

impl House {
    /// A portal with so many citizens in its archive.
    pub(crate) fn with(citizens: u32) -> Self {
        let place = Place::new();
        let issuer = Issuer::new(&place);
        issuer.issue("-days 30");
        let cards = PathBuf::from(issuer.root());
        let plan = Plan {
            chosen_pins: false,
            cards: cards.clone(),
            citizens,
            throttling: false,
            log: "warn,portal=info",
        };
        let office = Office::open_as(&place, &plan);
        Self { place, office, cards }
    }

    /// A PIN dispositivo by the counter, read from the letter in the spool.
    pub(crate) fn issue_pin(&self) -> String {
        let issue = format!(
            r#"{{"identified":{{"codice_fiscale":"{PERSON}","document_number":"AA0000000","document_expiry":"2035-01-01"}},
            "surname":"Rossi","name":"Maria","sex":"F","birth_date":"1980-01-01",
            "address":{{"street":"Via delle Prove 12","town":"Borgo Esempio","province":"ZZ","postal_code":"99999","country":"IT"}},
            "contacts":{{"mobile":"+393330000000","email":"maria@esempio.it"}}}}"#
        );
        let operator = self.office.operator(&self.place);
        operator.post(&self.place, "/operator/v1/counter-issues", &issue);
        self.office.post.code_by_letter(&self.place, &["PIN dispositivo"])
    }

    /// Ends the PIN of the person, at the counter.
    pub(crate) fn revoke_pin(&self) {
        let revocation = format!(
            r#"{{"identified":{{"codice_fiscale":"{PERSON}","document_number":"AA0000000","document_expiry":"2035-01-01"}}}}"#
        );
        let operator = self.office.operator(&self.place);
        operator.post(&self.place, "/operator/v1/revocations", &revocation);
    }

    /// What logs the person in with this PIN.
    pub(crate) fn log_in_body(pin: &str) -> String {
        Self::log_in_body_of(PERSON, pin)
    }

    /// What logs anybody in.
    pub(crate) fn log_in_body_of(codice_fiscale: &str, pin: &str) -> String {
        format!(r#"{{"codice_fiscale":"{codice_fiscale}","pin":"{pin}"}}"#)
    }

    /// A session's token.
    pub(crate) fn log_in(&self, pin: &str) -> String {
        let citizen = self.office.citizen();
        let session = citizen.post(&self.place, "/rest/v1/pin-sessions", &Self::log_in_body(pin));
        session["token"].as_str().expect("a token").to_owned()
    }

    /// Memory of the portal, in MB.
    pub(crate) fn memory(&self) -> u64 {
        memory::of_tree(self.office.id())
    }

    /// The shortest time that one Argon2id takes with the portal's costs, by the reference implementation.
    pub(crate) fn argon2id(&self) -> Duration {
        let mut command = self.place.command("argon2");
        command.args([
            "saltsaltsalt",
            "-id",
            "-t",
            "2",
            "-k",
            "19456",
            "-p",
            "1",
            "-l",
            "32",
        ]);
        let one = || {
            let ended = cns::run(&mut command, "A2B3C4D5");
            let seconds = ended.out.lines().find_map(|line| line.strip_suffix(" seconds"));
            Duration::from_secs_f64(seconds.expect(&ended.out).parse().unwrap())
        };
        std::iter::repeat_with(one).take(7).min().unwrap()
    }

    /// New TLS connections with the card's certificate a second, by `openssl s_time`.
    pub(crate) fn handshakes(&self, port: u16) -> f64 {
        let mut command = self.place.command("openssl");
        let address = format!("127.0.0.1:{port}");
        let leaf = self.place.file("issuer/leaf.pem");
        command
            .args(["s_time", "-new", "-time", "5", "-connect", &address, "-cert"])
            .arg(leaf)
            .arg("-key")
            .arg(self.place.file("issuer/leaf.key"))
            .arg("-CAfile")
            .arg(&self.office.server.ca);
        let output = command.output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        // `1234 connections in 5.01 real seconds, …`
        let line = said
            .lines()
            .find(|line| line.contains("real seconds"))
            .unwrap_or_else(|| panic!("{said}"));
        let mut words = line.split_whitespace();
        let connections: f64 = words.next().unwrap().parse().unwrap();
        let seconds: f64 = words.nth(2).unwrap().parse().unwrap();
        assert!(connections > 0.0, "{said}");
        connections / seconds
    }
}

/// The person of `journeys::issuer`'s certificate, whom every archive knows.
pub(crate) const PERSON: &str = "RSSMRA80A41Z999C";
/// Somebody whom no archive knows.
pub(crate) const NOBODY: &str = "BNCLCU70A01Z999S";
