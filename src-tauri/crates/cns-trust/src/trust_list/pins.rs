//! Who may sign a list, and below which number none is taken.

use time::Date;

/// The certificate of somebody who may sign a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pin {
    /// SHA-256 of the certificate.
    pub sha256: [u8; 32],
    /// Where that is published.
    pub source: String,
    /// When it was read there.
    pub read_on: Date,
}

/// Everything a list is held against before it is believed.
#[derive(Clone, Debug, Default)]
pub struct Pins {
    /// Those who may sign the EU list of lists.
    pub lotl: Vec<Pin>,
    /// Those who may sign the Italian list, where no list of lists is at hand.
    pub italy: Vec<Pin>,
    /// Numbers below which no list is taken.
    pub floor: Floor,
}

impl Pins {
    /// Those of `data/trust-list-signers.toml`.
    pub fn built_in() -> Self {
        Self::default()
    }
}

/// The highest numbers seen so far; a list below them is refused.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Floor {
    /// Of the EU list of lists.
    pub lotl: u64,
    /// Of the Italian list.
    pub italy: u64,
}
