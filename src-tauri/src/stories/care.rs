//! What is done for the card beside the login: its PIN, its PUK, a report.

use super::page::{Page, page_of, what_stays};
use crate::commands::DemoMove;
use crate::desk::{Answer, Question};
use crate::person::{Act, Care};
use cns_contract::{NotTaken, OutcomeSeen, Purpose, View};
use cns_login::Vault;

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_pin_lets_the_same_insertion_in_without_reading_the_card_again() {
    let mut page = Page::of_the_example();
    let name = page.card().await.holder.map(|holder| holder.full_name);
    page.wishes.act(Act::Care(Care::ChangePin)).unwrap();
    let asked = page.until("change_pin").await;
    assert_eq!(asked.holder_name, name, "whose card it is stands on every screen");
    page.type_change(cns_demo::PIN, NEW_PIN).unwrap();
    let changed = page.until("pin_changed").await;
    assert_eq!(changed.holder_name, name);
    assert_eq!(changed.demo.unwrap().pin, None, "nothing sends a chosen PIN back");
    page.wishes.desk.back().unwrap();
    page.card().await;
    page.enter().unwrap();
    page.until("pin_of_the_card").await;
    page.type_pin(NEW_PIN).unwrap();
    page.statement().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_with_a_change_is_told_where_it_is_typed_again() {
    let mut page = Page::of_the_example();
    page.card().await;
    page.wishes.act(Act::Care(Care::ChangePin)).unwrap();
    let mut refused = Vec::new();
    for (old, new) in [("12345", "11111"), ("12345", "12345"), ("99999", NEW_PIN)] {
        page.until("change_pin").await;
        page.type_change(old, new).unwrap();
        assert_eq!(
            page.type_change(old, new),
            Err(NotTaken::NotNow),
            "one typing is one try"
        );
        let View::ChangePin {
            refused: why,
            tries_left,
            ..
        } = page.until("change_pin").await.view
        else {
            panic!()
        };
        let why = why.unwrap();
        refused.push((why.code, why.facts.get("reason").cloned(), tries_left));
        page.wishes.desk.back().unwrap();
        page.card().await;
        page.wishes.act(Act::Care(Care::ChangePin)).unwrap();
    }
    let told = |code: &str, reason: Option<&str>, tries_left| {
        (code.to_owned(), reason.map(str::to_owned), tries_left)
    };
    assert_eq!(
        refused,
        [
            told("new_pin_weak", Some("same_digits"), None),
            told("new_pin_weak", Some("run"), None),
            told("pin_wrong", None, Some(2)),
        ]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_try_is_spent_only_by_an_explicit_word() {
    let mut page = Page::of_the_example();
    page.card().await;
    page.enter().unwrap();
    for _ in 0..2 {
        page.until("pin_of_the_card").await;
        page.type_pin("99999").unwrap();
    }
    let View::LastTry {
        purpose,
        refused,
        may_unblock_pin,
        tries_left: Some(1),
    } = page.until("last_try").await.view
    else {
        panic!()
    };
    assert!(matches!(purpose, Purpose::LogIn { .. }));
    assert_eq!(refused.unwrap().code, "pin_wrong");
    assert!(may_unblock_pin, "the PUK is suggested first");
    assert_eq!(
        page.type_pin(cns_demo::PIN),
        Err(NotTaken::NotNow),
        "no form counts before"
    );
    page.wishes.desk.back().unwrap();
    assert_eq!(page.card().await.tries_left, Some(1));

    // The change of the PIN compares it as well.
    page.wishes.act(Act::Care(Care::ChangePin)).unwrap();
    let View::LastTry { purpose, .. } = page.until("last_try").await.view else {
        panic!()
    };
    assert_eq!(purpose, Purpose::ChangePin);
    page.wishes.desk.back().unwrap();
    page.card().await;

    page.enter().unwrap();
    page.until("last_try").await;
    page.go_on_from(Question::LastTry).unwrap();
    page.until("pin_of_the_card").await;
    page.type_pin(cns_demo::PIN).unwrap();
    page.statement().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_blocked_pin_is_unblocked_with_the_puk_after_the_consequences_are_understood() {
    let mut page = Page::of_the_example();
    let name = page.card().await.holder.map(|holder| holder.full_name);
    page.block().await;
    let blocked = page.until("problem").await;
    assert_eq!(blocked.holder_name, name);
    let View::Problem {
        problem,
        may_unblock_pin,
        ..
    } = blocked.view
    else {
        panic!()
    };
    assert_eq!((problem.code.as_str(), may_unblock_pin), ("pin_blocked", true));

    page.wishes.act(Act::Retry).unwrap();
    let card = page.card().await;
    assert!(card.pin_blocked && card.may_unblock_pin && !card.may_log_in && !card.may_change_pin);
    assert_ne!(
        card.verdict.outcome,
        OutcomeSeen::Bad,
        "the certificate is another matter"
    );
    assert_eq!(page.enter(), Err(NotTaken::NotNow));

    page.wishes.act(Act::Care(Care::UnblockPin)).unwrap();
    page.until("before_unblocking").await;
    assert_eq!(page.type_unblock(cns_demo::PUK, NEW_PIN), Err(NotTaken::NotNow));
    page.go_on_from(Question::BeforeUnblocking).unwrap();
    page.until("unblock_pin").await;
    page.type_unblock("11112222", NEW_PIN).unwrap();
    let View::UnblockPin {
        refused,
        puk_tries_left,
        ..
    } = page.until("unblock_pin").await.view
    else {
        panic!()
    };
    let refused = refused.unwrap();
    assert_eq!(refused.code, "puk_wrong");
    assert_eq!(refused.facts["tries_left"], puk_tries_left.unwrap().to_string());
    page.type_unblock(cns_demo::PUK, NEW_PIN).unwrap();
    let View::PinUnblocked { same_pin } = page.until("pin_unblocked").await.view else {
        panic!()
    };
    page.wishes.desk.back().unwrap();
    assert!(page.card().await.may_log_in);
    page.enter().unwrap();
    page.until("pin_of_the_card").await;
    page.type_pin(if same_pin { cns_demo::PIN } else { NEW_PIN })
        .unwrap();
    page.statement().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_that_leaves_while_a_new_pin_is_typed_is_named_and_nothing_was_opened() {
    let mut page = Page::of_the_example();
    page.card().await;
    page.wishes.act(Act::Care(Care::ChangePin)).unwrap();
    page.until("change_pin").await;
    page.wishes.move_demo_card(DemoMove::Out).unwrap();
    let screen = page.until("no_card").await;
    assert_eq!(screen.holder_name, None);
    let View::NoCard { after } = screen.view else {
        panic!()
    };
    assert_eq!(after.unwrap().code, "card_removed");
    assert_eq!(page.type_change(cns_demo::PIN, NEW_PIN), Err(NotTaken::NotNow));
    page.wishes.move_demo_card(DemoMove::In).unwrap();
    page.card().await;
    page.go_in().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_example_has_cards_in_every_state_of_their_pin() {
    let mut page = Page::of_the_example();
    page.card().await;
    for (name, problem) in [("blocked", "pin_blocked"), ("not_activated", "pin_not_usable")] {
        page.wishes
            .move_demo_card(DemoMove::Exchange(name.to_owned()))
            .unwrap();
        page.until("reading").await;
        page.card().await;
        page.enter().unwrap();
        assert_eq!(page.until("pin_of_the_card").await.demo.unwrap().card, name);
        page.type_pin(cns_demo::PIN).unwrap();
        let View::Problem { problem: told, .. } = page.until("problem").await.view else {
            panic!()
        };
        assert_eq!(told.code, problem);
    }
    let another = DemoMove::Exchange("from_a_later_version".to_owned());
    page.wishes.move_demo_card(another).unwrap();
    page.wishes
        .move_demo_card(DemoMove::Exchange("good".to_owned()))
        .unwrap();
    page.card().await;
    page.go_in().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_is_shown_first_and_written_only_when_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let files = || std::fs::read_dir(folder.path()).unwrap().count();
    let mut page = Page::of_the_example();
    let holder = page.card().await.holder.unwrap();
    page.wishes.act(Act::Care(Care::Report)).unwrap();
    let text = loop {
        let View::Report { text, .. } = page.until("report").await.view else {
            panic!()
        };
        if let Some(text) = text {
            break text;
        }
    };
    assert_eq!(files(), 0);
    for personal in holder
        .full_name
        .split(' ')
        .chain(holder.codice_fiscale.as_deref())
    {
        assert!(
            !text.to_uppercase().contains(&personal.to_uppercase()),
            "{personal}"
        );
    }
    let save = || {
        let answer = Answer::SaveIn(folder.path().to_owned());
        page.wishes.desk.answer(Question::Report, answer)
    };
    save().unwrap();
    let View::Report { saved_in, .. } = page.until("report").await.view else {
        panic!()
    };
    assert_eq!(std::fs::read_to_string(saved_in.unwrap()).unwrap(), text);
    assert_eq!(files(), 1);
    page.wishes.desk.back().unwrap();
    page.card().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_screen_does_not_offer_is_not_done() {
    let (demo, vault) = what_stays().await;
    demo.readers.remove();
    let mut page = page_of(demo, vault);
    page.until("no_card").await;
    for care in [Care::ChangePin, Care::UnblockPin, Care::Report] {
        page.wishes.act(Act::Care(care)).unwrap();
    }
    page.wishes.act(Act::OtherCard).unwrap();
    assert_eq!(page.wishes.desk.back(), Err(NotTaken::NotNow));
    demo.readers.insert();
    page.card().await;
    page.go_in().await;
    page.wishes.act(Act::Care(Care::ChangePin)).unwrap();
    page.wishes.act(Act::LogOut).unwrap();
    page.closed().await;
    assert_eq!(vault.sessions().await.unwrap(), []);
}

const NEW_PIN: &str = "80513";
