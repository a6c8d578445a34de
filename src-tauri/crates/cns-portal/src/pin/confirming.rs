//! Restore and revocation: asked by anybody, confirmed by whoever has the code that was sent.
//!
//! A request of either leaves an order and gets the same answer, whoever it is about. What comes of it is seen when the
//! order is carried out, by nobody who waits for an answer.

use crate::audit::Actor;
use crate::error::PortalError;
use crate::keys::Index;
use crate::outbox::Subject;
use crate::pin::asking::{commit, end};
use crate::pin::code::PinCode;
use crate::pin::form;
use crate::pin::holder::place;
use crate::pin::life::{self, PinEvent};
use crate::pin::texts::{self, Done};
use crate::pin::ways::{self, Way};
use crate::portal::Portal;
use crate::problem::Refusal;
use crate::store::credentials::{self, Credential};
use crate::store::requests;
use crate::store::{Tx, halves, pin_codes, sessions};
use crate::throttle::{self, Act, Admitted, PeerAddress};
use cns_portal_api::{HalvesExpected, PinConfirmation, PinRestore, PinRevocation, PinState};
use cns_trust::CodiceFiscale;
use serde::{Deserialize, Serialize};
use std::time::Duration;
use time::Date;
use zeroize::Zeroizing;

/// What a code confirms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Confirms {
    Restore,
    Revocation,
}

impl Confirms {
    fn word(self) -> &'static str {
        match self {
            Self::Restore => "restore",
            Self::Revocation => "revocation",
        }
    }
}

/// An order as it waits, sealed.
#[derive(Serialize, Deserialize)]
struct Ordered {
    codice_fiscale: String,
    tessera: Option<(String, Date)>,
    contacts_lost: bool,
}

impl Portal {
    /// Asks for new halves: the answer is the same for everybody.
    pub(crate) async fn ask_restore(&self, restore: &PinRestore, from: PeerAddress) -> Result<(), Refusal> {
        self.offers_pin()?;
        let codice_fiscale = form::codice_fiscale(&restore.codice_fiscale)?;
        self.admit(Act::Restore, Some(&codice_fiscale), from).await?;
        let order = Ordered {
            codice_fiscale: codice_fiscale.as_str().to_owned(),
            tessera: None,
            contacts_lost: false,
        };
        Ok(self.leave_order(Confirms::Restore, &order).await?)
    }

    /// Asks that a PIN end: the answer is the same for everybody.
    pub(crate) async fn ask_revocation(
        &self,
        revocation: &PinRevocation,
        from: PeerAddress,
    ) -> Result<(), Refusal> {
        self.offers_pin()?;
        let codice_fiscale = form::codice_fiscale(&revocation.codice_fiscale)?;
        let number = form::tessera(&revocation.tessera_number)?;
        self.admit(Act::Revocation, Some(&codice_fiscale), from).await?;
        let order = Ordered {
            codice_fiscale: codice_fiscale.as_str().to_owned(),
            tessera: Some((number, revocation.tessera_expiry)),
            contacts_lost: revocation.contacts_lost,
        };
        Ok(self.leave_order(Confirms::Revocation, &order).await?)
    }

    async fn leave_order(&self, what: Confirms, order: &Ordered) -> Result<(), PortalError> {
        let person = self.keys().index(Index::Person, &order.codice_fiscale);
        let plain = Zeroizing::new(serde_json::to_vec(order).map_err(|_| PortalError::Sealing)?);
        let sealed = self.keys().seal(&place("pin_order.sealed", &person), &plain)?;
        let mut tx = self.store().writing().await?;
        requests::put_order(&mut tx, what.word(), &person, &sealed, self.now()).await?;
        commit(tx).await?;
        self.wake_post();
        Ok(())
    }

    /// Carries an order out: a code leaves, or nothing does.
    pub(crate) async fn carry_out(&self, id: i64) -> Result<(), PortalError> {
        let mut tx = self.store().writing().await?;
        let Some(order) = requests::take_order(&mut tx, id).await? else {
            return Ok(());
        };
        let plain = self
            .keys()
            .open(&place("pin_order.sealed", &order.person), &order.sealed)?;
        let asked: Ordered = serde_json::from_slice(&plain).map_err(|_| PortalError::Stored {
            column: "pin_order.sealed",
        })?;
        let held = credentials::hold(&mut tx, self.store(), &order.person).await?;
        let event = match held {
            Some(pin) if order.purpose == Confirms::Restore.word() => {
                self.send_restore_code(&mut tx, &pin).await?
            }
            Some(pin) => self.send_revocation_code(&mut tx, &pin, &asked).await?,
            None => "pin_code_not_sent",
        };
        let facts = [("purpose", order.purpose.as_str())];
        self.note(&mut tx, event, &order.person, Actor::Anybody, &facts)
            .await?;
        commit(tx).await?;
        self.wake_post();
        Ok(())
    }

    async fn send_restore_code(
        &self,
        tx: &mut Tx<'_>,
        pin: &Credential,
    ) -> Result<&'static str, PortalError> {
        let to = self.contacts_of(tx, pin).await?;
        let (Some(first), true) = (to.first(), self.restore_ways(tx, pin).await?.is_some()) else {
            // The answer does not say it; whoever has the contacts may know.
            for way in &to {
                let text = texts::restore_impossible();
                self.send(tx, Subject::Credential(pin.id), way, &text, None)
                    .await?;
            }
            return Ok("pin_code_not_sent");
        };
        self.send_code(
            tx,
            pin,
            Confirms::Restore,
            first,
            &texts::restore_code(),
            CODE_LIFE,
        )
        .await
    }

    async fn send_revocation_code(
        &self,
        tx: &mut Tx<'_>,
        pin: &Credential,
        asked: &Ordered,
    ) -> Result<&'static str, PortalError> {
        let codice_fiscale =
            CodiceFiscale::parse(&asked.codice_fiscale).map_err(|_| PortalError::Stored {
                column: "pin_order.sealed",
            })?;
        let Some((number, expiry)) = &asked.tessera else {
            return Ok("pin_code_not_sent");
        };
        if !self.tessera_is_of(tx, &codice_fiscale, number, *expiry).await? {
            return Ok("pin_code_not_sent");
        }
        let mut to = self.contacts_of(tx, pin).await?;
        // The contacts are dead (C-12): the letter box is the residence of the archive, or of the request.
        if asked.contacts_lost || to.is_empty() {
            to = self.sendable(vec![pin.opened_holder(self.keys())?.letter()]);
        }
        let Some(first) = to.first() else {
            return Ok("pin_code_not_sent");
        };
        let by_letter = ways::channel(first.kind) == Some(crate::outbox::ChannelKind::Letter);
        let life = if by_letter { LETTER_CODE_LIFE } else { CODE_LIFE };
        let text = texts::revocation_code(by_letter);
        self.send_code(tx, pin, Confirms::Revocation, first, &text, life)
            .await
    }

    async fn send_code(
        &self,
        tx: &mut Tx<'_>,
        pin: &Credential,
        what: Confirms,
        to: &Way,
        text: &texts::Text,
        life: Duration,
    ) -> Result<&'static str, PortalError> {
        let code = PinCode::random();
        let index = self.code_index(what, &code);
        pin_codes::put(tx, what.word(), &pin.person, &index, pin.id, self.now() + life).await?;
        self.send(tx, Subject::Credential(pin.id), to, text, Some(&code))
            .await?;
        Ok("pin_code_sent")
    }

    /// Confirms a restore: the PIN ends, and new halves leave on two verified contacts.
    pub(crate) async fn confirm_restore(
        &self,
        confirmation: &PinConfirmation,
        from: PeerAddress,
    ) -> Result<HalvesExpected, Refusal> {
        let (mut tx, mut pin, admitted) = self.confirmed(Confirms::Restore, confirmation, from).await?;
        let (rules, now) = (self.pin_rules(), self.now());
        let ways = self.restore_ways(&mut tx, &pin).await?;
        let Some((first, second)) = ways else {
            return Err(Refusal::Credentials);
        };
        if !pin.happens(PinEvent::Restored, &rules, now) {
            return Err(Refusal::Credentials);
        }
        admitted.good(&mut tx).await?;
        throttle::forgive(&mut tx, Act::PinLogin, &pin.person).await?;
        if let Some(old) = pin.hash.take() {
            credentials::remember(&mut tx, pin.id, &old).await?;
        }
        pin.locked_at = None;
        pin_codes::forget(&mut tx, pin.id).await?;
        sessions::end_all_of(&mut tx, pin.id).await?;
        self.order_halves(&mut tx, &mut pin, first, Some(second)).await?;
        self.tell(&mut tx, &pin, Done::Restored).await?;
        let halves = halves::of(&mut tx, pin.id).await?;
        let expected = self.expected_halves(&pin, &halves)?;
        let facts = [("state", life::word(pin.state))];
        self.note(&mut tx, "pin_restored", &pin.person, Actor::Person, &facts)
            .await?;
        commit(tx).await?;
        self.wake_post();
        Ok(HalvesExpected { expected })
    }

    /// Confirms a revocation: the PIN ends for good. The card is not touched.
    pub(crate) async fn confirm_revocation(
        &self,
        confirmation: &PinConfirmation,
        from: PeerAddress,
    ) -> Result<(), Refusal> {
        let (mut tx, mut pin, admitted) = self.confirmed(Confirms::Revocation, confirmation, from).await?;
        if !pin.happens(PinEvent::Ended, &self.pin_rules(), self.now()) {
            return Err(Refusal::Credentials);
        }
        admitted.good(&mut tx).await?;
        self.finish(&mut tx, &mut pin, Actor::Person).await?;
        commit(tx).await?;
        self.wake_post();
        Ok(())
    }

    /// Ends a PIN, its sessions and its codes, and tells its holder.
    pub(crate) async fn finish(
        &self,
        tx: &mut Tx<'_>,
        pin: &mut Credential,
        actor: Actor<'_>,
    ) -> Result<(), PortalError> {
        self.tell(tx, pin, Done::Revoked).await?;
        end(tx, pin, self.now()).await?;
        pin_codes::forget(tx, pin.id).await?;
        sessions::end_all_of(tx, pin.id).await?;
        throttle::forgive(tx, Act::PinLogin, &pin.person).await?;
        self.note(tx, "pin_revoked", &pin.person, actor, &[]).await
    }

    /// Takes a code and answers the PIN it is for, held in the transaction. A wrong one is counted and refused.
    async fn confirmed(
        &self,
        what: Confirms,
        confirmation: &PinConfirmation,
        from: PeerAddress,
    ) -> Result<(Tx<'_>, Credential, Admitted), Refusal> {
        self.offers_pin()?;
        let codice_fiscale = form::codice_fiscale(&confirmation.codice_fiscale)?;
        let code = PinCode::parse(&confirmation.code).ok_or_else(|| form::field("code"))?;
        let admitted = self.admit(Act::Code, Some(&codice_fiscale), from).await?;
        let person = self.keys().index(Index::Person, codice_fiscale.as_str());
        let index = self.code_index(what, &code);
        let mut tx = self.store().writing().await?;
        let taken = pin_codes::take(&mut tx, what.word(), &person, &index, self.now()).await?;
        let held = credentials::hold(&mut tx, self.store(), &person).await?;
        match held {
            Some(pin) if taken == Some(pin.id) => Ok((tx, pin, admitted)),
            Some(_) | None => {
                let facts = [("purpose", what.word())];
                self.note(&mut tx, "pin_code_refused", &person, Actor::Anybody, &facts)
                    .await?;
                commit(tx).await?;
                Err(Refusal::Credentials)
            }
        }
    }

    /// The two ways of a restore: the first two verified contacts that are two channels and two addresses. `None` when
    /// there are no two, or the PIN was never used.
    async fn restore_ways(
        &self,
        tx: &mut Tx<'_>,
        pin: &Credential,
    ) -> Result<Option<(Way, Way)>, PortalError> {
        let may = life::next(Some(self.standing(pin)), PinEvent::Restored).is_some();
        if pin.used_at.is_none() || !may {
            return Ok(None);
        }
        let to = self.verified_contacts(tx, pin).await?;
        let pairs = to
            .iter()
            .enumerate()
            .flat_map(|(place, first)| to.iter().skip(place + 1).map(move |second| (first, second)));
        Ok(pairs
            .into_iter()
            .find(|(first, second)| ways::apart(first, second))
            .map(|(first, second)| (first.clone(), second.clone())))
    }

    fn code_index(&self, what: Confirms, code: &PinCode) -> Vec<u8> {
        let text = Zeroizing::new(format!("{}.{}", what.word(), &*code.reveal()));
        self.keys().index(Index::Code, &text)
    }

    /// Tells whoever holds a PIN that it was locked, once.
    pub(crate) async fn tell_lock(&self, id: i64) -> Result<(), PortalError> {
        let mut tx = self.store().writing().await?;
        let Some(mut pin) = credentials::hold_row(&mut tx, self.store(), id).await? else {
            return Ok(());
        };
        if pin.told_lock || pin.state != PinState::Locked {
            return Ok(());
        }
        self.tell_text(&mut tx, &pin, &texts::locked()).await?;
        pin.told_lock = true;
        credentials::save(&mut tx, &pin).await?;
        commit(tx).await?;
        self.wake_post();
        Ok(())
    }
}

/// A code that came by SMS or e-mail is good for this long.
const CODE_LIFE: Duration = Duration::from_secs(30 * 60);

/// A code that came by letter.
const LETTER_CODE_LIFE: Duration = Duration::from_secs(30 * 24 * 60 * 60);
