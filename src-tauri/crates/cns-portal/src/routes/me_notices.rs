//! `GET /rest/v1/me/notices`, and `POST …/{id}/readings`: what the holder is told, and that it was read.

use crate::area::Operation;
use crate::openapi::Problems;
use crate::portal::{LiveSession, Portal};
use crate::problem::Refusal;
use axum::Json;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use cns_portal_api::{Notices, paths};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn routes() -> OpenApiRouter<Portal> {
    OpenApiRouter::new()
        .routes(routes!(my_notices))
        .routes(routes!(read_notice))
}

/// Gli avvisi, i più recenti per primi
#[utoipa::path(get, path = paths::MY_NOTICES, operation_id = "myNotices", tag = "area", security(("bearer" = [])),
    responses((status = 200, description = "Gli avvisi", body = Notices), Problems))]
async fn my_notices(State(portal): State<Portal>, session: LiveSession) -> Result<Json<Notices>, Refusal> {
    let permit = session.may(Operation::OwnData)?;
    let items = portal.store().notices(permit.citizen_id()).await?;
    Ok(Json(Notices { items }))
}

/// L'avviso è stato letto
#[utoipa::path(post, path = paths::MY_NOTICE_READINGS, operation_id = "readNotice", tag = "area", security(("bearer" = [])),
    params(("id" = String, Path, description = "L'avviso")),
    responses((status = 204, description = "È segnato come letto"), Problems))]
async fn read_notice(
    State(portal): State<Portal>,
    session: LiveSession,
    id: Result<Path<String>, PathRejection>,
) -> Result<StatusCode, Refusal> {
    let permit = session.may(Operation::OwnData)?;
    let Path(id) = id.map_err(|_| Refusal::NotFound)?;
    match portal
        .store()
        .read_notice(permit.citizen_id(), &id, portal.now())
        .await?
    {
        true => Ok(StatusCode::NO_CONTENT),
        false => Err(Refusal::NotFound),
    }
}
