//! The portal, as the page names it.

use cns_login::{PortalContact, PortalKind, PortalPinStatus, PortalProfile, ReachedBy};
use serde::Serialize;
use std::collections::BTreeMap;
use ts_rs::TS;

/// The portal, as far as the page needs to name it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct PortalSeen {
    /// Name for people, by language.
    pub name: BTreeMap<String, String>,
    /// The host that asks for the card.
    pub host: String,
    /// What there is to say of a PIN of its own.
    pub pin: PinOffered,
    /// The same in the profile's words, by language, where it has any.
    pub pin_note: BTreeMap<String, String>,
    /// The address at which the browser leads in, where only the browser does.
    pub in_the_browser: Option<String>,
    /// Whom to call, and where to send papers.
    pub numbers: Vec<NumberSeen>,
}

/// What a portal's profile says of its PIN.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum PinOffered {
    /// The portal issues one.
    Offered,
    /// It has ended, but for a few.
    Ended,
    /// There is none.
    None,
}

/// A number of the portal's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct NumberSeen {
    /// What it is for, by language.
    pub label: BTreeMap<String, String>,
    /// The number, as people write it.
    pub number: String,
    /// What a call costs, by language.
    pub cost: BTreeMap<String, String>,
    /// Whether papers go there, and no calls.
    pub is_fax: bool,
    /// Whether it is only known from old documents.
    pub historical: bool,
}

impl From<&PortalProfile> for PortalSeen {
    fn from(profile: &PortalProfile) -> Self {
        let pin = profile.pin.as_ref();
        let only_in_the_browser = profile.kind == PortalKind::Browser;
        Self {
            name: profile.name.clone(),
            host: profile.card_host().to_owned(),
            pin: match pin.map(|pin| pin.status) {
                Some(PortalPinStatus::Allowed) if !only_in_the_browser => PinOffered::Offered,
                Some(PortalPinStatus::Residual) => PinOffered::Ended,
                _ => PinOffered::None,
            },
            pin_note: pin.map(|pin| pin.note.clone()).unwrap_or_default(),
            in_the_browser: profile
                .entry_url()
                .filter(|_| only_in_the_browser)
                .map(ToString::to_string),
            numbers: profile.contacts.iter().map(NumberSeen::from).collect(),
        }
    }
}

impl From<&PortalContact> for NumberSeen {
    fn from(contact: &PortalContact) -> Self {
        Self {
            label: contact.label.clone(),
            number: contact.number.clone(),
            cost: contact.cost.clone(),
            is_fax: contact.by == ReachedBy::Fax,
            historical: contact.historical,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pin_is_offered_where_the_profile_offers_one_and_nowhere_else() {
        let seen = |id| PortalSeen::from(&PortalProfile::shipped(id).unwrap());
        let reference = seen("riferimento");
        assert_eq!(
            (reference.pin, reference.in_the_browser),
            (PinOffered::Offered, None)
        );
        assert!(reference.numbers.iter().any(|number| number.is_fax));
        let inps = seen("inps");
        assert_eq!(inps.pin, PinOffered::Ended);
        assert!(inps.pin_note["it"].contains("2021"));
        assert_eq!(inps.in_the_browser.as_deref(), Some("https://www.inps.it/"));
    }
}
