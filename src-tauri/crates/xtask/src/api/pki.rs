//! Certificates for the runs, by OpenSSL: a card for each person, and the hosts' own.

use crate::{Failure, shell};
use std::fs;
use std::path::Path;
use std::process::Command;

/// Makes an authority: `NAME.pem` and `NAME.key`.
pub(super) fn authority(folder: &Path, name: &str) -> Result<(), Failure> {
    let profile =
        "basicConstraints = critical, CA:TRUE, pathlen:0\nkeyUsage = critical, keyCertSign, cRLSign\n";
    make(
        folder,
        name,
        &format!("CN = Autorità di prova {name}\n"),
        profile,
        None,
    )
}

/// Makes a certificate for this computer as a server.
pub(super) fn server(folder: &Path, name: &str) -> Result<(), Failure> {
    let profile = "extendedKeyUsage = serverAuth\nsubjectAltName = IP:127.0.0.1\n";
    make(folder, name, "CN = 127.0.0.1\n", profile, Some("server-ca"))
}

/// Makes what the card of an invented person shows (CNS).
pub(super) fn card(
    folder: &Path,
    name: &str,
    codice_fiscale: &str,
    given: &str,
    surname: &str,
) -> Result<(), Failure> {
    let subject = format!(
        "C = IT\nO = TS-CNS di prova\nSN = {surname}\nGN = {given}\n\
         CN = {codice_fiscale}/6090000000000018.9jfGdHAzjEwYi4UX8vNJxnWvhEs=\n"
    );
    let profile = "keyUsage = critical, digitalSignature\nextendedKeyUsage = clientAuth\ncertificatePolicies = 1.3.76.16.2.1\n";
    make(folder, name, &subject, profile, Some("citizens-ca"))
}

fn make(
    folder: &Path,
    name: &str,
    subject: &str,
    profile: &str,
    issuer: Option<&str>,
) -> Result<(), Failure> {
    let settings = folder.join(format!("{name}.cnf"));
    let text = format!(
        "[req]\nprompt = no\nutf8 = yes\nstring_mask = utf8only\ndistinguished_name = subject\nx509_extensions = profile\n\
         [subject]\n{subject}[profile]\n{profile}"
    );
    fs::write(&settings, text).map_err(Failure::file(&settings))?;
    let mut openssl = Command::new("openssl");
    openssl.current_dir(folder);
    openssl.args([
        "req", "-x509", "-newkey", "rsa:2048", "-noenc", "-sha256", "-days", "2",
    ]);
    openssl.arg("-config").arg(&settings);
    openssl.args(["-keyout", &format!("{name}.key"), "-out", &format!("{name}.pem")]);
    if let Some(issuer) = issuer {
        openssl.args([
            "-CA",
            &format!("{issuer}.pem"),
            "-CAkey",
            &format!("{issuer}.key"),
        ]);
    }
    shell::output(&mut openssl).map(drop)
}
