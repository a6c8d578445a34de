//! `POST /rest/v1/pin-revocations…`: a PIN ends.

use crate::openapi::Problems;
use crate::portal::Portal;
use crate::problem::Refusal;
use crate::request::Json;
use crate::throttle::PeerAddress;
use axum::extract::State;
use axum::http::StatusCode;
use cns_portal_api::{PinConfirmation, PinRevocation, paths};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn routes() -> OpenApiRouter<Portal> {
    OpenApiRouter::new()
        .routes(routes!(revoke))
        .routes(routes!(confirm))
}

/// Chiede la revoca del PIN
#[utoipa::path(post, path = paths::PIN_REVOCATIONS, operation_id = "revokePin", tag = "pin",
    request_body = PinRevocation,
    responses((status = 202, description = "Se è possibile arriva un codice di conferma"), Problems))]
pub(crate) async fn revoke(
    State(portal): State<Portal>,
    from: PeerAddress,
    Json(revocation): Json<PinRevocation>,
) -> Result<StatusCode, Refusal> {
    portal.ask_revocation(&revocation, from).await?;
    Ok(StatusCode::ACCEPTED)
}

/// Conferma la revoca del PIN
#[utoipa::path(post, path = paths::PIN_REVOCATION_CONFIRMATIONS, operation_id = "confirmRevocation", tag = "pin",
    request_body = PinConfirmation,
    responses((status = 204, description = "Il PIN è revocato"), Problems))]
pub(crate) async fn confirm(
    State(portal): State<Portal>,
    from: PeerAddress,
    Json(confirmation): Json<PinConfirmation>,
) -> Result<StatusCode, Refusal> {
    portal.confirm_revocation(&confirmation, from).await?;
    Ok(StatusCode::NO_CONTENT)
}
