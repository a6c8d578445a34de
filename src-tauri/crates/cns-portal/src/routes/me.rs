//! `GET /rest/v1/me`: whose session it is.

use crate::portal::LiveSession;
use axum::Json;
use cns_portal_api::Me;

pub(crate) async fn me(session: LiveSession) -> Json<Me> {
    Json(session.me())
}
