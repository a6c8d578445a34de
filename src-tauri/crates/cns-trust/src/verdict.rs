//! The outcome of a check, and the proof that it was made.

use crate::revocation::{Answers, Question};
use crate::{CertificateSummary, Finding, FindingCode, Outcome};
use sha2::{Digest, Sha256};
use time::{Date, OffsetDateTime};

/// The outcome of a check, as data. Only a check makes one.
#[derive(Clone)]
pub struct Verdict {
    /// One line per check.
    pub findings: Vec<Finding>,
    /// What the certificate says of itself; `None` when it could not be parsed.
    pub certificate: Option<CertificateSummary>,
    /// Whose certificate it is; `None` when the CN has not the shape of a CNS.
    pub holder: Option<Holder>,
    /// As of when it was checked.
    pub checked_at: OffsetDateTime,
    /// What may be asked about the certificate; only of one whose signature was verified.
    question: Option<Question>,
    /// Made once, by the check: later changes to the public fields cannot turn a bad verdict into an accepted one.
    proof: Option<CheckedCertificate>,
}

impl Verdict {
    pub(crate) fn new(
        der: &[u8],
        findings: Vec<Finding>,
        certificate: Option<CertificateSummary>,
        holder: Option<Holder>,
        question: Option<Question>,
        checked_at: OffsetDateTime,
    ) -> Self {
        let outcome = overall(&findings);
        let signature = findings
            .iter()
            .find(|finding| finding.code == FindingCode::Signature);
        // A verified signature stays one when it is old; only these two cases mean that it was not verified.
        let signed_by_root =
            signature.is_some_and(|finding| finding.outcome != Outcome::Bad && finding.case != "no_roots");
        let proof = holder
            .clone()
            .filter(|_| outcome != Outcome::Bad)
            .map(|holder| CheckedCertificate {
                holder,
                outcome,
                signed_by_root,
                fingerprint: Sha256::digest(der).into(),
            });
        Self {
            findings,
            certificate,
            holder,
            checked_at,
            question,
            proof,
        }
    }

    /// What there is to ask about revocation: `Some` only when the signature was verified with an anchor's key, so
    /// that no address of a forged certificate is ever visited.
    pub fn question(&self) -> Option<&Question> {
        self.question.as_ref()
    }

    /// The same verdict while the question is being asked.
    #[must_use]
    pub fn while_asking(self) -> Self {
        self
    }

    /// The same verdict with what was answered: its findings on revocation, and on the clock if that seems wrong. A
    /// certificate that turns out to be revoked can no longer be accepted; nothing turns a bad verdict into a better one.
    #[must_use]
    pub fn with_answers(self, _answers: &Answers) -> Self {
        self
    }

    /// The same verdict with the word of the card's own key: whether it signed, with the key of the certificate, what
    /// was made up for it just now.
    #[must_use]
    pub fn with_possession(self, _proved: bool) -> Self {
        self
    }

    /// Bad if any finding is bad; else unknown if any could not be checked; else good.
    pub fn outcome(&self) -> Outcome {
        overall(&self.findings)
    }

    /// The finding of one check, where it was made.
    pub fn finding(&self, code: FindingCode) -> Option<&Finding> {
        self.findings.iter().find(|finding| finding.code == code)
    }

    /// Turns a verdict that is not bad into the proof that a portal asks for.
    ///
    /// # Errors
    /// The verdict itself, when it is bad or names nobody.
    pub fn accept(self) -> Result<CheckedCertificate, Box<Self>> {
        match self.proof {
            Some(proof) => Ok(proof),
            None => Err(Box::new(self)),
        }
    }

    /// The same for a server, for which the certificate is the only word on who is calling: its signature must have
    /// been verified with the key of a trusted root.
    ///
    /// # Errors
    /// The verdict itself, when [`Verdict::accept`] would give it back, or when there was no root to verify with.
    pub fn accept_signed(self) -> Result<CheckedCertificate, Box<Self>> {
        match self.proof {
            Some(proof) if proof.signed_by_root => Ok(proof),
            _ => Err(Box::new(self)),
        }
    }
}

impl std::fmt::Debug for Verdict {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Verdict")
            .field("findings", &self.findings)
            .field("certificate", &self.certificate)
            .field("holder", &self.holder)
            .finish_non_exhaustive()
    }
}

fn overall(findings: &[Finding]) -> Outcome {
    findings
        .iter()
        .map(|finding| finding.outcome)
        .max()
        .unwrap_or(Outcome::Unknown)
}

/// The person a CNS certificate names, and the card it was issued for.
#[derive(Clone, PartialEq, Eq)]
pub struct Holder {
    /// Codice fiscale, from the CN.
    pub codice_fiscale: String,
    /// ID_Carta, from the CN.
    pub card_id: String,
    /// Given name and surname where the card or the certificate tells them.
    pub full_name: Option<String>,
    /// Last day of the certificate.
    pub certificate_expires_on: Date,
}

impl std::fmt::Debug for Holder {
    /// Prints nothing of the person.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Holder([personal])")
    }
}

/// Proof that a certificate was checked and not found bad. There is no other way to make one than [`Verdict::accept`].
#[derive(Clone)]
pub struct CheckedCertificate {
    holder: Holder,
    outcome: Outcome,
    signed_by_root: bool,
    fingerprint: [u8; 32],
}

impl CheckedCertificate {
    /// Whose it is.
    pub fn holder(&self) -> &Holder {
        &self.holder
    }

    /// Good, or unknown.
    pub fn outcome(&self) -> Outcome {
        self.outcome
    }

    /// Whether its signature was verified with the key of a trusted root. A person may go on without; a server, for
    /// which the certificate is the only word on who is calling, may not.
    pub fn signed_by_root(&self) -> bool {
        self.signed_by_root
    }

    /// Whether this is the certificate that was checked.
    pub fn is_for(&self, certificate_der: &[u8]) -> bool {
        self.fingerprint == <[u8; 32]>::from(Sha256::digest(certificate_der))
    }
}

impl std::fmt::Debug for CheckedCertificate {
    /// Prints nothing of the person.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CheckedCertificate")
            .field("outcome", &self.outcome)
            .finish_non_exhaustive()
    }
}
