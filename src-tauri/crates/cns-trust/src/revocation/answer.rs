//! What was answered, and what could not be.

use crate::revocation::{Question, RevocationSource};
use crate::{Answering, FetchError};
use time::OffsetDateTime;

/// What a verified answer says of the certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Status {
    /// It is not revoked.
    Good,
    /// It is revoked, or suspended.
    Revoked {
        /// Since when.
        at: OffsetDateTime,
        /// Why, where that is said.
        reason: Option<Reason>,
    },
    /// The responder does not know it.
    UnknownToResponder,
}

/// Why a certificate was revoked (`CRLReason`, RFC 5280 §5.3.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// 0.
    Unspecified,
    /// 1.
    KeyCompromise,
    /// 2.
    CaCompromise,
    /// 3.
    AffiliationChanged,
    /// 4.
    Superseded,
    /// 5.
    CessationOfOperation,
    /// 6: suspended, it may come back.
    CertificateHold,
    /// 8.
    RemoveFromCrl,
    /// 9.
    PrivilegeWithdrawn,
    /// 10.
    AaCompromise,
}

/// When an answer was made, and until when it holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Times {
    /// `thisUpdate`.
    pub produced_at: OffsetDateTime,
    /// `nextUpdate`.
    pub next_update: Option<OffsetDateTime>,
}

/// Who said it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// An OCSP responder.
    Ocsp {
        /// Its host.
        host: String,
    },
    /// A CRL.
    Crl {
        /// Its host.
        host: String,
    },
    /// Nobody was asked.
    Nobody,
}

impl Source {
    /// The host, where there is one.
    pub fn host(&self) -> Option<&str> {
        match self {
            Self::Ocsp { host } | Self::Crl { host } => Some(host),
            Self::Nobody => None,
        }
    }
}

/// One verified answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// What it says.
    pub status: Status,
    /// For which time.
    pub times: Times,
}

/// Why one try gave no answer that counts.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Unchecked {
    /// The certificate names nobody to ask.
    NoAddress,
    /// It names ldap addresses only.
    OnlyLdap,
    /// This address is ldap, which nobody is asked over.
    Ldap,
    /// Nobody was to be asked.
    NotAsked,
    /// Nothing came.
    Fetch(FetchError),
    /// What came cannot be read.
    Malformed,
    /// The responder answers with an error (RFC 6960 §4.2.1), such as `tryLater`.
    ResponderSays {
        /// Its name.
        status: &'static str,
    },
    /// It was signed by somebody who may not answer for this issuer.
    WrongResponder,
    /// The delegated responder's own certificate could not be checked for revocation: it lacks `ocsp-nocheck`.
    ResponderUnchecked,
    /// The signature is wrong.
    BadSignature,
    /// The signature's algorithm proves too little.
    WeakSignature {
        /// Its name.
        algorithm: String,
    },
    /// The answer is about another certificate.
    OtherCertificate,
    /// It carries another nonce than the one sent.
    Nonce,
    /// It is older than it may be.
    Expired {
        /// Until when it held.
        next_update: OffsetDateTime,
    },
    /// It comes from the future.
    FromTheFuture {
        /// Its `thisUpdate`.
        produced_at: OffsetDateTime,
    },
    /// The CRL is not for certificates of this kind, or not from this place (RFC 5280 §6.3.3 b).
    Scope,
    /// An indirect CRL, which we do not read.
    Indirect,
    /// A delta CRL, which we do not read.
    Delta,
    /// A critical extension that we do not know.
    CriticalExtension {
        /// Dotted number.
        oid: String,
    },
    /// The CRL is of another issuer, or its issuer may sign none.
    WrongIssuer,
    /// One field is larger than any sound one.
    FieldTooLarge,
}

/// One try: whom, what came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// Who was asked.
    pub source: Source,
    /// What came of it.
    pub result: Result<Statement, Unchecked>,
    /// The server's `Date`: a hint on this computer's clock.
    pub server_date: Option<OffsetDateTime>,
}

/// All tries of one question, in their order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answers {
    /// The tries, then the addresses that were set aside.
    pub attempts: Vec<Attempt>,
    /// When it was asked.
    pub asked_at: OffsetDateTime,
    /// The question's fingerprint: answers about one certificate say nothing of another.
    about: [u8; 32],
    /// First instant of the certificate's validity.
    not_before: OffsetDateTime,
    /// Somebody could have been asked, over another way than those that were wanted.
    is_unasked: bool,
    /// Somebody chose the instant, so nothing is the fault of this computer's clock.
    pub(crate) is_of_a_chosen_instant: bool,
}

impl Answers {
    /// What came of asking `question` at the instant `asked_at`. The addresses that the question sets aside are
    /// added, so that they are told too.
    pub fn new(question: &Question, mut attempts: Vec<Attempt>, asked_at: OffsetDateTime) -> Self {
        let is_unasked = attempts.is_empty() && question.has_addresses();
        attempts.extend(question.set_aside.iter().cloned());
        Self {
            is_unasked,
            ..Self::about(question, attempts, asked_at)
        }
    }

    /// Nobody was asked.
    pub fn not_asked(question: &Question, at: OffsetDateTime) -> Self {
        let nobody = Attempt {
            source: Source::Nobody,
            result: Err(Unchecked::NotAsked),
            server_date: None,
        };
        Self::about(question, vec![nobody], at)
    }

    fn about(question: &Question, attempts: Vec<Attempt>, asked_at: OffsetDateTime) -> Self {
        Self {
            attempts,
            asked_at,
            about: question.fingerprint(),
            not_before: question.not_before(),
            is_unasked: false,
            is_of_a_chosen_instant: false,
        }
    }

    /// The same answers for an instant that somebody chose.
    pub(crate) fn at_a_chosen_instant(self) -> Self {
        Self {
            is_of_a_chosen_instant: true,
            ..self
        }
    }

    /// Whether they are about the certificate of `question`.
    pub(crate) fn are_about(&self, question: &Question) -> bool {
        self.about == question.fingerprint()
    }

    /// Whether nobody was asked although somebody could have been.
    pub(crate) fn is_unasked(&self) -> bool {
        self.is_unasked
    }

    pub(crate) fn not_before(&self) -> OffsetDateTime {
        self.not_before
    }
}

/// Asks nobody: switched off, or offline.
#[derive(Clone, Copy, Debug, Default)]
pub struct NotAsked;

impl RevocationSource for NotAsked {
    fn ask<'a>(&'a self, question: &'a Question, at: OffsetDateTime) -> Answering<'a, Answers> {
        Box::pin(async move { Answers::not_asked(question, at) })
    }

    fn asks(&self) -> bool {
        false
    }
}

/// Answers that were recorded: the double of journeys and screens.
#[derive(Clone, Debug, Default)]
pub struct Recorded(pub Vec<Attempt>);

impl RevocationSource for Recorded {
    fn ask<'a>(&'a self, question: &'a Question, at: OffsetDateTime) -> Answering<'a, Answers> {
        Box::pin(async move { Answers::new(question, self.0.clone(), at) })
    }
}
