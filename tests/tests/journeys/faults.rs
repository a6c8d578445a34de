//! What can go wrong at a reader, at every single command, through the real service and in one process that lives on.
//!
//! Each time the story ends in a named problem within its bound, no try of the PIN is lost that nobody typed, and the
//! next time the same program reads the card, has it compare the PIN and sign.

use crate::desk::{Desk, SOON, card, within};
use cns_login::{CardPresence, Problem, ProblemCode};
use cns_virtual_card::vpcd::Plug;
use cns_virtual_card::{Fault, VirtualCardHandle};
use journeys::lanes::in_lanes;
use journeys::stack::Stack;
use std::time::Duration;

#[test]
fn every_fault_at_every_command_is_named_and_the_next_insertion_works() {
    let test = "faults::every_fault_at_every_command_is_named_and_the_next_insertion_works";
    let told = in_lanes(test, &LANES, |lane, stack| {
        let (kind, trouble) = lane.split_once(' ').expect("a kind of card and a trouble");
        Desk::tell(stack, async |desk| {
            let mut trial = Trial::of(desk, kind).await;
            let faults = match trouble {
                "removal" => trial.removal_at_every_command().await,
                "crash" => trial.service_gone_at_every_command(Stack::stop).await,
                "end" => trial.service_gone_at_every_command(Stack::end).await,
                "silence" => trial.silence().await,
                "silence until pulled" => trial.silence_until_pulled().await,
                answer => trial.answer_at_every_command(answer).await,
            };
            let (whole, slowest) = (trial.whole, trial.slowest);
            println!(
                "{COUNTED}{faults} faults: {lane}; {whole} commands, the slowest end after {slowest:.1?}"
            );
        });
    });
    let Some(told) = told else { return };
    let counted: Vec<&str> = told
        .iter()
        .flat_map(|lane| lane.lines())
        .filter_map(|line| line.strip_prefix(COUNTED))
        .collect();
    let faults = |line: &&str| line.split(' ').next().and_then(|count| count.parse::<u32>().ok());
    let sum: u32 = counted.iter().filter_map(faults).sum();
    println!("{sum} faults through pcscd:\n  {}", counted.join("\n  "));
    assert!(counted.len() == LANES.len() && sum > 120, "{counted:?}");
}

/// A card, and what it goes through.
struct Trial {
    desk: Desk,
    card: VirtualCardHandle,
    plug: Option<Plug>,
    /// Commands of reading, comparing the PIN and signing, when nothing goes wrong.
    whole: u64,
    /// The longest that a person had to wait.
    slowest: Duration,
}

impl Trial {
    async fn of(desk: Desk, kind: &str) -> Self {
        let mut trial = Self {
            desk,
            card: card(kind, "citizen-good"),
            plug: None,
            whole: 0,
            slowest: Duration::ZERO,
        };
        trial.insert().await;
        // What the first reading teaches about the kind of card spares commands in those that follow.
        trial.works().await;
        trial.works().await;
        trial.whole = trial.card.apdus();
        assert!((8..40).contains(&trial.whole), "{} commands", trial.whole);
        trial
    }

    async fn insert(&mut self) {
        self.plug = None;
        self.plug = Some(self.desk.insert(&self.card, 0).await);
    }

    /// Reads, types the PIN once and signs, which must end within `bound`, cost one comparison at most, and no try.
    async fn act_within(&mut self, bound: Duration, what: &str) -> Result<(), Problem> {
        let compared = self.compared();
        let (ended, took) = within(bound, what, self.desk.act()).await;
        self.slowest = self.slowest.max(took);
        self.nothing_lost(compared, what);
        ended
    }

    fn nothing_lost(&self, compared: u64, what: &str) {
        assert!(
            self.compared() <= compared + 1,
            "{what}: the PIN was compared twice"
        );
        let tries = self
            .card
            .with_card(|card| (card.tries_left(), card.signature_pin_comparisons()));
        assert_eq!(tries, (3, 0), "{what}");
    }

    fn compared(&self) -> u64 {
        self.card.with_card(|card| card.pin_comparisons())
    }

    /// Lets something go wrong from the next command on.
    fn set(&self, what: &str) {
        self.card.set_faults([Fault::parse(what).expect("a fault")]);
    }

    /// Nothing goes wrong, and everything works.
    async fn works(&mut self) {
        self.card.set_faults([]);
        self.card.reset_count();
        self.act_within(SOON, "nothing wrong")
            .await
            .expect("everything works");
    }

    /// A wrong answer. It may concern what a login can do without, or what can be asked in another way.
    async fn answer_at_every_command(&mut self, fault: &str) -> u32 {
        let mut faults = 0;
        for moment in 0..self.whole {
            let what = format!("{moment} {fault}");
            self.set(&what);
            if let Err(problem) = self.act_within(QUICKLY, &what).await {
                let code = problem.code;
                assert!(NAMED_ANSWERS.contains(&code), "{what}: {code:?}");
            }
            self.works().await;
            faults += 1;
        }
        faults
    }

    async fn removal_at_every_command(&mut self) -> u32 {
        let mut faults = 0;
        for moment in 0..self.whole {
            let what = format!("{moment} removal");
            self.set(&what);
            let code = self.act_within(QUICKLY, &what).await.expect_err(&what).code;
            assert!(GONE.contains(&code), "{what}: {code:?}");
            self.desk.until(0, CardPresence::Absent).await;
            self.insert().await;
            self.works().await;
            faults += 1;
        }
        faults
    }

    /// The card is asked and holds its answer back; meanwhile the service goes, and comes back.
    async fn service_gone_at_every_command(&mut self, go: impl Fn(&mut Stack)) -> u32 {
        let mut faults = 0;
        for moment in 0..self.whole {
            let what = format!("{moment} silence 600000");
            self.set(&what);
            self.card.reset_count();
            let compared = self.compared();
            let asked = async {
                while self.card.apdus() <= moment {
                    tokio::time::sleep(Duration::from_millis(2)).await;
                }
            };
            let mut acting = Box::pin(within(QUICKLY, &what, self.desk.act()));
            tokio::select! {
                ended = &mut acting => panic!("{what}: {:?}", ended.0),
                () = asked => {}
            }
            go(&mut self.desk.stack());
            let (ended, took) = acting.as_mut().await;
            drop(acting);
            self.slowest = self.slowest.max(took);
            self.nothing_lost(compared, &what);
            assert_eq!(
                ended.expect_err(&what).code,
                ProblemCode::ServiceNotRunning,
                "{what}"
            );
            self.card.remove();
            self.desk.stack().run(true);
            self.insert().await;
            self.works().await;
            faults += 1;
        }
        faults
    }

    /// The card says nothing for a while at each command, which is no fault, and once for half a minute: as it is
    /// asked for the PIN, which it has compared before it falls silent.
    async fn silence(&mut self) -> u32 {
        let mut faults = 0;
        for moment in 0..self.whole {
            let what = format!("{moment} silence 300");
            self.set(&what);
            self.act_within(QUICKLY, &what).await.expect(&what);
            faults += 1;
        }
        self.works().await;
        let verify = self.card.headers().iter().position(|header| header[1] == VERIFY);
        let what = format!("{} silence 30000", verify.expect("a VERIFY"));
        self.set(&what);
        let code = self.act_within(GIVEN_UP, &what).await.expect_err(&what).code;
        assert_eq!(code, ProblemCode::CardSilent);
        // Nobody waits for the card any more, and it is still not there for anybody.
        let code = self.act_within(QUICKLY, &what).await.expect_err(&what).code;
        assert_eq!(code, ProblemCode::CardBusy);
        while let Err(problem) = self.act_within(QUICKLY, &what).await {
            assert_eq!(problem.code, ProblemCode::CardBusy);
        }
        self.works().await;
        faults + 1
    }

    /// The card never answers again; it is given up, and then pulled.
    async fn silence_until_pulled(&mut self) -> u32 {
        let what = "0 silence 600000";
        self.set(what);
        let code = self.act_within(GIVEN_UP, what).await.expect_err(what).code;
        assert_eq!(code, ProblemCode::CardSilent);
        self.card.remove();
        self.desk.until(0, CardPresence::Absent).await;
        self.insert().await;
        self.works().await;
        1
    }
}

/// A kind of card and what befalls it.
const LANES: [&str; 15] = [
    "classic-st2021 status 6F00",
    "classic-st2021 truncated 1",
    "classic-st2021 garbage 00",
    "classic-st2021 garbage AAAAAAAAAA6A82",
    "classic-st2021 removal",
    "classic-st2021 crash",
    "classic-st2021 end",
    "classic-st2021 silence",
    "idemia-2021 status 6F00",
    "idemia-2021 truncated 1",
    "idemia-2021 garbage 00",
    "idemia-2021 garbage AAAAAAAAAA6A82",
    "idemia-2021 removal",
    "idemia-2021 crash",
    "idemia-2021 silence until pulled",
];
const NAMED_ANSWERS: [ProblemCode; 6] = [
    ProblemCode::CardRefused,
    ProblemCode::CardMalformed,
    ProblemCode::NoCertificate,
    ProblemCode::UnknownCard,
    ProblemCode::ReaderFailed,
    ProblemCode::SignatureMismatch,
];
/// What a pulled card is called: on the way, and when the reader is looked at again.
const GONE: [ProblemCode; 2] = [ProblemCode::CardRemoved, ProblemCode::NoCard];
/// Instruction byte of VERIFY (ISO/IEC 7816-4 §11.5.6).
const VERIFY: u8 = 0x20;
const COUNTED: &str = "counted: ";
/// How long anything may keep a person waiting.
const QUICKLY: Duration = Duration::from_secs(6);
/// A card that says nothing is given up after 20 seconds.
const GIVEN_UP: Duration = Duration::from_secs(25);
