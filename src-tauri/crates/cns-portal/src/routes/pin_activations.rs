//! `POST /rest/v1/pin-activations…`: who has the first half asks for the second.

use crate::openapi::Problems;
use crate::portal::Portal;
use crate::problem::Refusal;
use crate::request::Json;
use crate::throttle::PeerAddress;
use axum::extract::State;
use axum::http::StatusCode;
use cns_portal_api::{ActivationContacts, ActivationOpened, HalvesExpected, PinActivation, paths};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn routes() -> OpenApiRouter<Portal> {
    OpenApiRouter::new()
        .routes(routes!(activate))
        .routes(routes!(choose_contacts))
}

/// Attiva il PIN: prima parte e tessera sanitaria
#[utoipa::path(post, path = paths::PIN_ACTIVATIONS, operation_id = "activatePin", tag = "pin",
    request_body = PinActivation,
    responses((status = 201, description = "Ora si scelgono i recapiti", body = ActivationOpened), Problems))]
pub(crate) async fn activate(
    State(portal): State<Portal>,
    from: PeerAddress,
    Json(activation): Json<PinActivation>,
) -> Result<(StatusCode, axum::Json<ActivationOpened>), Refusal> {
    let opened = portal.activate(&activation, from).await?;
    Ok((StatusCode::CREATED, axum::Json(opened)))
}

/// Attiva il PIN: recapiti, e dove va la seconda parte
#[utoipa::path(post, path = paths::PIN_ACTIVATION_CONTACTS, operation_id = "chooseContacts", tag = "pin",
    request_body = ActivationContacts,
    responses((status = 200, description = "La seconda parte parte", body = HalvesExpected), Problems))]
pub(crate) async fn choose_contacts(
    State(portal): State<Portal>,
    from: PeerAddress,
    Json(chosen): Json<ActivationContacts>,
) -> Result<axum::Json<HalvesExpected>, Refusal> {
    Ok(axum::Json(portal.choose_contacts(&chosen, from).await?))
}
