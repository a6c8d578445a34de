//! A card family as data, and a kind of card that is none: the rows of `profiles.toml`.

use crate::UnblockForm;
use crate::framing::Framing;
use crate::pattern::Pattern;
use crate::place::{Aid, FilePath};
use serde::Deserialize;

/// A kind of card that is known not to be a CNS, and the one sign that tells it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Refusal {
    pub(crate) kind: NotACns,
    pub(crate) historical: Option<Pattern>,
    pub(crate) atr: Option<Pattern>,
    /// Asked for only when no profile fits.
    pub(crate) application: Option<Aid>,
}

/// Names of what is not a CNS, as [`crate::CardError::NotACns`] gives them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum NotACns {
    Cie,
    HealthProfessional,
    Signature,
    Bank,
    Sim,
    Passport,
}

impl NotACns {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Cie => "cie",
            Self::HealthProfessional => "health_professional",
            Self::Signature => "signature",
            Self::Bank => "bank",
            Self::Sim => "sim",
            Self::Passport => "passport",
        }
    }
}

/// One family of cards: how it is recognised, and where its things are.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Profile {
    pub(crate) name: String,
    /// Marks that say "this is it": the profile is tried before those that only may be.
    #[serde(default)]
    pub(crate) is: Vec<Mark>,
    /// Marks that say "it may be this one".
    #[serde(default)]
    pub(crate) may_be: Vec<Mark>,
    /// The application that must be selected before anything else; without it the card's own files.
    pub(crate) application: Option<Aid>,
    #[serde(default)]
    pub(crate) paths: Paths,
    pub(crate) files: Files,
    pub(crate) certificates: Vec<CertificateFile>,
    pub(crate) key: Key,
    pub(crate) pins: Vec<Pin>,
    #[serde(default)]
    pub(crate) unblock: Unblock,
    /// Whether an empty VERIFY is known to cost no try.
    #[serde(default)]
    pub(crate) tries_may_be_asked: bool,
}

/// What an answer to reset can say of a family.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Mark {
    /// Held against the historical bytes.
    Historical(Pattern),
    /// Held against the whole answer to reset.
    Atr(Pattern),
}

/// From where the paths of a profile are counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Paths {
    /// From the master file: SELECT with P1 = `08`.
    #[default]
    FromMaster,
    /// From the application, which is selected anew before each: SELECT with P1 = `09`.
    FromApplication,
}

/// Where the files that greet the holder are.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Files {
    pub(crate) card_id: FilePath,
    pub(crate) personal_data: FilePath,
}

/// A file in which the authentication certificate may be.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CertificateFile {
    pub(crate) path: FilePath,
    pub(crate) framing: Framing,
}

/// The authentication key.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Key {
    /// The directory that must be current; without it the application, or else the MF.
    pub(crate) directory: Option<FilePath>,
    pub(crate) reference: u8,
    /// The environment to be restored first; without it MSE RESTORE is not sent.
    pub(crate) security_environment: Option<u8>,
    #[serde(default)]
    pub(crate) operation: Operation,
}

/// The command by which the key does plain RSA.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Operation {
    /// PSO DECIPHER, which is raw on every CNS known.
    #[default]
    Decipher,
    /// PSO COMPUTE DIGITAL SIGNATURE over the padded block, for cards whose key does not pad by itself.
    ComputeSignature,
}

impl Operation {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Decipher => "PSO DECIPHER",
            Self::ComputeSignature => "PSO COMPUTE DIGITAL SIGNATURE",
        }
    }
}

/// The references of the PIN of some cards of the family, and of the PUK that goes with it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Pin {
    /// Which cards; without it all.
    pub(crate) historical: Option<Pattern>,
    pub(crate) reference: u8,
    /// Tried after 6A88 alone.
    pub(crate) otherwise: Option<u8>,
    pub(crate) puk: Option<u8>,
    /// Tried after 6A88 alone.
    pub(crate) puk_otherwise: Option<u8>,
}

/// How the PIN of the family is unblocked.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Unblock {
    /// The forms of the command, in the order in which they are tried; none where it is not offered.
    pub(crate) forms: Vec<UnblockForm>,
    /// Whether nobody has yet shown that it works.
    #[serde(default = "unproved")]
    pub(crate) experimental: bool,
}

impl Default for Unblock {
    fn default() -> Self {
        Self {
            forms: Vec::new(),
            experimental: unproved(),
        }
    }
}

fn unproved() -> bool {
    true
}
