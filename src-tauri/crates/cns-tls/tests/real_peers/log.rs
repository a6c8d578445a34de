//! What the log says of a log-in, whoever writes into it, and what it never says.

use crate::fetch::outcome;
use crate::portal::{Scene, now};
use crate::web::{Web, answer};
use cns_login::Portal;
use cns_trust::FetchPurpose::{Crl, Ocsp};
use std::io::{self, Write};
use std::sync::Mutex;

#[test]
fn no_target_at_any_level_writes_a_secret_or_a_person() {
    // One subscriber for the whole process: it keeps the lines of every test, and every one of them is searched.
    tracing_subscriber::fmt()
        .with_writer(|| Collector)
        .with_ansi(false)
        .with_max_level(tracing::Level::TRACE)
        .init();

    let exchange = format!(
        r#"location = /rest/v1/cns-exchanges {{ return 201 '{{"code":"{CODE}","expires_in":60}}'; }}"#
    );
    let me = format!(r#""codice_fiscale":"{PERSON}","full_name":"{NAME}","method":"cns","level":3"#);
    let opened = format!(
        r#"location = /base/rest/v1/sessions {{ return 201 '{{"token":"{TOKEN}",
            "expires_at":"2030-01-02T03:04:05Z","idle_timeout":900,"me":{{{me}}}}}'; }}"#
    );
    let of_statement = format!(r#""codice_fiscale":"{PERSON}","surname":"{NAME}""#);
    let rest = format!("location / {{ return 200 '{{\"subject\":{{{of_statement}}}}}'; }}");
    let (scene, inserted) = Scene::new(&exchange, &format!("{opened} {rest}"));
    let holder = inserted.certificate.holder().codice_fiscale.clone();

    let session = scene.log_in(inserted).unwrap();
    assert_eq!(session.token.reveal(), TOKEN);
    // What cannot be understood must not be printed either.
    now(scene.portal.statement(&session)).unwrap_err();
    now(scene.portal.log_out(&session)).unwrap();

    // A status address may name the certificate, and so a person.
    let web = Web::saying(answer("302 Found", "Location: /altro\r\n", ""));
    for purpose in [Crl, Ocsp] {
        outcome(&web.url(&format!("/{STATUS}?{STATUS}")), purpose).unwrap_err();
    }

    let lines = LINES.lock().unwrap();
    let all = String::from_utf8_lossy(&lines);
    assert!(all.contains("cns_tls"), "we are heard");
    // What other crates write through `log`, rustls's certificates among it, reaches nobody.
    for target in ["reqwest", "rustls"] {
        assert!(!all.contains(&format!(" {target}")), "{target} is heard");
    }
    for secret in [CODE, TOKEN, PERSON, NAME, STATUS, &holder] {
        for written in ways_to_write(secret) {
            let line = all.lines().find(|line| line.contains(&written));
            assert_eq!(line, None, "{secret}");
        }
    }
}

/// A text as a log may hold it: as it is, and as bytes print.
fn ways_to_write(text: &str) -> [String; 4] {
    let hexadecimal: String = text.bytes().map(|byte| format!("{byte:02x}")).collect();
    let decimal = format!("{:?}", text.as_bytes());
    let decimal = decimal.trim_matches(['[', ']']).to_owned();
    [text.to_owned(), hexadecimal.to_uppercase(), hexadecimal, decimal]
}

static LINES: Mutex<Vec<u8>> = Mutex::new(Vec::new());

/// Keeps log lines in memory.
struct Collector;

impl Write for Collector {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        LINES.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

const CODE: &str = "codice-da-usare-una-volta";
const TOKEN: &str = "gettone-che-nessuno-deve-leggere";
const PERSON: &str = "VRDGPP70B02F205M";
const NAME: &str = "Giuseppina Verdi-Inventata";
const STATUS: &str = "numero-di-serie-di-chi-chiede";
