//! Taking an answer's body, up to a limit.

use crate::client::Limits;
use crate::explain::{explain, named};
use crate::handshake::Witness;
use cns_login::{Problem, ProblemCode};
use zeroize::Zeroizing;

/// Reads the body piece by piece, so that a server that never stops costs no more than the limit.
///
/// # Errors
/// `portal_answer_too_large`, and whatever can happen to a connection.
pub(crate) async fn body(
    mut response: reqwest::Response,
    limits: Limits,
    host: &str,
    witness: &Witness,
) -> Result<Zeroizing<Vec<u8>>, Problem> {
    // Room for all of it at once: a vector that grows leaves what it held behind, and a body may hold a token.
    let announced = response
        .content_length()
        .and_then(|length| usize::try_from(length).ok());
    let mut body = Zeroizing::new(Vec::with_capacity(announced.unwrap_or(0).min(limits.body)));
    loop {
        let piece = response
            .chunk()
            .await
            .map_err(|error| explain(&error, &witness.facts(), host, limits))?;
        let Some(piece) = piece else { return Ok(body) };
        if body.len() + piece.len() > limits.body {
            return Err(named(ProblemCode::PortalAnswerTooLarge, host).with("limit", limits.body.to_string()));
        }
        body.extend_from_slice(&piece);
    }
}
