//! How a journey asks for the PIN, and asks again.

use super::*;
use crate::scripted::{Keys, Pad};

#[tokio::test]
async fn a_wrong_pin_costs_one_try_and_is_asked_again_with_what_is_left() {
    let (readers, portal) = (ScriptedReaders::one("citizen-good"), OpenPortal::default());
    let mut typing = Typing::these(&["99999"]);
    let played = play(&readers, &mut typing, &portal, &Shelf::Works).await;
    assert_eq!(
        played.problem,
        Some(Problem::new(ProblemCode::PinWrong).with("tries_left", "2"))
    );
    assert_eq!(readers.tries_left("A"), 2);
    assert_eq!(
        typing.refusals(),
        [(Some(PinRefusal::Wrong), Some("pin_wrong"), Some(2))]
    );

    let mut typing = Typing::these(&["99999", EXAMPLE_PIN]);
    assert!(
        play(&readers, &mut typing, &portal, &Shelf::Works)
            .await
            .ended
            .is_ok()
    );
    assert_eq!(readers.tries_left("A"), 3, "the right PIN gives the tries back");
}

#[tokio::test]
async fn a_person_who_gives_up_spends_no_try() {
    let (readers, portal) = (ScriptedReaders::one("citizen-good"), OpenPortal::default());
    let played = play(&readers, &mut Typing::default(), &portal, &Shelf::Works).await;
    assert_eq!(played.ended.unwrap_err(), ProblemCode::PinNotGiven);
    assert_eq!(readers.tries_left("A"), 3);
}

#[tokio::test]
async fn the_last_try_is_spent_only_on_a_pin_that_is_wanted_for_it() {
    let (readers, portal) = (ScriptedReaders::one("citizen-good"), OpenPortal::default());
    let mut typing = Typing::who([
        PinAnswer::Typed(typed("99999")),
        PinAnswer::Typed(typed("99999")),
        PinAnswer::Typed(typed(EXAMPLE_PIN)),
    ]);
    let played = play(&readers, &mut typing, &portal, &Shelf::Works).await;
    assert_eq!(
        played.ended.unwrap_err(),
        ProblemCode::PinLastTry,
        "who gives up then hears why"
    );
    assert_eq!(
        typing.refusals(),
        [
            (Some(PinRefusal::Wrong), Some("pin_wrong"), Some(2)),
            (Some(PinRefusal::Wrong), Some("pin_wrong"), Some(1)),
            (
                Some(PinRefusal::LastTryNotConfirmed),
                Some("pin_last_try"),
                Some(1)
            ),
        ]
    );
    let compared = readers.card("A").with_card(|card| card.pin_comparisons());
    assert_eq!(
        (compared, readers.tries_left("A")),
        (2, 1),
        "the third was not sent"
    );
}

#[tokio::test]
async fn the_brake_before_the_last_try_holds_in_a_second_journey_too() {
    let (readers, portal) = (ScriptedReaders::one("citizen-good"), OpenPortal::default());
    let cards = Cards::new(&readers, CardProfiles::built_in());
    let mut first = Typing::these(&["99999", "99999"]);
    assert!(play_with(&cards, &mut first, &portal).await.is_err());

    let mut second = Typing::who([PinAnswer::Typed(typed(EXAMPLE_PIN))]);
    let braked = play_with(&cards, &mut second, &portal).await;
    assert_eq!(braked, Err(ProblemCode::PinLastTry));
    assert_eq!(
        second.asked[0].tries_left,
        Some(1),
        "known before the first typing"
    );
    assert_eq!(
        play_with(&cards, &mut Typing::these(&[EXAMPLE_PIN]), &portal).await,
        Ok("A".to_owned())
    );
}

#[tokio::test]
async fn a_reader_without_a_pad_asks_again_and_costs_no_try() {
    let (readers, portal) = (ScriptedReaders::one("citizen-good"), OpenPortal::default());
    let on_the_pad = PinAnswer::OnThePad {
        spends_last_try: false,
    };
    let mut typing = Typing::who([on_the_pad, PinAnswer::Typed(typed(EXAMPLE_PIN))]);
    let played = play(&readers, &mut typing, &portal, &Shelf::Works).await;
    assert!(played.ended.is_ok());
    assert_eq!(typing.asked[1].refused, Some(PinRefusal::Pad));
    assert!(played.told.contains(&"OnThePad".to_owned()));
}

#[tokio::test]
async fn a_pin_that_cannot_be_used_ends_the_journey_with_its_own_name() {
    for (identity, code) in [
        ("citizen-not-activated", ProblemCode::PinNotUsable),
        ("citizen-blocked", ProblemCode::PinBlocked),
        ("citizen-last-try", ProblemCode::PinBlocked),
    ] {
        let (readers, portal) = (ScriptedReaders::one(identity), OpenPortal::default());
        let mut typing = Typing::these(&["99999", EXAMPLE_PIN]);
        let played = play(&readers, &mut typing, &portal, &Shelf::Works).await;
        assert_eq!(played.ended.unwrap_err(), code, "{identity}");
        assert_eq!(typing.asked.len(), 1, "{identity}: nobody is asked in vain");
    }
}

#[tokio::test]
async fn what_the_pad_says_by_itself_is_told_and_asked_about_again() {
    let rows = [
        (0x6400, "pad_timeout"),
        (0x6401, "pad_cancelled"),
        (0x6403, "pad_pin_length"),
        (0x6B80, "pad_refused"),
        (0x6A88, "pad_once_more"),
    ];
    for (status, code) in rows {
        let (readers, portal) = (ScriptedReaders::one("citizen-good"), OpenPortal::default());
        let present = PinPad::Present { changes: false };
        let keys = [
            Keys::Answer(status),
            Keys::Type(&["99999"]),
            Keys::Type(&[EXAMPLE_PIN]),
        ];
        readers.give_pad("A", Pad::new(present, keys));
        let on_the_pad = || PinAnswer::OnThePad {
            spends_last_try: false,
        };
        let mut typing = Typing::who([on_the_pad(), on_the_pad(), on_the_pad()]);
        let played = play(&readers, &mut typing, &portal, &Shelf::Works).await;
        assert!(played.ended.is_ok(), "{code}");
        assert_eq!(typing.asked[0].pin_pad, present);
        assert_eq!(
            typing.refusals(),
            [
                (Some(PinRefusal::Pad), Some(code), None),
                (Some(PinRefusal::Wrong), Some("pin_wrong"), Some(2)),
            ]
        );
        assert_eq!(readers.tries_left("A"), 3);
    }
}
