//! The window's stories without a window: the example card and the reference portal, and no page.

#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod care;
mod doubt;
mod first_change;
mod pad;
mod page;
mod portal_pin;
mod status;
mod visitor;

use crate::commands::DemoMove;
use crate::demo;
use crate::person::{Act, Exit};
use cns_contract::{Closed, EndReason, NotTaken, OutcomeSeen, StatementSeen, View};
use cns_login::{Portal, ProblemCode, Vault};
use cns_trust::{Clock, FixedClock, SystemClock};
use page::{Page, clock, leave_open, page_judged_by, page_of, play_in, what_stays};
use std::sync::Arc;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

#[tokio::test(flavor = "multi_thread")]
async fn a_person_goes_in_sees_the_statement_and_goes_out() {
    let mut page = Page::of_the_example();
    let card = page.card().await;
    assert!(card.may_log_in);
    let inside = page.go_in().await;
    assert_eq!(inside.holder_name, card.holder.map(|holder| holder.full_name));
    assert!(inside.demo.is_some());
    let View::ReservedArea { area } = inside.view else {
        panic!()
    };
    assert!(area.card_inside);
    assert!(matches!(area.statement, StatementSeen::Ready { .. }));
    page.wishes.act(Act::LogOut).unwrap();
    let everything = Closed {
        portal_told: Some(true),
        left_behind: None,
    };
    assert_eq!(page.closed().await, (EndReason::LoggedOut, everything));
    page.wishes.act(Act::Retry).unwrap();
    page.card().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_pin_is_told_with_the_tries_left_and_asked_again() {
    let mut page = Page::of_the_example();
    assert_eq!(page.card().await.tries_left, None);
    page.enter().unwrap();
    let first = page.until("pin_of_the_card").await.view;
    assert!(matches!(
        first,
        View::PinOfTheCard {
            refused: None,
            tries_left: None,
            ..
        }
    ));
    page.type_pin("99999").unwrap();
    let again = page.until("pin_of_the_card").await.view;
    assert!(matches!(
        again,
        View::PinOfTheCard {
            refused: Some(_),
            tries_left: Some(2),
            ..
        }
    ));
    page.wishes.desk.back().unwrap();
    assert_eq!(page.card().await.tries_left, Some(2));
    page.go_in().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn going_back_from_the_pin_spends_no_try() {
    let mut page = Page::of_the_example();
    page.card().await;
    page.enter().unwrap();
    page.until("pin_of_the_card").await;
    page.wishes.desk.back().unwrap();
    assert_eq!(page.card().await.tries_left, None);
    page.go_in().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pin_that_nobody_waits_for_is_not_taken() {
    let mut page = Page::of_the_example();
    assert_eq!(page.type_pin("12345"), Err(NotTaken::NotNow));
    page.card().await;
    assert_eq!(page.type_pin("12345"), Err(NotTaken::NotNow));
    page.enter().unwrap();
    assert_eq!(page.enter(), Err(NotTaken::NotNow));
    page.until("pin_of_the_card").await;
    page.type_pin("99999").unwrap();
    assert_eq!(
        page.type_pin("99999"),
        Err(NotTaken::NotNow),
        "one typing is one try"
    );
    let again = page.until("pin_of_the_card").await.view;
    assert!(matches!(
        again,
        View::PinOfTheCard {
            tries_left: Some(2),
            ..
        }
    ));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_card_taken_out_ends_the_session_and_the_next_insertion_works() {
    let mut page = Page::of_the_example();
    page.card().await;
    page.go_in().await;
    page.wishes.move_demo_card(DemoMove::Out).unwrap();
    let (why, closed) = page.closed().await;
    assert_eq!(why, EndReason::CardRemoved);
    assert_eq!(
        closed,
        Closed {
            portal_told: Some(true),
            left_behind: None
        }
    );
    page.wishes.move_demo_card(DemoMove::In).unwrap();
    page.card().await;
    page.go_in().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_card_taken_out_before_anything_was_opened_is_named_and_the_next_insertion_works() {
    for at_the_pin in [false, true] {
        let mut page = Page::of_the_example();
        page.card().await;
        if at_the_pin {
            page.enter().unwrap();
            page.until("pin_of_the_card").await;
        }
        page.wishes.move_demo_card(DemoMove::Out).unwrap();
        let screen = page.until("no_card").await;
        assert_eq!(screen.holder_name, None);
        let View::NoCard { after } = screen.view else {
            panic!()
        };
        assert_eq!(after.map(|problem| problem.code).as_deref(), Some("card_removed"));
        assert_eq!(page.type_pin("12345"), Err(NotTaken::NotNow));
        page.wishes.move_demo_card(DemoMove::In).unwrap();
        page.card().await;
        page.go_in().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_was_kept_is_offered_by_name_and_not_used_silently() {
    let (demo, vault) = what_stays().await;
    let mut before = page_of(demo, vault);
    before.card().await;
    let name = before.go_in().await.holder_name.unwrap();

    let mut page = page_of(demo, vault);
    let screen = page.until("session_found").await;
    let View::SessionFound { holder_name, .. } = screen.view else {
        panic!()
    };
    assert_eq!(holder_name, name);
    page.wishes.act(Act::UseSession).unwrap();
    let View::ReservedArea { area } = page.until("reserved_area").await.view else {
        panic!()
    };
    assert!(
        area.card_inside,
        "the card in the reader is the one that stays or goes"
    );
    page.wishes.act(Act::LogOut).unwrap();
    assert_eq!(page.closed().await.0, EndReason::LoggedOut);

    let mut later = page_of(demo, vault);
    later.card().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_was_kept_can_be_closed_without_using_it() {
    let (demo, vault) = what_stays().await;
    let mut before = page_of(demo, vault);
    before.card().await;
    before.go_in().await;

    let mut page = page_of(demo, vault);
    page.until("session_found").await;
    page.wishes.act(Act::EndSession).unwrap();
    let everything = Closed {
        portal_told: Some(true),
        left_behind: None,
    };
    assert_eq!(page.closed().await, (EndReason::LoggedOut, everything));

    before.wishes.act(Act::Retry).unwrap();
    let why = before.closed().await.0;
    assert_eq!(
        why,
        EndReason::EndedByPortal,
        "who was inside with that session is out"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_taken_up_with_a_card_in_place_ends_when_that_card_leaves() {
    let (demo, vault) = what_stays().await;
    leave_open(demo, vault).await;
    let mut page = page_of(demo, vault);
    page.until("session_found").await;
    page.wishes.act(Act::UseSession).unwrap();
    page.statement().await;
    demo.readers.remove();
    let (why, closed) = page.closed().await;
    assert_eq!((why, closed.portal_told), (EndReason::CardRemoved, Some(true)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_taken_up_without_a_card_is_not_ended_by_one_that_comes_and_goes() {
    let (demo, vault) = what_stays().await;
    leave_open(demo, vault).await;
    demo.readers.remove();
    let mut page = page_of(demo, vault);
    page.until("session_found").await;
    page.wishes.act(Act::UseSession).unwrap();
    let View::ReservedArea { area } = page.until("reserved_area").await.view else {
        panic!()
    };
    assert!(!area.card_inside, "nothing is promised of a card");
    demo.readers.insert();
    demo.readers.remove();
    page.wishes.act(Act::LogOut).unwrap();
    assert_eq!(page.closed().await.0, EndReason::LoggedOut);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_several_kept_sessions_the_newest_is_offered_first_and_then_the_next() {
    let (demo, vault) = what_stays().await;
    for _ in 0..3 {
        leave_open(demo, vault).await;
    }
    let mut page = page_of(demo, vault);
    let mut ends = Vec::new();
    for wish in [Act::EndSession, Act::UseSession, Act::EndSession] {
        let View::SessionFound { expires_at, .. } = page.until("session_found").await.view else {
            panic!()
        };
        ends.push(OffsetDateTime::parse(&expires_at, &Rfc3339).unwrap());
        page.wishes.act(wish).unwrap();
        if wish == Act::UseSession {
            page.statement().await;
            page.wishes.act(Act::LogOut).unwrap();
        }
        page.closed().await;
        page.wishes.act(Act::Retry).unwrap();
    }
    assert!(ends.is_sorted_by(|newer, older| newer > older), "{ends:?}");
    assert_eq!(vault.sessions().await.unwrap(), []);
    page.card().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_with_a_bad_certificate_is_shown_with_the_reasons_and_no_way_in() {
    let (demo, vault) = what_stays().await;
    let in_another_century = FixedClock(SystemClock.now() + time::Duration::days(36_500));
    let judge = demo.judge(Arc::new(in_another_century));
    let mut page = page_judged_by(judge, demo, vault);
    let card = page.card().await;
    assert!(!card.may_log_in);
    let reasons = card.verdict.findings.iter();
    let expired = reasons.filter(|finding| finding.outcome == OutcomeSeen::Bad);
    assert_eq!(
        expired.map(|finding| finding.code.as_str()).collect::<Vec<_>>(),
        ["validity"]
    );
    assert_eq!(page.enter(), Err(NotTaken::NotNow));
    page.wishes.act(Act::Retry).unwrap();
    page.card().await;
    demo.readers.remove();
    page.until("no_card").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_example_is_left_only_by_wish() {
    let (mut page, mut person, mut moves) = Page::open();
    let played = tokio::spawn(async move { demo::play(clock(), &mut person, &mut moves).await });
    page.card().await;
    page.wishes.act(Act::StartDemo).unwrap();
    page.wishes.act(Act::LeaveDemo).unwrap();
    assert_eq!(played.await.unwrap(), Exit::LeaveDemo);
}

#[tokio::test(flavor = "multi_thread")]
async fn closing_the_window_ends_a_session_that_is_kept_in_memory_only() {
    let (demo, vault) = what_stays().await;
    let (mut page, played) = play_in(demo, vault);
    page.card().await;
    page.go_in().await;
    let session = vault.sessions().await.unwrap().remove(0);
    page.wishes.close();
    assert_eq!(played.await.unwrap(), Exit::Closed);
    assert_eq!(vault.sessions().await.unwrap(), []);
    let asked = demo.portal.statement(&session).await;
    assert_eq!(asked.unwrap_err().code, ProblemCode::SessionEnded);
}
