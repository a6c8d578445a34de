//! What the page may wish for at the door of a portal and behind it.

use serde::Deserialize;
use std::collections::BTreeMap;
use ts_rs::TS;

/// A wish that belongs to the screen from which it comes; from any other it is not taken.
#[derive(Deserialize, TS)]
#[serde(tag = "wish", rename_all = "snake_case")]
pub enum PortalWish {
    /// Leads from one step to another, such as `request` or `services`.
    Go {
        /// Where to.
        to: String,
    },
    /// Opens a service, or a row of a record.
    Open {
        /// What.
        what: String,
    },
    /// Hands over what was typed.
    Filled {
        /// What was typed.
        filled: Filled,
    },
    /// Keeps what was typed as a draft.
    Save {
        /// What was typed so far.
        filled: Filled,
    },
    /// Sends what was looked at.
    Send,
    /// Goes back, to change something.
    Back,
    /// The new PIN was noted.
    Noted,
    /// Saves what is shown, as the portal prints it, where a report would go.
    Print,
}

/// A form, as it was filled in. Secrets are among it: it is no further than its first reader, who wipes it.
#[derive(Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct Filled {
    /// The form's name.
    pub form: String,
    /// What stood in each field.
    pub values: BTreeMap<String, String>,
    /// The people who were named.
    #[serde(default)]
    pub people: Vec<PersonTyped>,
}

/// Somebody who was named.
#[derive(Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct PersonTyped {
    /// Codice fiscale.
    pub codice_fiscale: String,
    /// What they are to the applicant.
    #[serde(default)]
    pub relation: String,
    /// Whether they have a disability.
    #[serde(default)]
    pub disability: bool,
}

macro_rules! secret_debug {
    ($($type:ident),*) => {$(
        impl std::fmt::Debug for $type {
            /// Prints nothing of what was typed.
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(concat!(stringify!($type), "([secret])"))
            }
        }
    )*};
}
secret_debug!(PortalWish, Filled, PersonTyped);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_typed_is_in_no_log() {
        let wish = r#"{"wish":"filled","filled":{"form":"log_in","values":{"pin":"ABCD2345"},"people":[]}}"#;
        let wish: PortalWish = serde_json::from_str(wish).unwrap();
        assert_eq!(format!("{wish:?}"), "PortalWish([secret])");
        let PortalWish::Filled { filled } = wish else {
            panic!("it was filled")
        };
        assert_eq!(format!("{filled:?}"), "Filled([secret])");
    }
}
