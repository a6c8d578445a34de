//! What a list costs, and that nothing but the whole of it counts.

use crate::crl_made::whole_too_large;
use crate::crl_maker::{
    AT, Answer, CrlCa, LAST_UPDATE, LEAF_SERIAL, NEXT_UPDATE, Ordered, by_openssl, openssl_says, pem, read,
    rsa_ca,
};
use crate::crl_parts::{Made, SHA256_RSA, entry, extension, head, reason, tlv};
use cns_trust::Pour;
use cns_trust::revocation::crl::CrlReader;
use cns_trust::revocation::{Question, Status, Times, Unchecked};
use proptest::prelude::*;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};
use std::ops::ControlFlow;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

/// More than a reader ever keeps of a list with an RSA signature.
const HELD: usize = 256 * 1024;

/// Short lists of openssl: one that names the certificate, one that does not.
fn short_lists() -> &'static [Vec<u8>; 2] {
    static LISTS: OnceLock<[Vec<u8>; 2]> = OnceLock::new();
    LISTS.get_or_init(|| {
        let place =
            "issuingDistributionPoint = critical,@idp\n[idp]\nfullname = URI:http://crl.example/list.crl\n";
        [LEAF_SERIAL, "11"].map(|serial| {
            let ordered = Ordered {
                revoked: vec![
                    ("10".to_owned(), "261005000000Z,superseded".to_owned()),
                    (
                        serial.to_owned(),
                        "261101000000Z,keyTime,20261001000000Z".to_owned(),
                    ),
                ],
                extensions: place,
                ..Ordered::default()
            };
            by_openssl(rsa_ca(), &ordered)
        })
    })
}

#[test]
fn pieces_of_every_size_say_the_same() {
    let ca = rsa_ca();
    let [on_it, not_on_it] = short_lists();
    let delta = Made::new(
        ca,
        &[],
        &[extension(&[0x55, 0x1d, 27], Some(0xff), &tlv(2, &[1]))],
    )
    .by(ca);
    let large = Made::new(ca, &[entry(&[1], &[b'2'; 5000], &[])], &[]).by(ca);
    let more = [not_on_it.as_slice(), &[0]].concat();
    for list in [on_it, not_on_it, &delta, &large, &more] {
        let whole = read(&ca.question(), list, list.len(), AT);
        for piece in 1..list.len().min(1000) {
            assert_eq!(read(&ca.question(), list, piece, AT), whole, "pieces of {piece}");
        }
    }
    assert!(matches!(
        read(&ca.question(), on_it, 1, AT),
        Ok((Status::Revoked { .. }, _))
    ));
    assert!(matches!(
        read(&ca.question(), not_on_it, 1, AT),
        Ok((Status::Good, _))
    ));
}

#[test]
fn a_list_that_breaks_off_says_nothing() {
    for list in short_lists() {
        for length in 0..list.len() {
            let answer = read(&rsa_ca().question(), &list[..length], 64, AT);
            assert_eq!(
                answer,
                Err(Unchecked::Malformed),
                "{length} bytes of {}",
                list.len()
            );
        }
    }
}

#[test]
fn a_list_of_which_one_bit_changed_says_nothing() {
    for list in short_lists() {
        for position in 0..list.len() {
            for bit in 0..8 {
                let mut changed = list.clone();
                changed[position] ^= 1 << bit;
                let answer = read(&rsa_ca().question(), &changed, 4096, AT);
                assert!(answer.is_err(), "bit {bit} of byte {position}: {answer:?}");
            }
        }
    }
}

#[test]
fn whatever_is_good_after_a_change_that_was_signed_openssl_calls_good_too() {
    let ca = rsa_ca();
    let mut random = ChaCha8Rng::seed_from_u64(4);
    let (mut good, mut revoked, mut refused) = (0, 0, 0);
    for round in 0..800 {
        let (signed, algorithm) = parts_of(&short_lists()[round % 2]);
        let mut signed = signed.to_vec();
        let position = random.next_u32() as usize % signed.len();
        signed[position] = random.next_u32().to_le_bytes()[0];
        let changed = Made::around(ca, &signed, algorithm);
        match read(&ca.question(), &changed, 4096, AT) {
            Ok((Status::Good, _)) => {
                good += 1;
                assert_eq!(
                    openssl_says(ca, &changed, AT),
                    None,
                    "{}",
                    pem("X509 CRL", &changed)
                );
            }
            Ok(_) => revoked += 1,
            Err(_) => refused += 1,
        }
    }
    println!("{good} good, {revoked} revoked, {refused} refused");
    assert!(
        good > 20 && revoked > 20 && refused > 400,
        "the changes prove little"
    );
}

/// The signed part of a list, and its algorithm.
fn parts_of(list: &[u8]) -> (&[u8], &[u8]) {
    use x509_parser::prelude::{CertificateRevocationList, FromDer};
    let (_, parsed) = CertificateRevocationList::from_der(list).unwrap();
    let signed = parsed.tbs_cert_list.as_ref();
    let start = list
        .windows(signed.len())
        .position(|part| part == signed)
        .unwrap();
    let rest = &list[start + signed.len()..];
    (
        &list[start..start + signed.len()],
        &rest[..2 + usize::from(rest[1])],
    )
}

#[test]
fn a_list_of_twenty_mebibytes_takes_no_more_memory_than_a_short_one() {
    let ca = rsa_ca();
    for (size, before_last, piece) in [
        (20 << 20, None, 16 * 1024),
        (2 << 20, Some(0), 1_000_003),
        (1 << 20, Some(9), 511),
    ] {
        let long = LongList::new(ca, size);
        let revoked_at = before_last.map(|count| long.entries - 1 - count);
        let signature = long.signature(revoked_at);
        let question = ca.question();
        let mut reader = CrlReader::new(&question, &question.crl[0]);
        let (mut most, mut bytes, mut took) = (0, 0, Duration::ZERO);
        let mut waiting = Vec::new();
        long.write(revoked_at, &signature, &mut |part| {
            waiting.extend_from_slice(part);
            if waiting.len() >= piece {
                let start = Instant::now();
                assert_eq!(reader.pour(&waiting), ControlFlow::Continue(()));
                took += start.elapsed();
                bytes += waiting.len();
                most = most.max(reader.held_bytes());
                waiting.clear();
            }
        });
        assert_eq!(reader.pour(&waiting), ControlFlow::Continue(()));
        bytes += waiting.len();
        let answer = reader.finish(AT);
        println!(
            "{bytes} bytes, {} entries, in {took:?}, at most {most} bytes held",
            long.entries
        );
        assert!(bytes > size && most < 64 * 1024, "{bytes} bytes, {most} held");
        let (status, _) = answer.unwrap();
        assert_eq!(matches!(status, Status::Revoked { .. }), revoked_at.is_some());
    }
}

#[test]
fn large_fields_are_kept_up_to_their_limit_and_no_further() {
    let ca = rsa_ca();
    // The largest field holds all extensions; some of it are heads.
    for (size, expected) in [(64 * 1024 - 33, true), (64 * 1024 - 32, false)] {
        let list = Made::new(ca, &[], &[extension(&[0x2a, 3, 4], None, &vec![0; size])]).by(ca);
        for piece in [1, 4096, list.len()] {
            let (answer, most) = read_and_measure(&ca.question(), &list, piece);
            assert_eq!(answer.is_ok(), expected, "{size}: {answer:?}");
            assert!(expected || answer == Err(Unchecked::FieldTooLarge));
            assert!(most < HELD, "{most} held");
        }
    }
    // ECDSA takes no digest, so the whole is kept, up to 1 MiB.
    let mut list = Made::new(ca, &[], &[]);
    list.algorithm = vec![0x30, 10, 6, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 2];
    list.outer_algorithm.clone_from(&list.algorithm);
    let entry = entry(&[7; 16], b"261101000000Z", &[]);
    for (count, expected) in [
        (1000, Err(Unchecked::BadSignature)),
        (32_000, whole_too_large(1 << 20)),
    ] {
        list.entries = tlv(0x30, &entry.repeat(count));
        let (answer, most) = read_and_measure(&ca.question(), &list.by(ca), 4096);
        assert_eq!(answer, expected);
        assert!(most < HELD, "{most} held");
    }
}

fn read_and_measure(question: &Question, list: &[u8], piece: usize) -> (Answer, usize) {
    let mut reader = CrlReader::new(question, &question.crl[0]);
    let mut most = 0;
    for piece in list.chunks(piece) {
        let flow = reader.pour(piece);
        most = most.max(reader.held_bytes());
        if flow.is_break() {
            break;
        }
    }
    (reader.finish(AT), most)
}

/// A list of any length, which never stands anywhere as a whole.
struct LongList<'a> {
    ca: &'a CrlCa,
    entries: usize,
}

impl<'a> LongList<'a> {
    fn new(ca: &'a CrlCa, bytes: usize) -> Self {
        let entries = bytes / long_entry(false).len() + 1;
        Self { ca, entries }
    }

    fn write_signed(&self, revoked_at: Option<usize>, write: &mut dyn FnMut(&[u8])) {
        let sound = Made::new(self.ca, &[], &[]);
        let before = [
            sound.version.unwrap(),
            sound.algorithm,
            sound.issuer,
            sound.this_update,
            sound.next_update,
        ]
        .concat();
        let length = self.entries * long_entry(false).len();
        let entries_head = head(0x30, length);
        write(&head(
            0x30,
            before.len() + entries_head.len() + length + sound.extensions.len(),
        ));
        write(&before);
        write(&entries_head);
        let mut entry = long_entry(false);
        for number in 0..self.entries {
            if revoked_at == Some(number) {
                write(&long_entry(true));
            } else {
                // The last bytes of its serial number.
                entry[12..20].copy_from_slice(&number.to_be_bytes());
                write(&entry);
            }
        }
        write(&sound.extensions);
    }

    fn signature(&self, revoked_at: Option<usize>) -> Vec<u8> {
        use rsa::pkcs8::DecodePrivateKey;
        use sha2::{Digest, Sha256};
        let mut digest = Sha256::new();
        self.write_signed(revoked_at, &mut |part| digest.update(part));
        rsa::RsaPrivateKey::from_pkcs8_pem(&self.ca.key_pem)
            .unwrap()
            .sign(rsa::Pkcs1v15Sign::new::<Sha256>(), &digest.finalize())
            .unwrap()
    }

    fn write(&self, revoked_at: Option<usize>, signature: &[u8], write: &mut dyn FnMut(&[u8])) {
        let mut length = 0;
        self.write_signed(revoked_at, &mut |part| length += part.len());
        let after = [SHA256_RSA, &tlv(0x03, &[&[0], signature].concat())].concat();
        write(&head(0x30, length + after.len()));
        self.write_signed(revoked_at, write);
        write(&after);
    }
}

/// All entries are equally long: an extension that says nothing fills the certificate's own up.
fn long_entry(ours: bool) -> Vec<u8> {
    if ours {
        let filling = extension(&[0x2a, 3], None, &[0; 5]);
        return entry(&[0x4d, 0x5e, 0x6f], b"261101000000Z", &[reason(1), filling]);
    }
    entry(&[0x40; 16], b"261101000000Z", &[reason(1)])
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(bytes in any::<Vec<u8>>(), piece in 1..64_usize) {
        let (answer, most) = read_and_measure(&rsa_ca().question(), &bytes, piece);
        prop_assert!(answer.is_err() && most < HELD);
    }

    #[test]
    fn no_change_makes_it_panic_or_believe(
        changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0..3_u8), 1..6),
        piece in 1..600_usize,
        which in 0..2_usize,
    ) {
        let mut list = short_lists()[which].clone();
        for (index, byte, how) in changes {
            let position = index.index(list.len());
            match how {
                0 => list[position] = byte,
                1 => list.insert(position, byte),
                _ => drop(list.remove(position)),
            }
        }
        let (answer, most) = read_and_measure(&rsa_ca().question(), &list, piece);
        prop_assert!(answer.is_err() || list == short_lists()[which]);
        prop_assert!(most < HELD);
    }

    /// What is signed reaches further into the reader than what is not.
    #[test]
    fn no_signed_bytes_make_it_panic(
        entries in any::<Vec<u8>>(),
        extensions in any::<Vec<u8>>(),
        as_entry in any::<bool>(),
    ) {
        let ca = rsa_ca();
        let mut list = Made::new(ca, &[], &[]);
        list.entries = tlv(0x30, &if as_entry { tlv(0x30, &entries) } else { entries });
        list.extensions = tlv(0xa0, &tlv(0x30, &tlv(0x30, &extensions)));
        let (_, most) = read_and_measure(&ca.question(), &list.by(ca), 300);
        prop_assert!(most < HELD);
    }

    #[test]
    fn no_distribution_point_makes_it_panic(idp in any::<Vec<u8>>(), name in any::<Vec<u8>>()) {
        let ca = rsa_ca();
        let mut question = ca.question();
        question.crl[0].name = name;
        let point = extension(&[0x55, 0x1d, 28], Some(0xff), &tlv(0x30, &tlv(0xa0, &idp)));
        let list = Made::new(ca, &[], &[point]).by(ca);
        let _ = read(&question, &list, 300, AT);
    }
}

#[test]
fn the_times_are_the_lists_own() {
    let times = Times {
        produced_at: LAST_UPDATE,
        next_update: Some(NEXT_UPDATE),
    };
    let (_, said) = read(&rsa_ca().question(), &short_lists()[1], 4096, AT).unwrap();
    assert_eq!(said, times);
}
