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
    /// Something to read.
    Record(Record),
    /// An application.
    Application(String),
    /// The form of a new application.
    Draft(ApplicationKind),
    /// A new PIN, and where the person goes from there.
    Change { why: WhyChange, then: Box<Place> },
    /// The conversion of the PIN.
    Convert,
    /// A conversion that was begun.
    Conversion(String),
}

/// A record of the portal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Record {
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
    /// What the holder may know of the PIN.
    Pin,
    /// A service that cannot be used here.
    NotHere,
}

/// Why a new PIN is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum WhyChange {
    /// The person wants one.
    Wish,
    /// The one that opened the session was the initial one: nothing else is open before.
    Initial,
    /// It was too old: nothing else is open before.
    Expired,
}

impl WhyChange {
    /// Its name in the catalogue of texts.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Wish => "wish",
            Self::Initial => "initial",
            Self::Expired => "expired",
        }
    }
}

impl From<Record> for Place {
    fn from(record: Record) -> Self {
        Self::Record(record)
    }
}

impl Place {
    /// The place of this name: a service of the catalogue, or a row of a record.
    pub(crate) fn named(name: &str) -> Option<Self> {
        let (what, rest) = name.split_once(':').unwrap_or((name, ""));
        let owned = || rest.to_owned();
        let place = match what {
            "estratto_conto" => Self::Statement,
            "cedolino" | "cedolino_pensione" => Record::Slips.into(),
            "slip" => Record::Slip(owned()).into(),
            "compare" => {
                let (first, second) = rest.split_once(':')?;
                Record::Compared(first.to_owned(), second.to_owned()).into()
            }
            "certificazione_unica" => Record::Taxes.into(),
            "tax" => Record::Tax(rest.parse().ok()?).into(),
            "notices" | "avvisi" => Record::Notices.into(),
            "notice" => Record::Notice(owned()).into(),
            "accesses" | "accessi" => Record::Accesses.into(),
            "contacts" | "dati_personali" => Record::Contacts.into(),
            "applications" | "domande" => Record::Applications.into(),
            "application" => Self::Application(owned()),
            "portal_pin" | "pin" => Record::Pin.into(),
            "change_pin" => Self::Change {
                why: WhyChange::Wish,
                then: Box::new(Record::Pin.into()),
            },
            "convert" | "conversione_pin" => Self::Convert,
            "conversion" => Self::Conversion(owned()),
            "services" => Self::Services,
            kind => match check_word::<ApplicationKind>(kind) {
                Some(kind) => Self::Draft(kind),
                None => Record::NotHere.into(),
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
        let slip = Record::Slip("2026-11".to_owned()).into();
        let compared = Record::Compared("2026-10".to_owned(), "2026-11".to_owned()).into();
        let draft = Place::Draft(ApplicationKind::AssegnoUnico);
        for (name, expected) in [
            ("estratto_conto", Some(Place::Statement)),
            ("slip:2026-11", Some(slip)),
            ("compare:2026-10:2026-11", Some(compared)),
            ("compare:2026-10", None),
            ("tax:2025", Some(Record::Tax(2025).into())),
            ("tax:soon", None),
            ("assegno_unico", Some(draft)),
            ("a_service_of_a_later_portal", Some(Record::NotHere.into())),
        ] {
            assert_eq!(Place::named(name), expected, "{name}");
        }
    }
}
