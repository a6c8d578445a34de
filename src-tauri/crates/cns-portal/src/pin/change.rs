//! A new working PIN: at the first use, when the old one is too old, or when its holder likes.

use crate::audit::Actor;
use crate::error::PortalError;
use crate::outbox::Subject;
use crate::pin::asking::commit;
use crate::pin::code::{PinCode, TypedPin};
use crate::pin::form;
use crate::pin::hash::{Kept, Turn};
use crate::pin::holder::all_contacts;
use crate::pin::life::{self, PinEvent};
use crate::pin::rules::ChangeBy;
use crate::pin::texts::{self, Done};
use crate::portal::{LiveSession, Portal};
use crate::problem::Refusal;
use crate::store::credentials::{self, Credential};
use crate::store::notices;
use crate::store::{Tx, contacts, halves, pin_codes, sessions};
use crate::throttle::PeerAddress;
use cns_portal_api::{ContactKind, PinAbout, PinChange, PinChanged, PinState, Scope};
use time::OffsetDateTime;

impl Portal {
    /// Makes a new PIN. The session goes on under another token; all others that the PIN opened end.
    pub(crate) async fn change_pin(
        &self,
        session: &LiveSession,
        change: &PinChange,
        from: PeerAddress,
    ) -> Result<PinChanged, Refusal> {
        self.offers_pin()?;
        // Who came with the card has no PIN in this session.
        let id = session.credential.ok_or(Refusal::Conflict)?;
        let current = match (&change.current, session.scope) {
            (Some(typed), _) => Some(TypedPin::parse(typed).ok_or_else(|| form::field("current"))?),
            (None, Scope::ChangePin) => None,
            (None, Scope::Full) => return Err(form::field("current")),
        };
        let chosen = self.chosen(session, change.chosen.as_deref())?;
        let codice_fiscale = &session.citizen.codice_fiscale;
        let held = match current {
            Some(current) => {
                let (mut tx, tried) = self.try_pin(codice_fiscale, current, from).await?;
                let held = tried.ok().filter(|pin| pin.id == id);
                if let Some(pin) = &held {
                    self.note(&mut tx, "pin_shown_again", &pin.person, Actor::Person, &[])
                        .await?;
                }
                commit(tx).await?;
                held.ok_or(Refusal::Credentials)?
            }
            None => self.store().credential_row(id).await?.ok_or(Refusal::Session)?,
        };

        let turn = self.hasher().turn()?;
        if let Some(chosen) = &chosen {
            self.was_never_used(&turn, &held, chosen).await?;
        }
        let code = chosen.clone().unwrap_or_else(PinCode::random);
        let hash = self.hasher().hash(&turn, code.clone()).await?;
        drop(turn);

        let now = self.now();
        let mut tx = self.store().writing().await?;
        let pin = credentials::hold_row(&mut tx, self.store(), id).await?;
        let mut pin = pin.ok_or(Refusal::Session)?;
        // Two changes at once: the second was made of a PIN that has ended.
        if pin.hash != held.hash || pin.issue != held.issue {
            return Err(Refusal::Conflict);
        }
        self.take_new_value(&mut tx, &mut pin, hash, now).await?;
        let session = self.session_of(&mut tx, &pin, Scope::Full).await?;
        let by = if chosen.is_some() { "chosen" } else { "generated" };
        let facts = [("state", life::word(pin.state)), ("value", by)];
        self.note(&mut tx, "pin_changed", &pin.person, Actor::Person, &facts)
            .await?;
        commit(tx).await?;
        self.wake_post();
        let new_pin = chosen.is_none().then(|| code.reveal().to_string());
        Ok(PinChanged { new_pin, session })
    }

    /// Puts the hash of a new value in the place of the old one, or of the halves.
    async fn take_new_value(
        &self,
        tx: &mut Tx<'_>,
        pin: &mut Credential,
        hash: String,
        now: OffsetDateTime,
    ) -> Result<(), Refusal> {
        let rules = self.pin_rules();
        let was_used = pin.used_at.is_some();
        let is_first_use = pin.happens(PinEvent::FirstUse, &rules, now);
        if !is_first_use && !pin.happens(PinEvent::Changed, &rules, now) {
            return Err(Refusal::Conflict);
        }
        if let Some(old) = pin.hash.replace(hash) {
            credentials::remember(tx, pin.id, &old).await?;
        }
        pin.changed_at = Some(now);
        pin.used_at = pin.used_at.or(Some(now));
        credentials::save(tx, pin).await?;
        if is_first_use {
            if !was_used {
                self.keep_contacts(tx, pin).await?;
            }
            halves::wipe(tx, pin.id).await?;
            pin_codes::forget(tx, pin.id).await?;
        }
        sessions::end_all_of(tx, pin.id).await?;
        if !is_first_use {
            self.tell(tx, pin, Done::Changed).await?;
        }
        Ok(())
    }

    /// At the first use the contacts of the request become the holder's, and count as verified: whoever had the first
    /// half and the letter vouches for what the request said. A wrong address leads half a PIN to a stranger, and no
    /// further.
    async fn keep_contacts(&self, tx: &mut Tx<'_>, pin: &Credential) -> Result<(), PortalError> {
        let (keys, now) = (self.keys(), self.now());
        let Some(citizen) = pin.citizen else { return Ok(()) };
        let holder = pin.opened_holder(keys)?;
        for way in all_contacts(&holder.contacts) {
            contacts::set(tx, keys, citizen, way.kind, &way.to, now).await?;
            if way.kind != ContactKind::Landline {
                contacts::verify(tx, citizen, way.kind, now).await?;
            }
        }
        Ok(())
    }

    /// Tells the holder what was done to the PIN: in the area, and on every verified contact.
    pub(crate) async fn tell(
        &self,
        tx: &mut Tx<'_>,
        pin: &Credential,
        what: Done,
    ) -> Result<(), PortalError> {
        let text = texts::done(what);
        self.tell_text(tx, pin, &text).await
    }

    /// Tells the holder something: in the area, and on every verified contact.
    pub(crate) async fn tell_text(
        &self,
        tx: &mut Tx<'_>,
        pin: &Credential,
        text: &texts::Text,
    ) -> Result<(), PortalError> {
        if let Some(citizen) = pin.citizen {
            notices::tell_of_safety(tx, citizen, (text.subject, &text.text), self.now()).await?;
        }
        for way in self.contacts_of(tx, pin).await? {
            self.send(tx, Subject::Credential(pin.id), &way, text, None)
                .await?;
        }
        Ok(())
    }

    /// Reads a PIN that somebody chose; `None` when the portal is to make one.
    fn chosen(&self, session: &LiveSession, text: Option<&str>) -> Result<Option<PinCode>, Refusal> {
        let Some(text) = text else { return Ok(None) };
        if self.pin_rules().change_by == ChangeBy::Generated {
            return Err(not_acceptable("not_offered"));
        }
        let code = PinCode::parse(text).ok_or_else(|| not_acceptable("form"))?;
        let symbols = code.reveal();
        let registered = &session.citizen.registered;
        let born = registered.birth_date;
        let (year, month, day) = (born.year(), u8::from(born.month()), born.day());
        let mut personal = vec![
            session.citizen.codice_fiscale.as_str().to_owned(),
            registered.tessera_number.clone(),
        ];
        personal.extend([
            format!("{day:02}{month:02}{year:04}"),
            format!("{year:04}{month:02}{day:02}"),
            format!("{month:02}{day:02}{year:04}"),
        ]);
        if personal.iter().any(|text| text.contains(symbols.as_str())) {
            return Err(not_acceptable("personal"));
        }
        if is_too_simple(code.bytes()) {
            return Err(not_acceptable("too_simple"));
        }
        Ok(Some(code))
    }

    /// Compares a chosen PIN with the present one and those before it: all of them, whichever it is.
    async fn was_never_used(&self, turn: &Turn, pin: &Credential, chosen: &PinCode) -> Result<(), Refusal> {
        let former = self.store().former_hashes(pin.id).await?;
        let mut was_used = false;
        for hash in former.into_iter().chain(pin.hash.clone()) {
            let kept = Kept {
                working: Some(hash),
                halves: (None, None),
            };
            let typed = TypedPin::Working(chosen.clone());
            was_used |= self.hasher().verify(turn, typed, kept).await?;
        }
        if was_used {
            return Err(not_acceptable("used_before"));
        }
        Ok(())
    }

    /// What the holder may know of the PIN.
    pub(crate) async fn about_pin(&self, session: &LiveSession) -> Result<PinAbout, Refusal> {
        self.offers_pin()?;
        let index = self.keys().index(
            crate::keys::Index::Person,
            session.citizen.codice_fiscale.as_str(),
        );
        let pin = self.store().credential(&index).await?;
        let rules = self.pin_rules();
        let pin = pin
            .filter(|pin| self.standing(pin) != PinState::Revoked)
            .ok_or(Refusal::NotFound)?;
        Ok(PinAbout {
            state: self.standing(&pin),
            kind: pin.kind,
            changed_at: pin.changed_at,
            expires_at: pin.expires_at(&rules),
            may_choose: rules.change_by == ChangeBy::Chosen,
            conversion: self.store().conversion_under_way(session.citizen.id).await?,
        })
    }
}

/// One symbol, or two in turn, or a run of the alphabet.
fn is_too_simple(symbols: &[u8; 8]) -> bool {
    let repeats = symbols.windows(3).all(|three| three.first() == three.last());
    let runs = |step: i16| {
        symbols
            .windows(2)
            .all(|two| matches!(two, [one, next] if i16::from(*next) - i16::from(*one) == step))
    };
    repeats || runs(1) || runs(-1)
}

fn not_acceptable(reason: &str) -> Refusal {
    Refusal::PinNotAcceptable {
        reasons: vec![reason.to_owned()],
    }
}
