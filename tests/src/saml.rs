//! A service and an identity provider that speak SAML 2.0, and that we did not write: Apache with mod_auth_mellon, and
//! pysaml2 behind a host that demands the card.

use crate::apache::{Apache, Host};
use crate::peers::ServerCertificate;
use crate::place::Place;
use crate::ports;
use crate::process::Process;
use crate::programs;
use std::path::{Path, PathBuf};

/// Both, on two addresses of the loopback.
#[derive(Debug)]
pub struct Federation {
    /// The service.
    pub service: Apache,
    /// Who vouches for people; what it says is for whom.
    pub provider: Process,
}

impl Federation {
    /// Starts both.
    ///
    /// # Panics
    /// When one does not start: `cargo xtask tools` installs what they need.
    pub fn start(place: &Place, server: &ServerCertificate, client_ca: &Path) -> Self {
        // The port of the service is in its metadata, which the provider reads before the service runs.
        let (service, provider) = (ports::free_pair(), ports::free_pair());
        let certificate = base64_of(&server.certificate);
        let metadata = SERVICE
            .replace("{port}", &service.to_string())
            .replace("{certificate}", &certificate);
        let metadata = place.write("sp-metadata.xml", metadata);
        let mut command = place.command("python3");
        command
            .arg("-B")
            .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("peers/idp.py"))
            .args(["127.0.0.2", &provider.to_string()])
            .args([&server.certificate, &server.key])
            .arg(client_ca)
            .args([&metadata, &PathBuf::from("/usr/bin/xmlsec1")])
            .env("PYTHONPATH", programs::tools())
            .env("PYTHONWARNINGS", "ignore");
        let mut process = Process::start(&command);
        process.wait_for("the identity provider", |said| {
            said.contains("ready").then_some(())
        });
        // Apache's workers read them when somebody comes, and they cannot enter a place of ours.
        let file = |path: &Path| std::fs::read_to_string(path).unwrap();
        let (sp, idp) = (file(&metadata), file(&place.file("idp-metadata.xml")));
        let (key, certificate) = (file(&server.key), file(&server.certificate));
        let host = Host {
            address: "127.0.0.1",
            directives: &MELLON.replace("{lock}", &place.file("mellon.lock").display().to_string()),
            pages: &[
                ("area/index.html", "<h1>Area riservata</h1>"),
                ("saml/sp.xml", &sp),
                ("saml/idp.xml", &idp),
                ("saml/sp.key", &key),
                ("saml/sp.pem", &certificate),
            ],
        };
        Self {
            service: Apache::start_at(service, place, server, client_ca, &[host]),
            provider: process,
        }
    }
}

fn base64_of(pem: &Path) -> String {
    let text = std::fs::read_to_string(pem).unwrap();
    text.lines().filter(|line| !line.starts_with('-')).collect()
}

const MELLON: &str = r#"
MellonLockFile {lock}
<Location />
    MellonEnable "info"
    MellonEndpointPath "/mellon"
    MellonSPMetadataFile {pages}/saml/sp.xml
    MellonSPPrivateKeyFile {pages}/saml/sp.key
    MellonSPCertFile {pages}/saml/sp.pem
    MellonIdPMetadataFile {pages}/saml/idp.xml
</Location>
<Location /area>
    MellonEnable "auth"
    Require valid-user
    AuthType Mellon
</Location>
"#;

const SERVICE: &str = r#"<EntityDescriptor entityID="https://127.0.0.1:{port}/mellon/metadata"
    xmlns="urn:oasis:names:tc:SAML:2.0:metadata" xmlns:ds="http://www.w3.org/2000/09/xmldsig#">
  <SPSSODescriptor AuthnRequestsSigned="true" WantAssertionsSigned="true"
      protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
    <KeyDescriptor use="signing">
      <ds:KeyInfo><ds:X509Data><ds:X509Certificate>{certificate}</ds:X509Certificate></ds:X509Data></ds:KeyInfo>
    </KeyDescriptor>
    <SingleLogoutService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect"
        Location="https://127.0.0.1:{port}/mellon/logout"/>
    <AssertionConsumerService index="0" isDefault="true" Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"
        Location="https://127.0.0.1:{port}/mellon/postResponse"/>
  </SPSSODescriptor>
</EntityDescriptor>
"#;
