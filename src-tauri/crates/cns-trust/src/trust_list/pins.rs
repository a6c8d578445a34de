//! Who may sign a list, and below which number none is taken.

use serde::{Deserialize, Deserializer};
use time::{Date, Month};

/// The certificate of somebody who may sign a list.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pin {
    /// SHA-256 of the certificate.
    #[serde(deserialize_with = "hexadecimal")]
    pub sha256: [u8; 32],
    /// Where that is published.
    pub source: String,
    /// When it was read there.
    #[serde(deserialize_with = "date")]
    pub read_on: Date,
}

/// Everything a list is held against before it is believed.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
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
    ///
    /// A test reads that file too. Were it broken, nobody would be pinned, and no list taken.
    pub fn built_in() -> Self {
        toml::from_str(SIGNERS).unwrap_or_default()
    }
}

/// The highest numbers seen so far; a list below them is refused.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Floor {
    /// Of the EU list of lists.
    pub lotl: u64,
    /// Of the Italian list.
    pub italy: u64,
}

impl Floor {
    /// The higher of two, number by number.
    #[must_use]
    pub fn or_higher(self, other: Self) -> Self {
        Self {
            lotl: self.lotl.max(other.lotl),
            italy: self.italy.max(other.italy),
        }
    }
}

fn hexadecimal<'de, D: Deserializer<'de>>(deserializer: D) -> Result<[u8; 32], D::Error> {
    let text = String::deserialize(deserializer)?;
    let digits: Option<Vec<u8>> = text
        .chars()
        .map(|digit| digit.to_digit(16).and_then(|value| u8::try_from(value).ok()))
        .collect();
    let bytes = digits.map(|digits| {
        let pairs = digits.chunks(2);
        pairs
            .map(|pair| pair.iter().fold(0, |byte, digit| byte << 4 | digit))
            .collect::<Vec<u8>>()
    });
    bytes
        .filter(|_| text.len() == 64)
        .and_then(|bytes| bytes.try_into().ok())
        .ok_or_else(|| serde::de::Error::custom("a SHA-256 has 64 hexadecimal digits"))
}

fn date<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Date, D::Error> {
    let date = toml::value::Datetime::deserialize(deserializer)?.date;
    date.and_then(|date| {
        let month = Month::try_from(date.month).ok()?;
        Date::from_calendar_date(i32::from(date.year), month, date.day).ok()
    })
    .ok_or_else(|| serde::de::Error::custom("a date is wanted"))
}

const SIGNERS: &str = include_str!("../../data/trust-list-signers.toml");
