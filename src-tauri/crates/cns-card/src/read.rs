//! The reading: ID_Carta, personal data, certificate. No PIN is needed for any of them.

use crate::certificate::{Examined, examine};
use crate::file::{Counted, refused, select};
use crate::habits::Habits;
use crate::length::CERTIFICATE_FILE;
use crate::personal_data::{PERSONAL_DATA_FILE, PERSONAL_DATA_LIMIT};
use crate::place::FilePath;
use crate::profile::{CertificateFile, Pin, Profile};
use crate::{CardContents, CardError, PersonalData, PinRules};
use cns_iso7816::{Exchange, StatusWord};
use rsa::RsaPublicKey;
use std::sync::Arc;

/// What was read, and the key that the certificate carries.
#[derive(Debug)]
pub(crate) struct Reading {
    pub(crate) contents: CardContents,
    pub(crate) key: RsaPublicKey,
    /// The profile that fitted.
    pub(crate) profile: Arc<Profile>,
    /// The references of PIN and PUK on this card.
    pub(crate) pin: Pin,
}

/// Reads everything that needs no PIN.
///
/// ID_Carta and personal data only help to greet the holder: where the card refuses them, or where they are odd,
/// they are `None`. Without a certificate there is no reading.
///
/// # Errors
/// [`CardError::UnknownCard`] when no file of the profile is there, [`CardError::NoCertificate`],
/// [`CardError::Malformed`], [`CardError::TooLarge`], [`CardError::Refused`] and [`CardError::Channel`].
pub(crate) fn read(
    line: &mut dyn Exchange,
    profile: &Profile,
    pin: &Pin,
    habits: &mut Habits,
) -> Result<Reading, CardError> {
    let mut line = Counted::new(line);

    let card_id = greeting_file(
        &mut line,
        habits,
        &profile.files.card_id,
        CARD_ID_FILE,
        CARD_ID_DIGITS,
    )?;
    let personal_data_file = greeting_file(
        &mut line,
        habits,
        &profile.files.personal_data,
        PERSONAL_DATA_FILE,
        PERSONAL_DATA_LIMIT,
    )?;
    let (certificate_der, key) = certificate(&mut line, habits, &profile.certificates)?;

    let contents = CardContents {
        profile: profile.name.clone(),
        card_id: card_id.and_then(sixteen_digits),
        personal_data: personal_data_file
            .as_deref()
            .and_then(|file| PersonalData::parse(file).ok()),
        personal_data_file,
        certificate_der,
        apdus: line.apdus,
        pin_rules: PinRules {
            tries_may_be_asked: profile.tries_may_be_asked,
            unblock: profile.unblock.forms.clone(),
            unblock_is_experimental: profile.unblock.experimental,
        },
    };
    tracing::debug!(profile = contents.profile, apdus = contents.apdus, "card read");
    Ok(Reading {
        contents,
        key,
        profile: Arc::new(profile.clone()),
        pin: pin.clone(),
    })
}

/// Reads a file without which the card is just as good.
fn greeting_file(
    line: &mut Counted<'_>,
    habits: &mut Habits,
    path: &FilePath,
    name: &'static str,
    limit: usize,
) -> Result<Option<Vec<u8>>, CardError> {
    let mut content = Vec::new();
    let outcome = match select(line, path, name) {
        Ok(Some(file)) => file.read_until(line, habits, &mut content, limit),
        Ok(None) => Ok(()),
        Err(error) => Err(error),
    };
    match outcome {
        Ok(()) => Ok((!content.is_empty()).then_some(content)),
        Err(error @ CardError::Channel(_)) => Err(error),
        Err(error) => {
            tracing::debug!(file = name, %error, "passed over");
            Ok(None)
        }
    }
}

/// Tries the profile's certificate files in order; the first that holds a certificate for authentication wins.
fn certificate(
    line: &mut Counted<'_>,
    habits: &mut Habits,
    candidates: &[CertificateFile],
) -> Result<(Vec<u8>, RsaPublicKey), CardError> {
    // The most telling reason why none was found.
    let mut reason = CardError::UnknownCard;
    for candidate in candidates {
        match certificate_file(line, habits, candidate) {
            Ok(Some(der)) => match examine(&der) {
                Examined::Authentication(key) => return Ok((der, key)),
                Examined::AnotherCertificate => reason = CardError::NoCertificate,
                Examined::NotACertificate => {
                    reason = CardError::Malformed {
                        file: CERTIFICATE_FILE,
                    }
                }
            },
            Ok(None) => {}
            Err(error @ CardError::Channel(_)) => return Err(error),
            Err(error) => reason = error,
        }
    }
    Err(reason)
}

/// Reads as much of the file as the DER inside it needs; `None` when there is no such file.
fn certificate_file(
    line: &mut Counted<'_>,
    habits: &mut Habits,
    candidate: &CertificateFile,
) -> Result<Option<Vec<u8>>, CardError> {
    let Some(file) = select(line, &candidate.path, CERTIFICATE_FILE)? else {
        return Ok(None);
    };
    let mut content = Vec::new();
    file.read_until(line, habits, &mut content, habits.reads.bytes())?;
    if content.is_empty() {
        return Err(refused(StatusWord::OFFSET_OUTSIDE_FILE, "READ BINARY"));
    }
    let length = candidate.framing.extent(&content, None)?;
    if may_read_long(line, habits, length.saturating_sub(content.len())) {
        file.try_long_read(line, habits, &mut content, length)?;
    }
    file.read_until(line, habits, &mut content, length)?;
    candidate.framing.certificate(&content).map(Some)
}

/// Says whether an extended READ BINARY is worth its risk.
///
/// Which cards and readers carry one is not known beforehand, and a refusal costs an APDU. So it is tried once per
/// insertion, where it saves something, and where a refusal still leaves the whole reading within its budget.
fn may_read_long(line: &Counted<'_>, habits: &Habits, missing: usize) -> bool {
    let short_reads = u32::try_from(missing.div_ceil(habits.reads.bytes())).unwrap_or(u32::MAX);
    match habits.long_reads {
        Some(known) => known && short_reads > 1,
        None => short_reads > 1 && line.apdus.saturating_add(1).saturating_add(short_reads) <= READING_BUDGET,
    }
}

/// Keeps the card's number when it is one.
fn sixteen_digits(content: Vec<u8>) -> Option<String> {
    let digits = String::from_utf8(content).ok()?;
    (digits.len() == CARD_ID_DIGITS && digits.bytes().all(|digit| digit.is_ascii_digit())).then_some(digits)
}

/// APDUs for ID_Carta, personal data and certificate together: what a certificate that fills its 2048 bytes takes
/// with short reads alone.
const READING_BUDGET: u32 = 14;
const CARD_ID_FILE: &str = "EF.ID_Carta";
const CARD_ID_DIGITS: usize = 16;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::built_in;
    use cns_iso7816::transcript::Transcript;
    use cns_iso7816::{Channel, Ending};

    const SELECT_CARD_ID: &str = "00 A4 08 00 04 10 00 10 03 00";
    const SELECT_PERSONAL_DATA: &str = "00 A4 08 00 04 11 00 11 02 00";
    const SELECT_CERTIFICATE: &str = "00 A4 08 00 04 11 00 11 01 00";

    fn failure(mut written: Transcript) -> CardError {
        let mut outcome = None;
        let act = &mut |line: &mut dyn Exchange| {
            let profile = &built_in().profiles[0];
            outcome = Some(read(line, profile, &profile.pins[0], &mut Habits::default()));
        };
        written.transaction(Ending::Leave, act).unwrap();
        written.finished().unwrap();
        outcome.unwrap().unwrap_err()
    }

    /// A card without the files that greet the holder: its reading must go on to the certificate.
    fn anonymous() -> Transcript {
        Transcript::new("3B00")
            .answer(SELECT_CARD_ID, "6A 82")
            .answer(SELECT_PERSONAL_DATA, "6F 00")
    }

    #[test]
    fn a_card_without_any_of_the_files_is_unknown() {
        assert_eq!(
            failure(anonymous().answer(SELECT_CERTIFICATE, "6A 82")),
            CardError::UnknownCard
        );
    }

    #[test]
    fn what_lies_in_place_of_a_certificate_is_named() {
        let malformed = CardError::Malformed {
            file: CERTIFICATE_FILE,
        };
        let too_large = CardError::TooLarge {
            file: CERTIFICATE_FILE,
            limit: 32 * 1024,
        };
        let rows = [
            ("00".repeat(256), malformed.clone()),
            ("FF".repeat(256), malformed.clone()),
            ("3010".to_owned() + &"00".repeat(254), malformed),
            ("3083FFFFFF".to_owned() + &"00".repeat(251), too_large),
        ];
        for (content, error) in rows {
            let written = anonymous()
                .answer(SELECT_CERTIFICATE, "90 00")
                .answer("00 B0 00 00 00", &format!("{content} 9000"));
            assert_eq!(failure(written), error, "{content}");
        }
    }

    #[test]
    fn an_empty_certificate_file_is_named() {
        let written = anonymous()
            .answer(SELECT_CERTIFICATE, "90 00")
            .answer("00 B0 00 00 00", "6B 00");
        assert_eq!(
            failure(written),
            CardError::Refused {
                status: 0x6B00,
                command: "READ BINARY"
            }
        );
    }

    #[test]
    fn a_certificate_cut_short_is_malformed() {
        let written = anonymous()
            .answer(SELECT_CERTIFICATE, "90 00")
            .answer("00 B0 00 00 00", &format!("3082012C {} 9000", "00".repeat(252)))
            .answer("00 B0 01 00 30", "62 82");
        assert_eq!(
            failure(written),
            CardError::Malformed {
                file: CERTIFICATE_FILE
            }
        );
    }

    #[test]
    fn only_sixteen_digits_are_a_card_number() {
        assert_eq!(
            sixteen_digits(b"6999000000123455".to_vec()).as_deref(),
            Some("6999000000123455")
        );
        for odd in [
            &b"699900000012345"[..],
            b"6999000000123455 ",
            b"699900000012345X",
            &[0xFF; 16],
            b"",
        ] {
            assert_eq!(sixteen_digits(odd.to_vec()), None);
        }
    }
}
