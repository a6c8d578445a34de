//! The real driver on the virtual card: a card that was read, judged and unlocked.

use crate::accepted::nginx_demanding;
use crate::peers::Peer;
use crate::pki::Pki;
use crate::story::{code, demanding, open, options};
use cns_card::{Card, CardPin, UnlockedCard};
use cns_login::ProblemCode;
use cns_tls::TlsVersions::{Tls12, Tls13};
use cns_trust::{CheckedCertificate, Clock, SystemClock, TrustRoots, check};
use cns_virtual_card::{EXAMPLE_PIN, Personality, VirtualCard, VirtualCardHandle, pki};
use std::fs;

/// A card in its slot, unlocked, with the proof of its certificate.
pub(crate) struct Inserted {
    pub(crate) slot: VirtualCardHandle,
    pub(crate) card: UnlockedCard,
    pub(crate) certificate: CheckedCertificate,
}

impl Inserted {
    /// The card of `identity`, and its root as `citizen-root.pem` in the folder of `pki`.
    pub(crate) fn new(pki: &Pki, personality: &str, identity: &str) -> Self {
        let at = SystemClock.now();
        let identity = pki::identity(identity, at).expect("an identity");
        let root = pki::Authority::example().expect("a root").certificate_pem();
        fs::write(pki.path("citizen-root.pem"), &root).expect("the folder takes a file");
        let mut roots = TrustRoots::default();
        roots.add_pem(root.as_bytes(), "example").expect("a root");
        let certificate = check(&identity.certificate_der, None, &roots, at)
            .accept()
            .expect("a good certificate");
        let personality = Personality::named(personality).expect("a personality");
        let slot = VirtualCardHandle::inserted(
            VirtualCard::new(personality, identity, EXAMPLE_PIN).expect("a card"),
        );
        let card = unlock(&slot);
        slot.reset_count();
        Self {
            slot,
            card,
            certificate,
        }
    }
}

/// Reads and unlocks the card in the slot.
fn unlock(slot: &VirtualCardHandle) -> UnlockedCard {
    tokio::runtime::Builder::new_current_thread()
        .build()
        .expect("a runtime")
        .block_on(async {
            let card = Card::open(Box::new(slot.channel()));
            card.read().await.expect("a readable card");
            card.unlock(CardPin::parse(EXAMPLE_PIN).expect("digits"))
                .await
                .expect("the right PIN")
        })
}

/// How often the chip itself was asked to use its key (ISO/IEC 7816-8, PERFORM SECURITY OPERATION).
pub(crate) fn signatures(slot: &VirtualCardHandle) -> usize {
    const CHAINED: u8 = 0x10;
    slot.headers()
        .iter()
        .filter(|[class, instruction, ..]| *instruction == 0x2A && class & CHAINED == 0)
        .count()
}

#[test]
fn the_chip_signs_once_whatever_the_version() {
    for (personality, identity, level) in [
        ("classic-st2021", "citizen-good", ""),
        ("classic-athena", "citizen-1024", "-cipher DEFAULT@SECLEVEL=0"),
    ] {
        for (tls, version) in [(Tls12, "1.2"), (Tls13, "1.3")] {
            let pki = Pki::new();
            let Inserted { slot, card, .. } = Inserted::new(&pki, personality, identity);
            let peer = demanding(&pki, level);
            let answer = open(&peer.url("/"), card, &options(&pki, tls)).unwrap();
            assert_eq!(
                (answer.status, answer.tls_version.as_str(), answer.signatures),
                (200, version, 1)
            );
            assert_eq!(signatures(&slot), 1, "{personality} {version}");
        }
    }
}

#[test]
fn tls_1_2_with_pkcs1_is_signed_by_the_chip() {
    let pki = Pki::new();
    let Inserted { slot, card, .. } = Inserted::new(&pki, "classic-st2021", "citizen-good");
    let peer = demanding(&pki, "-tls1_2 -client_sigalgs RSA+SHA256");
    let answer = open(&peer.url("/"), card, &options(&pki, Tls12)).unwrap();
    assert_eq!(
        (answer.signature_scheme.as_deref(), signatures(&slot)),
        (Some("rsa_pkcs1_sha256"), 1)
    );
}

#[test]
fn nginx_takes_the_chip_s_signature() {
    let pki = Pki::new();
    let Inserted { slot, card, .. } = Inserted::new(&pki, "classic-st2021", "citizen-good");
    let nginx = Peer::nginx(
        pki.folder(),
        &nginx_demanding(&pki, "return 200 $ssl_client_verify;"),
    );
    let answer = open(&nginx.url_of(0, "/"), card, &options(&pki, Tls13)).unwrap();
    assert_eq!(
        (answer.body.as_slice(), signatures(&slot)),
        (b"SUCCESS".as_slice(), 1)
    );
}

#[test]
fn a_card_pulled_before_it_signs_is_named_and_not_the_handshake() {
    for tls in [Tls12, Tls13] {
        let pki = Pki::new();
        let Inserted { slot, card, .. } = Inserted::new(&pki, "classic-st2021", "citizen-good");
        let peer = demanding(&pki, "");
        slot.remove();
        assert_eq!(
            code(&open(&peer.url("/"), card, &options(&pki, tls))),
            ProblemCode::CardRemoved
        );
    }
}

#[test]
fn the_card_is_let_go_of_when_the_answer_is_there() {
    let pki = Pki::new();
    let Inserted { slot, card, .. } = Inserted::new(&pki, "classic-st2021", "citizen-good");
    let peer = demanding(&pki, "");
    open(&peer.url("/"), card, &options(&pki, Tls13)).unwrap();
    // The slot is free for a second typing at once: nobody holds the transaction of the first.
    let again = unlock(&slot);
    let answer = open(&peer.url("/"), again, &options(&pki, Tls12)).unwrap();
    assert_eq!((answer.signatures, signatures(&slot)), (1, 2));
}
