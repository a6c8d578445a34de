//! The whole life of a portal's PIN, from the terminal: its halves come out of a real mail server and a real spool.

use journeys::cns::{self, Ended};
use journeys::home::Person;
use journeys::office::database_holds;
use journeys::place::Place;
use journeys::town::Town;
use serde_json::Value;
use std::path::PathBuf;

/// Pages for a conversion: the smallest pictures that are ones, and a form.
fn pages(town: &Town) -> [PathBuf; 3] {
    [
        town.place.write("front.png", PNG),
        town.place.write("back.png", PNG),
        town.place
            .write("form.pdf", "%PDF-1.7\n% a form, signed by hand\n%%EOF\n"),
    ]
}

fn convert(town: &Town, pages: [PathBuf; 3]) -> Ended {
    let [front, back, form] = pages.map(|page| page.display().to_string());
    let words = [
        "pin-portal",
        "convert",
        "--stdin",
        "--front",
        &front,
        "--back",
        &back,
        "--form",
        &form,
        "--document",
        "carta-identita",
        "--expiry",
        "2034-05-31",
    ];
    town.home().cns(&words, &["CA00000AA"])
}

#[test]
fn from_the_request_to_the_application_that_keeps_its_first_date() {
    let town = Town::new();
    let (home, post) = (town.home(), &town.office.post);

    // The request, its receipt, and the two halves on two ways.
    let receipt = home.request(&Person::ANNA);
    let first = post.code_by_mail("anna@esempio.it", "prima parte");
    let second = post.code_by_letter(&town.place, &["seconda parte"]);
    assert_ne!(first, second);
    let status = home.at_the_office(&["pin-portal", "status", "--receipt-stdin"], &[&receipt]);
    assert_eq!(status.done()["state"], "seconda_parte_inviata");

    // One half alone opens nothing.
    assert_eq!(town.log_in(ANNAS_CODE, &first).problem(), "credentials_refused");

    // Both open the change, and nothing else; the new PIN is told once.
    let inside = town.log_in(ANNAS_CODE, &format!("{first} {second}")).done();
    let pin = inside["new_pin"].as_str().expect("the new PIN").to_owned();
    assert_eq!((pin.len(), &inside["kept"]), (8, &Value::from("keyring")));
    assert_eq!(
        (&inside["kind"], &inside["masked_code"]),
        (&"ordinario".into(), &"VRD············Y".into())
    );
    let used = format!("{first}{second}");
    assert_eq!(town.log_in(ANNAS_CODE, &used).problem(), "credentials_refused");

    // What is filed with an ordinario waits, and its date is safe.
    let form = town.place.write("assegno.toml", ASSEGNO).display().to_string();
    let draft = home
        .cns(&["applications", "new", "--from-file", &form], &[])
        .done();
    assert_eq!(draft["state"], "bozza");
    let id = draft["id"].as_str().expect("an id");
    let filed = home.cns(&["applications", "submit", id], &[]).done();
    assert_eq!(filed["state"], "trattenuta", "{filed}");
    let date = filed["filed_at"].as_str().expect("a date").to_owned();
    assert_eq!(
        home.cns(&["applications", "submit", id], &[]).problem(),
        "conflict"
    );

    // The conversion: somebody looks at the document, and the application goes on by itself.
    let printed = town.place.file("modulo.pdf");
    let word = printed.display().to_string();
    home.cns(&["pin-portal", "convert", "--print-form", &word], &[])
        .done();
    assert!(std::fs::read(&printed).is_ok_and(|form| form.starts_with(b"%PDF-")));
    let sent = convert(&town, pages(&town)).done();
    assert_eq!(sent["state"], "inviata", "{sent}");
    let operator = town.office.operator(&town.place);
    let cases = operator.get(&town.place, "/operator/v1/cases");
    let conversion = cases["conversions"][0]["id"].as_str().expect("a case").to_owned();
    let base = format!("/operator/v1/conversions/{conversion}");
    for side in ["front", "back", "form"] {
        operator.look_at(&town.place, &format!("{base}/documents/{side}"));
    }
    operator.post(&town.place, &format!("{base}/decisions"), r#"{"granted":true}"#);
    let after = home.cns(&["applications", "status", id], &[]).done();
    assert_eq!(
        (&after["state"], &after["filed_at"]),
        (&"acquisita".into(), &date.as_str().into())
    );
    assert!(after["protocol"].is_string(), "{after}");
    assert_eq!(
        home.cns(&["pin-portal", "status"], &[]).done()["kind"],
        "dispositivo"
    );

    assert_eq!(convert(&town, pages(&town)).problem(), "already_dispositivo");

    // The same PIN, with no device: it opens as before.
    home.cns(&["logout"], &[]).done();
    let again = town.log_in(ANNAS_CODE, &pin).done();
    assert_eq!(
        (&again["kind"], &again["new_pin"]),
        (&"dispositivo".into(), &Value::Null)
    );
    home.cns(&["logout"], &[]).done();

    // Nothing of it stands where it should not.
    for secret in [&first, &second, &pin, &receipt.replace('-', "")] {
        assert!(
            !town.office.log().contains(secret.as_str()),
            "{secret} stands in the portal's log"
        );
        assert!(
            !database_holds(&town.office.database, secret),
            "{secret} stands in the database"
        );
    }
    assert!(!town.office.log().contains(ANNAS_CODE));
}

#[test]
fn a_lost_pin_comes_back_as_another_on_two_contacts_and_ends_for_good_when_revoked() {
    let town = Town::new();
    let (home, post) = (town.home(), &town.office.post);
    let before = home.working_pin(&Person::ANNA);

    // One contact is not enough, and the answer does not say so: the message does.
    let restore = ["pin-portal", "restore", "--stdin"];
    home.at_the_office(&restore, &[ANNAS_CODE]).done();
    post.mail("anna@esempio.it", "non è possibile");
    assert_eq!(
        home.at_the_office(&restore, &[NOBODYS_CODE]).done()["asked"],
        true
    );

    // Two are, once somebody at the office has written the second one down.
    let operator = town.office.operator(&town.place);
    let contact = format!(
        r#"{{"codice_fiscale":"{ANNAS_CODE}","contact":{{"kind":"pec","value":"anna@pec.esempio.it"}}}}"#
    );
    operator.post(&town.place, "/operator/v1/contacts", &contact);
    home.at_the_office(&restore, &[ANNAS_CODE]).done();
    let code = post.code_by_mail("anna@esempio.it", "codice di conferma");
    let confirm = ["pin-portal", "restore", "--confirm", "--stdin"];
    home.at_the_office(&confirm, &[ANNAS_CODE, &code]).done();
    assert_eq!(
        home.at_the_office(&confirm, &[ANNAS_CODE, &code]).problem(),
        "code_refused"
    );
    // The second half leaves when the first one has: the newest of the other address is then the one that counts.
    let second = post.code_by_mail("anna@pec.esempio.it", "seconda parte");
    let halves = [post.code_by_mail("anna@esempio.it", "prima parte"), second];
    assert_eq!(town.log_in(ANNAS_CODE, &before).problem(), "credentials_refused");
    let inside = town.log_in(ANNAS_CODE, &halves.concat()).done();
    let after = inside["new_pin"].as_str().expect("the new PIN").to_owned();
    assert_ne!(before, after);

    // The end, and a new beginning.
    let revoke = ["pin-portal", "revoke", "--yes", "--stdin"];
    home.at_the_office(&revoke, &[ANNAS_CODE, ANNAS_TESSERA, ANNAS_EXPIRY])
        .done();
    let code = post.code_by_mail("anna@esempio.it", "Revoca del PIN");
    let confirm = ["pin-portal", "revoke", "--confirm", "--yes", "--stdin"];
    home.at_the_office(&confirm, &[ANNAS_CODE, &code]).done();
    assert_eq!(town.log_in(ANNAS_CODE, &after).problem(), "credentials_refused");
    assert_eq!(
        home.cns(&["pin-portal", "status"], &[]).problem(),
        "session_ended"
    );
    home.request(&Person::ANNA);
}

#[test]
fn who_got_the_first_half_by_letter_activates_and_chooses_where_the_second_goes() {
    let town = Town::new();
    let (home, post) = (town.home(), &town.office.post);
    let operator = town.office.operator(&town.place);
    let people = format!(r#"{{"people":["{ANNAS_CODE}"]}}"#);
    let started = operator.post(&town.place, "/operator/v1/campaigns", &people);
    assert_eq!(started["letters"], 1, "{started}");
    let first = post.code_by_letter(&town.place, &["prima parte"]);
    let activate = ["pin-portal", "activate", "--stdin"];
    let lines = |half: &str, tessera: &str| {
        [
            ANNAS_CODE,
            tessera,
            ANNAS_EXPIRY,
            half,
            "+39 333 9999999",
            "email",
            "anna@esempio.it",
            "email",
        ]
        .map(str::to_owned)
    };
    let wrong = lines(&first, "80380999000000000023");
    let refused = home.at_the_office(&activate, &wrong.each_ref().map(String::as_str));
    assert_eq!(refused.problem(), "credentials_refused");
    let right = lines(&first, ANNAS_TESSERA);
    let activated = home
        .at_the_office(&activate, &right.each_ref().map(String::as_str))
        .done();
    assert_eq!(activated["expected"][1]["to"], "a···@esempio.it", "{activated}");
    let second = post.code_by_mail("anna@esempio.it", "seconda parte");
    let inside = town.log_in(ANNAS_CODE, &format!("{first}-{second}")).done();
    assert_eq!(
        (inside["new_pin"].as_str().map(str::len), &inside["kind"]),
        (Some(8), &"ordinario".into())
    );
}

#[test]
fn where_the_pin_has_ended_it_is_said_and_nothing_is_asked() {
    let place = Place::new();
    for words in [
        &["pin-portal", "request", "--portal", "inps"][..],
        &["pin-portal", "restore", "--portal", "inps"],
        &["login", "--with-pin", "--portal", "inps"],
    ] {
        let ended = cns::run(&mut cns::cns(&place, words), "");
        assert_eq!(ended.problem(), "pin_not_offered", "{words:?}");
        assert!(
            ended.json()["note"]
                .as_str()
                .is_some_and(|note| note.contains("2021"))
        );
    }
    let ended = cns::run(&mut cns::cns(&place, &["login", "--portal", "inps"]), "");
    assert_eq!(ended.problem(), "browser_only");
    assert_eq!(ended.json()["entry_url"], "https://www.inps.it/");
}

const ANNAS_CODE: &str = Person::ANNA.code;
const ANNAS_TESSERA: &str = Person::ANNA.tessera;
const ANNAS_EXPIRY: &str = Person::ANNA.expiry;
/// Of somebody who has no PIN.
const NOBODYS_CODE: &str = "RSSMRA80A41Z999C";

pub(crate) const ASSEGNO: &str = r#"
kind = "assegno_unico"
share = "whole"
iban = "IT60X0542811101000000123456"
statements_accepted = true

[[children]]
codice_fiscale = "DSMGFR01T31Z999S"
disability = false
"#;

/// A picture of one dot.
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89\0\0\0\nIDATx\x9cc\0\x01\0\0\x05\0\x01\r\n-\xb4\0\0\0\0IEND\xaeB`\x82";
