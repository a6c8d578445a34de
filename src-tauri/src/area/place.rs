//! The places of the area, and their names on the page.

use crate::forms::check_word;
use cns_portal_api::ApplicationKind;

/// A place of the area.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// The estratto conto.
    Statement,
    /// The services.
    Services,
    /// The months of a pension.
    Slips,
    /// One of them.
    Slip(String),
    /// Two of them, side by side.
    Compared(String, String),
    /// The years with a Certificazione Unica.
    Taxes,
    /// One of them.
    Tax(u16),
    /// The notices.
    Notices,
    /// One of them.
    Notice(String),
    /// Who came in.
    Accesses,
    /// The contacts.
    Contacts,
    /// The applications.
    Applications,
    /// One of them.
    Application(String),
    /// A form of an application, and the draft that is gone on with.
    Draft {
        kind: ApplicationKind,
        id: Option<String>,
    },
    /// The answer to what is missing in an application.
    Integrate(String),
    /// What the holder may know of the PIN.
    Pin,
    /// A new PIN, because the person wants one.
    Change,
    /// The conversion of the PIN.
    Convert,
    /// A conversion that was begun.
    Conversion(String),
    /// A service that cannot be used here.
    NotHere,
}

impl Place {
    /// The place of this name: a service of the catalogue, or a row of a record.
    pub(crate) fn named(name: &str) -> Option<Self> {
        let (what, rest) = name.split_once(':').unwrap_or((name, ""));
        let owned = || rest.to_owned();
        let place = match what {
            "estratto_conto" => Self::Statement,
            "cedolino" | "cedolino_pensione" => Self::Slips,
            "slip" => Self::Slip(owned()),
            "compare" => {
                let (first, second) = rest.split_once(':')?;
                Self::Compared(first.to_owned(), second.to_owned())
            }
            "certificazione_unica" => Self::Taxes,
            "tax" => Self::Tax(rest.parse().ok()?),
            "notices" | "avvisi" => Self::Notices,
            "notice" => Self::Notice(owned()),
            "accesses" | "accessi" => Self::Accesses,
            "contacts" | "dati_personali" => Self::Contacts,
            "applications" | "domande" => Self::Applications,
            "application" => Self::Application(owned()),
            "integrate" => Self::Integrate(owned()),
            "portal_pin" | "pin" => Self::Pin,
            "change_pin" => Self::Change,
            "convert" | "conversione_pin" => Self::Convert,
            "conversion" => Self::Conversion(owned()),
            "services" => Self::Services,
            kind => match check_word::<ApplicationKind>(kind) {
                Some(kind) => Self::Draft { kind, id: None },
                None => Self::NotHere,
            },
        };
        Some(place)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_and_services_lead_where_they_say() {
        let slip = Place::Slip("2026-11".to_owned());
        let compared = Place::Compared("2026-10".to_owned(), "2026-11".to_owned());
        let draft = Place::Draft {
            kind: ApplicationKind::AssegnoUnico,
            id: None,
        };
        for (name, expected) in [
            ("estratto_conto", Some(Place::Statement)),
            ("slip:2026-11", Some(slip)),
            ("compare:2026-10:2026-11", Some(compared)),
            ("compare:2026-10", None),
            ("tax:2025", Some(Place::Tax(2025))),
            ("tax:soon", None),
            ("assegno_unico", Some(draft)),
            ("a_service_of_a_later_portal", Some(Place::NotHere)),
        ] {
            assert_eq!(Place::named(name), expected, "{name}");
        }
    }
}
