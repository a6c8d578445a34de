//! How kinds of cards differ, as data.

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
    /// Bits of the keys that such cards carry.
    pub key_bits: usize,
    /// P2 of VERIFY that mean the PIN.
    pub pin_references: Vec<u8>,
    /// P2 of VERIFY that mean the PUK.
    pub puk_references: Vec<u8>,
    /// Reference of the authentication key in MSE SET.
    pub key_reference: u8,
    /// The directory that must be current when the key is named; absent when any will do.
    #[serde(default)]
    pub key_directory: Option<String>,
    /// Number of the security environment in MSE RESTORE.
    pub security_environment: u8,
    /// Name of an application that must be selected before the files below can be seen, hexadecimal.
    #[serde(default)]
    pub application: Option<String>,
    /// Whether commands may be chained; a card that cannot answers 6E00.
    pub chaining: bool,
    /// Whether extended APDUs are understood; a card that does not answers 6700.
    pub extended: bool,
    /// How a wrong PIN is answered.
    pub wrong_pin: WrongPin,
    /// What a VERIFY without data does.
    pub empty_verify: EmptyVerify,
    /// How a READ BINARY beyond the end of a file is answered.
    pub read_end: ReadEnd,
    /// Whether READ BINARY with a short Le of 00 is refused by 6700, as some old cards do.
    #[serde(default)]
    pub refuses_le_00: bool,
    /// Whether SELECT leaves the size out of what it tells of a file.
    #[serde(default)]
    pub hides_size: bool,
    /// The files, in the order of the table.
    #[serde(rename = "file")]
    pub files: Vec<FileRow>,
}

/// One elementary file of a kind of card.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileRow {
    /// Identifiers from the master file, `1100/1101`; the directories come of themselves.
    pub path: String,
    /// What is in it.
    pub content: Content,
    /// Size, filled up with zeros; as long as the content when absent.
    #[serde(default)]
    pub size: Option<usize>,
}

/// What a file holds.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Content {
    /// The authentication certificate, DER from the first byte.
    Certificate,
    /// EF.ID_Carta.
    CardId,
    /// EF.Dati_personali.
    PersonalData,
    /// EF.GDO.
    SerialNumber,
    /// These bytes, hexadecimal.
    Bytes(String),
}

/// How a card answers a wrong PIN.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WrongPin {
    /// `63Cx`, with the tries left.
    Counted,
    /// `6300`, without a count.
    Uncounted,
}

/// What a card does with a VERIFY without data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EmptyVerify {
    /// Tells the tries left, as the standard says.
    Reports,
    /// Counts it as a wrong PIN: the reason why a driver must not ask.
    EatsATry,
    /// Answers 6700.
    Refused,
}

/// How a card answers a READ BINARY that asks for more than there is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReadEnd {
    /// What there is, and 9000.
    Short,
    /// What there is, and 6282.
    Warning,
    /// `6Cxx` with the exact length; what there is and 9000 when Le was 00.
    ExactLength,
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
        Self::parse_table(include_str!("personalities.toml"))
    }

    /// Reads a table of the same form.
    ///
    /// # Errors
    /// [`VirtualCardError::Table`] when it is malformed.
    pub fn parse_table(toml: &str) -> Result<Vec<Self>, VirtualCardError> {
        Ok(toml::from_str::<Table>(toml)?.personality)
    }

    /// The answer to reset.
    pub fn atr_bytes(&self) -> Vec<u8> {
        bytes_of(&self.atr)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    personality: Vec<Personality>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_card_says_cns_and_has_a_correct_check_byte() {
        for personality in Personality::all().unwrap() {
            let atr = personality.atr_bytes();
            assert!(
                atr.windows(3).any(|window| window == b"CNS"),
                "{}",
                personality.name
            );
            assert_eq!(
                atr[1..].iter().fold(0, |sum, byte| sum ^ byte),
                0,
                "{}",
                personality.name
            );
        }
    }

    #[test]
    fn unknown_keys_and_names_are_refused() {
        assert!(Personality::parse_table("[[personality]]\nname = \"x\"\ncolour = 1").is_err());
        assert!(matches!(
            Personality::named("x"),
            Err(VirtualCardError::UnknownPersonality { .. })
        ));
    }
}
