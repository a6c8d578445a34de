//! What a profile says of the portal's own PIN, of whom to call, and of its pages about the law.

use super::in_language;
use crate::Language;
use serde::Deserialize;
use std::collections::BTreeMap;
use time::Date;
use url::Url;

/// What is known of the portal's own PIN.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PortalPinRules {
    /// Whether the portal has one for everybody, for a few, or may have none.
    pub status: PortalPinStatus,
    /// What must be said of it in plain words, by language.
    #[serde(default)]
    pub note: BTreeMap<String, String>,
    /// Base address of the area, of a portal without a way in for cards.
    pub api_url: Option<Url>,
    /// Who makes the working PIN.
    #[serde(default)]
    pub change: PinMaking,
    /// A working PIN older than this must be changed.
    #[serde(default)]
    pub max_age: MaxAge,
    /// How long it is.
    #[serde(default)]
    pub lengths: PinLengths,
    /// Wrong tries after which it is locked.
    #[serde(default = "five")]
    pub max_attempts: u8,
    /// Whether what is filed with a PIN ordinario waits with its date.
    #[serde(default)]
    pub hold_rule: bool,
    /// Which requests are verified by a call.
    #[serde(default)]
    pub verify_call: VerifyCall,
    /// What a person may expect of the post. Never a rule.
    #[serde(default)]
    pub delivery: Delivery,
}

/// Whether a portal has a PIN of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PortalPinStatus {
    /// It gives one to whoever asks.
    Allowed,
    /// It gives none any more; a few people still have one, which is not used here.
    Residual,
    /// The law leaves it SPID, CIE and CNS only.
    Forbidden,
}

/// Who makes the working PIN.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PinMaking {
    /// The portal.
    #[default]
    Generated,
    /// The person, if they like.
    Chosen,
}

/// Which requests are verified by a call before anything is sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VerifyCall {
    /// Those that differ from what the portal knows, and those from abroad.
    #[default]
    OnMismatch,
    /// All.
    Always,
}

/// The age at which a PIN must be changed: `P1M` to `P60M`, or `none`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct MaxAge {
    /// Months; none where it is never changed for its age.
    pub months: Option<u8>,
}

/// How many symbols a PIN has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PinLengths {
    /// The initial one, whole.
    pub initial: u8,
    /// The working one.
    pub working: u8,
}

/// What a person may expect of the post, by language.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Delivery {
    /// Of the first half.
    #[serde(default)]
    pub first_half: BTreeMap<String, String>,
    /// Of the second half.
    #[serde(default)]
    pub second_half: BTreeMap<String, String>,
}

/// A number that a person can call or send a fax to.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PortalContact {
    /// What it is for, by language.
    pub label: BTreeMap<String, String>,
    /// The number as it is written.
    pub number: String,
    /// How it is reached.
    pub by: ReachedBy,
    /// What it costs, by language.
    #[serde(default)]
    pub cost: BTreeMap<String, String>,
    /// Where it was read.
    pub source: String,
    /// The day it was read.
    #[serde(deserialize_with = "day")]
    pub read_on: Date,
    /// Whether it comes from an old document and may not answer any more.
    #[serde(default)]
    pub historical: bool,
}

/// How a number is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReachedBy {
    /// By telephone.
    Phone,
    /// By fax.
    Fax,
}

/// The portal's own pages about the law.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LegalPages {
    /// What it does with personal data.
    pub privacy_url: Option<Url>,
    /// The declaration of accessibility.
    pub accessibility_url: Option<Url>,
    /// The terms of use.
    pub terms_url: Option<Url>,
}

impl PortalPinRules {
    /// What must be said of the PIN in plain words.
    pub fn note_in(&self, language: Language) -> Option<&str> {
        in_language(&self.note, language)
    }

    /// Whether the person may choose the working PIN.
    pub fn may_be_chosen(&self) -> bool {
        self.change == PinMaking::Chosen
    }
}

impl PortalPinStatus {
    /// The word by which the catalogue of texts knows it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Allowed => "allowed",
            Self::Residual => "residual",
            Self::Forbidden => "forbidden",
        }
    }
}

impl Delivery {
    /// What to expect of the first half.
    pub fn first_half_in(&self, language: Language) -> Option<&str> {
        in_language(&self.first_half, language)
    }

    /// What to expect of the second half.
    pub fn second_half_in(&self, language: Language) -> Option<&str> {
        in_language(&self.second_half, language)
    }
}

impl PortalContact {
    /// What it is for.
    pub fn label_in(&self, language: Language) -> &str {
        in_language(&self.label, language).unwrap_or_default()
    }

    /// What it costs, where that is known.
    pub fn cost_in(&self, language: Language) -> Option<&str> {
        in_language(&self.cost, language)
    }
}

impl Default for MaxAge {
    /// Six months.
    fn default() -> Self {
        Self { months: Some(6) }
    }
}

impl TryFrom<String> for MaxAge {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        if text == "none" {
            return Ok(Self { months: None });
        }
        let months = text.strip_prefix('P').and_then(|text| text.strip_suffix('M'));
        match months.and_then(|months| months.parse().ok()) {
            Some(months @ 1..=60) => Ok(Self { months: Some(months) }),
            _ => Err("an age is `P1M` to `P60M`, or `none`"),
        }
    }
}

impl Default for PinLengths {
    fn default() -> Self {
        Self {
            initial: 16,
            working: 8,
        }
    }
}

fn five() -> u8 {
    5
}

/// A day, `YYYY-MM-DD`.
fn day<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Date, D::Error> {
    let text = String::deserialize(deserializer)?;
    let format = time::macros::format_description!("[year]-[month]-[day]");
    Date::parse(&text, format).map_err(serde::de::Error::custom)
}
