//! How kinds of cards differ, as data.

mod files;
mod habits;
mod table;

pub use files::{Application, Content, FileRow, Framing, SignatureApplication};
pub use habits::{Announced, EmptyVerify, ReadEnd, Unblocking, WrongPin};

use crate::VirtualCardError;
use cns_iso7816::transcript::bytes_of;
use serde::Deserialize;

/// One kind of card: its ATR, its files and its habits. Change a field to make a kind of your own.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Personality {
    /// Its name in the table.
    pub name: String,
    /// Answer to reset, hexadecimal.
    pub atr: String,
    /// The authentication key; a card without one is no CNS.
    #[serde(default)]
    pub key: Option<KeyRow>,

    /// P2 of VERIFY that mean the PIN.
    #[serde(default)]
    pub pin_references: Vec<u8>,
    /// P2 of VERIFY that mean the PUK.
    #[serde(default)]
    pub puk_references: Vec<u8>,
    /// Wrong PINs until it is blocked.
    #[serde(default = "habits::pin_tries")]
    pub pin_tries: u8,
    /// Wrong PUKs until it is blocked.
    #[serde(default = "habits::puk_tries")]
    pub puk_tries: u8,
    /// How a wrong PIN or PUK is answered.
    #[serde(default)]
    pub wrong_pin: WrongPin,
    /// What a VERIFY without data does.
    #[serde(default)]
    pub empty_verify: EmptyVerify,
    /// The status word that a PIN is answered with which was never activated.
    #[serde(default = "habits::not_activated")]
    pub not_activated: u16,
    /// The forms of RESET RETRY COUNTER that are understood; with none of them it is answered by 6D00.
    #[serde(default)]
    pub unblocking: Vec<Unblocking>,

    /// Whether commands may be chained.
    #[serde(default)]
    pub chaining: bool,
    /// The status word that a chained command is refused with.
    #[serde(default = "habits::chaining_refusal")]
    pub chaining_refusal: u16,
    /// Whether extended APDUs are understood; a card that does not answers 6700.
    #[serde(default)]
    pub extended: bool,
    /// Answers that are announced by `61xx` and fetched by GET RESPONSE.
    #[serde(default)]
    pub announces: Vec<Announced>,
    /// How a READ BINARY beyond the end of a file is answered.
    #[serde(default)]
    pub read_end: ReadEnd,
    /// Whether READ BINARY with a short Le of 00 is refused by 6700, as some old cards do.
    #[serde(default)]
    pub refuses_le_00: bool,
    /// Whether READ BINARY with a short Le of FF is refused by 6700.
    #[serde(default)]
    pub refuses_le_ff: bool,
    /// Whether SELECT leaves the size out of what it tells of a file.
    #[serde(default)]
    pub hides_size: bool,
    /// The size that SELECT tells of every file, whatever is true.
    #[serde(default)]
    pub claims_size: Option<u16>,
    /// Whether all that goes well is answered by 9001: done, and the memory grows weak.
    #[serde(default)]
    pub weak_memory: bool,

    /// Names of the shared trees of the table whose files come before its own.
    #[serde(default)]
    pub trees: Vec<String>,
    /// The files that are seen before any application is selected.
    #[serde(rename = "file", default)]
    pub files: Vec<FileRow>,
    /// What can be selected by name.
    #[serde(rename = "application", default)]
    pub applications: Vec<Application>,
    /// The application for the qualified signature, which nobody but a signature program should touch.
    #[serde(default)]
    pub signature: Option<SignatureApplication>,
    /// Commands that are answered by heart, before anything else is looked at.
    #[serde(rename = "reply", default)]
    pub replies: Vec<Reply>,
}

/// The authentication key of a kind of card.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeyRow {
    /// Bits of the modulus.
    pub bits: usize,
    /// Its reference in MSE SET.
    pub reference: u8,
    /// Number of the security environment in MSE RESTORE.
    pub security_environment: u8,
    /// The directory that must be current when the key is named; absent when any will do.
    #[serde(default)]
    pub directory: Option<String>,
    /// Name of the application that has key, PIN and PUK, hexadecimal; absent when the bare card has them.
    #[serde(default)]
    pub application: Option<String>,
}

/// A command that is answered by heart.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reply {
    /// The beginning of the command, hexadecimal.
    pub to: String,
    /// The whole answer, status word included, hexadecimal.
    pub with: String,
}

impl Personality {
    /// The kind of card of this name in the built-in table.
    ///
    /// # Errors
    /// [`VirtualCardError::UnknownPersonality`], or [`VirtualCardError::Table`] when the table is malformed.
    pub fn named(name: &str) -> Result<Self, VirtualCardError> {
        Self::all()?
            .into_iter()
            .find(|personality| personality.name == name)
            .ok_or_else(|| VirtualCardError::UnknownPersonality {
                name: name.to_owned(),
            })
    }

    /// Every kind of card in the built-in table.
    ///
    /// # Errors
    /// [`VirtualCardError::Table`] when the table is malformed.
    pub fn all() -> Result<Vec<Self>, VirtualCardError> {
        Self::parse_table(include_str!("../personalities.toml"))
    }

    /// Every CNS in the built-in table.
    ///
    /// # Errors
    /// [`VirtualCardError::Table`] when the table is malformed.
    pub fn all_cns() -> Result<Vec<Self>, VirtualCardError> {
        let mut all = Self::all()?;
        all.retain(Self::is_cns);
        Ok(all)
    }

    /// Reads a table of the same form.
    ///
    /// # Errors
    /// [`VirtualCardError::Table`] when it is malformed, [`VirtualCardError::UnknownTree`] when it names a tree that it
    /// does not have.
    pub fn parse_table(toml: &str) -> Result<Vec<Self>, VirtualCardError> {
        table::parse(toml)
    }

    /// Whether it is a CNS: whether there is a key to log in with.
    pub fn is_cns(&self) -> bool {
        self.key.is_some()
    }

    /// The answer to reset.
    pub fn atr_bytes(&self) -> Vec<u8> {
        bytes_of(&self.atr)
    }
}
