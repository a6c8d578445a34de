//! What makers do differently though the standard is one.

use cns_iso7816::StatusWord;
use serde::Deserialize;

/// How a card answers a wrong PIN.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WrongPin {
    /// `63Cx`, with the tries left.
    #[default]
    Counted,
    /// `6300`, without a count.
    Uncounted,
}

/// What a card does with a VERIFY without data.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EmptyVerify {
    /// Tells the tries left, as the standard says.
    Reports,
    /// Counts it as a wrong PIN: the reason why a driver must not ask.
    EatsATry,
    /// Answers 6700.
    #[default]
    Refused,
}

/// A form of RESET RETRY COUNTER.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unblocking {
    /// P1 = 00: PUK and new PIN in one.
    PukWithNewPin,
    /// P1 = 03, after a VERIFY of the PUK: the counter alone, the PIN stays.
    CounterAlone,
}

/// A command whose answer may be announced by `61xx` before it is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Announced {
    /// SELECT.
    Select,
    /// READ BINARY.
    Read,
    /// PERFORM SECURITY OPERATION.
    Sign,
}

/// How a card answers a READ BINARY that asks for more than there is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReadEnd {
    /// What there is, and 9000.
    #[default]
    Short,
    /// What there is, and 6282.
    Warning,
    /// `6Cxx` with the exact length; what there is and 9000 when Le was 00.
    ExactLength,
    /// `6Cxx` with the exact length, when Le was 00 as well.
    ExactLengthAlways,
    /// 6B00 and nothing; what there is and 9000 when Le was 00.
    Refused,
}

pub(super) fn pin_tries() -> u8 {
    3
}

pub(super) fn puk_tries() -> u8 {
    10
}

pub(super) fn not_activated() -> u16 {
    StatusWord::REFERENCE_DATA_NOT_USABLE.value()
}

pub(super) fn chaining_refusal() -> u16 {
    StatusWord::CLASS_UNKNOWN.value()
}
