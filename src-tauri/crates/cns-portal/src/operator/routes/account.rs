//! `/operator/v1/sessions`: an operator comes and goes.

use crate::portal::Portal;
use crate::problem::Refusal;
use crate::request::{Bearer, Json};
use crate::throttle::PeerAddress;
use axum::extract::State;
use axum::http::StatusCode;
use cns_portal_api::{OperatorLogin, OperatorSession};

pub(super) async fn open(
    State(portal): State<Portal>,
    from: PeerAddress,
    Json(login): Json<OperatorLogin>,
) -> Result<(StatusCode, axum::Json<OperatorSession>), Refusal> {
    let session = portal.open_operator_session(&login, from).await?;
    Ok((StatusCode::CREATED, axum::Json(session)))
}

pub(super) async fn close(
    State(portal): State<Portal>,
    Bearer(token): Bearer,
) -> Result<StatusCode, Refusal> {
    if portal.close_operator_session(&token).await? {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(Refusal::Session)
    }
}
