//! The reading: ID_Carta, personal data, certificate. No PIN is needed for any of them.

use crate::certificate::{Examined, examine};
use crate::desk::Desk;
use crate::habits::Habits;
use crate::length::CERTIFICATE_FILE;
use crate::personal_data::{PERSONAL_DATA_FILE, PERSONAL_DATA_LIMIT};
use crate::profile::{Pin, Profile};
use crate::recognise::pin_of;
use crate::shelf::Shelf;
use crate::{CardContents, CardError, Greeting, PersonalData, PinRules};
use cns_iso7816::{Atr, ChannelError, Exchange};
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

/// A reading, and how sure it is that this is the certificate to log in with.
pub(crate) struct Candidate {
    pub(crate) reading: Reading,
    /// Whether the certificate's CN is that of a CNS.
    pub(crate) is_named_as_a_cns: bool,
}

/// Reads what greets the holder, as one profile has it.
///
/// Where the card refuses a file, or where it is odd, it is `None`: the card is just as good without it.
///
/// # Errors
/// [`CardError::Channel`].
pub(crate) fn greet(desk: &mut Desk<'_>, profile: &Profile) -> Result<Greeting, CardError> {
    let card_id = card_id(desk, profile)?;
    let personal_data = personal_data_file(desk, profile)?;
    let greeting = Greeting {
        card_id,
        personal_data: personal_data.and_then(|file| PersonalData::parse(&file).ok()),
    };
    if desk.shelf.greeting.is_none() && greeting != Greeting::default() {
        desk.shelf.greeting = Some(greeting.clone());
    }
    Ok(greeting)
}

/// Makes sure that this is the card that was read, if another program has reset it since: no PIN goes to a card whose
/// holder nobody has seen. A card without a number cannot be told from another one.
///
/// # Errors
/// [`ChannelError::Removed`] when it is another one, and [`CardError::Channel`].
pub(crate) fn is_the_same(
    line: &mut dyn Exchange,
    habits: &mut Habits,
    reading: &Reading,
) -> Result<(), CardError> {
    if !line.began_after_a_reset() {
        return Ok(());
    }
    let mut shelf = Shelf::default();
    let number = card_id(&mut Desk::new(line, habits, &mut shelf), &reading.profile)?;
    if number.is_some() && number == reading.contents.card_id {
        Ok(())
    } else {
        tracing::warn!("the card was changed for another one behind a reset");
        Err(ChannelError::Removed.into())
    }
}

/// Reads everything that needs no PIN, as one profile has it.
///
/// # Errors
/// [`CardError::UnknownCard`] when no certificate file of the profile is there, [`CardError::NoCertificate`],
/// [`CardError::Malformed`], [`CardError::TooLarge`], [`CardError::Refused`] and [`CardError::Channel`].
pub(crate) fn read(desk: &mut Desk<'_>, profile: &Profile, atr: &Atr) -> Result<Candidate, CardError> {
    let greeting = greet(desk, profile)?;
    let personal_data_file = personal_data_file(desk, profile)?;
    let (certificate_der, key, is_named_as_a_cns) = certificate(desk, profile)?;
    let contents = CardContents {
        profile: profile.name.clone(),
        card_id: greeting.card_id,
        personal_data: greeting.personal_data,
        personal_data_file,
        certificate_der,
        apdus: 0,
        pin_rules: PinRules {
            tries_may_be_asked: profile.tries_may_be_asked,
            unblock: profile.unblock.forms.clone(),
            unblock_is_experimental: profile.unblock.experimental,
        },
    };
    let reading = Reading {
        contents,
        key,
        profile: Arc::new(profile.clone()),
        pin: pin_of(profile, atr).cloned().ok_or(CardError::PinNotFound)?,
    };
    Ok(Candidate {
        reading,
        is_named_as_a_cns,
    })
}

fn card_id(desk: &mut Desk<'_>, profile: &Profile) -> Result<Option<String>, CardError> {
    let file = desk.greeting_file(profile, &profile.files.card_id, CARD_ID_FILE, CARD_ID_DIGITS)?;
    Ok(file.and_then(sixteen_digits))
}

fn personal_data_file(desk: &mut Desk<'_>, profile: &Profile) -> Result<Option<Vec<u8>>, CardError> {
    desk.greeting_file(
        profile,
        &profile.files.personal_data,
        PERSONAL_DATA_FILE,
        PERSONAL_DATA_LIMIT,
    )
}

/// Tries the profile's certificate files in order.
///
/// The first certificate for authentication with a CN of the CNS form wins; one without such a CN is taken only where
/// no other file of the profile has one.
fn certificate(desk: &mut Desk<'_>, profile: &Profile) -> Result<(Vec<u8>, RsaPublicKey, bool), CardError> {
    let mut reason = CardError::UnknownCard;
    let mut spare = None;
    for file in &profile.certificates {
        let found = match desk.certificate(profile, file) {
            Ok(Some(der)) => match examine(&der) {
                Examined::Authentication {
                    key,
                    is_named_as_a_cns,
                } => {
                    if is_named_as_a_cns {
                        return Ok((der, key, true));
                    }
                    spare.get_or_insert((der, key, false));
                    continue;
                }
                Examined::AnotherCertificate => CardError::NoCertificate,
                Examined::NotACertificate => CardError::Malformed {
                    file: CERTIFICATE_FILE,
                },
            },
            Ok(None) => continue,
            Err(error @ CardError::Channel(_)) => return Err(error),
            Err(error) => error,
        };
        reason = more_telling(reason, found);
    }
    spare.ok_or(reason)
}

/// Chooses between two reasons why there is no certificate: the one that says more, or else the earlier.
pub(crate) fn more_telling(earlier: CardError, later: CardError) -> CardError {
    // Another certificate is more than bytes that are none, and those are more than nothing.
    let weight = |error: &CardError| {
        if *error == CardError::NoCertificate {
            2
        } else {
            u8::from(*error != CardError::UnknownCard)
        }
    };
    if weight(&later) > weight(&earlier) {
        later
    } else {
        earlier
    }
}

/// Keeps the card's number when it is one.
fn sixteen_digits(content: Vec<u8>) -> Option<String> {
    let digits = String::from_utf8(content).ok()?;
    (digits.len() == CARD_ID_DIGITS && digits.bytes().all(|digit| digit.is_ascii_digit())).then_some(digits)
}

const CARD_ID_FILE: &str = "EF.ID_Carta";
const CARD_ID_DIGITS: usize = 16;

#[cfg(test)]
mod tests {
    use super::*;

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

    #[test]
    fn a_certificate_that_does_not_log_in_says_more_than_none() {
        let malformed = || CardError::Malformed {
            file: CERTIFICATE_FILE,
        };
        let unknown = || CardError::UnknownCard;
        let rows = [
            (unknown(), malformed(), malformed()),
            (malformed(), unknown(), malformed()),
            (malformed(), CardError::NoCertificate, CardError::NoCertificate),
            (CardError::NoCertificate, malformed(), CardError::NoCertificate),
        ];
        for (earlier, later, expected) in rows {
            assert_eq!(more_telling(earlier, later), expected);
        }
    }
}
