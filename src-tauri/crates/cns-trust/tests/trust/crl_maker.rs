//! CAs whose lists the openssl command line makes and judges.

use crate::support::Ca;
use base64::Engine;
use cns_trust::Pour;
use cns_trust::revocation::crl::CrlReader;
use cns_trust::revocation::{Question, Status, Times, Unchecked};
use rcgen::{CertificateParams, CrlDistributionPoint, KeyPair, SerialNumber};
use rustls_pki_types::CertificateRevocationListDer;
use rustls_pki_types::pem::PemObject;
use std::path::Path;
use std::process::Command;
use std::sync::OnceLock;
use tempfile::TempDir;
use time::OffsetDateTime;
use time::macros::datetime;

/// The instant of the tests, and what openssl calls it.
pub(crate) const AT: OffsetDateTime = datetime!(2026-11-22 12:00 UTC);
pub(crate) const LAST_UPDATE: OffsetDateTime = datetime!(2026-11-20 00:00 UTC);
pub(crate) const NEXT_UPDATE: OffsetDateTime = datetime!(2026-12-20 00:00 UTC);
pub(crate) const LEAF_SERIAL: &str = "4D5E6F";
pub(crate) const ADDRESS: &str = "http://crl.example/list.crl";

/// A CA whose key openssl can use.
pub(crate) struct CrlCa {
    pub(crate) ca: Ca,
    pub(crate) key_pem: String,
    pub(crate) leaf: Vec<u8>,
}

impl CrlCa {
    pub(crate) fn new(name: &str, key: &[&str], change: impl FnOnce(&mut CertificateParams)) -> Self {
        let key_pem = String::from_utf8(run("genpkey", key, Path::new("."))).unwrap();
        let mut ca = Ca::with(name, |_| {});
        ca.key = KeyPair::from_pem(&key_pem).unwrap();
        change(&mut ca.params);
        ca.der = ca.params.self_signed(&ca.key).unwrap().der().to_vec();
        let leaf = ca.issue(listed_leaf);
        Self { ca, key_pem, leaf }
    }

    /// One with a key of 1024 bits, which nothing here but openssl makes use of.
    pub(crate) fn with_small_key(name: &str) -> Self {
        let key = ["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:1024"];
        let folder = TempDir::new().unwrap();
        let key_pem = String::from_utf8(run("genpkey", &key, folder.path())).unwrap();
        std::fs::write(folder.path().join("key.pem"), &key_pem).unwrap();
        let subject = format!("/CN={name}");
        let der = run(
            "req",
            &["-x509", "-key", "key.pem", "-subj", &subject, "-outform", "DER"],
            folder.path(),
        );
        let mut ca = Ca::new(name);
        let leaf = ca.issue(listed_leaf);
        ca.der = der;
        Self { ca, key_pem, leaf }
    }

    pub(crate) fn question(&self) -> Question {
        Question::new(&self.leaf, &self.ca.der).unwrap()
    }
}

/// A certificate with a number that the tests revoke, and an address where the list lies.
fn listed_leaf(leaf: &mut CertificateParams) {
    leaf.serial_number = Some(SerialNumber::from_slice(&[0x4d, 0x5e, 0x6f]));
    leaf.crl_distribution_points = vec![CrlDistributionPoint {
        uris: vec![ADDRESS.to_owned()],
    }];
}

/// The CA of most tests.
pub(crate) fn rsa_ca() -> &'static CrlCa {
    static CA: OnceLock<CrlCa> = OnceLock::new();
    CA.get_or_init(|| CrlCa::new("CA dei richiami", RSA_2048, |_| {}))
}

pub(crate) const RSA_2048: &[&str] = &["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"];

/// Reads a list in pieces of one size.
pub(crate) fn read(question: &Question, list: &[u8], piece: usize, at: OffsetDateTime) -> Answer {
    let point = question.crl.first().unwrap();
    let mut reader = CrlReader::new(question, point);
    for piece in list.chunks(piece) {
        if reader.pour(piece).is_break() {
            break;
        }
    }
    reader.finish(at)
}

pub(crate) type Answer = Result<(Status, Times), Unchecked>;

/// What `openssl ca -gencrl` is told.
#[derive(Clone, Debug)]
pub(crate) struct Ordered<'a> {
    /// Serial number (hexadecimal), and what the index says of the revocation: date and reason.
    pub(crate) revoked: Vec<(String, String)>,
    /// The section of the list's extensions, and further sections.
    pub(crate) extensions: &'a str,
    pub(crate) last_update: OffsetDateTime,
    pub(crate) next_update: OffsetDateTime,
    pub(crate) digest: &'a str,
    pub(crate) options: &'a [&'a str],
}

impl Default for Ordered<'_> {
    fn default() -> Self {
        Self {
            revoked: vec![("10".to_owned(), "261101000000Z".to_owned())],
            extensions: "",
            last_update: LAST_UPDATE,
            next_update: NEXT_UPDATE,
            digest: "sha256",
            options: &[],
        }
    }
}

/// A list made by openssl, DER.
pub(crate) fn by_openssl(ca: &CrlCa, ordered: &Ordered<'_>) -> Vec<u8> {
    let folder = TempDir::new().unwrap();
    let put = |name: &str, content: &str| std::fs::write(folder.path().join(name), content).unwrap();
    put("key.pem", &ca.key_pem);
    put("ca.pem", &pem("CERTIFICATE", &ca.ca.der));
    put("crlnumber", "2A\n");
    put("index.txt.attr", "unique_subject = no\n");
    let lines: String = ordered
        .revoked
        .iter()
        .map(|(serial, revocation)| {
            format!("R\t300131235959Z\t{revocation}\t{serial}\tunknown\t/CN=nobody\n")
        })
        .collect();
    put("index.txt", &lines);
    let default = "authorityKeyIdentifier = keyid:always\n";
    put(
        "ca.cnf",
        &format!(
            "[ca]\ndefault_ca = this\n[this]\ndatabase = index.txt\ncrlnumber = crlnumber\n\
             crl_extensions = extensions\n[extensions]\n{default}{}",
            ordered.extensions
        ),
    );
    let (last, next) = (
        openssl_time(ordered.last_update),
        openssl_time(ordered.next_update),
    );
    let mut arguments = vec![
        "-gencrl",
        "-config",
        "ca.cnf",
        "-keyfile",
        "key.pem",
        "-cert",
        "ca.pem",
        "-md",
        ordered.digest,
        "-crl_lastupdate",
        &last,
        "-crl_nextupdate",
        &next,
    ];
    arguments.extend(ordered.options);
    let list = run("ca", &arguments, folder.path());
    CertificateRevocationListDer::from_pem_slice(&list)
        .unwrap()
        .to_vec()
}

/// What `openssl verify -crl_check` says: nothing where it accepts, else its error.
pub(crate) fn openssl_says(ca: &CrlCa, list: &[u8], at: OffsetDateTime) -> Option<String> {
    let folder = TempDir::new().unwrap();
    let put = |name: &str, content: String| std::fs::write(folder.path().join(name), content).unwrap();
    put("ca.pem", pem("CERTIFICATE", &ca.ca.der));
    put("leaf.pem", pem("CERTIFICATE", &ca.leaf));
    put("list.pem", pem("X509 CRL", list));
    let output = Command::new("openssl")
        .args([
            "verify",
            "-crl_check",
            "-no-CApath",
            "-no-CAstore",
            "-CAfile",
            "ca.pem",
        ])
        .args([
            "-CRLfile",
            "list.pem",
            "-attime",
            &at.unix_timestamp().to_string(),
            "leaf.pem",
        ])
        .current_dir(folder.path())
        .output()
        .unwrap();
    let said =
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    match output.status.success() {
        true => None,
        false => Some(said),
    }
}

fn run(command: &str, arguments: &[&str], folder: &Path) -> Vec<u8> {
    let output = Command::new("openssl")
        .arg(command)
        .args(arguments)
        .current_dir(folder)
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "openssl {command} {arguments:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    output.stdout
}

pub(crate) fn pem(label: &str, der: &[u8]) -> String {
    let text = base64::engine::general_purpose::STANDARD.encode(der);
    let lines: Vec<&str> = (0..text.len())
        .step_by(64)
        .map(|start| &text[start..text.len().min(start + 64)])
        .collect();
    format!(
        "-----BEGIN {label}-----\n{}\n-----END {label}-----\n",
        lines.join("\n")
    )
}

fn openssl_time(at: OffsetDateTime) -> String {
    let (date, time) = (at.date(), at.time());
    format!(
        "{:04}{:02}{:02}{:02}{:02}{:02}Z",
        date.year(),
        u8::from(date.month()),
        date.day(),
        time.hour(),
        time.minute(),
        time.second()
    )
}
