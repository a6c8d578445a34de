//! A body that runs the reference portal with a PIN of its own: the portal, a mail server, a spool, an operator.

use crate::card::Card;
use crate::cns::{self, Ended};
use crate::keyring::Keyring;
use crate::patience;
use crate::peers::ServerCertificate;
use crate::place::Place;
use crate::ports;
use crate::post::Post;
use crate::process::Process;
use crate::programs;
use crate::visitor::Visitor;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The body's portal and everything around it.
#[derive(Debug)]
pub struct Office {
    /// Where its messages and letters arrive.
    pub post: Post,
    /// The profile's file.
    pub profile: PathBuf,
    /// Who its hosts say they are.
    pub server: ServerCertificate,
    /// The SQLite file.
    pub database: PathBuf,
    /// Where the host listens that demands the card's certificate; the host of the area listens on the next.
    pub port: u16,
    operators: u16,
    process: Process,
}

/// What differs from one office to another.
#[derive(Debug)]
pub struct Plan {
    /// The authority of the cards that it takes, PEM.
    pub cards: PathBuf,
    /// How many people its archive holds besides the examples.
    pub citizens: u32,
    /// Whether it slows down who tries again and again.
    pub throttling: bool,
    /// How much it logs, in the words of `RUST_LOG`.
    pub log: &'static str,
}

impl Office {
    /// Opens it in this place, as the stories have it.
    ///
    /// # Panics
    /// When one of its parts does not start.
    pub fn open(place: &Place) -> Self {
        let plan = Plan {
            cards: Card::roots(place),
            citizens: 0,
            throttling: true,
            log: "trace",
        };
        Self::open_as(place, &plan)
    }

    /// Opens another.
    ///
    /// # Panics
    /// When one of its parts does not start.
    pub fn open_as(place: &Place, plan: &Plan) -> Self {
        let server = ServerCertificate::issue(place);
        let (hosts, operators) = (ports::free_pair(), ports::free_pair());
        let post = Post::open(place);
        let host = |name: &str, port: u16| {
            format!(
                "[{name}]\nlisten = \"127.0.0.1:{port}\"\ncertificate = \"{}\"\nkey = \"{}\"\n",
                server.certificate.display(),
                server.key.display()
            )
        };
        let keys = place.file("portal-keys");
        portal(place, |portal| portal.arg("make-keys").arg(&keys), "");
        let database = place.file("portal.sqlite");
        let configuration = place.write(
            "office.toml",
            format!(
                "client_roots = [\"{}\"]\ndatabase = \"{}\"\nkeys = \"{}\"\n{}{}{}{}[limits]\nthrottling = {}\n",
                plan.cards.display(),
                database.display(),
                keys.display(),
                host("cns", hosts),
                host("api", hosts + 1),
                host("operator", operators),
                post.configuration(),
                plan.throttling,
            ),
        );
        let add = ["operator", "add", "--config"];
        portal(
            place,
            |portal| portal.args(add).arg(&configuration).arg(OPERATOR),
            &format!("{PASSWORD}\n"),
        );
        let citizens = plan.citizens.to_string();
        let seed = ["seed", "--citizens", &citizens, "--config"];
        portal(place, |portal| portal.args(seed).arg(&configuration), "");
        let profile = place.write("office-profile.toml", profile(hosts));
        let mut serve = place.command(programs::built("cns-portal"));
        serve
            .args(["serve", "--config"])
            .arg(&configuration)
            .env("RUST_LOG", plan.log);
        let mut process = Process::start(&serve);
        process.wait_for("the portal", |said| said.contains("ready").then_some(()));
        Self {
            post,
            profile,
            server,
            database,
            port: hosts,
            operators,
            process,
        }
    }

    /// The words that lead a command here.
    pub fn words(&self) -> [String; 4] {
        let path = |path: &PathBuf| path.display().to_string();
        [
            "--portal".to_owned(),
            path(&self.profile),
            "--server-ca".to_owned(),
            path(&self.server.ca),
        ]
    }

    /// Everything it has logged.
    pub fn log(&self) -> String {
        self.process.said()
    }

    /// The portal's process.
    pub fn id(&self) -> u32 {
        self.process.id()
    }

    /// An operator who has logged in.
    ///
    /// # Panics
    /// When the operators' host refuses.
    pub fn operator(&self, place: &Place) -> Visitor {
        let login = format!("{{\"name\":\"{OPERATOR}\",\"password\":\"{PASSWORD}\"}}");
        let mut operator = self.visitor(self.operators);
        let session = operator.post(place, "/operator/v1/sessions", &login);
        operator.token = session["token"].as_str().map(str::to_owned);
        assert!(operator.token.is_some(), "{session}");
        operator
    }

    /// Somebody at the host of the area, who is not known yet.
    pub fn citizen(&self) -> Visitor {
        self.visitor(self.port + 1)
    }

    fn visitor(&self, port: u16) -> Visitor {
        Visitor {
            base: format!("https://localhost:{port}"),
            server_ca: self.server.ca.clone(),
            token: None,
        }
    }
}

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

    /// Asks for a PIN and waits for both halves: one by e-mail, one by letter.
    #[track_caller]
    pub fn halves(&self, person: &Person) -> (String, String) {
        self.request(person);
        let first = self.office.post.code_by_mail(&person.mail(), "prima parte");
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
    name: &'static str,
    surname: &'static str,
    sex: &'static str,
    birth_date: &'static str,
    street: &'static str,
}

impl Person {
    /// Anna Verdi.
    pub const ANNA: Self = Self {
        code: "VRDNNA85P52Z999Y",
        tessera: "80380999000000000022",
        expiry: "2028-03-31",
        name: "Anna",
        surname: "Verdi",
        sex: "F",
        birth_date: "1985-09-12",
        street: "Piazza del Campione 3",
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
    fn form(&self) -> String {
        let Self {
            code,
            name,
            surname,
            sex,
            birth_date,
            street,
            ..
        } = self;
        format!(
            "codice_fiscale = \"{code}\"\nresidence = \"italy\"\nsurname = \"{surname}\"\nname = \"{name}\"\n\
             sex = \"{sex}\"\nbirth_date = {birth_date}\nbirth_place = \"Borgo Esempio\"\n\
             preferred_phone = \"landline\"\ncall_slot = \"morning\"\n\
             [address]\nstreet = \"{street}\"\ntown = \"Borgo Esempio\"\nprovince = \"ZZ\"\n\
             postal_code = \"99999\"\ncountry = \"IT\"\n\
             [contacts]\nlandline = \"+39 06 99999999\"\nemail = \"{}\"\n",
            self.mail()
        )
    }
}

/// Runs `cns-portal` to its end.
#[track_caller]
fn portal(place: &Place, words: impl FnOnce(&mut Command) -> &mut Command, stdin: &str) {
    let mut command = place.command(programs::built("cns-portal"));
    let ended = cns::run(words(&mut command), stdin);
    assert_eq!(ended.code, 0, "{} {}", ended.out, ended.err);
}

fn profile(hosts: u16) -> String {
    format!(
        r#"schema = 1
id = "ufficio"
name = {{ it = "Portale dell'ufficio", en = "Portal of the office" }}
owner = "Sportello"
kind = "api"
status = "verified"
hosts = ["localhost"]

[cns]
exchange_url = "https://localhost:{hosts}"
api_url = "https://localhost:{}"

[pin]
status = "allowed"
hold_rule = true
"#,
        hosts + 1
    )
}

/// Whether a file, or one that a database keeps beside it, holds this.
///
/// # Panics
/// When the file is not there.
pub fn database_holds(database: &Path, secret: &str) -> bool {
    let beside = ["", "-wal", "-shm"].map(|end| PathBuf::from(format!("{}{end}", database.display())));
    assert!(database.is_file());
    beside
        .iter()
        .filter_map(|file| std::fs::read(file).ok())
        .any(|content| crate::disk::holds(&content, secret))
}

const OPERATOR: &str = "paola";
const PASSWORD: &str = "correct horse battery staple";
