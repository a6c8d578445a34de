//! The routes of the two hosts, one file per operation.
//!
//! An operation is a handler that describes itself, and a line in [`routes`]:
//!
//! ```text
//! /// Di chi è la sessione
//! #[utoipa::path(get, path = paths::ME, operation_id = "me", tag = "area", security(("bearer" = [])),
//!     responses((status = 200, description = "Di chi è la sessione", body = Me), Problems))]
//! pub(crate) async fn me(session: LiveSession) -> Json<Me> { … }
//! ```

mod applications;
mod close_session;
mod contribution_statement;
mod conversions;
mod description;
mod exchange;
mod me;
mod me_contacts;
mod me_notices;
mod me_payments;
mod my_pin;
mod open_session;
mod pin_activations;
mod pin_requests;
mod pin_restores;
mod pin_revocations;
mod pin_sessions;
mod services;
mod status;

use crate::openapi;
use crate::portal::Portal;
use crate::problem::Refusal;
use crate::request;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn_with_state;
use utoipa::openapi::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The host that demands the card's certificate. It does one thing.
///
/// A request must carry the connection's [`PeerCertificate`](crate::PeerCertificate) as an extension.
pub fn cns_app(portal: Portal) -> Router {
    finish(cns_routes().split_for_parts().0, portal)
}

/// The host that serves the reserved area and never asks for a certificate.
pub fn api_app(portal: Portal) -> Router {
    finish(routes().split_for_parts().0, portal)
}

/// Both hosts, described; the tag `cns` marks what the first serves.
pub(crate) fn description() -> OpenApi {
    OpenApiRouter::with_openapi(openapi::frame())
        .merge(cns_routes())
        .merge(routes())
        .split_for_parts()
        .1
}

fn cns_routes() -> OpenApiRouter<Portal> {
    OpenApiRouter::new().routes(routes!(exchange::exchange))
}

fn routes() -> OpenApiRouter<Portal> {
    OpenApiRouter::new()
        .routes(routes!(open_session::open_session))
        .routes(routes!(close_session::close_session))
        .routes(routes!(me::me))
        .merge(contribution_statement::routes())
        .merge(me_contacts::routes())
        .merge(me_notices::routes())
        .merge(me_payments::routes())
        .merge(services::routes())
        .merge(applications::routes())
        .merge(conversions::routes())
        .routes(routes!(status::status))
        .merge(pin_requests::routes())
        .merge(pin_activations::routes())
        .merge(pin_sessions::routes())
        .merge(my_pin::routes())
        .merge(pin_restores::routes())
        .merge(pin_revocations::routes())
        .routes(routes!(description::description))
}

pub(crate) fn finish(routes: Router<Portal>, portal: Portal) -> Router {
    routes
        .fallback(async || Refusal::NotFound)
        .method_not_allowed_fallback(async || Refusal::MethodNotAllowed)
        .layer(DefaultBodyLimit::max(portal.limits().body_bytes))
        .layer(from_fn_with_state(portal.clone(), request::around))
        .with_state(portal)
}
