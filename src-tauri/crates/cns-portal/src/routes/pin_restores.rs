//! `POST /rest/v1/pin-restores…`: new halves for a PIN that was lost or locked.

use crate::openapi::Problems;
use crate::portal::Portal;
use crate::problem::Refusal;
use crate::request::Json;
use crate::throttle::PeerAddress;
use axum::extract::State;
use axum::http::StatusCode;
use cns_portal_api::{HalvesExpected, PinConfirmation, PinRestore, paths};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn routes() -> OpenApiRouter<Portal> {
    OpenApiRouter::new()
        .routes(routes!(restore))
        .routes(routes!(confirm))
}

/// Chiede il ripristino del PIN
#[utoipa::path(post, path = paths::PIN_RESTORES, operation_id = "restorePin", tag = "pin",
    request_body = PinRestore,
    responses((status = 202, description = "Se è possibile arriva un codice di conferma"), Problems))]
pub(crate) async fn restore(
    State(portal): State<Portal>,
    from: PeerAddress,
    Json(restore): Json<PinRestore>,
) -> Result<StatusCode, Refusal> {
    portal.ask_restore(&restore, from).await?;
    Ok(StatusCode::ACCEPTED)
}

/// Conferma il ripristino del PIN
#[utoipa::path(post, path = paths::PIN_RESTORE_CONFIRMATIONS, operation_id = "confirmRestore", tag = "pin",
    request_body = PinConfirmation,
    responses((status = 200, description = "Le due parti partono", body = HalvesExpected), Problems))]
pub(crate) async fn confirm(
    State(portal): State<Portal>,
    from: PeerAddress,
    Json(confirmation): Json<PinConfirmation>,
) -> Result<axum::Json<HalvesExpected>, Refusal> {
    Ok(axum::Json(portal.confirm_restore(&confirmation, from).await?))
}
