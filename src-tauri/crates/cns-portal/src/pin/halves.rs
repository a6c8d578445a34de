//! The halves of an initial PIN: made one at a time, sent by the outbox, replaced when it is not known whether they left.
//!
//! The second is made when the first has left. A half is made of two steps that are both in the database: `due` is
//! ordered, `waiting` has a hash and a message. Whoever is killed in between leaves it due.

use crate::audit::Actor;
use crate::error::PortalError;
use crate::outbox::{self, Half, NewMessage, Purpose, Settled, Subject};
use crate::pin::asking::commit;
use crate::pin::code::PinCode;
use crate::pin::life::{self, PinEvent};
use crate::pin::texts::{self, Text};
use crate::pin::ways::{self, Way};
use crate::portal::Portal;
use crate::store::credentials::{self, Credential};
use crate::store::halves::{self, HalfState, Halves};
use crate::store::outbox::Outcome;
use crate::store::{Tx, contacts, requests};
use crate::throttle::{self, Act};
use cns_portal_api::{ContactKind, PinState};

impl Portal {
    /// Makes a half that is due, and leaves it with the outbox.
    pub(crate) async fn make_half(&self, id: i64, half: Half) -> Result<(), PortalError> {
        let code = PinCode::random();
        let turn = self.hasher().turn()?;
        let hash = self.hasher().hash(&turn, code.clone()).await?;
        drop(turn);
        let mut tx = self.store().writing().await?;
        let Some(pin) = credentials::hold_row(&mut tx, self.store(), id).await? else {
            return Ok(());
        };
        if !halves::made(&mut tx, id, half, &hash).await? {
            return Ok(());
        }
        let both = halves::of(&mut tx, id).await?;
        let Some(kept) = both.one(half) else {
            return Ok(());
        };
        let way = pin.open_way(self.keys(), kept)?;
        let text = texts::half(half, both.second.as_ref().map(|second| second.way));
        let Some(channel) = ways::channel(way.kind) else {
            return Err(PortalError::Stored {
                column: "pin_half.way",
            });
        };
        let message = NewMessage {
            channel,
            purpose: Purpose::Half {
                half,
                issue: pin.issue,
            },
            subject: Subject::Credential(id),
            to: &way.to,
            subject_line: text.subject,
            text: &text.text,
            code: Some(&code.reveal()),
            now: self.now(),
        };
        outbox::put(&mut tx, self.keys(), &message).await?;
        commit(tx).await?;
        self.wake_post();
        Ok(())
    }

    /// Draws the consequences of a half that was sent, or was not, in the transaction that settles it.
    pub(crate) async fn half_settled(&self, tx: &mut Tx<'_>, settled: &Settled) -> Result<(), PortalError> {
        let (Purpose::Half { half, issue }, Subject::Credential(id)) = (settled.purpose, settled.subject)
        else {
            return Ok(());
        };
        let Some(mut pin) = credentials::hold_row(tx, self.store(), id).await? else {
            return Ok(());
        };
        let both = halves::of(tx, id).await?;
        let Some(kept) = both.one(half).cloned() else {
            return Ok(());
        };
        // Another took its place meanwhile: what became of this one changes nothing.
        let is_the_latest = pin.issue == issue
            && kept.state == HalfState::Waiting
            && ways::channel(kept.way) == Some(settled.channel);
        if !is_the_latest {
            return Ok(());
        }
        let (rules, now) = (self.pin_rules(), settled.now);
        match settled.outcome {
            Outcome::Sent => {
                halves::left(tx, id, half, now).await?;
                let event = match (half, kept.way) {
                    (Half::First, _) => PinEvent::FirstLeft,
                    (Half::Second, ContactKind::Letter) => PinEvent::LetterLeft,
                    (Half::Second, _) => PinEvent::SecondLeft,
                };
                if !pin.happens(event, &rules, now) {
                    return Ok(());
                }
                match half {
                    Half::First => halves::follow(tx, id, Half::Second).await?,
                    // Who guessed at a PIN that was not there has not locked the one that is coming.
                    Half::Second => throttle::forgive(tx, Act::PinLogin, &pin.person).await?,
                }
            }
            Outcome::InDoubt => {
                let event = match half {
                    Half::First => PinEvent::FirstInDoubt,
                    Half::Second => PinEvent::SecondInDoubt,
                };
                if !pin.happens(event, &rules, now) {
                    return halves::void(tx, id, half, HalfState::Stuck).await;
                }
                halves::void(tx, id, half, HalfState::Due).await?;
            }
            Outcome::Failed => return self.half_failed(tx, pin, &both, half).await,
        }
        credentials::save(tx, &pin).await?;
        let facts = [("state", life::word(pin.state)), ("half", half.word())];
        self.note(tx, "pin_half_settled", &pin.person, Actor::Portal, &facts)
            .await
    }

    /// A half that nobody takes: the next contact, or somebody calls.
    async fn half_failed(
        &self,
        tx: &mut Tx<'_>,
        mut pin: Credential,
        both: &Halves,
        half: Half,
    ) -> Result<(), PortalError> {
        let keys = self.keys();
        let other = match half {
            Half::First => both.one(Half::Second),
            Half::Second => both.one(Half::First),
        };
        let other = other.map(|other| pin.open_way(keys, other)).transpose()?;
        let tried = both.one(half).map(|tried| tried.way);
        let mut ways = self.contacts_of(tx, &pin).await?;
        // Each way once: those before the one that failed have failed too.
        if let Some(position) = ways.iter().position(|way| Some(way.kind) == tried) {
            ways.drain(..=position);
        } else {
            ways.clear();
        }
        ways.retain(|way| other.as_ref().is_none_or(|other| ways::apart(way, other)));
        if let Some(next) = ways.first() {
            let to = pin.seal_way(keys, next)?;
            return halves::plan(tx, pin.id, half, next.kind, &to, HalfState::Due).await;
        }
        halves::void(tx, pin.id, half, HalfState::Stuck).await?;
        let event = if pin.used_at.is_some() {
            PinEvent::RestoreUndeliverable
        } else {
            PinEvent::Undeliverable
        };
        if pin.happens(event, &self.pin_rules(), self.now()) {
            credentials::save(tx, &pin).await?;
            if let Some(request) = &pin.request {
                requests::set_reasons(tx, request, &["undeliverable"]).await?;
            }
        }
        let facts = [("state", life::word(pin.state)), ("half", half.word())];
        self.note(tx, "pin_half_undeliverable", &pin.person, Actor::Portal, &facts)
            .await
    }

    /// Sends a text, or a code in it.
    pub(crate) async fn send(
        &self,
        tx: &mut Tx<'_>,
        subject: Subject,
        way: &Way,
        text: &Text,
        code: Option<&PinCode>,
    ) -> Result<(), PortalError> {
        let Some(channel) = ways::channel(way.kind) else {
            return Ok(());
        };
        let revealed = code.map(PinCode::reveal);
        let message = NewMessage {
            channel,
            purpose: if code.is_some() {
                Purpose::Code
            } else {
                Purpose::Notice
            },
            subject,
            to: &way.to,
            subject_line: text.subject,
            text: &text.text,
            code: revealed.as_deref().map(String::as_str),
            now: self.now(),
        };
        outbox::put(tx, self.keys(), &message).await
    }

    /// Where whoever holds a PIN is reached: at the verified contacts, or before the first use at those of the request.
    pub(crate) async fn contacts_of(
        &self,
        tx: &mut Tx<'_>,
        pin: &Credential,
    ) -> Result<Vec<Way>, PortalError> {
        let verified = self.verified_contacts(tx, pin).await?;
        if !verified.is_empty() || pin.used_at.is_some() {
            return Ok(verified);
        }
        let holder = pin.opened_holder(self.keys())?;
        Ok(self.sendable(ways::electronic(&holder.contacts)))
    }

    /// Verified contacts to which something can be sent: SMS, e-mail, PEC, in this order (C-10, C-11).
    pub(crate) async fn verified_contacts(
        &self,
        tx: &mut Tx<'_>,
        pin: &Credential,
    ) -> Result<Vec<Way>, PortalError> {
        let Some(citizen) = pin.citizen else {
            return Ok(Vec::new());
        };
        let kept = contacts::of(tx, self.keys(), citizen).await?;
        let order = [ContactKind::Mobile, ContactKind::Email, ContactKind::Pec];
        let ways = order.into_iter().filter_map(|kind| {
            let contact = kept.iter().find(|contact| contact.kind == kind)?;
            contact.verified_at?;
            Some(Way {
                kind,
                to: contact.value.to_string(),
            })
        });
        Ok(self.sendable(ways.collect()))
    }

    /// Where a PIN is at this instant.
    pub(crate) fn standing(&self, pin: &Credential) -> PinState {
        pin.standing(&self.pin_rules(), self.now())
    }
}
