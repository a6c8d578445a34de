use super::*;
use crate::scripted::{NOW, ScriptedReaders};
use crate::{CardPresence, Method, OfferedCard, SessionHandle, Token};
use cns_card::{CardPin, CardProfiles, SignatureScheme};
use cns_iso7816::PinPad;
use cns_portal_api::{ContributionStatement, Scope};
use cns_trust::revocation::NotAsked;
use cns_trust::{CheckedCertificate, FixedClock, TrustRoots};
use cns_virtual_card::{EXAMPLE_PIN, pki};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

mod faults;
mod judged;
mod pin;
mod web;

const PROFILE: &str = include_str!("../../profiles/riferimento.toml");

/// Answers like this, one after the other, and remembers what it was asked.
#[derive(Default)]
struct Typing {
    answers: VecDeque<PinAnswer>,
    asked: Vec<PinRequest>,
    takes: Option<usize>,
}

impl Typing {
    /// Types these PINs, wanting the last try too.
    fn these(pins: &[&str]) -> Self {
        Self::who(
            pins.iter()
                .map(|pin| typed(pin).for_the_last_try())
                .map(PinAnswer::Typed),
        )
    }

    fn who(answers: impl IntoIterator<Item = PinAnswer>) -> Self {
        Self {
            answers: answers.into_iter().collect(),
            ..Self::default()
        }
    }

    /// How each request but the first said that the one before had ended.
    fn refusals(&self) -> Vec<(Option<PinRefusal>, Option<&'static str>, Option<u8>)> {
        let again = self.asked.iter().skip(1);
        let code = |request: &PinRequest| request.problem.as_ref().map(|problem| problem.code.name());
        again
            .map(|request| (request.refused, code(request), request.tries_left))
            .collect()
    }
}

fn typed(pin: &str) -> CardPin {
    CardPin::parse(pin).unwrap()
}

impl PinEntry for Typing {
    async fn ask(&mut self, request: PinRequest) -> Option<PinAnswer> {
        self.asked.push(request);
        self.answers.pop_front()
    }
}

impl CardChoice for Typing {
    async fn choose(&mut self, _offered: &[OfferedCard]) -> Option<usize> {
        self.takes
    }
}

/// A portal that takes any card which signs.
#[derive(Default)]
struct OpenPortal {
    logged_in: Mutex<u32>,
    logged_out: Mutex<u32>,
}

fn session() -> Session {
    Session {
        portal: "riferimento".to_owned(),
        api_url: "https://localhost:8444".parse().unwrap(),
        server_ca: None,
        handle: SessionHandle("00".repeat(16)),
        token: Token::new("example".to_owned()),
        holder_name: "MARIA ROSSI".to_owned(),
        masked_code: None,
        method: Method::Cns,
        kind: None,
        scope: Scope::Full,
        expires_at: NOW,
    }
}

impl Portal for OpenPortal {
    async fn log_in(&self, card: UnlockedCard, certificate: &CheckedCertificate) -> Result<Session, Problem> {
        assert!(
            certificate.is_for(card.certificate_der()),
            "the proof is about another certificate"
        );
        let signed =
            tokio::task::spawn_blocking(move || card.sign(SignatureScheme::PssSha256, b"hello")).await;
        signed.unwrap()?;
        *self.logged_in.lock().unwrap() += 1;
        Ok(session())
    }

    async fn statement(&self, _session: &Session) -> Result<ContributionStatement, Problem> {
        Err(ProblemCode::PortalRefused.into())
    }

    async fn log_out(&self, _session: &Session) -> Result<(), Problem> {
        *self.logged_out.lock().unwrap() += 1;
        Ok(())
    }
}

/// A vault that keeps, that cannot, or that waits for a person to unlock it.
#[derive(Clone, Copy)]
enum Shelf {
    Works,
    Fails,
    Waits,
}

impl Vault for Shelf {
    async fn keep(&self, _session: &Session) -> Result<Kept, Problem> {
        match self {
            Self::Works => Ok(Kept::Keyring),
            Self::Fails => Err(ProblemCode::KeyringFailed.into()),
            Self::Waits => std::future::pending().await,
        }
    }

    async fn sessions(&self) -> Result<Vec<Session>, Problem> {
        Ok(Vec::new())
    }

    async fn forget(&self, _handle: &SessionHandle) -> Result<(), Problem> {
        Ok(())
    }
}

/// One journey, and what was told on the way.
struct Played {
    ended: Result<LoggedIn, ProblemCode>,
    problem: Option<Problem>,
    told: Vec<String>,
}

async fn play(readers: &ScriptedReaders, typing: &mut Typing, portal: &OpenPortal, vault: &Shelf) -> Played {
    play_telling(readers, typing, portal, vault, |_| {}).await
}

async fn play_telling(
    readers: &ScriptedReaders,
    typing: &mut Typing,
    portal: &OpenPortal,
    vault: &Shelf,
    hear: impl Fn(&Progress) + Sync,
) -> Played {
    play_judged(readers, typing, portal, vault, &judge(), hear).await
}

async fn play_judged<P: PinEntry + CardChoice>(
    readers: &ScriptedReaders,
    typing: &mut P,
    portal: &OpenPortal,
    vault: &Shelf,
    judge: &Judge,
    hear: impl Fn(&Progress) + Sync,
) -> Played {
    let told = Mutex::new(Vec::new());
    let tell = |progress: Progress| {
        hear(&progress);
        told.lock().unwrap().push(format!("{progress:?}"));
    };
    let profile = PortalProfile::parse(PROFILE).unwrap();
    let cards = Cards::new(readers, CardProfiles::built_in());
    let ports = Ports {
        cards: &cards,
        person: typing,
        portal,
        vault,
    };
    let ended = log_in(ports, None, &profile, judge, &tell).await;
    Played {
        problem: ended.as_ref().err().cloned(),
        ended: ended.map_err(|problem| problem.code),
        told: told.into_inner().unwrap(),
    }
}

/// One more journey with the same cards: the reader that it used, or its problem.
async fn play_with(
    cards: &Cards<&ScriptedReaders>,
    typing: &mut Typing,
    portal: &OpenPortal,
) -> Result<String, ProblemCode> {
    let profile = PortalProfile::parse(PROFILE).unwrap();
    let ports = Ports {
        cards,
        person: typing,
        portal,
        vault: &Shelf::Works,
    };
    let ended = log_in(ports, None, &profile, &judge(), &|_| {}).await;
    ended
        .map(|logged_in| logged_in.slot.reader)
        .map_err(|problem| problem.code)
}

fn judge() -> Judge {
    Judge::new(
        Arc::new(example_roots()),
        Arc::new(NotAsked),
        Arc::new(FixedClock(NOW)),
    )
}

fn example_roots() -> TrustRoots {
    let mut roots = TrustRoots::default();
    roots.add_der(pki::Authority::example().unwrap().certificate_der().to_vec());
    roots
}

#[tokio::test]
async fn a_good_journey_ends_with_a_kept_session() {
    let (readers, portal) = (ScriptedReaders::one("citizen-good"), OpenPortal::default());
    let mut typing = Typing::these(&[EXAMPLE_PIN]);
    let played = play(&readers, &mut typing, &portal, &Shelf::Works).await;
    assert_eq!(played.ended.unwrap().kept, Kept::Keyring);
    assert_eq!(
        played.told,
        ["Reading", "Reading", "Card", "Connecting", "Inside"],
        "the second time with the holder's name"
    );
    let asked = PinRequest {
        holder_name: Some("MARIA ROSSI".to_owned()),
        reader: "A".to_owned(),
        tries_left: None,
        last_try: false,
        refused: None,
        problem: None,
        host: "localhost".to_owned(),
        pin_pad: PinPad::Absent,
    };
    assert_eq!(typing.asked, [asked]);
}

#[tokio::test]
async fn a_bad_certificate_ends_the_journey_before_the_pin() {
    for identity in [
        "citizen-expired",
        "citizen-not-yet-valid",
        "citizen-wrong-policy",
        "citizen-foreign-authority",
    ] {
        let (readers, portal) = (ScriptedReaders::one(identity), OpenPortal::default());
        let mut typing = Typing::these(&[EXAMPLE_PIN]);
        let played = play(&readers, &mut typing, &portal, &Shelf::Works).await;
        assert_eq!(
            played.ended.unwrap_err(),
            ProblemCode::CertificateRefused,
            "{identity}"
        );
        assert_eq!(
            played.told,
            ["Reading", "Reading", "Card"],
            "the person sees whose card it is and why it is refused"
        );
        assert!(typing.asked.is_empty(), "{identity}: nobody types a PIN in vain");
    }
}

#[tokio::test]
async fn a_session_that_cannot_be_kept_is_ended_on_the_portal() {
    let (readers, portal) = (ScriptedReaders::one("citizen-good"), OpenPortal::default());
    let played = play(
        &readers,
        &mut Typing::these(&[EXAMPLE_PIN]),
        &portal,
        &Shelf::Fails,
    )
    .await;
    assert_eq!(played.ended.unwrap_err(), ProblemCode::KeyringFailed);
    assert_eq!(
        (
            *portal.logged_in.lock().unwrap(),
            *portal.logged_out.lock().unwrap()
        ),
        (1, 1)
    );
}

#[tokio::test]
async fn a_card_pulled_at_any_step_ends_the_journey_and_the_next_insertion_works() {
    for step in ["Reading", "Card", "Connecting"] {
        let (readers, portal) = (ScriptedReaders::one("citizen-good"), OpenPortal::default());
        let pull = |progress: &Progress| {
            if format!("{progress:?}") == step {
                readers.move_card("A", CardPresence::Absent);
            }
        };
        let vault = Shelf::Works;
        let played = play_telling(
            &readers,
            &mut Typing::these(&[EXAMPLE_PIN]),
            &portal,
            &vault,
            pull,
        )
        .await;
        assert_eq!(played.ended.unwrap_err(), ProblemCode::CardRemoved, "{step}");
        assert_eq!(readers.tries_left("A"), 3, "{step}");
        readers.move_card("A", CardPresence::Present);
        let again = play(&readers, &mut Typing::these(&[EXAMPLE_PIN]), &portal, &vault).await;
        assert!(again.ended.is_ok(), "{step}");
    }
}

#[tokio::test]
async fn a_card_pulled_while_the_keyring_waits_leaves_no_session_open() {
    let (readers, portal) = (ScriptedReaders::one("citizen-good"), OpenPortal::default());
    let mut typing = Typing::these(&[EXAMPLE_PIN]);
    let pull = async {
        while *portal.logged_in.lock().unwrap() == 0 {
            tokio::task::yield_now().await;
        }
        readers.move_card("A", CardPresence::Absent);
    };
    let (played, ()) = tokio::join!(play(&readers, &mut typing, &portal, &Shelf::Waits), pull);
    assert_eq!(played.ended.unwrap_err(), ProblemCode::CardRemoved);
    assert_eq!(
        *portal.logged_out.lock().unwrap(),
        1,
        "the session is ended on the portal"
    );
}

#[tokio::test]
async fn a_mute_card_is_named() {
    let (readers, portal) = (ScriptedReaders::one("citizen-good"), OpenPortal::default());
    readers.move_card("A", CardPresence::Mute);
    let played = play(&readers, &mut Typing::default(), &portal, &Shelf::Works).await;
    assert_eq!(played.ended.unwrap_err(), ProblemCode::CardMute);
}

#[tokio::test]
async fn with_several_cards_the_one_that_was_chosen_logs_in_and_the_others_are_left_alone() {
    for (place, used, left) in [(0, "A", "B"), (1, "B", "A")] {
        let readers = ScriptedReaders::with(&[
            ("A", "classic-st2021", "citizen-good"),
            ("B", "classic-st2021", "citizen-luca"),
        ]);
        let portal = OpenPortal::default();
        let mut typing = Typing::these(&["99999", EXAMPLE_PIN]);
        typing.takes = Some(place);
        let cards = Cards::new(&readers, CardProfiles::built_in());
        let logged_in = play_with(&cards, &mut typing, &portal).await;
        assert_eq!(logged_in, Ok(used.to_owned()));
        let compared = |reader: &str| readers.card(reader).with_card(|card| card.pin_comparisons());
        assert_eq!((compared(used), compared(left)), (2, 0));
    }
}

#[tokio::test]
async fn a_card_that_another_program_holds_is_opened_anew_by_the_next_journey() {
    let (readers, portal) = (ScriptedReaders::one("citizen-good"), OpenPortal::default());
    let cards = Cards::new(&readers, CardProfiles::built_in());
    readers.refuse("A", Some(ProblemCode::CardBusy));
    let busy = play_with(&cards, &mut Typing::default(), &portal).await;
    assert_eq!(busy, Err(ProblemCode::CardBusy));
    readers.refuse("A", None);
    assert!(
        play_with(&cards, &mut Typing::these(&[EXAMPLE_PIN]), &portal)
            .await
            .is_ok()
    );
}
