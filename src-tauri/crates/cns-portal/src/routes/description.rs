//! `GET /rest/v1/openapi.json`: this API, described.

use crate::openapi::{self, Problems};
use axum::http::header;
use axum::response::IntoResponse;
use cns_portal_api::paths;
use std::sync::LazyLock;

/// La descrizione di questa API
#[utoipa::path(get, path = paths::OPENAPI, operation_id = "description", tag = "servizio",
    responses((status = 200, description = "OpenAPI 3.1", body = Object, content_type = "application/json"), Problems))]
pub(crate) async fn description() -> impl IntoResponse {
    static TEXT: LazyLock<String> = LazyLock::new(|| openapi::text(&super::description()));
    ([(header::CONTENT_TYPE, "application/json")], TEXT.as_str())
}
