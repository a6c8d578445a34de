//! What can be read from a CNS without its PIN.

use time::Date;

/// Everything that one reading of the card gives.
#[derive(Clone, PartialEq, Eq)]
pub struct CardContents {
    /// Name of the profile that fitted, as in the profile table: `classic`, …
    pub profile: String,
    /// EF.ID_Carta: 16 digits; `None` when the file is missing or is not 16 digits.
    pub card_id: Option<String>,
    /// EF.Dati_personali taken apart; `None` when the file is missing or odd.
    pub personal_data: Option<PersonalData>,
    /// EF.Dati_personali as it stands on the card, for the hash in the certificate's CN.
    pub personal_data_file: Option<Vec<u8>>,
    /// EF.C_Carta: the authentication certificate, DER without padding.
    pub certificate_der: Vec<u8>,
    /// APDUs that this reading took.
    pub apdus: u32,
    /// What may be done with the PIN of such a card.
    pub pin_rules: PinRules,
}

/// What greets the holder: read first, and without a PIN.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Greeting {
    /// EF.ID_Carta: 16 digits; `None` when the file is missing or is not 16 digits.
    pub card_id: Option<String>,
    /// EF.Dati_personali taken apart; `None` when the file is missing or odd.
    pub personal_data: Option<PersonalData>,
}

impl std::fmt::Debug for Greeting {
    /// Prints nothing of the person.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Greeting([personal])")
    }
}

/// What the profile of a card allows to be done with its PIN.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PinRules {
    /// Whether such a card is known to answer an empty VERIFY without counting it.
    pub tries_may_be_asked: bool,
    /// The forms of RESET RETRY COUNTER to be tried, in order; empty where unblocking is not offered.
    pub unblock: Vec<UnblockForm>,
    /// Whether nobody has yet shown that unblocking works on such a card.
    pub unblock_is_experimental: bool,
}

/// The forms of RESET RETRY COUNTER (ISO/IEC 7816-4 §11.5.10) that CNS cards are said to take.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UnblockForm {
    /// P1 = `00`: the PUK and a new PIN in one command.
    WithNewPin,
    /// VERIFY of the PUK, then P1 = `03` without data: the PIN stays as it was.
    AfterPuk,
}

/// How a PIN was unblocked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unblocked {
    /// It is the new one.
    NewPin,
    /// It is the one it was before it was blocked.
    SamePin,
}

impl std::fmt::Debug for CardContents {
    /// Names the profile only: the rest is personal.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CardContents")
            .field("profile", &self.profile)
            .finish_non_exhaustive()
    }
}

/// EF.Dati_personali, field by field. An empty field is `None`.
#[derive(Clone, PartialEq, Eq)]
pub struct PersonalData {
    /// Issuer code, four digits.
    pub issuer: Option<String>,
    /// Day of issue.
    pub issued_on: Option<Date>,
    /// Last day of the plastic, which may differ from the certificate's.
    pub expires_on: Option<Date>,
    /// Surname.
    pub surname: Option<String>,
    /// Given name.
    pub name: Option<String>,
    /// Day of birth.
    pub birth_date: Option<Date>,
    /// `M` or `F`.
    pub sex: Option<String>,
    /// Codice fiscale, 16 characters.
    pub codice_fiscale: Option<String>,
    /// Cadastral (Belfiore) code of the place of birth.
    pub birth_place: Option<String>,
    /// Cadastral (Belfiore) code of the town of residence.
    pub residence: Option<String>,
}

impl std::fmt::Debug for PersonalData {
    /// Prints nothing of the person.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PersonalData([personal])")
    }
}
