//! SW1 SW2 (ISO/IEC 7816-4 §5.1.3): what the card says about what it did.

/// A status word.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct StatusWord(u16);

/// Declares the named status words once, for the constants and for their names.
macro_rules! named {
    ($($(#[doc = $doc:literal])+ $name:ident = $value:literal, $text:literal;)+) => {
        impl StatusWord {
            $($(#[doc = $doc])+ pub const $name: Self = Self($value);)+

            /// Every status word that has a name of its own.
            pub const NAMED: &'static [Self] = &[$(Self::$name),+];

            /// The words of the standard for a status word that has a name of its own.
            fn exact_name(self) -> Option<&'static str> {
                match self.0 {
                    $($value => Some($text),)+
                    _ => None,
                }
            }
        }
    };
}

named! {
    /// Done.
    OK = 0x9000, "ok";
    /// Done, and the chip found its memory growing weak (Incard, CardOS).
    OK_MEMORY_WEAK = 0x9001, "ok, memory weak";
    /// The file ended before Le bytes; what there is was given.
    END_OF_FILE = 0x6282, "end of file";
    /// The selected file is deactivated.
    FILE_DEACTIVATED = 0x6283, "file deactivated";
    /// A comparison failed, and no count is given.
    WRONG_NO_COUNT = 0x6300, "verification failed";
    /// Writing to memory failed.
    MEMORY_FAILURE = 0x6581, "memory failure";
    /// Lc or Le is wrong.
    WRONG_LENGTH = 0x6700, "wrong length";
    /// The logical channel is not supported.
    CHANNEL_NOT_SUPPORTED = 0x6881, "logical channel not supported";
    /// Secure messaging is not supported.
    SECURE_MESSAGING_NOT_SUPPORTED = 0x6882, "secure messaging not supported";
    /// The last command of a chain was expected.
    LAST_OF_CHAIN_EXPECTED = 0x6883, "last command of the chain expected";
    /// Command chaining is not supported.
    CHAINING_NOT_SUPPORTED = 0x6884, "command chaining not supported";
    /// The command does not fit the file's structure.
    WRONG_FILE_TYPE = 0x6981, "wrong file type";
    /// The PIN has not been verified.
    SECURITY_STATUS_NOT_SATISFIED = 0x6982, "security status not satisfied";
    /// The PIN is blocked.
    AUTHENTICATION_BLOCKED = 0x6983, "authentication method blocked";
    /// The PIN or key is not usable; often the card was never activated.
    REFERENCE_DATA_NOT_USABLE = 0x6984, "reference data not usable";
    /// Conditions of use are not satisfied.
    CONDITIONS_NOT_SATISFIED = 0x6985, "conditions of use not satisfied";
    /// There is no current elementary file.
    NO_CURRENT_FILE = 0x6986, "no current elementary file";
    /// The data field is wrong.
    WRONG_DATA = 0x6A80, "wrong data";
    /// The function is not supported.
    FUNCTION_NOT_SUPPORTED = 0x6A81, "function not supported";
    /// There is no such file.
    FILE_NOT_FOUND = 0x6A82, "file not found";
    /// There is no such record.
    RECORD_NOT_FOUND = 0x6A83, "record not found";
    /// P1 or P2 is wrong.
    WRONG_PARAMETERS = 0x6A86, "wrong parameters P1-P2";
    /// There is no such PIN, key or security environment.
    REFERENCED_DATA_NOT_FOUND = 0x6A88, "referenced data not found";
    /// The offset lies outside the file.
    OFFSET_OUTSIDE_FILE = 0x6B00, "offset outside the file";
    /// The instruction is unknown.
    INSTRUCTION_UNKNOWN = 0x6D00, "instruction unknown";
    /// The class is unknown; to CLA `10` it means that the card cannot chain.
    CLASS_UNKNOWN = 0x6E00, "class unknown";
    /// Something failed, and the card does not say what.
    NO_PRECISE_DIAGNOSIS = 0x6F00, "no precise diagnosis";
}

impl StatusWord {
    /// The status word of two bytes.
    pub const fn new(value: u16) -> Self {
        Self(value)
    }

    /// The two bytes as a number, SW1 high.
    pub const fn value(self) -> u16 {
        self.0
    }

    /// SW1, SW2.
    pub const fn to_bytes(self) -> [u8; 2] {
        self.0.to_be_bytes()
    }

    /// Whether the command was done; `9001` counts, for the card did what was asked.
    pub const fn is_success(self) -> bool {
        matches!(self.0, 0x9000 | 0x9001)
    }

    /// Whether a PIN was compared and found wrong: `6300` or `63Cx`.
    pub const fn is_wrong_pin(self) -> bool {
        matches!(self.0, 0x6300 | 0x63C0..=0x63CF)
    }

    /// Whether the card refused the command by its form alone, so that no PIN in it was compared with anything.
    pub const fn is_about_the_command(self) -> bool {
        matches!(
            self,
            Self::WRONG_LENGTH
                | Self::CHANNEL_NOT_SUPPORTED
                | Self::SECURE_MESSAGING_NOT_SUPPORTED
                | Self::LAST_OF_CHAIN_EXPECTED
                | Self::CHAINING_NOT_SUPPORTED
                | Self::FUNCTION_NOT_SUPPORTED
                | Self::WRONG_PARAMETERS
                | Self::REFERENCED_DATA_NOT_FOUND
                | Self::INSTRUCTION_UNKNOWN
                | Self::CLASS_UNKNOWN
        )
    }

    /// The tries left that a `63Cx` tells; `None` for every other status word, `6300` among them.
    pub const fn tries_left(self) -> Option<u8> {
        match self.0 {
            0x63C0..=0x63CF => Some(self.to_bytes()[1] & 0x0F),
            _ => None,
        }
    }

    /// The bytes still to be fetched by GET RESPONSE (`61xx`; 0 stands for 256 or more).
    pub const fn bytes_remaining(self) -> Option<u8> {
        let [sw1, sw2] = self.to_bytes();
        if sw1 == 0x61 { Some(sw2) } else { None }
    }

    /// The Le with which the command must be repeated (`6Cxx`).
    pub const fn exact_length(self) -> Option<u8> {
        let [sw1, sw2] = self.to_bytes();
        if sw1 == 0x6C { Some(sw2) } else { None }
    }

    /// What it means, in the words of ISO/IEC 7816-4.
    pub fn name(self) -> &'static str {
        if let Some(name) = self.exact_name() {
            return name;
        }
        match self.to_bytes()[0] {
            0x61 => "more bytes available",
            0x62 | 0x63 if self.tries_left().is_some() => "verification failed, tries counted",
            0x62 | 0x63 => "warning",
            0x64 | 0x65 => "execution error",
            0x6C => "wrong Le, exact length given",
            0x68 => "function in CLA not supported",
            0x69 => "command not allowed",
            0x6A => "wrong parameters",
            _ => "unknown status",
        }
    }
}

impl From<[u8; 2]> for StatusWord {
    fn from(bytes: [u8; 2]) -> Self {
        Self(u16::from_be_bytes(bytes))
    }
}

impl std::fmt::Display for StatusWord {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:04X}", self.0)
    }
}

impl std::fmt::Debug for StatusWord {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:04X} ({})", self.0, self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_status_word_survives_the_way_to_bytes_and_back() {
        for value in 0..=u16::MAX {
            let word = StatusWord::new(value);
            assert_eq!(StatusWord::from(word.to_bytes()), word);
            assert_eq!(word.value(), value);
            assert!(!word.name().is_empty());
            assert_eq!(word.to_string(), format!("{value:04X}"));
        }
    }

    #[test]
    fn named_status_words_are_all_different_and_known_by_name() {
        for (index, word) in StatusWord::NAMED.iter().enumerate() {
            assert!(!StatusWord::NAMED[..index].contains(word), "{word} twice");
            assert_ne!(word.name(), "unknown status");
        }
    }

    #[test]
    fn tries_are_told_by_63cx_alone() {
        let rows = [
            (0x63C0, Some(0)),
            (0x63C2, Some(2)),
            (0x63CF, Some(15)),
            (0x6300, None),
            (0x9000, None),
            (0x6983, None),
        ];
        for (value, tries) in rows {
            assert_eq!(StatusWord::new(value).tries_left(), tries);
        }
        assert!(StatusWord::WRONG_NO_COUNT.is_wrong_pin());
        assert!(StatusWord::new(0x63C1).is_wrong_pin());
        assert!(!StatusWord::AUTHENTICATION_BLOCKED.is_wrong_pin());
    }

    #[test]
    fn success_is_9000_and_9001() {
        let successes: Vec<u16> = (0..=u16::MAX)
            .filter(|value| StatusWord::new(*value).is_success())
            .collect();
        assert_eq!(successes, [0x9000, 0x9001]);
    }
}
