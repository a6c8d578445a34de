//! `GET /rest/v1/services` and `/rest/v1/me/services`: the catalogue, and the holder's part of it.

use crate::area::services;
use crate::openapi::Problems;
use crate::portal::{LiveSession, Portal};
use axum::Json;
use cns_portal_api::{Services, paths};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn routes() -> OpenApiRouter<Portal> {
    OpenApiRouter::new()
        .routes(routes!(catalogue))
        .routes(routes!(my_services))
}

/// Il catalogo dei servizi, prima di ogni accesso
#[utoipa::path(get, path = paths::SERVICES, operation_id = "services", tag = "area",
    responses((status = 200, description = "Il catalogo", body = Services), Problems))]
async fn catalogue() -> Json<Services> {
    Json(services::catalogue())
}

/// I profili e i servizi di chi è entrato
#[utoipa::path(get, path = paths::MY_SERVICES, operation_id = "myServices", tag = "area", security(("bearer" = [])),
    responses((status = 200, description = "I suoi servizi", body = Services), Problems))]
async fn my_services(session: LiveSession) -> Json<Services> {
    Json(services::of(&session.citizen.registered.traits))
}
