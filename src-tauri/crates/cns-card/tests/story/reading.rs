use crate::bench::{
    FAMILIES, ST2021, TODAY, open, open_watched, person, person_with_long_certificate, personality, slot,
    st2021, unlocked, wait,
};
use crate::watched::Watch;
use cns_card::{Card, CardError, CardProfiles, Greeting, SignatureScheme};
use cns_iso7816::Ending;
use cns_virtual_card::pki::{Authority, Citizen, Issue};
use cns_virtual_card::{Announced, Personality, ReadEnd};

#[test]
fn every_kind_of_card_gives_number_person_and_certificate() {
    for (kind, profile, name) in FAMILIES {
        let identity = person(name);
        let card = open(&slot(personality(kind), identity.clone()));
        let contents = wait(card.read()).unwrap_or_else(|error| panic!("{kind}: {error}"));
        assert_eq!(contents.profile, profile, "{kind}");
        assert_eq!(contents.card_id.as_deref(), Some(identity.card_id()), "{kind}");
        assert_eq!(contents.certificate_der, identity.certificate_der, "{kind}");
        assert!(
            contents.personal_data_file.as_ref() == Some(&identity.personal_data_file),
            "{kind}"
        );
        let person = contents.personal_data.as_ref().unwrap();
        assert_eq!(person.surname.as_deref(), Some("ROSSI"), "{kind}");
        assert_eq!(
            person.codice_fiscale.as_deref(),
            Some(identity.codice_fiscale.as_str()),
            "{kind}"
        );
        assert!(contents.pin_rules.unblock_is_experimental, "{kind}");
        assert!(!contents.pin_rules.tries_may_be_asked, "{kind}");
    }
}

#[test]
fn what_was_read_opens_the_key_of_every_kind_of_card() {
    for (kind, _, name) in FAMILIES {
        let slot = slot(personality(kind), person(name));
        let unlocked = unlocked(&open(&slot));
        for scheme in [SignatureScheme::Pkcs1Sha256, SignatureScheme::PssSha256] {
            unlocked
                .sign(scheme, b"a message")
                .unwrap_or_else(|error| panic!("{kind}: {error}"));
        }
        assert_eq!(slot.with_card(|card| card.tries_left()), 3, "{kind}");
    }
}

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
fn the_name_comes_first_and_is_not_read_again() {
    for (kind, _, name) in FAMILIES {
        let identity = person(name);
        let alone = slot(personality(kind), identity.clone());
        wait(open(&alone).read()).unwrap();

        let slot = slot(personality(kind), identity.clone());
        let (card, watch) = open_watched(&slot, None);
        let greeting = wait(card.greet()).unwrap();
        assert_eq!(greeting.card_id.as_deref(), Some(identity.card_id()), "{kind}");
        let surname = greeting.personal_data.as_ref().unwrap().surname.as_deref();
        assert_eq!(surname, Some("ROSSI"), "{kind}");
        let greeted = slot.apdus();
        assert!(wait(card.greet()).unwrap() == greeting, "{kind}");
        assert_eq!(slot.apdus(), greeted, "{kind}: greeting again sends nothing");
        let contents = wait(card.read()).unwrap();
        assert!(contents.personal_data == greeting.personal_data, "{kind}");
        assert_eq!(u64::from(contents.apdus), slot.apdus(), "{kind}");
        // The application may have to be entered again: the card was free in between.
        assert!(
            slot.apdus() <= alone.apdus() + 1,
            "{kind}: {} APDUs",
            slot.apdus()
        );
        assert_eq!(watch.log().endings, [Ending::Leave, Ending::Leave], "{kind}");
        println!("{kind}: {greeted} APDUs to the name, {} in all", slot.apdus());
    }
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
fn it_is_done_once_for_an_insertion() {
    let slot = st2021("citizen-good");
    let (card, watch) = open_watched(&slot, None);
    let first = wait(card.read()).unwrap();
    let after_first = slot.apdus();
    let second = wait(card.clone().read()).unwrap();
    assert!(first == second);
    assert_eq!(slot.apdus(), after_first);
    assert_eq!(u64::from(first.apdus), after_first);
    assert_eq!(
        watch.log().endings,
        [Ending::Leave],
        "one transaction, and the card left as it was"
    );
}

/// Every combination of what makers do differently in reading.
fn habits() -> Vec<(String, Personality)> {
    let ends = [
        ReadEnd::Short,
        ReadEnd::Warning,
        ReadEnd::ExactLength,
        ReadEnd::ExactLengthAlways,
        ReadEnd::Refused,
    ];
    let sizes = [None, Some(0), Some(16), Some(400), Some(u16::MAX)];
    let mut habits = Vec::new();
    for (end, bits) in ends
        .into_iter()
        .flat_map(|end| (0..32_u8).map(move |bits| (end, bits)))
    {
        for size in sizes {
            let mut kind = personality(ST2021);
            kind.read_end = end;
            kind.refuses_le_00 = bits & 1 != 0;
            kind.refuses_le_ff = bits & 2 != 0;
            kind.hides_size = bits & 4 != 0;
            kind.extended = bits & 8 != 0;
            if bits & 16 != 0 {
                kind.announces = vec![Announced::Select, Announced::Read];
            }
            kind.claims_size = size;
            habits.push((format!("{end:?} {bits:05b} {size:?}"), kind));
        }
    }
    habits
}

#[test]
fn every_habit_of_a_card_is_coped_with() {
    let mut walked = 0;
    for (identity, is_long) in [
        (person("citizen-good"), false),
        (person_with_long_certificate(), true),
    ] {
        for (described, kind) in habits() {
            // What SELECT claims does not depend on the certificate.
            if is_long && kind.claims_size.is_some() {
                continue;
            }
            let contents = wait(open(&slot(kind, identity.clone())).read())
                .unwrap_or_else(|error| panic!("{described}: {error}"));
            assert_eq!(contents.certificate_der, identity.certificate_der, "{described}");
            assert_eq!(
                contents.card_id.as_deref(),
                Some(identity.card_id()),
                "{described}"
            );
            assert!(
                contents.personal_data_file.as_ref() == Some(&identity.personal_data_file),
                "{described}"
            );
            walked += 1;
        }
    }
    println!("{walked} combinations walked through");
}

#[test]
fn a_missing_or_odd_number_or_person_does_not_matter() {
    let slot = st2021("citizen-good");
    slot.with_card(|card| {
        card.put_file("1000/1003", b"not sixteen digi".to_vec()).unwrap();
        card.put_file("1100/1102", vec![0xFF; 400]).unwrap();
    });
    let contents = wait(open(&slot).read()).unwrap();
    assert_eq!(contents.card_id, None);
    assert!(contents.personal_data.is_none());
    assert_eq!(contents.personal_data_file, Some(vec![0xFF; 400]));

    slot.with_card(|card| {
        card.remove_file("1000/1003");
        card.remove_file("1100/1102");
    });
    let contents = wait(open(&slot).read()).unwrap();
    assert_eq!((&contents.card_id, &contents.personal_data_file), (&None, &None));
    assert_eq!(contents.certificate_der, person("citizen-good").certificate_der);
}

#[test]
fn the_certificate_of_the_qualified_signature_is_never_taken() {
    for name in ["citizen-non-repudiation", "citizen-both-usages"] {
        assert_eq!(
            wait(open(&st2021(name)).read()).unwrap_err(),
            CardError::NoCertificate,
            "{name}"
        );
    }
}

#[test]
fn a_card_without_a_certificate_is_named() {
    let slot = st2021("citizen-good");
    for content in [
        vec![0; 2048],
        b"Carta Nazionale dei Servizi".to_vec(),
        vec![0x30, 0x82, 0x04, 0x00, 0x30],
    ] {
        slot.with_card(|card| card.put_file("1100/1101", content).unwrap());
        let error = wait(open(&slot).read()).unwrap_err();
        assert_eq!(error, CardError::Malformed { file: "EF.C_Carta" });
    }
    slot.with_card(|card| card.remove_file("1100/1101"));
    assert_eq!(wait(open(&slot).read()).unwrap_err(), CardError::UnknownCard);
}

#[test]
fn a_failed_reading_is_not_kept() {
    let slot = st2021("citizen-good");
    let card = open(&slot);
    let certificate = person("citizen-good").certificate_der;
    slot.with_card(|card| card.put_file("1100/1101", vec![0; 2048]).unwrap());
    wait(card.read()).unwrap_err();
    slot.with_card(|card| card.put_file("1100/1101", certificate).unwrap());
    wait(card.read()).unwrap();
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
        ("[[refusal]]\nkind = \"cie\"", "exactly one sign"),
        ("colour = 1", "unknown field"),
        ("[[", ""),
    ] {
        let error = CardProfiles::built_in().with(table).unwrap_err();
        assert!(error.reason.contains(reason), "{table}: {error}");
    }
}

#[test]
fn nothing_of_the_person_is_printed() {
    let card = open(&st2021("citizen-good"));
    let contents = wait(card.read()).unwrap();
    let shown = format!("{contents:?} {card:?} {:?}", contents.personal_data);
    for personal in ["ROSSI", "MARIA", "RSSMRA", "6999"] {
        assert!(!shown.contains(personal), "{shown}");
    }
}
