//! The real window, and the whole life of a portal's PIN in it: the example's portal, its letter box, two people.

use journeys::place::Place;
use journeys::programs;
use journeys::window::{Display, Window};

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
    let messages = window.wait_for_value(
        "a message with a secret",
        &format!(
            "const found = [...document.querySelectorAll('[data-testid=message][data-channel={channel}] .message-text')];\
             return found.length > {before} ? found[0].textContent : null"
        ),
    );
    let is_secret = |word: &&str| word.len() == 4 && word.chars().all(|sign| ALPHABET.contains(sign));
    let words: Vec<&str> = messages
        .split(|sign: char| !sign.is_ascii_alphanumeric())
        .collect();
    let whole = words
        .iter()
        .find(|word| word.len() == 8 && word.chars().all(|sign| ALPHABET.contains(sign)));
    if let Some(whole) = whole {
        return (*whole).to_owned();
    }
    let mut pairs = words.windows(2).filter(|pair| pair.iter().all(is_secret));
    pairs.next().expect("a secret in the message").concat()
}

fn came_by(window: &Window, channel: &str) -> usize {
    let count = window.run(&format!(
        "return document.querySelectorAll('[data-testid=message][data-channel={channel}]').length"
    ));
    usize::try_from(count.as_u64().unwrap_or_default()).unwrap_or_default()
}

/// From the door to a PIN that works, and its eight characters.
fn get_a_pin(window: &Window, name: &str, pictures: bool) -> String {
    let judge = |picture: &str| {
        if pictures {
            window.judge(picture);
        }
    };
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
    let first = posted(window, "sms", sms);
    let second = posted(window, "letter", letters);
    window.press("to-door");
    window.wait_for_screen("door");
    window.press("with-pin");
    window.wait_for_screen("log_in");
    window.press("to-log_in_initial");
    window.wait_for_screen("log_in_initial");
    fill_in(window, name);
    window.type_into("first_half", &first);
    window.type_into("second_half", &second);
    window.press("form-submit");
    window.wait_for_screen("change_pin");
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

#[test]
fn a_person_walks_the_whole_life_of_a_pin_alone() {
    let place = Place::new();
    let display = Display::start(&place);
    let window = at_the_door(&place, &display);
    get_a_pin(&window, "Bruno", true);
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

    // The conversion: three pages, and somebody who looks at them.
    window.press("to-convert");
    window.wait_for_screen("convert");
    fill_in(&window, "Bruno");
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
    window.press("open-applications");
    window.wait_for_screen("applications");
    window.press("open-row");
    window.wait_for_fact("application", "state", "acquisita");
    window.judge("50-received");

    // The way out: nothing of Bruno stays.
    window.press("change-person");
    window.wait_for_screen("door");
    let main = window
        .run("return document.querySelector('main').outerHTML + document.querySelector('header').outerHTML");
    assert!(!main.as_str().unwrap_or_default().to_uppercase().contains("BRUNO"));
}

#[test]
fn a_sister_and_a_brother_take_turns_and_neither_sees_the_other() {
    let place = Place::new();
    let display = Display::start(&place);
    let window = at_the_door(&place, &display);
    let annas = get_a_pin(&window, "Anna", false);
    window.press("change-person");
    window.wait_for_screen("door");
    get_a_pin(&window, "Bruno", false);
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

const ALPHABET: &str = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
