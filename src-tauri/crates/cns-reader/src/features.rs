//! Which functions of PC/SC part 10 a reader lists, and under which control codes.

use crate::control::Control;

/// The control codes of the functions that concern a PIN pad.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Features {
    /// `FEATURE_VERIFY_PIN_DIRECT`: asks for the PIN and has the card compare it.
    pub verify: Option<u32>,
    /// `FEATURE_MODIFY_PIN_DIRECT`: asks for the old and the new PIN and has the card replace it.
    pub modify: Option<u32>,
    /// `FEATURE_IFD_PIN_PROPERTIES`: tells of display and keys.
    pub pin_properties: Option<u32>,
    /// `FEATURE_GET_TLV_PROPERTIES`: tells maker, model and more.
    pub tlv_properties: Option<u32>,
}

impl Features {
    /// Asks the reader for its list. A driver that knows no such question has none.
    pub(crate) fn of(reader: &impl Control) -> Self {
        match reader.control(GET_FEATURE_REQUEST, &[]) {
            Ok(list) => Self::parse(&list),
            Err(error) => {
                tracing::debug!(?error, "the reader lists no features");
                Self::default()
            }
        }
    }

    /// Reads the list: a tag, the length 4, a code in big-endian order, and so on (PC/SC part 10 §2.2).
    ///
    /// A list that is cut short counts up to there. A function listed under two codes, and a code listed for two
    /// functions, are not believed: what is meant for one might reach the other, and one of them handles a PIN.
    pub fn parse(list: &[u8]) -> Self {
        let entries: Vec<(u8, u32)> = list
            .chunks_exact(ENTRY)
            .map_while(|entry| match *entry {
                [tag, CODE_LENGTH, a, b, c, d] => Some((tag, u32::from_be_bytes([a, b, c, d]))),
                _ => None,
            })
            .collect();
        let code_of = |wanted: u8| {
            let (_, code) = *entries.iter().find(|(tag, _)| *tag == wanted)?;
            let believed = entries
                .iter()
                .all(|(tag, other)| (*tag == wanted) == (*other == code));
            believed.then_some(code)
        };
        Self {
            verify: code_of(0x06),
            modify: code_of(0x07),
            pin_properties: code_of(0x0A),
            tlv_properties: code_of(0x12),
        }
    }
}

/// `CM_IOCTL_GET_FEATURE_REQUEST`, number 3400 in each system's own form.
pub(crate) const GET_FEATURE_REQUEST: u32 = if cfg!(windows) { 0x0031_3520 } else { 0x4200_0D48 };
const ENTRY: usize = 6;
const CODE_LENGTH: u8 = 4;

#[cfg(test)]
mod tests {
    use super::*;
    use cns_iso7816::transcript::bytes_of;
    use proptest::prelude::*;

    fn check(list: &str, [verify, modify, pin_properties, tlv_properties]: [Option<u32>; 4]) {
        let expected = Features {
            verify,
            modify,
            pin_properties,
            tlv_properties,
        };
        assert_eq!(Features::parse(&bytes_of(list)), expected, "{list}");
    }

    #[test]
    fn the_question_has_the_code_of_this_system() {
        // A DWORD is as wide as each system likes.
        assert_eq!(
            format!("{GET_FEATURE_REQUEST:08X}"),
            format!("{:08X}", pcsc::ctl_code(3400))
        );
    }

    #[test]
    fn the_list_gives_each_function_its_code() {
        check(
            "06 04 42 33 00 06  07 04 42 33 00 07  0A 04 42 33 00 0A  12 04 42 33 00 12  13 04 42 00 00 01",
            [
                Some(0x4233_0006),
                Some(0x4233_0007),
                Some(0x4233_000A),
                Some(0x4233_0012),
            ],
        );
        check("06 04 00 31 35 84", [Some(0x0031_3584), None, None, None]);
        check("12 04 42 33 00 12", [None, None, None, Some(0x4233_0012)]);
        check("", [None; 4]);
    }

    #[test]
    fn a_function_listed_twice_under_one_code_is_that_function() {
        check(
            "06 04 42 33 00 06  06 04 42 33 00 06",
            [Some(0x4233_0006), None, None, None],
        );
    }

    #[test]
    fn a_list_that_contradicts_itself_is_not_believed() {
        check(
            "06 04 42 33 00 06  06 04 42 33 00 16  07 04 42 33 00 07",
            [None, Some(0x4233_0007), None, None],
        );
        // What asks for properties would reach what asks for a PIN.
        check("06 04 42 33 00 06  0A 04 42 33 00 06", [None; 4]);
        check("06 04 42 33 00 06  07 04 42 33 00 06", [None; 4]);
        check("06 04 42 33 00 06  20 04 42 33 00 06", [None; 4]);
    }

    #[test]
    fn a_list_that_is_cut_short_or_garbled_counts_up_to_there() {
        check(
            "06 04 42 33 00 06  07 04 42",
            [Some(0x4233_0006), None, None, None],
        );
        check(
            "06 04 42 33 00 06  07 02 42 33 00 07",
            [Some(0x4233_0006), None, None, None],
        );
        check("06 FF 42 33 00 06  07 04 42 33 00 07", [None; 4]);
        check("06", [None; 4]);
    }

    proptest! {
        #[test]
        fn no_list_makes_two_functions_share_a_code(list in proptest::collection::vec(any::<u8>(), 0..300)) {
            let found = Features::parse(&list);
            let mut codes: Vec<u32> = [found.verify, found.modify, found.pin_properties, found.tlv_properties]
                .into_iter()
                .flatten()
                .collect();
            let all = codes.len();
            codes.sort_unstable();
            codes.dedup();
            prop_assert_eq!(codes.len(), all);
        }
    }
}
