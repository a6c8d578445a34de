//! The card in the reader, as the page sees it.

use crate::{EndsSeen, VerdictSeen};
use cns_card::{CardContents, Glimpse, PersonalData};
use cns_login::Ends;
use cns_trust::{CertificateSummary, Outcome, Verdict};
use serde::Serialize;
use ts_rs::TS;

/// The card: the home page of the window.
#[derive(Clone, PartialEq, Eq, Serialize, TS)]
pub struct CardSeen {
    /// The reader's name.
    pub reader: String,
    /// Whose card it is; none when neither the certificate nor the card say.
    pub holder: Option<HolderSeen>,
    /// When it ends: its certificate, and its plastic.
    pub ends: EndsSeen,
    /// Tries left, where known without spending one.
    pub tries_left: Option<u8>,
    /// What the check found.
    pub verdict: VerdictSeen,
    /// Details for who wants them.
    pub certificate: Option<CertificateSeen>,
    /// Whether the login is offered.
    pub may_log_in: bool,
    /// Whether no try is left: only the PUK helps.
    pub pin_blocked: bool,
    /// Whether the change of the PIN is offered.
    pub may_change_pin: bool,
    /// Whether unblocking with the PUK is offered.
    pub may_unblock_pin: bool,
}

/// What a card gave away that could not be read as a CNS.
#[derive(Clone, PartialEq, Eq, Serialize, TS)]
pub struct GlimpseSeen {
    /// The reader's name.
    pub reader: String,
    /// The number of the card.
    pub card_id: Option<String>,
    /// Whose card it is.
    pub holder: Option<HolderSeen>,
    /// The answer to reset, hexadecimal: it tells the model and not the person.
    pub atr: String,
}

/// The person the card was issued to.
#[derive(Clone, PartialEq, Eq, Serialize, TS)]
pub struct HolderSeen {
    /// Given name and surname; the codice fiscale where no name is known.
    pub full_name: String,
    /// Codice fiscale.
    pub codice_fiscale: Option<String>,
}

/// Plain facts of the certificate.
#[derive(Clone, PartialEq, Eq, Serialize, TS)]
pub struct CertificateSeen {
    /// Who issued it.
    pub issuer: String,
    /// Serial number, hexadecimal.
    pub serial: String,
    /// First day of validity, `YYYY-MM-DD`.
    pub valid_from: String,
    /// Last day of validity, `YYYY-MM-DD`.
    pub valid_to: String,
    /// Key, such as `RSA-2048`.
    pub key: String,
}

impl CardSeen {
    /// Puts together what the journey told. While others are still being asked, `checking` says so.
    pub fn new(
        reader: &str,
        contents: &CardContents,
        verdict: &Verdict,
        tries_left: Option<u8>,
        checking: bool,
    ) -> Self {
        let outcome = verdict.outcome();
        let pin_blocked = tries_left == Some(0);
        Self {
            reader: reader.to_owned(),
            holder: HolderSeen::of(contents, verdict),
            ends: Ends::of(Some(contents), verdict).into(),
            tries_left,
            verdict: VerdictSeen::new(verdict, checking),
            certificate: verdict.certificate.as_ref().map(CertificateSeen::from),
            may_log_in: outcome != Outcome::Bad && !pin_blocked,
            pin_blocked,
            may_change_pin: !pin_blocked,
            may_unblock_pin: !contents.pin_rules.unblock.is_empty(),
        }
    }
}

impl CardSeen {
    /// The same card after an answer about its PIN.
    #[must_use]
    pub fn with_tries_left(mut self, tries_left: Option<u8>) -> Self {
        let pin_blocked = tries_left == Some(0);
        self.tries_left = tries_left;
        self.may_log_in &= !pin_blocked;
        self.may_change_pin &= !pin_blocked;
        self.pin_blocked = pin_blocked;
        self
    }
}

impl GlimpseSeen {
    /// Puts together what was seen.
    pub fn new(reader: &str, glimpse: &Glimpse) -> Self {
        let data = glimpse.greeting.personal_data.as_ref();
        let codice_fiscale = data.and_then(|data| data.codice_fiscale.clone());
        let full_name = data.and_then(name_on_card).or_else(|| codice_fiscale.clone());
        let atr: Vec<String> = glimpse.atr.iter().map(|byte| format!("{byte:02X}")).collect();
        Self {
            reader: reader.to_owned(),
            card_id: glimpse.greeting.card_id.clone(),
            holder: full_name.map(|full_name| HolderSeen {
                full_name,
                codice_fiscale,
            }),
            atr: atr.join(" "),
        }
    }
}

/// Given name and surname, as they stand on the card.
fn name_on_card(data: &PersonalData) -> Option<String> {
    Some(format!("{} {}", data.name.as_ref()?, data.surname.as_ref()?))
}

impl HolderSeen {
    fn of(contents: &CardContents, verdict: &Verdict) -> Option<Self> {
        let data = contents.personal_data.as_ref();
        let on_card = data.and_then(name_on_card);
        let in_certificate = verdict.holder.as_ref();
        let codice_fiscale = in_certificate
            .map(|holder| holder.codice_fiscale.clone())
            .or_else(|| data.and_then(|data| data.codice_fiscale.clone()));
        let full_name = on_card
            .or_else(|| in_certificate?.full_name.clone())
            .or_else(|| codice_fiscale.clone())?;
        Some(Self {
            full_name,
            codice_fiscale,
        })
    }
}

impl From<&CertificateSummary> for CertificateSeen {
    fn from(certificate: &CertificateSummary) -> Self {
        Self {
            issuer: certificate.issuer.clone(),
            serial: certificate.serial.clone(),
            valid_from: certificate.not_before.date().to_string(),
            valid_to: certificate.not_after.date().to_string(),
            key: certificate.key.clone(),
        }
    }
}

personal_debug!(CardSeen, GlimpseSeen, HolderSeen, CertificateSeen);
