//! What a card is issued with: a person, a key, a certificate and the files that belong to them.

use crate::pki::{Citizen, SyntheticKey};

/// A person with key and certificate, ready to be put on a card.
#[derive(Clone)]
pub struct Identity {
    /// Who it is.
    pub citizen: Citizen,
    /// The codice fiscale on the card; variants may differ from the citizen's.
    pub codice_fiscale: String,
    /// The authentication key.
    pub key: SyntheticKey,
    /// The authentication certificate, DER.
    pub certificate_der: Vec<u8>,
    /// The certificate of the qualified signature, DER: no program that logs in should take it.
    pub signature_certificate_der: Vec<u8>,
    /// EF.Dati_personali, 400 bytes.
    pub personal_data_file: Vec<u8>,
    /// The PIN's state on a card made of this identity.
    pub pin: PinCondition,
}

/// In which state a card leaves the issuer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PinCondition {
    /// Ready, with this many tries left of three.
    Ready {
        /// Tries left.
        tries_left: u8,
    },
    /// Never activated: every VERIFY is answered as the kind of card says, mostly by 6984.
    NotActivated,
}

impl Identity {
    /// EF.ID_Carta: 16 digits.
    pub fn card_id(&self) -> &str {
        &self.citizen.card_id
    }
}

impl std::fmt::Debug for Identity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Identity")
            .field("citizen", &self.citizen)
            .field("key", &self.key)
            .finish_non_exhaustive()
    }
}
