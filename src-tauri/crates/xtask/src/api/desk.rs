//! Opens sessions for schemathesis, which knows how to ask an address for a token and nothing of cards.

use super::counter;
use super::pki;
use super::portal::{Hosts, curl, post};
use crate::{Failure, shell};
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::thread;

/// Listens for as long as the process lives: `GET /anna` answers with a token of Anna's.
pub(super) struct Desk {
    address: SocketAddr,
}

/// Invented people whom the archive knows.
const ANNA: &str = "VRDNNA85P52Z999Y";
const BRUNO: &str = "VRDBRN88C05Z999V";
const PEOPLE: [&str; 2] = ["anna", "bruno"];

impl Desk {
    pub(super) fn open(folder: &Path, hosts: &Hosts) -> Result<Self, Failure> {
        pki::card(folder, "bruno", BRUNO, "Bruno", "Verdi")?;
        let failed = |error| Failure::NotStarted {
            program: "the desk".to_owned(),
            error,
        };
        let listener = TcpListener::bind("127.0.0.1:0").map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        let clerk = Clerk {
            folder: folder.to_owned(),
            hosts: hosts.clone(),
            pin: counter::issue(folder, hosts, ANNA)?,
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
        json!({ "auth": PEOPLE.map(login) }).to_string()
    }
}

struct Clerk {
    folder: PathBuf,
    hosts: Hosts,
    /// Anna's.
    pin: String,
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
        let session = match name {
            "anna" => Some(self.with_the_pin()),
            "bruno" => Some(self.with_the_card()),
            _ => None,
        };
        let (status, body) = match session {
            Some(Ok(session)) => ("200 OK", session),
            Some(Err(failure)) => {
                eprintln!("xtask: {name} cannot log in: {failure}");
                ("502 Bad Gateway", "{}".to_owned())
            }
            None => ("404 Not Found", "{}".to_owned()),
        };
        write!(
            &stream,
            "HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
            body.len()
        )
    }

    fn with_the_pin(&self) -> Result<String, Failure> {
        let typed = json!({ "codice_fiscale": ANNA, "pin": self.pin });
        post(
            &self.folder,
            &self.hosts.api,
            "/rest/v1/pin-sessions",
            None,
            &typed,
        )
    }

    /// To the CNS host for a code, to the other for a session.
    fn with_the_card(&self) -> Result<String, Failure> {
        let mut exchange = curl(&self.folder);
        exchange.args(["--cert", "bruno.pem", "--key", "bruno.key"]);
        exchange.args(["--request", "POST"]);
        let given = shell::output(exchange.arg(format!("https://{}/rest/v1/cns-exchanges", self.hosts.cns)))?;
        let given: Value = serde_json::from_str(&given).unwrap_or_default();
        let code = json!({ "code": given["code"] });
        post(&self.folder, &self.hosts.api, "/rest/v1/sessions", None, &code)
    }
}
