//! Opens sessions for schemathesis, which knows how to ask an address for a token and nothing of cards.

use super::pki;
use super::portal::{Hosts, curl};
use crate::{Failure, shell};
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;

/// Listens for as long as the process lives: `GET /anna` answers with a token of Anna's.
pub(super) struct Desk {
    address: SocketAddr,
}

/// Invented people whom the archive knows.
const PEOPLE: [(&str, &str, &str, &str); 2] = [
    ("anna", "VRDNNA85P52Z999Y", "Anna", "Verdi"),
    ("bruno", "VRDBRN88C05Z999V", "Bruno", "Verdi"),
];

impl Desk {
    pub(super) fn open(folder: &Path, hosts: &Hosts) -> Result<Self, Failure> {
        for (file, codice_fiscale, given, surname) in PEOPLE {
            pki::card(folder, file, codice_fiscale, given, surname)?;
        }
        let failed = |error| Failure::NotStarted {
            program: "the desk".to_owned(),
            error,
        };
        let listener = TcpListener::bind("127.0.0.1:0").map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        let clerk = Clerk {
            folder: folder.to_owned(),
            hosts: hosts.clone(),
        };
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                // Whoever asked sees that nothing came.
                let _told = clerk.serve(stream);
            }
        });
        Ok(Self { address })
    }

    /// How schemathesis asks for the people's sessions, as the Web Fuzzing Commons write it.
    pub(super) fn people(&self) -> String {
        let login = |name: &str| {
            json!({ "name": name, "loginEndpointAuth": {
                "verb": "GET",
                "externalEndpointURL": format!("http://{}/{name}", self.address),
                "token": { "extractFrom": "body", "extractSelector": "/token", "sendIn": "header",
                    "sendName": "Authorization", "sendTemplate": "Bearer {token}" },
            } })
        };
        json!({ "auth": PEOPLE.map(|(name, ..)| login(name)) }).to_string()
    }
}

struct Clerk {
    folder: PathBuf,
    hosts: Hosts,
}

impl Clerk {
    fn serve(&self, stream: TcpStream) -> std::io::Result<()> {
        let mut lines = BufReader::new(&stream).lines();
        let first = lines.next().transpose()?.unwrap_or_default();
        for line in lines {
            if line?.is_empty() {
                break;
            }
        }
        let name = first.split([' ', '/']).nth(2).unwrap_or_default();
        let (status, body) = match PEOPLE.iter().find(|(person, ..)| *person == name) {
            Some((name, ..)) => match self.log_in(name) {
                Ok(session) => ("200 OK", session),
                Err(failure) => {
                    eprintln!("xtask: {name} cannot log in: {failure}");
                    ("502 Bad Gateway", "{}".to_owned())
                }
            },
            None => ("404 Not Found", "{}".to_owned()),
        };
        write!(
            &stream,
            "HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
            body.len()
        )
    }

    /// With the card: to the CNS host for a code, to the other for a session.
    fn log_in(&self, name: &str) -> Result<String, Failure> {
        let mut exchange = curl(&self.folder);
        exchange.args(["--cert", &format!("{name}.pem"), "--key", &format!("{name}.key")]);
        exchange.args(["--request", "POST"]);
        let given = shell::output(exchange.arg(format!("https://{}/rest/v1/cns-exchanges", self.hosts.cns)))?;
        let given: Value = serde_json::from_str(&given).unwrap_or_default();
        self.post("/rest/v1/sessions", &json!({ "code": given["code"] }))
    }

    /// Posts a body, which no other process sees among the arguments.
    fn post(&self, path: &str, body: &Value) -> Result<String, Failure> {
        let mut post = curl(&self.folder);
        post.args([
            "--header",
            "Content-Type: application/json",
            "--data-binary",
            "@-",
        ]);
        post.arg(format!("https://{}{path}", self.hosts.api));
        asked(&mut post, &body.to_string())
    }
}

/// Runs a program that reads this, and returns what it says.
fn asked(command: &mut Command, read: &str) -> Result<String, Failure> {
    let not_started = |error| Failure::NotStarted {
        program: "curl".to_owned(),
        error,
    };
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(not_started)?;
    if let Some(mut stdin) = child.stdin.take() {
        stdin.write_all(read.as_bytes()).map_err(not_started)?;
    }
    let output = child.wait_with_output().map_err(not_started)?;
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    if output.status.success() {
        Ok(said)
    } else {
        Err(Failure::Ended {
            command: format!("curl: {said}"),
            status: output.status,
        })
    }
}
