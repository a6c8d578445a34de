//! Every kind of card, one after the other, through the real pcscd: a CNS is read and signs, anything else has its name.

use cns_virtual_card::{Personality, WrongPin};
use journeys::card::{Card, PIN};
use journeys::cns::{self, Ended};
use journeys::peers;
use journeys::place::Place;
use journeys::portal::Portal;
use journeys::scene::Scene;

/// Plays every kind of card that is wanted in the one reader of a scene.
fn with_each(scene: &mut Scene, kinds: &[Personality], mut story: impl FnMut(&Scene, &Personality)) {
    for kind in kinds {
        scene.card.remove();
        scene.stack.wait_for_card(false);
        scene.card = Card::playing(&scene.stack, kind.clone(), "citizen-good", PIN);
        scene.card.insert();
        scene.stack.wait_for_card(true);
        scene.card.forget();
        story(scene, kind);
    }
}

#[test]
fn every_cns_says_whose_it_is() {
    let mut scene = Scene::with("citizen-good");
    let kinds = Personality::all_cns().unwrap();
    assert!(kinds.len() >= 12, "{} kinds of CNS", kinds.len());
    with_each(&mut scene, &kinds, |scene, kind| {
        let card = scene.cns(&["card"], "").done();
        assert_eq!(card["holder"], "MARIA ROSSI", "{}: {card:#}", kind.name);
        assert_eq!(card["codice_fiscale"], scene.card.codice_fiscale, "{}", kind.name);
        assert_eq!(card["card_id"], scene.card.card_id, "{}", kind.name);
        let bits = kind.key.as_ref().map(|key| key.bits.to_string());
        let key = card["certificate"]["key"].as_str().unwrap_or_default();
        assert!(
            bits.is_some_and(|bits| key.contains(&bits)),
            "{}: {key}",
            kind.name
        );
        assert_eq!(scene.card.comparisons(), (0, 0), "{}", kind.name);
    });
}

#[test]
fn every_cns_signs_for_a_server_that_we_did_not_write() {
    let mut scene = Scene::with("citizen-good");
    let server = scene.server();
    // The old cards have keys of 1024 bits, which OpenSSL takes only when it is told to.
    let words = ["-tls1_2", "-cipher", "DEFAULT@SECLEVEL=0"];
    let peer = peers::s_server(&scene.place, &server, &scene.roots, &words);
    with_each(&mut scene, &Personality::all_cns().unwrap(), |scene, kind| {
        let url = peer.url();
        let words = [
            "get",
            &url,
            "--pin-stdin",
            "--server-ca",
            server.ca.to_str().unwrap(),
        ];
        let answer = scene.cns(&words, &format!("{PIN}\n")).done();
        let body = answer["body"].as_str().unwrap_or_default();
        assert!(body.contains(&scene.card.codice_fiscale), "{}: {body}", kind.name);
        assert_eq!(scene.card.comparisons(), (1, 0), "{}", kind.name);
        assert_eq!(scene.card.signature_comparisons(), 0, "{}", kind.name);
    });
}

#[test]
fn every_cns_with_a_key_of_today_logs_in() {
    let mut scene = Scene::with("citizen-good");
    let portal = Portal::start(&scene);
    let mut kinds = Personality::all_cns().unwrap();
    kinds.retain(|kind| kind.key.as_ref().is_some_and(|key| key.bits >= 2048));
    with_each(&mut scene, &kinds, |scene, kind| {
        let session = scene.log_in(&portal, None, PIN).done();
        assert_eq!(session["holder"], "MARIA ROSSI", "{}: {session:#}", kind.name);
        assert_eq!(scene.card.comparisons(), (1, 0), "{}", kind.name);
    });
}

#[test]
fn a_wrong_pin_costs_one_try_on_every_cns_and_its_answer_is_understood() {
    let mut scene = Scene::with("citizen-good");
    let portal = Portal::start(&scene);
    let mut kinds = Personality::all_cns().unwrap();
    kinds.retain(|kind| kind.key.as_ref().is_some_and(|key| key.bits >= 2048));
    with_each(&mut scene, &kinds, |scene, kind| {
        let code = match kind.wrong_pin {
            WrongPin::Counted => "pin_wrong",
            WrongPin::Uncounted => "pin_wrong_uncounted",
        };
        assert_eq!(
            scene.log_in(&portal, None, "99999").problem(),
            code,
            "{}",
            kind.name
        );
        assert_eq!(scene.card.comparisons(), (1, 0), "{}", kind.name);
        assert_eq!(scene.card.tries_left(), 2, "{}", kind.name);
    });
}

/// What is no CNS: the kind of card, the code of its problem, and the kind as programs hear it.
const NO_CNS: [(&str, &str, Option<&str>); 8] = [
    ("cie3", "not_a_cns", Some("cie")),
    ("health-professional", "not_a_cns", Some("health_professional")),
    ("signature-dsd", "not_a_cns", Some("signature")),
    ("bank-emv", "not_a_cns", Some("bank")),
    ("sim", "not_a_cns", Some("sim")),
    ("passport", "not_a_cns", Some("passport")),
    ("unknown-java", "unknown_card", None),
    ("unknown-blank", "unknown_card", None),
];

#[test]
fn what_is_no_cns_has_its_name_and_no_pin_of_it_is_touched() {
    let mut scene = Scene::with("citizen-good");
    let kinds: Vec<Personality> = Personality::all()
        .unwrap()
        .into_iter()
        .filter(|kind| !kind.is_cns())
        .collect();
    assert_eq!(kinds.len(), NO_CNS.len(), "a row for each kind");
    with_each(&mut scene, &kinds, |scene, kind| {
        let (_, code, named) = NO_CNS.iter().find(|(name, _, _)| *name == kind.name).unwrap();
        let ended = scene.cns(&["card"], "");
        assert_eq!(ended.problem(), *code, "{}", kind.name);
        let seen = &ended.json()["seen"];
        assert_eq!(seen["kind"].as_str(), *named, "{}: {seen:#}", kind.name);
        assert_eq!(seen["atr"], kind.atr, "{}", kind.name);
        assert_eq!(seen["report"], "cns report", "{}", kind.name);
        assert_eq!(scene.cns(&["pin", "status", "--ask-card"], "").problem(), *code);
        assert_eq!(scene.card.spent().verifies, 0, "{}", kind.name);
        assert_eq!(scene.card.signature_comparisons(), 0, "{}", kind.name);
    });
}

#[test]
fn an_unknown_card_shows_what_can_be_read_of_it() {
    let mut scene = Scene::with("citizen-good");
    let kind = Personality::named("unknown-java").unwrap();
    with_each(&mut scene, &[kind], |scene, _| {
        let seen = scene.cns(&["card"], "").json()["seen"].clone();
        assert_eq!(seen["holder"], "MARIA ROSSI", "{seen:#}");
        assert_eq!(seen["card_id"], scene.card.card_id);
        let mut command = cns::in_words(&scene.place, &["card"]);
        let told = cns::run(scene.stack.lead(&mut command), "");
        assert_eq!((told.code, told.out.as_str()), (1, ""));
        for words in [
            "MARIA ROSSI",
            scene.card.card_id.as_str(),
            "cns report",
            "[unknown_card]",
        ] {
            assert!(told.err.contains(words), "{words}: {}", told.err);
        }
    });
}

/// A card that no built-in profile knows: the certificate stands where nobody looks for it.
const NOVELTY: &str = r#"
[[personality]]
name = "novelty"
atr = "3B FF 18 00 00 81 31 FE 45 00 6B 04 0D 99 02 01 01 01 43 4E 53 10 31 80 EB"
key = { bits = 2048, reference = 0x07, security_environment = 0x03 }
pin_references = [0x10]
puk_references = [0x11]
wrong_pin = "counted"
empty_verify = "reports"
extended = true
read_end = "short"

[[personality.file]]
path = "1000/1003"
content = "card_id"

[[personality.file]]
path = "1100/1102"
content = "personal_data"

[[personality.file]]
path = "1300/1305"
content = "certificate"
size = 2048
"#;

/// The row that makes it known.
const PROFILE_OF_THE_NOVELTY: &str = r#"
[[profile]]
name = "novelty"
is = [{ historical = ".. .. 04 0D 99 02 .. .. .. 43 4E 53 .. .. .." }]

[profile.files]
card_id = "1000 1003"
personal_data = "1100 1102"

[[profile.certificates]]
path = "1300 1305"
framing = "raw"

[profile.key]
reference = 0x07
security_environment = 0x03

[[profile.pins]]
reference = 0x10
puk = 0x11
"#;

#[test]
fn a_new_generation_is_one_more_row_of_a_table() {
    let mut scene = Scene::with("citizen-good");
    let portal = Portal::start(&scene);
    let kind = Personality::parse_table(NOVELTY).unwrap();
    let table = scene.place.write("novelty.toml", PROFILE_OF_THE_NOVELTY);
    let table = table.to_str().unwrap();
    with_each(&mut scene, &kind, |scene, _| {
        assert_eq!(scene.cns(&["card"], "").problem(), "unknown_card");
        let card = scene.cns(&["card", "--card-profiles", table], "").done();
        assert_eq!(card["codice_fiscale"], scene.card.codice_fiscale);
        assert_eq!(card["profile"], "novelty");
        let (roots, portal) = (scene.roots.display().to_string(), portal.words());
        let mut words = vec![
            "--card-profiles",
            table,
            "login",
            "--pin-stdin",
            "--trust-roots",
            &roots,
        ];
        words.extend(portal.iter().map(String::as_str));
        let session = scene.cns(&words, &format!("{PIN}\n")).done();
        assert_eq!(session["holder"], "MARIA ROSSI");
    });
}

#[test]
fn a_table_of_cards_with_a_mistake_is_named_with_the_place() {
    let place = Place::new();
    let with = |table: &str| -> Ended {
        cns::run(&mut cns::cns(&place, &["readers", "--card-profiles", table]), "")
    };
    let nowhere = place.file("nowhere.toml");
    assert_eq!(
        with(nowhere.to_str().unwrap()).problem(),
        "card_profiles_unusable"
    );
    let broken = place.write("broken.toml", "[[profile]]\nname = \"x\"\nname = 7\n");
    let ended = with(broken.to_str().unwrap());
    assert_eq!(ended.problem(), "card_profiles_unusable");
    let meaning = ended.json()["problem"]["meaning"].clone();
    assert!(
        meaning.as_str().is_some_and(|text| text.contains("riga 3")),
        "{meaning}"
    );
    let taboo = PROFILE_OF_THE_NOVELTY.replace("1300 1305", "1400 9010");
    let ended = with(place.write("taboo.toml", taboo).to_str().unwrap());
    assert_eq!(ended.problem(), "card_profiles_unusable");
    let why = ended.json()["problem"]["meaning"].clone();
    assert!(
        why.as_str()
            .is_some_and(|text| text.contains("«novelty» nomina qualcosa della firma digitale")),
        "{why}"
    );
    let ended = with(broken.to_str().unwrap());
    let what = ended.json()["problem"]["what"].clone();
    assert!(
        what.as_str()
            .is_some_and(|text| text.contains(broken.to_str().unwrap())),
        "{what}"
    );
}
