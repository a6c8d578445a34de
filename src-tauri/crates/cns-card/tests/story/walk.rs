//! Something goes wrong at every APDU of every act with every kind of card: always a named error within its bound,
//! never a try lost that nobody typed, and the next insertion works.

use crate::bench::{FAMILIES, chosen, person, personality, pin, puk, say, slot, wait};
use crate::watched::{Fault, Watch};
use cns_card::{Card, CardError, CardProfiles, Patience, SignatureScheme};
use cns_iso7816::{Channel, ChannelError};
use cns_virtual_card::{
    EXAMPLE_PIN, EXAMPLE_PUK, Fault as SlotFault, FaultKind, Personality, VirtualCardHandle,
};
use std::collections::BTreeSet;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// What a person does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Act {
    Read,
    Pin,
    Sign,
    Change,
    Unblock,
}

const ACTS: [Act; 5] = [Act::Read, Act::Pin, Act::Sign, Act::Change, Act::Unblock];

/// What goes wrong.
#[derive(Clone, Debug)]
enum Trouble {
    /// In the slot.
    Slot(FaultKind),
    /// On the way.
    Way(Fault),
    /// Another program holds the card and does not let go.
    Held,
}

fn troubles() -> Vec<Trouble> {
    let slot = [
        FaultKind::Removal,
        FaultKind::Reset,
        FaultKind::Status(0x6F00),
        FaultKind::Truncated(1),
        FaultKind::Truncated(3),
        FaultKind::Garbage(Vec::new()),
        FaultKind::Garbage(vec![0xDE, 0xAD, 0xBE, 0xEF, 0xC0, 0xFF, 0xEE, 0x90, 0x00]),
        FaultKind::Garbage(vec![0xFF; 300]),
        FaultKind::ServiceGone,
        FaultKind::ReaderGone,
        FaultKind::Busy(1),
    ];
    let way = [
        Fault::RemovedAfter,
        Fault::Transport,
        Fault::HalfTheData,
        Fault::AnswersLate,
        Fault::HeardLate,
    ];
    slot.into_iter()
        .map(Trouble::Slot)
        .chain(way.into_iter().map(Trouble::Way))
        .chain([Trouble::Held])
        .collect()
}

impl Trouble {
    /// Whether the driver's patience is what ends it.
    fn hangs(&self) -> bool {
        matches!(
            self,
            Self::Held | Self::Way(Fault::AnswersLate | Fault::HeardLate)
        )
    }

    /// Short for what it makes hang, and for nothing else: on a busy machine a thread may have to wait for its turn, and
    /// is then not taken for something that hangs elsewhere.
    fn patience(&self) -> Patience {
        match self {
            Self::Held => Patience {
                begin: SHORT,
                ..Patience::ORDINARY
            },
            Self::Way(Fault::AnswersLate | Fault::HeardLate) => Patience {
                answer: SHORT,
                ..Patience::ORDINARY
            },
            Self::Slot(_) | Self::Way(_) => Patience::ORDINARY,
        }
    }

    /// The one way in which an act that meets it can end; `None` when it depends on where it strikes.
    fn end(&self) -> Option<ChannelError> {
        match self {
            Self::Slot(FaultKind::Removal) | Self::Way(Fault::RemovedAfter) => Some(ChannelError::Removed),
            Self::Slot(FaultKind::Reset) => Some(ChannelError::Reset),
            Self::Slot(FaultKind::ServiceGone) => Some(ChannelError::ServiceGone),
            Self::Slot(FaultKind::ReaderGone) => Some(ChannelError::ReaderGone),
            Self::Way(Fault::AnswersLate | Fault::HeardLate) => Some(ChannelError::Silent),
            Self::Held => Some(ChannelError::Busy),
            Self::Slot(_) | Self::Way(_) => None,
        }
    }
}

/// One card of one kind, spoken to until something goes wrong.
struct Walk {
    kind: &'static str,
    slot: VirtualCardHandle,
    card: Card,
    watch: Watch,
}

const NEW: &str = "27183";

/// Shorter than anybody's patience, and longer than a busy machine lets a thread wait for its turn.
const SHORT: Duration = Duration::from_millis(300);

/// No act takes as long. Where a fault makes something hang, its short patience ends long before; anywhere else nobody
/// may wait for an ordinary patience to end, of which this is the shortest.
const BOUND: Duration = Patience::ORDINARY.begin;

impl Walk {
    fn begin(
        kind: &'static str,
        name: &'static str,
        at: usize,
        trouble: Option<&Trouble>,
        reads: bool,
    ) -> Self {
        let slot = slot(personality(kind), person(name));
        let watch = Watch::default();
        let channel: Box<dyn Channel> = Box::new(slot.channel());
        let patience = trouble.map_or(Patience::ORDINARY, Trouble::patience);
        let card = Card::open_patiently(watch.on(channel, None), &CardProfiles::built_in(), patience);
        if reads {
            read_before(&card);
        }
        match trouble {
            Some(Trouble::Slot(kind)) => slot.set_faults([SlotFault {
                at: u64::try_from(at).unwrap(),
                kind: kind.clone(),
            }]),
            Some(Trouble::Held) => watch.hold(),
            Some(Trouble::Way(fault)) => watch.strike(at, *fault),
            None => {}
        }
        Self {
            kind,
            slot,
            card,
            watch,
        }
    }

    fn act(&self, act: Act) -> Result<(), CardError> {
        match act {
            Act::Read => wait(self.card.read()).map(drop),
            Act::Pin => wait(self.card.unlock(pin(EXAMPLE_PIN))).map(drop),
            Act::Sign => {
                let unlocked = wait(self.card.unlock(pin(EXAMPLE_PIN)))?;
                unlocked.sign(SignatureScheme::PssSha256, b"a message")?;
                unlocked.sign(SignatureScheme::Pkcs1Sha256, b"another").map(drop)
            }
            Act::Change => wait(self.card.change_pin(pin(EXAMPLE_PIN), chosen(NEW))),
            Act::Unblock => wait(self.card.unblock_pin(puk(EXAMPLE_PUK), chosen(NEW))).map(drop),
        }
    }

    /// What must be true of any walk, however it ended.
    fn end(self, act: Act, trouble: &Trouble, outcome: &Result<(), CardError>, described: &str) {
        let Self {
            kind,
            slot,
            card,
            watch,
        } = self;
        assert_ne!(
            outcome,
            &Err(CardError::ThreadGone),
            "{described}: the thread panicked"
        );
        match trouble.end() {
            Some(error) => assert_eq!(outcome, &Err(CardError::Channel(error)), "{described}"),
            None => assert!(
                !matches!(outcome, Err(CardError::Channel(ChannelError::Silent))),
                "{described}"
            ),
        }
        let sent = watch.log().commands.len();
        drop(card);
        watch.go_on();
        watch.wait_until_closed();
        if trouble.hangs() {
            assert_eq!(
                watch.log().commands.len(),
                sent,
                "{described}: something was sent for nobody"
            );
        }
        slot.set_faults([]);
        assert_eq!(watch.log().empty_verifies(), 0, "{described}");
        slot.with_card(|card| {
            assert!(!card.is_pin_verified(), "{described}: the card was not released");
            let typed = (
                u64::from(matches!(act, Act::Pin | Act::Sign | Act::Change)),
                u64::from(act == Act::Unblock),
            );
            assert!(
                card.pin_comparisons() <= typed.0,
                "{described}: one typing is one comparison"
            );
            assert!(
                card.puk_comparisons() <= typed.1,
                "{described}: one typing is one comparison"
            );
            assert_eq!(card.signature_pin_comparisons(), 0, "{described}");
            assert_eq!(card.tries_left(), 3, "{described}: a try was lost");
        });

        slot.remove();
        slot.insert();
        let next = Card::open(Box::new(slot.channel()));
        wait(next.read()).unwrap_or_else(|error| panic!("{kind}: the insertion after {described}: {error}"));
        let unlocked = wait(next.unlock(pin(EXAMPLE_PIN)));
        let is_changed = matches!(act, Act::Change | Act::Unblock);
        match unlocked {
            // The card did what it was told, though nobody heard that it did.
            Err(CardError::WrongPin { .. }) if is_changed => drop(wait(next.unlock(pin(NEW))).unwrap()),
            unlocked => drop(unlocked.unwrap_or_else(|error| panic!("{described}: {error}"))),
        }
    }
}

/// Reads, before anything goes wrong. A machine that is too busy for a short patience is asked again.
fn read_before(card: &Card) {
    while let Err(error) = wait(card.read()) {
        let short = [ChannelError::Silent, ChannelError::Busy].map(CardError::Channel);
        assert!(short.contains(&error), "{error}");
    }
}

/// One step of the walk: this act of this card meets this trouble at this APDU.
type Step = (&'static str, &'static str, Act, usize, Trouble);

/// Every step there is.
fn steps() -> Vec<Step> {
    let mut steps = Vec::new();
    for (kind, _, name) in FAMILIES {
        for act in ACTS {
            let reads = act != Act::Read;
            let walk = Walk::begin(kind, name, 0, None, reads);
            let before = walk.watch.log().commands.len();
            match walk.act(act) {
                Ok(()) => {}
                // Some kinds know no form of unblocking; they say so before a PUK is compared.
                Err(CardError::UnblockNotSupported) if personality(kind).unblocking.is_empty() => {}
                Err(error) => panic!("{kind}: {act:?}: {error}"),
            }
            let apdus = walk.watch.log().commands.len() - before;
            assert!(apdus >= 2, "{kind}: {act:?}");
            for trouble in troubles() {
                // Whoever holds the card is met where a transaction begins.
                let places = match trouble {
                    Trouble::Held | Trouble::Slot(FaultKind::Busy(_)) => 1,
                    Trouble::Slot(_) | Trouble::Way(_) => apdus,
                };
                steps.extend((0..places).map(|at| (kind, name, act, at, trouble.clone())));
            }
        }
    }
    steps
}

#[test]
fn goes_through_every_family_of_the_table_and_every_kind_of_cns() {
    let built_in = CardProfiles::built_in();
    let families: BTreeSet<&str> = built_in.names().into_iter().collect();
    assert_eq!(families, FAMILIES.iter().map(|(_, family, _)| *family).collect());
    let kinds: BTreeSet<String> = Personality::all_cns()
        .unwrap()
        .into_iter()
        .map(|kind| kind.name)
        .collect();
    assert_eq!(
        kinds,
        FAMILIES.iter().map(|(kind, ..)| (*kind).to_owned()).collect()
    );
}

#[test]
fn ends_in_a_named_error_at_every_step_and_the_next_insertion_works() {
    let steps = steps();
    let next = AtomicUsize::new(0);
    let slowest = Mutex::new(Duration::ZERO);
    // Most of these wait for patience to end: many more of them than processors can wait at once.
    std::thread::scope(|scope| {
        for _ in 0..WALKERS {
            scope.spawn(|| {
                while let Some((kind, name, act, at, trouble)) =
                    steps.get(next.fetch_add(1, Ordering::SeqCst))
                {
                    let described = format!("{kind}: {act:?}, {trouble:?} at {at}");
                    let walk = Walk::begin(kind, name, *at, Some(trouble), *act != Act::Read);
                    let begun = Instant::now();
                    let outcome = walk.act(*act);
                    let took = begun.elapsed();
                    assert!(took < BOUND, "{described}: ended after {took:?}");
                    let mut longest = slowest.lock().unwrap();
                    *longest = took.max(*longest);
                    drop(longest);
                    walk.end(*act, trouble, &outcome, &described);
                }
            });
        }
    });
    say(&format!(
        "walked {} faults: {} kinds of card, {} acts, {} troubles, every APDU; the slowest act ended after {:.1?}",
        steps.len(),
        FAMILIES.len(),
        ACTS.len(),
        troubles().len(),
        slowest.lock().unwrap()
    ));
    assert!(steps.len() > 3000, "only {} walks", steps.len());
}

const WALKERS: usize = 24;
