//! `GET /rest/v1/me`: whose session it is.

use crate::openapi::Problems;
use crate::portal::LiveSession;
use axum::Json;
use cns_portal_api::{Me, paths};

/// Di chi è la sessione
#[utoipa::path(get, path = paths::ME, operation_id = "me", tag = "area", security(("bearer" = [])),
    responses((status = 200, description = "Di chi è la sessione", body = Me), Problems))]
pub(crate) async fn me(session: LiveSession) -> Json<Me> {
    Json(session.me())
}
