//! `GET /rest/v1/me/contribution-statement`: the estratto conto contributivo.

use crate::portal::{LiveSession, Portal};
use crate::problem::Refusal;
use axum::Json;
use axum::extract::State;
use cns_portal_api::ContributionStatement;

pub(crate) async fn contribution_statement(
    State(portal): State<Portal>,
    session: LiveSession,
) -> Result<Json<ContributionStatement>, Refusal> {
    Ok(Json(portal.contribution_statement(&session).await?))
}
