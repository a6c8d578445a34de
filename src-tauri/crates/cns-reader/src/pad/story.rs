//! The whole way of a PIN that is typed on a reader's pad: the card's driver, our part, a scripted reader, a card.

use super::*;
use crate::error::channel_error;
use crate::features::GET_FEATURE_REQUEST;
use cns_card::{Card, CardError, SignatureScheme};
use cns_iso7816::transcript::bytes_of;
use cns_iso7816::{Atr, Channel, Ending, Exchange};
use cns_virtual_card::{EXAMPLE_PIN, Personality, VirtualCard, VirtualCardHandle, VirtualChannel, pki};
use std::cell::RefCell;
use time::macros::datetime;

/// What happens when the reader asks for the PIN.
#[derive(Clone, Copy, Debug)]
enum AtThePad {
    /// These digits are typed: the PIN, or the old one and the new one.
    Typed(&'static [&'static str]),
    /// The reader answers by itself.
    Answers(&'static str),
    /// Its driver fails.
    Fails(Error),
}

/// A reader with a pad and a card in it.
struct PadReader {
    channel: VirtualChannel,
    at_the_pad: AtThePad,
    name: &'static str,
}

impl PadReader {
    fn pad(&self) -> Pad {
        Pad::of(&Asked::by(None, self.at_the_pad), self.name)
    }
}

impl Channel for PadReader {
    fn atr(&self) -> &Atr {
        self.channel.atr()
    }

    fn pin_pad(&self) -> PinPad {
        self.pad().kind()
    }

    fn transaction(
        &mut self,
        ending: Ending,
        act: &mut dyn FnMut(&mut dyn Exchange),
    ) -> Result<(), ChannelError> {
        let (pad, at_the_pad) = (self.pad(), self.at_the_pad);
        self.channel.transaction(ending, &mut |line| {
            act(&mut PadLine {
                line,
                pad,
                at_the_pad,
            });
        })
    }
}

struct PadLine<'a> {
    line: &'a mut dyn Exchange,
    pad: Pad,
    at_the_pad: AtThePad,
}

impl Exchange for PadLine<'_> {
    fn exchange(&mut self, command: &[u8]) -> Result<Vec<u8>, ChannelError> {
        self.line.exchange(command)
    }

    fn exchange_on_pad(&mut self, request: &PadRequest) -> Result<Vec<u8>, ChannelError> {
        let reader = Asked::by(Some(self.line), self.at_the_pad);
        self.pad
            .exchange(&reader, request)
            .map_err(|failure| failure.channel_error(channel_error))
    }
}

/// The reader as it is asked by control codes. It knows the structures by their offsets in the standard.
struct Asked<'a> {
    line: Option<RefCell<&'a mut dyn Exchange>>,
    at_the_pad: AtThePad,
}

impl<'a> Asked<'a> {
    fn by(line: Option<&'a mut dyn Exchange>, at_the_pad: AtThePad) -> Self {
        let line = line.map(RefCell::new);
        Self { line, at_the_pad }
    }

    fn sent(&self, template: &[u8], places: &[usize]) -> Result<Vec<u8>, Error> {
        match self.at_the_pad {
            AtThePad::Answers(answer) => Ok(bytes_of(answer)),
            AtThePad::Fails(error) => Err(error),
            AtThePad::Typed(typed) => {
                let mut command = template.to_vec();
                for (place, digits) in places.iter().zip(typed) {
                    command[5 + place..][..digits.len()].copy_from_slice(digits.as_bytes());
                }
                let line = self
                    .line
                    .as_ref()
                    .expect("nobody asks for a PIN outside a transaction");
                Ok(line.borrow_mut().exchange(&command).unwrap())
            }
        }
    }
}

impl Control for Asked<'_> {
    fn control(&self, code: u32, request: &[u8]) -> Result<Zeroizing<Vec<u8>>, Error> {
        let answer = match code {
            GET_FEATURE_REQUEST => Ok(bytes_of("06 04 42 33 00 06  07 04 42 33 00 07")),
            0x4233_0006 => self.sent(&request[19..], &[0]),
            0x4233_0007 => self.sent(&request[24..], &[request[5].into(), request[6].into()]),
            _ => Err(Error::UnsupportedFeature),
        };
        answer.map(Zeroizing::new)
    }
}

/// A card, and a driver that speaks to it through a reader at whose pad this happens.
fn card(name: &'static str, at_the_pad: AtThePad) -> (VirtualCardHandle, Card) {
    let person = pki::identity("citizen-good", datetime!(2026-11-22 12:00 UTC)).unwrap();
    let kind = Personality::named("classic-st2021").unwrap();
    let handle = VirtualCardHandle::inserted(VirtualCard::new(kind, person, EXAMPLE_PIN).unwrap());
    let channel = handle.channel();
    let reader = PadReader {
        channel,
        at_the_pad,
        name,
    };
    (handle, Card::open(Box::new(reader)))
}

fn compared(card: &VirtualCardHandle) -> (u64, u8) {
    card.with_card(|card| (card.pin_comparisons(), card.tries_left()))
}

#[tokio::test]
async fn a_pin_typed_on_the_pad_unlocks_the_card_for_a_signature() {
    for name in ["A reader with keys", "bit4id miniLector-EVO"] {
        let (handle, card) = card(name, AtThePad::Typed(&[EXAMPLE_PIN]));
        let expected = match name {
            "A reader with keys" => PinPad::Present { changes: true },
            _ => PinPad::Doubtful,
        };
        assert_eq!(card.pin_pad(), expected);
        // A doubtful one is used as well when somebody chose it.
        let unlocked = card.unlock_on_pad(false).await.unwrap();
        let signing =
            tokio::task::spawn_blocking(move || unlocked.sign(SignatureScheme::PssSha256, b"a message"));
        assert!(signing.await.unwrap().is_ok(), "{name}");
        assert_eq!(compared(&handle), (1, 3), "{name}");
    }
}

#[tokio::test]
async fn what_happens_at_the_pad_is_named_and_compared_once_at_most() {
    for (at_the_pad, expected, after) in [
        (
            AtThePad::Typed(&["99999"]),
            CardError::WrongPin { tries_left: Some(2) },
            (1, 2),
        ),
        (AtThePad::Answers("64 00"), CardError::PadTimeout, (0, 3)),
        (AtThePad::Answers("64 01"), CardError::PadCancelled, (0, 3)),
        (AtThePad::Answers("64 03"), CardError::PadPinLength, (0, 3)),
        (AtThePad::Answers("6B 80"), CardError::PadRefused, (0, 3)),
        (
            AtThePad::Fails(Error::CancelledByUser),
            CardError::PadCancelled,
            (0, 3),
        ),
        (
            AtThePad::Answers("31 32 33 90 00"),
            CardError::Channel(ChannelError::Garbled),
            (0, 3),
        ),
        (
            AtThePad::Fails(Error::RemovedCard),
            CardError::Channel(ChannelError::Removed),
            (0, 3),
        ),
    ] {
        let (handle, card) = card("A reader with keys", at_the_pad);
        let refused = card.unlock_on_pad(false).await.err();
        assert_eq!(refused, Some(expected), "{at_the_pad:?}");
        assert_eq!(compared(&handle), after, "{at_the_pad:?}");
    }
}

#[tokio::test]
async fn a_pin_is_changed_on_the_pad() {
    let (handle, card) = card("A reader with keys", AtThePad::Typed(&[EXAMPLE_PIN, "73915864"]));
    assert_eq!(card.change_pin_on_pad(false).await, Ok(()));
    let new = cns_card::CardPin::parse("73915864").unwrap();
    assert!(card.unlock(new).await.is_ok());
    assert_eq!(compared(&handle).1, 3);
    let differ = AtThePad::Answers("64 02");
    let (_, card) = self::card("A reader with keys", differ);
    assert_eq!(card.change_pin_on_pad(false).await, Err(CardError::PadPinsDiffer));
}
