//! A certification authority run by OpenSSL: its certificates, its register, its lists of revoked ones.

use crate::peers::Peer;
use crate::web::{Web, answer};
use cns_trust::{Clock, SystemClock, TrustRoots, Verdict, check};
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject;
use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::process::Command;
use tempfile::TempDir;

/// An authority in a folder that vanishes with it.
pub(crate) struct Authority {
    folder: TempDir,
}

impl Authority {
    /// An authority with its key, a key for whoever answers in its name, and a citizen's.
    pub(crate) fn new() -> Self {
        let authority = Self {
            folder: tempfile::tempdir().expect("a folder"),
        };
        authority.write("ca.cnf", CONFIGURATION);
        authority.write("index.txt", "");
        authority.write("serial", "6000000000000001\n");
        authority.write("crlnumber", "01\n");
        authority.openssl(&format!(
            "req -config ca.cnf -x509 -extensions authority -newkey rsa:2048 -nodes -days 3650 -keyout ca.key -out ca.pem \
             -subj {AUTHORITY}"
        ));
        authority.openssl(&format!(
            "req -config ca.cnf -newkey rsa:2048 -nodes -keyout citizen.key -out citizen.csr -subj {CITIZEN}"
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
        let named = |key: &str, prefix: &str, urls: &[String]| match urls {
            [] => String::new(),
            urls => {
                let urls: Vec<String> = urls.iter().map(|url| format!("{prefix}URI:{url}")).collect();
                format!("{key}={}\n", urls.join(","))
            }
        };
        let access = named("authorityInfoAccess", "OCSP;", responders);
        let points = named("crlDistributionPoints", "", lists);
        self.issue("citizen", "citizen", &format!("{CNS}{access}{points}"));
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

    /// What the check says of `citizen.pem`, offline, with this authority as its only root.
    pub(crate) fn verdict(&self) -> Verdict {
        let mut roots = TrustRoots::default();
        roots.add_path(&self.path("ca.pem")).expect("a root");
        check(&self.der("citizen"), None, &roots, SystemClock.now())
    }
}

const AUTHORITY: &str = "/C=IT/O=Sportello-Esempio/CN=CA-Cittadini-di-prova";
const CITIZEN: &str = "/C=IT/O=Sportello-Esempio/SN=ROSSI/GN=MARIA\
    /CN=RSSMRA80A41Z999C\\/6999000000123455.AAAAAAAAAAAAAAAAAAAAAAAAAAA=";

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
