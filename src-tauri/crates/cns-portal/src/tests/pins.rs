//! People who ask for a PIN, get its halves, and use it: through HTTP, and through what arrives in the mailbox.

use crate::area::Registered;
use crate::outbox::{ChannelKind, Delivered};
use crate::store::archive;
use crate::tests::world::{Answer, World, request};
use axum::body::Body;
use axum::http::Method;
use cns_portal_api::{CounterIssue, PIN_ALPHABET, paths};
use cns_trust::CodiceFiscale;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;

/// Somebody whom the archive knows.
pub(crate) const ANNA: &str = "VRDNNA85P52Z999Y";
/// Her brother; the archive knows him too.
pub(crate) const BRUNO: &str = "VRDBRN88C05Z999V";
/// Well formed, and nobody's.
pub(crate) const NOBODY: &str = "RSSMRA80A01H501U";

impl World {
    pub(crate) async fn post(&self, path: &str, body: &Value) -> Answer {
        self.ask_api(request(Method::POST, path, None, Body::from(body.to_string())))
            .await
    }

    pub(crate) async fn put(&self, path: &str, token: &str, body: &Value) -> Answer {
        let body = Body::from(body.to_string());
        self.ask_api(request(Method::PUT, path, Some(token), body)).await
    }

    /// What the archive has of somebody.
    pub(crate) async fn registered(&self, codice_fiscale: &str) -> Registered {
        let code = CodiceFiscale::parse(codice_fiscale).unwrap();
        let mut tx = self.portal.store().writing().await.unwrap();
        archive::find(&mut tx, &code).await.unwrap().unwrap()
    }

    /// The request that somebody's data make, all of it as the archive has it.
    pub(crate) async fn form(&self, codice_fiscale: &str) -> Value {
        let known = self.registered(codice_fiscale).await;
        let contact = known.name.to_lowercase();
        json!({
            "idempotency_key": format!("{:032x}", rand::random::<u128>()),
            "codice_fiscale": codice_fiscale,
            "residence": "italy",
            "surname": known.surname,
            "name": known.name,
            "sex": known.sex,
            "birth_date": known.birth_date.to_string(),
            "birth_place": known.birth_place,
            "address": known.address,
            "contacts": {
                "mobile": "+39 333 1234567",
                "email": format!("{contact}@example.org"),
            },
            "preferred_phone": "mobile",
            "call_slot": "morning",
        })
    }

    /// Asks for a PIN and answers the receipt.
    pub(crate) async fn ask_for_pin(&self, codice_fiscale: &str) -> String {
        let form = self.form(codice_fiscale).await;
        let answer = self.post(paths::PIN_REQUESTS, &form).await;
        assert_eq!(answer.status, 201, "{}", answer.body);
        answer.body["receipt"].as_str().unwrap().to_owned()
    }

    /// How a request is going, in a word.
    pub(crate) async fn followed(&self, receipt: &str) -> Value {
        let answer = self
            .post(paths::PIN_REQUEST_LOOKUPS, &json!({ "receipt": receipt }))
            .await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer.body
    }

    /// What has arrived, oldest first.
    pub(crate) fn arrived(&self) -> Vec<Arc<Delivered>> {
        self.mailbox.delivered().borrow().clone()
    }

    /// The code in the latest message that came one way.
    #[track_caller]
    pub(crate) fn code_by(&self, channel: ChannelKind) -> String {
        let arrived = self.arrived();
        let mut codes = arrived
            .iter()
            .filter(|message| message.channel == channel)
            .filter_map(|message| code_in(&message.text));
        codes.next_back().unwrap()
    }

    /// From the request to the sixteen characters.
    pub(crate) async fn initial_pin(&self, codice_fiscale: &str) -> String {
        self.ask_for_pin(codice_fiscale).await;
        self.deliver().await;
        self.code_by(ChannelKind::Sms) + &self.code_by(ChannelKind::Letter)
    }

    pub(crate) async fn type_pin(&self, codice_fiscale: &str, pin: &str) -> Answer {
        let body = json!({ "codice_fiscale": codice_fiscale, "pin": pin });
        self.post(paths::PIN_SESSIONS, &body).await
    }

    /// Logs in with a PIN and answers the token.
    pub(crate) async fn enter_with_pin(&self, codice_fiscale: &str, pin: &str) -> String {
        let answer = self.type_pin(codice_fiscale, pin).await;
        assert_eq!(answer.status, 201, "{}", answer.body);
        answer.body["token"].as_str().unwrap().to_owned()
    }

    /// Makes a working PIN in a session that may, and answers it and the new token.
    pub(crate) async fn make_pin(&self, token: &str, body: &Value) -> (String, String) {
        let answer = self.put(paths::MY_PIN, token, body).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        (
            text(&answer.body["new_pin"]),
            text(&answer.body["session"]["token"]),
        )
    }

    /// From the request to a working PIN and a session.
    pub(crate) async fn working_pin(&self, codice_fiscale: &str) -> (String, String) {
        let initial = self.initial_pin(codice_fiscale).await;
        let token = self.enter_with_pin(codice_fiscale, &initial).await;
        self.make_pin(&token, &json!({})).await
    }

    /// Restores a PIN that was used, and answers the sixteen characters.
    pub(crate) async fn restored_pin(&self, codice_fiscale: &str) -> String {
        let body = json!({ "codice_fiscale": codice_fiscale });
        let answer = self.post(paths::PIN_RESTORES, &body).await;
        assert_eq!(answer.status, 202, "{}", answer.body);
        self.deliver().await;
        let body = json!({ "codice_fiscale": codice_fiscale, "code": self.code_by(ChannelKind::Sms) });
        let answer = self.post(paths::PIN_RESTORE_CONFIRMATIONS, &body).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        self.deliver().await;
        self.code_by(ChannelKind::Sms) + &self.code_by(ChannelKind::Email)
    }

    /// Ends a PIN whose contacts are alive.
    pub(crate) async fn revoke(&self, codice_fiscale: &str) {
        let known = self.registered(codice_fiscale).await;
        let body = json!({
            "codice_fiscale": codice_fiscale,
            "tessera_number": known.tessera_number,
            "tessera_expiry": known.tessera_expiry.to_string(),
        });
        assert_eq!(self.post(paths::PIN_REVOCATIONS, &body).await.status, 202);
        self.deliver().await;
        let body = json!({ "codice_fiscale": codice_fiscale, "code": self.code_by(ChannelKind::Sms) });
        let answer = self.post(paths::PIN_REVOCATION_CONFIRMATIONS, &body).await;
        assert_eq!(answer.status, 204, "{}", answer.body);
    }

    /// What an operator types for somebody at the counter.
    pub(crate) async fn counter_issue(&self, codice_fiscale: &str) -> CounterIssue {
        let mut form = self.form(codice_fiscale).await;
        let mut taken = |name: &str| form[name].take();
        serde_json::from_value(json!({
            "identified": {
                "codice_fiscale": codice_fiscale,
                "document_number": "CA00000AA",
                "document_expiry": "2030-01-01",
            },
            "surname": taken("surname"),
            "name": taken("name"),
            "sex": taken("sex"),
            "birth_date": taken("birth_date"),
            "address": taken("address"),
            "contacts": taken("contacts"),
        }))
        .unwrap()
    }

    /// Lets so many wrong PINs be typed, each as soon as the portal looks at it.
    pub(crate) async fn mistype(&self, codice_fiscale: &str, times: u32) {
        for _ in 0..times {
            self.clock.advance(Duration::from_secs(20));
            let answer = self.type_pin(codice_fiscale, "22222222").await;
            answer.expect_problem(403, "credentials_refused");
        }
        self.clock.advance(Duration::from_secs(20));
    }
}

/// The eight symbols that stand in a paragraph of their own.
pub(crate) fn code_in(text: &str) -> Option<String> {
    text.split("\n\n")
        .find(|part| part.len() == 8 && part.chars().all(|symbol| PIN_ALPHABET.contains(symbol)))
        .map(str::to_owned)
}
