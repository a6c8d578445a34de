//! Identities by their meaning, the fixtures of every test.

use crate::pki::{
    Authority, Citizen, Extended, Identity, Issue, PinCondition, Policy, Usage, check_character, omocodia,
};
use crate::{Personality, VirtualCardError};
use time::{Duration, OffsetDateTime};

/// The names that [`identity`] knows.
pub const NAMES: [&str; 23] = [
    "citizen-good",
    "citizen-luca",
    "citizen-ada",
    "citizen-gianfranco",
    "citizen-1024",
    "citizen-expired",
    "citizen-not-yet-valid",
    "citizen-non-repudiation",
    "citizen-both-usages",
    "citizen-no-client-auth",
    "citizen-no-extended-usage",
    "citizen-lombardy-policy",
    "citizen-wrong-policy",
    "citizen-no-policy",
    "citizen-other-person",
    "citizen-other-card",
    "citizen-odd-name",
    "citizen-wrong-check-character",
    "citizen-omocodia",
    "citizen-foreign-authority",
    "citizen-not-activated",
    "citizen-last-try",
    "citizen-blocked",
];

/// The identity of this name, issued so that it is what its name says at the instant `at`.
///
/// # Errors
/// [`VirtualCardError::UnknownIdentity`] for a name that is not in [`NAMES`], and whatever issuing can end in.
pub fn identity(name: &str, at: OffsetDateTime) -> Result<Identity, VirtualCardError> {
    let (authority, order) = order(name, at)?;
    authority.issue(&order)
}

/// The same with a key as long as this kind of card carries.
///
/// # Errors
/// As [`identity`].
pub fn identity_for(
    personality: &Personality,
    name: &str,
    at: OffsetDateTime,
) -> Result<Identity, VirtualCardError> {
    let (authority, mut order) = order(name, at)?;
    if let Some(key) = &personality.key {
        order.key_bits = key.bits;
    }
    authority.issue(&order)
}

/// The same, where CRL and OCSP lie below this address.
///
/// # Errors
/// As [`identity`].
pub fn identity_answered_at(
    personality: &Personality,
    name: &str,
    at: OffsetDateTime,
    revocation_url: &str,
) -> Result<Identity, VirtualCardError> {
    let (authority, mut order) = order(name, at)?;
    if let Some(key) = &personality.key {
        order.key_bits = key.bits;
    }
    order.revocation_url = Some(revocation_url.to_owned());
    authority.issue(&order)
}

fn order(name: &str, at: OffsetDateTime) -> Result<(Authority, Issue), VirtualCardError> {
    let mut order = Issue::good(Citizen::maria_rossi(), at);
    match name {
        "citizen-good" => {}
        "citizen-luca" => order = Issue::good(Citizen::luca_bianchi(), at),
        "citizen-ada" => order = Issue::good(Citizen::ada_fo(), at),
        "citizen-gianfranco" => order = Issue::good(Citizen::gianfranco_desempio(), at),
        "citizen-1024" => order.key_bits = 1024,
        "citizen-expired" => {
            order.not_before -= Duration::days(5 * 365);
            order.not_after -= Duration::days(5 * 365);
        }
        "citizen-not-yet-valid" => {
            order.not_before += Duration::days(2 * 365 + 30);
            order.not_after += Duration::days(2 * 365 + 30);
        }
        "citizen-non-repudiation" => order.usage = Usage::NonRepudiation,
        "citizen-both-usages" => order.usage = Usage::Both,
        "citizen-no-client-auth" => order.extended = Extended::EmailProtection,
        "citizen-no-extended-usage" => order.extended = Extended::Absent,
        "citizen-lombardy-policy" => order.policy = Policy::Lombardy,
        "citizen-wrong-policy" => order.policy = Policy::OwnOnly,
        "citizen-no-policy" => order.policy = Policy::Absent,
        "citizen-other-person" => {
            order.common_name_codice_fiscale = Some(Citizen::luca_bianchi().codice_fiscale());
        }
        "citizen-other-card" => order.common_name_card_id = Some(Citizen::luca_bianchi().card_id),
        "citizen-odd-name" => order.common_name = Some("Maria Rossi".to_owned()),
        "citizen-wrong-check-character" => order.codice_fiscale = wrongly_checked(&order.codice_fiscale),
        "citizen-omocodia" => order.codice_fiscale = omocodia(&order.codice_fiscale, 2),
        "citizen-foreign-authority" => return Ok((Authority::foreign()?, order)),
        "citizen-not-activated" => order.pin = PinCondition::NotActivated,
        "citizen-last-try" => order.pin = PinCondition::Ready { tries_left: 1 },
        "citizen-blocked" => order.pin = PinCondition::Ready { tries_left: 0 },
        _ => {
            return Err(VirtualCardError::UnknownIdentity {
                name: name.to_owned(),
            });
        }
    }
    Ok((Authority::example()?, order))
}

/// The code with the letter after the right one.
fn wrongly_checked(code: &str) -> String {
    let wrong = match check_character(code) {
        Some('Z') | None => 'A',
        Some(right) => char::from_u32(u32::from(right) + 1).unwrap_or('A'),
    };
    code.chars().take(15).chain([wrong]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::datetime;

    #[test]
    fn every_name_is_issued_and_is_the_same_all_day() {
        for name in NAMES {
            let morning = identity(name, datetime!(2026-11-22 08:00 UTC)).unwrap();
            let evening = identity(name, datetime!(2026-11-22 20:00 UTC)).unwrap();
            assert_eq!(morning.certificate_der, evening.certificate_der, "{name}");
            assert!(morning.certificate_der.len() <= 2048, "{name}");
            assert_eq!(morning.personal_data_file.len(), 400, "{name}");
        }
    }

    #[test]
    fn a_name_that_nobody_has_is_refused() {
        let nobody = identity("citizen-nobody", OffsetDateTime::UNIX_EPOCH);
        assert_eq!(
            nobody.unwrap_err(),
            VirtualCardError::UnknownIdentity {
                name: "citizen-nobody".to_owned()
            }
        );
    }
}
