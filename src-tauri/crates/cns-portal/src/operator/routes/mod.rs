//! The routes of the operators' host.

mod account;
mod applications;
mod conversions;
mod counters;
mod people;

use crate::conversions::LARGEST_PAGE;
use crate::portal::Portal;
use crate::routes::finish;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{delete, get, post};
use cns_portal_api::paths::operator as paths;

/// The host on which the body's own people work. It belongs on a network that citizens do not reach.
pub fn operator_app(portal: Portal) -> Router {
    let pages = get(conversions::look).put(conversions::put_page);
    let routes = Router::new()
        .route(paths::SESSIONS, post(account::open))
        .route(paths::CURRENT_SESSION, delete(account::close))
        .route(paths::CASES, get(applications::cases))
        .route(paths::APPLICATION, get(applications::look))
        .route(paths::APPLICATION_EVENTS, post(applications::work))
        .route(
            paths::CONVERSION_DOCUMENT,
            pages.layer(DefaultBodyLimit::max(LARGEST_PAGE)),
        )
        .route(paths::CONVERSION_DECISIONS, post(conversions::decide))
        .route(paths::FAX_INTAKES, post(conversions::take_fax))
        .route(paths::COUNTER_IDENTIFICATIONS, post(conversions::at_counter))
        .route(paths::VERIFICATIONS, post(people::note_call))
        .route(paths::COUNTER_ISSUES, post(people::issue_at_counter))
        .route(paths::PHONE_REQUESTS, post(people::take_request))
        .route(paths::CAMPAIGNS, post(people::offer_by_letter))
        .route(paths::REVOCATIONS, post(people::revoke))
        .route(paths::CONTACTS, post(people::set_contact))
        .route(paths::METRICS, get(counters::metrics));
    finish(routes, portal)
}
