//! `POST /rest/v1/pin-requests…`: a PIN is asked for, and the request followed.

use crate::openapi::Problems;
use crate::pin::Origin;
use crate::portal::Portal;
use crate::problem::Refusal;
use crate::request::Json;
use crate::throttle::PeerAddress;
use axum::extract::State;
use axum::http::StatusCode;
use cns_portal_api::{
    NewPinRequest, PinRequestCheck, PinRequestLookup, PinRequestReceived, PinRequestStatus, paths,
};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn routes() -> OpenApiRouter<Portal> {
    OpenApiRouter::new()
        .routes(routes!(check))
        .routes(routes!(request))
        .routes(routes!(look_up))
}

/// Controlla la forma del codice fiscale
#[utoipa::path(post, path = paths::PIN_REQUEST_CHECKS, operation_id = "checkPinRequest", tag = "pin",
    request_body = PinRequestCheck,
    responses((status = 204, description = "Il codice fiscale è ben formato"), Problems))]
pub(crate) async fn check(
    State(portal): State<Portal>,
    from: PeerAddress,
    Json(check): Json<PinRequestCheck>,
) -> Result<StatusCode, Refusal> {
    portal.check_pin_request(&check, from).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Richiede il PIN del portale
#[utoipa::path(post, path = paths::PIN_REQUESTS, operation_id = "requestPin", tag = "pin",
    request_body = NewPinRequest,
    responses((status = 201, description = "La richiesta è stata presa in carico", body = PinRequestReceived), Problems))]
pub(crate) async fn request(
    State(portal): State<Portal>,
    from: PeerAddress,
    Json(request): Json<NewPinRequest>,
) -> Result<(StatusCode, axum::Json<PinRequestReceived>), Refusal> {
    let received = portal.request_pin(request, Origin::Online, from).await?;
    Ok((StatusCode::CREATED, axum::Json(received)))
}

/// Segue una richiesta di PIN
#[utoipa::path(post, path = paths::PIN_REQUEST_LOOKUPS, operation_id = "followPinRequest", tag = "pin",
    request_body = PinRequestLookup,
    responses((status = 200, description = "A che punto è la richiesta", body = PinRequestStatus), Problems))]
pub(crate) async fn look_up(
    State(portal): State<Portal>,
    from: PeerAddress,
    Json(lookup): Json<PinRequestLookup>,
) -> Result<axum::Json<PinRequestStatus>, Refusal> {
    Ok(axum::Json(
        portal.pin_request_status(&lookup.receipt, from).await?,
    ))
}
