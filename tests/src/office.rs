//! A body that runs the reference portal with a PIN of its own: the portal, a mail server, a spool, an operator.

use crate::card::Card;
use crate::cns;
use crate::peers::ServerCertificate;
use crate::place::Place;
use crate::ports;
use crate::post::Post;
use crate::process::Process;
use crate::programs;
use crate::visitor::Visitor;
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
    /// Whether its people choose their PIN themselves.
    pub chosen_pins: bool,
    /// How much it logs, in the words of `RUST_LOG`.
    pub log: &'static str,
}

impl Plan {
    /// Who makes a PIN, in the word that the portal and its profile share.
    fn making(&self) -> &'static str {
        match self.chosen_pins {
            true => "chosen",
            false => "generated",
        }
    }
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
            chosen_pins: false,
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
                "client_roots = [\"{}\"]\ndatabase = \"{}\"\nkeys = \"{}\"\n{}{}{}{}[limits]\nthrottling = {}\n[pin]\nchange_by = \"{}\"\n",
                plan.cards.display(),
                database.display(),
                keys.display(),
                host("cns", hosts),
                host("api", hosts + 1),
                host("operator", operators),
                post.configuration(),
                plan.throttling,
                plan.making(),
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
        let profile = place.write("office-profile.toml", profile(hosts, plan.making()));
        let mut serve = place.command(programs::built("cns-portal"));
        serve
            .args(["serve", "--config"])
            .arg(&configuration)
            .env("RUST_LOG", plan.log);
        let mut process = Process::start(&serve);
        process.wait_for("the portal", |said| said.contains("portal: ready").then_some(()));
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
    pub fn words(&self) -> [String; 5] {
        let path = |path: &PathBuf| path.display().to_string();
        [
            "--portal".to_owned(),
            path(&self.profile),
            "--server-ca".to_owned(),
            path(&self.server.ca),
            "--profile-read".to_owned(),
        ]
    }

    /// Lets so many days go by for the PINs that there are: the portal has no clock that a story could turn, and no PIN
    /// is to be changed sooner than after a month.
    ///
    /// # Panics
    /// When the database cannot be written.
    pub fn age_pins(&self, place: &Place, days: u32) {
        let change = format!(
            "UPDATE credential SET changed_at = changed_at - {days} * 86400, used_at = used_at - {days} * 86400"
        );
        let write =
            "import sqlite3, sys\nwith sqlite3.connect(sys.argv[1]) as file: file.execute(sys.argv[2])";
        let mut command = place.command("python3");
        command.args(["-c", write]).arg(&self.database).arg(change);
        let ended = cns::run(&mut command, "");
        assert_eq!(ended.code, 0, "{}", ended.err);
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

/// Runs `cns-portal` to its end.
#[track_caller]
fn portal(place: &Place, words: impl FnOnce(&mut Command) -> &mut Command, stdin: &str) {
    let mut command = place.command(programs::built("cns-portal"));
    let ended = cns::run(words(&mut command), stdin);
    assert_eq!(ended.code, 0, "{} {}", ended.out, ended.err);
}

fn profile(hosts: u16, making: &str) -> String {
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
change = "{making}"

[[contacts]]
label = {{ it = "Ufficio", en = "Office" }}
number = "06 99999999"
by = "phone"
source = "the stories"
read_on = "2026-11-22"
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
