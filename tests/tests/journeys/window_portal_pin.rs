//! The real window, and the whole life of a portal's PIN in it: the example's portal and its letter box, and an office
//! with its post.

use journeys::aloud;
use journeys::card::Card;
use journeys::home::{Home, Person};
use journeys::keyring::Keyring;
use journeys::office::{Office, Plan};
use journeys::place::Place;
use journeys::programs;
use journeys::window::{Display, Window};
use std::time::Instant;

/// The window on its example, at the door.
fn at_the_door(place: &Place, display: &Display) -> Window {
    let window = Window::open(place, display, &programs::built("sportello"), &[], |_| {})
        .expect("the driver takes hold of the window");
    window.press_when_there("start-demo");
    window.wait_for_screen("card");
    window.press("open-door");
    window.wait_for_screen("door");
    window
}

/// Somebody whom the example knows fills in the form that is shown.
fn fill_in(window: &Window, name: &str) {
    window.run(&format!(
        "document.querySelector('[data-testid=mailbox]').open = true; \
         document.querySelector('[data-testid=fill-in][data-person^=\"{name}\"]').click()"
    ));
}

/// The newest secret that came on this way.
fn posted(window: &Window, channel: &str, before: usize) -> String {
    let script = NEWEST_SECRET
        .replace("CHANNEL", channel)
        .replace("BEFORE", &before.to_string());
    window.wait_for_value("a message with a secret", &script)
}

fn came_by(window: &Window, channel: &str) -> usize {
    let count = window.run(&format!(
        "return document.querySelectorAll('[data-testid=message][data-channel={channel}]').length"
    ));
    usize::try_from(count.as_u64().unwrap_or_default()).unwrap_or_default()
}

/// From the door to both halves of an initial PIN.
fn get_the_halves(window: &Window, name: &str, judge: &dyn Fn(&str)) -> (String, String) {
    let (sms, letters) = (came_by(window, "sms"), came_by(window, "letter"));
    judge("40-door");
    window.press("to-request");
    window.wait_for_screen("request_start");
    fill_in(window, name);
    judge("41-request-start");
    window.press("form-submit");
    window.wait_for_screen("request_person");
    fill_in(window, name);
    window.press("form-submit");
    window.wait_for_screen("request_review");
    judge("42-request-review");
    window.press("send-request");
    window.wait_for_screen("request_received");
    assert_eq!(
        window
            .wait_for("receipt")
            .chars()
            .filter(char::is_ascii_alphanumeric)
            .count(),
        16
    );
    judge("43-request-received");
    (posted(window, "sms", sms), posted(window, "letter", letters))
}

/// From the door with both halves to the new PIN that has to be made first.
fn come_to_the_first_change(window: &Window, name: &str, halves: &(String, String)) {
    window.press("with-pin");
    window.wait_for_screen("log_in");
    window.press("to-log_in_initial");
    window.wait_for_screen("log_in_initial");
    fill_in(window, name);
    window.type_into("first_half", &halves.0);
    window.type_into("second_half", &halves.1);
    window.press("form-submit");
    window.wait_for_screen("change_pin");
}

/// Makes the new PIN, and gives its eight characters.
fn make_the_pin(window: &Window, judge: &dyn Fn(&str)) -> String {
    judge("44-forced-change");
    window.press("form-submit");
    window.wait_for_screen("new_portal_pin");
    let pin: String = window.wait_for("new-pin-shown").split_whitespace().collect();
    assert_eq!(pin.len(), 8);
    judge("45-new-pin");
    window.press("pin-noted");
    window.wait_for_screen("services");
    judge("46-services");
    assert!(!window.content().contains(&pin), "it was shown once");
    pin
}

/// From the door to a PIN that works, and its eight characters.
fn get_a_pin(window: &Window, name: &str) -> String {
    let halves = get_the_halves(window, name, &|_| {});
    window.press("to-door");
    window.wait_for_screen("door");
    come_to_the_first_change(window, name, &halves);
    make_the_pin(window, &|_| {})
}

/// Who has the first half and the tessera says where the second goes: it is another one from then on.
fn activate(window: &Window, name: &str, first: &str) -> String {
    let letters = came_by(window, "letter");
    window.press("to-activate");
    window.wait_for_screen("activate");
    fill_in(window, name);
    window.type_into("first_half", first);
    window.judge("51-activate");
    window.press("form-submit");
    window.wait_for_screen("activate_contacts");
    fill_in(window, name);
    window.judge("52-activate-contacts");
    window.press("form-submit");
    window.wait_for_screen("activated");
    window.judge("53-activated");
    let second = posted(window, "letter", letters);
    window.press("to-door");
    window.wait_for_screen("door");
    second
}

/// The conversion: three pages, and somebody who looks at them.
fn convert(window: &Window, name: &str) {
    window.press("to-convert");
    window.wait_for_screen("convert");
    fill_in(window, name);
    window.press("form-submit");
    window.wait_for_screen("documents");
    for side in ["front", "back", "form"] {
        window.press(&format!("example-{side}"));
        window.wait_for_fact(&format!("page-{side}"), "has", "true");
    }
    window.judge("49-documents");
    window.press("send-conversion");
    window.wait_for_fact("conversion", "state", "inviata");
    window.run("document.querySelector('[data-testid=mailbox]').open = true");
    window.press("play-operator");
    window.press("to-services");
    window.wait_for_screen("services");
}

/// A change of address, and its print in a file.
fn change_the_address(window: &Window, name: &str) {
    window.press("to-services");
    window.wait_for_screen("services");
    window.press("open-variazione_indirizzo");
    window.wait_for_screen("variazione_indirizzo");
    fill_in(window, name);
    window.run("document.querySelector('[data-testid=since]').value = '2026-11-01'");
    window.judge("54-change-of-address");
    window.press("form-submit");
    window.wait_for_screen("application");
    window.wait_for_fact("application", "state", "acquisita");
    window.press("save-print");
    let saved = window.wait_for_value(
        "where the print was saved",
        "return document.querySelector('[data-testid=print-saved]')?.dataset.path ?? null",
    );
    window.judge("55-print-saved");
    let print = std::fs::read(&saved).expect("the print");
    assert!(print.starts_with(b"%PDF-"), "{saved}");
}

/// A PIN that was lost: the code that came on one contact, and new halves on two.
fn restore(window: &Window, name: &str) -> (String, String) {
    let sms = came_by(window, "sms");
    window.press("to-restore");
    window.wait_for_screen("restore");
    fill_in(window, name);
    window.judge("56-restore");
    window.press("form-submit");
    window.wait_for_screen("restore_code");
    window.judge("57-restore-code");
    let code = posted(window, "sms", sms);
    let (sms, mails) = (came_by(window, "sms"), came_by(window, "email"));
    window.type_into("code", &code);
    window.press("form-submit");
    window.wait_for_screen("restore_sent");
    window.judge("58-restore-sent");
    let halves = (posted(window, "sms", sms), posted(window, "email", mails));
    window.press("to-door");
    window.wait_for_screen("door");
    halves
}

/// The end of a PIN.
fn revoke(window: &Window, name: &str) {
    let sms = came_by(window, "sms");
    window.press("to-revoke");
    window.wait_for_screen("revoke");
    fill_in(window, name);
    window.judge("59-revoke");
    window.press("form-submit");
    window.wait_for_screen("revoke_code");
    let code = posted(window, "sms", sms);
    window.type_into("code", &code);
    window.press("form-submit");
    window.wait_for_screen("revoked");
    window.judge("60-revoked");
}

#[test]
fn a_person_walks_the_whole_life_of_a_pin_alone() {
    let place = Place::new();
    let display = Display::start(&place);
    let window = at_the_door(&place, &display);
    let began = Instant::now();
    let judge = |picture: &str| window.judge(picture);
    let (first, _) = get_the_halves(&window, "Bruno", &judge);
    let halves = (first.clone(), activate(&window, "Bruno", &first));

    // Whoever leaves before the new PIN is made has ended the session, and comes again with the same halves.
    come_to_the_first_change(&window, "Bruno", &halves);
    window.press("log-out");
    window.wait_for_screen("session_ended");
    window.wait_for_fact("closed", "told", "true");
    window.press("open-door");
    window.wait_for_screen("door");
    come_to_the_first_change(&window, "Bruno", &halves);
    make_the_pin(&window, &judge);
    assert!(window.wait_for("holder-code").starts_with("VRD·"));

    // Filed with a PIN ordinario: the date is safe, and it waits.
    window.press("open-assegno_unico");
    window.wait_for_screen("assegno_unico");
    fill_in(&window, "Bruno");
    window.type_into("person-0", "VRDNNA85P52Z999Y");
    window.press("statements_accepted");
    window.judge("47-application-form");
    window.press("form-submit");
    window.wait_for_screen("application");
    window.wait_for_fact("application", "state", "trattenuta");
    window.judge("48-held");
    convert(&window, "Bruno");
    window.press("open-applications");
    window.wait_for_screen("applications");
    window.press("open-row");
    window.wait_for_fact("application", "state", "acquisita");
    window.judge("50-received");
    change_the_address(&window, "Bruno");

    // The way out: nothing of Bruno stays.
    window.press("change-person");
    window.wait_for_screen("door");
    let main = window
        .run("return document.querySelector('main').outerHTML + document.querySelector('header').outerHTML");
    assert!(!main.as_str().unwrap_or_default().to_uppercase().contains("BRUNO"));

    // Lost, and made again on two contacts; and in the end, over.
    let halves = restore(&window, "Bruno");
    come_to_the_first_change(&window, "Bruno", &halves);
    make_the_pin(&window, &|_| {});
    window.press("change-person");
    window.wait_for_screen("door");
    revoke(&window, "Bruno");
    aloud::say(&format!(
        "walked the whole life of a PIN alone: {} screens in {} seconds",
        window.screens(),
        began.elapsed().as_secs()
    ));
}

#[test]
fn a_person_chooses_a_pin_where_the_office_lets_them_and_no_piece_of_themselves() {
    let place = Place::new();
    let (display, keyring) = (Display::start(&place), Keyring::start(&place));
    let plan = Plan {
        cards: Card::roots(&place),
        citizens: 0,
        throttling: false,
        chosen_pins: true,
        log: "info",
    };
    let office = Office::open_as(&place, &plan);
    let home = Home {
        place: &place,
        keyring: &keyring,
        office: &office,
    };
    let (first, second) = home.halves(&Person::ANNA);
    let program = programs::built("sportello-driven");
    let window = Window::open(&place, &display, &program, &office.words(), |command| {
        keyring.lead(command);
    });
    let window = window.expect("the driver takes hold of the window");
    window.press_when_there("open-door");
    window.wait_for_screen("door");
    window.press("with-pin");
    window.wait_for_screen("log_in");
    window.press("to-log_in_initial");
    window.wait_for_screen("log_in_initial");
    window.type_into("codice_fiscale", Person::ANNA.code);
    window.type_into("first_half", &first);
    window.type_into("second_half", &second);
    window.press("form-submit");
    window.wait_for_screen("change_pin");
    window.judge("61-chosen-pin");
    let choose = |pin: &str, again: &str| {
        window.type_into("chosen", pin);
        window.type_into("chosen_again", again);
        window.press("form-submit");
    };
    choose(CHOSEN, "KPQ7WXY3");
    window.wait_for("fault-chosen_again");
    choose(&Person::ANNA.code[..8], &Person::ANNA.code[..8]);
    window.wait_for_fact("form-refused", "code", "pin_not_acceptable");
    choose(CHOSEN, CHOSEN);
    window.wait_for_screen("new_portal_pin");
    window.judge("62-chosen-pin-taken");
    assert!(!window.content().contains(CHOSEN), "it is known already");
    window.press("pin-noted");
    window.wait_for_screen("services");
    window.press("change-person");
    window.wait_for_screen("door");
    window.press("with-pin");
    window.wait_for_screen("log_in");
    window.type_into("codice_fiscale", Person::ANNA.code);
    window.type_into("pin", CHOSEN);
    window.press("form-submit");
    window.wait_for_screen("services");
    assert!(window.wait_for("holder").to_uppercase().contains("ANNA"));
}

#[test]
fn a_sister_and_a_brother_take_turns_and_neither_sees_the_other() {
    let place = Place::new();
    let display = Display::start(&place);
    let window = at_the_door(&place, &display);
    let annas = get_a_pin(&window, "Anna");
    window.press("change-person");
    window.wait_for_screen("door");
    get_a_pin(&window, "Bruno");
    assert!(window.wait_for("holder").to_uppercase().contains("BRUNO"));
    window.press("change-person");
    window.wait_for_screen("door");
    window.press("with-pin");
    window.wait_for_screen("log_in");
    fill_in(&window, "Anna");
    window.type_into("pin", &annas);
    window.press("form-submit");
    window.wait_for_screen("services");
    let whose = window.wait_for("holder").to_uppercase();
    assert!(whose.contains("ANNA") && !whose.contains("BRUNO"), "{whose}");
}

/// A PIN of the portal's symbols, which is no piece of anybody.
const CHOSEN: &str = "KPQ7WXY2";

/// The newest message on a way that holds eight of the portal's symbols, together or in two groups.
const NEWEST_SECRET: &str = "\
const isSecret = (word, length) => new RegExp(`^[2-9A-HJ-NP-Z]{${length}}$`).test(word);
const found = [...document.querySelectorAll('[data-testid=message][data-channel=CHANNEL] .message-text')];
for (const message of found.slice(0, Math.max(0, found.length - BEFORE))) {
    const words = message.textContent.split(/[^A-Za-z0-9]+/);
    const whole = words.find((word) => isSecret(word, 8));
    if (whole) return whole;
    const half = words.findIndex((word, place) => isSecret(word, 4) && isSecret(words[place + 1] ?? '', 4));
    if (half >= 0) return words[half] + words[half + 1];
}
return null;";
