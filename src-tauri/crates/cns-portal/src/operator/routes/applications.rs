//! `/operator/v1/cases` and `/operator/v1/applications`: what waits, and how it goes on.

use crate::operator::Operator;
use crate::portal::Portal;
use crate::problem::Refusal;
use crate::request::Json;
use crate::request_parts::Place;
use axum::extract::State;
use cns_portal_api::{Application, ApplicationCase, Cases, NewApplicationEvent};

pub(super) async fn cases(State(portal): State<Portal>, _: Operator) -> Result<axum::Json<Cases>, Refusal> {
    portal.refuse_overdue().await?;
    Ok(axum::Json(Cases {
        verifications: portal.requests_to_verify().await?,
        conversions: portal.conversion_cases().await?,
        applications: portal.application_cases().await?,
    }))
}

pub(super) async fn look(
    State(portal): State<Portal>,
    _: Operator,
    Place(id): Place<String>,
) -> Result<axum::Json<Application>, Refusal> {
    Ok(axum::Json(portal.application_to_work(&id).await?))
}

pub(super) async fn work(
    State(portal): State<Portal>,
    operator: Operator,
    Place(id): Place<String>,
    Json(event): Json<NewApplicationEvent>,
) -> Result<axum::Json<ApplicationCase>, Refusal> {
    Ok(axum::Json(portal.work_application(&operator, &id, &event).await?))
}
