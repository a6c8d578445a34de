//! The life of a portal's PIN: the example's portal, its letter box, and no page.

use super::visitor::Visitor;
use crate::asked::Asked;
use crate::person::Act;
use cns_contract::{DoorPage, InsidePage, WayIn};
use cns_demo::ChannelKind;
use cns_portal_api::DocumentSide;

#[tokio::test(flavor = "multi_thread")]
async fn a_pin_is_asked_for_received_in_halves_changed_and_used() {
    let mut bruno = Visitor::at_the_door("Bruno").await;
    let pin = bruno.gets_a_pin().await;
    let (screen, inside) = bruno.inside("services").await;
    assert_eq!(inside.way_in, WayIn::PinOrdinario);
    assert!(!inside.card_inside);
    assert!(screen.holder_code.unwrap().starts_with("VRD·"));
    bruno.page.wishes.act(Act::LogOut).unwrap();
    bruno.page.closed().await;
    bruno.page.wishes.act(Act::Door).unwrap();
    bruno.door("door").await;
    let again = bruno.logs_in(&pin).await;
    assert_eq!(again.way_in, WayIn::PinOrdinario);
    bruno.open("portal_pin");
    bruno.inside("portal_pin").await;
    bruno.open("change_pin");
    bruno.inside("change_pin").await;
    bruno.fill("change_pin", &[("current", &pin)], &[]);
    let new = bruno.noted().await;
    assert_ne!(new, pin);
    bruno.inside("portal_pin").await;
    bruno.page.wishes.act(Act::ChangePerson).unwrap();
    bruno.door("door").await;
    bruno.go("log_in");
    bruno.door("log_in").await;
    bruno.fill("log_in", &[("pin", &pin)], &[]);
    let DoorPage::Form { form } = bruno.door("log_in").await else {
        panic!()
    };
    assert_eq!(form.refused.unwrap().code, "credentials_refused");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_the_first_half_and_the_tessera_says_where_the_second_goes() {
    let mut bruno = Visitor::at_the_door("Bruno").await;
    let (first, sent_before) = bruno.gets_the_halves().await;
    let letters = bruno.came_by(ChannelKind::Letter);
    bruno.go("activate");
    bruno.door("activate").await;
    bruno.fill("activate", &[("first_half", &first)], &[]);
    bruno.door("activate_contacts").await;
    bruno.fill("activate_contacts", &[], &[]);
    let DoorPage::Told { expected, .. } = bruno.door("activated").await else {
        panic!()
    };
    let ways: Vec<_> = expected
        .iter()
        .map(|half| (half.half.as_str(), half.by.as_str()))
        .collect();
    assert!(ways.contains(&("second", "letter")), "{ways:?}");
    let second = bruno.posted(ChannelKind::Letter, letters).await;
    assert_ne!(second, sent_before, "the half before is void");
    bruno.comes_to_the_first_change(&(first, second)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_asked_for_nothing_is_refused_without_being_told_what_is_wrong() {
    let mut bruno = Visitor::at_the_door("Bruno").await;
    bruno.go("activate");
    bruno.door("activate").await;
    bruno.fill("activate", &[("first_half", "ABCD2345")], &[]);
    let DoorPage::Form { form } = bruno.door("activate").await else {
        panic!()
    };
    assert_eq!(form.refused.unwrap().code, "credentials_refused");
    assert!(form.fields.iter().all(|field| field.fault.is_none()));
    let half = form.fields.iter().find(|field| field.name == "first_half");
    assert!(half.unwrap().value.is_empty(), "a secret is typed afresh");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_malformed_is_told_at_its_field_and_asked_of_nobody() {
    let mut bruno = Visitor::at_the_door("Bruno").await;
    bruno.go("request");
    bruno.door("request_start").await;
    bruno.fill("request_start", &[("codice_fiscale", "VRDBRN88C05Z999A")], &[]);
    let DoorPage::Form { form } = bruno.door("request_start").await else {
        panic!()
    };
    assert_eq!(form.fields[0].fault.as_deref(), Some("codice_fiscale"));
    bruno.fill("request_start", &[], &[]);
    bruno.door("request_person").await;
    bruno.fill("request_person", &[("mobile", ""), ("email", "bruno")], &[]);
    let DoorPage::Form { form } = bruno.door("request_person").await else {
        panic!()
    };
    let faulty: Vec<_> = form.fields.iter().filter(|field| field.fault.is_some()).collect();
    let names: Vec<_> = faulty.iter().map(|field| field.name.as_str()).collect();
    assert_eq!(names, ["mobile", "email"]);
    bruno.ask(Asked::Back).unwrap();
    bruno.door("request_start").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pin_is_revoked_with_the_code_that_came_and_opens_nothing_any_more() {
    let mut anna = Visitor::at_the_door("Anna").await;
    let lost = anna.gets_a_pin().await;
    anna.inside("services").await;
    anna.page.wishes.act(Act::ChangePerson).unwrap();
    anna.door("door").await;
    anna.go("revoke");
    anna.door("revoke").await;
    let (sms, emails) = (anna.came_by(ChannelKind::Sms), anna.came_by(ChannelKind::Email));
    anna.fill("revoke", &[("contacts_lost", "false")], &[]);
    anna.door("revoke_code").await;
    let code = tokio::select! {
        code = anna.posted(ChannelKind::Sms, sms) => code,
        code = anna.posted(ChannelKind::Email, emails) => code,
    };
    anna.fill("revoke_code", &[("code", &code)], &[]);
    anna.door("revoked").await;
    anna.go("log_in");
    anna.door("log_in").await;
    anna.fill("log_in", &[("pin", &lost)], &[]);
    let DoorPage::Form { form } = anna.door("log_in").await else {
        panic!()
    };
    assert_eq!(form.refused.unwrap().code, "credentials_refused");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_brother_asks_for_his_pin_while_the_sisters_session_is_closed_to_him() {
    let mut visitor = Visitor::at_the_door("Anna").await;
    let annas = visitor.gets_a_pin().await;
    let (screen, _) = visitor.inside("services").await;
    let (name, code) = (
        screen.holder_name.clone().unwrap(),
        screen.holder_code.clone().unwrap(),
    );
    assert!(name.to_uppercase().contains("ANNA"));
    visitor.page.wishes.act(Act::ChangePerson).unwrap();
    visitor.door("door").await;
    let left = serde_json::to_string(&visitor.page.wishes.stage.current().view).unwrap();
    assert!(!left.to_uppercase().contains("ANNA") && !left.contains(&code));
    visitor.become_("Bruno");
    visitor.gets_a_pin().await;
    let (screen, _) = visitor.inside("services").await;
    assert!(screen.holder_name.unwrap().to_uppercase().contains("BRUNO"));
    visitor.page.wishes.act(Act::ChangePerson).unwrap();
    visitor.door("door").await;
    visitor.become_("Anna");
    visitor.logs_in(&annas).await;
    let now = visitor.page.wishes.stage.current();
    assert_eq!((now.holder_name, now.holder_code), (Some(name), Some(code)));
    // The card of a third person in the reader changes nothing of a session by PIN.
    visitor.page.wishes.act(Act::LogOut).unwrap();
    assert_eq!(visitor.page.closed().await.0, cns_contract::EndReason::LoggedOut);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_filed_with_a_pin_ordinario_waits_and_goes_on_with_its_date_after_the_conversion() {
    let mut bruno = Visitor::at_the_door("Bruno").await;
    bruno.gets_a_pin().await;
    bruno.inside("services").await;
    bruno.open("assegno_unico");
    bruno.inside("assegno_unico").await;
    bruno.fill(
        "assegno_unico",
        &[("statements_accepted", "true")],
        &["VRDNNA85P52Z999Y"],
    );
    let (_, inside) = bruno.inside("application").await;
    let InsidePage::Application { application, .. } = inside.page else {
        panic!()
    };
    assert_eq!(application.state, "trattenuta");
    let filed = application.filed_at.unwrap();
    bruno.go("convert");
    bruno.inside("convert").await;
    bruno.fill("convert", &[], &[]);
    for side in [DocumentSide::Front, DocumentSide::Back, DocumentSide::Form] {
        bruno.inside("documents").await;
        let bytes = DOT.to_vec();
        bruno.ask(Asked::Document { side, bytes }).unwrap();
    }
    let (_, inside) = bruno.inside("documents").await;
    let InsidePage::Documents { has, .. } = &inside.page else {
        panic!()
    };
    assert_eq!(has.len(), 3);
    bruno.ask(Asked::Send).unwrap();
    let (_, inside) = bruno.inside("documents").await;
    assert!(matches!(inside.page, InsidePage::Documents { state, .. } if state == "inviata"));
    bruno.demo.play_operator().await.unwrap();
    bruno.open("applications");
    let (_, inside) = bruno.inside("applications").await;
    let InsidePage::Record { record } = inside.page else {
        panic!()
    };
    let shown = serde_json::to_string(&record).unwrap();
    assert!(shown.contains("acquisita") && shown.contains(&filed), "{shown}");
}

/// The smallest picture that there is.
const DOT: &[u8] = &[
    0x89, b'P', b'N', b'G', 13, 10, 26, 10, 0, 0, 0, 13, b'I', b'H', b'D', b'R', 0, 0, 0, 1, 0, 0, 0, 1, 8,
    0, 0, 0, 0, 0x3a, 0x7e, 0x9b, 0x55, 0, 0, 0, 10, b'I', b'D', b'A', b'T', 0x78, 0x9c, 0x63, 0xf8, 0x0f, 0,
    1, 1, 1, 0, 0xb1, 0x38, 0xf6, 0x14, 0, 0, 0, 0, b'I', b'E', b'N', b'D', 0xae, 0x42, 0x60, 0x82,
];
