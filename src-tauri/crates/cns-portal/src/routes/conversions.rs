//! `/rest/v1/me/pin-conversions`: from a PIN ordinario to a dispositivo.

use crate::conversions::{LARGEST_PAGE, PORTAL};
use crate::openapi::Problems;
use crate::portal::{LiveSession, Portal};
use crate::print::{Pdf, pdf};
use crate::problem::Refusal;
use crate::request::Json;
use crate::request_parts::{File, Place};
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use cns_portal_api::{Conversion, DocumentSide, NewConversion, paths};
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouterExt as _};
use utoipa_axum::routes;

pub(crate) fn routes() -> OpenApiRouter<Portal> {
    OpenApiRouter::new()
        .routes(routes!(begin))
        .routes(routes!(form))
        .routes(routes!(look))
        .routes(routes!(put_page).layer(DefaultBodyLimit::max(LARGEST_PAGE)))
        .routes(routes!(send))
}

/// Comincia la conversione del PIN
#[utoipa::path(post, path = paths::CONVERSIONS, operation_id = "beginConversion", tag = "pin", security(("bearer" = [])),
    request_body = NewConversion,
    responses((status = 201, description = "La conversione, in bozza", body = Conversion), Problems))]
async fn begin(
    State(portal): State<Portal>,
    session: LiveSession,
    Json(new): Json<NewConversion>,
) -> Result<Response, Refusal> {
    let conversion = portal.begin_conversion(&session, new).await?;
    let place = paths::CONVERSION.replace("{id}", &conversion.id);
    Ok((
        StatusCode::CREATED,
        [(header::LOCATION, place)],
        axum::Json(conversion),
    )
        .into_response())
}

/// Una conversione
#[utoipa::path(get, path = paths::CONVERSION, operation_id = "conversion", tag = "pin", security(("bearer" = [])),
    params(("id" = String, Path, description = "La conversione")),
    responses((status = 200, description = "La conversione", body = Conversion), Problems))]
async fn look(
    State(portal): State<Portal>,
    session: LiveSession,
    Place(id): Place<String>,
) -> Result<axum::Json<Conversion>, Refusal> {
    Ok(axum::Json(portal.conversion(&session, &id).await?))
}

/// Una pagina: fronte e retro del documento, modulo firmato
#[utoipa::path(put, path = paths::CONVERSION_DOCUMENT, operation_id = "putConversionDocument", tag = "pin", security(("bearer" = [])),
    params(("id" = String, Path, description = "La conversione"), ("side" = DocumentSide, Path, description = "Quale pagina")),
    request_body(content = Vec<u8>, content_type = "application/octet-stream",
        description = "JPEG, PNG o PDF, fino a 5 MiB; conta il contenuto"),
    responses((status = 200, description = "La conversione con la pagina", body = Conversion), Problems))]
async fn put_page(
    State(portal): State<Portal>,
    session: LiveSession,
    Place((id, side)): Place<(String, DocumentSide)>,
    File(content): File,
) -> Result<axum::Json<Conversion>, Refusal> {
    Ok(axum::Json(portal.take_page(&session, &id, side, &content).await?))
}

/// Invia la conversione
#[utoipa::path(post, path = paths::CONVERSION_SUBMISSION, operation_id = "sendConversion", tag = "pin", security(("bearer" = [])),
    params(("id" = String, Path, description = "La conversione")),
    responses((status = 200, description = "La conversione inviata", body = Conversion), Problems))]
async fn send(
    State(portal): State<Portal>,
    session: LiveSession,
    Place(id): Place<String>,
) -> Result<axum::Json<Conversion>, Refusal> {
    Ok(axum::Json(portal.send_conversion(&session, &id).await?))
}

/// Il modulo da firmare a mano, in PDF
#[utoipa::path(get, path = paths::CONVERSION_FORM, operation_id = "conversionForm", tag = "pin", security(("bearer" = [])),
    responses((status = 200, description = "Il modulo", content_type = "application/pdf", body = Vec<u8>), Problems))]
async fn form(State(portal): State<Portal>, session: LiveSession) -> Result<Pdf, Refusal> {
    let me = session.me();
    let form = cns_print::conversion_form(PORTAL, &me.full_name, &me.codice_fiscale, None);
    pdf(form, portal.now().date()).await
}
