//! `/rest/v1/me/pin`: what the holder may know of the PIN, and making a new one.

use crate::openapi::Problems;
use crate::portal::{LiveSession, Portal};
use crate::problem::Refusal;
use crate::request::{Json, PinChangeSession};
use crate::throttle::PeerAddress;
use axum::extract::State;
use cns_portal_api::{PinAbout, PinChange, PinChanged, paths};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn routes() -> OpenApiRouter<Portal> {
    OpenApiRouter::new().routes(routes!(about, change))
}

/// Il PIN del portale di chi è collegato
#[utoipa::path(get, path = paths::MY_PIN, operation_id = "aboutPin", tag = "pin", security(("bearer" = [])),
    responses((status = 200, description = "Il PIN", body = PinAbout), Problems))]
pub(crate) async fn about(
    State(portal): State<Portal>,
    session: LiveSession,
) -> Result<axum::Json<PinAbout>, Refusal> {
    Ok(axum::Json(portal.about_pin(&session).await?))
}

/// Crea il nuovo PIN
#[utoipa::path(put, path = paths::MY_PIN, operation_id = "changePin", tag = "pin", security(("bearer" = [])),
    request_body = PinChange,
    responses((status = 200, description = "Il nuovo PIN è stato creato", body = PinChanged), Problems))]
pub(crate) async fn change(
    State(portal): State<Portal>,
    PinChangeSession(session): PinChangeSession,
    from: PeerAddress,
    Json(change): Json<PinChange>,
) -> Result<axum::Json<PinChanged>, Refusal> {
    Ok(axum::Json(portal.change_pin(&session, &change, from).await?))
}
