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
    /// What was answered to it.
    answers: Option<Answers>,
    /// What was found, by the check and by what came after it: changes to the public fields do not reach it, so they
    /// cannot turn a bad verdict into an accepted one.
    sealed: Sealed,
}

#[derive(Clone)]
struct Sealed {
    findings: Vec<Finding>,
    holder: Option<Holder>,
    fingerprint: [u8; 32],
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
        let sealed = Sealed {
            findings: findings.clone(),
            holder: holder.clone(),
            fingerprint: Sha256::digest(der).into(),
        };
        Self {
            findings,
            certificate,
            holder,
            checked_at,
            question,
            answers: None,
            sealed,
        }
    }

    /// What there is to ask about revocation: `Some` only when the signature was verified with the key of an anchor
    /// that may be trusted, so that no address of a forged certificate is ever visited. Of a CA that lost its
    /// standing (`deprecated`) nothing is asked either: its key may be in other hands, and the verdict is bad already.
    pub fn question(&self) -> Option<&Question> {
        self.question.as_ref()
    }

    /// What was answered to the question: all tries, also those that the findings leave out.
    pub fn answers(&self) -> Option<&Answers> {
        self.answers.as_ref()
    }

    /// The same verdict while the question is being asked; unchanged when there is nobody to ask.
    #[must_use]
    pub fn while_asking(self) -> Self {
        if !self.question.as_ref().is_some_and(Question::has_addresses) {
            return self;
        }
        self.changing(|findings| rename_open_question(findings, "asking"))
    }

    /// The same verdict where nobody is asked, because it is bad for another reason already; unchanged when there is
    /// nobody to ask.
    #[must_use]
    pub fn without_asking(self) -> Self {
        if self.outcome() != Outcome::Bad || !self.question.as_ref().is_some_and(Question::has_addresses) {
            return self;
        }
        self.changing(|findings| rename_open_question(findings, "not_needed"))
    }

    /// The same verdict with what was answered: its findings on revocation, and on the clock if that seems wrong. A
    /// certificate that turns out to be revoked can no longer be accepted; nothing turns a bad verdict into a better
    /// one. Answers about another certificate say nothing.
    #[must_use]
    pub fn with_answers(self, answers: &Answers) -> Self {
        let is_answered = self
            .question
            .as_ref()
            .is_some_and(|question| answers.are_about(question));
        if !is_answered {
            return self.changing(|findings| rename_open_question(findings, "not_asked"));
        }
        let answered = Self {
            answers: Some(answers.clone()),
            ..self
        };
        answered.changing(|findings| {
            // Asking again does not undo what was said once.
            let mut found: Vec<Finding> = findings
                .iter()
                .filter(|finding| is_revoked(finding))
                .cloned()
                .collect();
            for finding in answers.findings() {
                if !found.contains(&finding) {
                    found.push(finding);
                }
            }
            found.sort_by_key(|finding| std::cmp::Reverse(finding.outcome));
            let place = position(findings, FindingCode::Revocation);
            findings.retain(|finding| finding.code != FindingCode::Revocation);
            findings.splice(place..place, found);
            findings.retain(|finding| !is_from_a_server(finding));
            // Before the validity, which a wrong clock makes wrong.
            let place = position(findings, FindingCode::Validity);
            findings.splice(place..place, answers.clock_finding());
        })
    }

    /// The same verdict with the word of the card's own key: whether it signed, with the key of the certificate, what
    /// was made up for it just now. A key that failed once stays so.
    #[must_use]
    pub fn with_possession(self, proved: bool) -> Self {
        let code = FindingCode::KeyPossession;
        self.changing(|findings| {
            let failed = findings
                .iter()
                .any(|finding| finding.code == code && finding.outcome == Outcome::Bad);
            findings.retain(|finding| finding.code != code);
            let beside_the_key = position(findings, FindingCode::Key) + 1;
            let finding = match proved && !failed {
                true => Finding::good(code),
                false => Finding::bad(code, "differs"),
            };
            findings.insert(beside_the_key.min(findings.len()), finding);
        })
    }

    /// The same verdict for an instant that somebody chose: what others say of the time of today is no reason to suspect
    /// this computer's clock.
    #[must_use]
    pub fn at_a_chosen_instant(mut self) -> Self {
        self.answers = self.answers.map(Answers::at_a_chosen_instant);
        self.changing(|findings| {
            findings.retain(|finding| finding.code != FindingCode::Clock);
            findings.iter_mut().for_each(Finding::leave_the_clock_out);
        })
    }

    /// Bad if any finding is bad; else unknown if any could not be checked; else good.
    pub fn outcome(&self) -> Outcome {
        overall(&self.findings).max(overall(&self.sealed.findings))
    }

    /// The finding of one check, where it was made. Of several on revocation it is the strictest.
    pub fn finding(&self, code: FindingCode) -> Option<&Finding> {
        self.findings.iter().find(|finding| finding.code == code)
    }

    /// Changes what was found; what is shown follows.
    fn changing(mut self, change: impl FnOnce(&mut Vec<Finding>)) -> Self {
        change(&mut self.sealed.findings);
        self.findings.clone_from(&self.sealed.findings);
        self
    }

    /// The proof that the check gives, from what was sealed.
    fn proof(&self) -> Option<CheckedCertificate> {
        let findings = &self.sealed.findings;
        let outcome = overall(findings);
        let signature = findings
            .iter()
            .find(|finding| finding.code == FindingCode::Signature);
        // A verified signature stays one when it is old; only a failed one, and these cases, mean that it was not verified.
        let signed_by_root = signature
            .is_some_and(|finding| finding.outcome != Outcome::Bad && !NOT_VERIFIED.contains(&finding.case));
        let holder = self.sealed.holder.clone().filter(|_| outcome != Outcome::Bad)?;
        Some(CheckedCertificate {
            holder,
            outcome,
            signed_by_root,
            fingerprint: self.sealed.fingerprint,
        })
    }

    /// Turns a verdict that is not bad into the proof that a portal asks for.
    ///
    /// # Errors
    /// The verdict itself, when it is bad or names nobody.
    pub fn accept(self) -> Result<CheckedCertificate, Box<Self>> {
        match self.proof() {
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
        match self.proof() {
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

/// The signature's cases in which there was nobody to verify it with.
const NOT_VERIFIED: [&str; 4] = ["no_roots", "awaiting_list", "list_unusable", "list_stale"];

/// Gives the finding that says that nobody was asked, or is being asked, this case.
fn rename_open_question(findings: &mut [Finding], case: &'static str) {
    for finding in findings {
        if finding.code == FindingCode::Revocation
            && ["not_asked", "asking", "not_needed"].contains(&finding.case)
        {
            finding.case = case;
        }
    }
}

fn is_revoked(finding: &Finding) -> bool {
    finding.code == FindingCode::Revocation && finding.outcome == Outcome::Bad
}

fn is_from_a_server(finding: &Finding) -> bool {
    finding.code == FindingCode::Clock && finding.case != "before_list"
}

/// Where the first finding of this code stands, or the end.
fn position(findings: &[Finding], code: FindingCode) -> usize {
    findings
        .iter()
        .position(|finding| finding.code == code)
        .unwrap_or(findings.len())
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
