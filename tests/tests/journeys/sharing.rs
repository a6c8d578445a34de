//! Another program at the card: its likely name is told within a bound, and what hung on it does no harm later.

use crate::desk::{Desk, Nobody, card, within};
use cns_iso7816::{Channel, Ending};
use cns_login::{Language, ProblemCode, Readers};
use cns_reader::PcscChannel;
use journeys::cns::{cns, run};
use journeys::lanes::in_lanes;
use journeys::place::Place;
use journeys::process::Process;
use journeys::stack::Stack;
use std::process::Command;
use std::sync::mpsc;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

#[test]
fn a_card_that_another_program_holds_is_named_with_it_and_works_when_it_lets_go() {
    let test = "sharing::a_card_that_another_program_holds_is_named_with_it_and_works_when_it_lets_go";
    in_lanes(
        test,
        &["before it is opened", "after it is opened", "from the terminal"],
        |lane, stack| {
            Desk::tell(stack, async |desk| {
                let card = card("classic-st2021", "citizen-good");
                let _plug = desk.insert(&card, 0).await;
                let place = Place::new();
                let _gnupg = namesake(&place, "scdaemon");
                let compared = || card.with_card(|card| (card.pin_comparisons(), card.tries_left()));
                match lane {
                    "before it is opened" => {
                        let holder = Holder::holds();
                        for _ in 0..2 {
                            let (read, _) = within(QUICKLY, lane, desk.read(&mut Nobody)).await;
                            let problem = read.expect_err(lane);
                            assert_eq!(problem.code, ProblemCode::CardBusy);
                            assert_eq!(problem.fact("owner"), Some(OWNER));
                            for language in [Language::It, Language::En] {
                                let text =
                                    format!("{} {}", problem.meaning(language), problem.next(language));
                                assert!(text.contains(OWNER), "{text}");
                            }
                        }
                        drop(holder);
                    }
                    "after it is opened" => {
                        let found = desk.read(&mut Nobody).await.expect("a card");
                        let holder = Holder::holds();
                        // The PIN is typed; nobody may have it compared when the person has been told that it was not.
                        let (signed, _) = within(AFTER_WAITING, lane, desk.sign(&found)).await;
                        assert_eq!(signed.expect_err(lane).code, ProblemCode::CardBusy);
                        drop(holder);
                        // What was asked next comes after what hung.
                        found.card.read().await.expect("the card");
                        assert_eq!(compared(), (0, 3));
                    }
                    _ => {
                        let holder = Holder::holds();
                        let begun = Instant::now();
                        let ended = run(&mut terminal(&place, &["card"]), "");
                        assert_eq!(ended.problem(), "card_busy");
                        let next = ended.json()["problem"]["next"].to_string();
                        assert!(next.contains(OWNER), "{next}");
                        assert!(begun.elapsed() < QUICKLY);
                        // One that lets go in time is waited for.
                        let lets_go = holder.lets_go_after(Duration::from_secs(1));
                        run(&mut terminal(&place, &["card"]), "").done();
                        lets_go.join().expect("no panic");
                    }
                }
                desk.act().await.expect("everything works");
                assert_eq!(compared(), (1, 3));
                assert_eq!(desk.cards.readers().likely_owner().as_deref(), Some(OWNER));
            });
        },
    );
}

/// Another program, in a transaction with the card in the first reader until this is dropped.
struct Holder {
    let_go: mpsc::Sender<()>,
    thread: Option<JoinHandle<()>>,
}

impl Holder {
    fn holds() -> Self {
        let (let_go, asked) = mpsc::channel::<()>();
        let (holding, holds) = mpsc::channel();
        let thread = thread::spawn(move || {
            let mut card = PcscChannel::connect(Stack::READER).expect("the card");
            let held = card.transaction(Ending::Leave, &mut |_| {
                holding.send(()).unwrap();
                let _asked = asked.recv();
            });
            held.expect("a transaction");
        });
        holds.recv().expect("the other program");
        Self {
            let_go,
            thread: Some(thread),
        }
    }

    fn lets_go_after(self, pause: Duration) -> JoinHandle<()> {
        thread::spawn(move || {
            thread::sleep(pause);
            drop(self);
        })
    }
}

impl Drop for Holder {
    fn drop(&mut self) {
        let _gone = self.let_go.send(());
        if let Some(thread) = self.thread.take() {
            thread.join().expect("no panic");
        }
    }
}

/// A program that has another one's name and does nothing.
fn namesake(place: &Place, name: &str) -> Process {
    let program = place.file(name);
    std::fs::copy("/bin/sleep", &program).expect("a program that does nothing");
    Process::start(place.command(&program).arg("600"))
}

/// A `cns` command that finds the service of this process.
fn terminal(place: &Place, words: &[&str]) -> Command {
    let mut command = cns(place, words);
    let socket = std::env::var_os("PCSCLITE_CSOCK_NAME").expect("the place of the service");
    command.env("PCSCLITE_CSOCK_NAME", socket);
    command
}

const OWNER: &str = "GnuPG (scdaemon)";
/// How long a card that cannot be opened may keep a person waiting.
const QUICKLY: Duration = Duration::from_secs(6);
/// A card that has been opened is waited for longer: another act of ours may be at it.
const AFTER_WAITING: Duration = Duration::from_secs(14);
