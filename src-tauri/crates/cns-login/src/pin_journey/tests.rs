use super::*;
use crate::scripted::{NOW, ScriptedPinPortal};
use crate::{Half, SessionHandle};
use std::collections::VecDeque;
use std::sync::Mutex;

const CODE: &str = "RSSMRA85T10A562S";

/// Types these, makes its new PIN so, and remembers what it was asked and shown.
#[derive(Default)]
struct Person {
    types: VecDeque<&'static str>,
    makes: VecDeque<NewPortalPin>,
    asked: Vec<PortalPinRequest>,
    changes: Vec<ChangeRequest>,
    shown: Vec<String>,
}

impl Person {
    fn typing(pins: &[&'static str]) -> Self {
        Self {
            types: pins.iter().copied().collect(),
            ..Self::default()
        }
    }
}

impl PortalPinEntry for Person {
    async fn ask(&mut self, request: PortalPinRequest) -> Option<TypedLogin> {
        self.asked.push(request);
        Some(TypedLogin {
            codice_fiscale: CODE.to_owned(),
            pin: PortalPin::parse(self.types.pop_front()?).unwrap(),
        })
    }

    async fn change(&mut self, request: ChangeRequest) -> Option<NewPortalPin> {
        self.changes.push(request);
        self.makes.pop_front()
    }

    async fn show(&mut self, pin: PortalPin) {
        self.shown.push(pin.reveal().to_owned());
    }
}

/// Keeps sessions, or cannot.
#[derive(Default)]
struct Shelf {
    kept: Mutex<Vec<Session>>,
    fails: bool,
}

impl Vault for Shelf {
    async fn keep(&self, session: &Session) -> Result<Kept, Problem> {
        if self.fails {
            return Err(ProblemCode::KeyringFailed.into());
        }
        self.kept.lock().unwrap().push(session.clone());
        Ok(Kept::Keyring)
    }

    async fn sessions(&self) -> Result<Vec<Session>, Problem> {
        Ok(self.kept.lock().unwrap().clone())
    }

    async fn forget(&self, _: &SessionHandle) -> Result<(), Problem> {
        Ok(())
    }
}

fn profile() -> PortalProfile {
    PortalProfile::named("riferimento").unwrap()
}

async fn journey(person: &mut Person, portal: &ScriptedPinPortal, vault: &Shelf) -> Result<Session, Problem> {
    let ports = PinPorts {
        person,
        portal,
        vault,
    };
    let logged_in = log_in_with_pin(ports, &profile(), &|_| {}).await?;
    Ok(logged_in.session)
}

#[tokio::test]
async fn a_working_pin_opens_the_area() {
    let (mut person, portal, vault) = (
        Person::typing(&["K7PQ2WXY"]),
        portal("K7PQ2WXY"),
        Shelf::default(),
    );
    let session = journey(&mut person, &portal, &vault).await.unwrap();
    assert_eq!(
        (session.scope, vault.kept.lock().unwrap().len()),
        (Scope::Full, 1)
    );
    assert!(person.changes.is_empty() && person.shown.is_empty());
}

#[tokio::test]
async fn a_wrong_pin_is_told_and_asked_for_again_and_never_sent_twice() {
    let (mut person, portal, vault) = (
        Person::typing(&["AAAABBBB", "K7PQ2WXY"]),
        portal("K7PQ2WXY"),
        Shelf::default(),
    );
    journey(&mut person, &portal, &vault).await.unwrap();
    let told = person.asked[1].problem.as_ref().unwrap().code;
    assert_eq!(told, ProblemCode::CredentialsRefused);
    assert_eq!(*portal.sent.lock().unwrap(), ["AAAABBBB", "K7PQ2WXY"]);
    let mut gives_up = Person::typing(&["AAAABBBB"]);
    let ended = journey(&mut gives_up, &portal, &vault).await.unwrap_err();
    assert_eq!(ended.code, ProblemCode::CredentialsRefused);
}

#[tokio::test]
async fn an_initial_pin_leads_to_the_new_one_which_is_shown_once_before_anything_is_kept() {
    let mut person = Person {
        makes: [NewPortalPin::Generated].into(),
        ..Person::typing(&["AAAABBBBCCCCDDDD"])
    };
    let (portal, vault) = (portal("AAAABBBBCCCCDDDD"), Shelf::default());
    let session = journey(&mut person, &portal, &vault).await.unwrap();
    assert_eq!(person.shown, [ScriptedPinPortal::MADE]);
    assert_eq!(session.scope, Scope::Full);
    assert_eq!(vault.kept.lock().unwrap().as_slice(), [session]);
    assert_eq!(person.changes[0].kind, Some(PinKind::Ordinario));
}

#[tokio::test]
async fn who_gives_up_at_the_change_leaves_no_session_behind() {
    let (mut person, portal, vault) = (
        Person::typing(&["AAAABBBBCCCCDDDD"]),
        portal("AAAABBBBCCCCDDDD"),
        Shelf::default(),
    );
    let ended = journey(&mut person, &portal, &vault).await.unwrap_err();
    assert_eq!(ended.code, ProblemCode::PortalPinNotGiven);
    assert_eq!(*portal.logged_out.lock().unwrap(), 1);
    assert!(vault.kept.lock().unwrap().is_empty());
}

#[tokio::test]
async fn a_chosen_pin_that_the_portal_refuses_is_chosen_again() {
    let chosen = |pin| NewPortalPin::Chosen(PortalPin::parse(pin).unwrap());
    let mut person = Person {
        makes: [chosen("AAAAAAAA"), chosen("K7PQ2WXY")].into(),
        ..Person::typing(&["AAAABBBBCCCCDDDD"])
    };
    let (portal, vault) = (portal("AAAABBBBCCCCDDDD"), Shelf::default());
    portal.refuse_choice("AAAAAAAA");
    journey(&mut person, &portal, &vault).await.unwrap();
    let told = person.changes[1].problem.as_ref().unwrap();
    assert_eq!(told.code, ProblemCode::PinNotAcceptable);
    assert!(person.shown.is_empty(), "who chose it knows it");
}

#[tokio::test]
async fn a_session_that_cannot_be_kept_is_ended() {
    let vault = Shelf {
        fails: true,
        ..Shelf::default()
    };
    let (mut person, portal) = (Person::typing(&["K7PQ2WXY"]), portal("K7PQ2WXY"));
    let ended = journey(&mut person, &portal, &vault).await.unwrap_err();
    assert_eq!(ended.code, ProblemCode::KeyringFailed);
    assert_eq!(*portal.logged_out.lock().unwrap(), 1);
}

#[tokio::test]
async fn where_the_pin_has_ended_nobody_is_asked_for_it() {
    let (mut person, portal, vault) = (
        Person::typing(&["K7PQ2WXY"]),
        portal("K7PQ2WXY"),
        Shelf::default(),
    );
    let inps = PortalProfile::named("inps").unwrap();
    let ports = PinPorts {
        person: &mut person,
        portal: &portal,
        vault: &vault,
    };
    let ended = log_in_with_pin(ports, &inps, &|_| {}).await.unwrap_err();
    assert_eq!(ended.code, ProblemCode::PinNotOffered);
    assert!(person.asked.is_empty());
}

fn portal(pin: &str) -> ScriptedPinPortal {
    ScriptedPinPortal::with(pin, NOW)
}

#[test]
fn two_halves_are_one_log_in() {
    let halves = Halves {
        first: Half::parse("AAAABBBB").unwrap(),
        second: Half::parse("CCCCDDDD").unwrap(),
    };
    let typed = TypedLogin::from((CODE.to_owned(), halves));
    assert_eq!(typed.pin.reveal(), "AAAABBBBCCCCDDDD");
    assert!(!format!("{typed:?}").contains("RSS"));
}
