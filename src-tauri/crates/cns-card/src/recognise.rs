//! Which families a card may belong to, from its answer to reset alone.

use crate::CardError;
use crate::profile::{Mark, Pin, Profile};
use crate::table::ProfileTable;
use cns_iso7816::Atr;

/// Returns the profiles to try on a card with this answer to reset, in order: first those whose marks say "this is
/// it", then those that may be it.
///
/// # Errors
/// [`CardError::NotACns`] for kinds that the answer to reset alone tells.
pub(crate) fn candidates<'table>(
    table: &'table ProfileTable,
    atr: &Atr,
) -> Result<Vec<&'table Profile>, CardError> {
    let historical = historical_bytes(atr);
    for refusal in &table.refusals {
        let by_history = refusal
            .historical
            .as_ref()
            .is_some_and(|pattern| pattern.fits(historical));
        let by_atr = refusal
            .atr
            .as_ref()
            .is_some_and(|pattern| pattern.fits(atr.as_bytes()));
        if by_history || by_atr {
            return Err(CardError::NotACns {
                kind: refusal.kind.name(),
            });
        }
    }
    let fits = |marks: &[Mark]| {
        marks.iter().any(|mark| match mark {
            Mark::Historical(pattern) => pattern.fits(historical),
            Mark::Atr(pattern) => pattern.fits(atr.as_bytes()),
        })
    };
    let (sure, others): (Vec<_>, Vec<_>) = table.profiles.iter().partition(|profile| fits(&profile.is));
    let possible = others.into_iter().filter(|profile| fits(&profile.may_be));
    Ok(sure.into_iter().chain(possible).collect())
}

/// Whether the answer to reset says that this is a CNS: 15 historical bytes with the name in bytes 10 to 12.
///
/// Such a card is of no other kind, whatever applications it has: the name of the passport's, for one, is also that of
/// the IAS on Digital-DNA's CNS.
pub(crate) fn says_cns(atr: &Atr) -> bool {
    let historical = historical_bytes(atr);
    historical.len() == 15 && historical.get(9..12) == Some(b"CNS")
}

/// Returns the row of the profile's PIN references that fits the card.
pub(crate) fn pin_of<'profile>(profile: &'profile Profile, atr: &Atr) -> Option<&'profile Pin> {
    let historical = historical_bytes(atr);
    profile.pins.iter().find(|pin| {
        pin.historical
            .as_ref()
            .is_none_or(|pattern| pattern.fits(historical))
    })
}

fn historical_bytes(atr: &Atr) -> &[u8] {
    atr.historical_bytes().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::built_in;
    use proptest::prelude::*;

    fn atr(hex: &str) -> Atr {
        Atr::new(
            hex.split(' ')
                .map(|byte| u8::from_str_radix(byte, 16).unwrap())
                .collect::<Vec<_>>(),
        )
    }

    fn names(hex: &str) -> Vec<&'static str> {
        candidates(built_in(), &atr(hex))
            .unwrap()
            .into_iter()
            .map(|profile| profile.name.as_str())
            .collect()
    }

    const ANY: [&str; 3] = ["ace2025", "digital-dna", "st2022-contactless"];
    const CNS: [&str; 8] = [
        "classic",
        "idemia-2021",
        "infocamere-1204",
        "infocamere-1202",
        "infocamere-zlib",
        "ace2025",
        "digital-dna",
        "st2022-contactless",
    ];

    /// Every answer to reset that carries "CNS", as published, with the profile to be tried first and its PIN.
    #[test]
    fn every_maker_of_a_cns_is_recognised_with_its_pin_reference() {
        let mut seen = 0;
        for line in include_str!("../tests/atr.txt")
            .lines()
            .filter(|line| !line.starts_with('#'))
        {
            let (name, bytes) = line.split_once(' ').unwrap();
            let atr = atr(bytes);
            let candidates = candidates(built_in(), &atr).unwrap();
            assert_eq!(candidates[0].name, name, "{bytes}");
            assert_eq!(candidates.len(), CNS.len(), "{bytes}");
            let maker = atr.historical_bytes().unwrap()[3];
            let expected = if maker == 0x09 && name == "classic" {
                0x90
            } else {
                0x10
            };
            assert_eq!(
                pin_of(candidates[0], &atr).unwrap().reference,
                expected,
                "{bytes}"
            );
            seen += 1;
        }
        assert_eq!(seen, 39);
    }

    #[test]
    fn what_is_it_comes_before_what_may_be() {
        let classic = "3B FF 18 00 FF 81 31 FE 55 00 6B 02 09 16 17 01 11 01 43 4E 53 11 31 80 8D";
        assert_eq!(names(classic), CNS);
        let idemia = "3B FF 18 00 00 81 31 FE 45 00 6B 05 05 91 20 01 F1 01 43 4E 53 10 31 80 38";
        assert_eq!(names(idemia)[..3], ["idemia-2021", "classic", "infocamere-1204"]);
        let ace = "3B FF 18 00 FF 81 31 FE 4D 00 6B 04 04 B8 5B 01 F1 01 43 4E 53 10 31 80 9D";
        assert_eq!(names(ace)[..3], ["ace2025", "classic", "idemia-2021"]);
    }

    #[test]
    fn what_is_not_a_cns_is_named() {
        let rows = [
            (
                "health_professional",
                "3B FF 18 00 FF 81 31 FE 55 00 6B 02 09 02 00 01 11 01 48 50 43 11 31 80 83",
            ),
            (
                "signature",
                "3B FF 18 00 FF 81 31 FE 55 00 6B 02 09 02 00 01 11 01 44 53 44 10 31 80 8B",
            ),
            (
                "cie",
                "3B FF 18 00 FF C1 0A 31 FE 55 00 6B 05 08 C8 0C 02 49 54 49 44 20 20 31 80 66",
            ),
            ("cie", "3B F4 18 00 FF 81 31 80 55 00 31 80 00 C7"),
        ];
        for (kind, bytes) in rows {
            assert_eq!(
                candidates(built_in(), &atr(bytes)).err(),
                Some(CardError::NotACns { kind }),
                "{bytes}"
            );
        }
    }

    #[test]
    fn a_card_that_does_not_say_cns_is_asked_for_applications_alone() {
        let rows = [
            "3B",
            "3B FF",
            "3B FF 18 00 FF 81",
            "3B 80 80 01 01",
            "3B 8B 80 01 00 31 C1 64 08 92 33 54 00 90 00 F3",
            "3B 6B 00 00 80 31 80 65 B0 83 11 51 C8 83 00 90 00",
        ];
        for bytes in rows {
            assert_eq!(names(bytes), ANY, "{bytes}");
        }
    }

    proptest! {
        #[test]
        fn no_answer_to_reset_makes_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..40)) {
            let _ = candidates(built_in(), &Atr::new(bytes));
        }
    }
}
