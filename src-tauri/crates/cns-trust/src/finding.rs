//! What one check found.

use serde::Serialize;

/// How a check ended. "Could not check" is neither good nor bad.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The check was made and passed.
    Good,
    /// The check could not be made.
    Unknown,
    /// The check was made and failed.
    Bad,
}

/// One line of the verdict.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// What was checked.
    pub code: FindingCode,
    /// How it ended.
    pub outcome: Outcome,
    /// Which text of the catalogue tells it: `good`, or a more exact case such as `expired`; [`ALL_CASES`] lists them.
    pub case: &'static str,
    /// Facts for the text's placeholders, such as `("date", "2029-03-12")`.
    pub facts: Vec<(&'static str, String)>,
}

impl Finding {
    /// A check that passed.
    pub(crate) fn good(code: FindingCode) -> Self {
        Self {
            code,
            outcome: Outcome::Good,
            case: "good",
            facts: Vec::new(),
        }
    }

    /// A check that could not be made, or that gives no assurance.
    pub(crate) fn unknown(code: FindingCode, case: &'static str) -> Self {
        Self {
            code,
            outcome: Outcome::Unknown,
            case,
            facts: Vec::new(),
        }
    }

    /// A check that failed.
    pub(crate) fn bad(code: FindingCode, case: &'static str) -> Self {
        Self {
            code,
            outcome: Outcome::Bad,
            case,
            facts: Vec::new(),
        }
    }

    /// Adds one fact for the text; never personal data.
    pub(crate) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.facts.push((name, value.into()));
        self
    }
}

/// What a finding is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum FindingCode {
    /// The certificate could be read, is a leaf, and asks for nothing that we do not know.
    Format,
    /// It is signed by a trusted root (RFC 5280 §6.1.3 a 1).
    Signature,
    /// Kind and size of its key.
    Key,
    /// The instant lies within its validity (RFC 5280 §4.1.2.5).
    Validity,
    /// Key usage: digitalSignature, without nonRepudiation (RFC 5280 §4.2.1.3).
    KeyUsage,
    /// Extended key usage: clientAuth (RFC 5280 §4.2.1.12).
    ExtendedKeyUsage,
    /// Certificate policy of the CNS (RFC 5280 §4.2.1.4).
    Policy,
    /// The common name has the shape of a CNS.
    CommonName,
    /// The codice fiscale's shape and check character.
    CodiceFiscale,
    /// ID_Carta on the card is the one in the certificate.
    CardId,
    /// The personal data on the card agree with the certificate.
    PersonalData,
    /// Revocation (OCSP, CRL).
    Revocation,
    /// The official trust list names the issuer.
    TrustList,
}

impl FindingCode {
    /// The code as it is shown and sent, such as `key_usage`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Format => "format",
            Self::Signature => "signature",
            Self::Key => "key",
            Self::Validity => "validity",
            Self::KeyUsage => "key_usage",
            Self::ExtendedKeyUsage => "extended_key_usage",
            Self::Policy => "policy",
            Self::CommonName => "common_name",
            Self::CodiceFiscale => "codice_fiscale",
            Self::CardId => "card_id",
            Self::PersonalData => "personal_data",
            Self::Revocation => "revocation",
            Self::TrustList => "trust_list",
        }
    }

    /// The cases that a check can end in under this code: name, and the placeholders that its text may use.
    pub fn cases(self) -> impl Iterator<Item = (&'static str, &'static [&'static str])> {
        ALL_CASES
            .iter()
            .filter(move |(code, ..)| *code == self)
            .map(|(_, case, facts)| (*case, *facts))
    }
}

/// Every code, case and list of placeholders that a check can produce: what a catalogue of texts must cover.
pub const ALL_CASES: &[(FindingCode, &str, &[&str])] = &[
    (FindingCode::Format, "good", &[]),
    (FindingCode::Format, "malformed", &[]),
    (FindingCode::Format, "too_large", &["limit"]),
    (FindingCode::Format, "algorithms_differ", &[]),
    (FindingCode::Format, "malformed_extension", &["oid"]),
    (FindingCode::Format, "repeated_extension", &["oid"]),
    (FindingCode::Format, "critical_extension", &["oid"]),
    (FindingCode::Format, "is_ca", &[]),
    (FindingCode::Signature, "good", &["issuer"]),
    (FindingCode::Signature, "no_roots", &["issuer"]),
    (FindingCode::Signature, "legacy", &["issuer", "algorithm"]),
    (FindingCode::Signature, "root_out_of_date", &["issuer", "date"]),
    (FindingCode::Signature, "untrusted_issuer", &["issuer"]),
    (FindingCode::Signature, "bad_signature", &["issuer"]),
    (FindingCode::Signature, "not_allowed", &["issuer", "algorithm"]),
    (FindingCode::Key, "good", &["key"]),
    (FindingCode::Key, "legacy", &["key"]),
    (FindingCode::Key, "not_allowed", &["key"]),
    (FindingCode::Validity, "good", &["date"]),
    (FindingCode::Validity, "expired", &["date"]),
    (FindingCode::Validity, "not_yet", &["date"]),
    (FindingCode::KeyUsage, "good", &[]),
    (FindingCode::KeyUsage, "missing", &[]),
    (FindingCode::KeyUsage, "no_digital_signature", &[]),
    (FindingCode::KeyUsage, "non_repudiation", &[]),
    (FindingCode::ExtendedKeyUsage, "good", &[]),
    (FindingCode::ExtendedKeyUsage, "missing", &[]),
    (FindingCode::ExtendedKeyUsage, "no_client_auth", &[]),
    (FindingCode::Policy, "good", &["oid"]),
    (FindingCode::Policy, "missing", &[]),
    (FindingCode::Policy, "cie", &["oid"]),
    (FindingCode::Policy, "not_cns", &["oid"]),
    (FindingCode::CommonName, "good", &[]),
    (FindingCode::CommonName, "missing", &[]),
    (FindingCode::CommonName, "repeated", &[]),
    (FindingCode::CommonName, "shape", &[]),
    (FindingCode::CodiceFiscale, "good", &[]),
    (FindingCode::CodiceFiscale, "no_common_name", &[]),
    (FindingCode::CodiceFiscale, "shape", &[]),
    (FindingCode::CodiceFiscale, "birth_date", &[]),
    (FindingCode::CodiceFiscale, "check_character", &[]),
    (FindingCode::CardId, "good", &[]),
    (FindingCode::CardId, "no_common_name", &[]),
    (FindingCode::CardId, "not_read", &[]),
    (FindingCode::CardId, "differs", &[]),
    (FindingCode::PersonalData, "good", &[]),
    (FindingCode::PersonalData, "no_common_name", &[]),
    (FindingCode::PersonalData, "not_read", &[]),
    (FindingCode::PersonalData, "hash_differs", &[]),
    (FindingCode::PersonalData, "codice_fiscale_differs", &[]),
    (FindingCode::Revocation, "not_yet", &[]),
    (FindingCode::TrustList, "not_yet", &[]),
];
