//! The judge that we did not write: `openssl verify`.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use time::OffsetDateTime;

/// A certificate, those who may vouch for it, and as of when.
#[derive(Clone, Debug)]
pub(crate) struct Case {
    pub(crate) name: String,
    pub(crate) leaf: Vec<u8>,
    pub(crate) anchors: Vec<Vec<u8>>,
    pub(crate) at: OffsetDateTime,
    /// CRLs of the anchors; with them, revocation is asked too.
    pub(crate) crls: Vec<Vec<u8>>,
}

/// What OpenSSL says of each case: nothing, or its first error.
pub(crate) fn verify(cases: &[Case]) -> Vec<Result<(), String>> {
    let folder = tempfile::tempdir().unwrap();
    let mut together: BTreeMap<Together<'_>, Vec<usize>> = BTreeMap::new();
    for (number, case) in cases.iter().enumerate() {
        let same = (
            case.anchors.as_slice(),
            case.at.unix_timestamp(),
            case.crls.as_slice(),
        );
        together.entry(same).or_default().push(number);
    }
    let mut answers = vec![Err("no answer".to_owned()); cases.len()];
    for ((anchors, at, crls), numbers) in together {
        let anchors = write_pem(&folder.path().join("anchors.pem"), "CERTIFICATE", anchors);
        let crls = (!crls.is_empty()).then(|| write_pem(&folder.path().join("crls.pem"), "X509 CRL", crls));
        for some in numbers.chunks(AT_ONCE) {
            let mut openssl = Command::new("openssl");
            openssl.args([
                "verify",
                "-x509_strict",
                "-check_ss_sig",
                "-no-CApath",
                "-no-CAstore",
            ]);
            // An anchor is whatever the person names, whether or not it signed itself.
            openssl.args(["-partial_chain", "-attime", &at.to_string()]);
            openssl.arg("-CAfile").arg(&anchors);
            if let Some(crls) = &crls {
                openssl.args(["-crl_check", "-CRLfile"]).arg(crls);
            }
            for number in some {
                let path = folder.path().join(format!("{number}.der"));
                fs::write(&path, &cases[*number].leaf).unwrap();
                openssl.arg(path);
            }
            let output = openssl
                .stdin(Stdio::null())
                .output()
                .expect("the openssl command");
            let out = String::from_utf8_lossy(&output.stdout).into_owned();
            let err = String::from_utf8_lossy(&output.stderr).into_owned();
            read(&out, &err, folder.path(), &mut answers);
        }
    }
    answers
}

/// Sorts what was said of several files by the file.
fn read(out: &str, err: &str, folder: &Path, answers: &mut [Result<(), String>]) {
    let number = |path: &str| {
        let name = path.strip_prefix(folder.to_str()?)?.strip_prefix('/')?;
        name.strip_suffix(".der")?.parse::<usize>().ok()
    };
    for line in out.lines() {
        if let Some(number) = line.strip_suffix(": OK").and_then(number) {
            answers[number] = Ok(());
        }
    }
    let mut first = None;
    for line in err.lines() {
        if line.starts_with("error ") && line.contains(" depth lookup: ") {
            first.get_or_insert_with(|| line.to_owned());
        } else if let Some(path) = line
            .strip_prefix("error ")
            .and_then(|rest| rest.split(": ").next())
            && let Some(number) = number(path)
        {
            answers[number] = Err(first.take().unwrap_or_else(|| line.to_owned()));
        } else if let Some((what, path)) = line.rsplit_once(" from ")
            && let Some(number) = number(path)
        {
            answers[number] = Err(what.to_owned());
        }
    }
}

fn write_pem(path: &Path, kind: &str, ders: &[Vec<u8>]) -> std::path::PathBuf {
    let pem: String = ders
        .iter()
        .map(|der| {
            format!(
                "-----BEGIN {kind}-----\n{}\n-----END {kind}-----\n",
                lines(&STANDARD.encode(der))
            )
        })
        .collect();
    fs::write(path, pem).unwrap();
    path.to_owned()
}

fn lines(text: &str) -> String {
    let lines: Vec<&str> = text
        .as_bytes()
        .chunks(64)
        .filter_map(|line| std::str::from_utf8(line).ok())
        .collect();
    lines.join("\n")
}

/// Anchors, instant and CRLs: cases that share these are judged in one call.
type Together<'a> = (&'a [Vec<u8>], i64, &'a [Vec<u8>]);

const AT_ONCE: usize = 100;
