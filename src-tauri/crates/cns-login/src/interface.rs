//! Whether a card is spoken to by its contacts or by radio.

use cns_iso7816::Atr;

/// Whether a card that gave this answer to reset is spoken to without contacts.
///
/// A card in a radio field has no answer to reset: the reader makes one up, and PC/SC part 3 (§3.1.3.2.3.1) says how,
/// `3B 8n 80 01` and then what the card said of itself. No CNS is known that answers like that by its contacts; the
/// reader's name, by contrast, says little, for one with two slots calls both the same but for their number.
pub fn contactless(atr: &Atr) -> bool {
    matches!(atr.as_bytes(), [0x3B, format, 0x80, 0x01, ..] if format >> 4 == 8)
}

#[cfg(test)]
mod tests {
    use super::*;
    use cns_iso7816::transcript::bytes_of;

    #[test]
    fn the_answer_to_reset_tells_radio_from_contacts() {
        for (atr, expected) in [
            ("3B 8B 80 01 00 31 C1 64 08 92 33 54 00 90 00 F3", true),
            ("3B 80 80 01 01", true),
            (
                "3B 8F 80 01 80 4F 0C A0 00 00 03 06 03 00 01 00 00 00 00 6A",
                true,
            ),
            (
                "3B FF 18 00 FF 81 31 FE 55 00 6B 02 09 16 17 01 11 01 43 4E 53 11 31 80 8D",
                false,
            ),
            (
                "3B DF 18 00 81 31 FE 7D 00 6B 02 0C 01 82 01 11 01 43 4E 53 10 31 80 FC",
                false,
            ),
            ("3B 80 01 81", false),
            ("3B 8B 80", false),
            ("", false),
        ] {
            assert_eq!(contactless(&Atr::new(bytes_of(atr))), expected, "{atr}");
        }
    }
}
