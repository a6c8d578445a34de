//! A PIN that has to be changed before anything else: one place is open, and every way out ends the session.

use super::page::{Page, clock, world_of};
use super::visitor::Visitor;
use crate::area::{Place, WhyChange};
use crate::asked::Asked;
use crate::desk::{Answer, Question};
use crate::person::Act;
use cns_contract::{Closed, EndReason, InsidePage, View};
use cns_login::{Half, Halves, Kept, PinPortal, PortalPin, ProblemCode, Scope, Vault};
use cns_session::SessionVault;

/// What the person does.
type WayOut = fn(&Page);

#[tokio::test(flavor = "multi_thread")]
async fn no_other_place_is_open_before_the_pin_is_changed() {
    let mut bruno = Visitor::at_the_door("Bruno").await;
    let halves = bruno.gets_the_halves().await;
    bruno.comes_to_the_first_change(&halves).await;
    for elsewhere in ["services", "portal_pin", "estratto_conto", "change_pin"] {
        bruno.open(elsewhere);
        let (_, inside) = bruno.inside("change_pin").await;
        let InsidePage::Form { form } = inside.page else {
            panic!()
        };
        assert_eq!(form.case.as_deref(), Some("initial"), "{elsewhere}");
    }
    bruno.fill("change_pin", &[], &[]);
    let pin = bruno.noted().await;
    bruno.inside("services").await;
    bruno.page.wishes.act(Act::ChangePerson).unwrap();
    bruno.door("door").await;
    bruno.logs_in(&pin).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_wanted_to_convert_a_pin_comes_there_after_the_first_change() {
    let mut bruno = Visitor::at_the_door("Bruno").await;
    let halves = bruno.gets_the_halves().await;
    bruno.go("convert");
    bruno.door("log_in").await;
    bruno.comes_to_the_first_change(&halves).await;
    bruno.fill("change_pin", &[], &[]);
    bruno.noted().await;
    bruno.inside("convert").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_logs_out_before_the_first_change_is_told_that_the_session_is_over_and_can_come_again() {
    let mut bruno = Visitor::at_the_door("Bruno").await;
    let halves = bruno.gets_the_halves().await;
    bruno.comes_to_the_first_change(&halves).await;
    bruno.page.wishes.act(Act::LogOut).unwrap();
    let everything = Closed {
        portal_told: Some(true),
        left_behind: None,
    };
    assert_eq!(bruno.page.closed().await, (EndReason::LoggedOut, everything));
    bruno.page.wishes.act(Act::Door).unwrap();
    bruno.door("door").await;
    bruno.comes_to_the_first_change(&halves).await;
    bruno.page.wishes.act(Act::ChangePerson).unwrap();
    bruno.door("door").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_way_out_of_the_first_change_ends_the_session_on_the_portal() {
    let mut bruno = Visitor::at_the_door("Bruno").await;
    let (first, second) = bruno.gets_the_halves().await;
    let pin = PortalPin::from(Halves {
        first: Half::parse(&first).unwrap(),
        second: Half::parse(&second).unwrap(),
    });
    let portal = &bruno.demo.portal;
    let ways: [(&str, WayOut); 4] = [
        ("back", |page| {
            page.wishes
                .desk
                .answer(Question::Portal, Answer::Portal(Asked::Back))
                .unwrap();
        }),
        ("log out", |page| page.wishes.act(Act::LogOut).unwrap()),
        ("change person", |page| {
            page.wishes.act(Act::ChangePerson).unwrap()
        }),
        ("close the window", |page| page.wishes.close()),
    ];
    for (way, leave) in ways {
        let code = bruno.fact("codice_fiscale");
        let session = portal.log_in_with_pin(code, &pin).await.unwrap();
        assert_eq!(session.scope, Scope::ChangePin);
        let vault: &'static SessionVault = Box::leak(Box::new(SessionVault::in_memory(clock())));
        let (mut page, mut person, _) = Page::open();
        let (live, demo) = (session.clone(), bruno.demo);
        let played = tokio::spawn(async move {
            let first = Place::Change {
                why: WhyChange::Initial,
                then: Box::new(Place::Services),
            };
            let world = world_of(demo, vault);
            world.inside(live, Kept::Memory, None, first, &mut person).await;
        });
        let screen = page.until("inside").await;
        assert!(matches!(screen.view, View::Inside { inside } if inside.page.step() == "change_pin"));
        assert_eq!(vault.sessions().await.unwrap(), [], "nothing is kept of it");
        leave(&page);
        page.wishes.close();
        played.await.unwrap();
        let asked = portal.about_pin(&session).await;
        assert_eq!(asked.unwrap_err().code, ProblemCode::SessionEnded, "{way}");
    }
}
