//! What one check found.

use serde::Serialize;
use time::{Duration, OffsetDateTime};

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
    /// What it rests on, where that is more than the certificate and the card themselves.
    #[serde(skip)]
    pub evidence: Option<Evidence>,
}

/// What a finding rests on beyond the certificate: an answer, a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// Who says it: a host, or a file's name; never the whole address, which may name the certificate.
    pub source: String,
    /// When that was asked.
    pub checked_at: OffsetDateTime,
    /// As of when it holds: `thisUpdate` of an answer, `ListIssueDateTime` of a list.
    pub produced_at: Option<OffsetDateTime>,
    /// Until when it holds.
    pub next_update: Option<OffsetDateTime>,
}

impl Evidence {
    /// How old it was when it was asked.
    pub fn age(&self) -> Option<Duration> {
        self.produced_at.map(|produced_at| self.checked_at - produced_at)
    }
}

impl Finding {
    /// A check that passed.
    pub(crate) fn good(code: FindingCode) -> Self {
        Self {
            code,
            outcome: Outcome::Good,
            case: "good",
            facts: Vec::new(),
            evidence: None,
        }
    }

    /// A check that could not be made, or that gives no assurance.
    pub(crate) fn unknown(code: FindingCode, case: &'static str) -> Self {
        Self {
            code,
            outcome: Outcome::Unknown,
            case,
            facts: Vec::new(),
            evidence: None,
        }
    }

    /// A check that failed.
    pub(crate) fn bad(code: FindingCode, case: &'static str) -> Self {
        Self {
            code,
            outcome: Outcome::Bad,
            case,
            facts: Vec::new(),
            evidence: None,
        }
    }

    /// Adds one fact for the text; never personal data.
    pub(crate) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.facts.push((name, value.into()));
        self
    }

    /// Says what it rests on.
    pub(crate) fn resting_on(mut self, evidence: Evidence) -> Self {
        self.evidence = Some(evidence);
        self
    }
}

impl Finding {
    /// At an instant that somebody chose, nothing is the fault of this computer's clock: the case that says the same
    /// without it.
    pub(crate) fn leave_the_clock_out(&mut self) {
        self.case = match (self.code, self.case) {
            (FindingCode::Revocation, "future_answer") => "later_answer",
            (FindingCode::Validity, "not_yet") => "not_yet_then",
            (_, case) => case,
        };
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
    /// The key in the card belongs to the certificate; made only where a PIN was given anyway.
    KeyPossession,
    /// Revocation (OCSP, CRL).
    Revocation,
    /// The official trust list names the issuer, or the user does.
    TrustList,
    /// This computer's clock seems wrong; made only when it does.
    Clock,
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
            Self::KeyPossession => "key_possession",
            Self::Revocation => "revocation",
            Self::TrustList => "trust_list",
            Self::Clock => "clock",
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
    (FindingCode::Format, "half_ca", &[]),
    (FindingCode::Format, "version", &[]),
    (FindingCode::Format, "no_issuer", &[]),
    (FindingCode::Signature, "good", &["issuer"]),
    (FindingCode::Signature, "no_roots", &["issuer"]),
    (FindingCode::Signature, "awaiting_list", &["issuer"]),
    (FindingCode::Signature, "list_unusable", &["issuer"]),
    (FindingCode::Signature, "list_stale", &["issuer", "date"]),
    (FindingCode::Signature, "legacy", &["issuer", "algorithm"]),
    (FindingCode::Signature, "no_key_identifier", &["issuer"]),
    (FindingCode::Signature, "root_out_of_date", &["issuer", "date"]),
    (FindingCode::Signature, "root_not_yet", &["issuer", "date"]),
    (FindingCode::Signature, "untrusted_issuer", &["issuer"]),
    (FindingCode::Signature, "bad_signature", &["issuer"]),
    (FindingCode::Signature, "not_allowed", &["issuer", "algorithm"]),
    (FindingCode::Signature, "longer_chain", &["issuer"]),
    (FindingCode::Signature, "constrained_anchor", &["issuer", "oid"]),
    (FindingCode::Key, "good", &["key"]),
    (FindingCode::Key, "legacy", &["key"]),
    (FindingCode::Key, "not_allowed", &["key"]),
    (FindingCode::Validity, "good", &["date"]),
    (FindingCode::Validity, "expired", &["date"]),
    (FindingCode::Validity, "not_yet", &["date"]),
    (FindingCode::Validity, "not_yet_then", &["date"]),
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
    (FindingCode::Revocation, "good", &["host", "way"]),
    (FindingCode::Revocation, "revoked", &["date", "host", "way"]),
    (
        FindingCode::Revocation,
        "revoked_compromised",
        &["date", "host", "way"],
    ),
    (
        FindingCode::Revocation,
        "revoked_replaced",
        &["date", "host", "way"],
    ),
    (FindingCode::Revocation, "revoked_ended", &["date", "host", "way"]),
    (FindingCode::Revocation, "suspended", &["date", "host", "way"]),
    (
        FindingCode::Revocation,
        "never_activated",
        &["date", "host", "way"],
    ),
    (FindingCode::Revocation, "unknown_to_responder", &["host", "way"]),
    (FindingCode::Revocation, "asking", &[]),
    (FindingCode::Revocation, "not_asked", &[]),
    (FindingCode::Revocation, "not_needed", &[]),
    (FindingCode::Revocation, "not_verified", &[]),
    (FindingCode::Revocation, "no_address", &[]),
    (FindingCode::Revocation, "only_ldap", &[]),
    (FindingCode::Revocation, "ldap_ignored", &["host"]),
    (FindingCode::Revocation, "address_unusable", &["host"]),
    (FindingCode::Revocation, "no_answer", &["host"]),
    (FindingCode::Revocation, "address_not_allowed", &["host"]),
    (FindingCode::Revocation, "redirected", &["host"]),
    (FindingCode::Revocation, "http_status", &["host", "status"]),
    (FindingCode::Revocation, "responder_says", &["host", "status"]),
    (FindingCode::Revocation, "too_large", &["host", "limit"]),
    (FindingCode::Revocation, "malformed", &["host"]),
    (FindingCode::Revocation, "expired_answer", &["host", "date"]),
    (FindingCode::Revocation, "future_answer", &["host"]),
    (FindingCode::Revocation, "later_answer", &["host"]),
    (FindingCode::Revocation, "bad_signature", &["host"]),
    (FindingCode::Revocation, "weak_signature", &["host", "algorithm"]),
    (FindingCode::Revocation, "wrong_responder", &["host"]),
    (FindingCode::Revocation, "responder_unchecked", &["host"]),
    (FindingCode::Revocation, "other_certificate", &["host"]),
    (FindingCode::Revocation, "nonce", &["host"]),
    (FindingCode::Revocation, "scope", &["host"]),
    (FindingCode::Revocation, "indirect", &["host"]),
    (FindingCode::Revocation, "delta", &["host"]),
    (FindingCode::Revocation, "critical_extension", &["host", "oid"]),
    (FindingCode::Revocation, "wrong_issuer", &["host"]),
    (FindingCode::TrustList, "good", &["issuer", "sequence", "date"]),
    (FindingCode::TrustList, "named_by_user", &["issuer"]),
    (FindingCode::TrustList, "none", &[]),
    (FindingCode::TrustList, "loading", &[]),
    (FindingCode::TrustList, "stale", &["issuer", "date"]),
    (FindingCode::TrustList, "not_fetched", &["list", "host"]),
    (FindingCode::TrustList, "address_unusable", &["list"]),
    (FindingCode::TrustList, "not_verified", &[]),
    (FindingCode::TrustList, "unreadable", &["path"]),
    (FindingCode::TrustList, "changed", &["list"]),
    (FindingCode::TrustList, "unsigned", &["list"]),
    (FindingCode::TrustList, "wrapped", &["list"]),
    (FindingCode::TrustList, "signer_not_pinned", &["list"]),
    (FindingCode::TrustList, "signer_out_of_date", &["list", "date"]),
    (FindingCode::TrustList, "certificate_digest", &["list"]),
    (FindingCode::TrustList, "bad_signature", &["list"]),
    (FindingCode::TrustList, "algorithm", &["list", "algorithm"]),
    (
        FindingCode::TrustList,
        "rolled_back",
        &["list", "sequence", "floor"],
    ),
    (FindingCode::TrustList, "malformed", &["list"]),
    (FindingCode::TrustList, "too_large", &["list"]),
    (FindingCode::TrustList, "version", &["list", "version"]),
    (FindingCode::TrustList, "wrong_list", &["territory"]),
    (FindingCode::TrustList, "not_listed", &["issuer"]),
    (FindingCode::TrustList, "not_listed_stale", &["issuer", "date"]),
    (FindingCode::TrustList, "deprecated", &["issuer", "date"]),
    (FindingCode::Clock, "behind_server", &["date", "time", "host"]),
    (FindingCode::Clock, "ahead_of_server", &["date", "time", "host"]),
    (FindingCode::Clock, "before_list", &["date"]),
    (FindingCode::KeyPossession, "good", &[]),
    (FindingCode::KeyPossession, "differs", &[]),
];
