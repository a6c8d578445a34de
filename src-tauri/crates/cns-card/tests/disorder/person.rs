//! A person with a card, who does what the events say; and what must be true after each of them.

use crate::bench::{ST2021, classic_with, person, personality, wait};
use crate::events::{Event, Secret};
use crate::memory::Typed;
use crate::padded::{Keys, Pad};
use crate::watched::Watch;
use cns_card::{
    Card, CardError, CardPin, CardProfiles, CardPuk, NewPin, Patience, PinFacts, SignatureScheme, Unblocked,
    UnlockedCard,
};
use cns_iso7816::{Channel, ChannelError};
use cns_virtual_card::{EXAMPLE_PUK, Fault, VirtualCard, VirtualCardHandle};
use std::future::Future;
use std::time::Duration;

pub(crate) struct Person<'typed> {
    typed: &'typed Typed,
    /// From which the digits of the next typing follow.
    number: u64,
    /// From which those of the card's PIN follow, as far as the person knows.
    right: u64,
    slot: VirtualCardHandle,
    profiles: CardProfiles,
    open: Option<Open>,
    unlocked: Option<UnlockedCard>,
    pins_typed: u64,
    puks_typed: u64,
}

/// A card that the driver has in hand.
struct Open {
    card: Card,
    watch: Watch,
    pad: Pad,
}

impl<'typed> Person<'typed> {
    pub(crate) fn new(seed: u64, typed: &'typed Typed) -> Self {
        let number = seed;
        let kinds = [ST2021, "classic-cardos", "idemia-2021", "ace2025"];
        let kind = kinds[usize::try_from(seed % 4).unwrap()];
        let rules = r#"
            tries_may_be_asked = true
            unblock = { forms = ["with_new_pin", "after_puk"] }
        "#;
        let profiles = if kind == ST2021 {
            classic_with(rules)
        } else {
            CardProfiles::built_in()
        };
        let card =
            VirtualCard::new(personality(kind), person("citizen-good"), &typed.digits(number)).unwrap();
        Self {
            typed,
            number,
            right: number,
            slot: VirtualCardHandle::inserted(card),
            profiles,
            open: None,
            unlocked: None,
            pins_typed: 0,
            puks_typed: 0,
        }
    }

    pub(crate) fn does(&mut self, event: &Event) {
        match event {
            Event::Read => self.without_pin(|card| wait(card.read()).map(drop)),
            Event::Ask => self.without_pin(|card| wait(card.ask_tries_left()).map(drop)),
            Event::Unlock { right } => {
                let pin = self.pin(*right);
                self.unlocked = None;
                let outcome = wait(self.open().card.unlock(pin));
                check(&outcome);
                self.unlocked = outcome.ok();
            }
            Event::Sign => {
                if let Some(unlocked) = &self.unlocked {
                    check(&unlocked.sign(SignatureScheme::PssSha256, b"a message"));
                }
            }
            Event::Lock => self.unlocked = None,
            Event::Change { right } => {
                let old = self.pin(*right);
                let new = self.new_pin();
                self.unlocked = None;
                let outcome = wait(self.open().card.change_pin(old, new));
                check(&outcome);
                if outcome.is_ok() {
                    self.right = self.number;
                }
            }
            Event::Unblock { right } => {
                let puk = self.puk(*right);
                let new = self.new_pin();
                self.unlocked = None;
                let outcome = wait(self.open().card.unblock_pin(puk, new));
                check(&outcome);
                if outcome == Ok(Unblocked::NewPin) {
                    self.right = self.number;
                }
            }
            Event::UnlockOnPad { typed } => {
                self.pins_typed += 1;
                self.unlocked = None;
                let open = self.open();
                open.pad.somebody(keys(*typed));
                let outcome = wait(open.card.unlock_on_pad(true));
                check(&outcome);
                self.unlocked = outcome.ok();
            }
            Event::ChangeOnPad { typed } => {
                self.pins_typed += 1;
                self.unlocked = None;
                let open = self.open();
                open.pad.somebody(keys(*typed));
                check(&wait(open.card.change_pin_on_pad(true)));
            }
            Event::GiveUp { what, turns } => self.gives_up(*what, *turns),
            Event::ReadAllTheSame => check(&wait(self.open().card.ask_tries_left())),
            Event::Remove => self.slot.remove(),
            Event::Insert => {
                self.slot.insert();
                // What was open leads to the card as it was before.
                self.lets_go();
            }
            Event::ResetByAnother => self.slot.reset(),
            Event::Fault { at, kind } => self.slot.set_faults([Fault {
                at: *at,
                kind: kind.clone(),
            }]),
            Event::Hold { what } => {
                self.unlocked = None;
                self.settle();
                self.open().watch.hold();
                self.asks_for(*what, usize::MAX);
                self.open().watch.go_on();
            }
            Event::LetGo => self.lets_go(),
            Event::OpenAnew => {
                self.lets_go();
                self.open();
            }
        }
        self.settle();
        self.compares_no_more_than_was_typed();
    }

    /// Takes the card and goes home.
    pub(crate) fn goes(mut self) {
        self.lets_go();
        self.slot.set_faults([]);
        self.compares_no_more_than_was_typed();
        self.slot.remove();
        self.slot.insert();
        let next = Card::open(Box::new(self.slot.channel()));
        wait(next.read()).unwrap();
    }

    fn without_pin(&mut self, act: impl FnOnce(&Card) -> Result<(), CardError>) {
        self.unlocked = None;
        let outcome = act(&self.open().card);
        check(&outcome);
    }

    fn gives_up(&mut self, what: Secret, turns: usize) {
        self.unlocked = None;
        self.asks_for(what, turns);
    }

    /// Types, and waits for so many turns of the runtime.
    fn asks_for(&mut self, what: Secret, turns: usize) {
        match what {
            Secret::Pin => {
                let pin = self.pin(true);
                wait(for_some_turns(self.open().card.unlock(pin), turns));
            }
            Secret::OldAndNewPin => {
                let (old, new) = (self.pin(true), self.new_pin());
                wait(for_some_turns(self.open().card.change_pin(old, new), turns));
            }
            Secret::Puk => {
                let (puk, new) = (self.puk(true), self.new_pin());
                wait(for_some_turns(self.open().card.unblock_pin(puk, new), turns));
            }
        }
    }

    /// The thread has finished what it was doing; then the card must not be left with a PIN verified.
    fn settle(&mut self) {
        let Some(open) = self.open.as_ref().filter(|_| self.unlocked.is_none()) else {
            return;
        };
        while let Err(error) = wait(open.card.glimpse()) {
            let still = CardError::Channel(ChannelError::Silent);
            let busy = CardError::Channel(ChannelError::Busy);
            assert!(error == still || error == busy, "{error}");
        }
        assert!(
            !self.slot.with_card(|card| card.is_pin_verified()),
            "the card was not released"
        );
    }

    fn compares_no_more_than_was_typed(&self) {
        self.slot.with_card(|card| {
            assert!(
                card.pin_comparisons() <= self.pins_typed,
                "a PIN was compared that nobody typed"
            );
            assert!(
                card.puk_comparisons() <= self.puks_typed,
                "a PUK was compared that nobody typed"
            );
            assert_eq!(card.signature_pin_comparisons(), 0);
        });
    }

    /// The driver ends, and with it every copy of what was typed.
    fn lets_go(&mut self) {
        self.unlocked = None;
        let Some(open) = self.open.take() else { return };
        drop(open.card);
        open.watch.wait_until_closed();
        assert!(
            !self.slot.with_card(|card| card.is_pin_verified()),
            "the card was not released"
        );
    }

    fn open(&mut self) -> &Open {
        let (slot, profiles) = (&self.slot, &self.profiles);
        self.open.get_or_insert_with(|| {
            let (watch, pad) = (Watch::default(), Pad::default());
            let channel: Box<dyn Channel> = Box::new(slot.channel());
            let channel = pad.on(watch.on(channel, None));
            Open {
                card: Card::open_patiently(channel, profiles, SHORT),
                watch,
                pad,
            }
        })
    }

    fn pin(&mut self, right: bool) -> CardPin {
        self.pins_typed += 1;
        let number = if right { self.right } else { self.next_number() };
        CardPin::parse(&self.typed.digits(number))
            .unwrap()
            .for_the_last_try()
    }

    fn new_pin(&mut self) -> NewPin {
        let number = self.next_number();
        NewPin::choose(&self.typed.digits(number), &PinFacts::default()).unwrap()
    }

    fn puk(&mut self, right: bool) -> CardPuk {
        self.puks_typed += 1;
        if right {
            self.typed.remember(EXAMPLE_PUK);
            return CardPuk::parse(EXAMPLE_PUK).unwrap().for_the_last_try();
        }
        let number = self.next_number();
        CardPuk::parse(&self.typed.digits(number))
            .unwrap()
            .for_the_last_try()
    }

    fn next_number(&mut self) -> u64 {
        self.number = self.number.wrapping_add(1);
        self.number
    }
}

/// Every end has a name, and none is a panic of the card's thread.
fn check<T>(outcome: &Result<T, CardError>) {
    assert!(!matches!(outcome, Err(CardError::ThreadGone)));
}

fn keys(typed: Option<bool>) -> Keys {
    match typed {
        // What is typed on the pad never comes here; it is not looked for.
        Some(_) => Keys::Type(&["13131313", "24242424"]),
        None => Keys::Answer(0x6401),
    }
}

async fn for_some_turns<T>(act: impl Future<Output = Result<T, CardError>>, turns: usize) {
    let walking_away = async {
        for _ in 0..turns {
            tokio::task::yield_now().await;
        }
    };
    tokio::select! {
        biased;
        outcome = act => check(&outcome),
        () = walking_away => {}
    }
}

const SHORT: Patience = Patience {
    begin: Duration::from_millis(80),
    answer: Duration::from_millis(80),
    act: Duration::from_secs(60),
    pad: Duration::from_millis(80),
    idle: Duration::from_secs(60),
};
