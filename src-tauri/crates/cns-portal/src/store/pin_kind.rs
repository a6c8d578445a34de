//! The kind of a person's PIN, in table `credential`.

use crate::error::PortalError;
use crate::keys::{Index, Keys};
use crate::store::Tx;
use crate::store::words::{meant, word};
use cns_portal_api::{PinKind, PinState};
use cns_trust::CodiceFiscale;

/// Where somebody's PIN is, and of which kind. `None` when they have none.
pub(crate) async fn find(
    tx: &mut Tx<'_>,
    keys: &Keys,
    codice_fiscale: &CodiceFiscale,
) -> Result<Option<(PinState, PinKind)>, PortalError> {
    let row: Option<(String, String)> =
        sqlx::query_as("SELECT state, kind FROM credential WHERE cf_index = $1 AND state <> 'revocato'")
            .bind(keys.index(Index::Person, codice_fiscale.as_str()))
            .fetch_optional(&mut **tx)
            .await?;
    row.map(|(state, kind)| Ok((meant(state, "credential.state")?, meant(kind, "credential.kind")?)))
        .transpose()
}

/// Makes an active PIN dispositivo; it stays the same PIN. False when there is no active PIN ordinario.
pub(crate) async fn convert(
    tx: &mut Tx<'_>,
    keys: &Keys,
    codice_fiscale: &CodiceFiscale,
) -> Result<bool, PortalError> {
    let done =
        sqlx::query("UPDATE credential SET kind = $1 WHERE cf_index = $2 AND state = $3 AND kind = $4")
            .bind(word(&PinKind::Dispositivo))
            .bind(keys.index(Index::Person, codice_fiscale.as_str()))
            .bind(word(&PinState::Active))
            .bind(word(&PinKind::Ordinario))
            .execute(&mut **tx)
            .await?;
    Ok(done.rows_affected() == 1)
}
