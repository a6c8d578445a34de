//! Certificates for one test: a root for servers, a root for citizens, and what they issue.

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, date_time_ymd};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

/// A folder of certificates that vanishes with this value.
pub(crate) struct Pki {
    folder: TempDir,
    server_root: CertifiedIssuer<'static, KeyPair>,
}

impl Pki {
    /// Makes both roots and a good certificate for `localhost`.
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let pki = Self {
            folder,
            server_root: root("Radice di prova per i server"),
        };
        pki.write("server-root.pem", &pki.server_root.pem());
        pki.write("other-root.pem", &root("Un'altra radice di prova").pem());
        pki.issue_server("server", "localhost", false);
        pki
    }

    /// Where everything is.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The path of one file.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder().join(name)
    }

    /// The path of one file, as an argument.
    pub(crate) fn argument(&self, name: &str) -> String {
        self.path(name).display().to_string()
    }

    /// Issues `NAME.pem` and `NAME.key` for a server.
    pub(crate) fn issue_server(&self, name: &str, host: &str, expired: bool) {
        let key = KeyPair::generate().expect("a key");
        let mut parameters = CertificateParams::new([host.to_owned()]).expect("a name");
        parameters.distinguished_name.push(DnType::CommonName, host);
        if expired {
            parameters.not_before = date_time_ymd(2020, 1, 1);
            parameters.not_after = date_time_ymd(2021, 1, 1);
        }
        let certificate = parameters
            .signed_by(&key, &self.server_root)
            .expect("a certificate");
        self.write(&format!("{name}.pem"), &certificate.pem());
        self.write(&format!("{name}.key"), &key.serialize_pem());
    }

    /// Makes `NAME.pem` and `NAME.key` of a server that vouches for itself, an authority by its own word: what
    /// `openssl req -x509` makes.
    pub(crate) fn self_signed_server(&self, name: &str, host: &str, expired: bool) {
        let mut parameters = CertificateParams::new([host.to_owned()]).expect("a name");
        parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        parameters.distinguished_name.push(DnType::CommonName, host);
        if expired {
            parameters.not_before = date_time_ymd(2020, 1, 1);
            parameters.not_after = date_time_ymd(2021, 1, 1);
        }
        let key = KeyPair::generate().expect("a key");
        self.write(
            &format!("{name}.pem"),
            &parameters.self_signed(&key).expect("a certificate").pem(),
        );
        self.write(&format!("{name}.key"), &key.serialize_pem());
    }

    /// Issues `NAME.pem` and `NAME.key` for a citizen, with an RSA key of `bits`, under a root `NAME-root.pem`.
    pub(crate) fn issue_citizen(&self, name: &str, bits: u32) {
        let run = |line: &str| {
            let ended = Command::new("openssl")
                .args(line.split(' '))
                .current_dir(self.folder())
                .output();
            let ended = ended.expect("`openssl` must be installed");
            assert!(
                ended.status.success(),
                "openssl {line}\n{}",
                String::from_utf8_lossy(&ended.stderr)
            );
        };
        run(&format!(
            "req -x509 -newkey rsa:2048 -nodes -subj /CN=Radice-{name} -keyout {name}-root.key -out {name}-root.pem"
        ));
        run(&format!(
            "req -newkey rsa:{bits} -nodes -subj /CN=cittadina-{name} -keyout {name}.key -out {name}.csr"
        ));
        run(&format!(
            "x509 -req -in {name}.csr -CA {name}-root.pem -CAkey {name}-root.key -set_serial 1 -days 30 -out {name}.pem"
        ));
    }

    fn write(&self, name: &str, content: &str) {
        fs::write(self.path(name), content).expect("the folder takes a file");
    }
}

fn root(name: &str) -> CertifiedIssuer<'static, KeyPair> {
    let mut parameters = CertificateParams::default();
    parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    parameters.distinguished_name.push(DnType::CommonName, name);
    CertifiedIssuer::self_signed(parameters, KeyPair::generate().expect("a key")).expect("a root")
}
