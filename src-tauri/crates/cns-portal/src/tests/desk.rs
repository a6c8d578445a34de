//! What tests of the desk have in common: somebody with a PIN, an operator, papers.

use crate::keys::Index;
use crate::operator_app;
use crate::portal::{self, Method};
use crate::secret::Secret;
use crate::store::{NewSession, citizens, sessions, stored, word};
use crate::tests::people::codice_fiscale;
use crate::tests::world::{Answer, World, request};
use axum::body::Body;
use axum::http::{Method as Http, Request, StatusCode};
use cns_portal_api::{PinKind, PinState, Scope, paths};
use cns_trust::CodiceFiscale;
use serde_json::{Value, json};
use time::macros::date;
use tower::ServiceExt as _;

/// A person without a card.
pub(crate) fn somebody(letters: &str) -> CodiceFiscale {
    codice_fiscale(letters, date!(1980 - 01 - 01), true)
}

/// An account that is good.
pub(crate) const IBAN: &str = "IT60X0542811101000000123456";

/// A whole assegno unico.
pub(crate) fn assegno_unico() -> Value {
    json!({"form": {
        "kind": "assegno_unico",
        "children": [{"codice_fiscale": codice_fiscale("FGLPRM", date!(2015 - 05 - 05), false).as_str(), "disability": false}],
        "share": "whole", "iban": IBAN, "statements_accepted": true,
    }})
}

/// Papers, by their first bytes.
pub(crate) const JPEG: &[u8] = b"\xFF\xD8\xFF\xE0\0\x10JFIF";
pub(crate) const PNG: &[u8] = b"\x89PNG\r\n\x1A\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01";
pub(crate) const PDF: &[u8] = b"%PDF-1.7\n%%EOF\n";

impl World {
    /// A session by an active PIN of this kind.
    pub(crate) async fn with_pin(&self, person: &CodiceFiscale, kind: PinKind) -> String {
        let (store, keys, now) = (self.portal.store(), self.portal.keys(), self.portal.now());
        let mut tx = store.writing().await.unwrap();
        let citizen = citizens::find_or_make(&mut tx, person, Some("Anna Esempio"), now)
            .await
            .unwrap();
        let (credential,): (i64,) = sqlx::query_as(
            "INSERT INTO credential (cf_index, citizen_id, holder, state, kind, origin, hash, changed_at, used_at, created_at)
             VALUES ($1, $2, $3, $4, $5, 'online', '', $6, $6, $6) RETURNING id",
        )
        .bind(keys.index(Index::Person, person.as_str()))
        .bind(citizen)
        .bind(Vec::<u8>::new())
        .bind(word(&PinState::Active))
        .bind(word(&kind))
        .bind(stored(now))
        .fetch_one(&mut *tx)
        .await
        .unwrap();
        let token = Secret::random();
        let session = NewSession {
            token_hash: token.hash(),
            method: Method::Pin,
            level: portal::level(Some(kind)),
            scope: Scope::Full,
            credential: Some(credential),
            opened_at: now,
            expires_at: now + self.portal.limits().session_absolute,
        };
        sessions::put(&mut tx, citizen, &session).await.unwrap();
        tx.commit().await.unwrap();
        token.reveal()
    }

    /// Sends JSON to the area.
    pub(crate) async fn send(&self, method: Http, path: &str, token: &str, body: &Value) -> Answer {
        let body = if body.is_null() {
            Body::empty()
        } else {
            Body::from(body.to_string())
        };
        self.ask_api(request(method, path, Some(token), body)).await
    }

    /// A draft's id.
    pub(crate) async fn draft(&self, token: &str, form: &Value) -> String {
        let answer = self.send(Http::POST, paths::APPLICATIONS, token, form).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.body);
        answer.body["id"].as_str().unwrap().to_owned()
    }

    /// Files a draft.
    pub(crate) async fn file(&self, token: &str, id: &str) -> Answer {
        let path = paths::APPLICATION_SUBMISSIONS.replace("{id}", id);
        self.send(Http::POST, &path, token, &Value::Null).await
    }

    /// A draft that was filed, whole.
    pub(crate) async fn filed(&self, token: &str, form: &Value) -> Value {
        let id = self.draft(token, form).await;
        let answer = self.file(token, &id).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
        answer.body
    }

    /// An application of the token's holder.
    pub(crate) async fn application(&self, token: &str, id: &str) -> Value {
        let answer = self
            .get(&paths::APPLICATION.replace("{id}", id), Some(token))
            .await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
        answer.body
    }

    /// A conversion with all its pages, not sent.
    pub(crate) async fn conversion_with_pages(&self, token: &str) -> String {
        let answer = self
            .send(
                Http::POST,
                paths::CONVERSIONS,
                token,
                &identity_card("2030-01-01"),
            )
            .await;
        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.body);
        let id = answer.body["id"].as_str().unwrap().to_owned();
        for (side, page) in [("front", JPEG), ("back", PNG), ("form", PDF)] {
            let answer = self.put_page(token, &id, side, page).await;
            assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
        }
        id
    }

    /// Uploads a page.
    pub(crate) async fn put_page(&self, token: &str, id: &str, side: &str, page: &[u8]) -> Answer {
        let path = paths::CONVERSION_DOCUMENT
            .replace("{id}", id)
            .replace("{side}", side);
        self.ask_api(request(Http::PUT, &path, Some(token), Body::from(page.to_vec())))
            .await
    }

    /// A conversion that was sent.
    pub(crate) async fn conversion_sent(&self, token: &str) -> String {
        let id = self.conversion_with_pages(token).await;
        let path = paths::CONVERSION_SUBMISSION.replace("{id}", &id);
        let answer = self.send(Http::POST, &path, token, &Value::Null).await;
        assert_eq!(
            (answer.status, &answer.body["state"]),
            (StatusCode::OK, &json!("inviata"))
        );
        id
    }

    /// The session of an operator of this name.
    pub(crate) async fn operator(&self, name: &str) -> String {
        self.portal.add_operator(name, PASSWORD).await.unwrap();
        let answer = self
            .ask_operators(request(
                Http::POST,
                paths::operator::SESSIONS,
                None,
                Body::from(json!({"name": name, "password": PASSWORD}).to_string()),
            ))
            .await;
        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.body);
        answer.body["token"].as_str().unwrap().to_owned()
    }

    /// Asks the operators' host.
    pub(crate) async fn ask_operators(&self, request: Request<Body>) -> Answer {
        Answer::of(operator_app(self.portal.clone()).oneshot(request).await.unwrap()).await
    }

    /// Sends JSON to the operators' host.
    pub(crate) async fn work(&self, path: &str, operator: &str, body: &Value) -> Answer {
        self.ask_operators(request(
            Http::POST,
            path,
            Some(operator),
            Body::from(body.to_string()),
        ))
        .await
    }

    /// Opens a page.
    pub(crate) async fn look_at(&self, operator: &str, id: &str, side: &str) -> Answer {
        let path = paths::operator::CONVERSION_DOCUMENT
            .replace("{id}", id)
            .replace("{side}", side);
        self.ask_operators(request(Http::GET, &path, Some(operator), Body::empty()))
            .await
    }

    /// Opens all pages, and decides.
    pub(crate) async fn decide(&self, operator: &str, id: &str, decision: &Value) -> Answer {
        for side in ["front", "back", "form"] {
            assert_eq!(self.look_at(operator, id, side).await.status, StatusCode::OK);
        }
        let path = paths::operator::CONVERSION_DECISIONS.replace("{id}", id);
        self.work(&path, operator, decision).await
    }

    /// Moves an application on.
    pub(crate) async fn move_on(&self, operator: &str, id: &str, state: &str, note: Option<&str>) -> Answer {
        let path = paths::operator::APPLICATION_EVENTS.replace("{id}", id);
        self.work(&path, operator, &json!({"state": state, "note": note}))
            .await
    }
}

/// An identity card that is good until a day.
pub(crate) fn identity_card(expiry: &str) -> Value {
    json!({"document_kind": "carta_identita", "document_number": "CA12345AB", "document_expiry": expiry})
}

pub(crate) const PASSWORD: &str = "una frase che nessuno indovina";
