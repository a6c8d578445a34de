//! What others say of the certificate, while a card is in front of the person.

use super::page::{Page, clock, page_judged_by, what_stays};
use crate::desk::{Answer, Question};
use crate::person::{Act, Care};
use cns_contract::{CardSeen, NotTaken, OutcomeSeen, View};
use cns_login::{Judge, Language};
use cns_trust::revocation::{Attempt, Reason, Recorded, Source, Statement, Status, Times, Unchecked};
use cns_trust::{Clock, FetchError, SystemClock, TrustAnchors, TrustRoots, TrustSource};
use std::sync::Arc;
use time::{Duration, OffsetDateTime, Time};
use tokio::sync::watch;

#[tokio::test(flavor = "multi_thread")]
async fn each_answer_has_a_sentence_of_its_own_and_only_a_bad_one_takes_the_way_in_back() {
    let revoked = |at, reason| {
        says(Status::Revoked {
            at,
            reason: Some(reason),
        })
    };
    let yesterday = now() - Duration::DAY;
    let silent = Err(Unchecked::Fetch(FetchError::Timeout {
        host: HOST.to_owned(),
    }));
    for (answer, headline, outcome) in [
        (says(Status::Good), "good", OutcomeSeen::Good),
        (
            revoked(yesterday, Reason::KeyCompromise),
            "revoked",
            OutcomeSeen::Bad,
        ),
        (
            revoked(yesterday, Reason::CertificateHold),
            "suspended",
            OutcomeSeen::Bad,
        ),
        (
            revoked(birth(), Reason::CertificateHold),
            "never_activated",
            OutcomeSeen::Bad,
        ),
        (
            says(Status::UnknownToResponder),
            "revocation_unchecked",
            OutcomeSeen::Unknown,
        ),
        (silent, "revocation_unchecked", OutcomeSeen::Unknown),
    ] {
        let (mut page, gate) = page_told(vec![attempt(answer)]).await;
        let first = page.card().await;
        assert_eq!(first.verdict.headline.case, "checking");
        assert!(first.verdict.checking && first.may_log_in);
        gate.open();
        let card = judged(&mut page).await;
        assert_eq!(card.verdict.headline.case, headline);
        assert_eq!(card.verdict.outcome, outcome, "{headline}");
        assert_eq!(card.may_log_in, outcome != OutcomeSeen::Bad, "{headline}");
        assert_eq!(card.verdict.attempts.len(), 1, "{headline}");
        assert_eq!(card.verdict.attempts[0].way, "ocsp");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_answer_changes_the_card_in_its_place() {
    let (mut page, gate) = page_told(vec![attempt(says(Status::Good))]).await;
    let before = page.until("card").await;
    gate.open();
    let after = page.until("card").await;
    assert_eq!(after.view_turn, before.view_turn, "nothing is begun again");
    assert!(after.turn > before.turn);
    page.go_in().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_that_was_revoked_while_its_pin_was_typed_never_gets_it() {
    for typed in [false, true] {
        let revoked = Status::Revoked {
            at: now() - Duration::DAY,
            reason: None,
        };
        let (mut page, gate) = page_told(vec![attempt(says(revoked))]).await;
        page.card().await;
        page.enter().unwrap();
        let View::PinOfTheCard { checking, .. } = page.until("pin_of_the_card").await.view else {
            panic!()
        };
        assert!(checking, "the PIN waits for the answer, and its screen says so");
        if typed {
            page.type_pin(cns_demo::PIN).unwrap();
        }
        gate.open();
        let View::Card { card, pin_unsent, .. } = page.until("card").await.view else {
            panic!()
        };
        assert!(pin_unsent && !card.may_log_in);
        assert_eq!(card.verdict.headline.case, "revoked");
        assert_eq!(page.type_pin(cns_demo::PIN), Err(NotTaken::NotNow));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_comes_while_the_pin_is_typed_leaves_its_screen_as_it_is() {
    let (mut page, gate) = page_told(vec![attempt(says(Status::Good))]).await;
    page.card().await;
    page.enter().unwrap();
    let before = page.until("pin_of_the_card").await;
    gate.open();
    let after = page.until("pin_of_the_card").await;
    assert_eq!(after.view_turn, before.view_turn);
    assert!(matches!(after.view, View::PinOfTheCard { checking: false, .. }));
    page.type_pin(cns_demo::PIN).unwrap();
    page.statement().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_clock_is_suspected_before_the_card() {
    let behind = Attempt {
        server_date: Some(now() + Duration::days(40)),
        ..attempt(says(Status::Good))
    };
    let (mut page, gate) = page_told(vec![behind]).await;
    page.card().await;
    gate.open();
    let card = judged(&mut page).await;
    assert_eq!(card.verdict.headline.case, "clock");
    assert!(card.may_log_in, "a server's word on the time is a hint");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reminder_is_shown_first_and_written_only_when_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let files = || std::fs::read_dir(folder.path()).unwrap().count();
    let mut page = Page::of_the_example();
    let holder = page.card().await.holder.unwrap();
    for (saved_before, language) in [Language::It, Language::En].into_iter().enumerate() {
        page.wishes.act(Act::Care(Care::Reminder(language))).unwrap();
        let View::Reminder { text, .. } = page.until("reminder").await.view else {
            panic!()
        };
        assert_eq!(files(), saved_before);
        assert!(!text.to_uppercase().contains(&holder.full_name.to_uppercase()));
        let answer = Answer::SaveIn(folder.path().to_owned());
        page.wishes.desk.answer(Question::Reminder, answer).unwrap();
        let View::Reminder { saved_in, .. } = page.until("reminder").await.view else {
            panic!()
        };
        assert_eq!(std::fs::read_to_string(saved_in.unwrap()).unwrap(), text);
        page.wishes.desk.back().unwrap();
        page.card().await;
    }
}

/// The next card about which nothing more is asked.
async fn judged(page: &mut Page) -> CardSeen {
    loop {
        let card = page.card().await;
        if !card.verdict.checking {
            return card;
        }
    }
}

/// Keeps the answers back.
struct Gate {
    roots: TrustRoots,
    later: watch::Sender<Option<Arc<dyn TrustSource>>>,
}

impl Gate {
    fn open(&self) {
        self.later.send_replace(Some(Arc::new(self.roots.clone())));
    }
}

/// A page on the example, whose card is judged with these answers once the gate is open.
async fn page_told(attempts: Vec<Attempt>) -> (Page, Gate) {
    let (demo, vault) = what_stays().await;
    let (later, settled) = watch::channel(None);
    let gate = Gate {
        roots: demo.roots.clone(),
        later,
    };
    let at_hand = TrustAnchors::new(demo.roots.clone()).awaiting_list();
    let judge = Judge::awaiting(Arc::new(at_hand), settled, Arc::new(Recorded(attempts)), clock());
    (page_judged_by(judge, demo, vault), gate)
}

fn attempt(result: Result<Statement, Unchecked>) -> Attempt {
    Attempt {
        source: Source::Ocsp {
            host: HOST.to_owned(),
        },
        result,
        server_date: None,
    }
}

fn says(status: Status) -> Result<Statement, Unchecked> {
    let times = Times {
        produced_at: now(),
        next_update: None,
    };
    Ok(Statement { status, times })
}

/// The instant at which the example's certificate was made.
fn birth() -> OffsetDateTime {
    now().replace_time(Time::MIDNIGHT) - Duration::days(2 * 365)
}

fn now() -> OffsetDateTime {
    SystemClock.now()
}

const HOST: &str = "ocsp.example";
