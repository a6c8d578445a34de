//! What waits: for an operator, and how much there is of it for whoever runs the machine.

use crate::error::PortalError;
use crate::store::words::{meant, word};
use crate::store::{Store, stored};
use cns_portal_api::ApplicationState;
use std::time::Duration;
use time::OffsetDateTime;

/// An application that waits for an operator, as a row of a list.
pub(crate) struct Waiting {
    pub(crate) id: String,
    pub(crate) codice_fiscale: String,
    pub(crate) protocol: String,
    pub(crate) state: ApplicationState,
}

impl Store {
    /// What waits for an operator, oldest first.
    pub(crate) async fn applications_waiting(&self) -> Result<Vec<Waiting>, PortalError> {
        let rows: Vec<(String, String, Option<String>, String)> = sqlx::query_as(
            "SELECT application.id, citizen.codice_fiscale, application.protocol, application.state
             FROM application JOIN citizen ON citizen.id = application.citizen_id
             WHERE application.state IN ($1, $2, $3, $4, $5)
             ORDER BY application.filed_at, application.id LIMIT 200",
        )
        .bind(word(&ApplicationState::Acquisita))
        .bind(word(&ApplicationState::InIstruttoria))
        .bind(word(&ApplicationState::InEvidenza))
        .bind(word(&ApplicationState::Sospesa))
        .bind(word(&ApplicationState::InRiesame))
        .fetch_all(self.reading())
        .await?;
        rows.into_iter()
            .map(|(id, codice_fiscale, protocol, state)| {
                Ok(Waiting {
                    id,
                    codice_fiscale,
                    protocol: protocol.unwrap_or_default(),
                    state: meant(state, "application.state")?,
                })
            })
            .collect()
    }

    /// Names, meanings and counts.
    pub(crate) async fn counts(
        &self,
        now: OffsetDateTime,
        idle: Duration,
    ) -> Result<[(&'static str, &'static str, i64); 4], PortalError> {
        let sessions: (i64,) =
            sqlx::query_as("SELECT COUNT(*) FROM session WHERE expires_at > $1 AND last_used_at > $2")
                .bind(stored(now))
                .bind(stored(now - idle))
                .fetch_one(self.reading())
                .await?;
        let messages: (i64,) =
            sqlx::query_as("SELECT COUNT(*) FROM outbox WHERE state IN ('waiting', 'claimed', 'sending')")
                .fetch_one(self.reading())
                .await?;
        let conversions: (i64,) =
            sqlx::query_as("SELECT COUNT(*) FROM conversion WHERE state IN ('inviata', 'in_verifica')")
                .fetch_one(self.reading())
                .await?;
        let held: (i64,) = sqlx::query_as("SELECT COUNT(*) FROM application WHERE state = 'trattenuta'")
            .fetch_one(self.reading())
            .await?;
        Ok([
            ("portal_sessions", "Sessions that are alive", sessions.0),
            (
                "portal_messages_waiting",
                "Messages that have not left",
                messages.0,
            ),
            (
                "portal_conversions_waiting",
                "Conversions that nobody has decided",
                conversions.0,
            ),
            (
                "portal_applications_held",
                "Applications that wait for a conversion",
                held.0,
            ),
        ])
    }
}
