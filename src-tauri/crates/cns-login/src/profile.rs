//! The profile of a portal: which hosts, which ways in. Data, never code.

mod pin;
mod web;
mod words;

pub use pin::{
    Delivery, LegalPages, MaxAge, PinLengths, PinMaking, PortalContact, PortalPinRules, PortalPinStatus,
    ReachedBy, VerifyCall,
};
pub use web::{ExtraStep, WebEntry, host_matches};
pub use words::{ProfileLine, ProfileWords, profile_words};

use crate::{Language, Problem, ProblemCode, ProfileError};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use url::Url;

/// One portal, as its TOML file describes it. Unknown keys are refused, addresses are https, hosts are an allow-list.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PortalProfile {
    /// Version of this format; 1.
    pub schema: u32,
    /// Stable id, such as `riferimento`.
    pub id: String,
    /// Name for people, by language (`it`, `en`).
    pub name: BTreeMap<String, String>,
    /// The body that runs it.
    pub owner: String,
    /// How it is spoken to.
    pub kind: PortalKind,
    /// Whether somebody has tried it.
    pub status: PortalStatus,
    /// Where each statement about a real body was read, and when.
    #[serde(default)]
    pub sources: Vec<String>,
    /// The only hosts that are ever contacted, without port: a host itself, or of a portal of pages `*.` and a suffix.
    pub hosts: Vec<String>,
    /// How its servers are trusted.
    #[serde(default)]
    pub tls: TlsProfile,
    /// The way in with the card, where there is one.
    pub cns: Option<CnsEntry>,
    /// The way in with the card to a portal of pages.
    pub web: Option<WebEntry>,
    /// What is known of the portal's own PIN; nothing where it never had one.
    pub pin: Option<PortalPinRules>,
    /// Whom a person can call or write to.
    #[serde(default)]
    pub contacts: Vec<PortalContact>,
    /// The portal's own pages about the law.
    #[serde(default)]
    pub legal: LegalPages,
}

/// How a portal is spoken to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PortalKind {
    /// It speaks the API of `cns-portal-api`.
    Api,
    /// It shows pages: the way in is walked here, and a window of ours shows its area.
    Web,
    /// It does not: its own pages are opened in the person's browser, and nothing is typed here.
    Browser,
}

/// Whether a profile was tried against the portal it describes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PortalStatus {
    /// It was.
    Verified,
    /// It was not: it rests on its sources.
    Unverified,
}

/// How a portal's servers are trusted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TlsProfile {
    /// The roots for its server certificates.
    #[serde(default)]
    pub roots: TlsRoots,
}

/// Roots for server certificates: `"system"`, or `{ file = "ca.pem" }`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TlsRoots {
    /// The system's own.
    #[default]
    System,
    /// A PEM file.
    File(PathBuf),
}

/// The way in with the card.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CnsEntry {
    /// Of a portal that is spoken to: base address of the host that demands the card's certificate.
    pub exchange_url: Option<Url>,
    /// Of a portal that is spoken to: base address of the host that serves the area and never asks for a certificate.
    pub api_url: Option<Url>,
    /// Of a portal that is opened in the browser: the page where its own way in begins.
    pub entry_url: Option<Url>,
}

impl PortalProfile {
    /// The portal that a person names: a shipped one by its id, or the file of a profile.
    ///
    /// # Errors
    /// `portal_unknown` when it is neither, `file_unusable` when the file cannot be read, `profile_invalid` when it
    /// is not a valid profile.
    pub fn named(id_or_file: &str) -> Result<Self, Problem> {
        if let Some(profile) = Self::shipped(id_or_file) {
            return Ok(profile);
        }
        let file = Path::new(id_or_file);
        if !file.is_file() {
            return Err(Problem::new(ProblemCode::PortalUnknown).with("portal", id_or_file));
        }
        let toml = std::fs::read_to_string(file)
            .map_err(|_| Problem::new(ProblemCode::FileUnusable).with("path", id_or_file))?;
        let mut profile = Self::parse(&toml)?;
        if let TlsRoots::File(roots) = &mut profile.tls.roots {
            // A path in a profile is meant from where the profile lies.
            *roots = file.parent().unwrap_or(Path::new("")).join(&*roots);
            *roots = std::path::absolute(&*roots).unwrap_or_else(|_| roots.clone());
        }
        Ok(profile)
    }

    /// The profile that is shipped under this id.
    pub fn shipped(id: &str) -> Option<Self> {
        SHIPPED
            .iter()
            .find(|(name, _)| *name == id)
            .and_then(|(_, toml)| Self::parse(toml).ok())
    }

    /// The name for people, in the language where there is one, else in Italian, else the id.
    pub fn name_in(&self, language: Language) -> &str {
        in_language(&self.name, language).unwrap_or(&self.id)
    }

    /// Reads and checks a profile.
    ///
    /// # Errors
    /// [`ProfileError`] names the first thing that is wrong.
    pub fn parse(toml: &str) -> Result<Self, ProfileError> {
        let profile: Self = toml::from_str(toml).map_err(|error| ProfileError::Syntax {
            message: error.to_string(),
        })?;
        if profile.schema != 1 {
            return Err(ProfileError::Schema {
                schema: profile.schema,
            });
        }
        profile.complete()?;
        profile.hosts_are_narrow()?;
        for url in profile.addresses() {
            if url.scheme() != "https" {
                return Err(ProfileError::NotHttps { url: url.to_string() });
            }
            if !profile.allows(url) {
                return Err(ProfileError::HostNotAllowed {
                    host: url.host_str().unwrap_or_default().to_owned(),
                });
            }
        }
        Ok(profile)
    }

    /// Whether each way in has the addresses that its kind of portal needs, and no other.
    fn complete(&self) -> Result<(), ProfileError> {
        let missing = |key: &'static str, url: Option<&Url>| match url {
            Some(_) => Ok(()),
            None => Err(ProfileError::Missing { key }),
        };
        let needless = |key: &'static str, url: Option<&Url>| match url {
            Some(_) => Err(ProfileError::Needless { key }),
            None => Ok(()),
        };
        let cns = self.cns.as_ref();
        let exchange = cns.and_then(|cns| cns.exchange_url.as_ref());
        let api = cns.and_then(|cns| cns.api_url.as_ref());
        let entry = cns.and_then(|cns| cns.entry_url.as_ref());
        let pin_api = self.pin.as_ref().and_then(|pin| pin.api_url.as_ref());
        if self.kind != PortalKind::Web {
            needless("web", self.web.as_ref().map(|web| &web.entry_url))?;
        }
        match self.kind {
            PortalKind::Api => {
                needless("cns.entry_url", entry)?;
                missing("api_url", self.api_url())?;
                match cns {
                    Some(_) => missing("cns.exchange_url", exchange).and(missing("cns.api_url", api)),
                    None => Ok(()),
                }
            }
            PortalKind::Web => {
                needless("cns", exchange.or(api).or(entry))?;
                needless("pin.api_url", pin_api)?;
                missing("web", self.web.as_ref().map(|web| &web.entry_url))?;
                self.web.as_ref().map_or(Ok(()), |web| web.check(self))
            }
            PortalKind::Browser => {
                needless("cns.exchange_url", exchange)?;
                needless("cns.api_url", api)?;
                needless("pin.api_url", pin_api)?;
                match cns {
                    Some(_) => missing("cns.entry_url", entry),
                    None => Ok(()),
                }
            }
        }
    }

    /// Whether every suffix in the allow-list belongs to one body, and only a portal of pages names any.
    fn hosts_are_narrow(&self) -> Result<(), ProfileError> {
        let suffix = |host: &&String| host.contains('*');
        let refused = self.hosts.iter().filter(suffix).find(|host| {
            let stars = host.matches('*').count();
            self.kind != PortalKind::Web || stars > 1 || !host.starts_with("*.") || web::is_too_wide(host)
        });
        match refused {
            Some(host) => Err(ProfileError::HostTooWide { host: host.clone() }),
            None => Ok(()),
        }
    }

    /// Every address that the profile names.
    fn addresses(&self) -> impl Iterator<Item = &Url> {
        let cns = self
            .cns
            .iter()
            .flat_map(|cns| [&cns.exchange_url, &cns.api_url, &cns.entry_url]);
        let pin = self.pin.iter().map(|pin| &pin.api_url);
        let legal = [
            &self.legal.privacy_url,
            &self.legal.accessibility_url,
            &self.legal.terms_url,
        ];
        let web = self.web.iter().flat_map(WebEntry::addresses);
        cns.chain(pin).chain(legal).flatten().chain(web)
    }

    /// Base address of the host that serves the area; none of a portal that is opened in the browser.
    pub fn api_url(&self) -> Option<&Url> {
        let of_pin = self.pin.as_ref().and_then(|pin| pin.api_url.as_ref());
        let of_cns = self.cns.as_ref().and_then(|cns| cns.api_url.as_ref());
        of_cns.or(of_pin)
    }

    /// Base address of the host that demands the card's certificate, where the portal is spoken to with the card.
    pub fn exchange_url(&self) -> Option<&Url> {
        self.cns.as_ref()?.exchange_url.as_ref()
    }

    /// The page that is opened in the browser, of a portal that is not spoken to.
    pub fn entry_url(&self) -> Option<&Url> {
        self.cns.as_ref()?.entry_url.as_ref()
    }

    /// Whether a person logs in here with the card.
    pub fn takes_card(&self) -> bool {
        self.exchange_url().is_some()
    }

    /// Whether a person logs in here with the card, as a problem where not.
    ///
    /// # Errors
    /// `browser_only`, `card_not_offered`.
    pub fn offered_card(&self) -> Result<(), Problem> {
        match (self.takes_card(), self.kind) {
            (true, _) => Ok(()),
            (false, PortalKind::Api) => {
                Err(Problem::new(ProblemCode::CardNotOffered).with("portal", &self.id))
            }
            (false, PortalKind::Browser | PortalKind::Web) => {
                Err(Problem::new(ProblemCode::BrowserOnly).with("portal", &self.id))
            }
        }
    }

    /// The PIN that a person may use here: that of a portal that is spoken to and is allowed to have one.
    ///
    /// # Errors
    /// `pin_not_offered`, with the reason where the profile gives one.
    pub fn offered_pin(&self) -> Result<&PortalPinRules, Problem> {
        let refused = || Problem::new(ProblemCode::PinNotOffered).with("portal", &self.id);
        match &self.pin {
            None => Err(refused()),
            Some(pin) if pin.status != PortalPinStatus::Allowed => {
                Err(refused().with("reason", pin.status.name()))
            }
            Some(_) if self.kind == PortalKind::Browser => Err(refused()),
            Some(pin) => Ok(pin),
        }
    }

    /// Whether the address is https and its host is on the allow-list.
    pub fn allows(&self, url: &Url) -> bool {
        url.scheme() == "https" && url.host_str().is_some_and(|host| self.allows_host(host))
    }

    /// Whether a host is on the allow-list.
    pub fn allows_host(&self, host: &str) -> bool {
        host_matches(&self.hosts, host)
    }

    /// The host that asks for the card: what is written above the PIN field.
    pub fn card_host(&self) -> &str {
        let spoken_to = self.exchange_url().and_then(Url::host_str);
        let of_pages = || self.web.as_ref()?.card_hosts.first().map(String::as_str);
        spoken_to.or_else(of_pages).unwrap_or_default()
    }

    /// The host that the PIN of the portal goes to: what is written above its field.
    pub fn api_host(&self) -> &str {
        self.api_url().and_then(Url::host_str).unwrap_or_default()
    }

    /// The ids of the profiles inside the program.
    pub fn shipped_ids() -> impl Iterator<Item = &'static str> {
        SHIPPED.iter().map(|(id, _)| *id)
    }
}

/// A text for people, in the language where there is one, else in Italian.
fn in_language(texts: &BTreeMap<String, String>, language: Language) -> Option<&str> {
    let key = match language {
        Language::It => "it",
        Language::En => "en",
    };
    texts.get(key).or_else(|| texts.get("it")).map(String::as_str)
}

/// The profiles inside the program, by id.
const SHIPPED: &[(&str, &str)] = &[
    ("riferimento", include_str!("../profiles/riferimento.toml")),
    ("inps", include_str!("../profiles/inps.toml")),
    (
        "agenzia-entrate",
        include_str!("../profiles/agenzia-entrate.toml"),
    ),
    ("lombardia", include_str!("../profiles/lombardia.toml")),
    ("fvg", include_str!("../profiles/fvg.toml")),
    ("marche", include_str!("../profiles/marche.toml")),
    ("firenze", include_str!("../profiles/firenze.toml")),
    ("anpr", include_str!("../profiles/anpr.toml")),
    ("lazio", include_str!("../profiles/lazio.toml")),
    ("sardegna", include_str!("../profiles/sardegna.toml")),
    ("vetinfo", include_str!("../profiles/vetinfo.toml")),
    (
        "impresainungiorno",
        include_str!("../profiles/impresainungiorno.toml"),
    ),
    ("giustizia", include_str!("../profiles/giustizia.toml")),
    ("sistema-ts", include_str!("../profiles/sistema-ts.toml")),
];

#[cfg(test)]
mod tests;
