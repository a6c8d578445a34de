use super::*;
use crate::scripted::{Keys, Pad, ScriptedReaders};
use crate::{CardPresence, Language};
use cns_card::CardProfiles;
use cns_virtual_card::{EXAMPLE_PIN, EXAMPLE_PUK, Fault, FaultKind};

const NEW_PIN: &str = "27418";

fn cards(readers: &ScriptedReaders) -> Cards<&ScriptedReaders> {
    Cards::new(readers, CardProfiles::built_in())
}

fn pin(typed: &str) -> CardPin {
    CardPin::parse(typed).unwrap()
}

fn puk(typed: &str) -> CardPuk {
    CardPuk::parse(typed).unwrap()
}

fn new(typed: &str) -> TypedPin {
    TypedPin::new(typed.to_owned())
}

/// The name of the problem that an act ended with.
fn code<T>(ended: Result<T, Problem>) -> Option<&'static str> {
    ended.err().map(|problem| problem.code.name())
}

async fn takes(cards: &Cards<&ScriptedReaders>, slot: &Slot, typed: &str) -> bool {
    cards.card(slot).await.unwrap().unlock(pin(typed)).await.is_ok()
}

#[tokio::test]
async fn the_status_says_what_is_known_and_calls_the_rest_unknown() {
    let readers = ScriptedReaders::one("citizen-good");
    let (cards, slot) = (cards(&readers), readers.slot("A"));
    let status = pin_status(&cards, &slot, false).await.unwrap();
    assert_eq!((status.tries_left, status.puk_tries_left), (None, None));
    assert_eq!((status.asked, status.is_blocked()), (TriesAsked::No, false));

    for (left, blocked) in [(2, false), (1, false), (0, true)] {
        let wrong = pin("99999").for_the_last_try();
        assert!(cards.card(&slot).await.unwrap().unlock(wrong).await.is_err());
        let status = pin_status(&cards, &slot, false).await.unwrap();
        assert_eq!((status.tries_left, status.is_blocked()), (Some(left), blocked));
    }
    let wrong = unblock_pin(&cards, &slot, puk("00000000"), new(NEW_PIN)).await;
    assert_eq!(code(wrong), Some("puk_wrong"));
    let status = pin_status(&cards, &slot, false).await.unwrap();
    assert_eq!((status.puk_tries_left, status.puk_is_blocked()), (Some(9), false));
}

#[tokio::test]
async fn a_card_is_asked_for_its_tries_only_where_the_question_is_free() {
    let readers = ScriptedReaders::one("citizen-last-try");
    let (cards, slot) = (cards(&readers), readers.slot("A"));
    let status = pin_status(&cards, &slot, true).await.unwrap();
    assert_eq!(
        (status.asked, status.rules.tries_may_be_asked),
        (TriesAsked::TooRisky, false)
    );
    assert_eq!(readers.tries_left("A"), 1);
}

#[tokio::test]
async fn a_weak_new_pin_is_refused_before_the_card_hears_of_it() {
    let readers = ScriptedReaders::one("citizen-good");
    let (cards, slot) = (cards(&readers), readers.slot("A"));
    let facts = new_pin_facts(&cards, &slot).await.unwrap();
    let apdus = readers.card("A").apdus();
    let rows = [
        ("1234", "new_pin_format", None),
        ("123456789", "new_pin_format", None),
        ("12 45", "new_pin_format", None),
        ("77777", "new_pin_weak", Some("same_digits")),
        ("12345678", "new_pin_weak", Some("run")),
        ("87654", "new_pin_weak", Some("run")),
    ];
    for (typed, expected, reason) in rows {
        let judged = judge_new_pin(&new(typed), &facts).unwrap_err();
        assert_eq!(
            (judged.code.name(), judged.fact("reason")),
            (expected, reason),
            "{typed}"
        );
        let changed = change_pin(&cards, &slot, pin(EXAMPLE_PIN), new(typed)).await;
        assert_eq!(code(changed), Some(expected), "{typed}");
        let unblocked = unblock_pin(&cards, &slot, puk(EXAMPLE_PUK), new(typed)).await;
        assert_eq!(code(unblocked), Some(expected), "{typed}");
    }
    let same = change_pin(&cards, &slot, pin(NEW_PIN), new(NEW_PIN)).await;
    assert_eq!(code(same), Some("new_pin_same"));
    assert_eq!(readers.card("A").apdus(), apdus, "nothing was sent");
    assert_eq!(judge_new_pin(&new(NEW_PIN), &facts), Ok(()));
}

#[tokio::test]
async fn a_changed_pin_is_the_new_one_and_a_wrong_old_one_costs_one_try() {
    let readers = ScriptedReaders::one("citizen-good");
    let (cards, slot) = (cards(&readers), readers.slot("A"));
    let wrong = change_pin(&cards, &slot, pin("99999"), new(NEW_PIN)).await;
    assert_eq!(
        wrong,
        Err(Problem::new(ProblemCode::PinWrong).with("tries_left", "2"))
    );
    assert_eq!(readers.tries_left("A"), 2);
    change_pin(&cards, &slot, pin(EXAMPLE_PIN), new(NEW_PIN))
        .await
        .unwrap();
    assert!(takes(&cards, &slot, NEW_PIN).await);
    assert!(!takes(&cards, &slot, EXAMPLE_PIN).await);
}

#[tokio::test]
async fn the_last_try_of_a_change_wants_a_confirmation() {
    let readers = ScriptedReaders::one("citizen-good");
    let (cards, slot) = (cards(&readers), readers.slot("A"));
    for _ in 0..2 {
        let _ = change_pin(&cards, &slot, pin("99999"), new(NEW_PIN)).await;
    }
    let braked = change_pin(&cards, &slot, pin(EXAMPLE_PIN), new(NEW_PIN)).await;
    assert_eq!(code(braked), Some("pin_last_try"));
    assert_eq!(readers.tries_left("A"), 1);
    let wanted = pin(EXAMPLE_PIN).for_the_last_try();
    change_pin(&cards, &slot, wanted, new(NEW_PIN)).await.unwrap();
}

#[tokio::test]
async fn a_blocked_pin_is_unblocked_by_the_puk_and_each_puk_is_compared_once() {
    let readers = ScriptedReaders::one("citizen-blocked");
    let (cards, slot) = (cards(&readers), readers.slot("A"));
    assert!(!takes(&cards, &slot, EXAMPLE_PIN).await);
    assert!(pin_status(&cards, &slot, false).await.unwrap().is_blocked());
    let wrong = unblock_pin(&cards, &slot, puk("00000000"), new(NEW_PIN)).await;
    assert_eq!(code(wrong), Some("puk_wrong"));
    let unblocked = unblock_pin(&cards, &slot, puk(EXAMPLE_PUK), new(NEW_PIN)).await;
    assert_eq!(unblocked, Ok(Unblocked::NewPin));
    assert_eq!(readers.card("A").with_card(|card| card.puk_comparisons()), 2);
    assert!(takes(&cards, &slot, NEW_PIN).await);
}

#[tokio::test(start_paused = true)]
async fn a_change_or_an_unblocking_whose_answer_was_lost_says_what_it_may_have_cost() {
    for kind in [
        FaultKind::Removal,
        FaultKind::Reset,
        FaultKind::Status(0x6F00),
        FaultKind::ServiceGone,
        FaultKind::ReaderGone,
    ] {
        for (by_puk, fact) in [(false, "pin_in_doubt"), (true, "puk_in_doubt")] {
            let readers = ScriptedReaders::one("citizen-good");
            let (cards, slot) = (cards(&readers), readers.slot("A"));
            let first = readers.card("A").headers().len();
            let act = async || match by_puk {
                false => change_pin(&cards, &slot, pin(EXAMPLE_PIN), new(NEW_PIN)).await,
                true => {
                    let unblocked = unblock_pin(&cards, &slot, puk(EXAMPLE_PUK), new(NEW_PIN)).await;
                    unblocked.map(drop)
                }
            };
            new_pin_facts(&cards, &slot).await.unwrap();
            let read = readers.card("A").headers().len();
            assert!(read > first);
            // The first command of the act chooses where the PIN is, the second compares.
            readers.card("A").set_faults([Fault {
                at: 1,
                kind: kind.clone(),
            }]);
            let problem = act().await.unwrap_err();
            let sent = readers.card("A").headers()[read..].to_vec();
            assert!(
                matches!(sent.last().map(|header| header[1]), Some(0x24 | 0x2C)),
                "{kind:?}: {sent:02X?}"
            );
            assert!(problem.fact(fact).is_some(), "{kind:?}: {}", problem.code.name());
            assert!(problem.is_in_doubt() && problem.meaning(Language::En).contains("may have been spent"));
        }
    }
}

#[tokio::test]
async fn a_pin_is_changed_on_the_pad_where_the_pad_can() {
    let can = PinPad::Present { changes: true };
    let readers = ScriptedReaders::one("citizen-good");
    readers.give_pad(
        "A",
        Pad::new(can, [Keys::Answer(0x6402), Keys::Type(&[EXAMPLE_PIN, NEW_PIN])]),
    );
    let (cards, slot) = (cards(&readers), readers.slot("A"));
    let differ = change_pin_on_pad(&cards, &slot, false).await;
    assert_eq!(code(differ), Some("pad_pins_differ"));
    change_pin_on_pad(&cards, &slot, false).await.unwrap();
    assert!(takes(&cards, &slot, NEW_PIN).await);

    for cannot in [PinPad::Absent, PinPad::Present { changes: false }] {
        let readers = ScriptedReaders::one("citizen-good");
        readers.give_pad("A", Pad::new(cannot, []));
        let (cards, slot) = (self::cards(&readers), readers.slot("A"));
        let refused = change_pin_on_pad(&cards, &slot, false).await;
        assert_eq!(code(refused), Some("no_pin_pad"), "{cannot:?}");
        assert_eq!(readers.tries_left("A"), 3);
    }
}

#[tokio::test]
async fn a_card_that_is_taken_out_ends_every_act() {
    let readers = ScriptedReaders::one("citizen-good");
    let (cards, slot) = (cards(&readers), readers.slot("A"));
    readers.card("A").pause();
    let pull = async { readers.move_card("A", CardPresence::Absent) };
    let (status, ()) = tokio::join!(pin_status(&cards, &slot, false), pull);
    assert_eq!(code(status), Some("card_removed"));
    let changed = change_pin(&cards, &slot, pin(EXAMPLE_PIN), new(NEW_PIN)).await;
    assert_eq!(code(changed), Some("card_removed"));
    let unblocked = unblock_pin(&cards, &slot, puk(EXAMPLE_PUK), new(NEW_PIN)).await;
    assert_eq!(code(unblocked), Some("card_removed"));
    assert_eq!(
        code(change_pin_on_pad(&cards, &slot, false).await),
        Some("card_removed")
    );
}

#[test]
fn every_act_may_be_awaited_on_any_thread() {
    fn sendable<T: Send>(_: &T) {}
    fn check<R: Readers>(cards: &Cards<R>, slot: &Slot) {
        sendable(&pin_status(cards, slot, true));
        sendable(&new_pin_facts(cards, slot));
        sendable(&change_pin(cards, slot, pin(EXAMPLE_PIN), new(NEW_PIN)));
        sendable(&change_pin_on_pad(cards, slot, false));
        sendable(&unblock_pin(cards, slot, puk(EXAMPLE_PUK), new(NEW_PIN)));
    }
    let _ = check::<&ScriptedReaders>;
}
