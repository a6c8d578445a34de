//! The card's certificate in, a one-time code out.

use crate::PeerCertificate;
use crate::tests::pki::{Flaw, MARIO, another_card, card, card_without_name};
use crate::tests::world::World;
use cns_portal_api::{codes, paths};
use proptest::prelude::*;
use std::time::Duration;

#[tokio::test]
async fn a_good_certificate_gives_a_code_of_256_bits_for_a_minute() {
    let world = World::new().await;
    let answer = world.show_card(&card(Flaw::None)).await;
    assert_eq!(answer.status, 201, "{}", answer.body);
    assert_eq!(answer.body["code"].as_str().unwrap().len(), 43);
    assert_eq!(answer.body["expires_in"], 60);
}

#[tokio::test]
async fn a_bad_certificate_is_refused_with_its_reasons() {
    let world = World::new().await;
    for (flaw, reason) in [
        (Flaw::Expired, "validity."),
        (Flaw::NotYetValid, "validity."),
        (Flaw::AnotherPolicy, "policy."),
        (Flaw::UnknownIssuer, "signature."),
        (Flaw::ForSigning, "key_usage."),
        (Flaw::AnotherCommonName, "common_name."),
    ] {
        let answer = world.show_card(&card(flaw)).await;
        answer.expect_problem(403, codes::CERTIFICATE_REFUSED);
        let reasons = answer.body["reasons"].as_array().unwrap();
        assert!(
            reasons
                .iter()
                .any(|given| given.as_str().unwrap().starts_with(reason)),
            "{flaw:?}: {reasons:?}"
        );
        assert!(!answer.body.to_string().contains(MARIO));
    }
}

#[tokio::test]
async fn a_portal_without_roots_lets_nobody_in() {
    let world = World::trusting(cns_trust::TrustRoots::default(), &crate::Database::Memory).await;
    let answer = world.show_card(&card(Flaw::None)).await;
    answer.expect_problem(403, codes::CERTIFICATE_REFUSED);
}

#[tokio::test]
async fn a_code_opens_one_session() {
    let world = World::new().await;
    let code = world.code(&card(Flaw::None)).await;
    assert_eq!(world.open_session(&code).await.status, 201);
    world
        .open_session(&code)
        .await
        .expect_problem(403, codes::CODE_REFUSED);
}

#[tokio::test]
async fn of_twenty_who_come_with_one_code_at_once_one_gets_in() {
    let folder = tempfile::tempdir().unwrap();
    let world =
        std::sync::Arc::new(World::on(&crate::Database::File(folder.path().join("portal.sqlite"))).await);
    let code = world.code(&card(Flaw::None)).await;
    let mut tries = tokio::task::JoinSet::new();
    for _ in 0..20 {
        let (world, code) = (world.clone(), code.clone());
        tries.spawn(async move { world.open_session(&code).await.status.as_u16() });
    }
    let mut statuses = tries.join_all().await;
    statuses.sort_unstable();
    assert_eq!(statuses[0], 201);
    assert!(statuses[1..].iter().all(|status| *status == 403), "{statuses:?}");
}

#[tokio::test]
async fn a_code_is_good_for_59_seconds_and_not_for_61() {
    for (seconds, status) in [(0, 201), (59, 201), (61, 403), (3600, 403)] {
        let world = World::new().await;
        let code = world.code(&card(Flaw::None)).await;
        world.clock.advance(Duration::from_secs(seconds));
        assert_eq!(
            world.open_session(&code).await.status.as_u16(),
            status,
            "after {seconds} s"
        );
    }
}

#[tokio::test]
async fn codes_that_were_never_given_are_refused_like_used_ones() {
    let world = World::new().await;
    for code in ["", "x", &"A".repeat(43), "è", &"B".repeat(5000)] {
        world
            .open_session(code)
            .await
            .expect_problem(403, codes::CODE_REFUSED);
    }
}

#[tokio::test]
async fn the_name_is_the_certificates_and_the_code_where_it_tells_none() {
    let world = World::new().await;
    let token = world.log_in(&card_without_name()).await;
    let me = world.get(paths::ME, Some(&token)).await.body;
    assert_eq!(me["full_name"], MARIO);

    let token = world.log_in(&card(Flaw::None)).await;
    let me = world.get(paths::ME, Some(&token)).await.body;
    assert_eq!(me["full_name"], "Mario Rossi");
    assert_eq!(
        (me["method"].as_str(), me["level"].as_u64()),
        (Some("cns"), Some(3))
    );
}

#[tokio::test]
async fn two_people_never_see_each_other() {
    let world = World::new().await;
    let (mario, anna) = (
        world.log_in(&card(Flaw::None)).await,
        world.log_in(&another_card()).await,
    );
    for (token, surname) in [(&mario, "Rossi"), (&anna, "Bianchi"), (&mario, "Rossi")] {
        let statement = world.get(paths::CONTRIBUTION_STATEMENT, Some(token)).await.body;
        assert_eq!(statement["subject"]["surname"], surname);
    }
}

#[tokio::test]
async fn no_bit_of_what_is_signed_can_be_changed() {
    let world = World::new().await;
    let good = card(Flaw::None).certificate;
    assert!(world.portal.judge(&PeerCertificate(good.clone())).is_ok());
    // Certificate and TBSCertificate (RFC 5280 §4.1) both begin with a tag and a length of three bytes.
    let signed = 4..8 + usize::from(u16::from_be_bytes([good[6], good[7]]));
    let believed: Vec<usize> = (signed.start * 8..signed.end * 8)
        .filter(|bit| {
            let mut bent = good.to_vec();
            bent[bit / 8] ^= 1 << (bit % 8);
            world.portal.judge(&PeerCertificate(bent.into())).is_ok()
        })
        .collect();
    assert_eq!(believed, [0_usize; 0], "of {signed:?}");
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_no_certificate_is_refused(noise in proptest::collection::vec(any::<u8>(), 0..400)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let mut bent = card(Flaw::None);
            bent.certificate = noise.into();
            World::new().await.show_card(&bent).await.expect_problem(403, codes::CERTIFICATE_REFUSED);
        });
    }
}
