//! A profile in words: all that a person has to know of a file before Sportello goes by it.

use super::{ExtraStep, PortalKind, PortalPinStatus, PortalProfile, PortalStatus, TlsRoots, in_language};
use crate::Language;
use crate::texts::profile_text;
use url::Url;

/// One line of a profile in words: what it is about, and what the profile says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProfileLine {
    /// What it is about, such as `Chi può chiedere la tessera`.
    pub about: &'static str,
    /// What the profile says.
    pub says: String,
}

/// What is said before a profile that is not ours is used for the first time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProfileWords {
    /// Why it is to be read.
    pub read_first: String,
    /// The word by which a person says that they have read it.
    pub read: &'static str,
}

/// What is said before the profile in this file is used for the first time.
pub fn profile_words(path: &str, language: Language) -> ProfileWords {
    ProfileWords {
        read_first: profile_text("read_first", language).replace("{path}", path),
        read: profile_text("read_word", language),
    }
}

impl PortalProfile {
    /// The whole profile in words: whom it lets the program speak to, who may ask for the card, where it leads.
    pub fn in_words(&self, language: Language) -> Vec<ProfileLine> {
        let text = |name| profile_text(name, language);
        let mut lines = Vec::new();
        let mut say = |about: &'static str, says: String| {
            let about = profile_text(about, language);
            lines.push(ProfileLine { about, says });
        };
        say("portal", format!("{} ({})", self.name_in(language), self.id));
        say("owner", self.owner.clone());
        say("kind", text(self.kind.in_words()).to_owned());
        say("status", text(self.status.in_words()).to_owned());
        say("hosts", listed(&self.hosts));
        match self.card_hosts().as_slice() {
            [] => say("card_hosts", text("card_hosts_none").to_owned()),
            hosts => say("card_hosts", listed(hosts)),
        }
        let address =
            |url: Option<&Url>, otherwise| url.map_or_else(|| text(otherwise).to_owned(), Url::to_string);
        if let Some(web) = &self.web {
            if !web.renegotiating_hosts.is_empty() {
                say("renegotiating_hosts", listed(&web.renegotiating_hosts));
            }
            say("entry_url", web.entry_url.to_string());
            say("area_url", address(web.area_url.as_ref(), "area_url_unknown"));
            say(
                "log_out_url",
                address(web.log_out_url.as_ref(), "log_out_url_unknown"),
            );
            say("extra_step", text(web.extra_step.in_words()).to_owned());
        }
        if let Some(entry) = self.exchange_url().or(self.entry_url()) {
            say("entry_url", entry.to_string());
        }
        if let Some(area) = self.api_url() {
            say("area_url", area.to_string());
        }
        match &self.tls.roots {
            TlsRoots::System => say("roots", text("roots_system").to_owned()),
            TlsRoots::File(path) => say("roots", format!("{} {}", text("roots_file"), path.display())),
        }
        let pin = self.pin.as_ref();
        say(
            "pin",
            text(pin.map_or("pin_none", |pin| pin.status.in_words())).to_owned(),
        );
        if let Some(note) = pin.and_then(|pin| in_language(&pin.note, language)) {
            say("pin_note", note.to_owned());
        }
        for contact in &self.contacts {
            say(
                "number",
                format!("{}: {}", contact.label_in(language), contact.number),
            );
        }
        let legal = &self.legal;
        let pages = [&legal.privacy_url, &legal.accessibility_url, &legal.terms_url];
        for page in pages.into_iter().flatten() {
            say("legal", page.to_string());
        }
        match self.sources.as_slice() {
            [] => say("source", text("source_none").to_owned()),
            sources => sources.iter().for_each(|source| say("source", source.clone())),
        }
        lines
    }

    /// The hosts that may ask for the card.
    fn card_hosts(&self) -> Vec<String> {
        match &self.web {
            Some(web) => web.card_hosts.clone(),
            None => self
                .exchange_url()
                .and_then(Url::host_str)
                .map(str::to_owned)
                .into_iter()
                .collect(),
        }
    }
}

impl PortalKind {
    /// Its name in a profile.
    pub fn name(self) -> &'static str {
        match self {
            Self::Api => "api",
            Self::Web => "web",
            Self::Browser => "browser",
        }
    }

    fn in_words(self) -> &'static str {
        match self {
            Self::Api => "kind_api",
            Self::Web => "kind_web",
            Self::Browser => "kind_browser",
        }
    }
}

impl PortalStatus {
    /// The name of its text.
    fn in_words(self) -> &'static str {
        match self {
            Self::Verified => "status_verified",
            Self::Unverified => "status_unverified",
        }
    }
}

impl PortalPinStatus {
    fn in_words(self) -> &'static str {
        match self {
            Self::Allowed => "pin_allowed",
            Self::Residual => "pin_residual",
            Self::Forbidden => "pin_forbidden",
        }
    }
}

impl ExtraStep {
    fn in_words(self) -> &'static str {
        match self {
            Self::None => "extra_step_none",
            Self::OtpPossible => "extra_step_otp",
        }
    }
}

fn listed(hosts: &[String]) -> String {
    hosts.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shipped_profile_is_told_whole_and_in_both_languages() {
        for id in PortalProfile::shipped_ids() {
            let profile = PortalProfile::shipped(id).unwrap();
            let (italian, english) = (profile.in_words(Language::It), profile.in_words(Language::En));
            assert_eq!(italian.len(), english.len());
            let said: Vec<&str> = italian.iter().map(|line| line.says.as_str()).collect();
            let said = said.join("\n");
            let addresses = profile.addresses().map(Url::to_string);
            for word in addresses
                .chain(profile.hosts.clone())
                .chain(profile.sources.clone())
            {
                assert!(said.contains(&word), "{id} does not tell {word}");
            }
            for (one, other) in italian.iter().zip(&english) {
                assert_ne!(one.about, other.about, "{}", one.says);
            }
        }
    }

    #[test]
    fn what_is_not_known_of_a_portal_is_said() {
        let agency = PortalProfile::shipped("agenzia-entrate").unwrap();
        let lines = agency.in_words(Language::En);
        let says = |about: &str| {
            lines
                .iter()
                .find(|line| line.about == about)
                .unwrap()
                .says
                .as_str()
        };
        assert_eq!(
            says("Who may ask for the card"),
            "telematicisc.agenziaentrate.gov.it"
        );
        assert_eq!(says("The area begins at"), "the profile does not say");
        assert!(says("Tried").starts_with("by nobody"));
    }
}
