//! A card for the virtual reader: ours, because a citizen's card cannot be had for a test; OpenSC is its judge.

use crate::place::Place;
use crate::stack::Stack;
use cns_virtual_card::pki::{self, Authority, Identity};
use cns_virtual_card::vpcd::Plug;
use cns_virtual_card::{
    EXAMPLE_PIN, EXAMPLE_PUK, Fault, Link, Personality, Traffic, VirtualCard, VirtualCardHandle,
};
use std::path::PathBuf;
use std::time::Duration;
use time::OffsetDateTime;

/// The PIN of the cards of the stories, where nothing else is said.
pub const PIN: &str = EXAMPLE_PIN;

/// The PUK of the cards of the stories.
pub const PUK: &str = EXAMPLE_PUK;

/// A PIN that no log and no file holds by chance.
pub const RARE_PIN: &str = "73915864";

/// A PIN that no card of the stories has.
pub const WRONG_PIN: &str = "99999";

/// A card, in its reader or beside it.
#[derive(Debug)]
pub struct Card {
    handle: VirtualCardHandle,
    port: u16,
    plug: Option<Plug>,
    /// Its certificate, DER.
    pub certificate: Vec<u8>,
    /// Its holder's codice fiscale.
    pub codice_fiscale: String,
    /// Its number.
    pub card_id: String,
    /// What kind it is.
    pub personality: Personality,
}

/// What a card was asked for so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spent {
    /// Commands of any kind.
    pub apdus: usize,
    /// VERIFY: each could have cost a try.
    pub verifies: usize,
    /// Signatures.
    pub signatures: usize,
}

impl Card {
    /// A card of the usual kind, beside the first reader.
    pub fn new(stack: &Stack, identity: &str) -> Self {
        Self::of_kind(stack, USUAL, identity)
    }

    /// A card of this kind, beside the first reader.
    ///
    /// # Panics
    /// When nobody has this name.
    pub fn of_kind(stack: &Stack, personality: &str, identity: &str) -> Self {
        Self::with_pin(stack, personality, identity, PIN)
    }

    /// A card of this kind with this PIN, beside the first reader.
    ///
    /// # Panics
    /// When nobody has this name.
    pub fn with_pin(stack: &Stack, personality: &str, identity: &str, pin: &str) -> Self {
        let personality = Personality::named(personality).expect("a kind of card");
        Self::playing(stack, personality, identity, pin)
    }

    /// A card that behaves like this, with this PIN, beside the first reader.
    ///
    /// # Panics
    /// When nobody has this name.
    pub fn playing(stack: &Stack, personality: Personality, identity: &str, pin: &str) -> Self {
        let identity = pki::identity_for(&personality, identity, now()).expect("an identity");
        Self::of(stack, personality, identity, pin)
    }

    /// A good card of the usual kind, beside the first reader, about whose certificate somebody answers below this
    /// address.
    ///
    /// # Panics
    /// When it cannot be issued.
    pub fn answered_at(stack: &Stack, address: &str) -> Self {
        let personality = Personality::named(USUAL).expect("a kind of card");
        let identity = pki::identity_answered_at(&personality, "citizen-good", now(), address);
        Self::of(stack, personality, identity.expect("an identity"), PIN)
    }

    fn of(stack: &Stack, personality: Personality, identity: Identity, pin: &str) -> Self {
        let certificate = identity.certificate_der.clone();
        let (codice_fiscale, card_id) = (identity.codice_fiscale.clone(), identity.card_id().to_owned());
        let card = VirtualCard::new(personality.clone(), identity, pin).expect("a card");
        let handle = VirtualCardHandle::beside(card);
        Self {
            handle,
            port: stack.port(),
            plug: None,
            certificate,
            codice_fiscale,
            card_id,
            personality,
        }
    }

    /// The same card beside the second reader.
    #[must_use]
    pub fn beside_the_second_reader(mut self, stack: &Stack) -> Self {
        self.port = stack.port() + 1;
        self
    }

    /// The same card, put in, and seen by the service.
    pub fn inserted(stack: &Stack, identity: &str) -> Self {
        Self::inserted_with_pin(stack, identity, PIN)
    }

    /// The same with this PIN.
    pub fn inserted_with_pin(stack: &Stack, identity: &str, pin: &str) -> Self {
        let mut card = Self::with_pin(stack, USUAL, identity, pin);
        card.insert();
        stack.wait_for_card(true);
        card.handle.reset_count();
        card
    }

    /// Puts the card into the reader.
    ///
    /// # Panics
    /// When there is no reader.
    pub fn insert(&mut self) {
        self.plug = None;
        let reader = ("127.0.0.1", self.port);
        self.plug = Some(Plug::into_reader(&self.handle, reader, Duration::from_secs(10)).expect("a reader"));
    }

    /// Pulls the card out, waits until the service has seen it, and puts it in again.
    pub fn reinsert(&mut self, stack: &Stack) {
        self.remove();
        stack.wait_for_card(false);
        self.insert();
        stack.wait_for_card(true);
    }

    /// Pulls the card out.
    pub fn remove(&mut self) {
        self.handle.remove();
        self.plug = None;
    }

    /// What the card was asked for since it was inserted, or since the last [`Card::forget`].
    pub fn spent(&self) -> Spent {
        let headers = self.handle.headers();
        let last_of_chain = |header: &&[u8; 4]| header[0] & 0x10 == 0;
        let count = |instruction: u8| {
            headers
                .iter()
                .filter(last_of_chain)
                .filter(|header| header[1] == instruction)
                .count()
        };
        Spent {
            apdus: headers.len(),
            verifies: count(VERIFY),
            signatures: count(PERFORM_SECURITY_OPERATION),
        }
    }

    /// The commands and their bytes since the same moment.
    pub fn traffic(&self) -> Traffic {
        self.handle.traffic()
    }

    /// Lets the card take as long for its answers as a real one.
    pub fn take_ones_time(&self) {
        self.handle.set_link(Link::REAL);
    }

    /// Makes the card forget what the last program left in it, as when it is powered up.
    ///
    /// pcscd lets a card have its power for a while, and an application that one program selected stays selected.
    pub fn wake(&self) {
        self.handle.with_card(VirtualCard::reset);
    }

    /// Begins to count again.
    pub fn forget(&self) {
        self.handle.reset_count();
    }

    /// Tries left for the PIN, as the card itself knows.
    pub fn tries_left(&self) -> u8 {
        self.handle.with_card(|card| card.tries_left())
    }

    /// Tries left for the PUK, as the card itself knows.
    pub fn puk_tries_left(&self) -> u8 {
        self.handle.with_card(|card| card.puk_tries_left())
    }

    /// How often a PIN and a PUK were compared since the card was made.
    pub fn comparisons(&self) -> (u64, u64) {
        self.handle
            .with_card(|card| (card.pin_comparisons(), card.puk_comparisons()))
    }

    /// How often the PIN of the qualified signature was compared: it is nobody's business here.
    pub fn signature_comparisons(&self) -> u64 {
        self.handle.with_card(|card| card.signature_pin_comparisons())
    }

    /// Sets what goes wrong, such as `3 removal`: at the fourth command from here the card is pulled out.
    ///
    /// # Panics
    /// When the line is no fault.
    pub fn fault(&self, line: &str) {
        self.handle.set_faults([Fault::parse(line).expect("a fault")]);
    }

    /// Writes the authority of the cards as a PEM file.
    ///
    /// # Panics
    /// When the authority cannot be made.
    pub fn roots(place: &Place) -> PathBuf {
        place.write(
            "card-roots.pem",
            Authority::example().expect("the authority").certificate_pem(),
        )
    }
}

/// The instant of the run: certificates are issued so that they are good on this day.
#[expect(
    clippy::disallowed_methods,
    reason = "the programs under test use the system's clock as well"
)]
fn now() -> OffsetDateTime {
    OffsetDateTime::now_utc()
}

/// The kind of card that is issued today.
const USUAL: &str = "classic-st2021";

/// Instruction byte of VERIFY (ISO 7816-4 §11.5.6).
const VERIFY: u8 = 0x20;

/// Instruction byte of PERFORM SECURITY OPERATION (ISO 7816-8 §11).
const PERFORM_SECURITY_OPERATION: u8 = 0x2A;
