//! `POST /rest/v1/sessions`: a one-time code in, a session out.

use crate::openapi::Problems;
use crate::portal::Portal;
use crate::problem::Refusal;
use crate::request::Json;
use crate::secret::Secret;
use axum::extract::State;
use axum::http::StatusCode;
use cns_portal_api::{NewSession, SessionOpened, paths};

/// Da un codice monouso a una sessione
#[utoipa::path(post, path = paths::SESSIONS, operation_id = "openSession", tag = "accesso", request_body = NewSession,
    responses((status = 201, description = "La sessione è aperta", body = SessionOpened), Problems))]
pub(crate) async fn open_session(
    State(portal): State<Portal>,
    Json(request): Json<NewSession>,
) -> Result<(StatusCode, axum::Json<SessionOpened>), Refusal> {
    let code = Secret::parse(&request.code).ok_or(Refusal::Code)?;
    let opened = portal.open_session(&code).await?.ok_or(Refusal::Code)?;
    Ok((StatusCode::CREATED, axum::Json(opened)))
}
