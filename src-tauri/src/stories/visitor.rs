//! Somebody who stands at the door of the example's portal, and what comes to their letter box.

use super::page::{Page, what_stays, world_of};
use crate::asked::Asked;
use crate::desk::{Answer, Question};
use crate::person::Act;
use cns_contract::{DoorPage, Filled, Inside, InsidePage, NotTaken, PersonTyped, PortalSeen, Screen, View};
use cns_demo::{ChannelKind, Delivered, Demo};
use cns_portal_api::PIN_ALPHABET;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

/// The page of somebody who stands at the door, and what the example says of them.
pub(super) struct Visitor {
    pub(super) page: Page,
    pub(super) demo: &'static Demo,
    facts: BTreeMap<String, String>,
}

impl Visitor {
    pub(super) async fn at_the_door(name: &str) -> Self {
        let (demo, vault) = what_stays().await;
        let (page, mut person, _) = Page::open();
        person.stage.set_scene(PortalSeen::from(&demo.profile), None);
        tokio::spawn(async move { world_of(demo, vault).play(&mut person).await });
        let mut visitor = Self {
            page,
            demo,
            facts: BTreeMap::new(),
        };
        visitor.become_(name);
        visitor.page.until("card").await;
        visitor.page.wishes.act(Act::Door).unwrap();
        visitor.door("door").await;
        visitor
    }

    /// Another person takes the place in front of the window.
    pub(super) fn become_(&mut self, name: &str) {
        let person = self.demo.people.iter().find(|person| person.name == name);
        self.facts = cns_demo::facts_of(person.unwrap());
    }

    /// What this person knows of themselves.
    pub(super) fn fact(&self, name: &str) -> &str {
        &self.facts[name]
    }

    pub(super) fn ask(&self, asked: Asked) -> Result<(), NotTaken> {
        let desk = &self.page.wishes.desk;
        desk.answer(Question::Portal, Answer::Portal(asked))
    }

    pub(super) fn go(&self, to: &str) {
        self.ask(Asked::Go(to.to_owned())).unwrap();
    }

    pub(super) fn open(&self, what: &str) {
        self.ask(Asked::Open(what.to_owned())).unwrap();
    }

    /// Fills in a form with what the person knows, and with these words.
    pub(super) fn fill(&self, form: &str, more: &[(&str, &str)], people: &[&str]) {
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
    pub(super) async fn door(&mut self, step: &str) -> DoorPage {
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
    pub(super) async fn inside(&mut self, step: &str) -> (Screen, Box<Inside>) {
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
    pub(super) async fn posted(&self, channel: ChannelKind, before: usize) -> String {
        let mut delivered = self.demo.mailbox.delivered();
        let arrives = delivered.wait_for(|all| newest_secret(all, channel, before).is_some());
        let all = tokio::time::timeout(Duration::from_secs(30), arrives).await;
        newest_secret(&all.unwrap().unwrap(), channel, before).unwrap()
    }

    pub(super) fn came_by(&self, channel: ChannelKind) -> usize {
        let delivered = self.demo.mailbox.delivered();
        let all = delivered.borrow();
        all.iter().filter(|message| message.channel == channel).count()
    }

    /// From the door to both halves of an initial PIN: asked for, received, and followed with the receipt.
    pub(super) async fn gets_the_halves(&mut self) -> (String, String) {
        let (sms, letters) = (self.came_by(ChannelKind::Sms), self.came_by(ChannelKind::Letter));
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
        let first = self.posted(ChannelKind::Sms, sms).await;
        let second = self.posted(ChannelKind::Letter, letters).await;
        self.go("request_lookup");
        self.door("request_lookup").await;
        self.fill("request_lookup", &[("receipt", &receipt)], &[]);
        let DoorPage::Status { state, expected, .. } = self.door("request_status").await else {
            panic!()
        };
        assert_eq!(state, "seconda_parte_inviata");
        assert!(expected.iter().all(|delivery| delivery.sent));
        (first, second)
    }

    /// Goes in with both halves, as far as the new PIN that has to be made first.
    pub(super) async fn comes_to_the_first_change(&mut self, halves: &(String, String)) {
        self.go("log_in_initial");
        self.door("log_in_initial").await;
        let (first, second) = halves;
        let halves = [("first_half", first.as_str()), ("second_half", second)];
        self.fill("log_in_initial", &halves, &[]);
        let (_, inside) = self.inside("change_pin").await;
        let InsidePage::Form { form } = inside.page else {
            panic!()
        };
        assert_eq!((form.case.as_deref(), form.may_go_back), (Some("initial"), false));
    }

    /// From the door to a PIN that works: both halves received, and changed at once.
    pub(super) async fn gets_a_pin(&mut self) -> String {
        let halves = self.gets_the_halves().await;
        self.comes_to_the_first_change(&halves).await;
        self.fill("change_pin", &[], &[]);
        self.noted().await
    }

    /// Takes the new PIN, which is told once.
    pub(super) async fn noted(&mut self) -> String {
        self.inside("new_portal_pin").await;
        let pin = self.page.wishes.desk.take_new_portal_pin().unwrap();
        assert!(self.page.wishes.desk.take_new_portal_pin().is_none(), "told once");
        let screen = serde_json::to_string(&self.page.wishes.stage.current()).unwrap();
        assert!(!screen.contains(pin.reveal()), "no screen says it");
        self.ask(Asked::Noted).unwrap();
        pin.reveal().to_owned()
    }

    pub(super) async fn logs_in(&mut self, pin: &str) -> Box<Inside> {
        self.go("log_in");
        self.door("log_in").await;
        self.fill("log_in", &[("pin", pin)], &[]);
        self.inside("services").await.1
    }
}

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

fn newest_secret(all: &[Arc<Delivered>], channel: ChannelKind, before: usize) -> Option<String> {
    let came: Vec<_> = all.iter().filter(|message| message.channel == channel).collect();
    let newest = came.get(before..)?.last()?;
    secret_in(newest.text.as_str())
}
