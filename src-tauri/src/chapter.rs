//! Where in the story a screen stands.

use cns_contract::View;

/// A part of the story.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Chapter {
    /// A card is waited for, chosen or read.
    Before,
    /// A card was read, and nothing is opened with it.
    Card,
    /// Something is being opened with the card, or open.
    Opened,
    /// It ended badly; what is known of the card stays.
    Ended,
    /// No card plays a part.
    Apart,
}

impl Chapter {
    /// The chapter of a screen.
    pub(crate) fn of(view: &View) -> Self {
        match view {
            View::Starting
            | View::NoReader
            | View::NoCard { .. }
            | View::Cards { .. }
            | View::Reading { .. } => Self::Before,
            View::Card { .. }
            | View::LastTry { .. }
            | View::PinOfTheCard { .. }
            | View::OnThePad { .. }
            | View::ChangePin { .. }
            | View::PinChanged
            | View::BeforeUnblocking { .. }
            | View::UnblockPin { .. }
            | View::PinUnblocked { .. }
            | View::Report { .. }
            | View::Reminder { .. } => Self::Card,
            View::Connecting { .. }
            | View::ReservedArea { .. }
            | View::WebArea { .. }
            | View::Inside { .. } => Self::Opened,
            View::Problem { .. } => Self::Ended,
            View::OwnProfile { .. }
            | View::NoService { .. }
            | View::SessionFound { .. }
            | View::SessionEnded { .. }
            | View::AtTheDoor { .. } => Self::Apart,
        }
    }

    /// Whether its screens are about the card that was read before them.
    pub(crate) fn is_about_the_card(self) -> bool {
        match self {
            Self::Card | Self::Opened | Self::Ended => true,
            Self::Before | Self::Apart => false,
        }
    }

    /// Whether a card that leaves takes nothing with it: a later screen says enough.
    pub(crate) fn nothing_was_opened(self) -> bool {
        match self {
            Self::Before | Self::Card => true,
            Self::Opened | Self::Ended | Self::Apart => false,
        }
    }
}
