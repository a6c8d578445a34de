//! Activation: who has the first half and the tessera asks for the second half on a contact of their own (C-02).

use crate::audit::Actor;
use crate::error::PortalError;
use crate::keys::Index;
use crate::outbox::Half;
use crate::pin::asking::commit;
use crate::pin::code::PinCode;
use crate::pin::form;
use crate::pin::life::{self, PinEvent};
use crate::pin::ways::{self, Way};
use crate::portal::Portal;
use crate::problem::Refusal;
use crate::secret::Secret;
use crate::store::halves::{self, HalfState};
use crate::store::{archive, credentials, pin_codes};
use crate::throttle::{Act, PeerAddress};
use cns_portal_api::{
    ActivationContacts, ActivationOpened, ContactKind, HalvesExpected, PinActivation, PinState, written,
};
use cns_trust::CodiceFiscale;
use std::time::Duration;
use time::Date;

impl Portal {
    /// First step: first half and tessera.
    pub(crate) async fn activate(
        &self,
        activation: &PinActivation,
        from: PeerAddress,
    ) -> Result<ActivationOpened, Refusal> {
        self.offers_pin()?;
        let codice_fiscale = form::codice_fiscale(&activation.codice_fiscale)?;
        let tessera = form::tessera(&activation.tessera_number)?;
        let half = PinCode::parse(&activation.first_half).ok_or_else(|| form::field("first_half"))?;
        let person = self.keys().index(Index::Person, codice_fiscale.as_str());
        let turn = self.hasher().turn()?;
        let admitted = self.admit(Act::Activation, Some(&codice_fiscale), from).await?;

        let found = self.store().credential(&person).await?;
        let kept = match &found {
            Some(pin) if self.may_activate(self.standing(pin)) => self
                .store()
                .halves(pin.id)
                .await?
                .first
                .and_then(|first| first.hash),
            Some(_) | None => None,
        };
        let half_is_right = self.hasher().verify_half(&turn, half, kept.clone()).await?;
        drop(turn);

        let now = self.now();
        let mut tx = self.store().writing().await?;
        let tessera_is_right = self
            .tessera_is_of(&mut tx, &codice_fiscale, &tessera, activation.tessera_expiry)
            .await?;
        let held = credentials::hold(&mut tx, self.store(), &person).await?;
        // What was compared must be what is there: a half may have been replaced meanwhile.
        let mut pin = None;
        if let Some(held) = held {
            let first = halves::of(&mut tx, held.id).await?.first;
            let unchanged = kept.is_some() && first.and_then(|first| first.hash) == kept;
            if half_is_right & tessera_is_right & unchanged && self.may_activate(self.standing(&held)) {
                pin = Some(held);
            }
        }
        let Some(pin) = pin else {
            self.note(&mut tx, "pin_activation_refused", &person, Actor::Anybody, &[])
                .await?;
            commit(tx).await?;
            return Err(Refusal::Credentials);
        };
        admitted.good(&mut tx).await?;
        let token = Secret::random();
        pin_codes::put_activation(&mut tx, &token.hash(), pin.id, now + ACTIVATION_LIFE).await?;
        self.note(&mut tx, "pin_activation_opened", &person, Actor::Anybody, &[])
            .await?;
        commit(tx).await?;
        Ok(ActivationOpened {
            activation: token.reveal(),
            expires_in: ACTIVATION_LIFE.as_secs(),
        })
    }

    /// Second step: a mobile, another contact, and where the second half goes.
    pub(crate) async fn choose_contacts(
        &self,
        chosen: &ActivationContacts,
        from: PeerAddress,
    ) -> Result<HalvesExpected, Refusal> {
        self.offers_pin()?;
        let token = Secret::parse(&chosen.activation).ok_or(Refusal::Credentials)?;
        let mobile =
            written::contact(ContactKind::Mobile, &chosen.mobile).ok_or_else(|| form::field("mobile"))?;
        let other = written::contact(chosen.other.kind, &chosen.other.value)
            .filter(|_| chosen.other.kind != ContactKind::Mobile)
            .ok_or_else(|| form::field("other"))?;
        self.admit(Act::Lookup, None, from).await?;

        let now = self.now();
        let mut tx = self.store().writing().await?;
        let id = pin_codes::take_activation(&mut tx, &token.hash(), now).await?;
        let id = id.ok_or(Refusal::Credentials)?;
        let pin = credentials::hold_row(&mut tx, self.store(), id).await?;
        let mut pin = pin.ok_or(Refusal::Credentials)?;
        let mut holder = pin.opened_holder(self.keys())?;
        holder.contacts.mobile = Some(mobile.clone());
        match chosen.other.kind {
            ContactKind::Email => holder.contacts.email = Some(other.clone()),
            ContactKind::Pec => holder.contacts.pec = Some(other.clone()),
            ContactKind::Landline => holder.contacts.landline = Some(other.clone()),
            ContactKind::Mobile | ContactKind::Fax | ContactKind::Letter => {}
        }
        let wanted = ways::electronic(&holder.contacts)
            .into_iter()
            .chain([holder.letter()])
            .find(|way| way.kind == chosen.send_second_to);
        let first = halves::of(&mut tx, id).await?.first.ok_or(Refusal::Credentials)?;
        let first = pin.open_way(self.keys(), &first)?;
        // Nothing is committed where it cannot be: the activation stays open for another choice.
        let second: Way = self
            .sendable(wanted.into_iter().collect())
            .into_iter()
            .find(|second| ways::apart(&first, second))
            .ok_or_else(|| form::field("send_second_to"))?;
        if !pin.happens(PinEvent::Activated, &self.pin_rules(), now) {
            return Err(Refusal::Conflict);
        }
        pin.holder = holder.seal(self.keys(), &pin.person)?;
        pin.halves_at = Some(now);
        credentials::save(&mut tx, &pin).await?;
        let to = pin.seal_way(self.keys(), &second)?;
        halves::plan(&mut tx, id, Half::Second, second.kind, &to, HalfState::Due).await?;
        let facts = [("state", life::word(pin.state))];
        self.note(&mut tx, "pin_activated", &pin.person, Actor::Person, &facts)
            .await?;
        let halves = halves::of(&mut tx, id).await?;
        let expected = self.expected_halves(&pin, &halves)?;
        commit(tx).await?;
        self.wake_post();
        Ok(HalvesExpected { expected })
    }

    /// Whether the tessera is that of a person whom the archive knows. Everybody is compared with something.
    pub(crate) async fn tessera_is_of(
        &self,
        tx: &mut crate::store::Tx<'_>,
        codice_fiscale: &CodiceFiscale,
        number: &str,
        expiry: Date,
    ) -> Result<bool, PortalError> {
        let known = archive::find(tx, codice_fiscale).await?;
        let wanted = known
            .as_ref()
            .map_or(("00000000000000000000", Date::MIN), |known| {
                (known.tessera_number.as_str(), known.tessera_expiry)
            });
        let digits_differ = wanted
            .0
            .bytes()
            .zip(number.bytes())
            .fold(wanted.0.len() ^ number.len(), |all, (left, right)| {
                all | usize::from(left ^ right)
            });
        Ok((std::hint::black_box(digits_differ) == 0) & (wanted.1 == expiry) & known.is_some())
    }

    fn may_activate(&self, standing: PinState) -> bool {
        life::next(Some(standing), PinEvent::Activated).is_some()
    }
}

/// An activation that was opened must be finished within this.
const ACTIVATION_LIFE: Duration = Duration::from_secs(30 * 60);
