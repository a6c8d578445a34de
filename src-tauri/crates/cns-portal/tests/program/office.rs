//! A body's office: portals on one database, its ways out, the people whom its archive knows, and a client in a hurry.

use crate::peers::Peer;
use crate::pki;
use crate::running::write_files;
use cns_trust::CodiceFiscale;
use hyper::Request;
use hyper_util::rt::TokioIo;
use rustls::{ClientConfig, RootCertStore};
use rustls_pki_types::pem::PemObject as _;
use rustls_pki_types::{CertificateDer, ServerName};
use serde_json::{Value, json};
use sqlx::AnyPool;
use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::time::Instant;
use tokio_rustls::TlsConnector;

/// Where a body keeps its data, and by which ways it writes.
pub(crate) struct Office {
    folder: tempfile::TempDir,
    database: String,
    pub(crate) config: PathBuf,
    mail: Peer,
    gateway: Peer,
    people: AtomicUsize,
}

impl Office {
    /// An office whose data are in an SQLite file, or in a PostgreSQL.
    pub(crate) fn new(postgres: Option<&str>, throttling: bool) -> Self {
        let folder = tempfile::tempdir().unwrap();
        write_files(folder.path(), ["cns.pem", "cns.key", "api.pem", "api.key"]);
        let path = |name: &str| folder.path().join(name);
        let key = "5a0f".repeat(16);
        let (mail, gateway) = (
            Peer::start("smtp.py", &[]),
            Peer::start("sms.py", &["--key", &key]),
        );
        crate::running::write_private(&path("sms.key"), &key);
        let (database, line) = match postgres {
            Some(url) => {
                crate::running::write_private(&path("database-url"), url);
                (url.to_owned(), "database_url_file = \"database-url\"")
            }
            None => {
                let url = format!("sqlite:{}?mode=rw", path("portal.sqlite").display());
                (url, "database = \"portal.sqlite\"")
            }
        };
        let text = format!(
            r#"client_roots = ["client-roots"]
{line}
keys = "keys"
[cns]
listen = "127.0.0.1:0"
certificate = "cns.pem"
key = "cns.key"
[api]
listen = "127.0.0.1:0"
certificate = "api.pem"
key = "api.key"
[delivery]
spool = "letters"
[delivery.email]
host = "localhost"
port = {}
tls = "none"
from = "Portale di esempio <portale@esempio.it>"
[delivery.sms]
url = "http://127.0.0.1:{}/v1/messages"
key_id = "portal"
key = "sms.key"
[limits]
throttling = {throttling}
"#,
            mail.port, gateway.port
        );
        let config = path("portal.toml");
        std::fs::write(&config, text).unwrap();
        Self {
            folder,
            database,
            config,
            mail,
            gateway,
            people: AtomicUsize::new(0),
        }
    }

    pub(crate) async fn database(&self) -> AnyPool {
        sqlx::any::install_default_drivers();
        AnyPool::connect(&self.database).await.unwrap()
    }

    /// Lets the archive know this many people.
    pub(crate) async fn register(&self, count: usize) {
        let pool = self.database().await;
        let mut tx = pool.begin().await.unwrap();
        for number in 0..count {
            sqlx::query(
                "INSERT INTO archive (codice_fiscale, surname, name, sex, birth_date, birth_place, street, town,
                    province, postal_code, country, tessera_number, tessera_expiry, walk, enrolled, offices)
                 VALUES ($1, 'Prova', 'Carla', 'F', '1980-01-01', 'Luogo inventato', 'Via delle Prove 1', 'Provate',
                    'ZZ', '00000', 'IT', '80380999000000009999', '2029-06-30', '- - - -', '', '')",
            )
            .bind(person(number))
            .execute(&mut *tx)
            .await
            .unwrap();
        }
        tx.commit().await.unwrap();
        pool.close().await;
    }

    /// The request of somebody who has not asked yet. Every third has a mobile, and the first half goes there.
    pub(crate) fn request(&self) -> Value {
        let number = self.people.fetch_add(1, Ordering::Relaxed);
        let mut contacts =
            json!({ "landline": "+390612345678", "email": format!("persona{number}@example.org") });
        if number.is_multiple_of(3) {
            contacts["mobile"] = format!("+39333{number:07}").into();
        }
        json!({
            "idempotency_key": format!("richiesta-numero-{number:06}"),
            "codice_fiscale": person(number),
            "residence": "italy",
            "surname": "Prova",
            "name": "Carla",
            "sex": "F",
            "birth_date": "1980-01-01",
            "birth_place": "Luogo inventato",
            "address": { "street": "Via delle Prove 1", "town": "Provate", "province": "ZZ", "postal_code": "00000",
                         "country": "IT" },
            "contacts": contacts,
            "preferred_phone": "landline",
            "call_slot": "morning",
        })
    }

    /// Lets a day pass for what waits, and for what a killed portal was holding.
    pub(crate) async fn let_a_day_pass(&self) {
        let pool = self.database().await;
        sqlx::query(
            "UPDATE outbox SET not_before = not_before - 86400, claimed_until = claimed_until - 86400
             WHERE state IN ('waiting', 'claimed', 'sending')",
        )
        .execute(&pool)
        .await
        .unwrap();
        pool.close().await;
    }

    /// Waits until every request has been looked at and both halves of each PIN have left.
    pub(crate) async fn all_left(&self) {
        let pool = self.database().await;
        let began = Instant::now();
        let (mut fewest, mut since) = (i64::MAX, Instant::now());
        loop {
            let (open,): (i64,) = sqlx::query_as(
                "SELECT (SELECT COUNT(*) FROM pin_request WHERE examined_at IS NULL)
                      + (SELECT COUNT(*) FROM pin_half WHERE state <> 'sent')",
            )
            .fetch_one(&pool)
            .await
            .unwrap();
            if open == 0 {
                break;
            }
            if open < fewest {
                (fewest, since) = (open, Instant::now());
            } else if since.elapsed() > Duration::from_secs(5) {
                // Nothing moves: what is left waits for its next try.
                self.let_a_day_pass().await;
                since = Instant::now();
            }
            assert!(began.elapsed() < Duration::from_secs(300), "{open} wait");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        pool.close().await;
    }

    /// Every half that somebody could have received: what it says, by the message that said it. A letter is its file,
    /// and an SMS what the gateway took under one key.
    pub(crate) fn halves(&self) -> Halves {
        let mut halves = Halves::default();
        for said in self.mail.said() {
            halves.add(
                "mail",
                said["id"].as_str().unwrap(),
                said["text"].as_str().unwrap(),
            );
            halves.mails += 1;
        }
        for said in self.gateway.said() {
            assert_eq!(said["verified"], true);
            if said["replayed"] == false {
                halves.add(
                    "sms",
                    said["key"].as_str().unwrap(),
                    said["text"].as_str().unwrap(),
                );
            }
        }
        for entry in std::fs::read_dir(self.folder.path().join("letters")).unwrap() {
            let path = entry.unwrap().path();
            // A letter that was half written has another name, and the print house does not take it.
            if path.extension().is_some_and(|extension| extension == "pdf") {
                let text = Command::new("pdftotext").arg(&path).arg("-").output().unwrap();
                let text = String::from_utf8(text.stdout).unwrap();
                halves.add("letter", &path.display().to_string(), &text);
            }
        }
        halves
    }

    /// Searches what lies on the disk beside the letters for a half.
    pub(crate) fn holds_plainly(&self, half: &str) -> Option<PathBuf> {
        let files = std::fs::read_dir(self.folder.path()).unwrap();
        files
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.is_file())
            .find(|path| {
                let bytes = std::fs::read(path).unwrap();
                bytes.windows(half.len()).any(|window| window == half.as_bytes())
            })
    }
}

/// Halves as people received them.
#[derive(Default)]
pub(crate) struct Halves {
    /// What each says, and which messages said so.
    pub(crate) said: BTreeMap<String, BTreeSet<String>>,
    /// How many e-mails there were.
    pub(crate) mails: usize,
}

impl Halves {
    fn add(&mut self, way: &str, id: &str, text: &str) {
        if let Some(half) = code_in(text) {
            let earlier = self.said.entry(half.clone()).or_default();
            // The mail server would say the same message twice; the others know it by its name.
            let is_new = earlier.insert(format!("{way} {id}"));
            assert!(way != "mail" || is_new, "a half was mailed twice");
        }
    }

    /// No half went by two messages.
    #[track_caller]
    pub(crate) fn expect_each_once(&self) {
        let twice: Vec<_> = self.said.values().filter(|messages| messages.len() > 1).collect();
        assert!(twice.is_empty(), "{twice:?}");
    }
}

/// The eight symbols that stand alone in a paragraph.
fn code_in(text: &str) -> Option<String> {
    let codes = text.lines().map(|line| line.replace([' ', '-'], ""));
    let is_code = |line: &String| {
        line.len() == 8
            && line
                .bytes()
                .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
    };
    codes.into_iter().find(is_code)
}

/// A codice fiscale that is nobody's: born where nobody is born.
fn person(number: usize) -> String {
    const LETTERS: &[u8] = b"BCDFGHLMNPRSTVZ";
    let mut rest = number;
    let mut name = String::from("QQ");
    for _ in 0..4 {
        name.push(char::from(LETTERS[rest % LETTERS.len()]));
        rest /= LETTERS.len();
    }
    ('A'..='Z')
        .map(|check| format!("{name}80A41Z999{check}"))
        .find(|code| CodiceFiscale::parse(code).is_ok())
        .unwrap()
}

/// Asks the API over TLS, one connection a question.
#[derive(Clone)]
pub(crate) struct Client {
    connector: TlsConnector,
}

impl Client {
    pub(crate) fn new() -> Self {
        let mut roots = RootCertStore::empty();
        let root = pki::server_authority().root_pem.as_bytes();
        roots.add(CertificateDer::from_pem_slice(root).unwrap()).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
        Self {
            connector: Arc::new(config).into(),
        }
    }

    /// The status and the body of the answer; `None` when the portal was gone before it answered.
    pub(crate) async fn post(&self, host: SocketAddr, path: &str, body: &Value) -> Option<(u16, Value)> {
        let request = Request::post(path)
            .header("Host", "localhost")
            .header("Content-Type", "application/json")
            .body(body.to_string())
            .unwrap();
        let stream = TcpStream::connect(host).await.ok()?;
        let name = ServerName::try_from("localhost").unwrap();
        let stream = self.connector.connect(name, stream).await.ok()?;
        let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream))
            .await
            .ok()?;
        let line = tokio::spawn(connection);
        let answer = sender.send_request(request).await;
        let answer = answer.ok()?;
        let status = answer.status().as_u16();
        let bytes = axum::body::to_bytes(axum::body::Body::new(answer.into_body()), 1 << 20).await;
        line.abort();
        let bytes = bytes.ok()?;
        Some((status, serde_json::from_slice(&bytes).ok()?))
    }
}

/// Asks whether the audit is whole, as an inspector would.
pub(crate) fn expect_whole_audit(config: &Path) {
    let verified = crate::audit::verify(config, None);
    let said = String::from_utf8_lossy(&verified.stderr).into_owned();
    assert!(verified.status.success(), "{said}");
}
