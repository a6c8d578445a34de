use crate::bench::{
    KINDS, ST2021, open, open_watched, person, person_with_long_certificate, personality, slot, st2021, wait,
};
use cns_card::CardError;
use cns_iso7816::Ending;
use cns_virtual_card::ReadEnd;

#[test]
fn every_kind_of_card_gives_number_person_and_certificate() {
    for (kind, name) in KINDS {
        let identity = person(name);
        let card = open(&slot(personality(kind), identity.clone()));
        let contents = wait(card.read()).unwrap();
        assert_eq!(contents.profile, "classic", "{kind}");
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

#[test]
fn every_habit_of_a_card_is_coped_with() {
    for identity in [person("citizen-good"), person_with_long_certificate()] {
        for read_end in [ReadEnd::Short, ReadEnd::Warning, ReadEnd::ExactLength] {
            for bits in 0..8_u8 {
                let mut kind = personality(ST2021);
                kind.read_end = read_end;
                kind.refuses_le_00 = bits & 1 != 0;
                kind.hides_size = bits & 2 != 0;
                kind.extended = bits & 4 != 0;
                let described = format!("{read_end:?} {bits:03b}");
                let contents = wait(open(&slot(kind, identity.clone())).read()).unwrap();
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
            }
        }
    }
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
fn cards_that_are_not_a_cns_are_not_spoken_to() {
    let rows = [
        (
            "3B F4 18 00 FF 81 31 80 55 00 31 80 00 C7",
            CardError::NotACns { kind: "cie" },
        ),
        (
            "3B 6B 00 00 80 31 80 65 B0 83 11 51 C8 83 00 90 00",
            CardError::UnknownCard,
        ),
    ];
    for (atr, error) in rows {
        let mut kind = personality(ST2021);
        kind.atr = atr.to_owned();
        let slot = slot(kind, person("citizen-good"));
        assert_eq!(wait(open(&slot).read()).unwrap_err(), error);
        assert_eq!(slot.apdus(), 0);
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
