//! What can befall a portal's PIN, from the terminal: it comes by SMS, it is guessed at, it ages, it ends and begins anew.

use journeys::home::Person;
use journeys::town::Town;
use serde_json::Value;
use std::time::Duration;

const ANNA: Person = Person::ANNA_WITH_A_MOBILE;
const MOBILE: &str = "+393339999999";
const MAIL: &str = "anna@esempio.it";
const WRONG: &str = "ZZZZ2222";

#[test]
fn a_pin_that_came_by_sms_and_was_guessed_at_five_times_is_locked_until_it_is_restored() {
    let town = Town::new();
    let (home, post) = (town.home(), &town.office.post);

    // The first half by SMS, the second by letter.
    let receipt = home.request(&ANNA);
    let first = post.code_by_sms(MOBILE, "prima parte");
    let second = post.code_by_letter(&town.place, &["seconda parte"]);
    let inside = town.log_in(ANNA.code, &format!("{first}{second}")).done();
    let pin = inside["new_pin"].as_str().expect("the new PIN").to_owned();
    home.cns(&["logout"], &[]).done();

    // Five wrong tries, each after a longer pause. It is told in seconds, and who waits so long is compared again.
    let portal = town.office.words();
    let mut try_it = vec!["login", "--with-pin", "--stdin"];
    try_it.extend(portal.iter().map(String::as_str));
    let mut pauses = Vec::new();
    for _ in 0..5 {
        let mut ended = home.cns(&try_it, &[ANNA.code, WRONG]);
        if ended.problem() == "too_many_requests" {
            let meaning = ended.json()["problem"]["meaning"].to_string();
            let seconds = meaning.split_whitespace().find_map(|word| word.parse().ok());
            let seconds: u64 = seconds.unwrap_or_else(|| panic!("no seconds: {meaning}"));
            std::thread::sleep(Duration::from_secs(seconds));
            pauses.push(seconds);
            ended = home.cns(&try_it, &[ANNA.code, WRONG]);
        }
        assert_eq!(ended.problem(), "credentials_refused", "{pauses:?}");
    }
    // What is told is what is left: a slow machine has waited a part of it already.
    let grow = pauses.windows(2).all(|pair| pair[0] <= pair[1]);
    assert!(grow && matches!(pauses[..], [..=3, .., 5..=9]), "{pauses:?}");

    // The right one opens nothing any more; whoever it belongs to is told, and what to do.
    let ended = home.cns(&try_it, &[ANNA.code, &pin]);
    assert!(
        ["too_many_requests", "credentials_refused"].contains(&ended.problem().as_str()),
        "{}",
        ended.out
    );
    post.mail(MAIL, "bloccato");
    let status = home.at_the_office(&["pin-portal", "status", "--receipt-stdin"], &[&receipt]);
    assert_eq!(status.done()["state"], "bloccato");

    // A restore opens it: a code on one contact, the halves on two.
    home.at_the_office(&["pin-portal", "restore", "--stdin"], &[ANNA.code])
        .done();
    let code = post.code_by_sms(MOBILE, "chiesto il ripristino");
    let confirm = ["pin-portal", "restore", "--confirm", "--stdin"];
    let restored = home.at_the_office(&confirm, &[ANNA.code, &code]).done();
    assert_eq!(restored["expected"][0]["by"], "mobile", "{restored}");
    let second = post.code_by_mail(MAIL, "seconda parte");
    let first = post.code_by_sms(MOBILE, "prima parte");
    let inside = town.log_in(ANNA.code, &format!("{first}{second}")).done();
    let restored = inside["new_pin"].as_str().expect("the new PIN").to_owned();
    home.cns(&["logout"], &[]).done();
    assert_eq!(town.log_in(ANNA.code, &restored).done()["new_pin"], Value::Null);
}

#[test]
fn an_envelope_of_the_counter_opens_at_once_and_what_is_filed_with_it_does_not_wait() {
    let town = Town::new();
    let home = town.home();
    let operator = town.office.operator(&town.place);
    let issue = r#"{
        "identified": {"codice_fiscale": "VRDNNA85P52Z999Y", "document_number": "CA00000AA",
                       "document_expiry": "2034-05-31"},
        "surname": "Verdi", "name": "Anna", "sex": "F", "birth_date": "1985-09-12",
        "address": {"street": "Piazza del Campione 3", "town": "Borgo Esempio", "province": "ZZ",
                    "postal_code": "99999", "country": "IT"},
        "contacts": {"mobile": "+393339999999", "email": "anna@esempio.it"}
    }"#;
    let issued = operator.post(&town.place, "/operator/v1/counter-issues", issue);
    assert!(issued["letter"].is_string(), "{issued}");
    let pin = town
        .office
        .post
        .code_by_letter(&town.place, &["PIN dispositivo", "già attivo"]);
    let inside = town.log_in(ANNA.code, &pin).done();
    assert_eq!(
        (&inside["kind"], &inside["new_pin"]),
        (&"dispositivo".into(), &Value::Null)
    );
    let form = town.place.write("assegno.toml", super::pin_portal::ASSEGNO);
    let form = form.display().to_string();
    let draft = home
        .cns(&["applications", "new", "--from-file", &form], &[])
        .done();
    let id = draft["id"].as_str().expect("an id");
    let filed = home.cns(&["applications", "submit", id], &[]).done();
    assert_eq!(filed["state"], "acquisita", "{filed}");
}

#[test]
fn a_pin_that_is_too_old_opens_nothing_but_its_change_and_after_its_end_a_new_one_is_asked_for() {
    let town = Town::new();
    let (home, post) = (town.home(), &town.office.post);
    let old = home.working_pin(&ANNA);
    let about = home.cns(&["pin-portal", "status"], &[]).done();
    assert_eq!(about["state"], "attivo", "{about}");
    home.cns(&["logout"], &[]).done();

    // Seven months later.
    town.office.age_pins(&town.place, 213);
    let inside = town.log_in(ANNA.code, &old).done();
    let new = inside["new_pin"].as_str().expect("the new PIN").to_owned();
    assert_ne!(old, new);
    assert_eq!(home.cns(&["pin-portal", "status"], &[]).done()["state"], "attivo");
    home.cns(&["logout"], &[]).done();
    assert_eq!(town.log_in(ANNA.code, &old).problem(), "credentials_refused");
    town.log_in(ANNA.code, &new).done();

    // Its end, by a code on the mobile; nobody is inside any more.
    let revoke = ["pin-portal", "revoke", "--yes", "--stdin"];
    home.at_the_office(&revoke, &[ANNA.code, ANNA.tessera, ANNA.expiry])
        .done();
    let code = post.code_by_sms(MOBILE, "chiesto la revoca");
    let confirm = ["pin-portal", "revoke", "--confirm", "--yes", "--stdin"];
    home.at_the_office(&confirm, &[ANNA.code, &code]).done();
    assert_eq!(
        home.cns(&["pin-portal", "status"], &[]).problem(),
        "session_ended"
    );
    assert_eq!(town.log_in(ANNA.code, &new).problem(), "credentials_refused");

    // A new beginning: other halves, another PIN.
    home.request(&ANNA);
    let second = post.code_by_letter(&town.place, &["seconda parte"]);
    let first = post.code_by_sms(MOBILE, "prima parte");
    let inside = town.log_in(ANNA.code, &format!("{first}{second}")).done();
    let newest = inside["new_pin"].as_str().expect("the new PIN");
    assert!(newest != old && newest != new);
}
