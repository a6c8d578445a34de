//! A journey on which something goes wrong at every command, one after the other.

use super::*;
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
