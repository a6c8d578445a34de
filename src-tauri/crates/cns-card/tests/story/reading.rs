use crate::bench::{
    FAMILIES, ST2021, open, open_watched, person, person_with_long_certificate, personality, say, slot,
    st2021, unlocked, wait,
};
use cns_card::{CardError, SignatureScheme};
use cns_iso7816::Ending;
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
    say(&format!("walked {walked} combinations of habits of a card"));
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
fn nothing_of_the_person_is_printed() {
    let card = open(&st2021("citizen-good"));
    let contents = wait(card.read()).unwrap();
    let shown = format!("{contents:?} {card:?} {:?}", contents.personal_data);
    for personal in ["ROSSI", "MARIA", "RSSMRA", "6999"] {
        assert!(!shown.contains(personal), "{shown}");
    }
}
