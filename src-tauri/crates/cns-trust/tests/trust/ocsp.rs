//! What an OCSP answer is worth: each rule broken alone.

use crate::ocsp_maker::*;
use crate::support::*;
use cns_trust::revocation::ocsp::{CertIdHash, judge, request};
use cns_trust::revocation::{Reason, Status, Times, Unchecked};
use rcgen::{DistinguishedName, DnType, DnValue, KeyPair};
use sha1::Sha1;
use sha2::Sha256;
use time::Duration;
use time::macros::datetime;

type Judged = Result<(Status, Times), Unchecked>;

fn judged(answer: &Answer) -> Judged {
    judge(&answer.der(), &question(), None, NOW)
}

fn single(change: impl FnOnce(&mut Single)) -> Answer {
    changed(|answer| change(&mut answer.singles[0]))
}

#[test]
fn a_sound_answer_counts_and_tells_its_times() {
    assert_eq!(
        judged(&Answer::sound()),
        Ok((
            Status::Good,
            Times {
                produced_at: NOW - Duration::hours(1),
                next_update: Some(NOW + Duration::hours(12)),
            }
        ))
    );
}

#[test]
fn a_responder_says_why_it_does_not_answer() {
    for (number, status) in [
        (1, "malformedRequest"),
        (2, "internalError"),
        (3, "tryLater"),
        (4, "unknown"),
        (5, "sigRequired"),
        (6, "unauthorized"),
        (7, "unknown"),
        (255, "unknown"),
    ] {
        let answer = [0x30, 3, 0x0a, 1, number];
        let expected = Err(Unchecked::ResponderSays { status });
        assert_eq!(judge(&answer, &question(), None, NOW), expected, "{number}");
    }
    // "Successful", and nothing in it; more bytes; another kind of answer.
    for answer in [&[0x30, 3, 0x0a, 1, 0][..], &[0x30, 3, 0x0a, 1, 6, 0], &[]] {
        assert_eq!(judge(answer, &question(), None, NOW), Err(Unchecked::Malformed));
    }
    let other_kind = changed(|answer| answer.kind = STRANGE.to_vec());
    assert_eq!(status(&other_kind), Err(Unchecked::Malformed));
}

#[test]
fn each_status_is_told_with_its_time_and_reason() {
    let at = datetime!(2026-03-04 05:06:07 UTC);
    let revoked_for = |reason| Ok(Status::Revoked { at, reason });
    let mut rows = vec![
        (GOOD.to_vec(), Ok(Status::Good)),
        (UNKNOWN.to_vec(), Ok(Status::UnknownToResponder)),
        (revoked(at, None), revoked_for(None)),
        // 7 is not used (RFC 5280 §5.3.1).
        (revoked(at, Some(7)), Err(Unchecked::Malformed)),
        (revoked(at, Some(11)), Err(Unchecked::Malformed)),
        (vec![0x83, 0], Err(Unchecked::Malformed)),
    ];
    for (number, reason) in [
        (0, Reason::Unspecified),
        (1, Reason::KeyCompromise),
        (2, Reason::CaCompromise),
        (3, Reason::AffiliationChanged),
        (4, Reason::Superseded),
        (5, Reason::CessationOfOperation),
        (6, Reason::CertificateHold),
        (8, Reason::RemoveFromCrl),
        (9, Reason::PrivilegeWithdrawn),
        (10, Reason::AaCompromise),
    ] {
        rows.push((revoked(at, Some(number)), revoked_for(Some(reason))));
    }
    for (said, expected) in rows {
        assert_eq!(
            status(&single(|single| single.status = said.clone())),
            expected,
            "{said:02x?}"
        );
    }
    let beside = single(|single| {
        single.status = revoked(at, None);
        single.extensions = vec![extension(REASON, false, &[0x0a, 1, 6])];
    });
    assert_eq!(status(&beside), revoked_for(Some(Reason::CertificateHold)));
}

#[test]
fn the_certificate_is_recognised_by_either_hash_and_by_nothing_less() {
    let other_ca = Ca::new(CA_NAME);
    let serial = serial_of(&LEAF);
    let mut next_serial = serial.clone();
    *next_serial.last_mut().unwrap() ^= 1;
    let sha384 = |id: Vec<u8>| {
        let position = id.windows(9).position(|bytes| bytes == Sha256::OID).unwrap();
        [&id[..position + 8], &[2], &id[position + 9..]].concat()
    };
    for (id, expected) in [
        (id::<Sha1>(&CA.der, &serial), Ok(Status::Good)),
        (id::<Sha256>(&CA.der, &serial), Ok(Status::Good)),
        (
            id::<Sha1>(&CA.der, &next_serial),
            Err(Unchecked::OtherCertificate),
        ),
        (
            id::<Sha256>(&CA.der, &next_serial),
            Err(Unchecked::OtherCertificate),
        ),
        (
            id::<Sha1>(&other_ca.der, &serial),
            Err(Unchecked::OtherCertificate),
        ),
        (
            id::<Sha1>(&RESPONDER.der, &serial),
            Err(Unchecked::OtherCertificate),
        ),
        (
            sha384(id::<Sha256>(&CA.der, &serial)),
            Err(Unchecked::OtherCertificate),
        ),
        (id::<Sha1>(&CA.der, &[0, 0, 1]), Err(Unchecked::Malformed)),
    ] {
        assert_eq!(
            status(&single(|single| single.id = id.clone())),
            expected,
            "{id:02x?}"
        );
    }
    let nothing = changed(|answer| answer.singles.clear());
    assert_eq!(status(&nothing), Err(Unchecked::OtherCertificate));
}

#[test]
fn among_several_answers_ours_counts_and_of_ours_the_strictest() {
    let other = Single {
        id: id::<Sha1>(&CA.der, &[1]),
        status: revoked(NOW, None),
        extensions: vec![extension(STRANGE, true, &[5, 0])],
        ..Single::sound()
    };
    let said = |status: Vec<u8>| Single {
        status,
        ..Single::sound()
    };
    let by_sha256 = Single {
        id: id::<Sha256>(&CA.der, &serial_of(&LEAF)),
        ..said(revoked(NOW, None))
    };
    let revoked_now = Ok(Status::Revoked {
        at: NOW,
        reason: None,
    });
    for (singles, expected) in [
        (
            vec![other.clone(), Single::sound(), other.clone()],
            Ok(Status::Good),
        ),
        (
            vec![Single::sound(), said(UNKNOWN.to_vec())],
            Ok(Status::UnknownToResponder),
        ),
        (vec![Single::sound(), by_sha256.clone()], revoked_now.clone()),
        (
            vec![by_sha256, said(UNKNOWN.to_vec()), Single::sound()],
            revoked_now,
        ),
        (vec![other.clone(); 256], Err(Unchecked::OtherCertificate)),
        (vec![other; 257], Err(Unchecked::FieldTooLarge)),
    ] {
        assert_eq!(status(&changed(|answer| answer.singles = singles)), expected);
    }
}

#[test]
fn an_answer_holds_for_its_time_give_or_take_five_minutes() {
    let (minute, second) = (Duration::minutes(1), Duration::seconds(1));
    let future = |produced_at| Err(Unchecked::FromTheFuture { produced_at });
    let expired = |next_update| Err(Unchecked::Expired { next_update });
    let soon = NOW + minute * 5;
    let lately = NOW - minute * 5;
    let day_ago = NOW - Duration::hours(24);
    for (this_update, next_update, expected) in [
        (NOW, Some(NOW), Ok(Status::Good)),
        (soon, Some(soon), Ok(Status::Good)),
        (soon + second, Some(soon + minute), future(soon + second)),
        (day_ago, Some(lately), Ok(Status::Good)),
        (day_ago, Some(lately - second), expired(lately - second)),
        (day_ago, None, Ok(Status::Good)),
        (day_ago - second, None, expired(NOW - second)),
        (NOW, Some(NOW - second), Err(Unchecked::Malformed)),
        (
            datetime!(1970-01-01 00:00 UTC),
            Some(datetime!(9999-12-31 23:59:59 UTC)),
            Ok(Status::Good),
        ),
        (
            datetime!(9999-12-31 23:59:59 UTC),
            None,
            future(datetime!(9999-12-31 23:59:59 UTC)),
        ),
    ] {
        let answer = single(|single| {
            single.this_update = this_update;
            single.next_update = next_update;
        });
        assert_eq!(status(&answer), expected, "{this_update} {next_update:?}");
    }
    for (produced_at, expected) in [
        (soon, Ok(Status::Good)),
        (soon + second, future(soon + second)),
        (datetime!(2020-01-01 00:00 UTC), Ok(Status::Good)),
    ] {
        assert_eq!(
            status(&changed(|answer| answer.produced_at = produced_at)),
            expected
        );
    }
    // The ends of the calendar are instants like others.
    for at in [
        datetime!(9999-12-31 23:59:59 UTC),
        datetime!(-9999-01-01 00:00 UTC),
    ] {
        assert!(judge(&Answer::sound().der(), &question(), None, at).is_err());
    }
}

#[test]
fn an_answer_to_anothers_nonce_is_not_ours() {
    let nonce = [7; 16];
    let value = tlv(0x04, &nonce);
    let with = |value: &[u8]| changed(|answer| answer.extensions = vec![extension(NONCE, false, value)]);
    let other = Err(Unchecked::Nonce);
    for (answer, sent, expected) in [
        (Answer::sound(), Some(nonce), Ok(())),
        (with(&value), Some(nonce), Ok(())),
        (with(&value), None, Ok(())),
        (with(&value), Some([8; 16]), other.clone()),
        (with(&nonce), Some(nonce), other.clone()),
        (with(&tlv(0x04, &nonce[..15])), Some(nonce), other.clone()),
        (with(&[]), Some(nonce), other),
    ] {
        let judged = judge(&answer.der(), &question(), sent, NOW);
        assert_eq!(judged.map(|_| ()), expected);
    }
}

#[test]
fn what_is_critical_and_unknown_is_not_passed_over() {
    let null = &[5, 0];
    let of_answer = |extensions: Vec<Vec<u8>>| changed(|answer| answer.extensions = extensions);
    let of_single = |extensions: Vec<Vec<u8>>| single(|single| single.extensions = extensions);
    for (answer, expected) in [
        (of_answer(vec![extension(STRANGE, false, null)]), Ok(Status::Good)),
        (
            of_answer(vec![extension(STRANGE, true, null)]),
            Err(critical("1.2.3.4")),
        ),
        (of_answer(vec![extension(NONCE, true, null)]), Ok(Status::Good)),
        (
            of_answer(vec![extension(STRANGE, false, null); 2]),
            Err(Unchecked::Malformed),
        ),
        (of_single(vec![extension(STRANGE, false, null)]), Ok(Status::Good)),
        (
            of_single(vec![extension(STRANGE, true, null)]),
            Err(critical("1.2.3.4")),
        ),
        (
            of_single(vec![extension(REASON, true, &[0x0a, 1, 1])]),
            Ok(Status::Good),
        ),
        (
            of_single(vec![extension(STRANGE, false, null); 2]),
            Err(Unchecked::Malformed),
        ),
    ] {
        assert_eq!(status(&answer), expected);
    }
}

#[test]
fn another_version_or_another_form_cannot_be_read() {
    let version = |number| tlv(0xa0, &tlv(0x02, &[number]));
    for (answer, expected) in [
        (changed(|answer| answer.version = version(0)), Ok(Status::Good)),
        (
            changed(|answer| answer.version = version(1)),
            Err(Unchecked::Malformed),
        ),
        (
            changed(|answer| answer.appendix = vec![5, 0]),
            Err(Unchecked::Malformed),
        ),
        (
            changed(|answer| answer.certificates = vec![vec![5, 0]]),
            Err(Unchecked::Malformed),
        ),
        (
            changed(|answer| answer.responder = tlv(0xa3, &[5, 0])),
            Err(Unchecked::Malformed),
        ),
    ] {
        assert_eq!(status(&answer), expected);
    }
    let trailing = [Answer::sound().der(), vec![0]].concat();
    assert_eq!(
        judge(&trailing, &question(), None, NOW),
        Err(Unchecked::Malformed)
    );
    let mut large = Answer::sound().der();
    large.resize(64 * 1024 + 1, 0);
    assert_eq!(
        judge(&large, &question(), None, NOW),
        Err(Unchecked::FieldTooLarge)
    );
}

#[test]
fn a_request_names_the_certificate_as_rfc_6960_writes_it() {
    let serial = serial_of(&LEAF);
    let expected = |id: Vec<u8>, extensions: Vec<u8>| {
        sequence(&sequence(&[sequence(&sequence(&id)), extensions].concat()))
    };
    let nonce = tlv(0xa2, &sequence(&extension(NONCE, false, &tlv(0x04, &[9; 16]))));
    let question = question();
    for (hash, id) in [
        (CertIdHash::Sha1, id::<Sha1>(&CA.der, &serial)),
        (CertIdHash::Sha256, id::<Sha256>(&CA.der, &serial)),
    ] {
        assert_eq!(
            request(&question, hash, None),
            Ok(expected(id.clone(), Vec::new()))
        );
        assert_eq!(
            request(&question, hash, Some([9; 16])),
            Ok(expected(id, nonce.clone()))
        );
    }
    let mut broken = question;
    broken.issuer_der.clear();
    assert_eq!(
        request(&broken, CertIdHash::Sha1, None),
        Err(Unchecked::Malformed)
    );
}

#[test]
fn the_issuer_may_write_its_own_name_in_another_string_type() {
    let mut params = CA.params.clone();
    params.distinguished_name = DistinguishedName::new();
    for (kind, value) in [
        (DnType::CountryName, "IT"),
        (DnType::OrganizationName, "Ente di Prova"),
        (DnType::CommonName, CA_NAME),
    ] {
        params
            .distinguished_name
            .push(kind, DnValue::PrintableString(value.try_into().unwrap()));
    }
    let key = KeyPair::try_from(CA.key.serialize_der()).unwrap();
    let der = params.self_signed(&key).unwrap().der().to_vec();
    let leaf = Ca {
        params,
        key,
        der: der.clone(),
    }
    .issue(|_| {});
    let question = question_about(&leaf, &CA.der);
    let serial = serial_of(&leaf);
    assert_ne!(subject_of(&der), subject_of(&CA.der));
    for id in [id::<Sha1>(&der, &serial), id::<Sha1>(&CA.der, &serial)] {
        let answer = single(|single| single.id = id);
        assert!(judge(&answer.der(), &question, None, NOW).is_ok());
    }
    let asked = request(&question, CertIdHash::Sha1, None).unwrap();
    let id = id::<Sha1>(&der, &serial);
    assert!(
        asked.windows(id.len()).any(|bytes| bytes == id),
        "as the certificate writes it"
    );
}
