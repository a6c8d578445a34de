//! Table `one_time_code`: what stands between the card and the session, for a minute.

use crate::applications;
use crate::error::PortalError;
use crate::keys::Keys;
use crate::store::accesses;
use crate::store::{Citizen, NewSession, Store, citizens, sessions, stored};
use cns_trust::CodiceFiscale;
use time::OffsetDateTime;

impl Store {
    /// Remembers a code by its hash, and whose it is.
    pub(crate) async fn put_code(
        &self,
        codice_fiscale: &CodiceFiscale,
        full_name: Option<&str>,
        code_hash: &[u8],
        now: OffsetDateTime,
        expires_at: OffsetDateTime,
    ) -> Result<(), PortalError> {
        let mut transaction = self.writing().await?;
        sqlx::query("DELETE FROM one_time_code WHERE expires_at <= $1")
            .bind(stored(now))
            .execute(&mut *transaction)
            .await?;
        let citizen_id = citizens::find_or_make(&mut transaction, codice_fiscale, full_name, now).await?;
        sqlx::query("INSERT INTO one_time_code (code_hash, citizen_id, expires_at) VALUES ($1, $2, $3)")
            .bind(code_hash)
            .bind(citizen_id)
            .bind(stored(expires_at))
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Takes a code away and opens a session for it, in one transaction. Of two that come with the same code at the
    /// same moment, one deletes the row and the other finds none.
    pub(crate) async fn take_code(
        &self,
        keys: &Keys,
        code_hash: &[u8],
        session: &NewSession,
    ) -> Result<Option<Citizen>, PortalError> {
        let mut transaction = self.writing().await?;
        let taken: Option<(i64, i64)> =
            sqlx::query_as("DELETE FROM one_time_code WHERE code_hash = $1 RETURNING citizen_id, expires_at")
                .bind(code_hash)
                .fetch_optional(&mut *transaction)
                .await?;
        let citizen = match taken {
            Some((citizen_id, expires_at)) if stored(session.opened_at) < expires_at => {
                sessions::put(&mut transaction, citizen_id, session).await?;
                accesses::record(
                    &mut transaction,
                    citizen_id,
                    session.method,
                    None,
                    session.opened_at,
                )
                .await?;
                // The card is more than a PIN dispositivo: what waited for one waits no longer.
                applications::converted(&mut transaction, keys, citizen_id, session.opened_at).await?;
                Some(citizens::by_id(&mut transaction, citizen_id).await?)
            }
            Some(_) | None => None,
        };
        transaction.commit().await?;
        Ok(citizen)
    }
}
