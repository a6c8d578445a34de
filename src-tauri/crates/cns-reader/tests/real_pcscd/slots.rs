//! A reader with two slots: cards come and go in both at once.

use crate::send;
use crate::stage::{InsertedCard, Pcscd, READERS, echo, play, slot, until};
use cns_iso7816::{ChannelError, Ending, PadEntry, PadRequest, PinPad};
use cns_login::{CardPresence, Readers, contactless};
use cns_reader::PcscReaders;

/// Puts cards into both slots as nearly at one instant as two threads can.
fn into_both(pcscd: &Pcscd) -> [InsertedCard; 2] {
    let ports = [pcscd.port(0), pcscd.port(1)];
    std::thread::scope(|scope| {
        let contact = scope.spawn(|| InsertedCard::insert(ports[0], echo));
        let radio = scope.spawn(|| InsertedCard::insert_contactless(ports[1], echo));
        [contact.join().unwrap(), radio.join().unwrap()]
    })
}

/// Pulls both out in the same way.
fn out_of_both(cards: [InsertedCard; 2]) {
    std::thread::scope(|scope| {
        for card in cards {
            scope.spawn(|| drop(card));
        }
    });
}

#[test]
fn what_happens_in_both_slots_at_once_is_seen_in_both() {
    play(
        "slots::what_happens_in_both_slots_at_once_is_seen_in_both",
        async |folder| {
            let pcscd = Pcscd::start(&folder);
            let readers = PcscReaders::start();
            let mut watch = readers.watch();
            until(&mut watch, |now| now.slots.len() == 2).await;
            assert!(READERS[0].ends_with(" 00 00") && READERS[1].ends_with(" 00 01"));
            for insertion in 1..=4 {
                let cards = into_both(&pcscd);
                let both = until(&mut watch, |now| {
                    now.slots.iter().all(|slot| slot.card == CardPresence::Present)
                })
                .await;
                for reader in READERS {
                    assert_eq!(slot(&both, reader).insertion, insertion, "{reader}");
                }
                out_of_both(cards);
                until(&mut watch, |now| {
                    now.slots.iter().all(|slot| slot.card == CardPresence::Absent)
                })
                .await;
            }
        },
    );
}

#[test]
fn both_slots_are_spoken_to_at_once_and_each_says_how() {
    play(
        "slots::both_slots_are_spoken_to_at_once_and_each_says_how",
        async |folder| {
            let pcscd = Pcscd::start(&folder);
            let readers = PcscReaders::start();
            let mut watch = readers.watch();
            until(&mut watch, |now| now.slots.len() == 2).await;
            let [contact, radio] = into_both(&pcscd);
            until(&mut watch, |now| {
                now.slots.iter().all(|slot| slot.card == CardPresence::Present)
            })
            .await;
            let opened = tokio::join!(readers.open(READERS[0]), readers.open(READERS[1]));
            let (mut by_contact, mut by_radio) = (opened.0.unwrap(), opened.1.unwrap());
            assert_eq!(
                [&by_contact, &by_radio].map(|card| contactless(card.atr())),
                [false, true]
            );
            // A transaction in one slot keeps nobody from the other.
            let mut inner = None;
            by_contact
                .transaction(Ending::Leave, &mut |_| {
                    inner = Some(send(&mut *by_radio, Ending::Leave, &[0, 1, 2, 3]));
                })
                .unwrap();
            assert_eq!(inner.unwrap().unwrap(), [0, 1, 2, 3, 0x90, 0]);
            assert_eq!((contact.commands(), radio.commands()), (0, 1));
            // What is pulled from one slot stays in the other.
            drop(contact);
            let one = until(&mut watch, |now| now.slots[0].card == CardPresence::Absent).await;
            assert_eq!(slot(&one, READERS[1]).card, CardPresence::Present);
            assert_eq!(
                send(&mut *by_contact, Ending::Leave, &[0, 1, 2, 3]),
                Err(ChannelError::Removed)
            );
            send(&mut *by_radio, Ending::Leave, &[0, 1, 2, 3]).unwrap();
        },
    );
}

#[test]
fn a_reader_without_a_pad_is_asked_for_it_and_sent_no_pin() {
    play(
        "slots::a_reader_without_a_pad_is_asked_for_it_and_sent_no_pin",
        async |folder| {
            let pcscd = Pcscd::start(&folder);
            let readers = PcscReaders::start();
            let mut watch = readers.watch();
            until(&mut watch, |now| now.slots.len() == 2).await;
            let cards = into_both(&pcscd);
            until(&mut watch, |now| {
                now.slots.iter().all(|slot| slot.card == CardPresence::Present)
            })
            .await;
            for reader in READERS {
                let mut card = readers.open(reader).await.unwrap();
                assert_eq!(card.pin_pad(), PinPad::Absent);
                for entry in [PadEntry::Verify, PadEntry::Change] {
                    let request = PadRequest {
                        entry,
                        reference: 0x10,
                    };
                    let mut answer = None;
                    card.transaction(Ending::Reset, &mut |exchange| {
                        answer = Some(exchange.exchange_on_pad(&request));
                    })
                    .unwrap();
                    assert_eq!(answer, Some(Err(ChannelError::NoPinPad)));
                }
            }
            assert_eq!(cards.map(|card| card.commands()), [0, 0]);
        },
    );
}
