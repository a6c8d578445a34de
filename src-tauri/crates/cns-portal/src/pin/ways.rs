//! By which ways a person is reached: how one is shown, which half goes where.

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
