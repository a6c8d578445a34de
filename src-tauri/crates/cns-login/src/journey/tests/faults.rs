//! A journey on which something goes wrong at every command, one after the other.

use super::*;
use crate::Language;
use cns_virtual_card::{Fault, FaultKind};

/// What can happen to a command, and the problems that it may end a journey with.
fn kinds() -> Vec<(FaultKind, &'static [ProblemCode])> {
    use ProblemCode::{
        CardBusy, CardMalformed, CardRefused, CardRemoved, CardReset, CertificateRefused, NoCertificate,
        ReaderFailed, ReaderGone, ServiceNotRunning, SignatureMismatch, UnknownCard,
    };
    let odd: &[ProblemCode] = &[
        CardMalformed,
        CardRefused,
        CertificateRefused,
        NoCertificate,
        ReaderFailed,
        SignatureMismatch,
        UnknownCard,
    ];
    vec![
        (FaultKind::Removal, &[CardRemoved, ReaderFailed]),
        (FaultKind::Reset, &[CardReset]),
        (FaultKind::Status(0x6F00), odd),
        (FaultKind::Truncated(1), odd),
        (FaultKind::Garbage(vec![0xA5; 7]), odd),
        (FaultKind::ServiceGone, &[ServiceNotRunning]),
        (FaultKind::ReaderGone, &[ReaderGone]),
        (FaultKind::Busy(1), &[CardBusy]),
    ]
}

#[tokio::test(start_paused = true)]
async fn whatever_fails_at_any_command_has_a_name_and_the_next_journey_works() {
    let (readers, portal) = (ScriptedReaders::one("citizen-good"), OpenPortal::default());
    let cards = Cards::new(&readers, CardProfiles::built_in());
    assert!(play_with(&cards, &mut right_pin(), &portal).await.is_ok());
    let commands = readers.card("A").apdus();
    let mut walked = 0;
    for (kind, names) in kinds() {
        for at in 0..commands {
            insert_again(&readers);
            let compared = comparisons(&readers);
            readers.card("A").set_faults([Fault {
                at,
                kind: kind.clone(),
            }]);
            if let Err(code) = play_with(&cards, &mut right_pin(), &portal).await {
                assert!(names.contains(&code), "{at} {kind:?}: {}", code.name());
            }
            readers.card("A").set_faults([]);
            assert!(
                comparisons(&readers) <= compared + 1,
                "{at} {kind:?}: one typing, one try"
            );
            assert!(readers.tries_left("A") >= 2, "{at} {kind:?}");
            if kind == FaultKind::Removal {
                insert_again(&readers);
            }
            let again = play_with(&cards, &mut right_pin(), &portal).await;
            assert_eq!(
                again,
                Ok("A".to_owned()),
                "{at} {kind:?}: with no new insertion but after a removal"
            );
            walked += 1;
        }
    }
    assert_eq!(walked, commands * kinds().len() as u64);
}

#[tokio::test(start_paused = true)]
async fn a_try_that_may_be_spent_is_told_and_only_such_a_one() {
    let (readers, portal) = (ScriptedReaders::one("citizen-good"), OpenPortal::default());
    assert!(
        play(&readers, &mut right_pin(), &portal, &Shelf::Works)
            .await
            .ended
            .is_ok()
    );
    let headers = readers.card("A").headers();
    let verify = headers.iter().position(|header| header[1] == 0x20).unwrap();
    for (kind, _) in kinds() {
        for at in 0..headers.len() {
            let readers = ScriptedReaders::one("citizen-good");
            readers.card("A").set_faults([Fault {
                at: at as u64,
                kind: kind.clone(),
            }]);
            let played = play(&readers, &mut right_pin(), &portal, &Shelf::Works).await;
            let Some(problem) = played.problem else {
                continue;
            };
            let expected = at == verify && !matches!(kind, FaultKind::Busy(_));
            assert_eq!(
                problem.fact("pin_in_doubt").is_some(),
                expected,
                "{at} {kind:?}: {}",
                problem.code.name()
            );
            let told = problem.meaning(Language::It);
            assert_eq!(
                told.contains("andato speso un tentativo"),
                expected,
                "{at} {kind:?}: {told}"
            );
        }
    }
}

fn right_pin() -> Typing {
    Typing::these(&[EXAMPLE_PIN])
}

fn insert_again(readers: &ScriptedReaders) {
    readers.move_card("A", CardPresence::Absent);
    readers.move_card("A", CardPresence::Present);
}

fn comparisons(readers: &ScriptedReaders) -> u64 {
    readers.card("A").with_card(|card| card.pin_comparisons())
}
