//! `POST /rest/v1/cns-exchanges`: the card's certificate in, a one-time code out.

use crate::client_certificate::PeerCertificate;
use crate::openapi::Problems;
use crate::portal::Portal;
use crate::problem::Refusal;
use axum::Json;
use axum::extract::{Extension, State};
use axum::http::StatusCode;
use cns_portal_api::{CnsExchange, paths};
use cns_trust::CodiceFiscale;

/// Dal certificato della tessera a un codice monouso
#[utoipa::path(post, path = paths::CNS_EXCHANGES, operation_id = "cnsExchange", tag = "cns", security(("cns" = [])),
    responses((status = 201, description = "Il codice monouso", body = CnsExchange), Problems))]
pub(crate) async fn exchange(
    State(portal): State<Portal>,
    peer: Option<Extension<PeerCertificate>>,
) -> Result<(StatusCode, Json<CnsExchange>), Refusal> {
    // The handshake demands a certificate: without one the routes hang on the wrong socket.
    let Extension(peer) = peer.ok_or(Refusal::Unavailable)?;
    let checked = portal
        .judge(&peer)
        .map_err(|verdict| Refusal::certificate(&verdict))?;
    let holder = checked.holder();
    // A provisional code of eleven digits stands for nobody that the archives know.
    let codice_fiscale = CodiceFiscale::parse(&holder.codice_fiscale).map_err(|_| Refusal::Certificate {
        reasons: vec!["codice_fiscale.shape".to_owned()],
    })?;
    let exchange = portal
        .give_code(&codice_fiscale, holder.full_name.as_deref())
        .await?;
    Ok((StatusCode::CREATED, Json(exchange)))
}
