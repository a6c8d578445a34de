//! A portal to be measured: on an SQLite file, with a spool for letters, and people in it.

use journeys::issuer::Issuer;
use journeys::peers::ServerCertificate;
use journeys::place::Place;
use journeys::ports;
use journeys::process::Process;
use journeys::programs::built;
use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

/// A running portal, and what is needed to ask it.
#[derive(Debug)]
pub(crate) struct House {
    pub(crate) place: Place,
    pub(crate) server: ServerCertificate,
    /// The authority of the cards.
    pub(crate) roots: PathBuf,
    pub(crate) cns_port: u16,
    pub(crate) api_port: u16,
    operator_port: u16,
    process: Process,
}

impl House {
    /// A portal with so many citizens in its archive.
    pub(crate) fn with(citizens: u32) -> Self {
        let place = Place::new();
        let server = ServerCertificate::issue(&place);
        let issuer = Issuer::new(&place);
        issuer.issue("-days 30");
        let roots = PathBuf::from(issuer.root());
        let (cns_port, operator_port) = (ports::free_pair(), ports::free_pair());
        let host = |name: &str, port: u16| {
            format!(
                "[{name}]\nlisten = \"127.0.0.1:{port}\"\ncertificate = \"{}\"\nkey = \"{}\"\n",
                server.certificate.display(),
                server.key.display()
            )
        };
        let configuration = place.write(
            "house/portal.toml",
            format!(
                "client_roots = [\"{}\"]\ndatabase = \"portal.sqlite\"\nkeys = \"keys\"\n{}{}{}[delivery]\nspool = \"spool\"\n[limits]\nthrottling = false\n",
                roots.display(),
                host("cns", cns_port),
                host("api", cns_port + 1),
                host("operator", operator_port)
            ),
        );
        let program = || {
            let mut command = place.command(built("cns-portal"));
            command.current_dir(configuration.parent().unwrap());
            command
        };
        run(program().args(["make-keys", "keys"]));
        fs::create_dir(configuration.with_file_name("spool")).unwrap();
        private(&configuration.with_file_name("spool"));
        run(program()
            .args(["seed", "--config", "portal.toml", "--citizens"])
            .arg(citizens.to_string()));
        let mut add = program();
        add.args(["operator", "add", "--config", "portal.toml", OPERATOR]);
        said_to(add, PASSWORD);
        let mut serve = program();
        serve.args(["serve", "--config", "portal.toml"]);
        let mut process = Process::start(&serve);
        process.wait_for("the portal", |said| said.contains("ready").then_some(()));
        Self {
            place,
            server,
            roots,
            cns_port,
            api_port: cns_port + 1,
            operator_port,
            process,
        }
    }

    /// Whose area is read: the person of the card, whom every archive knows.
    pub(crate) fn person(&self) -> &'static str {
        PERSON
    }

    /// A PIN dispositivo by the counter, read from the letter in the spool.
    pub(crate) fn issue_pin(&mut self) -> String {
        let login = format!(r#"{{"name":"{OPERATOR}","password":"{PASSWORD}"}}"#);
        let session = self.post(self.operator_port, "/operator/v1/sessions", &login, None);
        let operator = field(&session, "token");
        let issue = format!(
            r#"{{"identified":{{"codice_fiscale":"{PERSON}","document_number":"AA0000000","document_expiry":"2035-01-01"}},
            "surname":"Rossi","name":"Maria","sex":"F","birth_date":"1980-01-01",
            "address":{{"street":"Via delle Prove 12","town":"Fictopoli","province":"ZZ","postal_code":"00000","country":"IT"}},
            "contacts":{{"mobile":"+393330000000","email":"maria@example.org"}}}}"#
        );
        self.post(
            self.operator_port,
            "/operator/v1/counter-issues",
            &issue,
            Some(&operator),
        );
        let spool = self.place.file("house/spool");
        let until = Instant::now() + Duration::from_secs(20);
        loop {
            let letter = fs::read_dir(&spool)
                .unwrap()
                .filter_map(|entry| Some(entry.ok()?.path()))
                .find(|path| path.extension().is_some_and(|end| end == "pdf"));
            if let Some(letter) = letter {
                return pin_of(&letter);
            }
            assert!(Instant::now() < until, "no letter: {}", self.process.said());
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// A session's token.
    pub(crate) fn log_in(&self, pin: &str) -> String {
        let body = format!(r#"{{"codice_fiscale":"{PERSON}","pin":"{pin}"}}"#);
        field(
            &self.post(self.api_port, "/rest/v1/pin-sessions", &body, None),
            "token",
        )
    }

    /// Resident memory of the portal, in KiB.
    pub(crate) fn resident(&self) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.process.id())).unwrap();
        let line = status
            .lines()
            .find_map(|line| line.strip_prefix("VmRSS:"))
            .unwrap();
        line.trim().trim_end_matches(" kB").parse().unwrap()
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
            .arg(&self.server.ca);
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

    fn post(&self, port: u16, path: &str, body: &str, token: Option<&str>) -> String {
        let body = self.place.write("body.json", body);
        let mut curl = self.place.command("curl");
        curl.args(["-sS", "--fail-with-body", "--cacert"])
            .arg(&self.server.ca);
        curl.args(["-H", "Content-Type: application/json", "--data"])
            .arg(format!("@{}", body.display()));
        if let Some(token) = token {
            let header = self
                .place
                .write("bearer", format!("Authorization: Bearer {token}"));
            curl.arg("-H").arg(format!("@{}", header.display()));
        }
        let output = curl
            .arg(format!("https://localhost:{port}{path}"))
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(output.status.success(), "{path}: {said}");
        said
    }
}

fn field(body: &str, name: &str) -> String {
    let body: serde_json::Value = serde_json::from_str(body).unwrap();
    body[name]
        .as_str()
        .unwrap_or_else(|| panic!("no {name}"))
        .to_owned()
}

/// The eight symbols of the letter: the only line of two groups of four capitals and digits.
fn pin_of(letter: &std::path::Path) -> String {
    let output = Command::new("pdftotext")
        .arg("-layout")
        .arg(letter)
        .arg("-")
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let is_group = |group: &str| {
        group.len() == 4
            && group
                .chars()
                .all(|sign| sign.is_ascii_uppercase() || sign.is_ascii_digit())
    };
    let line = text.lines().map(str::trim).find(|line| {
        line.split_once(' ')
            .is_some_and(|(first, second)| is_group(first) && is_group(second))
    });
    line.expect("the letter holds the PIN").replace(' ', "")
}

fn run(command: &mut Command) {
    let output = command.output().unwrap();
    let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    assert!(output.status.success(), "{command:?}: {said}");
}

/// Runs a command that is told one line.
fn said_to(mut command: Command, line: &str) {
    let mut process = {
        command.stdin(std::process::Stdio::piped());
        command.spawn().unwrap()
    };
    let mut input = process.stdin.take().unwrap();
    std::io::Write::write_all(&mut input, format!("{line}\n").as_bytes()).unwrap();
    drop(input);
    assert!(process.wait().unwrap().success(), "{command:?}");
}

fn private(folder: &std::path::Path) {
    fs::set_permissions(folder, std::os::unix::fs::PermissionsExt::from_mode(0o700)).unwrap();
}

/// The person of `journeys::issuer`'s certificate.
const PERSON: &str = "RSSMRA80A41Z999C";
const OPERATOR: &str = "prova";
const PASSWORD: &str = "una parola lunga di prova";
