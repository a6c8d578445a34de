//! `GET /rest/v1/me/contribution-statement`: the estratto conto contributivo.

use crate::openapi::Problems;
use crate::portal::{LiveSession, Portal};
use crate::problem::Refusal;
use axum::Json;
use axum::extract::State;
use cns_portal_api::{ContributionStatement, paths};

/// L'estratto conto contributivo
#[utoipa::path(get, path = paths::CONTRIBUTION_STATEMENT, operation_id = "contributionStatement", tag = "area", security(("bearer" = [])),
    responses((status = 200, description = "L'estratto conto", body = ContributionStatement), Problems))]
pub(crate) async fn contribution_statement(
    State(portal): State<Portal>,
    session: LiveSession,
) -> Result<Json<ContributionStatement>, Refusal> {
    Ok(Json(portal.contribution_statement(&session).await?))
}
