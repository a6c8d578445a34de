//! Which family a card belongs to, from its answer to reset alone.

use crate::CardError;
use crate::profile::{Mark, Pin, Profile};
use crate::table::ProfileTable;
use cns_iso7816::Atr;

/// Returns the profile to try on a card with this answer to reset.
///
/// # Errors
/// [`CardError::NotACns`] for kinds that are known not to be a CNS, [`CardError::UnknownCard`] for the rest.
pub(crate) fn recognise<'table>(
    table: &'table ProfileTable,
    atr: &Atr,
) -> Result<&'table Profile, CardError> {
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
    table
        .profiles
        .iter()
        .find(|profile| fits(&profile.is) || fits(&profile.may_be))
        .ok_or(CardError::UnknownCard)
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

    #[test]
    fn every_maker_of_a_cns_is_recognised_with_its_pin_reference() {
        let rows = [
            (
                "ST2021",
                "3B FF 18 00 FF 81 31 FE 55 00 6B 02 09 16 17 01 11 01 43 4E 53 11 31 80 8D",
                0x90,
            ),
            (
                "Athena",
                "3B DF 18 00 81 31 FE 7D 00 6B 15 0C 01 81 01 11 01 43 4E 53 10 31 80 E8",
                0x10,
            ),
            (
                "CardOS",
                "3B FF 18 00 FF C1 0A 31 FE 55 00 6B 05 08 C8 0C 01 11 01 43 4E 53 10 31 80 05",
                0x10,
            ),
            (
                "Oberthur",
                "3B FF 18 00 00 81 31 FE 45 00 6B 05 05 10 17 01 21 01 43 4E 53 10 31 80 5E",
                0x10,
            ),
            (
                "JavaCard",
                "3B FF 96 00 FF 81 31 FE 55 00 6B 02 09 04 03 01 01 01 43 4E 53 10 31 80 14",
                0x90,
            ),
        ];
        for (name, bytes, reference) in rows {
            let atr = atr(bytes);
            let profile = recognise(built_in(), &atr).unwrap();
            let pin = pin_of(profile, &atr).unwrap();
            assert_eq!(
                (profile.name.as_str(), pin.reference),
                ("classic", reference),
                "{name}"
            );
        }
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
                recognise(built_in(), &atr(bytes)).err(),
                Some(CardError::NotACns { kind }),
                "{bytes}"
            );
        }
    }

    #[test]
    fn anything_else_is_unknown() {
        let rows = [
            "3B",
            "3B FF",
            "3B FF 18 00 FF 81",
            "3B 80 80 01 01",
            "3B 8B 80 01 00 31 C1 64 08 92 33 54 00 90 00 F3",
            "3B 6B 00 00 80 31 80 65 B0 83 11 51 C8 83 00 90 00",
        ];
        for bytes in rows {
            assert_eq!(
                recognise(built_in(), &atr(bytes)).err(),
                Some(CardError::UnknownCard),
                "{bytes}"
            );
        }
        assert_eq!(
            recognise(built_in(), &Atr::new([])).err(),
            Some(CardError::UnknownCard)
        );
    }

    proptest! {
        #[test]
        fn no_answer_to_reset_makes_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..40)) {
            let _ = recognise(built_in(), &Atr::new(bytes));
        }
    }
}
