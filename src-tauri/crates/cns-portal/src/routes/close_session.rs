//! `DELETE /rest/v1/sessions/current`: the session of the bearer token ends.

use crate::openapi::Problems;
use crate::portal::Portal;
use crate::problem::Refusal;
use crate::request::Bearer;
use axum::extract::State;
use axum::http::StatusCode;
use cns_portal_api::paths;

/// Chiude la sessione
#[utoipa::path(delete, path = paths::CURRENT_SESSION, operation_id = "closeSession", tag = "accesso", security(("bearer" = [])),
    responses((status = 204, description = "La sessione è chiusa"), Problems))]
pub(crate) async fn close_session(
    State(portal): State<Portal>,
    Bearer(token): Bearer,
) -> Result<StatusCode, Refusal> {
    if portal.close_session(&token).await? {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(Refusal::Session)
    }
}
