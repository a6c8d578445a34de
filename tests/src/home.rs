//! Somebody at home, with a keyring and the address of the office; and the people whom the office knows.

use crate::cns::{self, Ended};
use crate::keyring::Keyring;
use crate::office::Office;
use crate::patience;
use crate::place::Place;
use std::fmt::Write as _;

/// Somebody at home, with a keyring and the address of the office.
#[derive(Debug)]
pub struct Home<'a> {
    /// Their folders.
    pub place: &'a Place,
    /// Their keyring.
    pub keyring: &'a Keyring,
    /// The body.
    pub office: &'a Office,
}

impl Home<'_> {
    /// A `cns --json` command that goes to the office, with these lines on its standard input: as soon as the portal
    /// compares what it is given, for after something wrong it waits a while.
    ///
    /// # Panics
    /// When it waits for longer than a story does.
    #[track_caller]
    pub fn at_the_office(&self, words: &[&str], lines: &[&str]) -> Ended {
        let office = self.office.words();
        let mut all = words.to_vec();
        all.extend(office.iter().map(String::as_str));
        let waits = |ended: &Ended| ended.code == 1 && ended.problem() == "too_many_requests";
        patience::until(
            || format!("the portal compares again: {words:?}"),
            || Some(self.cns(&all, lines)).filter(|ended| !waits(ended)),
        )
    }

    /// A `cns --json` command, with these lines on its standard input.
    pub fn cns(&self, words: &[&str], lines: &[&str]) -> Ended {
        let mut command = cns::cns(self.place, words);
        self.keyring.lead(&mut command).env("RUST_LOG", "trace");
        let mut stdin = String::new();
        for line in lines {
            // Writing into a String cannot fail.
            let _ = writeln!(stdin, "{line}");
        }
        let ended = cns::run(&mut command, &stdin);
        for line in lines.iter().filter(|line| line.len() >= 8) {
            assert!(
                !ended.err.contains(line),
                "{words:?}: what was typed stands in the log"
            );
        }
        ended
    }

    /// Asks for a PIN, and gives the receipt.
    ///
    /// # Panics
    /// When the portal does not take the request.
    #[track_caller]
    pub fn request(&self, person: &Person) -> String {
        let form = self
            .place
            .write("request.toml", person.form())
            .display()
            .to_string();
        let words = ["pin-portal", "request", "--yes", "--from-file", &form];
        let received = self.at_the_office(&words, &[]).done();
        assert_eq!(received["expected"][0]["half"], "first", "{received}");
        received["receipt"].as_str().expect("a receipt").to_owned()
    }

    /// Asks for a PIN and waits for both halves: one by SMS or e-mail, one by letter.
    #[track_caller]
    pub fn halves(&self, person: &Person) -> (String, String) {
        self.request(person);
        let post = &self.office.post;
        let first = match person.mobile {
            Some(mobile) => post.code_by_sms(mobile, "prima parte"),
            None => post.code_by_mail(&person.mail(), "prima parte"),
        };
        let whose = format!("{} {}", person.name, person.surname);
        let second = self
            .office
            .post
            .code_by_letter(self.place, &[&whose, "seconda parte"]);
        (first, second)
    }

    /// Asks for a PIN and makes the working one, in a session that stays open.
    #[track_caller]
    pub fn working_pin(&self, person: &Person) -> String {
        let (first, second) = self.halves(person);
        let inside = self
            .log_in_with_pin(person.code, &format!("{first}{second}"))
            .done();
        inside["new_pin"].as_str().expect("the new PIN").to_owned()
    }

    /// Logs in with this PIN.
    #[track_caller]
    pub fn log_in_with_pin(&self, code: &str, pin: &str) -> Ended {
        self.at_the_office(&["login", "--with-pin", "--stdin"], &[code, pin])
    }
}

/// Somebody whom the archive of the examples knows.
#[derive(Debug)]
pub struct Person {
    /// Codice fiscale.
    pub code: &'static str,
    /// Number of the tessera.
    pub tessera: &'static str,
    /// Its expiry.
    pub expiry: &'static str,
    /// Their mobile number, where they have one.
    pub mobile: Option<&'static str>,
    /// Given name.
    pub name: &'static str,
    /// Surname.
    pub surname: &'static str,
    /// Sex.
    pub sex: &'static str,
    /// Day of birth.
    pub birth_date: &'static str,
    /// Street and number.
    pub street: &'static str,
}

impl Person {
    /// Anna Verdi.
    pub const ANNA: Self = Self {
        code: "VRDNNA85P52Z999Y",
        tessera: "80380999000000000022",
        expiry: "2028-03-31",
        mobile: None,
        name: "Anna",
        surname: "Verdi",
        sex: "F",
        birth_date: "1985-09-12",
        street: "Piazza del Campione 3",
    };

    /// The same, who can be reached by SMS too.
    pub const ANNA_WITH_A_MOBILE: Self = Self {
        mobile: Some("+393339999999"),
        ..Self::ANNA
    };

    /// Her brother.
    pub const BRUNO: Self = Self {
        code: "VRDBRN88C05Z999V",
        tessera: "80380999000000000033",
        expiry: "2027-11-30",
        name: "Bruno",
        sex: "M",
        birth_date: "1988-03-05",
        ..Self::ANNA
    };

    /// Where their e-mail goes.
    pub fn mail(&self) -> String {
        format!("{}@esempio.it", self.name.to_lowercase())
    }

    /// A request as the archive knows them, so that nobody has to call.
    pub fn form(&self) -> String {
        let Self {
            code,
            name,
            surname,
            sex,
            birth_date,
            street,
            mobile,
            ..
        } = self;
        let mobile = mobile.map(|mobile| format!("mobile = \"{mobile}\"\n"));
        format!(
            "codice_fiscale = \"{code}\"\nresidence = \"italy\"\nsurname = \"{surname}\"\nname = \"{name}\"\n\
             sex = \"{sex}\"\nbirth_date = {birth_date}\nbirth_place = \"Borgo Esempio\"\n\
             preferred_phone = \"landline\"\ncall_slot = \"morning\"\n\
             [address]\nstreet = \"{street}\"\ntown = \"Borgo Esempio\"\nprovince = \"ZZ\"\n\
             postal_code = \"99999\"\ncountry = \"IT\"\n\
             [contacts]\nlandline = \"+39 06 99999999\"\nemail = \"{}\"\n{}",
            self.mail(),
            mobile.unwrap_or_default()
        )
    }
}
