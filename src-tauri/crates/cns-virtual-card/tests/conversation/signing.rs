//! MANAGE SECURITY ENVIRONMENT and the private key.

use crate::*;
use rsa::pkcs1::DecodeRsaPublicKey;
use rsa::traits::PublicKeyParts;
use rsa::{BigUint, RsaPublicKey};

fn prepared(personality: Personality) -> cns_virtual_card::VirtualCard {
    let mut card = card_of(personality, "citizen-good");
    for command in [
        commands::verify(0x10, &padded("12345")),
        commands::mse_restore(3),
        commands::mse_set_confidentiality(1),
    ] {
        assert_eq!(
            card.answer(&command.encode().unwrap()),
            [0x90, 0x00],
            "{command:?}"
        );
    }
    card
}

#[test]
fn is_raw_rsa_with_the_key_of_the_certificate() {
    for name in ["classic-st2021", "classic-athena"] {
        let personality = kind(name);
        let size = personality.key.as_ref().unwrap().bits / 8;
        let public = common::identity(&personality, "citizen-good")
            .key
            .public_pkcs1_der()
            .to_vec();
        let public = RsaPublicKey::from_pkcs1_der(&public).unwrap();
        let block = [vec![0x00, 0x01], vec![0xA5; size - 2]].concat();
        let answer = prepared(personality).answer(
            &commands::pso_decipher(&block, Expected::Short(0))
                .encode()
                .unwrap(),
        );
        let signature = BigUint::from_bytes_be(&answer[..size]);
        assert_eq!(
            signature.modpow(public.e(), public.n()),
            BigUint::from_bytes_be(&block),
            "{name}"
        );
    }
}

#[test]
fn a_chain_gives_the_same_where_the_card_can() {
    let mut st = kind("classic-st2021");
    st.chaining = true;
    let mut card = prepared(st);
    let command = commands::pso_decipher(&[0x01; 256], Expected::Short(0));
    let whole = card.answer(&command.encode().unwrap());
    let links: Vec<Vec<u8>> = command
        .chained()
        .iter()
        .map(|link| card.answer(&link.encode().unwrap()))
        .collect();
    assert_eq!(links, [vec![0x90, 0x00], whole]);
}

#[test]
fn a_broken_chain_is_forgotten() {
    let mut st = kind("classic-st2021");
    st.chaining = true;
    let mut card = prepared(st);
    let command = commands::pso_decipher(&[0x01; 256], Expected::Short(0));
    let links = command.chained();
    card.answer(&links[0].encode().unwrap());
    card.answer(&commands::select_mf().encode().unwrap());
    assert_eq!(card.answer(&links[1].encode().unwrap()), hex("6A 80"));
}

#[test]
fn a_key_elsewhere_must_be_reached_first() {
    let mut elsewhere = kind("classic-st2021");
    elsewhere.key.as_mut().unwrap().directory = Some("1100".to_owned());
    let mut card = card_of(elsewhere, "citizen-good");
    card.answer(&commands::mse_restore(3).encode().unwrap());
    let set = commands::mse_set_confidentiality(1).encode().unwrap();
    assert_eq!(card.answer(&set), hex("6A 88"));
    card.answer(&commands::select_path(&[0x11, 0x00]).encode().unwrap());
    assert_eq!(card.answer(&set), hex("90 00"));
}
