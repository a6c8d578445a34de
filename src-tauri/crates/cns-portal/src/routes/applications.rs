//! `/rest/v1/me/applications`: drafts, submission, answers.

use crate::applications::receipt;
use crate::openapi::Problems;
use crate::portal::{LiveSession, Portal};
use crate::print::{Pdf, pdf};
use crate::problem::Refusal;
use crate::request::Json;
use crate::request_parts::{KnownVersion, Place, tag};
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use cns_portal_api::{Application, Applications, NewApplication, NewIntegration, paths};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn routes() -> OpenApiRouter<Portal> {
    OpenApiRouter::new()
        .routes(routes!(list, begin))
        .routes(routes!(look, replace, withdraw))
        .routes(routes!(file))
        .routes(routes!(answer))
        .routes(routes!(print))
}

/// Le domande
#[utoipa::path(get, path = paths::APPLICATIONS, operation_id = "applications", tag = "area", security(("bearer" = [])),
    responses((status = 200, description = "Le domande, dalla più recente", body = Applications), Problems))]
async fn list(
    State(portal): State<Portal>,
    session: LiveSession,
) -> Result<axum::Json<Applications>, Refusal> {
    Ok(axum::Json(portal.applications(&session).await?))
}

/// Una nuova bozza di domanda
#[utoipa::path(post, path = paths::APPLICATIONS, operation_id = "beginApplication", tag = "area", security(("bearer" = [])),
    request_body = NewApplication,
    responses((status = 201, description = "La bozza", body = Application), Problems))]
async fn begin(
    State(portal): State<Portal>,
    session: LiveSession,
    Json(new): Json<NewApplication>,
) -> Result<Response, Refusal> {
    let application = portal.begin_application(&session, new.form).await?;
    let place = paths::APPLICATION.replace("{id}", &application.id);
    Ok((
        StatusCode::CREATED,
        [(header::LOCATION, place)],
        whole(application),
    )
        .into_response())
}

/// Una domanda
#[utoipa::path(get, path = paths::APPLICATION, operation_id = "application", tag = "area", security(("bearer" = [])),
    params(("id" = String, Path, description = "La domanda")),
    responses((status = 200, description = "La domanda", body = Application), Problems))]
async fn look(
    State(portal): State<Portal>,
    session: LiveSession,
    Place(id): Place<String>,
) -> Result<Response, Refusal> {
    Ok(whole(portal.application(&session, &id).await?))
}

/// Cambia una bozza
#[utoipa::path(put, path = paths::APPLICATION, operation_id = "replaceApplication", tag = "area", security(("bearer" = [])),
    params(("id" = String, Path, description = "La domanda"),
        ("If-Match" = String, Header, description = "La versione che si cambia, tra virgolette")),
    request_body = NewApplication,
    responses((status = 200, description = "La bozza cambiata", body = Application), Problems))]
async fn replace(
    State(portal): State<Portal>,
    session: LiveSession,
    Place(id): Place<String>,
    version: KnownVersion,
    Json(new): Json<NewApplication>,
) -> Result<Response, Refusal> {
    let version = version.demanded()?;
    Ok(whole(
        portal
            .replace_application(&session, &id, Some(version), new.form)
            .await?,
    ))
}

/// Butta una bozza, o ritira una domanda che nessuno ha ancora guardato
#[utoipa::path(delete, path = paths::APPLICATION, operation_id = "withdrawApplication", tag = "area", security(("bearer" = [])),
    params(("id" = String, Path, description = "La domanda")),
    responses((status = 204, description = "Non c'è più, o è annullata"), Problems))]
async fn withdraw(
    State(portal): State<Portal>,
    session: LiveSession,
    Place(id): Place<String>,
    KnownVersion(version): KnownVersion,
) -> Result<StatusCode, Refusal> {
    portal.withdraw_application(&session, &id, version).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Presenta una domanda; con un PIN ordinario è trattenuta, e la data resta
#[utoipa::path(post, path = paths::APPLICATION_SUBMISSIONS, operation_id = "fileApplication", tag = "area", security(("bearer" = [])),
    params(("id" = String, Path, description = "La domanda")),
    responses((status = 200, description = "La domanda presentata", body = Application), Problems))]
async fn file(
    State(portal): State<Portal>,
    session: LiveSession,
    Place(id): Place<String>,
    KnownVersion(version): KnownVersion,
) -> Result<Response, Refusal> {
    Ok(whole(portal.file_application(&session, &id, version).await?))
}

/// Porta quello che mancava, o chiede il riesame di una domanda respinta
#[utoipa::path(post, path = paths::APPLICATION_INTEGRATIONS, operation_id = "answerApplication", tag = "area", security(("bearer" = [])),
    params(("id" = String, Path, description = "La domanda")), request_body = NewIntegration,
    responses((status = 200, description = "La domanda con la risposta", body = Application), Problems))]
async fn answer(
    State(portal): State<Portal>,
    session: LiveSession,
    Place(id): Place<String>,
    KnownVersion(version): KnownVersion,
    Json(new): Json<NewIntegration>,
) -> Result<Response, Refusal> {
    Ok(whole(
        portal
            .answer_application(&session, &id, version, &new.text)
            .await?,
    ))
}

/// La ricevuta di una domanda, in PDF
#[utoipa::path(get, path = paths::APPLICATION_PRINT, operation_id = "printApplication", tag = "area", security(("bearer" = [])),
    params(("id" = String, Path, description = "La domanda")),
    responses((status = 200, description = "La ricevuta", content_type = "application/pdf", body = Vec<u8>), Problems))]
async fn print(
    State(portal): State<Portal>,
    session: LiveSession,
    Place(id): Place<String>,
) -> Result<Pdf, Refusal> {
    let application = portal.application(&session, &id).await?;
    pdf(receipt(&application), portal.now().date()).await
}

/// An application, with its version as a tag.
fn whole(application: Application) -> Response {
    let version = application.version;
    ([(header::ETAG, tag(version))], axum::Json(application)).into_response()
}
