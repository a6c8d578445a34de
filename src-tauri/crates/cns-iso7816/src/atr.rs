//! The answer to reset (ISO/IEC 7816-3 §8).

/// An answer to reset, 2 to 33 bytes as the reader reported them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Atr(Vec<u8>);

impl Atr {
    /// Keeps the bytes a reader reported; nothing is judged here.
    pub fn new(bytes: impl Into<Vec<u8>>) -> Self {
        Self(bytes.into())
    }

    /// The bytes, TS first.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The historical bytes T1…TK (ISO/IEC 7816-3 §8.2.4), or `None` when the ATR is cut short.
    ///
    /// ```
    /// let atr = cns_iso7816::Atr::new([0x3B, 0x02, 0x14, 0x50]);
    /// assert_eq!(atr.historical_bytes(), Some(&[0x14, 0x50][..]));
    /// ```
    pub fn historical_bytes(&self) -> Option<&[u8]> {
        let format = *self.0.get(1)?;
        let count = usize::from(format & 0x0F);
        let mut at = 2_usize;
        let mut present = format >> 4;
        // TDi says which of TA(i+1)…TD(i+1) follow. Each round consumes a byte, so the chain ends with the ATR.
        while present != 0 {
            at += (present & 0b0111).count_ones() as usize;
            if present & 0b1000 == 0 {
                break;
            }
            present = self.0.get(at)? >> 4;
            at += 1;
        }
        self.0.get(at..at + count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transcript::bytes_of;
    use proptest::prelude::*;

    #[test]
    fn historical_bytes_are_found_behind_any_interface_bytes() {
        let cns = "00 6B 02 09 16 17 01 11 01 43 4E 53 11 31 80";
        let rows = [
            (
                "3B FF 18 00 FF 81 31 FE 55 00 6B 02 09 16 17 01 11 01 43 4E 53 11 31 80 8D",
                Some(cns),
            ),
            (
                "3B FF 18 00 FF C1 0A 31 FE 55 00 6B 05 08 C8 0C 01 11 01 43 4E 53 10 31 80 05",
                Some("00 6B 05 08 C8 0C 01 11 01 43 4E 53 10 31 80"),
            ),
            (
                "3B DF 18 00 81 31 FE 7D 00 6B 15 0C 01 81 01 11 01 43 4E 53 10 31 80 E8",
                Some("00 6B 15 0C 01 81 01 11 01 43 4E 53 10 31 80"),
            ),
            ("3B 80 80 01 01", Some("")),
            ("3B FF 18 00 FF 81 31 FE 55 00 6B 02", None),
            ("3B 80", None),
            ("3B", None),
            ("", None),
        ];
        for (atr, expected) in rows {
            let atr = Atr::new(bytes_of(atr));
            assert_eq!(
                atr.historical_bytes().map(<[u8]>::to_vec),
                expected.map(bytes_of),
                "{atr:02X?}"
            );
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_an_atr_or_not_but_never_a_panic(bytes in proptest::collection::vec(any::<u8>(), 0..64)) {
            if let Some(historical) = Atr::new(bytes).historical_bytes() {
                prop_assert!(historical.len() <= 15);
            }
        }
    }
}
