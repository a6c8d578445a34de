//! What is on a kind of card, and where.

use serde::Deserialize;

/// One elementary file of a kind of card.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileRow {
    /// Identifiers from the master file, `1100/1101`; the directories come of themselves.
    pub path: String,
    /// What is in it.
    pub content: Content,
    /// How a certificate lies in it.
    #[serde(default)]
    pub framing: Framing,
    /// Size, filled up with zeros; as long as the content when absent.
    #[serde(default)]
    pub size: Option<usize>,
}

/// What a file holds.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Content {
    /// The authentication certificate.
    Certificate,
    /// The certificate of the qualified signature.
    SignatureCertificate,
    /// EF.ID_Carta.
    CardId,
    /// EF.Dati_personali.
    PersonalData,
    /// EF.GDO.
    SerialNumber,
    /// The card number as an IAS-ECC card has it: two bytes, then eight bytes of BCD.
    IasNumber,
    /// These words.
    Text(String),
    /// These bytes, hexadecimal.
    Bytes(String),
}

/// How a certificate lies in its file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Framing {
    /// DER from the first byte.
    #[default]
    Raw,
    /// DER behind five bytes, the second and third of which are its length, high byte first.
    FiveBytes,
    /// DER behind its length in two bytes, low byte first.
    LittleEndianLength,
    /// zlib data behind four bytes, the last two of which are their length, high byte first.
    Compressed,
}

/// What can be selected by name.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Application {
    /// Its name, hexadecimal.
    pub aid: String,
    /// What SELECT tells of it, hexadecimal; as of any directory when absent.
    #[serde(default)]
    pub information: Option<String>,
    /// Names of the shared trees of the table whose files it has.
    #[serde(default)]
    pub trees: Vec<String>,
    /// Its own files.
    #[serde(rename = "file", default)]
    pub files: Vec<FileRow>,
}

/// Where the qualified signature has its PIN. Its key cannot be used here at all.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignatureApplication {
    /// The directory that must be current for its PIN to be found; the root when absent.
    #[serde(default)]
    pub directory: Option<String>,
    /// Name of the application that has that directory, hexadecimal; absent when the bare card has it.
    #[serde(default)]
    pub application: Option<String>,
    /// P2 of VERIFY that mean its PIN.
    pub pin_references: Vec<u8>,
}
