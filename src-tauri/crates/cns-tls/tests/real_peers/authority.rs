//! A certification authority run by OpenSSL: its certificates, its register, its lists of revoked ones.

use crate::peers::Peer;
use crate::web::{Web, answer};
use cns_trust::{CardFacts, Clock, SystemClock, TrustRoots, Verdict, check};
use cns_virtual_card::pki::{Citizen, PlasticDates, personal_data_file};
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject;
use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::process::Command;
use tempfile::TempDir;
use time::OffsetDateTime;
use time::macros::date;

/// An authority in a folder that vanishes with it.
pub(crate) struct Authority {
    folder: TempDir,
    /// EF.Dati_personali of the citizen's card, whose hash stands in the certificate.
    personal_data: Vec<u8>,
}

impl Authority {
    /// An authority with its key, a key for whoever answers in its name, and a citizen's.
    pub(crate) fn new() -> Self {
        let citizen = Citizen::maria_rossi();
        let dates = PlasticDates {
            issued_on: date!(2024 - 02 - 01),
            expires_on: date!(2030 - 01 - 31),
        };
        let authority = Self {
            folder: tempfile::tempdir().expect("a folder"),
            personal_data: personal_data_file(&citizen, &citizen.codice_fiscale(), dates).expect("a file"),
        };
        authority.write("ca.cnf", CONFIGURATION);
        authority.write("index.txt", "");
        authority.write("serial", "6000000000000001\n");
        authority.write("crlnumber", "01\n");
        authority.openssl(&format!(
            "req -config ca.cnf -x509 -extensions authority -newkey rsa:2048 -nodes -days 3650 -keyout ca.key -out ca.pem \
             -subj {AUTHORITY}"
        ));
        let subject = authority.subject_of(&citizen);
        authority.openssl(&format!(
            "req -config ca.cnf -newkey rsa:2048 -nodes -keyout citizen.key -out citizen.csr -subj {subject}"
        ));
        authority.openssl(
            "req -config ca.cnf -newkey rsa:2048 -nodes -keyout responder.key -out responder.csr -subj /C=IT/CN=OCSP",
        );
        authority
    }

    /// One of its files.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes one of its files.
    pub(crate) fn write(&self, name: &str, content: &str) {
        fs::write(self.path(name), content).expect("the folder takes a file");
    }

    /// Has OpenSSL do something in its folder; tells what it printed.
    pub(crate) fn openssl(&self, line: &str) -> String {
        let ended = Command::new("openssl")
            .args(line.split_whitespace())
            .current_dir(self.folder.path())
            .output()
            .expect("`openssl` must be installed");
        let said = String::from_utf8_lossy(&ended.stdout).into_owned();
        let complained = String::from_utf8_lossy(&ended.stderr);
        assert!(ended.status.success(), "openssl {line}\n{said}{complained}");
        said + &complained
    }

    /// A certificate of its own or one that it issued, DER.
    pub(crate) fn der(&self, name: &str) -> Vec<u8> {
        CertificateDer::from_pem_file(self.path(&format!("{name}.pem")))
            .expect("a certificate")
            .to_vec()
    }

    /// Issues `NAME.pem` for the key of `request`, with these extensions, a line each.
    pub(crate) fn issue(&self, name: &str, request: &str, extensions: &str) {
        self.issue_until(name, request, extensions, "-days 365");
    }

    /// The same with dates, as arguments of `openssl ca`.
    pub(crate) fn issue_until(&self, name: &str, request: &str, extensions: &str, dates: &str) {
        self.write("extensions.cnf", extensions);
        self.openssl(&format!(
            "ca -batch -config ca.cnf -notext -preserveDN -in {request}.csr -out {name}.pem -extfile extensions.cnf {dates}"
        ));
    }

    /// Issues `citizen.pem`, shaped like a CNS, which names these responders and lists.
    pub(crate) fn issue_citizen(&self, responders: &[String], lists: &[String]) {
        self.issue_citizen_until(responders, lists, "-days 365");
    }

    /// The same with dates, as arguments of `openssl ca`.
    pub(crate) fn issue_citizen_until(&self, responders: &[String], lists: &[String], dates: &str) {
        let named = |key: &str, prefix: &str, urls: &[String]| match urls {
            [] => String::new(),
            urls => {
                let urls: Vec<String> = urls.iter().map(|url| format!("{prefix}URI:{url}")).collect();
                format!("{key}={}\n", urls.join(","))
            }
        };
        let access = named("authorityInfoAccess", "OCSP;", responders);
        let points = named("crlDistributionPoints", "", lists);
        self.issue_until("citizen", "citizen", &format!("{CNS}{access}{points}"), dates);
    }

    /// Issues `NAME.pem` for the responder's key.
    pub(crate) fn issue_responder(&self, name: &str, extensions: &str) {
        self.issue(name, "responder", extensions);
    }

    /// Takes `citizen.pem` back; `why` is in the words of `openssl ca -revoke`.
    pub(crate) fn revoke_citizen(&self, why: &str) {
        self.openssl(&format!("ca -config ca.cnf -revoke citizen.pem {why}"));
    }

    /// Has OpenSSL answer in its name, by `responder.pem` unless `arguments` say otherwise.
    pub(crate) fn responder(&self, arguments: &str) -> Peer {
        let by = "-index index.txt -CA ca.pem -rsigner responder.pem -rkey responder.key";
        Peer::responder(self.folder.path(), &format!("{by} {arguments}"))
    }

    /// Has OpenSSL make the list of what it took back, `NAME` in DER, with these extensions, a line each, and further
    /// arguments for `openssl ca -gencrl`.
    pub(crate) fn list(&self, name: &str, extensions: &str, arguments: &str) {
        self.write("list.cnf", &format!("{CONFIGURATION}[list]\n{extensions}\n"));
        self.openssl(&format!(
            "ca -gencrl -config list.cnf -crlexts list -out list.pem {arguments}"
        ));
        self.openssl(&format!("crl -in list.pem -outform DER -out {name}"));
    }

    /// A server for its files.
    pub(crate) fn web(&self) -> Web {
        let folder = self.folder.path().to_owned();
        Web::new(move |heard, stream| {
            let said = match fs::read(folder.join(heard.path().trim_start_matches('/'))) {
                Ok(file) => answer("200 OK", "", file),
                Err(_) => answer("404 Not Found", "", ""),
            };
            drop(stream.write_all(&said));
        })
    }

    /// The same authority by another certificate, whose extensions are this section of its configuration.
    pub(crate) fn certify_anew(&self, section: &str) {
        self.openssl(&format!(
            "req -config ca.cnf -x509 -extensions {section} -key ca.key -days 3650 -out ca.pem -subj {AUTHORITY}"
        ));
    }

    /// The citizen's name as a CNS has it, its signs escaped as `-subj` wants them.
    fn subject_of(&self, citizen: &Citizen) -> String {
        fs::write(self.path("personal"), &self.personal_data).expect("the folder takes a file");
        self.openssl("dgst -sha1 -binary -out digest personal");
        let digest = self.openssl("base64 -in digest");
        let (code, card_id) = (citizen.codice_fiscale(), &citizen.card_id);
        let common_name = format!("{code}/{card_id}.{}", digest.trim());
        let escaped = common_name.replace('/', "\\/").replace('+', "\\+");
        let Citizen { surname, name, .. } = citizen;
        format!("/C=IT/O=Sportello-Esempio/SN={surname}/GN={name}/CN={escaped}")
    }

    /// What the check says of `citizen.pem` in its card, offline, with this authority as its only root.
    pub(crate) fn verdict(&self) -> Verdict {
        self.verdict_at(SystemClock.now())
    }

    /// The same by another clock.
    pub(crate) fn verdict_at(&self, at: OffsetDateTime) -> Verdict {
        let mut roots = TrustRoots::default();
        roots.add_path(&self.path("ca.pem")).expect("a root");
        let citizen = Citizen::maria_rossi();
        let code = citizen.codice_fiscale();
        let card = CardFacts {
            card_id: Some(&citizen.card_id),
            codice_fiscale: Some(&code),
            personal_data_file: Some(&self.personal_data),
            name: Some((&citizen.surname, &citizen.name)),
        };
        check(&self.der("citizen"), Some(card), &roots, at)
    }
}

const AUTHORITY: &str = "/C=IT/O=Sportello-Esempio/CN=CA-Cittadini-di-prova";

/// The extensions of a CNS, but for its addresses.
const CNS: &str = "basicConstraints=CA:FALSE
keyUsage=critical,digitalSignature
extendedKeyUsage=clientAuth
certificatePolicies=1.3.76.16.2.1
subjectKeyIdentifier=hash
authorityKeyIdentifier=keyid
";

/// A delegated responder as RFC 6960 §4.2.2.2 wants it.
pub(crate) const DELEGATE: &str = "basicConstraints=CA:FALSE
keyUsage=critical,digitalSignature
extendedKeyUsage=OCSPSigning
subjectKeyIdentifier=hash
authorityKeyIdentifier=keyid
noCheck=ignored
";

const CONFIGURATION: &str = "[req]
distinguished_name=name
string_mask=utf8only
[name]
[authority]
basicConstraints=critical,CA:TRUE,pathlen:0
keyUsage=critical,keyCertSign,cRLSign
subjectKeyIdentifier=hash
[no_lists]
basicConstraints=critical,CA:TRUE,pathlen:0
keyUsage=critical,keyCertSign
subjectKeyIdentifier=hash
[ca]
default_ca=all
[all]
dir=.
database=index.txt
serial=serial
crlnumber=crlnumber
new_certs_dir=.
certificate=ca.pem
private_key=ca.key
default_md=sha256
default_crl_days=7
policy=any
unique_subject=no
string_mask=utf8only
[any]
countryName=optional
organizationName=optional
surname=optional
givenName=optional
commonName=supplied
";
