//! What can go wrong at a reader, at every single command, through the real service and in one process that lives on.
//!
//! Each time the story ends in a named problem within its bound, no try of the PIN is lost that nobody typed, and the
//! next time the same program reads the card, has it compare the PIN and sign.

use crate::desk::{Desk, SOON, card, within};
use crate::errand::Errand;
use cns_login::{CardPresence, Problem, ProblemCode};
use cns_virtual_card::vpcd::Plug;
use cns_virtual_card::{EXAMPLE_PIN, Fault, VirtualCardHandle};
use journeys::aloud;
use journeys::lanes::in_lanes;
use journeys::stack::Stack;
use std::time::Duration;

#[test]
fn every_fault_at_every_command_is_named_and_the_next_insertion_works() {
    let test = "faults::every_fault_at_every_command_is_named_and_the_next_insertion_works";
    walk_through(test, &LOGINS, 120);
}

#[test]
fn every_fault_while_a_pin_is_replaced_is_named_and_the_next_try_works() {
    let test = "faults::every_fault_while_a_pin_is_replaced_is_named_and_the_next_try_works";
    walk_through(test, &CARE, 200);
}

/// Lets what a lane says go wrong, all lanes at once, and counts.
fn walk_through(test: &str, lanes: &[&str], at_least: u32) {
    let told = in_lanes(test, lanes, |lane, stack| {
        let mut words = lane.splitn(3, ' ');
        let (Some(kind), Some(errand), Some(trouble)) = (words.next(), words.next(), words.next()) else {
            panic!("{lane}: a kind of card, an errand and a trouble");
        };
        Desk::tell(stack, async |desk| {
            let mut trial = Trial::of(desk, kind, Errand::named(errand)).await;
            let faults = match trouble {
                "removal" => trial.removal_at_every_command().await,
                "crash" => trial.service_gone_at_every_command(Stack::stop).await,
                "end" => trial.service_gone_at_every_command(Stack::end).await,
                "pauses" => trial.pause_at_every_command().await,
                "silence" => trial.pause_at_every_command().await + trial.silence().await,
                "silence until pulled" => trial.silence_until_pulled().await,
                "answers" => {
                    let mut faults = 0;
                    for answer in ANSWERS {
                        faults += trial.answer_at_every_command(answer).await;
                    }
                    faults
                }
                answer => trial.answer_at_every_command(answer).await,
            };
            let (whole, slowest) = (trial.whole, trial.slowest);
            aloud::say(&format!(
                "{COUNTED}{faults} faults: {lane}; {whole} commands, the slowest end after {slowest:.1?}"
            ));
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
    aloud::say(&format!(
        "walked {sum} faults through pcscd, {} at a time: {}",
        lanes.len(),
        test.rsplit("::").next().unwrap_or(test).replace('_', " ")
    ));
    assert!(counted.len() == lanes.len() && sum >= at_least, "{counted:?}");
}

/// A card, and what it goes through.
struct Trial {
    desk: Desk,
    card: VirtualCardHandle,
    plug: Option<Plug>,
    errand: Errand,
    /// The PIN, as its person remembers it.
    pin: &'static str,
    /// Whether the card may have another one, for nobody heard what became of it.
    is_unsure: bool,
    /// Commands of the errand, when nothing goes wrong.
    whole: u64,
    /// The longest that a person had to wait.
    slowest: Duration,
}

impl Trial {
    async fn of(desk: Desk, kind: &str, errand: Errand) -> Self {
        let mut trial = Self {
            desk,
            card: card(kind, "citizen-good"),
            plug: None,
            errand,
            pin: EXAMPLE_PIN,
            is_unsure: false,
            whole: 0,
            slowest: Duration::ZERO,
        };
        trial.insert().await;
        // What the first reading teaches about the kind of card spares commands in those that follow.
        trial.works().await;
        trial.works().await;
        trial.whole = trial.card.apdus();
        assert!((6..40).contains(&trial.whole), "{} commands", trial.whole);
        trial
    }

    async fn insert(&mut self) {
        self.plug = None;
        self.plug = Some(self.desk.insert(&self.card, 0).await);
    }

    /// Does the errand, which must end within `bound`, cost one comparison at most, and no try.
    async fn act_within(&mut self, bound: Duration, what: &str) -> Result<(), Problem> {
        let compared = self.compared();
        let errand = self.errand.done_at(&self.desk, self.pin);
        let (ended, took) = within(bound, what, errand).await;
        self.ended(&ended, took, compared, what);
        ended
    }

    /// What must be true, however it ended.
    fn ended(&mut self, ended: &Result<(), Problem>, took: Duration, compared: (u64, u64), what: &str) {
        self.slowest = self.slowest.max(took);
        let (pin, puk) = self.errand.typed();
        let now = self.compared();
        assert!(
            now.0 <= compared.0 + pin && now.1 <= compared.1 + puk,
            "{what}: one typing is one comparison"
        );
        let (tries, others) = self.card.with_card(|card| {
            let others = (card.puk_tries_left(), card.signature_pin_comparisons());
            (card.tries_left(), others)
        });
        assert_eq!(others, (10, 0), "{what}");
        // Whoever does not know which PIN the card has can type the wrong one, once.
        let may_be_wrong = u8::from(self.is_unsure);
        assert!(
            tries + may_be_wrong >= 3,
            "{what}: {tries} tries left that nobody spent"
        );
        if ended.is_ok() {
            self.pin = self.errand.pin_after(self.pin);
        }
        self.is_unsure = ended.is_err() && self.errand == Errand::Change;
    }

    /// Comparisons of the PIN and of the PUK.
    fn compared(&self) -> (u64, u64) {
        self.card
            .with_card(|card| (card.pin_comparisons(), card.puk_comparisons()))
    }

    /// Lets something go wrong from the next command on.
    fn set(&self, what: &str) {
        self.card.set_faults([Fault::parse(what).expect("a fault")]);
    }

    /// Nothing goes wrong, and everything works.
    async fn works(&mut self) {
        self.card.set_faults([]);
        self.card.reset_count();
        let was_unsure = self.is_unsure;
        let ended = self.act_within(SOON, "nothing wrong").await;
        match ended {
            // The card took the new PIN before something went wrong.
            Err(problem) if was_unsure && problem.code == ProblemCode::PinWrong => {
                self.pin = self.errand.pin_after(self.pin);
                self.is_unsure = false;
                let ended = self.act_within(SOON, "nothing wrong, with the new PIN").await;
                ended.expect("everything works with the new PIN");
            }
            ended => ended.expect("everything works"),
        }
        let tries = self.card.with_card(|card| card.tries_left());
        assert_eq!(tries, 3, "everything works");
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
            let errand = self.errand.done_at(&self.desk, self.pin);
            let mut acting = Box::pin(within(QUICKLY, &what, errand));
            tokio::select! {
                ended = &mut acting => panic!("{what}: {:?}", ended.0),
                () = asked => {}
            }
            go(&mut self.desk.stack());
            let (ended, took) = acting.as_mut().await;
            drop(acting);
            self.ended(&ended, took, compared, &what);
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

    /// The card says nothing for a while at each command, which is no fault.
    async fn pause_at_every_command(&mut self) -> u32 {
        let mut faults = 0;
        for moment in 0..self.whole {
            let what = format!("{moment} silence 300");
            self.set(&what);
            self.act_within(QUICKLY, &what).await.expect(&what);
            faults += 1;
        }
        faults
    }

    /// The card says nothing for half a minute as it is asked for the PIN, which it has compared before it falls silent.
    async fn silence(&mut self) -> u32 {
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
        1
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

/// A kind of card, what a person does with it, and what befalls it.
const LOGINS: [&str; 15] = [
    "classic-st2021 login status 6F00",
    "classic-st2021 login truncated 1",
    "classic-st2021 login garbage 00",
    "classic-st2021 login garbage AAAAAAAAAA6A82",
    "classic-st2021 login removal",
    "classic-st2021 login crash",
    "classic-st2021 login end",
    "classic-st2021 login silence",
    "idemia-2021 login status 6F00",
    "idemia-2021 login truncated 1",
    "idemia-2021 login garbage 00",
    "idemia-2021 login garbage AAAAAAAAAA6A82",
    "idemia-2021 login removal",
    "idemia-2021 login crash",
    "idemia-2021 login silence until pulled",
];
const CARE: [&str; 16] = [
    "classic-st2021 change answers",
    "classic-st2021 change removal",
    "classic-st2021 change crash",
    "classic-st2021 change pauses",
    "classic-st2021 unblock answers",
    "classic-st2021 unblock removal",
    "classic-st2021 unblock crash",
    "classic-st2021 unblock pauses",
    "idemia-2021 change answers",
    "idemia-2021 change removal",
    "idemia-2021 change crash",
    "idemia-2021 change pauses",
    "idemia-2021 unblock answers",
    "idemia-2021 unblock removal",
    "idemia-2021 unblock crash",
    "idemia-2021 unblock pauses",
];
/// Wrong answers.
const ANSWERS: [&str; 4] = [
    "status 6F00",
    "truncated 1",
    "garbage 00",
    "garbage AAAAAAAAAA6A82",
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
