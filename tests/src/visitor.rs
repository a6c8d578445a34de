//! Somebody who comes to the portal with a program that is not ours.

use crate::cns;
use crate::place::Place;
use serde_json::Value;
use std::path::PathBuf;

/// Somebody at one of the portal's hosts, with a program that is not ours.
#[derive(Debug)]
pub struct Visitor {
    /// Where the host is.
    pub(crate) base: String,
    /// Who vouches for it.
    pub(crate) server_ca: PathBuf,
    /// The session, once there is one.
    pub(crate) token: Option<String>,
}

impl Visitor {
    /// Reads.
    pub fn get(&self, place: &Place, path: &str) -> Value {
        self.ask(place, path, &[], "")
    }

    /// Looks at a page, whatever it is.
    pub fn look_at(&self, place: &Place, path: &str) {
        self.curl(place, path, &["--output", "/dev/null"], "");
    }

    /// Tells.
    pub fn post(&self, place: &Place, path: &str, body: &str) -> Value {
        self.ask(place, path, &["--request", "POST"], body)
    }

    fn ask(&self, place: &Place, path: &str, words: &[&str], body: &str) -> Value {
        let answer = self.curl(place, path, words, body);
        if answer.trim().is_empty() {
            return Value::Null;
        }
        serde_json::from_str(&answer).unwrap_or_else(|error| panic!("{path}: {error}: {answer}"))
    }

    fn curl(&self, place: &Place, path: &str, words: &[&str], body: &str) -> String {
        let mut curl = place.command("curl");
        curl.args(["--silent", "--show-error", "--fail-with-body", "--cacert"])
            .arg(&self.server_ca)
            .args(words);
        if let Some(token) = &self.token {
            curl.args(["--header", &format!("Authorization: Bearer {token}")]);
        }
        if !body.is_empty() {
            curl.args([
                "--header",
                "Content-Type: application/json",
                "--data-binary",
                "@-",
            ]);
        }
        curl.arg(format!("{}{path}", self.base));
        let ended = cns::run(&mut curl, body);
        assert_eq!(ended.code, 0, "{path}: {} {}", ended.out, ended.err);
        ended.out
    }
}
