use super::*;
use cns_card::{CardError, NewPinError, PinFormatError, PukFormatError, Weakness};
use cns_iso7816::ChannelError;

type Facts = &'static [(&'static str, &'static str)];

/// What a card or its channel can end with, and the problem that the person hears of.
fn rows() -> Vec<(CardError, ProblemCode, Facts)> {
    use {CardError as Card, ChannelError as Channel, ProblemCode as Code};
    const FILE: &str = "EF.C_Carta";
    vec![
        (Channel::Removed.into(), Code::CardRemoved, &[]),
        (Channel::Reset.into(), Code::CardReset, &[]),
        (Channel::ReaderGone.into(), Code::ReaderGone, &[]),
        (
            Channel::ServiceGone.into(),
            Code::ServiceNotRunning,
            &[("system", std::env::consts::OS)],
        ),
        (Channel::Busy.into(), Code::CardBusy, &[]),
        (Channel::Mute.into(), Code::CardMute, &[]),
        (Channel::Silent.into(), Code::CardSilent, &[]),
        (Channel::NoPinPad.into(), Code::NoPinPad, &[]),
        (Channel::Abandoned.into(), Code::ReaderFailed, &[]),
        (Channel::Garbled.into(), Code::ReaderFailed, &[]),
        (Channel::CommandTooLong.into(), Code::ReaderFailed, &[]),
        (
            Channel::Transport { code: 0x8010_002F }.into(),
            Code::ReaderFailed,
            &[("transport_code", "0x8010002f")],
        ),
        (Card::NotACns { kind: "cie" }, Code::NotACns, &[("kind", "cie")]),
        (Card::UnknownCard, Code::UnknownCard, &[]),
        (Card::NoCertificate, Code::NoCertificate, &[]),
        (
            Card::Malformed { file: FILE },
            Code::CardMalformed,
            &[("file", FILE)],
        ),
        (
            Card::TooLarge {
                file: FILE,
                limit: 4096,
            },
            Code::CardMalformed,
            &[("file", FILE)],
        ),
        (
            Card::Refused {
                status: 0x6F00,
                command: "READ BINARY",
            },
            Code::CardRefused,
            &[("command", "READ BINARY"), ("status", "6F00")],
        ),
        (Card::Endless, Code::CardMalformed, &[]),
        (wrong_pin(Some(2)), Code::PinWrong, &[("tries_left", "2")]),
        (wrong_pin(Some(1)), Code::PinWrong, &[("tries_left", "1")]),
        (wrong_pin(None), Code::PinWrongUncounted, &[]),
        (Card::PinBlocked, Code::PinBlocked, &[]),
        (Card::PinNotUsable, Code::PinNotUsable, &[]),
        (Card::PinNotFound, Code::PinNotFound, &[]),
        (Card::PinNotAllowed, Code::PinNotAllowed, &[]),
        (
            Card::LastTryNotConfirmed { of: Secret::Pin },
            Code::PinLastTry,
            &[],
        ),
        (
            Card::LastTryNotConfirmed { of: Secret::Puk },
            Code::PukLastTry,
            &[],
        ),
        (Card::TriesNotAsked, Code::TriesNotAsked, &[]),
        (wrong_puk(Some(9)), Code::PukWrong, &[("tries_left", "9")]),
        (wrong_puk(None), Code::PukWrongUncounted, &[]),
        (Card::PukBlocked, Code::PukBlocked, &[]),
        (Card::PukNotFound, Code::PukNotFound, &[]),
        (Card::UnblockNotSupported, Code::UnblockNotSupported, &[]),
        (Card::NewPinSameAsOld, Code::NewPinSame, &[]),
        (Card::PadTimeout, Code::PadTimeout, &[]),
        (Card::PadCancelled, Code::PadCancelled, &[]),
        (Card::PadPinsDiffer, Code::PadPinsDiffer, &[]),
        (Card::PadPinLength, Code::PadPinLength, &[]),
        (Card::PadRefused, Code::PadRefused, &[]),
        (Card::PadOnceMore, Code::PadOnceMore, &[]),
        (Card::SchemeNotSupported, Code::SchemeNotSupported, &[]),
        (Card::SignatureMismatch, Code::SignatureMismatch, &[]),
        (Card::UnlockExpired, Code::UnlockExpired, &[]),
        (Card::ThreadGone, Code::ReaderFailed, &[]),
    ]
}

fn wrong_pin(tries_left: Option<u8>) -> CardError {
    CardError::WrongPin { tries_left }
}

fn wrong_puk(tries_left: Option<u8>) -> CardError {
    CardError::WrongPuk { tries_left }
}

#[test]
fn every_end_of_a_card_is_a_problem_of_its_own() {
    for (error, code, facts) in rows() {
        let problem = Problem::from(error.clone());
        let told: Vec<_> = problem
            .facts
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        assert_eq!((problem.code, told.as_slice()), (code, facts), "{error:?}");
    }
}

#[test]
fn every_end_of_a_card_is_told_in_words_with_no_place_left_empty() {
    for (error, code, _) in rows() {
        let problem = Problem::from(error.clone());
        for language in [Language::It, Language::En] {
            for part in [Problem::what, Problem::meaning, Problem::next] {
                let text = part(&problem, language);
                assert_ne!(text, code.name(), "{error:?}");
                assert!(!text.contains(['{', '}']), "{error:?}: {text}");
            }
        }
    }
}

#[test]
fn what_was_typed_and_never_sent_is_a_problem_of_its_own() {
    assert_eq!(Problem::from(PinFormatError).code, ProblemCode::PinFormat);
    assert_eq!(Problem::from(PukFormatError).code, ProblemCode::PukFormat);
    let format = NewPinError::Format(PinFormatError);
    assert_eq!(Problem::from(format).code, ProblemCode::NewPinFormat);
    for weakness in Weakness::ALL {
        let weak = Problem::from(NewPinError::Weak(weakness));
        assert_eq!(weak.code, ProblemCode::NewPinWeak);
        assert_eq!(weak.fact("reason"), Some(weakness.name()));
    }
}
