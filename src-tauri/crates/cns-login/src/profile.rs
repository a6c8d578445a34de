//! The profile of a portal: which hosts, which way in. Data, never code.

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
    /// The only hosts that are ever contacted, without port.
    pub hosts: Vec<String>,
    /// How its servers are trusted.
    #[serde(default)]
    pub tls: TlsProfile,
    /// The way in with the card.
    pub cns: CnsEntry,
}

/// How a portal is spoken to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PortalKind {
    /// It speaks the API of `cns-portal-api`.
    Api,
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
    /// Base address of the host that demands the card's certificate.
    pub exchange_url: Url,
    /// Base address of the host that serves the area and never asks for a certificate.
    pub api_url: Url,
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
        let key = match language {
            Language::It => "it",
            Language::En => "en",
        };
        self.name
            .get(key)
            .or_else(|| self.name.get("it"))
            .map_or(&self.id, String::as_str)
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
        for url in [&profile.cns.exchange_url, &profile.cns.api_url] {
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

    /// Whether the address is https and its host is on the allow-list.
    pub fn allows(&self, url: &Url) -> bool {
        url.scheme() == "https"
            && url.host_str().is_some_and(|host| {
                self.hosts
                    .iter()
                    .any(|allowed| allowed.eq_ignore_ascii_case(host))
            })
    }

    /// The host that asks for the card: what is written above the PIN field.
    pub fn card_host(&self) -> &str {
        self.cns.exchange_url.host_str().unwrap_or_default()
    }
}

/// The profiles inside the program, by id.
const SHIPPED: &[(&str, &str)] = &[("riferimento", include_str!("../profiles/riferimento.toml"))];

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = include_str!("../profiles/riferimento.toml");

    fn check(find: &str, replace: &str) -> Result<PortalProfile, ProfileError> {
        assert!(GOOD.contains(find), "{find}");
        PortalProfile::parse(&GOOD.replace(find, replace))
    }

    #[test]
    fn every_shipped_profile_is_valid_and_bears_its_own_id() {
        for (id, toml) in SHIPPED {
            assert_eq!(PortalProfile::parse(toml).expect(id).id, *id);
        }
    }

    #[test]
    fn an_unknown_key_is_refused_at_every_level() {
        for (find, replace) in [
            ("schema = 1", "schema = 1\ncolour = \"red\""),
            ("[tls]", "[tls]\ncolour = \"red\""),
            ("[cns]", "[cns]\ncolour = \"red\""),
        ] {
            assert!(
                matches!(check(find, replace), Err(ProfileError::Syntax { .. })),
                "{replace}"
            );
        }
    }

    #[test]
    fn only_https_and_only_hosts_of_the_allow_list_pass() {
        assert!(matches!(
            check("https://localhost:8443", "http://localhost:8443"),
            Err(ProfileError::NotHttps { .. })
        ));
        assert_eq!(
            check("https://localhost:8444", "https://elsewhere.example"),
            Err(ProfileError::HostNotAllowed {
                host: "elsewhere.example".to_owned()
            })
        );
        assert_eq!(
            check("https://localhost:8444", "https://localhost.elsewhere.example"),
            Err(ProfileError::HostNotAllowed {
                host: "localhost.elsewhere.example".to_owned()
            })
        );
    }

    #[test]
    fn a_schema_from_the_future_is_named() {
        assert_eq!(
            check("schema = 1", "schema = 2"),
            Err(ProfileError::Schema { schema: 2 })
        );
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_the_parser_panic(text in ".{0,400}") {
            let _ = PortalProfile::parse(&text);
        }

        #[test]
        fn no_cut_or_flip_of_a_good_profile_makes_the_parser_panic(at in 0usize..600, byte in 0u8..128) {
            let mut bytes = GOOD.as_bytes().to_vec();
            let at = at % bytes.len();
            bytes[at] = byte;
            let _ = PortalProfile::parse(&String::from_utf8_lossy(&bytes));
            let _ = PortalProfile::parse(&String::from_utf8_lossy(&bytes[..at]));
        }
    }
}
