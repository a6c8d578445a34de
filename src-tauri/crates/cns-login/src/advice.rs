//! What both faces tell a person about PIN and PUK before anything can go wrong.

use crate::texts::{self, Language};
use cns_card::Secret;

macro_rules! advice {
    ($($(#[$doc:meta])* $variant:ident, $name:literal;)*) => {
        /// A piece of advice. Its text is data, so that the window and the terminal say the same.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[non_exhaustive]
        pub enum Advice {
            $($(#[$doc])* $variant,)*
        }

        impl Advice {
            /// All of it.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// Its name in the catalogue of texts.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }
        }
    };
}

advice! {
    /// Where a person finds the PIN of the card.
    WhereIsThePin, "where_is_the_pin";
    /// Where a person finds the PUK of the card.
    WhereIsThePuk, "where_is_the_puk";
    /// Nobody knows how many tries of the PIN are left.
    PinTriesUnknown, "pin_tries_unknown";
    /// Nobody knows how many tries of the PUK are left.
    PukTriesUnknown, "puk_tries_unknown";
    /// Before the last try of the PIN known: what it risks, and that there is the PUK.
    LastPinTry, "last_pin_try";
    /// Before a try of the PIN that may be the last, though nobody knows how many are left.
    LastPinTryPerhaps, "last_pin_try_perhaps";
    /// Before the last try of the PUK known: what it risks.
    LastPukTry, "last_puk_try";
    /// Before a try of the PUK that may be the last, though nobody knows how many are left.
    LastPukTryPerhaps, "last_puk_try_perhaps";
    /// A try of the PIN may have been spent: the card was asked, and its answer was lost.
    PinInDoubt, "pin_in_doubt";
    /// A try of the PUK may have been spent: the card was asked, and its answer was lost.
    PukInDoubt, "puk_in_doubt";
    /// The portal may have made a new PIN that nobody was told: its answer was lost.
    PortalPinInDoubt, "portal_pin_in_doubt";
    /// What a new PIN must be.
    NewPinRules, "new_pin_rules";
    /// What wrong PUKs lead to; told before a PUK is asked for.
    UnblockConsequences, "unblock_consequences";
    /// Nobody has shown yet that unblocking works on such a card.
    UnblockExperimental, "unblock_experimental";
    /// Such a card cannot be unblocked here.
    UnblockNotOffered, "unblock_not_offered";
    /// The PIN was changed.
    PinChanged, "pin_changed";
    /// The PIN was unblocked and is the new one.
    UnblockedNewPin, "unblocked_new_pin";
    /// The PIN was unblocked and is the one from before.
    UnblockedSamePin, "unblocked_same_pin";
    /// How to type the PIN on the reader's own pad.
    PadVerify, "pad_verify";
    /// How to change the PIN on the reader's own pad.
    PadChange, "pad_change";
    /// The reader says that it has a pad, and may say so wrongly.
    PadDoubtful, "pad_doubtful";
}

impl Advice {
    /// What is said before a try of the PIN or of the PUK that may be the last.
    pub fn before_the_last_try(of: Secret, tries_left: Option<u8>) -> Self {
        match (of, tries_left) {
            (Secret::Pin, Some(_)) => Self::LastPinTry,
            (Secret::Pin, None) => Self::LastPinTryPerhaps,
            (Secret::Puk, Some(_)) => Self::LastPukTry,
            (Secret::Puk, None) => Self::LastPukTryPerhaps,
        }
    }

    /// Its text.
    pub fn text(self, language: Language) -> &'static str {
        texts::advice_text(self.name(), language)
    }
}
