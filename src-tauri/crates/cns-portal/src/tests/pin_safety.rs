//! What holds of PINs whatever happens: any order of events, an end at any moment, a post that is in doubt.

use crate::outbox::{Channel, ChannelKind, Channels, Mailbox, Outgoing, SendError, Sending};
use crate::pin::life::{self, PinEvent};
use crate::tests::on_postgres;
use crate::tests::pins::{ANNA, NOBODY, code_in};
use crate::tests::world::World;
use crate::{Database, Settings};
use cns_portal_api::{PinKind, PinState, codes, paths};
use proptest::prelude::*;
use rand::seq::SliceRandom as _;
use serde_json::json;
use std::future::Future;
use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

/// What a PIN has, beside its state.
#[derive(Clone, Copy)]
struct Model {
    state: Option<PinState>,
    kind: PinKind,
    working: bool,
    first: bool,
    second: bool,
    used: bool,
}

impl Model {
    /// Lets an event happen as the portal does; false where it cannot.
    fn happens(&mut self, event: PinEvent) -> bool {
        use PinEvent as E;
        let only_used = matches!(event, E::Restored | E::RestoreAged | E::RestoreUndeliverable);
        let only_unused = matches!(event, E::HalvesAged | E::Undeliverable);
        let guarded = if self.used { !only_unused } else { !only_used };
        let Some(to) = life::next(self.state, event).filter(|_| guarded) else {
            return false;
        };
        self.state = Some(to);
        if event == E::Counter {
            (self.working, self.used, self.kind) = (true, true, PinKind::Dispositivo);
        }
        if event == E::FirstUse {
            (self.working, self.used) = (true, true);
        }
        let of_the_working = [
            E::Restored,
            E::CallConfirmed,
            E::Ended,
            E::CallRefused,
            E::HalvesAged,
        ];
        if of_the_working.contains(&event) {
            self.working = false;
        }
        if of_the_working.contains(&event) || event == E::FirstUse {
            (self.first, self.second) = (false, false);
        }
        if [E::FirstLeft, E::FirstInDoubt].contains(&event) {
            self.first = event == E::FirstLeft;
        }
        if [E::LetterLeft, E::SecondLeft, E::SecondInDoubt, E::Activated].contains(&event) {
            self.second = [E::LetterLeft, E::SecondLeft].contains(&event);
        }
        true
    }
}

#[test]
fn a_hundred_thousand_lives_in_any_order_never_open_what_they_should_not() {
    let events: Vec<PinEvent> = life::LIFE.iter().map(|(_, event, _)| *event).collect();
    let mut dice = rand::thread_rng();
    let (mut ended, mut used) = (0, 0);
    for _ in 0..100_000 {
        let mut pin = Model {
            state: None,
            kind: PinKind::Ordinario,
            working: false,
            first: false,
            second: false,
            used: false,
        };
        for _ in 0..40 {
            let Some(event) = events.choose(&mut dice) else {
                return;
            };
            let before = pin;
            if !pin.happens(*event) {
                continue;
            }
            let told = format!("{:?} {event:?} {:?}", before.state, pin.state);
            assert_ne!(before.state, Some(PinState::Revoked), "it is final: {told}");
            assert!(before.kind == pin.kind || *event == PinEvent::Counter, "{told}");
            match pin.state {
                Some(PinState::Active | PinState::Expired) => assert!(pin.working && pin.used, "{told}"),
                Some(PinState::SecondSent | PinState::Initial) => {
                    assert!(pin.first && pin.second && !pin.working, "{told}");
                }
                Some(PinState::FirstSent) => assert!(pin.first && !pin.second && !pin.working, "{told}"),
                Some(PinState::Requested | PinState::ToVerify) => assert!(!pin.working, "{told}"),
                Some(PinState::Revoked) => assert!(!pin.working && !pin.first, "{told}"),
                Some(PinState::Locked) | None => {}
            }
        }
        ended += u32::from(pin.state == Some(PinState::Revoked));
        used += u32::from(pin.used);
    }
    assert!(ended > 10_000 && used > 1_000, "{ended} ended, {used} were used");
}

/// Lets something go on for so many turns, then drops it, as a process that is killed does. True when it had ended.
async fn for_turns(turns: usize, work: impl Future<Output = ()>) -> bool {
    let mut work = pin!(work);
    for _ in 0..turns {
        if let Poll::Ready(()) = work.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            return true;
        }
        // What it waits for goes on in other threads.
        tokio::time::sleep(Duration::from_micros(200)).await;
    }
    false
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn work_that_ends_at_any_moment_loses_no_request_and_makes_no_half_twice() {
    let mut whole = 0;
    for turns in (0..4000).step_by(9) {
        let folder = tempfile::tempdir().unwrap();
        let database = match on_postgres::database() {
            Database::Memory => Database::File(folder.path().join("portal.sqlite")),
            database @ (Database::File(_) | Database::Postgres(_)) => database,
        };
        let killed = World::on(&database).await;
        let receipt = killed.ask_for_pin(ANNA).await;
        let ended = for_turns(turns, killed.deliver()).await;
        // A process that ends lets go of the database.
        killed.portal.close().await;
        let world = killed.beside(&database).await;
        // First the leases run out, then the pause before what may have left goes again.
        for _ in 0..3 {
            world.clock.advance(Duration::from_secs(3600));
            world.deliver().await;
        }
        let state = world.followed(&receipt).await["state"].clone();
        assert_eq!(state, "seconda_parte_inviata", "after {turns} turns");
        let arrived = world.arrived();
        let halves: Vec<_> = arrived
            .iter()
            .filter_map(|message| code_in(&message.text))
            .collect();
        assert_eq!(halves.len(), 2, "after {turns} turns");
        world.enter_with_pin(ANNA, &halves.concat()).await;
        world.portal.close().await;
        whole += u32::from(ended);
        if whole == 2 {
            println!("ended by itself after {turns} turns");
            assert!(turns > 20, "{turns}");
            return;
        }
    }
    panic!("the work never ended by itself");
}

/// A way out that delivers, and for its first messages says something else about it.
struct Fickle {
    honest: Arc<dyn Channel>,
    says: Mutex<Vec<SendError>>,
}

impl Channel for Fickle {
    fn kind(&self) -> ChannelKind {
        self.honest.kind()
    }

    fn send<'a>(&'a self, message: &'a Outgoing) -> Sending<'a> {
        Box::pin(async move {
            let says = self.says.lock().unwrap().pop();
            if says != Some(SendError::NotSent { retry: false }) {
                self.honest.send(message).await?;
            }
            says.map_or(Ok(()), Err)
        })
    }
}

/// A world in which one way out is fickle.
async fn fickle(kind: ChannelKind, says: &[SendError]) -> World {
    let mailbox = Mailbox::new();
    let channels = mailbox
        .channels()
        .0
        .into_iter()
        .map(|honest| -> Arc<dyn Channel> {
            if honest.kind() != kind {
                return honest;
            }
            let says = Mutex::new(says.to_vec());
            Arc::new(Fickle { honest, says })
        });
    let settings = Settings {
        channels: Channels(channels.collect()),
        ..Settings::in_memory().unwrap()
    };
    World::with_mailbox(settings, mailbox).await
}

#[tokio::test]
async fn a_half_in_doubt_is_void_and_another_value_leaves() {
    let world = fickle(ChannelKind::Email, &[SendError::InDoubt]).await;
    let mut form = world.form(ANNA).await;
    form["contacts"] = json!({ "landline": "+39 06 1234567", "email": "anna@example.org" });
    form["preferred_phone"] = json!("landline");
    assert_eq!(world.post(paths::PIN_REQUESTS, &form).await.status, 201);
    world.deliver().await;
    let arrived = world.arrived();
    let mails: Vec<_> = arrived
        .iter()
        .filter(|message| message.channel == ChannelKind::Email)
        .filter_map(|message| code_in(&message.text))
        .collect();
    let [first, last] = &mails[..] else {
        panic!("{} mails", mails.len());
    };
    assert_ne!(first, last, "a value that may have left never leaves again");
    let letter = world.code_by(ChannelKind::Letter);
    let void = world.type_pin(ANNA, &format!("{first}{letter}")).await;
    void.expect_problem(403, codes::CREDENTIALS_REFUSED);
    world.clock.advance(Duration::from_secs(20));
    world.enter_with_pin(ANNA, &format!("{last}{letter}")).await;
}

#[tokio::test]
async fn a_contact_that_does_not_exist_gives_way_to_the_next_and_then_to_a_call() {
    let world = fickle(ChannelKind::Sms, &[SendError::NotSent { retry: false }]).await;
    let receipt = world.ask_for_pin(ANNA).await;
    world.deliver().await;
    let by = &world.followed(&receipt).await["expected"][0]["by"];
    assert_eq!(by, "email");
    let initial = world.code_by(ChannelKind::Email) + &world.code_by(ChannelKind::Letter);
    world.enter_with_pin(ANNA, &initial).await;

    let world = fickle(ChannelKind::Email, &[SendError::NotSent { retry: false }]).await;
    let mut form = world.form(ANNA).await;
    form["contacts"] = json!({ "landline": "+39 06 1234567", "email": "anna@example.org" });
    form["preferred_phone"] = json!("landline");
    let answer = world.post(paths::PIN_REQUESTS, &form).await;
    world.deliver().await;
    let receipt = answer.body["receipt"].as_str().unwrap();
    assert_eq!(world.followed(receipt).await["state"], "da_verificare");
    let cases = world.portal.requests_to_verify().await.unwrap();
    assert_eq!(cases[0].reasons, ["undeliverable"]);
}

#[tokio::test]
async fn a_restore_whose_half_nobody_takes_leaves_the_pin_locked_and_can_be_asked_for_again() {
    let refused = SendError::NotSent { retry: false };
    // The first message by e-mail is the notice of the restore, the second one the half: the last said comes first.
    let world = fickle(ChannelKind::Email, &[refused, refused]).await;
    let (pin, _) = world.working_pin(ANNA).await;
    let body = json!({ "codice_fiscale": ANNA });
    assert_eq!(world.post(paths::PIN_RESTORES, &body).await.status, 202);
    world.deliver().await;
    let body = json!({ "codice_fiscale": ANNA, "code": world.code_by(ChannelKind::Sms) });
    assert_eq!(
        world.post(paths::PIN_RESTORE_CONFIRMATIONS, &body).await.status,
        200
    );
    world.deliver().await;
    let token = world.enter(ANNA).await;
    let about = world.get(paths::MY_PIN, Some(&token)).await.body;
    assert_eq!(about["state"], "bloccato");
    world
        .type_pin(ANNA, &pin)
        .await
        .expect_problem(403, codes::CREDENTIALS_REFUSED);
    let restored = world.restored_pin(ANNA).await;
    world.clock.advance(Duration::from_secs(20));
    world.enter_with_pin(ANNA, &restored).await;
}

#[tokio::test]
async fn the_audit_names_nobody_and_holds_through_a_whole_life() {
    let world = World::new().await;
    let (_, token) = world.working_pin(ANNA).await;
    world.mistype(ANNA, 5).await;
    world.type_pin(NOBODY, "22222222").await;
    world.restored_pin(ANNA).await;
    world.revoke(ANNA).await;
    world.get(paths::ME, Some(&token)).await;
    let rows: Vec<(String, String, String)> =
        sqlx::query_as("SELECT event, actor, facts FROM audit ORDER BY seq")
            .fetch_all(world.portal.store().reading())
            .await
            .unwrap();
    let events: Vec<&str> = rows.iter().map(|(event, _, _)| event.as_str()).collect();
    for event in [
        "pin_requested",
        "pin_half_settled",
        "pin_login",
        "pin_changed",
        "pin_login_refused",
        "pin_locked",
        "pin_code_sent",
        "pin_restored",
        "pin_revoked",
    ] {
        assert!(events.contains(&event), "{event} is not in {events:?}");
    }
    for (event, actor, facts) in &rows {
        for personal in [ANNA, NOBODY, "Verdi", "Anna", "example.org", "333"] {
            assert!(!facts.contains(personal) && !actor.contains(personal), "{event}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_text_that_is_typed_brings_the_portal_down(text in "\\PC{0,40}", number in "[0-9 -]{0,30}") {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let world = World::new().await;
            for (path, body) in [
                (paths::PIN_SESSIONS, json!({ "codice_fiscale": text, "pin": text })),
                (paths::PIN_SESSIONS, json!({ "codice_fiscale": ANNA, "pin": text })),
                (paths::PIN_REQUEST_LOOKUPS, json!({ "receipt": text })),
                (paths::PIN_RESTORE_CONFIRMATIONS, json!({ "codice_fiscale": ANNA, "code": text })),
                (paths::PIN_ACTIVATION_CONTACTS, json!({ "activation": text, "mobile": number,
                    "other": { "kind": "email", "value": text }, "send_second_to": "email" })),
                (paths::PIN_REVOCATIONS, json!({ "codice_fiscale": text, "tessera_number": number,
                    "tessera_expiry": "2027-01-01" })),
            ] {
                let answer = world.post(path, &body).await;
                assert!(answer.status.is_client_error() || answer.status == 202, "{path} {}", answer.body);
            }
        });
    }
}
