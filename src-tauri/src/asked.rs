//! What the page wishes for on a screen of the portal, as the stories read it: what was typed wipes itself.

use cns_contract::{Filled, PersonTyped, PortalWish};
use cns_portal_api::DocumentSide;
use std::collections::BTreeMap;
use std::path::PathBuf;
use zeroize::Zeroizing;

/// A wish on a screen of the portal.
pub(crate) enum Asked {
    /// To another step.
    Go(String),
    /// To a service, or to a row of a record.
    Open(String),
    /// This was typed.
    Filled(Typed),
    /// This was typed so far.
    Save(Typed),
    /// What was looked at may leave.
    Send,
    /// Back.
    Back,
    /// The new PIN was noted.
    Noted,
    /// The print goes into this folder.
    Print(PathBuf),
    /// A page of a document.
    Document {
        /// Which page.
        side: DocumentSide,
        /// What is in the file.
        bytes: Vec<u8>,
    },
}

/// A form, as it was filled in.
pub(crate) struct Typed {
    form: String,
    values: BTreeMap<String, Zeroizing<String>>,
    people: Vec<PersonTyped>,
}

impl Asked {
    /// Reads a wish; `folder` is where a print would go.
    pub(crate) fn from_wish(wish: PortalWish, folder: PathBuf) -> Self {
        match wish {
            PortalWish::Go { to } => Self::Go(to),
            PortalWish::Open { what } => Self::Open(what),
            PortalWish::Filled { filled } => Self::Filled(filled.into()),
            PortalWish::Save { filled } => Self::Save(filled.into()),
            PortalWish::Send => Self::Send,
            PortalWish::Back => Self::Back,
            PortalWish::Noted => Self::Noted,
            PortalWish::Print => Self::Print(folder),
        }
    }
}

impl Typed {
    /// The form's name.
    pub(crate) fn form(&self) -> &str {
        &self.form
    }

    /// What stood in a field, without the spaces around it; empty where there was none.
    pub(crate) fn value(&self, name: &str) -> &str {
        self.values.get(name).map_or("", |value| value.trim())
    }

    /// Whether a box was ticked.
    pub(crate) fn is_ticked(&self, name: &str) -> bool {
        self.value(name) == "true"
    }

    /// The people who were named.
    pub(crate) fn people(&self) -> &[PersonTyped] {
        &self.people
    }
}

impl From<Filled> for Typed {
    fn from(filled: Filled) -> Self {
        let Filled { form, values, people } = filled;
        Self {
            form,
            values: values
                .into_iter()
                .map(|(name, value)| (name, Zeroizing::new(value)))
                .collect(),
            people,
        }
    }
}

impl std::fmt::Debug for Asked {
    /// Prints nothing of what was typed.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Asked([secret])")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_typed_is_read_without_its_edges_and_printed_nowhere() {
        let wish = r#"{"wish":"filled","filled":{"form":"log_in","values":{"pin":" ABCD2345 ","lost":"true"},"people":[]}}"#;
        let asked = Asked::from_wish(serde_json::from_str(wish).unwrap(), PathBuf::new());
        assert_eq!(format!("{asked:?}"), "Asked([secret])");
        let Asked::Filled(typed) = asked else { panic!() };
        assert_eq!(
            (typed.form(), typed.value("pin"), typed.value("other")),
            ("log_in", "ABCD2345", "")
        );
        assert!(typed.is_ticked("lost") && !typed.is_ticked("pin"));
    }
}
