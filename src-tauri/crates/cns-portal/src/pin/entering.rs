//! Log-in with the portal's PIN.
//!
//! Unknown, wrong, locked, ended, not yet there: one answer, after the same work.

use crate::audit::Actor;
use crate::error::PortalError;
use crate::keys::Index;
use crate::pin::asking::commit;
use crate::pin::code::TypedPin;
use crate::pin::form;
use crate::pin::life::{self, PinEvent};
use crate::portal::{self, Method, Portal};
use crate::problem::Refusal;
use crate::secret::Secret;
use crate::store::accesses;
use crate::store::credentials::{self, Credential};
use crate::store::{NewSession, Tx, citizens, halves, sessions};
use crate::throttle::{self, Act, Admitted, PeerAddress};
use cns_portal_api::{PinLogin, PinState, Scope, SessionOpened};
use cns_trust::CodiceFiscale;
use std::time::Duration;

impl Portal {
    /// Opens a session, if only into the change of the PIN.
    pub(crate) async fn log_in_with_pin(
        &self,
        login: &PinLogin,
        from: PeerAddress,
    ) -> Result<SessionOpened, Refusal> {
        self.offers_pin()?;
        let codice_fiscale = form::codice_fiscale(&login.codice_fiscale)?;
        let typed = TypedPin::parse(&login.pin).ok_or_else(|| form::field("pin"))?;
        let (mut tx, tried) = self.try_pin(&codice_fiscale, typed, from).await?;
        let Ok(mut pin) = tried else {
            commit(tx).await?;
            return Err(Refusal::Credentials);
        };
        let opened = self.open_for(&mut tx, &mut pin).await?;
        commit(tx).await?;
        Ok(opened)
    }

    /// Tries a PIN: counts, compares, and answers the transaction in which either is noted. It is the caller's to
    /// commit, whatever came of it.
    pub(crate) async fn try_pin(
        &self,
        codice_fiscale: &CodiceFiscale,
        typed: TypedPin,
        from: PeerAddress,
    ) -> Result<(Tx<'_>, Result<Credential, ()>), Refusal> {
        let (rules, now) = (self.pin_rules(), self.now());
        let person = self.keys().index(Index::Person, codice_fiscale.as_str());
        let turn = self.hasher().turn()?;
        let admitted = self.admit(Act::PinLogin, Some(codice_fiscale), from).await?;

        let found = self.store().credential(&person).await?;
        let of = found.as_ref().map_or(NOBODYS, |pin| pin.id);
        let halves = self.store().halves(of).await?;
        let kept = found
            .as_ref()
            .map(|pin| pin.kept(&halves, &rules, now))
            .unwrap_or_default();
        let good = self.hasher().verify(&turn, typed, kept.clone()).await?;
        drop(turn);

        let mut tx = self.store().writing().await?;
        let held = credentials::hold(&mut tx, self.store(), &person).await?;
        let halves = halves::of(&mut tx, held.as_ref().map_or(NOBODYS, |pin| pin.id)).await?;
        // What was compared must be what is there: the PIN may have been changed, locked or ended meanwhile.
        let unchanged = held
            .as_ref()
            .is_some_and(|pin| pin.opens(&rules, now) && pin.kept(&halves, &rules, now) == kept);
        let may_try = admitted.number <= TRIES;
        match held {
            Some(pin) if good & unchanged & may_try => {
                admitted.good(&mut tx).await?;
                Ok((tx, Ok(pin)))
            }
            held => {
                self.refused(&mut tx, held, &person, &admitted).await?;
                Ok((tx, Err(())))
            }
        }
    }

    /// Notes a try that was not good, and locks at the fifth. The card is not touched.
    ///
    /// What is asked of the database is the same for everybody: of somebody who has no PIN to lock, none is locked.
    async fn refused(
        &self,
        tx: &mut Tx<'_>,
        held: Option<Credential>,
        person: &[u8],
        admitted: &Admitted,
    ) -> Result<(), PortalError> {
        let (rules, now) = (self.pin_rules(), self.now());
        let kind = held.as_ref().map(|pin| pin.kind);
        let locked = held.and_then(|mut pin| {
            let locks = admitted.number >= TRIES && pin.happens(PinEvent::FiveWrong, &rules, now);
            locks.then_some(pin.id)
        });
        accesses::refused(tx, person, kind, now).await?;
        let id = locked.unwrap_or(NOBODYS);
        credentials::lock(tx, id, now).await?;
        sessions::end_all_of(tx, id).await?;
        let event = match locked {
            Some(_) => "pin_locked",
            None => "pin_login_refused",
        };
        self.note(tx, event, person, Actor::Anybody, &[]).await
    }

    /// Opens a session for whoever typed the right PIN.
    async fn open_for(&self, tx: &mut Tx<'_>, pin: &mut Credential) -> Result<SessionOpened, PortalError> {
        let now = self.now();
        if pin.citizen.is_none() {
            let holder = pin.opened_holder(self.keys())?;
            let name = holder.full_name();
            let id = citizens::find_or_make(tx, &holder.codice_fiscale()?, Some(&name), now).await?;
            pin.citizen = Some(id);
            credentials::save(tx, pin).await?;
        }
        let scope = match self.standing(pin) {
            PinState::Active => Scope::Full,
            PinState::Requested
            | PinState::ToVerify
            | PinState::FirstSent
            | PinState::SecondSent
            | PinState::Initial
            | PinState::Expired
            | PinState::Locked
            | PinState::Revoked => Scope::ChangePin,
        };
        let opened = self.session_of(tx, pin, scope).await?;
        if let Some(citizen) = pin.citizen {
            accesses::record(tx, citizen, Method::Pin, Some(pin.kind), now).await?;
        }
        let facts = [("state", life::word(self.standing(pin)))];
        self.note(tx, "pin_login", &pin.person, Actor::Person, &facts)
            .await?;
        Ok(opened)
    }

    /// Opens a session of a PIN that has a citizen.
    pub(crate) async fn session_of(
        &self,
        tx: &mut Tx<'_>,
        pin: &Credential,
        scope: Scope,
    ) -> Result<SessionOpened, PortalError> {
        let (now, limits) = (self.now(), self.limits());
        let citizen = pin.citizen.ok_or(PortalError::Stored {
            column: "credential.citizen_id",
        })?;
        let life = match scope {
            Scope::Full => limits.session_absolute,
            Scope::ChangePin => limits.session_absolute.min(CHANGE_LIFE),
        };
        let token = Secret::random();
        let session = NewSession {
            token_hash: token.hash(),
            method: Method::Pin,
            level: portal::level(Some(pin.kind)),
            scope,
            credential: Some(pin.id),
            opened_at: now,
            expires_at: now + life,
        };
        sessions::put(tx, citizen, &session).await?;
        let citizen = citizens::by_id(tx, citizen).await?;
        Ok(SessionOpened {
            token: token.reveal(),
            expires_at: session.expires_at,
            idle_timeout: limits.session_idle.as_secs(),
            me: portal::me(&citizen, Method::Pin, Some(pin.kind)),
            scope,
        })
    }

    /// Refuses where the portal has no PIN.
    pub(crate) fn offers_pin(&self) -> Result<(), Refusal> {
        if self.pin_rules().is_offered() {
            Ok(())
        } else {
            Err(Refusal::PinNotOffered)
        }
    }

    /// Lets a try through and counts it, or says when to come back.
    pub(crate) async fn admit(
        &self,
        act: Act,
        person: Option<&CodiceFiscale>,
        from: PeerAddress,
    ) -> Result<Admitted, Refusal> {
        if !self.limits().throttling {
            return Ok(Admitted::uncounted(act));
        }
        let person = person.map(CodiceFiscale::as_str);
        let admitted = throttle::admit(self.store(), self.keys(), act, person, from.0, self.now()).await?;
        admitted.map_err(|too_many| Refusal::TooMany {
            retry_after: throttle::whole_seconds(too_many.retry_after),
        })
    }
}

/// A row that no PIN has: databases count from 1.
const NOBODYS: i64 = 0;

/// Wrong tries that lock a PIN.
const TRIES: u32 = 5;

/// A session that may only make a new PIN ends after this.
const CHANGE_LIFE: Duration = Duration::from_secs(10 * 60);
