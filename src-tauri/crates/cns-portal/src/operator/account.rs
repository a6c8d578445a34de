//! Accounts of operators, and their sessions.

use crate::audit::{self, Actor, Entry};
use crate::config::{Config, Database};
use crate::error::PortalError;
use crate::operator::password;
use crate::portal::Portal;
use crate::problem::Refusal;
use crate::request::Bearer;
use crate::secret::Secret;
use crate::store::{Store, operators};
use crate::throttle::{self, Act, Admitted, PeerAddress};
use axum::extract::{FromRequestParts, OptionalFromRequestParts};
use axum::http::request::Parts;
use cns_portal_api::{OperatorLogin, OperatorSession};
use cns_trust::Clock;
use std::convert::Infallible;

/// An operator whose session is alive at this request. Handlers that take it cannot be reached without one.
#[derive(Clone, Debug)]
pub(crate) struct Operator {
    name: String,
}

impl Operator {
    /// The one whose part is played in the example.
    pub(super) fn of_the_example() -> Self {
        Self {
            name: "esempio".to_owned(),
        }
    }

    /// The name they log in with.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// Who they are among the actors of an application's events.
    pub(crate) fn actor(&self) -> String {
        format!("operator:{}", self.name)
    }
}

impl Portal {
    /// Opens an account for one of the body's own people, or gives it another password; then its sessions end.
    ///
    /// # Errors
    /// [`PortalError::OperatorName`] and [`PortalError::OperatorPassword`] when one cannot be taken,
    /// [`PortalError::Database`] when it cannot be written.
    pub async fn add_operator(&self, name: &str, password: &str) -> Result<(), PortalError> {
        add(self.store(), self.keys(), self.clock(), name, password).await
    }

    /// Logs an operator in.
    pub(crate) async fn open_operator_session(
        &self,
        login: &OperatorLogin,
        from: PeerAddress,
    ) -> Result<OperatorSession, Refusal> {
        let (now, limits) = (self.now(), self.limits());
        let admitted = if limits.throttling {
            // What somebody types who has no account is counted under the same few bytes.
            let name: String = login.name.chars().take(LONGEST_NAME).collect();
            throttle::admit(self.store(), self.keys(), Act::Operator, Some(&name), from.0, now)
                .await?
                .map_err(|too_many| Refusal::TooMany {
                    retry_after: too_many.retry_after.as_secs().saturating_add(1),
                })?
        } else {
            Admitted::uncounted(Act::Operator)
        };
        let kept = self.store().operators_hash(&login.name).await?;
        if !password::verify(self.keys(), &login.password, kept.as_deref()).await? {
            return Err(Refusal::Credentials);
        }
        let (token, expires_at) = (Secret::random(), now + limits.session_absolute);
        self.store()
            .forget_ended_operator_sessions(now, now - limits.session_idle)
            .await?;
        let mut tx = self.store().writing().await?;
        admitted.good(&mut tx).await?;
        operators::open_session(&mut tx, &login.name, &token.hash(), now, expires_at).await?;
        let entry = Entry {
            now,
            event: "operator_logged_in",
            person: None,
            actor: Actor::Operator(&login.name),
            facts: &[],
        };
        audit::record(&mut tx, self.keys(), &entry).await?;
        tx.commit().await.map_err(PortalError::from)?;
        Ok(OperatorSession {
            token: token.reveal(),
            expires_at,
        })
    }

    /// Ends an operator's session. False when it had ended already.
    pub(crate) async fn close_operator_session(&self, token: &Secret) -> Result<bool, PortalError> {
        self.store().end_operator_session(&token.hash()).await
    }

    async fn operator(&self, token: &Secret) -> Result<Option<Operator>, PortalError> {
        let now = self.now();
        let name = self
            .store()
            .touch_operator_session(&token.hash(), now, now - self.limits().session_idle)
            .await?;
        Ok(name.map(|name| Operator { name }))
    }
}

impl FromRequestParts<Portal> for Operator {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, portal: &Portal) -> Result<Self, Refusal> {
        let Bearer(token) = Bearer::from_request_parts(parts, portal).await?;
        portal.operator(&token).await?.ok_or(Refusal::Session)
    }
}

impl OptionalFromRequestParts<Portal> for Operator {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, portal: &Portal) -> Result<Option<Self>, Infallible> {
        Ok(
            <Self as FromRequestParts<Portal>>::from_request_parts(parts, portal)
                .await
                .ok(),
        )
    }
}

/// Opens an account in the database of a configuration, whether a portal serves from it or not.
///
/// # Errors
/// As [`Portal::add_operator`]; [`PortalError::NothingKept`] where the data is in memory and ends with the program.
pub async fn add_operator(
    config: &Config,
    clock: &dyn Clock,
    name: &str,
    password: &str,
) -> Result<(), PortalError> {
    let store = kept(config).await?;
    let done = add(&store, &config.settings.keys, clock, name, password).await;
    store.close().await;
    done
}

/// Ends an account in the database of a configuration; its sessions end with it. False when there was none.
///
/// # Errors
/// [`PortalError::Database`], [`PortalError::NothingKept`].
pub async fn remove_operator(config: &Config, name: &str) -> Result<bool, PortalError> {
    let store = kept(config).await?;
    let done = store.remove_operator(name).await;
    store.close().await;
    done
}

async fn kept(config: &Config) -> Result<Store, PortalError> {
    if config.database == Database::Memory {
        return Err(PortalError::NothingKept);
    }
    Store::open(&config.database).await
}

async fn add(
    store: &Store,
    keys: &crate::keys::Keys,
    clock: &dyn Clock,
    name: &str,
    password: &str,
) -> Result<(), PortalError> {
    let plain =
        |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || ".-_".contains(letter);
    if name.is_empty() || name.len() > LONGEST_NAME || !name.chars().all(plain) {
        return Err(PortalError::OperatorName);
    }
    if !(SHORTEST_PASSWORD..=LONGEST_PASSWORD).contains(&password.chars().count()) {
        return Err(PortalError::OperatorPassword {
            at_least: SHORTEST_PASSWORD,
        });
    }
    let (hash, now) = (password::hash(keys, password).await?, clock.now());
    let mut tx = store.writing().await?;
    operators::put(&mut tx, name, &hash, now).await?;
    let entry = Entry {
        now,
        event: "operator_added",
        person: None,
        actor: Actor::Operator(name),
        facts: &[],
    };
    audit::record(&mut tx, keys, &entry).await?;
    tx.commit().await?;
    Ok(())
}

/// Letters of a name.
const LONGEST_NAME: usize = 40;

/// Characters of a password (NIST SP 800-63B-4 §3.1.1.2 asks for 15 where it is the only factor).
const SHORTEST_PASSWORD: usize = 15;
const LONGEST_PASSWORD: usize = 200;
