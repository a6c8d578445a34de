use super::*;
use crate::features::GET_FEATURE_REQUEST;
use cns_iso7816::transcript::bytes_of;
use cns_iso7816::{Channel, Ending};
use cns_virtual_card::{EXAMPLE_PIN, Personality, VirtualCard, VirtualCardHandle, pki};
use std::cell::RefCell;
use std::collections::HashMap;
use time::macros::datetime;

/// A reader that answers each code as it was told to, and keeps what it was sent.
#[derive(Default)]
struct Scripted {
    answers: HashMap<u32, Result<Vec<u8>, Error>>,
    sent: RefCell<Vec<(u32, Vec<u8>)>>,
}

impl Scripted {
    /// A reader that lists these features.
    fn listing(list: &str) -> Self {
        Self::default().answering(GET_FEATURE_REQUEST, Ok(list))
    }

    /// A reader with a pad and a display that can do everything.
    fn whole() -> Self {
        Self::listing(WHOLE_LIST).answering(PIN_PROPERTIES, Ok("10 02 02 00"))
    }

    fn answering(mut self, code: u32, answer: Result<&str, Error>) -> Self {
        self.answers.insert(code, answer.map(bytes_of));
        self
    }

    /// What was sent, but for the questions that every reader is asked.
    fn sent_to(&self, code: u32) -> Vec<Vec<u8>> {
        let sent = self.sent.borrow();
        let matching = sent.iter().filter(|(other, _)| *other == code);
        matching.map(|(_, request)| request.clone()).collect()
    }
}

impl Control for Scripted {
    fn control(&self, code: u32, request: &[u8]) -> Result<Zeroizing<Vec<u8>>, Error> {
        self.sent.borrow_mut().push((code, request.to_vec()));
        let answer = self.answers.get(&code).cloned();
        answer
            .unwrap_or(Err(Error::UnsupportedFeature))
            .map(Zeroizing::new)
    }
}

fn verify(reference: u8) -> PadRequest {
    PadRequest {
        entry: PadEntry::Verify,
        reference,
    }
}

fn change(reference: u8) -> PadRequest {
    PadRequest {
        entry: PadEntry::Change,
        reference,
    }
}

#[test]
fn the_structures_are_those_of_the_standard_byte_for_byte() {
    let display = ["10 02 02 00", "00 00 02 00"];
    for (properties, [one, three]) in display.into_iter().zip([["01", "03"], ["00", "00"]]) {
        for reference in [0x10, 0x90] {
            let reader = Scripted::listing(WHOLE_LIST).answering(PIN_PROPERTIES, Ok(properties));
            let pad = Pad::of(&reader, READER);
            let _ = pad.exchange(&reader, &verify(reference));
            let _ = pad.exchange(&reader, &change(reference));
            let expected = bytes_of(&format!(
                "1E 1E 82 08 00 08 05 02 {one} 10 04 00 00 00 00 0D 00 00 00 \
                 00 20 00 {reference:02X} 08 FF FF FF FF FF FF FF FF"
            ));
            assert_eq!(expected.len(), 19 + 13);
            assert_eq!(reader.sent_to(VERIFY), [expected]);
            let gaps = "FF".repeat(16);
            let expected = bytes_of(&format!(
                "1E 1E 82 08 00 00 08 08 05 03 02 {three} 10 04 00 01 02 00 00 00 15 00 00 00 \
                 00 24 00 {reference:02X} 10 {gaps}"
            ));
            assert_eq!(expected.len(), 24 + 21);
            assert_eq!(reader.sent_to(MODIFY), [expected]);
        }
    }
}

#[test]
fn what_a_reader_lists_is_what_its_pad_is_good_for() {
    let model = |vendor: &str, product: &str| format!("01 02 10 02 0B 02 {vendor} 0C 02 {product}");
    for (name, list, properties, expected) in [
        (READER, "", String::new(), PinPad::Absent),
        (
            READER,
            "12 04 42 33 00 12",
            model("DD 25", "11 31"),
            PinPad::Absent,
        ),
        (READER, "07 04 42 33 00 07", String::new(), PinPad::Absent),
        (
            READER,
            "06 04 42 33 00 06",
            String::new(),
            PinPad::Present { changes: false },
        ),
        (
            READER,
            WHOLE_LIST,
            String::new(),
            PinPad::Present { changes: true },
        ),
        (
            READER,
            WHOLE_LIST,
            model("E6 08", "78 34"),
            PinPad::Present { changes: true },
        ),
        (READER, WHOLE_LIST, model("DD 25", "11 31"), PinPad::Doubtful),
        (
            "bit4id miniLector-EVO [miniLector-EVO] 00 00",
            WHOLE_LIST,
            String::new(),
            PinPad::Doubtful,
        ),
        // Properties that run past their end say nothing.
        (
            READER,
            WHOLE_LIST,
            "0B 02 DD 25 0C FF 11".to_owned(),
            PinPad::Present { changes: true },
        ),
    ] {
        let reader = Scripted::listing(list).answering(TLV_PROPERTIES, Ok(&properties));
        assert_eq!(
            Pad::of(&reader, name).kind(),
            expected,
            "{name} {list} {properties}"
        );
    }
    let deaf = Scripted::default();
    assert_eq!(Pad::of(&deaf, READER).kind(), PinPad::Absent);
    assert_eq!(deaf.sent.borrow().len(), 1);
}

#[test]
fn looking_for_a_pad_never_asks_for_a_pin() {
    for list in [
        WHOLE_LIST,
        "06 04 42 33 00 06  0A 04 42 33 00 06  12 04 42 33 00 06",
        "06 04 42 33 00 06  06 04 42 33 00 06",
        "06 04 42 33 00 06  07 04 42 33 00 06  12 04 42 33 00 12",
        "01 04 42 33 00 01  06 04 42 33 00 06  0A 04 42 33 00 01",
    ] {
        let reader = Scripted::listing(list);
        let _ = Pad::of(&reader, READER);
        for (code, request) in reader.sent.borrow().iter() {
            let harmless = [GET_FEATURE_REQUEST, PIN_PROPERTIES, TLV_PROPERTIES];
            assert!(harmless.contains(code), "{list}: {code:08X}");
            assert_eq!(request, &[0_u8; 0]);
        }
    }
}

#[test]
fn a_display_is_told_of_in_two_ways_and_not_assumed() {
    for (pin_properties, tlv_properties, has_display) in [
        (Ok("10 02 02 00"), Ok(""), true),
        (Ok("00 00 02 00"), Ok("01 02 10 02"), false),
        (Err(Error::UnsupportedFeature), Ok("01 02 10 02"), true),
        (
            Err(Error::UnsupportedFeature),
            Ok("08 03 41 42 43 01 02 10 02"),
            true,
        ),
        (Ok(""), Ok("01 02 00 00"), false),
        (Ok("10"), Err(Error::InvalidParameter), false),
        (Err(Error::CommDataLost), Ok("01 04 10 02 00 00"), false),
    ] {
        let reader = Scripted::listing(WHOLE_LIST)
            .answering(PIN_PROPERTIES, pin_properties)
            .answering(TLV_PROPERTIES, tlv_properties);
        assert_eq!(
            Pad::of(&reader, READER).has_display,
            has_display,
            "{pin_properties:?} {tlv_properties:?}"
        );
    }
}

#[test]
fn what_the_reader_answers_is_passed_on_once_or_named() {
    for (answer, expected) in [
        (Ok("90 00"), Ok("90 00")),
        (Ok("63 C2"), Ok("63 C2")),
        (Ok("63 00"), Ok("63 00")),
        (Ok("69 83"), Ok("69 83")),
        (Ok("64 00"), Ok("64 00")),
        (Ok("64 01"), Ok("64 01")),
        (Ok("64 02"), Ok("64 02")),
        (Ok("64 03"), Ok("64 03")),
        (Ok("6B 80"), Ok("6B 80")),
        (Err(Error::CancelledByUser), Ok("64 01")),
        (Ok(""), Err(PadFailure::Driver(Error::CommDataLost))),
        (Ok("90"), Err(PadFailure::Garbled)),
        (Ok("31 32 33 34 35 FF FF FF 90 00"), Err(PadFailure::Garbled)),
        (
            Err(Error::UnsupportedFeature),
            Err(PadFailure::Driver(Error::UnsupportedFeature)),
        ),
        (
            Err(Error::NotTransacted),
            Err(PadFailure::Driver(Error::NotTransacted)),
        ),
    ] {
        let reader = Scripted::whole()
            .answering(VERIFY, answer)
            .answering(MODIFY, answer);
        let pad = Pad::of(&reader, READER);
        let expected = expected.map(bytes_of);
        assert_eq!(pad.exchange(&reader, &verify(0x10)), expected, "{answer:?}");
        assert_eq!(pad.exchange(&reader, &change(0x10)), expected, "{answer:?}");
        // One typing, one comparison: whatever the answer was, nothing is repeated.
        assert_eq!(reader.sent_to(VERIFY).len(), 1, "{answer:?}");
        assert_eq!(reader.sent_to(MODIFY).len(), 1, "{answer:?}");
    }
}

#[test]
fn without_a_pad_nothing_is_sent() {
    let absent = Scripted::listing("");
    let pad = Pad::of(&absent, READER);
    for request in [verify(0x10), change(0x10)] {
        assert_eq!(pad.exchange(&absent, &request), Err(PadFailure::NoPad));
    }
    let verify_only = Scripted::listing("06 04 42 33 00 06").answering(VERIFY, Ok("90 00"));
    let pad = Pad::of(&verify_only, READER);
    assert_eq!(pad.exchange(&verify_only, &change(0x10)), Err(PadFailure::NoPad));
    assert_eq!(pad.exchange(&verify_only, &verify(0x10)), Ok(vec![0x90, 0x00]));
    assert_eq!(verify_only.sent_to(VERIFY).len(), 1);
}

/// A reader with a pad on which these digits are typed, and a card in it. It knows the structures by their offsets
/// in the standard, not by the code under test.
struct WithCard {
    card: VirtualCardHandle,
    typed: Vec<&'static str>,
}

impl Control for WithCard {
    fn control(&self, code: u32, request: &[u8]) -> Result<Zeroizing<Vec<u8>>, Error> {
        let answer = match code {
            GET_FEATURE_REQUEST => bytes_of(WHOLE_LIST),
            PIN_PROPERTIES => bytes_of("10 02 02 00"),
            VERIFY => self.type_into(&request[15..19], &request[19..], &[0]),
            MODIFY => {
                let places = [usize::from(request[5]), usize::from(request[6])];
                self.type_into(&request[20..24], &request[24..], &places)
            }
            _ => return Err(Error::UnsupportedFeature),
        };
        Ok(Zeroizing::new(answer))
    }
}

impl WithCard {
    fn type_into(&self, length: &[u8], template: &[u8], places: &[usize]) -> Vec<u8> {
        assert_eq!(
            usize::try_from(u32::from_le_bytes(length.try_into().unwrap())),
            Ok(template.len())
        );
        let mut command = template.to_vec();
        for (place, digits) in places.iter().zip(&self.typed) {
            command[5 + place..][..digits.len()].copy_from_slice(digits.as_bytes());
        }
        let mut answer = Vec::new();
        let mut channel = self.card.channel();
        channel
            .transaction(Ending::Leave, &mut |line| {
                answer = line.exchange(&command).unwrap()
            })
            .unwrap();
        answer
    }
}

#[test]
fn a_card_takes_what_was_typed_on_the_pad() {
    let person = pki::identity("citizen-good", datetime!(2026-11-22 12:00 UTC)).unwrap();
    let kind = Personality::named("classic-st2021").unwrap();
    let card = VirtualCardHandle::inserted(VirtualCard::new(kind, person, EXAMPLE_PIN).unwrap());
    let typing = |typed: &[&'static str]| WithCard {
        card: card.clone(),
        typed: typed.to_vec(),
    };
    for (typed, request, answer) in [
        (&["99999"][..], verify(0x10), "63 C2"),
        (&["99998"], verify(0x90), "63 C1"),
        (&[EXAMPLE_PIN], verify(0x90), "90 00"),
        (&[EXAMPLE_PIN], verify(0x10), "90 00"),
        (&["99999", "73915864"], change(0x10), "63 C2"),
        (&[EXAMPLE_PIN, "73915864"], change(0x10), "90 00"),
        (&[EXAMPLE_PIN], verify(0x10), "63 C2"),
        (&["73915864"], verify(0x10), "90 00"),
    ] {
        let reader = typing(typed);
        let pad = Pad::of(&reader, READER);
        assert_eq!(
            pad.exchange(&reader, &request),
            Ok(bytes_of(answer)),
            "{request:?}"
        );
    }
}

const READER: &str = "A reader with keys 00 00";
const WHOLE_LIST: &str = "06 04 42 33 00 06  07 04 42 33 00 07  0A 04 42 33 00 0A  12 04 42 33 00 12";
const VERIFY: u32 = 0x4233_0006;
const MODIFY: u32 = 0x4233_0007;
const PIN_PROPERTIES: u32 = 0x4233_000A;
const TLV_PROPERTIES: u32 = 0x4233_0012;
