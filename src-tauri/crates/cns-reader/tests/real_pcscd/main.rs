//! Readers and cards through a real pcscd with vpcd's two readers.
//!
//! Needs Debian's pcscd and vsmartcard-vpcd, and `unshare` for a pcscd of our own beside any other.

#![cfg(target_os = "linux")]
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot set its stage must fail"
)]

mod sharing;
mod slots;
mod stage;

use cns_iso7816::{Channel, ChannelError, Ending};
use cns_login::{CardPresence, ProblemCode, Readers};
use cns_reader::{PcscChannel, PcscReaders};
use stage::{InsertedCard, Pcscd, READERS, echo, has_thread, play, slot, until, wake_ups};
use std::time::Duration;
use tokio::time::timeout;

/// Sends one command in one transaction.
fn send(card: &mut dyn Channel, ending: Ending, command: &[u8]) -> Result<Vec<u8>, ChannelError> {
    let mut answer = None;
    card.transaction(ending, &mut |exchange| answer = Some(exchange.exchange(command)))?;
    answer.expect("the act ran")
}

#[test]
fn insertion_and_removal_are_seen_in_each_reader() {
    play("insertion_and_removal_are_seen_in_each_reader", async |folder| {
        let pcscd = Pcscd::start(&folder);
        let readers = PcscReaders::start();
        let mut watch = readers.watch();
        let empty = until(&mut watch, |now| now.slots.len() == 2).await;
        assert!(empty.service_running);
        assert_eq!(
            empty
                .slots
                .iter()
                .map(|slot| slot.reader.as_str())
                .collect::<Vec<_>>(),
            READERS
        );
        assert!(
            empty
                .slots
                .iter()
                .all(|slot| slot.card == CardPresence::Absent && slot.insertion == 0)
        );

        let first = InsertedCard::insert(pcscd.port(0), echo);
        until(&mut watch, |now| {
            now.slots[0].card == CardPresence::Present && now.slots[0].insertion == 1
        })
        .await;
        let second = InsertedCard::insert(pcscd.port(1), echo);
        let both = until(&mut watch, |now| now.slots[1].card == CardPresence::Present).await;
        assert_eq!(slot(&both, READERS[0]).insertion, 1);
        assert_eq!(slot(&both, READERS[1]).insertion, 1);

        drop(first);
        let one = until(&mut watch, |now| now.slots[0].card == CardPresence::Absent).await;
        assert_eq!(slot(&one, READERS[1]).card, CardPresence::Present);
        let _again = InsertedCard::insert(pcscd.port(0), echo);
        let swapped = until(&mut watch, |now| now.slots[0].card == CardPresence::Present).await;
        assert_eq!(slot(&swapped, READERS[0]).insertion, 2);
        assert_eq!(slot(&swapped, READERS[1]).insertion, 1);
        drop(second);
        until(&mut watch, |now| now.slots[1].card == CardPresence::Absent).await;
    });
}

#[test]
fn a_service_that_dies_is_noticed_and_found_again() {
    play("a_service_that_dies_is_noticed_and_found_again", async |folder| {
        let readers = PcscReaders::start();
        let mut watch = readers.watch();
        assert!(!watch.borrow().service_running);

        let pcscd = Pcscd::start_without_readers(&folder);
        let bare = until(&mut watch, |now| now.service_running).await;
        assert_eq!(bare.slots, []);
        pcscd.terminate();
        until(&mut watch, |now| !now.service_running).await;

        let pcscd = Pcscd::start(&folder);
        until(&mut watch, |now| now.slots.len() == 2).await;
        let card = InsertedCard::insert(pcscd.port(0), echo);
        until(&mut watch, |now| now.slots[0].insertion == 1).await;
        pcscd.crash();
        let dead = until(&mut watch, |now| !now.service_running).await;
        assert_eq!(dead.slots, []);
        drop(card);

        let pcscd = Pcscd::start(&folder);
        until(&mut watch, |now| now.slots.len() == 2).await;
        let _card = InsertedCard::insert(pcscd.port(0), echo);
        let back = until(&mut watch, |now| now.slots[0].card == CardPresence::Present).await;
        assert_eq!(slot(&back, READERS[0]).insertion, 2);
        let mut card = readers.open(READERS[0]).await.unwrap();
        assert_eq!(
            send(&mut *card, Ending::Leave, &[0, 1, 2, 3]).unwrap(),
            [0, 1, 2, 3, 0x90, 0]
        );
    });
}

#[test]
fn what_cannot_be_opened_says_why() {
    play("what_cannot_be_opened_says_why", async |folder| {
        let readers = PcscReaders::start();
        let mut watch = readers.watch();
        let problem = readers.open(READERS[0]).await.err().unwrap();
        assert_eq!(problem.code, ProblemCode::ServiceNotRunning);

        let pcscd = Pcscd::start(&folder);
        until(&mut watch, |now| now.slots.len() == 2).await;
        for (reader, code) in [
            ("No such reader", ProblemCode::ReaderNotFound),
            ("Half\0name", ProblemCode::ReaderNotFound),
            (READERS[0], ProblemCode::NoCard),
        ] {
            assert_eq!(readers.open(reader).await.err().unwrap().code, code, "{reader:?}");
        }

        let mute = InsertedCard::insert_mute(pcscd.port(0));
        until(&mut watch, |now| now.slots[0].card == CardPresence::Mute).await;
        assert_eq!(
            readers.open(READERS[0]).await.err().unwrap().code,
            ProblemCode::CardMute
        );
        drop(mute);
        until(&mut watch, |now| now.slots[0].card == CardPresence::Absent).await;

        let _card = InsertedCard::insert(pcscd.port(0), echo);
        until(&mut watch, |now| now.slots[0].card == CardPresence::Present).await;
        let context = pcsc::Context::establish(pcsc::Scope::User).unwrap();
        let name = std::ffi::CString::new(READERS[0]).unwrap();
        let held = context
            .connect(&name, pcsc::ShareMode::Exclusive, pcsc::Protocols::ANY)
            .unwrap();
        assert_eq!(
            readers.open(READERS[0]).await.err().unwrap().code,
            ProblemCode::CardBusy
        );
        drop(held);
        assert!(readers.open(READERS[0]).await.is_ok());
    });
}

#[test]
fn commands_travel_inside_a_transaction_and_its_ending_is_kept() {
    play(
        "commands_travel_inside_a_transaction_and_its_ending_is_kept",
        async |folder| {
            let pcscd = Pcscd::start(&folder);
            let readers = PcscReaders::start();
            let mut watch = readers.watch();
            until(&mut watch, |now| now.slots.len() == 2).await;
            let inserted = InsertedCard::insert(pcscd.port(1), echo);
            until(&mut watch, |now| now.slots[1].card == CardPresence::Present).await;

            let mut card = readers.open(READERS[1]).await.unwrap();
            assert_eq!(card.atr().as_bytes(), [0x3B, 0x80, 0x01, 0x81]);
            let before = inserted.resets();
            // An extended command of 60 000 bytes and its longer answer pass in one piece.
            let mut long = vec![0x00, 0xD6, 0x00, 0x00, 0x00, 0xEA, 0x60];
            long.resize(7 + 60_000, 0x5A);
            assert_eq!(
                send(&mut *card, Ending::Leave, &long).unwrap(),
                echo(&long).unwrap()
            );
            assert_eq!(inserted.resets(), before);
            send(&mut *card, Ending::Reset, &[0, 0x20, 0, 0]).unwrap();
            assert_eq!(inserted.resets(), before + 1);
            send(&mut *card, Ending::Leave, &[0, 0xA4, 0, 0]).unwrap();

            assert!(!began_after_a_reset(&mut *card), "it was our own");

            // Another program that resets the card between two acts costs us nothing, and the driver is told once.
            let mut other = PcscChannel::connect(READERS[1]).unwrap();
            send(&mut other, Ending::Reset, &[0, 0xA4, 0, 0]).unwrap();
            assert_eq!(inserted.resets(), before + 2);
            assert_eq!(
                send(&mut *card, Ending::Leave, &[0, 1, 2, 3]).unwrap(),
                [0, 1, 2, 3, 0x90, 0]
            );
            send(&mut other, Ending::Reset, &[0, 0xA4, 0, 0]).unwrap();
            assert!(began_after_a_reset(&mut *card));
            assert!(!began_after_a_reset(&mut *card));
        },
    );
}

fn began_after_a_reset(channel: &mut dyn Channel) -> bool {
    let mut said = false;
    channel
        .transaction(Ending::Leave, &mut |line| said = line.began_after_a_reset())
        .unwrap();
    said
}

#[test]
fn a_reset_that_fails_at_the_end_is_made_good_at_once() {
    play(
        "a_reset_that_fails_at_the_end_is_made_good_at_once",
        async |folder| {
            let pcscd = Pcscd::start(&folder);
            let readers = PcscReaders::start();
            let mut watch = readers.watch();
            until(&mut watch, |now| now.slots.len() == 2).await;
            let inserted = InsertedCard::insert(pcscd.port(0), echo);
            until(&mut watch, |now| now.slots[0].card == CardPresence::Present).await;
            let mut card = readers.open(READERS[0]).await.unwrap();
            let before = inserted.resets();

            inserted.fail_next_reset();
            assert_eq!(
                send(&mut *card, Ending::Reset, &[0, 0x20, 0, 0]).unwrap(),
                [0, 0x20, 0, 0, 0x90, 0]
            );
            assert_eq!(inserted.resets(), before + 2);
            assert_eq!(
                send(&mut *card, Ending::Leave, &[0, 1, 2, 3]).unwrap(),
                [0, 1, 2, 3, 0x90, 0]
            );
        },
    );
}

#[test]
fn a_card_swapped_behind_a_reset_is_a_card_removed() {
    play(
        "a_card_swapped_behind_a_reset_is_a_card_removed",
        async |folder| {
            let pcscd = Pcscd::start(&folder);
            let readers = PcscReaders::start();
            let mut watch = readers.watch();
            until(&mut watch, |now| now.slots.len() == 2).await;
            let first = InsertedCard::insert(pcscd.port(0), echo);
            until(&mut watch, |now| now.slots[0].insertion == 1).await;
            let mut card = readers.open(READERS[0]).await.unwrap();
            send(&mut *card, Ending::Leave, &[0, 1, 2, 3]).unwrap();

            drop(first);
            until(&mut watch, |now| now.slots[0].card == CardPresence::Absent).await;
            let _second = InsertedCard::insert_another(pcscd.port(0), echo);
            until(&mut watch, |now| now.slots[0].insertion == 2).await;
            // To our connection, the reset by another program hides the removal before it.
            let mut other = PcscChannel::connect(READERS[0]).unwrap();
            send(&mut other, Ending::Reset, &[0, 0xA4, 0, 0]).unwrap();
            for _ in 0..2 {
                assert_eq!(
                    send(&mut *card, Ending::Leave, &[0, 1, 2, 3]),
                    Err(ChannelError::Removed)
                );
            }
            // The card that is in now is as good as any, for whoever opens it.
            send(
                &mut *readers.open(READERS[0]).await.unwrap(),
                Ending::Leave,
                &[0, 1, 2, 3],
            )
            .unwrap();
        },
    );
}

#[test]
fn a_card_pulled_during_a_command_is_a_card_removed() {
    play(
        "a_card_pulled_during_a_command_is_a_card_removed",
        async |folder| {
            let pcscd = Pcscd::start(&folder);
            let readers = PcscReaders::start();
            let mut watch = readers.watch();
            until(&mut watch, |now| now.slots.len() == 2).await;
            let inserted = InsertedCard::insert(pcscd.port(0), |command| {
                (command[1] != 0x2A).then(|| vec![0x90, 0x00])
            });
            until(&mut watch, |now| now.slots[0].card == CardPresence::Present).await;
            let mut card = readers.open(READERS[0]).await.unwrap();
            assert_eq!(
                send(&mut *card, Ending::Leave, &[0, 0xA4, 0, 0]).unwrap(),
                [0x90, 0x00]
            );

            let mut answer = None;
            let ended = card.transaction(Ending::Reset, &mut |exchange| {
                answer = Some(exchange.exchange(&[0, 0x2A, 0x9E, 0x9A]));
            });
            assert_eq!(answer, Some(Err(ChannelError::Removed)));
            assert_eq!(ended, Err(ChannelError::Removed));
            assert_eq!(
                send(&mut *card, Ending::Leave, &[0, 0xA4, 0, 0]),
                Err(ChannelError::Removed)
            );
            drop(inserted);

            until(&mut watch, |now| now.slots[0].card == CardPresence::Absent).await;
            let next = InsertedCard::insert(pcscd.port(0), echo);
            until(&mut watch, |now| now.slots[0].insertion == 2).await;
            // Letting go of the card that was pulled does nothing to the one that took its place.
            drop(card);
            assert_eq!(next.resets(), 0);
            let mut card = readers.open(READERS[0]).await.unwrap();
            assert_eq!(
                send(&mut *card, Ending::Leave, &[0, 1, 2, 3]).unwrap(),
                [0, 1, 2, 3, 0x90, 0]
            );
            pcscd.crash();
            assert_eq!(
                send(&mut *card, Ending::Leave, &[0, 1, 2, 3]),
                Err(ChannelError::ServiceGone)
            );
        },
    );
}

#[test]
fn nothing_wakes_while_nothing_happens() {
    play("nothing_wakes_while_nothing_happens", async |folder| {
        let _pcscd = Pcscd::start(&folder);
        let readers = PcscReaders::start();
        let mut watch = readers.watch();
        until(&mut watch, |now| now.slots.len() == 2).await;
        // The first second is for the thread to fall asleep; in the three that follow a polling timer would show.
        assert!(timeout(Duration::from_secs(1), watch.changed()).await.is_err());
        let asleep = wake_ups("card-readers").unwrap();
        assert!(timeout(Duration::from_secs(3), watch.changed()).await.is_err());
        assert_eq!(wake_ups("card-readers"), Some(asleep));
    });
}

#[test]
fn dropping_the_readers_ends_their_thread() {
    play("dropping_the_readers_ends_their_thread", async |folder| {
        let waiting_for_the_service = PcscReaders::start();
        assert!(has_thread("card-readers"));
        drop(waiting_for_the_service);
        assert!(!has_thread("card-readers"));

        let _pcscd = Pcscd::start(&folder);
        let readers = PcscReaders::start();
        let mut watch = readers.watch();
        until(&mut watch, |now| now.slots.len() == 2).await;
        assert!(has_thread("card-readers"));
        drop(readers);
        assert!(!has_thread("card-readers"));
        assert!(watch.changed().await.is_err());
    });
}
