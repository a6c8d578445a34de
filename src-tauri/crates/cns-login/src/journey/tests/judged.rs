//! What is asked of others about the certificate, while the person types.

use super::*;
use cns_trust::revocation::{
    Answers, Attempt, Question, Recorded, RevocationSource, Source, Statement, Status, Times, Unchecked,
};
use cns_trust::{Answering, Clock, FindingCode, Outcome, TrustAnchors, TrustSource};
use time::Duration;
use tokio::sync::{Notify, watch};

/// Answers when it is told to.
#[derive(Default)]
struct Slow {
    answers: Recorded,
    go: Notify,
}

impl RevocationSource for Slow {
    fn ask<'a>(&'a self, question: &'a Question, at: time::OffsetDateTime) -> Answering<'a, Answers> {
        Box::pin(async move {
            self.go.notified().await;
            self.answers.ask(question, at).await
        })
    }
}

/// A person who types, and then lets the answer come; or one who never types.
struct Beside<'a> {
    types: bool,
    slow: &'a Slow,
    asked: u32,
}

impl PinEntry for Beside<'_> {
    async fn ask(&mut self, _request: PinRequest) -> Option<PinAnswer> {
        self.asked += 1;
        self.slow.go.notify_one();
        if self.types {
            Some(PinAnswer::Typed(typed(EXAMPLE_PIN)))
        } else {
            std::future::pending().await
        }
    }
}

impl CardChoice for Beside<'_> {
    async fn choose(&mut self, _offered: &[OfferedCard]) -> Option<usize> {
        None
    }
}

fn said(status: Status) -> Recorded {
    let times = Times {
        produced_at: NOW,
        next_update: Some(NOW + Duration::DAY),
    };
    Recorded(vec![Attempt {
        source: Source::Ocsp {
            host: "ocsp.example".to_owned(),
        },
        result: Ok(Statement { status, times }),
        server_date: None,
    }])
}

fn revoked() -> Recorded {
    said(Status::Revoked {
        at: NOW - Duration::WEEK,
        reason: None,
    })
}

fn silent() -> Recorded {
    Recorded(vec![Attempt {
        source: Source::Ocsp {
            host: "ocsp.example".to_owned(),
        },
        result: Err(Unchecked::Malformed),
        server_date: None,
    }])
}

fn judge_with(revocation: Arc<dyn RevocationSource>) -> Judge {
    Judge::new(Arc::new(example_roots()), revocation, Arc::new(FixedClock(NOW)))
}

/// Plays with an answer that comes only after the person was asked.
async fn check(answers: Recorded, types: bool, expected: Result<(), (ProblemCode, Option<&str>)>) {
    let (readers, portal) = (ScriptedReaders::one("citizen-good"), OpenPortal::default());
    let slow = Arc::new(Slow {
        answers,
        ..Slow::default()
    });
    let mut person = Beside {
        types,
        slow: &slow,
        asked: 0,
    };
    let judge = judge_with(slow.clone());
    let played = play_judged(&readers, &mut person, &portal, &Shelf::Works, &judge, |_| {}).await;
    assert_eq!(person.asked, 1, "the person was asked before the answer came");
    let logged_in = u32::from(expected.is_ok());
    match expected {
        Ok(()) => assert!(played.ended.is_ok(), "{:?}", played.problem),
        Err((code, case)) => {
            let problem = played.problem.unwrap();
            assert_eq!((problem.code, problem.fact("case")), (code, case));
            assert_eq!(
                readers.verifies("A"),
                0,
                "a PIN went to a card whose certificate is refused"
            );
        }
    }
    assert_eq!(*portal.logged_in.lock().unwrap(), logged_in);
    assert!(played.told.contains(&"Judged".to_owned()), "{:?}", played.told);
}

#[tokio::test]
async fn a_pin_typed_while_others_are_asked_goes_to_the_card_when_they_say_that_all_is_well() {
    check(said(Status::Good), true, Ok(())).await;
}

#[tokio::test]
async fn a_pin_typed_for_a_certificate_that_turns_out_revoked_is_never_sent() {
    check(
        revoked(),
        true,
        Err((ProblemCode::CertificateRefused, Some("revoked"))),
    )
    .await;
}

#[tokio::test]
async fn who_is_still_typing_is_told_at_once_that_the_certificate_is_revoked() {
    check(
        revoked(),
        false,
        Err((ProblemCode::CertificateRefused, Some("revoked"))),
    )
    .await;
}

#[tokio::test]
async fn an_answer_that_could_not_be_had_keeps_nobody_out() {
    check(silent(), true, Ok(())).await;
}

#[tokio::test]
async fn a_card_taken_out_while_others_are_asked_ends_the_journey() {
    let (readers, portal) = (ScriptedReaders::one("citizen-good"), OpenPortal::default());
    let mut typing = Typing::these(&[EXAMPLE_PIN]);
    let judge = judge_with(Arc::new(Slow::default()));
    let hear = |progress: &Progress| {
        if matches!(progress, Progress::Card { goes_on: true, .. }) {
            readers.move_card("A", CardPresence::Absent);
        }
    };
    let played = play_judged(&readers, &mut typing, &portal, &Shelf::Works, &judge, hear).await;
    assert_eq!(played.ended.unwrap_err(), ProblemCode::CardRemoved);
    assert_eq!(readers.verifies("A"), 0);
}

#[tokio::test]
async fn a_list_that_comes_late_counts_before_the_pin_is_sent() {
    let (readers, portal) = (ScriptedReaders::one("citizen-good"), OpenPortal::default());
    let mut typing = Typing::these(&[EXAMPLE_PIN]);
    let at_hand = TrustAnchors::default().awaiting_list();
    let (come, later) = watch::channel(None);
    let judge = Judge::awaiting(
        Arc::new(at_hand),
        later,
        Arc::new(NotAsked),
        Arc::new(FixedClock(NOW)),
    );
    let verdicts = Mutex::new(Vec::new());
    let hear = |progress: &Progress| {
        if let Progress::Card { verdict, goes_on, .. } = progress {
            verdicts.lock().unwrap().push((verdict.clone(), *goes_on));
            let roots: Arc<dyn TrustSource> = Arc::new(example_roots());
            come.send_replace(Some(roots));
        }
        if let Progress::Judged { verdict, .. } = progress {
            verdicts.lock().unwrap().push((verdict.clone(), false));
        }
    };
    let played = play_judged(&readers, &mut typing, &portal, &Shelf::Works, &judge, hear).await;
    assert!(played.ended.is_ok(), "{:?}", played.problem);
    let signatures: Vec<_> = verdicts
        .into_inner()
        .unwrap()
        .iter()
        .map(|(verdict, goes_on)| {
            let signature = verdict.finding(cns_trust::FindingCode::Signature).unwrap();
            (signature.outcome, *goes_on)
        })
        .collect();
    assert_eq!(signatures, [(Outcome::Unknown, true), (Outcome::Good, false)]);
}

#[test]
fn a_list_that_comes_between_a_judgement_and_the_next_step_is_not_overlooked() {
    let (come, later) = watch::channel(None);
    let at_hand = Arc::new(TrustAnchors::default().awaiting_list());
    let judge = Judge::awaiting(at_hand, later, Arc::new(NotAsked), Arc::new(FixedClock(NOW)));
    let certificate = pki::identity("citizen-good", NOW).unwrap().certificate_der;
    let verdict = judge.certificate_at_once(&certificate, None);
    // The card is asked something meanwhile, which takes it a moment.
    let roots: Arc<dyn TrustSource> = Arc::new(TrustAnchors::new(example_roots()));
    come.send_replace(Some(roots));
    assert!(judge.goes_on(&verdict), "the PIN would be sent without the list");
    assert!(!judge.goes_on(&judge.certificate_at_once(&certificate, None)));
}

/// The clock of a computer, which stands still for the test.
struct OfThisComputer(time::OffsetDateTime);

impl Clock for OfThisComputer {
    fn now(&self) -> time::OffsetDateTime {
        self.0
    }
}

#[tokio::test]
async fn what_time_it_is_elsewhere_counts_against_a_computers_clock_and_not_against_a_chosen_instant() {
    let certificate = pki::identity("citizen-good", NOW).unwrap().certificate_der;
    let mut answers = said(Status::Good);
    answers.0[0].server_date = Some(NOW + Duration::days(40));
    let clocks: [(Arc<dyn Clock>, Option<&str>); 2] = [
        (Arc::new(OfThisComputer(NOW)), Some("behind_server")),
        (Arc::new(FixedClock(NOW)), None),
    ];
    for (clock, expected) in clocks {
        let judge = Judge::new(Arc::new(example_roots()), Arc::new(answers.clone()), clock);
        let verdict = judge.certificate_in_full(&certificate, None).await;
        let found = verdict.finding(FindingCode::Clock);
        assert_eq!(found.map(|finding| finding.case), expected);
        let outcome = expected.map_or(Outcome::Good, |_| Outcome::Unknown);
        assert_eq!(verdict.outcome(), outcome, "{:?}", verdict.findings);
    }
}

#[tokio::test]
async fn where_the_clock_is_suspected_the_dates_are_blamed_after_it() {
    let certificate = pki::identity("citizen-expired", NOW).unwrap().certificate_der;
    for (server_date, expected) in [(None, None), (Some(NOW - Duration::days(900)), Some("suspected"))] {
        let mut answers = said(Status::Good);
        answers.0[0].server_date = server_date;
        let verdict = cns_trust::check(&certificate, None, &example_roots(), NOW);
        let answered = answers.ask(verdict.question().unwrap(), NOW).await;
        let problem = refusal(&verdict.with_answers(&answered));
        assert_eq!(
            (problem.fact("check"), problem.fact("clock")),
            (Some("validity"), expected)
        );
    }
}

#[tokio::test]
async fn a_wrong_clock_is_looked_for_before_a_card_is_blamed_for_the_day() {
    for (server_date, expected) in [(NOW, None), (NOW - Duration::days(900), Some("suspected"))] {
        let certificate = pki::identity_answered_at(
            &cns_virtual_card::Personality::named("classic-st2021").unwrap(),
            "citizen-expired",
            NOW,
            "http://ocsp.example",
        );
        let certificate = certificate.unwrap().certificate_der;
        let mut answers = silent();
        answers.0[0].server_date = Some(server_date);
        let clock = Arc::new(OfThisComputer(NOW));
        let judge = Judge::new(Arc::new(example_roots()), Arc::new(answers), clock);
        let at_once = judge.certificate_at_once(&certificate, None);
        assert!(judge.may_be_the_clock(&at_once) && !judge.goes_on(&at_once));
        let verdict = judge.certificate_in_full(&certificate, None).await;
        assert_eq!(verdict.outcome(), Outcome::Bad);
        assert_eq!(refusal(&verdict).fact("clock"), expected);
    }
}

/// Says the same of every certificate, and wants to be asked about bad ones too, or does not.
struct Insistent {
    answers: Recorded,
    of_bad_ones: bool,
}

impl RevocationSource for Insistent {
    fn ask<'a>(&'a self, question: &'a Question, at: time::OffsetDateTime) -> Answering<'a, Answers> {
        self.answers.ask(question, at)
    }

    fn asks_of_bad_ones(&self) -> bool {
        self.of_bad_ones
    }
}

#[tokio::test]
async fn who_names_the_ways_to_ask_has_them_asked_also_where_something_else_is_bad() {
    let certificate = pki::identity_answered_at(
        &cns_virtual_card::Personality::named("classic-st2021").unwrap(),
        "citizen-expired",
        NOW,
        "http://ocsp.example",
    );
    let certificate = certificate.unwrap().certificate_der;
    for (of_bad_ones, expected) in [(false, "not_needed"), (true, "good")] {
        let source = Insistent {
            answers: said(Status::Good),
            of_bad_ones,
        };
        let judge = judge_with(Arc::new(source));
        let at_once = judge.certificate_at_once(&certificate, None);
        let case = |verdict: &cns_trust::Verdict| verdict.finding(FindingCode::Revocation).unwrap().case;
        assert_eq!(case(&at_once), "not_needed");
        assert!(!judge.goes_on(&at_once), "what is bad stays bad");
        let verdict = judge.certificate_in_full(&certificate, None).await;
        assert_eq!(case(&verdict), expected);
        assert_eq!(verdict.outcome(), Outcome::Bad);
    }
}
