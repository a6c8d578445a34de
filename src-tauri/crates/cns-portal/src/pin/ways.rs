//! By which ways a person is reached: what may be typed as a contact, how it is shown, which half goes where.

use crate::area::contacts;
use crate::outbox::ChannelKind;
use cns_portal_api::{Address, ContactKind, NewContacts};

/// A way, and where it leads.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Way {
    pub(crate) kind: ContactKind,
    pub(crate) to: String,
}

/// The channel that serves a way. Nothing is sent to a landline or a fax.
pub(crate) fn channel(kind: ContactKind) -> Option<ChannelKind> {
    match kind {
        ContactKind::Mobile => Some(ChannelKind::Sms),
        ContactKind::Email => Some(ChannelKind::Email),
        ContactKind::Pec => Some(ChannelKind::Pec),
        ContactKind::Letter => Some(ChannelKind::Letter),
        ContactKind::Landline | ContactKind::Fax => None,
    }
}

/// Contacts by which something can be sent, in the order in which they are tried: SMS, e-mail, PEC (C-10).
pub(crate) fn electronic(contacts: &NewContacts) -> Vec<Way> {
    let given = [
        (ContactKind::Mobile, &contacts.mobile),
        (ContactKind::Email, &contacts.email),
        (ContactKind::Pec, &contacts.pec),
    ];
    given
        .into_iter()
        .filter_map(|(kind, to)| {
            Some(Way {
                kind,
                to: to.clone()?,
            })
        })
        .collect()
}

/// The letter to an address.
pub(crate) fn letter(surname: &str, name: &str, address: &Address) -> Way {
    let town = [&address.postal_code, &address.town, &address.province]
        .into_iter()
        .filter(|part| !part.is_empty())
        .map(String::as_str)
        .collect::<Vec<_>>()
        .join(" ");
    let mut lines = vec![format!("{name} {surname}"), address.street.clone(), town];
    if address.country != "IT" {
        lines.push(address.country.clone());
    }
    Way {
        kind: ContactKind::Letter,
        to: lines.join("\n"),
    }
}

/// Whether two halves may take these ways: two channels, and two addresses.
pub(crate) fn apart(one: &Way, other: &Way) -> bool {
    one.kind != other.kind && one.to.trim().to_lowercase() != other.to.trim().to_lowercase()
}

/// A contact as it is kept; `None` when it cannot be one.
pub(crate) fn read(kind: ContactKind, text: &str) -> Option<String> {
    match kind {
        ContactKind::Mobile | ContactKind::Landline | ContactKind::Fax => phone(text),
        ContactKind::Email | ContactKind::Pec => mail(text),
        ContactKind::Letter => None,
    }
}

/// An international number (ITU-T E.164): `+` and 8 to 15 digits, with spaces and hyphens where people like them.
fn phone(text: &str) -> Option<String> {
    let plain: String = text
        .chars()
        .filter(|sign| !matches!(sign, ' ' | '-' | '.' | '/'))
        .collect();
    let digits = plain.strip_prefix('+')?;
    let fits = (8..=15).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    (fits && !digits.starts_with('0')).then_some(plain)
}

/// An address that a mail server would take: local part, `@`, a domain of two labels or more.
fn mail(text: &str) -> Option<String> {
    let text = text.trim();
    let (local, domain) = text.rsplit_once('@')?;
    let local_fits = (1..=64).contains(&local.len())
        && !local.starts_with('.')
        && !local.ends_with('.')
        && !local.contains("..")
        && local
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b".!#$%&'*+/=?^_`{|}~-".contains(&byte));
    let label_fits = |label: &str| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    let domain_fits = domain.contains('.') && domain.split('.').all(label_fits);
    (text.len() <= 254 && local_fits && domain_fits).then(|| text.to_owned())
}

/// A way as it is shown to whoever may not know it.
pub(crate) fn masked(way: &Way) -> String {
    match way.kind {
        ContactKind::Mobile
        | ContactKind::Landline
        | ContactKind::Fax
        | ContactKind::Email
        | ContactKind::Pec => contacts::masked(&way.to),
        ContactKind::Letter => "indirizzo di residenza".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contacts_are_read_as_people_write_them() {
        use ContactKind::{Email, Fax, Landline, Letter, Mobile, Pec};
        for (kind, text, read_as) in [
            (Mobile, "+39 333 1234567", Some("+393331234567")),
            (Landline, "+39 06-1234.5678", Some("+390612345678")),
            (Fax, "+41/44/1234567", Some("+41441234567")),
            (Mobile, "3331234567", None),
            (Mobile, "+0393331234567", None),
            (Mobile, "+39333", None),
            (Mobile, "+3933312345678901", None),
            (Mobile, "+39 333 12345a7", None),
            (Email, " anna@example.org ", Some("anna@example.org")),
            (
                Pec,
                "Anna.Verdi+pin@pec.example.it",
                Some("Anna.Verdi+pin@pec.example.it"),
            ),
            (Email, "anna@localhost", None),
            (Email, "anna", None),
            (Email, "@example.org", None),
            (Email, "an na@example.org", None),
            (Email, "anna@example..org", None),
            (Email, "anna\r\nBcc: x@example.org", None),
            (Letter, "Via Roma 1", None),
        ] {
            assert_eq!(read(kind, text).as_deref(), read_as, "{text}");
        }
    }

    #[test]
    fn a_contact_is_shown_without_giving_it_away() {
        for (kind, to, shown) in [
            (ContactKind::Mobile, "+393331234567", "···· 567"),
            (ContactKind::Email, "anna@example.org", "a···@example.org"),
            (
                ContactKind::Letter,
                "Anna Verdi\nVia Roma 1",
                "indirizzo di residenza",
            ),
        ] {
            let to = to.to_owned();
            assert_eq!(masked(&Way { kind, to }), shown);
        }
    }

    #[test]
    fn two_halves_take_two_channels_and_two_addresses() {
        let way = |kind, to: &str| Way {
            kind,
            to: to.to_owned(),
        };
        let mail = way(ContactKind::Email, "anna@example.org");
        assert!(apart(&mail, &way(ContactKind::Mobile, "+393331234567")));
        assert!(apart(&mail, &way(ContactKind::Pec, "anna@pec.example.org")));
        assert!(!apart(&mail, &way(ContactKind::Pec, "ANNA@example.org")));
        assert!(!apart(&mail, &way(ContactKind::Email, "bruno@example.org")));
    }
}
