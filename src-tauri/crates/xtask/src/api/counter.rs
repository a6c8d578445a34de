//! The counter of the body, where a person gets a PIN that is active at once.

use super::portal::{Hosts, OPERATOR, PASSWORD, post};
use crate::{Failure, shell};
use serde_json::{Value, json};
use std::fs;
use std::path::Path;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

/// A PIN *dispositivo* for an invented person, as it stands in the envelope that comes out of the spool.
pub(super) fn issue(folder: &Path, hosts: &Hosts, codice_fiscale: &str) -> Result<String, Failure> {
    let login = json!({ "name": OPERATOR, "password": PASSWORD });
    let session = post(folder, &hosts.operator, "/operator/v1/sessions", None, &login)?;
    let session: Value = serde_json::from_str(&session).unwrap_or_default();
    let issue = json!({
        "identified": { "codice_fiscale": codice_fiscale, "document_number": "AA0000000", "document_expiry": "2035-01-01" },
        "surname": "Verdi", "name": "Anna", "sex": "F", "birth_date": "1985-09-12",
        "address": { "street": "Via delle Prove 12", "town": "Borgo Esempio", "province": "ZZ", "postal_code": "99999", "country": "IT" },
        "contacts": { "mobile": "+393330000000", "email": "anna@esempio.it" },
    });
    post(
        folder,
        &hosts.operator,
        "/operator/v1/counter-issues",
        session["token"].as_str(),
        &issue,
    )?;
    let until = Instant::now() + PATIENCE;
    loop {
        if let Some(pin) = envelope(&folder.join("letters"))? {
            return Ok(pin);
        }
        if Instant::now() > until {
            return Err(Failure::Unreadable {
                source: "the envelope of the counter".to_owned(),
            });
        }
        thread::sleep(PAUSE);
    }
}

fn envelope(spool: &Path) -> Result<Option<String>, Failure> {
    for file in fs::read_dir(spool).map_err(Failure::file(spool))?.flatten() {
        if file.path().extension().is_some_and(|end| end == "pdf") {
            let text = shell::output(Command::new("pdftotext").arg("-layout").arg(file.path()).arg("-"))?;
            if let Some(pin) = text.lines().find_map(symbols) {
                return Ok(Some(pin));
            }
        }
    }
    Ok(None)
}

/// The line that holds eight symbols of a PIN and nothing else, however they are grouped.
fn symbols(line: &str) -> Option<String> {
    let symbols: String = line.chars().filter(|sign| !" -\u{a0}".contains(*sign)).collect();
    let is_one = |sign: char| "23456789ABCDEFGHJKLMNPQRSTUVWXYZ".contains(sign);
    (symbols.len() == 8 && symbols.chars().all(is_one)).then_some(symbols)
}

const PATIENCE: Duration = Duration::from_secs(30);
const PAUSE: Duration = Duration::from_millis(50);
