//! When it is asked about and of which instant: what a verdict says of both.

use crate::check::CA;
use crate::support::*;
use crate::verdict::{CITIZEN, asked, attempt, from_ocsp, revocation};
use cns_trust::revocation::{Answers, Status, Unchecked};
use cns_trust::{FindingCode, Outcome, check};
use time::macros::datetime;

#[test]
fn of_a_chosen_instant_nothing_blames_the_computers_clock() {
    let (verdict, question) = asked();
    let late = attempt(Err(Unchecked::FromTheFuture { produced_at: NOW }));
    let answers = Answers::new(&question, vec![late], NOW);
    let answered = verdict.with_answers(&answers);
    assert_eq!(revocation(&answered), [(Outcome::Unknown, "future_answer")]);
    let chosen = answered.at_a_chosen_instant();
    assert_in_table(&chosen);
    assert_eq!(revocation(&chosen), [(Outcome::Unknown, "later_answer")]);
    let told = chosen.answers().unwrap();
    assert_eq!(told.finding_of(&told.attempts[0]).case, "later_answer");

    let early = check(&CITIZEN, None, &CA.roots(), datetime!(2020-01-01 0:00 UTC)).at_a_chosen_instant();
    assert_in_table(&early);
    assert_eq!(
        case(&early, FindingCode::Validity),
        (Outcome::Bad, "not_yet_then")
    );
}

#[test]
fn a_certificate_that_is_bad_already_says_why_nobody_is_asked() {
    let late = datetime!(2080-01-01 0:00 UTC);
    let bad = check(&CITIZEN, None, &CA.roots(), late).without_asking();
    assert_in_table(&bad);
    assert_eq!(revocation(&bad), [(Outcome::Unknown, "not_needed")]);
    let (sound, question) = asked();
    assert_eq!(
        revocation(&sound.without_asking()),
        [(Outcome::Unknown, "not_asked")]
    );
    let answers = Answers::new(&question, vec![from_ocsp(Status::Good)], late);
    assert_eq!(
        revocation(&bad.with_answers(&answers)),
        [(Outcome::Good, "good")],
        "an answer takes its place"
    );
}
