//! How long a DER object is, from its first bytes.
//!
//! The certificate's file is padded with zeros to a size that differs by maker, and some cards report a size that
//! is not true: the certificate itself is the only one to be believed.

use crate::CardError;

/// The largest certificate this driver reads. Real ones have 1100 to 1900 bytes.
pub const CERTIFICATE_LIMIT: usize = 32 * 1024;

/// Returns the whole length, header included, of the DER SEQUENCE that `first_bytes` begin.
///
/// Accepts the long forms `30 81`, `30 82` and `30 83` (ITU-T X.690 §8.1.3.5) and the short form.
///
/// ```
/// assert_eq!(cns_card::der_length(&[0x30, 0x82, 0x07, 0x59]), Ok(1885));
/// ```
///
/// # Errors
/// [`CardError::Malformed`] when this is not the beginning of a SEQUENCE, and [`CardError::TooLarge`] when it
/// announces more than [`CERTIFICATE_LIMIT`].
pub fn der_length(first_bytes: &[u8]) -> Result<usize, CardError> {
    const MALFORMED: CardError = CardError::Malformed {
        file: CERTIFICATE_FILE,
    };
    let (header, body) = match first_bytes {
        [0x30, short @ 0..=0x7F, ..] => (2, usize::from(*short)),
        [0x30, 0x81, a, ..] => (3, usize::from(*a)),
        [0x30, 0x82, a, b, ..] => (4, usize::from(*a) << 8 | usize::from(*b)),
        [0x30, 0x83, a, b, c, ..] => (5, usize::from(*a) << 16 | usize::from(*b) << 8 | usize::from(*c)),
        _ => return Err(MALFORMED),
    };
    if body == 0 {
        return Err(MALFORMED);
    }
    let length = header + body;
    if length > CERTIFICATE_LIMIT {
        return Err(CardError::TooLarge {
            file: CERTIFICATE_FILE,
            limit: 32 * 1024,
        });
    }
    Ok(length)
}

/// The certificate's file, by its name in the CNS file system.
pub(crate) const CERTIFICATE_FILE: &str = "EF.C_Carta";

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn every_form_of_length_is_understood() {
        let rows: &[(&[u8], usize)] = &[
            (&[0x30, 0x10], 18),
            (&[0x30, 0x81, 0xF0], 243),
            (&[0x30, 0x82, 0x05, 0x00], 1284),
            (&[0x30, 0x83, 0x00, 0x07, 0x59], 1886),
            (&[0x30, 0x82, 0x7F, 0xFC], CERTIFICATE_LIMIT),
        ];
        for (bytes, length) in rows {
            assert_eq!(der_length(bytes), Ok(*length), "{bytes:02X?}");
        }
    }

    #[test]
    fn what_is_not_a_sequence_is_malformed() {
        let rows: [&[u8]; 8] = [
            &[],
            &[0x30],
            &[0x30, 0x82, 0x05],
            &[0x31, 0x10],
            &[0; 256],
            &[0xFF; 256],
            &[0x30, 0x80],
            &[0x30, 0],
        ];
        for bytes in rows {
            assert_eq!(
                der_length(bytes),
                Err(CardError::Malformed {
                    file: CERTIFICATE_FILE
                }),
                "{bytes:02X?}"
            );
        }
    }

    #[test]
    fn more_than_32_kib_is_refused_before_it_is_read() {
        for bytes in [&[0x30, 0x82, 0x7F, 0xFD][..], &[0x30, 0x83, 0xFF, 0xFF, 0xFF]] {
            assert!(
                matches!(der_length(bytes), Err(CardError::TooLarge { .. })),
                "{bytes:02X?}"
            );
        }
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic_or_pass_the_limit(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            if let Ok(length) = der_length(&bytes) {
                prop_assert!((3..=CERTIFICATE_LIMIT).contains(&length));
            }
        }
    }
}
