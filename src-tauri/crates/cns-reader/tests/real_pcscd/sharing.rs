//! Other programs at the same card.

use crate::send;
use crate::stage::{InsertedCard, Pcscd, READERS, Waiting, echo, play, until};
use cns_iso7816::{Channel, ChannelError, Ending};
use cns_login::{CardPresence, Problem, ProblemCode, Readers};
use cns_reader::{PcscChannel, PcscReaders, likely_owner};
use std::ffi::CString;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// How another program holds the card.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Hold {
    /// It connected for itself alone.
    Exclusive,
    /// It is in a transaction.
    Transaction,
}

/// Another program that holds the card until this is dropped.
struct Holder {
    let_go: mpsc::Sender<()>,
    thread: Option<JoinHandle<()>>,
}

impl Holder {
    fn holds(hold: Hold) -> Self {
        let (let_go, asked) = mpsc::channel::<()>();
        let (holding, held) = mpsc::channel();
        let thread = std::thread::spawn(move || {
            let context = pcsc::Context::establish(pcsc::Scope::User).unwrap();
            let reader = CString::new(READERS[0]).unwrap();
            let mode = match hold {
                Hold::Exclusive => pcsc::ShareMode::Exclusive,
                Hold::Transaction => pcsc::ShareMode::Shared,
            };
            let mut card = context.connect(&reader, mode, pcsc::Protocols::ANY).unwrap();
            {
                let _transaction = (hold == Hold::Transaction).then(|| card.transaction().unwrap());
                holding.send(()).unwrap();
                let _ = asked.recv();
            }
            // The service may be gone by then.
            drop(card.disconnect(pcsc::Disposition::LeaveCard));
        });
        held.recv().unwrap();
        Self {
            let_go,
            thread: Some(thread),
        }
    }

    /// Lets go after a while.
    fn lets_go_after(self, pause: Duration) -> JoinHandle<()> {
        std::thread::spawn(move || {
            std::thread::sleep(pause);
            drop(self);
        })
    }
}

impl Drop for Holder {
    fn drop(&mut self) {
        let _ = self.let_go.send(());
        if let Some(thread) = self.thread.take() {
            thread.join().unwrap();
        }
    }
}

/// A program that runs under the name of another, and does nothing.
struct Namesake(Child);

impl Namesake {
    fn of(folder: &std::path::Path, name: &str) -> Self {
        let program = folder.join(name);
        std::fs::copy("/bin/sleep", &program).unwrap();
        let mut child = Command::new(&program)
            .arg("600")
            .stdin(Stdio::null())
            .spawn()
            .unwrap();
        let comm = format!("/proc/{}/comm", child.id());
        // The name changes when the new program has been loaded.
        while std::fs::read_to_string(&comm).unwrap().trim() != name {
            assert!(child.try_wait().unwrap().is_none());
            std::thread::yield_now();
        }
        Self(child)
    }
}

impl Drop for Namesake {
    fn drop(&mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

fn fact<'a>(problem: &'a Problem, name: &str) -> Option<&'a str> {
    let found = problem.facts.iter().find(|(fact, _)| *fact == name);
    found.map(|(_, value)| value.as_str())
}

async fn card_in(pcscd: &Pcscd, readers: &PcscReaders) -> InsertedCard {
    let mut watch = readers.watch();
    until(&mut watch, |now| now.slots.len() == 2).await;
    let card = InsertedCard::insert(pcscd.port(0), echo);
    until(&mut watch, |now| now.slots[0].card == CardPresence::Present).await;
    card
}

#[test]
fn a_card_that_is_never_let_go_is_a_named_problem_within_its_bound() {
    play(
        "sharing::a_card_that_is_never_let_go_is_a_named_problem_within_its_bound",
        async |folder| {
            let pcscd = Pcscd::start(&folder);
            let readers = PcscReaders::start();
            let inserted = card_in(&pcscd, &readers).await;
            let _gnupg = Namesake::of(&folder, "scdaemon");
            for hold in [Hold::Exclusive, Hold::Transaction] {
                let holder = Holder::holds(hold);
                let before = inserted.resets();
                let begun = Instant::now();
                let problem = readers.open(READERS[0]).await.err().unwrap();
                let took = begun.elapsed();
                assert_eq!(problem.code, ProblemCode::CardBusy, "{hold:?}");
                assert_eq!(fact(&problem, "owner"), Some("GnuPG (scdaemon)"), "{hold:?}");
                assert!(took < Duration::from_secs(5), "{hold:?}: {took:?}");
                println!("{hold:?}: named after {took:?}");
                // Whatever still hangs on the card gets through now, and must leave it as it was.
                drop(holder);
                let begun = Instant::now();
                let mut card = readers.open(READERS[0]).await.unwrap();
                let took = begun.elapsed();
                assert!(took < Duration::from_secs(2), "{hold:?}: {took:?}");
                assert_eq!(
                    send(&mut *card, Ending::Leave, &[0, 1, 2, 3]).unwrap(),
                    [0, 1, 2, 3, 0x90, 0]
                );
                assert_eq!(inserted.resets(), before, "{hold:?}");
            }
            assert_eq!(likely_owner(), readers.likely_owner());
        },
    );
}

#[test]
fn a_card_that_is_let_go_in_time_is_opened() {
    play(
        "sharing::a_card_that_is_let_go_in_time_is_opened",
        async |folder| {
            let pcscd = Pcscd::start(&folder);
            let readers = PcscReaders::start();
            let _inserted = card_in(&pcscd, &readers).await;
            for hold in [Hold::Exclusive, Hold::Transaction] {
                let lets_go = Holder::holds(hold).lets_go_after(Duration::from_millis(1200));
                let begun = Instant::now();
                let mut card = readers.open(READERS[0]).await.unwrap();
                println!("{hold:?}: opened after {:?}", begun.elapsed());
                send(&mut *card, Ending::Leave, &[0, 1, 2, 3]).unwrap();
                lets_go.join().unwrap();
            }
        },
    );
}

#[test]
fn an_act_waits_for_the_transaction_of_another_program_and_then_happens_once() {
    play(
        "sharing::an_act_waits_for_the_transaction_of_another_program_and_then_happens_once",
        async |folder| {
            let pcscd = Pcscd::start(&folder);
            let readers = PcscReaders::start();
            let inserted = card_in(&pcscd, &readers).await;
            let mut card = readers.open(READERS[0]).await.unwrap();
            let before = inserted.resets();
            let holder = Holder::holds(Hold::Transaction);
            let waiting = Waiting::on(move || {
                let mut times = 0;
                let ended = card.transaction(Ending::Reset, &mut |exchange| {
                    times += 1;
                    exchange.exchange(&[0, 1, 2, 3]).unwrap();
                });
                (ended, times)
            });
            assert!(waiting.for_another(Duration::from_millis(700)).is_none());
            assert_eq!(inserted.commands(), 0);
            drop(holder);
            assert_eq!(waiting.end(), (Ok(()), 1));
            assert_eq!((inserted.commands(), inserted.resets()), (1, before + 1));
        },
    );
}

#[test]
fn an_act_that_waits_while_the_card_is_pulled_or_the_service_dies_ends() {
    play(
        "sharing::an_act_that_waits_while_the_card_is_pulled_or_the_service_dies_ends",
        async |folder| {
            let pcscd = Pcscd::start(&folder);
            let readers = PcscReaders::start();
            let inserted = card_in(&pcscd, &readers).await;
            let mut card = readers.open(READERS[0]).await.unwrap();
            let holder = Holder::holds(Hold::Transaction);
            let waiting = Waiting::on(move || {
                let mut times = 0;
                let ended = card.transaction(Ending::Reset, &mut |_| times += 1);
                (ended, times)
            });
            assert!(waiting.for_another(Duration::from_millis(300)).is_none());
            drop(inserted);
            let (ended, times) = waiting.end();
            assert_eq!((ended, times), (Err(ChannelError::Removed), 0));
            drop(holder);

            let mut watch = readers.watch();
            until(&mut watch, |now| now.slots[0].card == CardPresence::Absent).await;
            let _inserted = InsertedCard::insert(pcscd.port(0), echo);
            until(&mut watch, |now| now.slots[0].card == CardPresence::Present).await;
            let mut card = readers.open(READERS[0]).await.unwrap();
            let _holder = Holder::holds(Hold::Transaction);
            let waiting = Waiting::on(move || {
                let mut times = 0;
                let ended = card.transaction(Ending::Reset, &mut |_| times += 1);
                (ended, times)
            });
            assert!(waiting.for_another(Duration::from_millis(300)).is_none());
            pcscd.crash();
            assert_eq!(waiting.end(), (Err(cns_iso7816::ChannelError::ServiceGone), 0));
        },
    );
}

#[test]
fn looking_at_a_card_costs_other_programs_nothing() {
    play(
        "sharing::looking_at_a_card_costs_other_programs_nothing",
        async |folder| {
            let pcscd = Pcscd::start(&folder);
            let readers = PcscReaders::start();
            let inserted = card_in(&pcscd, &readers).await;
            // Both of the other's connections see what happens to the card.
            let mut other = PcscChannel::connect(READERS[0]).unwrap();
            send(&mut other, Ending::Leave, &[0, 1, 2, 3]).unwrap();
            let before = inserted.resets();
            let mut card = readers.open(READERS[0]).await.unwrap();
            send(&mut *card, Ending::Leave, &[0, 1, 2, 3]).unwrap();
            drop(card);
            drop(readers.open(READERS[0]).await.unwrap());
            assert_eq!(inserted.resets(), before);
            send(&mut other, Ending::Leave, &[0, 1, 2, 3]).unwrap();
            // An act that may have verified a PIN ends with a reset, also when it ends by a fault of ours.
            let mut card = PcscChannel::connect(READERS[0]).unwrap();
            let fault = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
                let _ = card.transaction(Ending::Reset, &mut |_| panic!("a fault of ours"));
            }));
            assert!(fault.is_err());
            drop(card);
            assert_eq!(inserted.resets(), before + 1);
        },
    );
}
