//! `GET /rest/v1/status`: is the portal up. It is, when its database answers.

use crate::portal::Portal;
use crate::problem::{Refusal, problem};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

pub(crate) async fn status(State(portal): State<Portal>) -> Result<Response, Refusal> {
    portal.ping().await?;
    Ok(problem(StatusCode::OK, "ok", "Il portale è attivo", Vec::new()))
}
