//! `GET /rest/v1/status`: is the portal up. It is, when its database answers.

use crate::openapi::Problems;
use crate::portal::Portal;
use crate::problem::{Refusal, problem};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use cns_portal_api::paths;

/// Il portale è attivo?
#[utoipa::path(get, path = paths::STATUS, operation_id = "status", tag = "servizio",
    responses((status = 200, description = "Il portale è attivo", body = cns_portal_api::Problem, content_type = "application/problem+json"), Problems))]
pub(crate) async fn status(State(portal): State<Portal>) -> Result<Response, Refusal> {
    portal.ping().await?;
    Ok(problem(StatusCode::OK, "ok", "Il portale è attivo", Vec::new()))
}
