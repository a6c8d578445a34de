//! `POST /rest/v1/pin-sessions`: codice fiscale and PIN in, a session out.

use crate::openapi::Problems;
use crate::portal::Portal;
use crate::problem::Refusal;
use crate::request::Json;
use crate::throttle::PeerAddress;
use axum::extract::State;
use axum::http::StatusCode;
use cns_portal_api::{PinLogin, SessionOpened, paths};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn routes() -> OpenApiRouter<Portal> {
    OpenApiRouter::new().routes(routes!(log_in))
}

/// Accede con il PIN del portale
#[utoipa::path(post, path = paths::PIN_SESSIONS, operation_id = "logInWithPin", tag = "accesso",
    request_body = PinLogin,
    responses((status = 201, description = "La sessione è aperta", body = SessionOpened), Problems))]
pub(crate) async fn log_in(
    State(portal): State<Portal>,
    from: PeerAddress,
    Json(login): Json<PinLogin>,
) -> Result<(StatusCode, axum::Json<SessionOpened>), Refusal> {
    let opened = portal.log_in_with_pin(&login, from).await?;
    Ok((StatusCode::CREATED, axum::Json(opened)))
}
