//! How somebody is reached, as it is shown and as it changes.

use crate::area::Registered;
use crate::error::PortalError;
use crate::keys::Keys;
use crate::outbox::{self, ChannelKind, NewMessage, Purpose, Subject};
use crate::store::contacts::{self, StoredContact};
use crate::store::notices::{self, Told};
use crate::store::{Tx, archive};
use cns_portal_api::{Address, Contact, ContactKind, NoticeKind};
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
    match value.split_once('@') {
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

/// Changes a contact, and tells the one that it takes the place of, so that nobody loses theirs without knowing.
pub(crate) async fn change(
    transaction: &mut Tx<'_>,
    keys: &Keys,
    citizen_id: i64,
    kind: ContactKind,
    value: &str,
    now: OffsetDateTime,
) -> Result<(), PortalError> {
    let Some(before) = contacts::set(transaction, keys, citizen_id, kind, value, now).await? else {
        return Ok(());
    };
    let text = format!(
        "Il tuo contatto {} è stato sostituito con {}. Se non lo hai chiesto tu, chiama subito il contact center.",
        masked(&before),
        masked(value)
    );
    match channel(kind) {
        Some(channel) => write(transaction, keys, citizen_id, channel, &before, &text, now).await?,
        // A number for calls alone is told by whatever else there is.
        None => write_to_all(transaction, keys, citizen_id, &text, now).await?,
    }
    notice(transaction, citizen_id, "Un contatto è cambiato", &text, now).await
}

/// Changes where somebody lives, and tells every contact.
pub(crate) async fn change_address(
    transaction: &mut Tx<'_>,
    keys: &Keys,
    citizen_id: i64,
    person: &Registered,
    address: &Address,
    now: OffsetDateTime,
) -> Result<(), PortalError> {
    archive::set_address(transaction, &person.codice_fiscale, address).await?;
    let text = "Il tuo indirizzo di residenza in archivio è cambiato. Se non lo hai chiesto tu, chiama subito il \
                contact center.";
    write_to_all(transaction, keys, citizen_id, text, now).await?;
    notice(
        transaction,
        citizen_id,
        "L'indirizzo di residenza è cambiato",
        text,
        now,
    )
    .await
}

async fn notice(
    transaction: &mut Tx<'_>,
    citizen_id: i64,
    title: &str,
    text: &str,
    now: OffsetDateTime,
) -> Result<(), PortalError> {
    let told = Told {
        title,
        text,
        due: None,
        application: None,
    };
    notices::tell(transaction, citizen_id, NoticeKind::Sicurezza, &told, now).await
}

async fn write_to_all(
    transaction: &mut Tx<'_>,
    keys: &Keys,
    citizen_id: i64,
    text: &str,
    now: OffsetDateTime,
) -> Result<(), PortalError> {
    for contact in contacts::of(transaction, keys, citizen_id).await? {
        if let Some(channel) = channel(contact.kind) {
            write(transaction, keys, citizen_id, channel, &contact.value, text, now).await?;
        }
    }
    Ok(())
}

async fn write(
    transaction: &mut Tx<'_>,
    keys: &Keys,
    citizen_id: i64,
    channel: ChannelKind,
    to: &str,
    text: &str,
    now: OffsetDateTime,
) -> Result<(), PortalError> {
    let message = NewMessage {
        channel,
        purpose: Purpose::Notice,
        subject: Subject::Citizen(citizen_id),
        to,
        subject_line: "Una variazione dei tuoi dati",
        text,
        code: None,
        now,
    };
    outbox::put(transaction, keys, &message).await
}

/// The channel that reaches a contact; none reaches a number for calls, and a fax is not written to.
pub(crate) fn channel(kind: ContactKind) -> Option<ChannelKind> {
    match kind {
        ContactKind::Mobile => Some(ChannelKind::Sms),
        ContactKind::Email => Some(ChannelKind::Email),
        ContactKind::Pec => Some(ChannelKind::Pec),
        ContactKind::Letter => Some(ChannelKind::Letter),
        ContactKind::Landline | ContactKind::Fax => None,
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
