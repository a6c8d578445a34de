//! `GET /rest/v1/me/contribution-statement`: the estratto conto contributivo.

use crate::openapi::Problems;
use crate::portal::{LiveSession, Portal};
use crate::print::{Pdf, pdf};
use crate::problem::Refusal;
use axum::Json;
use axum::extract::State;
use cns_portal_api::{ContributionStatement, paths};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn routes() -> OpenApiRouter<Portal> {
    OpenApiRouter::new()
        .routes(routes!(contribution_statement))
        .routes(routes!(print_contribution_statement))
}

/// L'estratto conto contributivo
#[utoipa::path(get, path = paths::CONTRIBUTION_STATEMENT, operation_id = "contributionStatement", tag = "area", security(("bearer" = [])),
    responses((status = 200, description = "L'estratto conto", body = ContributionStatement), Problems))]
async fn contribution_statement(
    State(portal): State<Portal>,
    session: LiveSession,
) -> Result<Json<ContributionStatement>, Refusal> {
    Ok(Json(portal.contribution_statement(&session).await?))
}

/// L'estratto conto contributivo, stampato
#[utoipa::path(get, path = paths::CONTRIBUTION_STATEMENT_PRINT, operation_id = "printContributionStatement", tag = "area", security(("bearer" = [])),
    responses((status = 200, description = "L'estratto conto in PDF", body = Vec<u8>, content_type = "application/pdf"), Problems))]
async fn print_contribution_statement(
    State(portal): State<Portal>,
    session: LiveSession,
) -> Result<Pdf, Refusal> {
    let statement = portal.contribution_statement(&session).await?;
    pdf(cns_print::statement(&statement), portal.now().date()).await
}
