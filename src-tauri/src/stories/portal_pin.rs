//! The life of a portal's PIN: the example's portal, its letter box, and no page.

use super::page::Page;
use crate::asked::Asked;
use crate::commands::DemoMove;
use crate::desk::{Answer, Question};
use crate::person::Act;
use cns_contract::{DoorPage, Filled, Inside, InsidePage, NotTaken, PersonTyped, Screen, View, WayIn};
use cns_portal_api::{DocumentSide, PIN_ALPHABET};
use std::collections::BTreeMap;

/// The page of somebody who stands at the door, and what the example says of them.
struct Visitor {
    page: Page,
    facts: BTreeMap<String, String>,
}

impl Visitor {
    async fn at_the_door(name: &str) -> Self {
        let mut page = Page::of_the_example();
        let screen = page.until("card").await;
        page.wishes.act(Act::Door).unwrap();
        let mut visitor = Self {
            page,
            facts: BTreeMap::new(),
        };
        visitor.become_(name, &screen);
        visitor.door("door").await;
        visitor
    }

    /// Another person takes the place in front of the window.
    fn become_(&mut self, name: &str, screen: &Screen) {
        let people = &screen.demo.as_ref().unwrap().people;
        let person = people.iter().find(|person| person.name.starts_with(name));
        self.facts = person.unwrap().facts.clone();
    }

    fn ask(&self, asked: Asked) -> Result<(), NotTaken> {
        let desk = &self.page.wishes.desk;
        desk.answer(Question::Portal, Answer::Portal(asked))
    }

    fn go(&self, to: &str) {
        self.ask(Asked::Go(to.to_owned())).unwrap();
    }

    fn open(&self, what: &str) {
        self.ask(Asked::Open(what.to_owned())).unwrap();
    }

    /// Fills in a form with what the person knows, and with these words.
    fn fill(&self, form: &str, more: &[(&str, &str)], people: &[&str]) {
        let mut values = self.facts.clone();
        values.extend(
            more.iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned())),
        );
        let people = people.iter().map(|code| PersonTyped {
            codice_fiscale: (*code).to_owned(),
            relation: String::new(),
            disability: false,
        });
        let filled = Filled {
            form: form.to_owned(),
            values,
            people: people.collect(),
        };
        self.ask(Asked::Filled(filled.into())).unwrap();
    }

    /// The next screen at the door of this step.
    async fn door(&mut self, step: &str) -> DoorPage {
        let mut passed_over = Vec::new();
        loop {
            let screen = self.page.until("at_the_door").await;
            assert_eq!(screen.holder_name, None, "nobody is logged in");
            let View::AtTheDoor { page } = screen.view else {
                panic!()
            };
            if page.step() == step {
                return page;
            }
            passed_over.push(page.step().to_owned());
            assert!(passed_over.len() < 20, "no {step} after {passed_over:?}");
        }
    }

    /// The next screen inside of this step.
    async fn inside(&mut self, step: &str) -> (Screen, Box<Inside>) {
        let mut passed_over = Vec::new();
        loop {
            let screen = self.page.until("inside").await;
            assert!(screen.holder_name.is_some() && screen.holder_code.is_some());
            let View::Inside { inside } = screen.view.clone() else {
                panic!()
            };
            if inside.page.step() == step {
                return (screen, inside);
            }
            if let InsidePage::Failed { problem } = &inside.page {
                panic!("{} instead of {step}", problem.code);
            }
            passed_over.push(inside.page.step().to_owned());
            assert!(passed_over.len() < 20, "no {step} after {passed_over:?}");
        }
    }

    /// The secret in the newest message of this channel, when there is one more than `before`.
    async fn posted(&self, channel: &str, before: usize) -> String {
        for _ in 0..600 {
            let demo = self.page.wishes.stage.current().demo.unwrap();
            let came: Vec<_> = demo.mailbox.iter().filter(|m| m.channel == channel).collect();
            if came.len() > before
                && let Some(code) = came.last().and_then(|message| secret_in(&message.text))
            {
                return code;
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        let demo = self.page.wishes.stage.current().demo.unwrap();
        panic!("no {channel} came: {:#?}", demo.mailbox)
    }

    fn came_by(&self, channel: &str) -> usize {
        let demo = self.page.wishes.stage.current().demo.unwrap();
        demo.mailbox.iter().filter(|m| m.channel == channel).count()
    }

    /// From the door to a PIN that works: asked for, both halves received, changed at once.
    async fn gets_a_pin(&mut self) -> String {
        let (sms, letters) = (self.came_by("sms"), self.came_by("letter"));
        self.go("request");
        self.door("request_start").await;
        self.fill("request_start", &[], &[]);
        self.door("request_person").await;
        self.fill("request_person", &[], &[]);
        self.door("request_review").await;
        self.ask(Asked::Send).unwrap();
        let DoorPage::Received { receipt, .. } = self.door("request_received").await else {
            panic!()
        };
        let first = self.posted("sms", sms).await;
        let second = self.posted("letter", letters).await;
        self.go("request_lookup");
        self.door("request_lookup").await;
        self.fill("request_lookup", &[("receipt", &receipt)], &[]);
        let DoorPage::Status { state, expected, .. } = self.door("request_status").await else {
            panic!()
        };
        assert_eq!(state, "seconda_parte_inviata");
        assert!(expected.iter().all(|delivery| delivery.sent));
        self.go("log_in_initial");
        self.door("log_in_initial").await;
        self.fill(
            "log_in_initial",
            &[("first_half", &first), ("second_half", &second)],
            &[],
        );
        let (_, inside) = self.inside("change_pin").await;
        let InsidePage::Form { form } = inside.page else {
            panic!()
        };
        assert_eq!((form.case.as_deref(), form.may_go_back), (Some("initial"), false));
        self.fill("change_pin", &[], &[]);
        self.noted().await
    }

    /// Takes the new PIN, which is told once.
    async fn noted(&mut self) -> String {
        self.inside("new_portal_pin").await;
        let pin = self.page.wishes.desk.take_new_portal_pin().unwrap();
        assert!(self.page.wishes.desk.take_new_portal_pin().is_none(), "told once");
        let screen = serde_json::to_string(&self.page.wishes.stage.current()).unwrap();
        assert!(!screen.contains(pin.reveal()), "no screen says it");
        self.ask(Asked::Noted).unwrap();
        pin.reveal().to_owned()
    }

    async fn logs_in(&mut self, pin: &str) -> Box<Inside> {
        self.go("log_in");
        self.door("log_in").await;
        self.fill("log_in", &[("pin", pin)], &[]);
        self.inside("services").await.1
    }
}

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
    bruno.go("activate");
    bruno.door("activate").await;
    // Nobody has asked for a PIN: what is wrong is not said.
    bruno.fill("activate", &[("first_half", "ABCD2345")], &[]);
    let DoorPage::Form { form } = bruno.door("activate").await else {
        panic!()
    };
    assert_eq!(form.refused.unwrap().code, "credentials_refused");
    assert!(
        form.fields
            .iter()
            .all(|field| field.name != "first_half" || field.value.is_empty())
    );
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
    let (sms, emails) = (anna.came_by("sms"), anna.came_by("email"));
    anna.fill("revoke", &[("contacts_lost", "false")], &[]);
    anna.door("revoke_code").await;
    let code = tokio::select! {
        code = anna.posted("sms", sms) => code,
        code = anna.posted("email", emails) => code,
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
    visitor.become_("Bruno", &screen);
    visitor.gets_a_pin().await;
    let (screen, _) = visitor.inside("services").await;
    assert!(screen.holder_name.unwrap().to_uppercase().contains("BRUNO"));
    visitor.page.wishes.act(Act::ChangePerson).unwrap();
    visitor.door("door").await;
    visitor.become_("Anna", &visitor.page.wishes.stage.current());
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
    bruno.page.wishes.move_demo_card(DemoMove::Operator).unwrap();
    let mut shown = String::new();
    for _ in 0..200 {
        bruno.open("applications");
        let (_, inside) = bruno.inside("applications").await;
        let InsidePage::Record { record } = inside.page else {
            panic!()
        };
        shown = serde_json::to_string(&record).unwrap();
        if shown.contains("acquisita") {
            assert!(shown.contains(&filed), "{shown}");
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("the application still waits: {shown}");
}

/// The smallest picture that there is.
const DOT: &[u8] = &[
    0x89, b'P', b'N', b'G', 13, 10, 26, 10, 0, 0, 0, 13, b'I', b'H', b'D', b'R', 0, 0, 0, 1, 0, 0, 0, 1, 8,
    0, 0, 0, 0, 0x3a, 0x7e, 0x9b, 0x55, 0, 0, 0, 10, b'I', b'D', b'A', b'T', 0x78, 0x9c, 0x63, 0xf8, 0x0f, 0,
    1, 1, 1, 0, 0xb1, 0x38, 0xf6, 0x14, 0, 0, 0, 0, b'I', b'E', b'N', b'D', 0xae, 0x42, 0x60, 0x82,
];

/// Eight symbols of a PIN, with or without a space in their middle.
fn secret_in(text: &str) -> Option<String> {
    let is_secret = |word: &str, length: usize| {
        word.len() == length && word.chars().all(|sign| PIN_ALPHABET.contains(sign))
    };
    let words: Vec<&str> = text.split(|sign: char| !sign.is_ascii_alphanumeric()).collect();
    let whole = words.iter().find(|word| is_secret(word, 8));
    if let Some(whole) = whole {
        return Some((*whole).to_owned());
    }
    let pairs = words
        .windows(2)
        .filter(|pair| pair.iter().all(|word| is_secret(word, 4)));
    pairs.map(|pair| pair.concat()).next()
}
