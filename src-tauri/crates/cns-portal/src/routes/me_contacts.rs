//! `GET /rest/v1/me/contacts` and `/rest/v1/me/accesses`: how the holder is reached, and who came in.

use crate::area::{Operation, contacts};
use crate::keys::Index;
use crate::openapi::Problems;
use crate::portal::{LiveSession, Portal};
use crate::problem::Refusal;
use axum::Json;
use axum::extract::State;
use cns_portal_api::{Accesses, Contacts, paths};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn routes() -> OpenApiRouter<Portal> {
    OpenApiRouter::new()
        .routes(routes!(my_contacts))
        .routes(routes!(my_accesses))
}

/// I contatti, mascherati
#[utoipa::path(get, path = paths::MY_CONTACTS, operation_id = "myContacts", tag = "area", security(("bearer" = [])),
    responses((status = 200, description = "I contatti", body = Contacts), Problems))]
async fn my_contacts(State(portal): State<Portal>, session: LiveSession) -> Result<Json<Contacts>, Refusal> {
    let permit = session.may(Operation::OwnData)?;
    let stored = portal
        .store()
        .contacts(portal.keys(), permit.citizen_id())
        .await?;
    Ok(Json(Contacts {
        items: stored.iter().map(contacts::shown).collect(),
    }))
}

/// Gli accessi all'area, i più recenti per primi
#[utoipa::path(get, path = paths::MY_ACCESSES, operation_id = "myAccesses", tag = "area", security(("bearer" = [])),
    responses((status = 200, description = "Gli ultimi cento accessi", body = Accesses), Problems))]
async fn my_accesses(State(portal): State<Portal>, session: LiveSession) -> Result<Json<Accesses>, Refusal> {
    let permit = session.may(Operation::OwnData)?;
    let person = portal
        .keys()
        .index(Index::Person, session.citizen.codice_fiscale.as_str());
    let items = portal.store().accesses(permit.citizen_id(), &person).await?;
    Ok(Json(Accesses { items }))
}
