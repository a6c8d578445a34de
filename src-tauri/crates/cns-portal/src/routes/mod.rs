//! The routes of the two hosts, one file per operation.

mod close_session;
mod contribution_statement;
mod exchange;
mod me;
mod open_session;
mod status;

use crate::portal::Portal;
use crate::problem::Refusal;
use crate::request;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn_with_state;
use axum::routing::{delete, get, post};
use cns_portal_api::paths;

/// The host that demands the card's certificate. It does one thing.
///
/// A request must carry the connection's [`PeerCertificate`](crate::PeerCertificate) as an extension.
pub fn cns_app(portal: Portal) -> Router {
    finish(
        Router::new().route(paths::CNS_EXCHANGES, post(exchange::exchange)),
        portal,
    )
}

/// The host that serves the reserved area and never asks for a certificate.
pub fn api_app(portal: Portal) -> Router {
    let routes = Router::new()
        .route(paths::SESSIONS, post(open_session::open_session))
        .route(paths::CURRENT_SESSION, delete(close_session::close_session))
        .route(paths::ME, get(me::me))
        .route(
            paths::CONTRIBUTION_STATEMENT,
            get(contribution_statement::contribution_statement),
        )
        .route(paths::STATUS, get(status::status));
    finish(routes, portal)
}

fn finish(routes: Router<Portal>, portal: Portal) -> Router {
    routes
        .fallback(async || Refusal::NotFound)
        .method_not_allowed_fallback(async || Refusal::MethodNotAllowed)
        .layer(DefaultBodyLimit::max(portal.limits().body_bytes))
        .layer(from_fn_with_state(portal.clone(), request::around))
        .with_state(portal)
}
