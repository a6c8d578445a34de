//! Which family a card is of, what is no CNS, and what is never touched on the way to know it.

use crate::bench::{
    FAMILIES, ST2021, TODAY, open, open_watched, person, personality, slot, st2021, unlocked, wait,
};
use crate::watched::Watch;
use cns_card::{Card, CardError, CardProfiles, Greeting};
use cns_virtual_card::pki::{Authority, Citizen, Issue};

#[test]
fn what_is_not_a_cns_is_named_and_what_is_unknown_says_so() {
    let not = |kind| CardError::NotACns { kind };
    let rows = [
        ("cie3", not("cie")),
        ("health-professional", not("health_professional")),
        ("signature-dsd", not("signature")),
        ("bank-emv", not("bank")),
        ("sim", not("sim")),
        ("passport", not("passport")),
        ("unknown-java", CardError::UnknownCard),
        ("unknown-blank", CardError::UnknownCard),
    ];
    for (kind, error) in rows {
        let slot = slot(personality(kind), person("citizen-good"));
        let (card, watch) = open_watched(&slot, None);
        assert_eq!(wait(card.read()).unwrap_err(), error, "{kind}");
        println!("{kind}: {} APDUs", slot.apdus());
        assert!(slot.apdus() <= 20, "{kind}: {} APDUs", slot.apdus());
        assert_only_reads(&watch, kind);
    }
}

/// SELECT, READ BINARY and GET RESPONSE are all that reading may send.
fn assert_only_reads(watch: &Watch, described: &str) {
    for command in &watch.log().commands {
        assert!(
            matches!(command[1], 0xA4 | 0xB0 | 0xC0),
            "{described}: {command:02X?}"
        );
    }
}

#[test]
fn the_file_of_the_qualified_signature_is_never_selected() {
    for (kind, _, name) in FAMILIES {
        let slot = slot(personality(kind), person(name));
        let (card, watch) = open_watched(&slot, None);
        wait(card.read()).unwrap();
        wait(card.report()).unwrap();
        drop(unlocked(&card));
        for command in &watch.log().commands {
            let selects = command[1] == 0xA4 && command.len() > 5;
            let names_it = |taboo: &[u8]| command[5..].windows(taboo.len()).any(|part| part == taboo);
            let taboo = selects && (names_it(&[0x90, 0x10]) || names_it(&[0x81, 0x10]) || names_it(b"ESIGN"));
            assert!(!taboo, "{kind}: {command:02X?}");
            let reference = command[3] & 0x1F;
            let of_signature = command[1] == 0x20 && matches!(reference, 0x1A | 0x1B);
            assert!(!of_signature, "{kind}: {command:02X?}");
        }
    }
}

#[test]
fn an_unknown_card_still_shows_its_number_and_its_holder() {
    let slot = slot(personality("unknown-java"), person("citizen-good"));
    let card = open(&slot);
    assert_eq!(wait(card.glimpse()).unwrap().greeting, Greeting::default());
    assert_eq!(wait(card.read()).unwrap_err(), CardError::UnknownCard);
    let apdus = slot.apdus();
    let glimpse = wait(card.glimpse()).unwrap();
    assert_eq!(glimpse.atr, card.atr().as_bytes());
    assert_eq!(
        glimpse.greeting.card_id.as_deref(),
        Some(person("citizen-good").card_id())
    );
    let holder = glimpse.greeting.personal_data.as_ref().unwrap();
    assert_eq!(holder.surname.as_deref(), Some("ROSSI"));
    assert_eq!(slot.apdus(), apdus, "a glimpse sends nothing");
}

#[test]
fn no_file_of_an_application_is_asked_for_twice() {
    let kinds = FAMILIES.map(|(kind, _, name)| (kind, name));
    let others = ["unknown-java", "unknown-blank", "bank-emv"].map(|kind| (kind, "citizen-good"));
    for (kind, name) in kinds.into_iter().chain(others) {
        let (card, watch) = open_watched(&slot(personality(kind), person(name)), None);
        let _ = wait(card.read());
        let log = watch.log();
        let (mut seen, mut here) = (Vec::new(), Vec::new());
        for command in &log.commands {
            match command[..4] {
                [0x00, 0xA4, 0x04, 0x00] => here = command.clone(),
                [0x00, 0xA4, ..] => {
                    let file = (here.clone(), command.clone());
                    assert!(!seen.contains(&file), "{kind}: {command:02X?}");
                    seen.push(file);
                }
                _ => {}
            }
        }
    }
}

#[test]
fn a_certificate_without_the_name_of_a_cns_is_taken_when_there_is_no_other() {
    let mut order = Issue::good(Citizen::maria_rossi(), TODAY);
    order.common_name = Some("ROSSI MARIA".to_owned());
    let nameless = Authority::example().unwrap().issue(&order).unwrap();
    let slot = st2021("citizen-good");
    slot.with_card(|card| {
        card.put_file("1100/1101", nameless.certificate_der.clone())
            .unwrap()
    });
    let contents = wait(open(&slot).read()).unwrap();
    assert_eq!(contents.profile, "classic");
    assert_eq!(contents.certificate_der, nameless.certificate_der);

    let good = person("citizen-good").certificate_der;
    slot.with_card(|card| card.put_file("1400/9001/2002", good.clone()).unwrap());
    let contents = wait(open(&slot).read()).unwrap();
    assert_eq!(contents.profile, "idemia-2021");
    assert_eq!(contents.certificate_der, good);
}

#[test]
fn cards_whose_answer_to_reset_refuses_them_are_not_spoken_to() {
    for atr in [
        "3B F4 18 00 FF 81 31 80 55 00 31 80 00 C7",
        "3B FF 18 00 FF 81 31 FE 55 00 6B 02 09 02 00 01 11 01 44 53 44 10 31 80 8B",
    ] {
        let mut kind = personality(ST2021);
        kind.atr = atr.to_owned();
        let slot = slot(kind, person("citizen-good"));
        let card = open(&slot);
        assert!(matches!(wait(card.read()), Err(CardError::NotACns { .. })));
        assert!(matches!(wait(card.greet()), Err(CardError::NotACns { .. })));
        wait(card.report()).unwrap();
        assert_eq!(slot.apdus(), 0);
    }
}

#[test]
fn the_family_that_fitted_is_tried_first_on_the_next_card_like_it() {
    let mut kind = personality("idemia-2021");
    // Not one of those that the table knows for sure.
    kind.atr = "3B FF 18 00 00 81 31 FE 45 00 6B 05 07 91 20 01 F1 01 43 4E 53 10 31 80 3A".to_owned();
    let profiles = CardProfiles::built_in();
    let mut apdus = Vec::new();
    for _ in 0..2 {
        let slot = slot(kind.clone(), person("citizen-good"));
        let card = Card::open_as(Box::new(slot.channel()), &profiles.clone());
        assert_eq!(wait(card.read()).unwrap().profile, "idemia-2021");
        apdus.push(slot.apdus());
    }
    assert_eq!(
        apdus,
        [8, 6],
        "what lies in place of the certificate is not read again"
    );
}

#[test]
fn a_family_of_the_users_is_read_like_one_of_ours() {
    let table = r#"
        [[profile]]
        name = "next-generation"
        is = [{ atr = "3B 80 80 01 01" }]
        application = "F0 00 00 00 01"

        [profile.files]
        card_id = "1000 1003"
        personal_data = "1100 1102"

        [[profile.certificates]]
        path = "1100 1101"
        framing = "file_size"

        [profile.key]
        reference = 0x01

        [[profile.pins]]
        reference = 0x10
    "#;
    let mut kind = personality("st2022-nfc");
    kind.applications[0].aid = "F0 00 00 00 01".to_owned();
    if let Some(key) = &mut kind.key {
        key.application = Some("F0 00 00 00 01".to_owned());
    }
    let slot = slot(kind, person("citizen-good"));
    assert_eq!(wait(open(&slot).read()).unwrap_err(), CardError::UnknownCard);
    let profiles = CardProfiles::built_in().with(table).unwrap();
    let card = Card::open_as(Box::new(slot.channel()), &profiles);
    let contents = wait(card.read()).unwrap();
    assert_eq!(contents.profile, "next-generation");
    assert!(contents.pin_rules.unblock.is_empty());
}

#[test]
fn a_table_of_the_users_is_refused_with_its_reason() {
    for (table, reason) in [
        ("[[profile]]", "missing field"),
        ("[[refusal]]\nkind = \"cie\"", "one_sign"),
        ("colour = 1", "unknown field"),
        ("[[", ""),
    ] {
        let error = CardProfiles::built_in().with(table).unwrap_err();
        assert!(error.to_string().contains(reason), "{table}: {error}");
    }
}
