//! `/operator/v1/conversions`, `fax-intakes`, `counter-identifications`: documents, and who has looked at them.

use crate::operator::Operator;
use crate::portal::Portal;
use crate::problem::Refusal;
use crate::request::Json;
use crate::request_parts::{File, Place};
use axum::extract::State;
use axum::http::{HeaderName, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use cns_portal_api::{ConversionCase, ConversionDecision, DocumentSide, Identified};

pub(super) async fn look(
    State(portal): State<Portal>,
    operator: Operator,
    Place((id, side)): Place<(String, DocumentSide)>,
) -> Result<Response, Refusal> {
    let page = portal.show_page(&operator, &id, side).await?;
    // Somebody sent it: a browser shows it and does nothing that it asks for.
    let headers: [(HeaderName, String); 2] = [
        (header::CONTENT_TYPE, page.media),
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; sandbox".to_owned(),
        ),
    ];
    Ok((headers, page.content.to_vec()).into_response())
}

pub(super) async fn put_page(
    State(portal): State<Portal>,
    operator: Operator,
    Place((id, side)): Place<(String, DocumentSide)>,
    File(content): File,
) -> Result<axum::Json<ConversionCase>, Refusal> {
    Ok(axum::Json(
        portal.take_fax_page(&operator, &id, side, &content).await?,
    ))
}

pub(super) async fn decide(
    State(portal): State<Portal>,
    operator: Operator,
    Place(id): Place<String>,
    Json(decision): Json<ConversionDecision>,
) -> Result<axum::Json<ConversionCase>, Refusal> {
    Ok(axum::Json(
        portal.decide_conversion(&operator, &id, &decision).await?,
    ))
}

pub(super) async fn take_fax(
    State(portal): State<Portal>,
    operator: Operator,
    Json(identified): Json<Identified>,
) -> Result<(StatusCode, axum::Json<ConversionCase>), Refusal> {
    let case = portal.take_fax(&operator, &identified).await?;
    Ok((StatusCode::CREATED, axum::Json(case)))
}

pub(super) async fn at_counter(
    State(portal): State<Portal>,
    operator: Operator,
    Json(identified): Json<Identified>,
) -> Result<(StatusCode, axum::Json<ConversionCase>), Refusal> {
    let case = portal.convert_at_counter(&operator, &identified).await?;
    Ok((StatusCode::CREATED, axum::Json(case)))
}
