//! A desk with two slots, cards, and one program that is never started again: the product's own crates, in this process.

use cns_card::{CardPin, SignatureScheme};
use cns_login::{
    CardChoice, CardPresence, Cards, FoundCard, OfferedCard, Problem, Readers, choose_card_in_place,
    until_removed,
};
use cns_reader::PcscReaders;
use cns_virtual_card::vpcd::Plug;
use cns_virtual_card::{EXAMPLE_PIN, Personality, VirtualCard, VirtualCardHandle, pki};
use journeys::stack::Stack;
use std::future::Future;
use std::sync::{Mutex, MutexGuard};
use std::time::{Duration, Instant};

/// The desk.
pub(crate) struct Desk {
    stack: Mutex<Stack>,
    pub(crate) cards: Cards<PcscReaders>,
}

impl Desk {
    /// Tells `story` at a desk whose service runs.
    pub(crate) fn tell<F: Future<Output = T>, T>(mut stack: Stack, story: impl FnOnce(Self) -> F) -> T {
        stack.run(true);
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .unwrap();
        let cards = Cards::new(PcscReaders::start(), Default::default());
        let stack = Mutex::new(stack);
        runtime.block_on(story(Self { stack, cards }))
    }

    /// The service.
    pub(crate) fn stack(&self) -> MutexGuard<'_, Stack> {
        self.stack.lock().unwrap()
    }

    /// Puts a card into a slot, and waits until it is seen there.
    pub(crate) async fn insert(&self, card: &VirtualCardHandle, slot: u16) -> Plug {
        let reader = ("127.0.0.1", self.stack().port() + slot);
        let plug = Plug::into_reader(card, reader, SOON).expect("a reader");
        self.until(slot, CardPresence::Present).await;
        plug
    }

    /// Waits until this is what is in a slot.
    pub(crate) async fn until(&self, slot: u16, card: CardPresence) {
        let mut watch = self.cards.readers().watch();
        let place = usize::from(slot);
        let seen = watch.wait_for(|now| now.slots.get(place).is_some_and(|slot| slot.card == card));
        tokio::time::timeout(SOON, seen)
            .await
            .unwrap_or_else(|_| panic!("slot {slot} is never {card:?}"))
            .unwrap();
    }

    /// Reads the cards in place, and has `choice` say which one is meant.
    pub(crate) async fn read(&self, choice: &mut impl CardChoice) -> Result<FoundCard, Problem> {
        choose_card_in_place(&self.cards, None, choice, &|_| {}).await
    }

    /// Lets go of every card: the next act meets its card as for the first time.
    pub(crate) fn let_go(&self) {
        for slot in &self.cards.readers().watch().borrow().slots {
            self.cards.let_go(slot);
        }
    }

    /// Reads the one card as for the first time, has it compare the PIN that a person types once, and has it sign.
    pub(crate) async fn act(&self) -> Result<(), Problem> {
        self.let_go();
        let found = self.read(&mut Nobody).await?;
        self.sign(&found).await
    }

    /// Has a card compare the PIN that a person types once, and sign.
    pub(crate) async fn sign(&self, found: &FoundCard) -> Result<(), Problem> {
        let unlocking = async { Ok(found.card.unlock(CardPin::parse(EXAMPLE_PIN).unwrap()).await?) };
        let unlocked = until_removed(self.cards.readers(), &found.slot, unlocking).await?;
        let signing = async {
            let signed = tokio::task::spawn_blocking(move || {
                unlocked.sign(SignatureScheme::Pkcs1Sha256, b"Da firmare")
            });
            Ok(signed.await.expect("no panic")?)
        };
        until_removed(self.cards.readers(), &found.slot, signing).await?;
        Ok(())
    }
}

/// A card of this kind for this person, beside the desk.
pub(crate) fn card(kind: &str, identity: &str) -> VirtualCardHandle {
    let personality = Personality::named(kind).unwrap();
    let person = pki::identity_for(&personality, identity, now()).unwrap();
    VirtualCardHandle::beside(VirtualCard::new(personality, person, EXAMPLE_PIN).unwrap())
}

/// What comes of `act`, which must end within `bound`, and how long it took.
pub(crate) async fn within<T>(bound: Duration, what: &str, act: impl Future<Output = T>) -> (T, Duration) {
    let begun = Instant::now();
    let ended = tokio::time::timeout(bound, act).await;
    let took = begun.elapsed();
    (
        ended.unwrap_or_else(|_| panic!("{what}: not ended after {took:?}")),
        took,
    )
}

/// Nobody to ask which card is meant.
pub(crate) struct Nobody;

impl CardChoice for Nobody {
    fn choose(&mut self, _offered: &[OfferedCard]) -> impl Future<Output = Option<usize>> + Send {
        std::future::ready(None)
    }
}

/// The instant of the run: certificates are issued so that they are good on this day.
#[expect(
    clippy::disallowed_methods,
    reason = "the program under test uses the system's clock as well"
)]
fn now() -> time::OffsetDateTime {
    time::OffsetDateTime::now_utc()
}

/// How long the stage may take.
pub(crate) const SOON: Duration = Duration::from_secs(20);
