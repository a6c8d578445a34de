//! One address, opened with the card.

use crate::card_key::CardSigner;
use crate::explain::{at, not_sent, nothing_in_common};
use crate::handshake::Witness;
use crate::server_trust::ServerTrust;
use crate::{Limits, TlsVersions, answer, client, own_thread};
use cns_login::{Problem, ProblemCode};
use rustls::client::Resumption;
use std::fmt;
use std::path::PathBuf;
use url::Url;

/// How to open the address.
#[derive(Clone, Debug, Default)]
pub struct GetOptions {
    /// The only roots for the server's certificate; without it, the system's.
    pub server_ca: Option<PathBuf>,
    /// The versions of TLS that may be spoken.
    pub tls: TlsVersions,
    /// How long to wait, how much to take.
    pub limits: Limits,
}

/// What the server answered.
#[derive(Clone, PartialEq, Eq)]
pub struct Answer {
    /// HTTP status. A redirect is an answer: it is not followed.
    pub status: u16,
    /// `1.2` or `1.3`.
    pub tls_version: String,
    /// The name, in the TLS registry, of the scheme in which the card signed; none if it was not asked.
    pub signature_scheme: Option<String>,
    /// Signatures that the card made: one, or none if it was not asked.
    pub signatures: u32,
    /// The body.
    pub body: Vec<u8>,
}

impl fmt::Debug for Answer {
    /// Tells of the body only its length: a page behind a card is about a person.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Answer")
            .field("status", &self.status)
            .field("tls_version", &self.tls_version)
            .field("signature_scheme", &self.signature_scheme)
            .field("signatures", &self.signatures)
            .field("body_length", &self.body.len())
            .finish()
    }
}

/// Opens `url` with the card and returns what the server says, whatever it says.
///
/// The card's certificate is not judged: the question is what the server thinks of it. The card signs at most
/// once and is let go of when the result is there; dropping the future closes the connection.
///
/// # Errors
/// `not_https`; the card's own problem where it did not sign; `portal_unreachable`, `portal_timeout`,
/// `server_untrusted`, `renegotiation_asked`, `scheme_not_supported`, `portal_refused_card`, `tls_failed`,
/// `portal_answer_too_large`, `portal_answer_malformed`, `roots_unusable`.
pub async fn get(
    url: &Url,
    card: impl CardSigner + 'static,
    options: &GetOptions,
) -> Result<Answer, Problem> {
    if url.scheme() != "https" {
        return Err(Problem::new(ProblemCode::NotHttps).with("url", url.as_str()));
    }
    let url = url.clone();
    let options = options.clone();
    let host = url.host_str().unwrap_or_default().to_owned();
    own_thread::run(move || open(url, card, options))
        .await
        .map_err(|problem| at(&host, problem))
}

async fn open(url: Url, card: impl CardSigner + 'static, options: GetOptions) -> Result<Answer, Problem> {
    let host = url.host_str().unwrap_or_default().to_owned();
    let GetOptions {
        server_ca,
        tls,
        limits,
    } = options;
    let trust = server_ca.map_or(ServerTrust::System, ServerTrust::File);
    let witness = Witness::default();
    let client = client::with_card(card, &trust, tls, limits, &witness, Resumption::disabled())?;
    let response = match client.get(url.clone()).send().await {
        Ok(response) => response,
        Err(error) => return Err(not_sent(&error, &witness.facts(), &url, limits).await),
    };
    let status = response.status();
    let facts = witness.facts();
    // nginx speaks of a missing certificate in HTTP, with a page about the visitor. It is about the scheme.
    if status.is_client_error() && facts.nothing_in_common() {
        return Err(nothing_in_common(&facts, &host));
    }
    let body = answer::body(response, limits, &host, &witness).await?.to_vec();
    let facts = witness.facts();
    tracing::info!(%host, status = status.as_u16(), tls = facts.version_text(), "answered");
    Ok(Answer {
        status: status.as_u16(),
        tls_version: facts.version_text().to_owned(),
        signature_scheme: facts.chosen.map(|scheme| scheme.name().to_owned()),
        signatures: facts.signatures,
        body,
    })
}
