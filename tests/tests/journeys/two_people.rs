//! Two people at one computer: what is one's is never shown, used or ended for the other.

use journeys::card::{Card, PIN};
use journeys::cns::{self, Ended};
use journeys::disk::{self, Watch};
use journeys::home::{self, Person};
use journeys::keyring::Keyring;
use journeys::office::Office;
use journeys::portal::Portal;
use journeys::scene::Scene;
use serde_json::Value;

/// One keyring, one reader, and a portal: everything that two people share.
struct Home {
    scene: Scene,
    portal: Portal,
    keyring: Keyring,
}

impl Home {
    /// Maria's card is in the reader.
    fn of_maria() -> Self {
        let scene = Scene::with("citizen-good");
        let portal = Portal::start(&scene);
        let keyring = Keyring::start(&scene.place);
        Self {
            scene,
            portal,
            keyring,
        }
    }

    /// Puts another person's card into the reader.
    fn give_way_to(&mut self, identity: &str) {
        let Scene { card, stack, .. } = &mut self.scene;
        card.remove();
        stack.wait_for_card(false);
        *card = Card::inserted(stack, identity);
    }

    fn log_in_with_card(&self) -> Value {
        self.scene.log_in(&self.portal, Some(&self.keyring), PIN).done()
    }

    fn cns(&self, words: &[&str]) -> Ended {
        cns::run(&mut self.scene.beside(Some(&self.keyring), words), "")
    }

    fn sessions(&self) -> Vec<Value> {
        let listed = self.cns(&["sessions"]).done();
        listed["sessions"].as_array().expect("a list").clone()
    }
}

#[test]
fn two_cards_are_two_sessions_each_with_its_own_name_mask_and_statement() {
    let mut home = Home::of_maria();
    let codes = [home.scene.card.codice_fiscale.clone(), {
        home.log_in_with_card();
        home.give_way_to("citizen-luca");
        home.scene.card.codice_fiscale.clone()
    }];
    home.log_in_with_card();
    let sessions = home.sessions();
    assert_eq!(sessions.len(), 2);
    for code in &codes {
        let mask = format!("{}············{}", &code[..3], &code[15..]);
        let of_this_person = |session: &&Value| session["masked_code"] == mask.as_str();
        let mine = sessions
            .iter()
            .find(of_this_person)
            .expect("a session under the mask");
        assert_eq!(mine["method"], "cns");
        let handle = mine["session"].as_str().expect("a name");
        assert!(!handle.contains(code), "a session's name is no code");
        let statement = home.cns(&["statement", "--session", handle]).done();
        assert_eq!(statement["subject"]["codice_fiscale"], code.as_str());
    }
    // Nobody is shown the other's data for having said nothing.
    assert_eq!(home.cns(&["statement"]).problem(), "several_people");
    // One leaves, the other stays.
    let maria = sessions
        .iter()
        .find(|session| {
            session["masked_code"]
                .as_str()
                .is_some_and(|mask| mask.starts_with("RSS"))
        })
        .and_then(|session| session["session"].as_str())
        .expect("Maria's session");
    home.cns(&["logout", "--session", maria]).done();
    assert_eq!(
        home.cns(&["statement", "--session", maria]).problem(),
        "no_session"
    );
    let left = home.sessions();
    assert_eq!(left.len(), 1);
    assert!(
        left[0]["masked_code"]
            .as_str()
            .is_some_and(|mask| mask.starts_with("BNC"))
    );
    let statement = home.cns(&["statement"]).done();
    assert_eq!(statement["subject"]["codice_fiscale"], codes[1].as_str());
}

#[test]
fn who_has_left_is_remembered_nowhere() {
    let home = Home::of_maria();
    let place = &home.scene.place;
    let watch = Watch::start(vec![place.home(), place.temporary(), place.runtime()]);
    home.log_in_with_card();
    home.cns(&["logout"]).done();
    let code = &home.scene.card.codice_fiscale;
    for (path, content) in watch.end() {
        for word in [code.as_str(), "ROSSI", "Rossi", PIN] {
            assert!(
                !disk::holds(&content, word),
                "{word} stands in {}",
                path.display()
            );
        }
    }
    assert!(home.sessions().is_empty());
}

#[test]
fn a_card_and_two_pins_share_one_computer_and_nothing_is_mixed() {
    let scene = Scene::with("citizen-good");
    let office = Office::open(&scene.place);
    let keyring = Keyring::start(&scene.place);
    let home = home::Home {
        place: &scene.place,
        keyring: &keyring,
        office: &office,
    };
    let handle_of = |mask: &str| {
        let listed = home.cns(&["sessions"], &[]).done();
        let sessions = listed["sessions"].as_array().cloned().unwrap_or_default();
        let mine = sessions.iter().find(|session| session["masked_code"] == mask);
        mine.and_then(|session| session["session"].as_str())
            .map(str::to_owned)
    };
    let statement_of = |handle: &str| {
        let statement = home.cns(&["statement", "--session", handle], &[]).done();
        statement["subject"]["codice_fiscale"].as_str().map(str::to_owned)
    };

    // The sister is inside with her PIN, a third person with a card.
    let annas_pin = home.working_pin(&Person::ANNA);
    let portal = office.words();
    let roots = scene.roots.display().to_string();
    let mut card = vec!["login", "--pin-stdin", "--trust-roots", &roots];
    card.extend(portal.iter().map(String::as_str));
    cns::run(&mut scene.beside(Some(&keyring), &card), &format!("{PIN}\n")).done();
    let anna = handle_of("VRD············Y").expect("Anna is inside");
    let maria = handle_of("RSS············C").expect("Maria is inside");
    assert_eq!(statement_of(&anna).as_deref(), Some(Person::ANNA.code));
    assert_eq!(
        statement_of(&maria).as_deref(),
        Some(scene.card.codice_fiscale.as_str())
    );
    assert_eq!(home.cns(&["statement"], &[]).problem(), "several_people");

    // The brother, whom the portal does not know yet, asks for himself; her session is not touched and not his.
    let brunos_pin = home.working_pin(&Person::BRUNO);
    let bruno = handle_of("VRD············V").expect("Bruno is inside");
    assert_eq!(statement_of(&bruno).as_deref(), Some(Person::BRUNO.code));
    assert_eq!(statement_of(&anna).as_deref(), Some(Person::ANNA.code));
    home.cns(&["logout", "--session", &anna], &[]).done();
    assert_eq!(
        home.cns(&["statement", "--session", &anna], &[]).problem(),
        "no_session"
    );
    assert_eq!(statement_of(&bruno).as_deref(), Some(Person::BRUNO.code));

    // One's PIN is nobody else's, and what happens to a PIN does not touch a card.
    for (code, pin) in [
        (Person::ANNA.code, &brunos_pin),
        (Person::BRUNO.code, &annas_pin),
        (&scene.card.codice_fiscale, &annas_pin),
    ] {
        assert_eq!(home.log_in_with_pin(code, pin).problem(), "credentials_refused");
    }
    assert_eq!(
        statement_of(&maria).as_deref(),
        Some(scene.card.codice_fiscale.as_str())
    );
    home.log_in_with_pin(Person::ANNA.code, &annas_pin).done();
    home.cns(&["logout"], &[]).done();
    assert!(handle_of("VRD············V").is_none());
}
