//! The codici fiscali of invented people, judged by python-codicefiscale, a program that we did not write.

use super::people::codice_fiscale;
use crate::area::people;
use crate::tests::peers::tools;
use cns_trust::Sex;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use time::Duration;
use time::macros::date;

/// The lines of which the peer says something else.
fn doubted(lines: &str) -> String {
    let peer = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../tests/peers/codes.py");
    let mut python = Command::new("python3")
        .args(["-s", "-B"])
        .arg(peer)
        .env("PYTHONPATH", tools())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    python.stdin.take().unwrap().write_all(lines.as_bytes()).unwrap();
    let output = python.wait_with_output().unwrap();
    assert!(
        output.status.success(),
        "`cargo xtask tools` fetches what is needed"
    );
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn two_thousand_codes_are_those_that_somebody_else_would_make() {
    let letters = [
        "RSSMRA", "VRDNNA", "BNCLCU", "FOXDAA", "NREGLI", "XXXYYZ", "AEIOUX",
    ];
    let mut lines = String::new();
    for number in 0..2_000_i32 {
        let born = date!(1930 - 01 - 01) + Duration::days(i64::from(number) * 17);
        let female = number % 3 == 0;
        let letters = letters[usize::try_from(number).unwrap() % letters.len()];
        let code = codice_fiscale(letters, born, female);
        lines.push_str(&format!(
            "{} {born} {}\n",
            code.as_str(),
            if female { "F" } else { "M" }
        ));
    }
    for person in people::examples(date!(2026 - 11 - 22)) {
        let sex = if person.codice_fiscale.sex() == Sex::Female {
            "F"
        } else {
            "M"
        };
        lines.push_str(&format!(
            "{} {} {sex}\n",
            person.codice_fiscale.as_str(),
            person.birth_date
        ));
    }
    // A peer that doubted nothing would prove nothing.
    let wrong = [
        "RSSMRA80A01H501A 1980-01-01 M",
        "RSSMRA80A01H501U 1980-01-02 M",
        "RSSMRA80A01H501U 1980-01-01 F",
    ];
    lines.push_str(&wrong.join("\n"));
    assert_eq!(doubted(&lines).lines().rev().collect::<Vec<_>>(), wrong);
}
