//! A reader's own PIN pad (PC/SC part 10).

use crate::control::Control;
use crate::doubtful::{UsbModel, is_doubtful};
use crate::features::Features;
use cns_iso7816::{ChannelError, PadEntry, PadRequest, PinPad};
use pcsc::Error;
use zeroize::Zeroizing;

/// What a reader told of its PIN pad when the card was connected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Pad {
    features: Features,
    has_display: bool,
    is_doubtful: bool,
}

impl Pad {
    /// Asks the reader for its pad. Nothing that is sent here can have a PIN asked for or compared.
    pub(crate) fn of(reader: &impl Control, name: &str) -> Self {
        let features = Features::of(reader);
        if features.verify.is_none() {
            return Self {
                features,
                has_display: false,
                is_doubtful: false,
            };
        }
        let properties = ask(reader, features.tlv_properties);
        let layout = ask(reader, features.pin_properties)
            .get(..2)
            .map_or_else(|| word(&properties, LCD_LAYOUT), word_of);
        let model = word(&properties, ID_VENDOR)
            .zip(word(&properties, ID_PRODUCT))
            .map(|(vendor, product)| UsbModel { vendor, product });
        Self {
            features,
            // Who does not tell of a display is not asked to show anything: readers without one may refuse that.
            has_display: layout.is_some_and(|layout| layout != 0),
            is_doubtful: is_doubtful(name, model),
        }
    }

    /// What the pad is good for.
    pub(crate) fn kind(&self) -> PinPad {
        match self.features.verify {
            None => PinPad::Absent,
            Some(_) if self.is_doubtful => PinPad::Doubtful,
            Some(_) => PinPad::Present {
                changes: self.features.modify.is_some(),
            },
        }
    }

    /// Has the reader ask for the PIN and send it; returns the status word, the card's or the reader's own.
    ///
    /// # Errors
    /// A [`PadFailure`]; with [`PadFailure::NoPad`] nothing has been sent.
    pub(crate) fn exchange(
        &self,
        reader: &impl Control,
        request: &PadRequest,
    ) -> Result<Vec<u8>, PadFailure> {
        let asked = match request.entry {
            PadEntry::Verify => self.features.verify.zip(Some(self.verify_structure(request))),
            PadEntry::Change => self.features.modify.zip(Some(self.modify_structure(request))),
        };
        let (code, structure) = asked.ok_or(PadFailure::NoPad)?;
        match reader.control(code, &structure) {
            // These commands have no answer but a status word. What is longer may be what was typed.
            Ok(answer) if answer.len() == STATUS_WORD => Ok(answer.to_vec()),
            Ok(answer) if answer.is_empty() => Err(PadFailure::Driver(Error::CommDataLost)),
            Ok(_) => Err(PadFailure::Garbled),
            // The driver of Windows says so instead of answering 6401.
            Err(Error::CancelledByUser) => Ok(CANCELLED.to_vec()),
            Err(error) => Err(PadFailure::Driver(error)),
        }
    }

    /// `PIN_VERIFY_STRUCTURE` (PC/SC part 10 §2.5.2).
    fn verify_structure(&self, request: &PadRequest) -> Vec<u8> {
        let mut structure = vec![TIME_OUT, TIME_OUT, FORMAT, BLOCK, NO_LENGTH];
        structure.extend(DIGITS);
        structure.push(OK_KEY);
        structure.push(if self.has_display { 1 } else { NO_MESSAGES });
        structure.extend(ITALIAN);
        structure.push(0);
        with_template(structure, request)
    }

    /// `PIN_MODIFY_STRUCTURE` (PC/SC part 10 §2.5.3).
    fn modify_structure(&self, request: &PadRequest) -> Vec<u8> {
        let mut structure = vec![TIME_OUT, TIME_OUT, FORMAT, BLOCK, NO_LENGTH];
        structure.extend([OLD_AT, NEW_AT]);
        structure.extend(DIGITS);
        structure.extend([ASK_OLD_AND_CONFIRM_NEW, OK_KEY]);
        structure.push(if self.has_display { 3 } else { NO_MESSAGES });
        structure.extend(ITALIAN);
        structure.extend([0, 1, 2]);
        with_template(structure, request)
    }
}

/// Why no status word came from a PIN pad.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PadFailure {
    /// The reader has no pad that can do this.
    NoPad,
    /// The answer is not a status word.
    Garbled,
    /// The driver says so.
    Driver(Error),
}

impl PadFailure {
    /// The same for the driver of the card; `why` says what is behind a failure of PC/SC.
    pub(crate) fn channel_error(self, why: impl FnOnce(Error) -> ChannelError) -> ChannelError {
        match self {
            Self::NoPad => ChannelError::NoPinPad,
            Self::Garbled => ChannelError::Garbled,
            Self::Driver(error) => why(error),
        }
    }
}

/// Ends both structures: prologue of T=1 (the driver fills it in), length, command.
fn with_template(mut structure: Vec<u8>, request: &PadRequest) -> Vec<u8> {
    let template = request.template();
    structure.extend([0, 0, 0]);
    structure.extend(u32::try_from(template.len()).unwrap_or(u32::MAX).to_le_bytes());
    structure.extend(template);
    structure
}

/// Asks for properties; a reader that does not answer has none.
fn ask(reader: &impl Control, code: Option<u32>) -> Zeroizing<Vec<u8>> {
    code.and_then(|code| reader.control(code, &[]).ok())
        .unwrap_or_default()
}

/// The word under this tag in a list of properties: tag, length, value (PC/SC part 10 §2.6.14).
fn word(properties: &[u8], wanted: u8) -> Option<u16> {
    let mut rest = properties;
    while let [tag, length, following @ ..] = rest {
        let (value, next) = following.split_at_checked(usize::from(*length))?;
        if *tag == wanted {
            return word_of(value);
        }
        rest = next;
    }
    None
}

/// A word in the order of the structures of CCID, which is that of all hosts that count.
fn word_of(value: &[u8]) -> Option<u16> {
    value.try_into().map(u16::from_le_bytes).ok()
}

const LCD_LAYOUT: u8 = 0x01;
const ID_VENDOR: u8 = 0x0B;
const ID_PRODUCT: u8 = 0x0C;
/// Seconds until the first key and between keys. Drivers wait longer where they know better.
const TIME_OUT: u8 = 30;
/// ASCII digits from the first byte of the data on, counted in bytes, to the left.
const FORMAT: u8 = 0x82;
/// Eight bytes, without a field for the length.
const BLOCK: u8 = 0x08;
const NO_LENGTH: u8 = 0x00;
/// `wPINMaxExtraDigit`: at most 8 and at least 5, the low byte first.
const DIGITS: [u8; 2] = [8, 5];
/// Done when the person presses the OK key.
const OK_KEY: u8 = 0x02;
const NO_MESSAGES: u8 = 0;
/// `wLangId` 0x0410, the low byte first.
const ITALIAN: [u8; 2] = [0x10, 0x04];
const OLD_AT: u8 = 0;
const NEW_AT: u8 = 8;
const ASK_OLD_AND_CONFIRM_NEW: u8 = 0x03;
const STATUS_WORD: usize = 2;
/// The reader's own status word for an entry that was cancelled.
const CANCELLED: [u8; 2] = [0x64, 0x01];

#[cfg(test)]
mod story;
#[cfg(test)]
mod tests;
