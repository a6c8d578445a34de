//! How somebody is reached, as it is shown and as it changes.

use crate::error::PortalError;
use crate::keys::Keys;
use crate::outbox::{self, ChannelKind, NewMessage, Purpose, Subject};
use crate::store::contacts::{self, StoredContact};
use crate::store::notices;
use crate::store::{Tx, archive};
use cns_portal_api::{Address, Contact, ContactKind};
use cns_trust::CodiceFiscale;
use time::OffsetDateTime;

/// A contact for its holder's eyes.
pub(crate) fn shown(contact: &StoredContact) -> Contact {
    Contact {
        kind: contact.kind,
        masked: masked(&contact.value),
        verified: contact.verified_at.is_some(),
        since: contact.since,
    }
}

/// What is left of a contact for who knows it: the last three digits of a number, the first letter and the domain of
/// an address.
pub(crate) fn masked(value: &str) -> String {
    match value.rsplit_once('@') {
        Some((name, domain)) => {
            let first: String = name.chars().take(1).collect();
            format!("{first}···@{domain}")
        }
        None => {
            let digits: Vec<char> = value.chars().filter(char::is_ascii_digit).collect();
            let last: String = digits[digits.len().saturating_sub(3)..].iter().collect();
            format!("···· {last}")
        }
    }
}

/// Adds a contact or changes it, and tells the one that it takes the place of: it may be the only one that its owner
/// still reads. Where there was none, the others are told. The same value again is nothing new.
pub(crate) async fn change(
    transaction: &mut Tx<'_>,
    keys: &Keys,
    citizen_id: i64,
    kind: ContactKind,
    value: &str,
    now: OffsetDateTime,
) -> Result<(), PortalError> {
    let all = contacts::of(transaction, keys, citizen_id).await?;
    let before = all.iter().find(|contact| contact.kind == kind);
    if before.is_some_and(|before| before.value.as_str() == value) {
        return Ok(());
    }
    let told = match before {
        // A number for calls alone is told by whatever else there is.
        Some(before) if channel(kind).is_some() => std::slice::from_ref(before),
        _ => &all,
    };
    for contact in told {
        write(transaction, keys, citizen_id, contact, CONTACT_CHANGED, now).await?;
    }
    contacts::set(transaction, keys, citizen_id, kind, value, now).await?;
    notices::tell_of_safety(transaction, citizen_id, CONTACT_CHANGED, now).await
}

/// Changes where somebody lives, and tells every contact.
pub(crate) async fn change_address(
    transaction: &mut Tx<'_>,
    keys: &Keys,
    citizen_id: i64,
    codice_fiscale: &CodiceFiscale,
    address: &Address,
    now: OffsetDateTime,
) -> Result<(), PortalError> {
    archive::set_address(transaction, codice_fiscale, address).await?;
    for contact in contacts::of(transaction, keys, citizen_id).await? {
        write(transaction, keys, citizen_id, &contact, ADDRESS_CHANGED, now).await?;
    }
    notices::tell_of_safety(transaction, citizen_id, ADDRESS_CHANGED, now).await
}

/// What is said of a change: one line, and all of it. It repeats no value: who reads an old contact may be anybody.
type Said = (&'static str, &'static str);

const CONTACT_CHANGED: Said = (
    "Un tuo contatto è cambiato",
    "Un contatto della tua area riservata è stato cambiato. Se non sei stato tu, chiama il contact center.",
);

const ADDRESS_CHANGED: Said = (
    "Il tuo indirizzo di residenza è cambiato",
    "L'indirizzo di residenza che abbiamo in archivio è stato cambiato. Se non sei stato tu, chiama il contact \
     center.",
);

/// Writes to a contact, where one can.
async fn write(
    transaction: &mut Tx<'_>,
    keys: &Keys,
    citizen_id: i64,
    contact: &StoredContact,
    (subject_line, text): Said,
    now: OffsetDateTime,
) -> Result<(), PortalError> {
    let Some(channel) = channel(contact.kind) else {
        return Ok(());
    };
    let message = NewMessage {
        channel,
        purpose: Purpose::Notice,
        subject: Subject::Citizen(citizen_id),
        to: &contact.value,
        subject_line,
        text,
        code: None,
        now,
    };
    outbox::put(transaction, keys, &message).await
}

/// The channel that reaches a contact; none reaches a number for calls, and a fax is not written to.
fn channel(kind: ContactKind) -> Option<ChannelKind> {
    match kind {
        ContactKind::Mobile => Some(ChannelKind::Sms),
        ContactKind::Email => Some(ChannelKind::Email),
        ContactKind::Pec => Some(ChannelKind::Pec),
        ContactKind::Landline | ContactKind::Fax | ContactKind::Letter => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_masked_contact_tells_who_has_it_which_one_it_is() {
        for (value, expected) in [
            ("+393331234456", "···· 456"),
            ("anna@example.org", "a···@example.org"),
            ("à@example.org", "à···@example.org"),
            ("12", "···· 12"),
            ("", "···· "),
            ("@", "···@"),
        ] {
            assert_eq!(masked(value), expected);
        }
    }
}
