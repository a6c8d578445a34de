//! A request for a PIN, from the form to the order of its halves.
//!
//! The answer to a request follows from the request alone. What the portal knows of the person is looked at afterwards,
//! by [`Portal::examine_request`], so that neither the answer nor its time tells who has a PIN.

use crate::area::Registered;
use crate::audit::{self, Actor, Entry};
use crate::error::PortalError;
use crate::keys::{Index, Keys};
use crate::outbox::{Half, Subject};
use crate::pin::code;
use crate::pin::form;
use crate::pin::holder::{Holder, place};
use crate::pin::life::PinEvent;
use crate::pin::rules::{PinRules, VerifyCall};
use crate::pin::ways::{self, Way};
use crate::pin::{life, texts};
use crate::portal::Portal;
use crate::problem::Refusal;
use crate::secret::random_id;
use crate::store::credentials::{self, Credential, NewCredential};
use crate::store::halves::{self, HalfState, Halves};
use crate::store::requests::{self, NewRequest, Request};
use crate::store::{Tx, archive};
use crate::throttle::{Act, PeerAddress};
use cns_portal_api::{
    ContactKind, ExpectedDelivery, NewPinRequest, PinHalf, PinKind, PinRequestCheck, PinRequestReceived,
    PinRequestStatus, PinState, Residence,
};
use cns_trust::CodiceFiscale;
use time::OffsetDateTime;
use zeroize::Zeroizing;

/// Where a request came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    Online,
    /// An operator typed it for somebody on the phone.
    Phone,
}

impl Portal {
    /// The first step: is the code well formed. Whether anybody has it is not said.
    pub(crate) async fn check_pin_request(
        &self,
        check: &PinRequestCheck,
        from: PeerAddress,
    ) -> Result<(), Refusal> {
        self.offers_pin()?;
        self.admit(Act::Lookup, None, from).await?;
        form::codice_fiscale(&check.codice_fiscale).map(drop)
    }

    /// Takes a request in. The same one twice is one request, with the same receipt.
    pub(crate) async fn request_pin(
        &self,
        request: NewPinRequest,
        origin: Origin,
        from: PeerAddress,
    ) -> Result<PinRequestReceived, Refusal> {
        self.offers_pin()?;
        let request = form::request(request)?;
        // Who asks by phone has an operator's address, as everybody on the phone.
        if matches!(origin, Origin::Online) {
            self.admit(Act::Request, None, from).await?;
        }
        let keys = self.keys();
        let key = &request.idempotency_key;
        // Only the portal can compute a receipt again, and it keeps neither the receipt nor what it is made of.
        let receipt = code::receipt(&keys.index(Index::Receipt, &format!("made of {key}")));
        let plain = Zeroizing::new(serde_json::to_string(&request).map_err(|_| PortalError::Sealing)?);
        let person = keys.index(Index::Person, &request.codice_fiscale);
        let id = random_id();
        let new = NewRequest {
            id: &id,
            receipt: &receipt_index(keys, &receipt).unwrap_or_default(),
            idempotency: &keys.index(Index::Idempotency, key),
            body: &keys.index(Index::Idempotency, &plain),
            person: &person,
            sealed: &keys.seal(&place("pin_request.sealed", &person), plain.as_bytes())?,
            origin: match origin {
                Origin::Online => "online",
                Origin::Phone => "telefono",
            },
            now: self.now(),
        };
        let mut tx = self.store().writing().await?;
        let is_the_same = requests::put(&mut tx, &new).await?;
        tx.commit().await.map_err(PortalError::from)?;
        if !is_the_same {
            return Err(Refusal::Conflict);
        }
        self.wake_post();
        Ok(PinRequestReceived {
            receipt: receipt.to_string(),
            expected: self.expected_of(&request),
        })
    }

    /// How a request is going.
    pub(crate) async fn pin_request_status(
        &self,
        receipt: &str,
        from: PeerAddress,
    ) -> Result<PinRequestStatus, Refusal> {
        self.offers_pin()?;
        self.admit(Act::Lookup, None, from).await?;
        let index = receipt_index(self.keys(), receipt).ok_or(Refusal::NotFound)?;
        let request = self.store().request_by_receipt(&index).await?;
        let request = request.ok_or(Refusal::NotFound)?;
        let pin = self.store().credential_of_request(&request.id).await?;
        let (state, expected) = match pin {
            Some(pin) => {
                let halves = self.store().halves(pin.id).await?;
                let state = pin.standing(&self.pin_rules(), self.now());
                (state, self.expected_halves(&pin, &halves)?)
            }
            // Nobody has looked at it, or the person has a PIN: which is not said.
            None => (
                PinState::Requested,
                self.expected_of(&opened(self.keys(), &request)?),
            ),
        };
        Ok(PinRequestStatus {
            state,
            received_at: request.received_at,
            expected,
        })
    }

    /// Looks at a request: does the person have a PIN, must somebody call, or can the halves leave.
    pub(crate) async fn examine_request(&self, id: &str) -> Result<(), PortalError> {
        let (keys, rules, now) = (self.keys(), self.pin_rules(), self.now());
        let mut tx = self.store().writing().await?;
        let Some(request) = requests::examine(&mut tx, id, now).await? else {
            return Ok(());
        };
        let asked = opened(keys, &request)?;
        if let Some(mut pin) = credentials::hold(&mut tx, self.store(), &request.person).await? {
            if pin.standing(&rules, now) != PinState::Revoked {
                self.write_to_holder(&mut tx, &pin, &texts::asked_again()).await?;
                self.note(&mut tx, "pin_asked_again", &pin.person, Actor::Anybody, &[])
                    .await?;
                return commit(tx).await;
            }
            // Its halves are too old, and it was never used: it ends, and another begins.
            end(&mut tx, &mut pin, now).await?;
        }
        let codice_fiscale =
            CodiceFiscale::parse(&asked.codice_fiscale).map_err(|_| PortalError::Stored {
                column: "pin_request.sealed",
            })?;
        let known = archive::find(&mut tx, &codice_fiscale).await?;
        let reasons = reasons_to_call(&asked, &codice_fiscale, known.as_ref(), &rules);
        let first = if reasons.is_empty() {
            PinEvent::Asked
        } else {
            PinEvent::Mismatch
        };
        let holder = Holder::of_request(&asked);
        let state = life::next(None, PinEvent::Asked).unwrap_or(PinState::Requested);
        let state = life::next(Some(state), first).unwrap_or(state);
        let new = NewCredential {
            person: &request.person,
            request: Some(&request.id),
            holder: &holder.seal(keys, &request.person)?,
            state,
            kind: PinKind::Ordinario,
            origin: if request.origin == "telefono" {
                "telefono"
            } else {
                "online"
            },
            now,
        };
        let Some(id) = credentials::put(&mut tx, &new).await? else {
            // Another request of the same person came first, this instant.
            return commit(tx).await;
        };
        requests::set_reasons(&mut tx, &request.id, &reasons).await?;
        if reasons.is_empty() {
            self.order_halves_of_request(&mut tx, id).await?;
        }
        let reasons = reasons.join(" ");
        let facts = [("state", life::word(state)), ("reasons", reasons.as_str())];
        self.note(&mut tx, "pin_requested", &request.person, Actor::Anybody, &facts)
            .await?;
        commit(tx).await
    }

    /// Orders the halves of a request: the first to a contact, the second by letter.
    pub(crate) async fn order_halves_of_request(&self, tx: &mut Tx<'_>, id: i64) -> Result<(), PortalError> {
        let Some(mut pin) = credentials::hold_row(tx, self.store(), id).await? else {
            return Ok(());
        };
        let holder = pin.opened_holder(self.keys())?;
        let letter = holder.letter();
        let first = self
            .sendable(ways::electronic(&holder.contacts))
            .into_iter()
            .next();
        // Where only letters leave, the second half waits for an activation: both never take one way.
        let second = first.is_some().then(|| letter.clone());
        self.order_halves(tx, &mut pin, first.unwrap_or(letter), second)
            .await
    }

    /// Orders a fresh pair of halves; those before are void. Without a way for the second it waits for an activation.
    pub(crate) async fn order_halves(
        &self,
        tx: &mut Tx<'_>,
        pin: &mut Credential,
        first: Way,
        second: Option<Way>,
    ) -> Result<(), PortalError> {
        halves::wipe(tx, pin.id).await?;
        pin.issue += 1;
        pin.halves_at = Some(self.now());
        credentials::save(tx, pin).await?;
        let to = pin.seal_way(self.keys(), &first)?;
        halves::plan(tx, pin.id, Half::First, first.kind, &to, HalfState::Due).await?;
        halves::forget(tx, pin.id, Half::Second).await?;
        if let Some(second) = second {
            let to = pin.seal_way(self.keys(), &second)?;
            halves::plan(tx, pin.id, Half::Second, second.kind, &to, HalfState::Planned).await?;
        }
        Ok(())
    }

    /// Those of some ways for which the portal has a channel.
    pub(crate) fn sendable(&self, mut some: Vec<Way>) -> Vec<Way> {
        some.retain(|way| {
            let channel = ways::channel(way.kind);
            self.channels().0.iter().any(|own| Some(own.kind()) == channel)
        });
        some
    }

    /// What a request leads to, if all goes as it should.
    fn expected_of(&self, request: &NewPinRequest) -> Vec<ExpectedDelivery> {
        let holder = Holder::of_request(request);
        let first = self
            .sendable(ways::electronic(&holder.contacts))
            .into_iter()
            .next();
        [(PinHalf::First, first), (PinHalf::Second, Some(holder.letter()))]
            .into_iter()
            .filter_map(|(half, way)| Some(expected(half, &way?, false)))
            .collect()
    }

    /// The halves of a PIN as its holder expects them.
    pub(crate) fn expected_halves(
        &self,
        pin: &Credential,
        halves: &Halves,
    ) -> Result<Vec<ExpectedDelivery>, PortalError> {
        halves
            .all()
            .map(|kept| {
                let half = match kept.half {
                    Half::First => PinHalf::First,
                    Half::Second => PinHalf::Second,
                };
                Ok(expected(
                    half,
                    &pin.open_way(self.keys(), kept)?,
                    kept.sent_at.is_some(),
                ))
            })
            .collect()
    }

    /// Writes to the contacts of whoever holds a PIN: those that are verified, or what the request said.
    pub(crate) async fn write_to_holder(
        &self,
        tx: &mut Tx<'_>,
        pin: &Credential,
        text: &texts::Text,
    ) -> Result<(), PortalError> {
        let to = self.contacts_of(tx, pin).await?;
        for way in &to {
            self.send(tx, Subject::Credential(pin.id), way, text, None)
                .await?;
        }
        Ok(())
    }

    /// Adds to the audit.
    pub(crate) async fn note(
        &self,
        tx: &mut Tx<'_>,
        event: &'static str,
        person: &[u8],
        actor: Actor<'_>,
        facts: &[(&'static str, &str)],
    ) -> Result<(), PortalError> {
        let entry = Entry {
            now: self.now(),
            event,
            person: Some(person),
            actor,
            facts,
        };
        audit::record(tx, self.keys(), &entry).await
    }
}

/// Ends a PIN: nothing that was kept of its values is kept any longer.
pub(crate) async fn end(
    tx: &mut Tx<'_>,
    pin: &mut Credential,
    now: OffsetDateTime,
) -> Result<(), PortalError> {
    pin.state = PinState::Revoked;
    pin.revoked_at = Some(now);
    pin.hash = None;
    credentials::save(tx, pin).await?;
    credentials::forget_values(tx, pin.id).await?;
    halves::wipe(tx, pin.id).await
}

/// Opens what a request says.
pub(crate) fn opened(keys: &Keys, request: &Request) -> Result<NewPinRequest, PortalError> {
    let plain = keys.open(&place("pin_request.sealed", &request.person), &request.sealed)?;
    serde_json::from_slice(&plain).map_err(|_| PortalError::Stored {
        column: "pin_request.sealed",
    })
}

/// Why somebody must call before anything is sent (C-04): stable words.
fn reasons_to_call(
    request: &NewPinRequest,
    codice_fiscale: &CodiceFiscale,
    known: Option<&Registered>,
    rules: &PinRules,
) -> Vec<&'static str> {
    let same = |left: &str, right: &str| form::plain(left) == form::plain(right);
    let mut reasons = Vec::new();
    match known {
        None => reasons.push("not_in_archive"),
        Some(known) => {
            if !same(&known.surname, &request.surname) || !same(&known.name, &request.name) {
                reasons.push("name");
            }
            if known.sex != request.sex || known.birth_date != request.birth_date {
                reasons.push("birth");
            }
            let (own, given) = (&known.address, &request.address);
            if !same(&own.street, &given.street)
                || !same(&own.town, &given.town)
                || !same(&own.postal_code, &given.postal_code)
                || !same(&own.country, &given.country)
            {
                reasons.push("address");
            }
        }
    }
    if !form::agrees(codice_fiscale, request) {
        reasons.push("codice_fiscale");
    }
    if request.residence == Residence::Abroad {
        reasons.push("abroad");
    }
    if rules.verify_call == VerifyCall::Always {
        reasons.push("rule");
    }
    reasons
}

fn expected(half: PinHalf, way: &Way, sent: bool) -> ExpectedDelivery {
    ExpectedDelivery {
        half,
        by: way.kind,
        to: ways::masked(way),
        // What the bodies promised (C-03): the letter in two days, the first half within two weeks.
        within_hours: match (half, way.kind) {
            (_, ContactKind::Letter) => 48,
            (PinHalf::First, _) => 14 * 24,
            (PinHalf::Second, _) => 24,
        },
        sent,
    }
}

fn receipt_index(keys: &Keys, receipt: &str) -> Option<Vec<u8>> {
    Some(keys.index(Index::Receipt, &code::plain_receipt(receipt)?))
}

/// Commits what was done.
pub(crate) async fn commit(tx: Tx<'_>) -> Result<(), PortalError> {
    tx.commit().await?;
    Ok(())
}
