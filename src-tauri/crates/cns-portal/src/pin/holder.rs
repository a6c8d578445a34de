//! Who holds a PIN, as it stands sealed in the PIN's row: the portal can write to them without a table of names.

use crate::area::Registered;
use crate::error::PortalError;
use crate::keys::Keys;
use crate::pin::ways::{self, Way};
use crate::store::credentials::Credential;
use crate::store::halves::KeptHalf;
use cns_portal_api::{Address, ContactKind, NewContacts, NewPinRequest};
use cns_trust::CodiceFiscale;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

/// Who holds a PIN, and how they said they are reached.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Holder {
    codice_fiscale: String,
    pub(crate) surname: String,
    pub(crate) name: String,
    pub(crate) address: Address,
    /// What the request said; contacts count from the first use on.
    pub(crate) contacts: NewContacts,
}

impl Holder {
    pub(crate) fn new(
        codice_fiscale: &CodiceFiscale,
        surname: &str,
        name: &str,
        address: &Address,
        contacts: &NewContacts,
    ) -> Self {
        Self {
            codice_fiscale: codice_fiscale.as_str().to_owned(),
            surname: surname.to_owned(),
            name: name.to_owned(),
            address: address.clone(),
            contacts: contacts.clone(),
        }
    }

    /// Whoever a request is about.
    pub(crate) fn of_request(request: &NewPinRequest) -> Self {
        Self {
            codice_fiscale: request.codice_fiscale.clone(),
            surname: request.surname.clone(),
            name: request.name.clone(),
            address: request.address.clone(),
            contacts: request.contacts.clone(),
        }
    }

    /// Somebody whom the archive knows.
    pub(crate) fn of_archive(person: &Registered) -> Self {
        Self {
            codice_fiscale: person.codice_fiscale.as_str().to_owned(),
            surname: person.surname.clone(),
            name: person.name.clone(),
            address: person.address.clone(),
            contacts: no_contacts(),
        }
    }

    pub(crate) fn codice_fiscale(&self) -> Result<CodiceFiscale, PortalError> {
        CodiceFiscale::parse(&self.codice_fiscale).map_err(|_| PortalError::Stored {
            column: "credential.holder",
        })
    }

    pub(crate) fn full_name(&self) -> String {
        format!("{} {}", self.name, self.surname).trim().to_owned()
    }

    pub(crate) fn letter(&self) -> Way {
        ways::letter(&self.surname, &self.name, &self.address)
    }

    pub(crate) fn seal(&self, keys: &Keys, person: &[u8]) -> Result<Vec<u8>, PortalError> {
        let plain = Zeroizing::new(serde_json::to_vec(self).map_err(|_| PortalError::Sealing)?);
        keys.seal(&place("credential.holder", person), &plain)
    }
}

impl Credential {
    /// Opens who holds it.
    pub(crate) fn opened_holder(&self, keys: &Keys) -> Result<Holder, PortalError> {
        let plain = keys.open(&place("credential.holder", &self.person), &self.holder)?;
        serde_json::from_slice(&plain).map_err(|_| PortalError::Stored {
            column: "credential.holder",
        })
    }

    /// Seals where a half goes.
    pub(crate) fn seal_way(&self, keys: &Keys, way: &Way) -> Result<Vec<u8>, PortalError> {
        keys.seal(&place("pin_half.sealed_to", &self.person), way.to.as_bytes())
    }

    /// Opens where a half goes.
    pub(crate) fn open_way(&self, keys: &Keys, half: &KeptHalf) -> Result<Way, PortalError> {
        let plain = keys.open(&place("pin_half.sealed_to", &self.person), &half.to)?;
        let to = std::str::from_utf8(&plain).map_err(|_| PortalError::Stored {
            column: "pin_half.sealed_to",
        })?;
        Ok(Way {
            kind: half.way,
            to: to.to_owned(),
        })
    }
}

/// Contacts that nobody gave.
pub(crate) fn no_contacts() -> NewContacts {
    NewContacts {
        mobile: None,
        landline: None,
        email: None,
        pec: None,
    }
}

/// The contacts of a request, each of them, as they are kept.
pub(crate) fn all_contacts(contacts: &NewContacts) -> Vec<Way> {
    let landline = contacts.landline.clone().map(|to| Way {
        kind: ContactKind::Landline,
        to,
    });
    ways::electronic(contacts).into_iter().chain(landline).collect()
}

/// A column of one person's row: what is sealed there opens nowhere else.
pub(crate) fn place(column: &str, person: &[u8]) -> String {
    let mut place = format!("{column}.");
    for byte in person {
        place.push_str(&format!("{byte:02x}"));
    }
    place
}
