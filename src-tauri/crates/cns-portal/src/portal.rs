//! The portal itself: what it does, without HTTP.

use crate::PeerCertificate;
use crate::area::people;
use crate::config::{Database, Limits, Settings};
use crate::error::PortalError;
use crate::keys::Keys;
use crate::operator::metrics::Metrics;
use crate::outbox::Channels;
use crate::person;
use crate::pin::PinRules;
use crate::pin::hash::Hasher;
use crate::secret::Secret;
use crate::store::{self, Citizen, Store, archive};
use cns_portal_api::{CnsExchange, Level, Me, PinKind, Scope, SessionOpened};
use cns_trust::{CheckedCertificate, Clock, CodiceFiscale, TrustSource, Verdict};
use std::fmt;
use std::sync::Arc;
use time::OffsetDateTime;
use tokio::sync::watch;

/// The portal behind its routes: cheap to clone, one for all connections.
#[derive(Clone)]
pub struct Portal {
    inner: Arc<Inner>,
}

struct Inner {
    store: Store,
    clock: Arc<dyn Clock>,
    trust: Arc<dyn TrustSource>,
    settings: Settings,
    post: watch::Sender<()>,
    hasher: Hasher,
    metrics: Metrics,
}

impl fmt::Debug for Portal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Portal")
            .field("limits", &self.inner.settings.limits)
            .finish_non_exhaustive()
    }
}

/// A session found alive, and whose it is.
pub(crate) struct LiveSession {
    pub(crate) citizen: Citizen,
    pub(crate) method: Method,
    /// 1 to 3: a PIN ordinario, a PIN dispositivo, the card. A conversion raises it while the session is open.
    pub(crate) level: u8,
    /// Kind of the PIN, where the session was opened by one.
    pub(crate) kind: Option<PinKind>,
    /// Everything, or making a new PIN only.
    pub(crate) scope: Scope,
    /// The row of the PIN, where the session was opened by one.
    pub(crate) credential: Option<i64>,
}

/// How a session was opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Method {
    /// With the card.
    Cns,
    /// With the portal's PIN.
    Pin,
}

impl Method {
    /// The word for it: the protocol's and the database's.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Cns => "cns",
            Self::Pin => "pin",
        }
    }
}

/// How sure a portal is of who came in by a method.
pub(crate) fn level(kind: Option<PinKind>) -> u8 {
    match kind {
        Some(PinKind::Ordinario) => 1,
        Some(PinKind::Dispositivo) => 2,
        None => LEVEL_CNS,
    }
}

impl Portal {
    /// Opens the database, makes or updates its tables, and puts a portal in front of it.
    ///
    /// # Errors
    /// [`PortalError::Database`] and [`PortalError::Migration`] when the database cannot be used,
    /// [`PortalError::Config`] when a limit is out of its bounds.
    pub async fn open(
        database: &Database,
        trust: Arc<dyn TrustSource>,
        settings: Settings,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, PortalError> {
        settings.limits.check()?;
        let store = Store::open(database).await?;
        let hasher = Hasher::new(settings.keys.clone());
        let portal = Self {
            inner: Arc::new(Inner {
                store,
                clock,
                trust,
                settings,
                post: watch::Sender::new(()),
                hasher,
                metrics: Metrics::default(),
            }),
        };
        // What is in memory is there to be tried out, and nobody could be seeded into it.
        if matches!(database, Database::Memory) {
            portal.add_examples().await?;
        }
        Ok(portal)
    }

    /// Judges the certificate of a connection that has proved its key.
    pub(crate) fn judge(&self, peer: &PeerCertificate) -> Result<CheckedCertificate, Box<Verdict>> {
        cns_trust::check(&peer.0, None, &*self.inner.trust, self.now()).accept_signed()
    }

    /// Gives a person a code that opens one session.
    pub(crate) async fn give_code(
        &self,
        codice_fiscale: &CodiceFiscale,
        full_name: Option<&str>,
    ) -> Result<CnsExchange, PortalError> {
        let (now, life) = (self.now(), self.inner.settings.limits.code);
        let code = Secret::random();
        self.inner
            .store
            .put_code(codice_fiscale, full_name, &code.hash(), now, now + life)
            .await?;
        Ok(CnsExchange {
            code: code.reveal(),
            expires_in: life.as_secs(),
        })
    }

    /// Turns a code into a session, once. `None` when the code is unknown, used or too old.
    pub(crate) async fn open_session(&self, code: &Secret) -> Result<Option<SessionOpened>, PortalError> {
        let (now, limits) = (self.now(), self.inner.settings.limits);
        let token = Secret::random();
        let session = store::NewSession {
            token_hash: token.hash(),
            method: Method::Cns,
            level: LEVEL_CNS,
            scope: Scope::Full,
            credential: None,
            opened_at: now,
            expires_at: now + limits.session_absolute,
        };
        self.inner
            .store
            .forget_ended_sessions(now, now - limits.session_idle)
            .await?;
        let Some(citizen) = self
            .inner
            .store
            .take_code(self.keys(), &code.hash(), &session)
            .await?
        else {
            return Ok(None);
        };
        Ok(Some(SessionOpened {
            token: token.reveal(),
            expires_at: session.expires_at,
            idle_timeout: limits.session_idle.as_secs(),
            me: me(&citizen, Method::Cns, None),
            scope: Scope::Full,
        }))
    }

    /// Finds the session of a token and counts this as its use. `None` when it ended or never was.
    pub(crate) async fn live_session(&self, token: &Secret) -> Result<Option<LiveSession>, PortalError> {
        let now = self.now();
        self.inner
            .store
            .touch_session(&token.hash(), now, now - self.inner.settings.limits.session_idle)
            .await
    }

    /// Ends the session of a token. False when it had ended already.
    pub(crate) async fn close_session(&self, token: &Secret) -> Result<bool, PortalError> {
        let now = self.now();
        self.inner
            .store
            .end_session(&token.hash(), now, now - self.inner.settings.limits.session_idle)
            .await
    }

    /// Writes the people of `data/people.toml` into the archive. Who is there already stays as they are.
    ///
    /// # Errors
    /// [`PortalError::Database`] when the database cannot be written.
    pub async fn add_examples(&self) -> Result<(), PortalError> {
        let mut transaction = self.inner.store.writing().await?;
        for person in people::examples(self.now().date()) {
            archive::put(&mut transaction, &person).await?;
        }
        transaction.commit().await?;
        Ok(())
    }

    /// Word of what begins to wait.
    pub(crate) fn post(&self) -> watch::Receiver<()> {
        self.inner.post.subscribe()
    }

    /// Lets whatever waits to be sent leave at once, after the act that wants it sent has been committed.
    pub(crate) fn wake_post(&self) {
        self.inner.post.send_replace(());
    }

    /// Asks the database whether it is there.
    pub(crate) async fn ping(&self) -> Result<(), PortalError> {
        self.inner.store.ping().await
    }

    /// Lets the connections to the database end, so that a file is left whole.
    pub(crate) async fn close(&self) {
        self.inner.store.close().await;
    }

    pub(crate) fn store(&self) -> &Store {
        &self.inner.store
    }

    pub(crate) fn keys(&self) -> &Keys {
        &self.inner.settings.keys
    }

    pub(crate) fn channels(&self) -> &Channels {
        &self.inner.settings.channels
    }

    pub(crate) fn metrics(&self) -> &Metrics {
        &self.inner.metrics
    }

    pub(crate) fn limits(&self) -> Limits {
        self.inner.settings.limits
    }

    /// The rules of the PIN.
    pub(crate) fn pin_rules(&self) -> PinRules {
        self.inner.settings.pin
    }

    /// What makes and compares the hashes of PINs.
    pub(crate) fn hasher(&self) -> &Hasher {
        &self.inner.hasher
    }

    pub(crate) fn clock(&self) -> &dyn Clock {
        &*self.inner.clock
    }

    pub(crate) fn now(&self) -> OffsetDateTime {
        self.inner.clock.now()
    }
}

impl LiveSession {
    /// What the holder came in with, as the operations ask for it.
    pub(crate) fn held(&self) -> Level {
        match self.level {
            LEVEL_CNS.. => Level::Cns,
            2 => Level::Dispositivo,
            _ => Level::Ordinario,
        }
    }

    /// What the holder may know of the session.
    pub(crate) fn me(&self) -> Me {
        me(&self.citizen, self.method, self.kind)
    }
}

pub(crate) fn me(citizen: &Citizen, method: Method, kind: Option<PinKind>) -> Me {
    Me {
        codice_fiscale: citizen.codice_fiscale.as_str().to_owned(),
        full_name: person::shown_name(citizen),
        method: method.word().to_owned(),
        level: level(kind),
        kind,
    }
}

/// A card and its PIN, given to a person who was identified: the highest of our three levels.
const LEVEL_CNS: u8 = 3;
