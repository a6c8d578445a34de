//! `GET /rest/v1/me/pension-slips…` and `/rest/v1/me/tax-certificates…`: what the institute has paid.

use crate::openapi::Problems;
use crate::portal::{LiveSession, Portal};
use crate::print::{Pdf, pdf};
use crate::problem::Refusal;
use axum::Json;
use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{Path, Query, State};
use cns_portal_api::{
    PensionSlip, PensionSlipComparison, PensionSlips, TaxCertificate, TaxCertificates, paths,
};
use serde::Deserialize;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn routes() -> OpenApiRouter<Portal> {
    OpenApiRouter::new()
        .routes(routes!(pension_slips))
        .routes(routes!(pension_slip))
        .routes(routes!(print_pension_slip))
        .routes(routes!(compare_pension_slips))
        .routes(routes!(tax_certificates))
        .routes(routes!(tax_certificate))
        .routes(routes!(print_tax_certificate))
}

/// I mesi della pensione, i più recenti per primi
#[utoipa::path(get, path = paths::PENSION_SLIPS, operation_id = "pensionSlips", tag = "area", security(("bearer" = [])),
    responses((status = 200, description = "I mesi", body = PensionSlips), Problems))]
async fn pension_slips(
    State(portal): State<Portal>,
    session: LiveSession,
) -> Result<Json<PensionSlips>, Refusal> {
    Ok(Json(portal.pension_slips(&session).await?))
}

/// Il cedolino di un mese
#[utoipa::path(get, path = paths::PENSION_SLIP, operation_id = "pensionSlip", tag = "area", security(("bearer" = [])),
    params(("month" = String, Path, description = "Il mese, AAAA-MM")),
    responses((status = 200, description = "Il cedolino", body = PensionSlip), Problems))]
async fn pension_slip(
    State(portal): State<Portal>,
    session: LiveSession,
    month: Result<Path<String>, PathRejection>,
) -> Result<Json<PensionSlip>, Refusal> {
    let Path(month) = month.map_err(|_| Refusal::NotFound)?;
    Ok(Json(portal.pension_slip(&session, &month).await?))
}

/// Il cedolino di un mese, stampato
#[utoipa::path(get, path = paths::PENSION_SLIP_PRINT, operation_id = "printPensionSlip", tag = "area", security(("bearer" = [])),
    params(("month" = String, Path, description = "Il mese, AAAA-MM")),
    responses((status = 200, description = "Il cedolino in PDF", body = Vec<u8>, content_type = "application/pdf"), Problems))]
async fn print_pension_slip(
    State(portal): State<Portal>,
    session: LiveSession,
    month: Result<Path<String>, PathRejection>,
) -> Result<Pdf, Refusal> {
    let Path(month) = month.map_err(|_| Refusal::NotFound)?;
    let slip = portal.pension_slip(&session, &month).await?;
    pdf(cns_print::pension_slip(&slip), portal.now().date()).await
}

/// Which months.
#[derive(Deserialize)]
struct Months {
    first: String,
    second: String,
}

/// Due mesi a confronto
#[utoipa::path(get, path = paths::PENSION_SLIP_COMPARISONS, operation_id = "comparePensionSlips", tag = "area", security(("bearer" = [])),
    params(("first" = String, Query, description = "Un mese, AAAA-MM"), ("second" = String, Query, description = "L'altro mese, AAAA-MM")),
    responses((status = 200, description = "Il confronto, voce per voce", body = PensionSlipComparison), Problems))]
async fn compare_pension_slips(
    State(portal): State<Portal>,
    session: LiveSession,
    months: Result<Query<Months>, QueryRejection>,
) -> Result<Json<PensionSlipComparison>, Refusal> {
    let Query(Months { first, second }) = months.map_err(|_| Refusal::Malformed)?;
    Ok(Json(portal.compare_slips(&session, &first, &second).await?))
}

/// Gli anni per cui c'è una Certificazione Unica
#[utoipa::path(get, path = paths::TAX_CERTIFICATES, operation_id = "taxCertificates", tag = "area", security(("bearer" = [])),
    responses((status = 200, description = "Gli anni", body = TaxCertificates), Problems))]
async fn tax_certificates(
    State(portal): State<Portal>,
    session: LiveSession,
) -> Result<Json<TaxCertificates>, Refusal> {
    Ok(Json(portal.tax_certificates(&session).await?))
}

/// La Certificazione Unica di un anno
#[utoipa::path(get, path = paths::TAX_CERTIFICATE, operation_id = "taxCertificate", tag = "area", security(("bearer" = [])),
    params(("year" = String, Path, description = "L'anno d'imposta, AAAA")),
    responses((status = 200, description = "La certificazione", body = TaxCertificate), Problems))]
async fn tax_certificate(
    State(portal): State<Portal>,
    session: LiveSession,
    year: Result<Path<String>, PathRejection>,
) -> Result<Json<TaxCertificate>, Refusal> {
    let Path(year) = year.map_err(|_| Refusal::NotFound)?;
    Ok(Json(portal.tax_certificate(&session, &year).await?))
}

/// La Certificazione Unica di un anno, stampata
#[utoipa::path(get, path = paths::TAX_CERTIFICATE_PRINT, operation_id = "printTaxCertificate", tag = "area", security(("bearer" = [])),
    params(("year" = String, Path, description = "L'anno d'imposta, AAAA")),
    responses((status = 200, description = "La certificazione in PDF", body = Vec<u8>, content_type = "application/pdf"), Problems))]
async fn print_tax_certificate(
    State(portal): State<Portal>,
    session: LiveSession,
    year: Result<Path<String>, PathRejection>,
) -> Result<Pdf, Refusal> {
    let Path(year) = year.map_err(|_| Refusal::NotFound)?;
    let certificate = portal.tax_certificate(&session, &year).await?;
    pdf(cns_print::tax_certificate(&certificate), portal.now().date()).await
}
