//! The cards that can be tried.

/// An example card. All of them are of the same invented person, with the same PIN and PUK.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Example {
    /// Everything is in order.
    #[default]
    Good,
    /// One try of the PIN is left, which the card tells nobody beforehand.
    LastTry,
    /// The PIN is blocked: a card to be unblocked.
    Blocked,
    /// It was never activated.
    NotActivated,
    /// Its certificate was revoked.
    Revoked,
}

impl Example {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Good,
        Self::LastTry,
        Self::Blocked,
        Self::NotActivated,
        Self::Revoked,
    ];

    /// Its stable name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::LastTry => "last_try",
            Self::Blocked => "blocked",
            Self::NotActivated => "not_activated",
            Self::Revoked => "revoked",
        }
    }

    /// The example with this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|example| example.name() == name)
    }

    pub(crate) fn identity(self) -> &'static str {
        match self {
            Self::Good | Self::Revoked => "citizen-good",
            Self::LastTry => "citizen-last-try",
            Self::Blocked => "citizen-blocked",
            Self::NotActivated => "citizen-not-activated",
        }
    }
}
