//! `curl`, a client that we did not write. The file stands alone: the test of the program includes it too.

use super::pki::{self, Card};
use serde_json::Value;
use std::net::SocketAddr;
use std::path::Path;
use tokio::process::Command;

/// A folder with what `curl` has to be shown: the servers' root, and perhaps a card.
pub(crate) struct Curl {
    folder: tempfile::TempDir,
    options: Vec<String>,
}

/// What `curl` got. Status 0 is "no answer".
#[derive(Debug)]
pub(crate) struct Got {
    pub(crate) status: u16,
    pub(crate) body: Value,
}

impl Curl {
    pub(crate) fn new(options: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(
            folder.path().join("server-ca.pem"),
            &pki::server_authority().root_pem,
        )
        .unwrap();
        Self {
            folder,
            options: options.iter().map(|option| (*option).to_owned()).collect(),
        }
    }

    /// Shows a card to servers that ask for one.
    pub(crate) fn with_card(mut self, card: &Card) -> Self {
        for (option, name, text) in [
            ("--cert", "card.pem", &card.certificate_pem),
            ("--key", "card-key.pem", &card.key_pem),
        ] {
            std::fs::write(self.folder.path().join(name), text).unwrap();
            self.options.extend([option.to_owned(), self.path(name)]);
        }
        self
    }

    /// Lets OpenSSL, which `curl` speaks through, use keys that it finds too small.
    pub(crate) fn with_small_keys_allowed(self) -> Self {
        let text = "openssl_conf = a\n[a]\nssl_conf = b\n[b]\nsystem_default = c\n[c]\nCipherString = DEFAULT:@SECLEVEL=0\n";
        std::fs::write(self.folder.path().join("openssl.cnf"), text).unwrap();
        self
    }

    pub(crate) async fn ask(&self, method: &str, host: SocketAddr, path: &str, more: &[&str]) -> Got {
        let mut curl = Command::new("curl");
        let openssl = self.folder.path().join("openssl.cnf");
        if openssl.exists() {
            curl.env("OPENSSL_CONF", openssl);
        }
        let output = curl
            .args([
                "-sS",
                "--http1.1",
                "--noproxy",
                "*",
                "--max-time",
                "20",
                "-w",
                "\n%{http_code}",
            ])
            .args(["-X", method, "--cacert", &self.path("server-ca.pem")])
            .args(&self.options)
            .args(more)
            .arg(format!("https://localhost:{}{path}", host.port()))
            .output()
            .await
            .expect("curl is installed");
        let text = String::from_utf8(output.stdout).unwrap();
        let (body, status) = text.rsplit_once('\n').unwrap();
        let body = if body.is_empty() {
            Value::Null
        } else {
            serde_json::from_str(body).unwrap()
        };
        Got {
            status: status.parse().unwrap(),
            body,
        }
    }

    fn path(&self, name: &str) -> String {
        Path::new(self.folder.path())
            .join(name)
            .to_str()
            .unwrap()
            .to_owned()
    }
}

/// The whole way: card, code, session, who am I, estratto conto, out.
pub(crate) async fn walk_the_whole_way(curl: &Curl, cns: SocketAddr, api: SocketAddr) {
    let exchange = curl.ask("POST", cns, "/rest/v1/cns-exchanges", &[]).await;
    assert_eq!(exchange.status, 201, "{exchange:?}");

    let body = serde_json::json!({ "code": exchange.body["code"] }).to_string();
    let json = ["-H", "Content-Type: application/json", "-d", &body];
    let opened = curl.ask("POST", api, "/rest/v1/sessions", &json).await;
    assert_eq!(opened.status, 201, "{opened:?}");
    assert_eq!(
        curl.ask("POST", api, "/rest/v1/sessions", &json).await.status,
        403,
        "a code is good once"
    );

    let bearer = format!("Authorization: Bearer {}", opened.body["token"].as_str().unwrap());
    let bearer = ["-H", bearer.as_str()];
    let me = curl.ask("GET", api, "/rest/v1/me", &bearer).await;
    assert_eq!(
        (me.status, me.body["codice_fiscale"].as_str()),
        (200, Some(pki::MARIO))
    );
    let statement = curl
        .ask("GET", api, "/rest/v1/me/contribution-statement", &bearer)
        .await;
    assert_eq!(statement.status, 200);
    assert!(statement.body["sections"].as_array().unwrap().len() >= 2);
    assert_eq!(
        curl.ask("DELETE", api, "/rest/v1/sessions/current", &bearer)
            .await
            .status,
        204
    );
    let out = curl.ask("GET", api, "/rest/v1/me", &bearer).await;
    assert_eq!(
        (out.status, out.body["code"].as_str()),
        (401, Some("session_ended"))
    );
}
