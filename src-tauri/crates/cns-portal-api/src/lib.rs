//! Words shared by client and portal: paths, bodies.
//!
//! It is the whole of what the two sides agree on, and holds no behaviour: it knows neither HTTP nor TLS nor cards.
//! Money is decimal text, days are `YYYY-MM-DD`, instants are RFC 3339 in UTC, lists may be empty but are never null
//! (the Italian interoperability model, ModI).
//!
//! The way in has two steps on two hosts. The CNS host demands the card's certificate and gives a
//! [`CnsExchange`]; the API host takes its code, once, as a [`NewSession`] and gives a [`SessionOpened`].
//!
//! ```
//! let answer = r#"{"code":"b3BhcXVl","expires_in":60}"#;
//! let exchange: cns_portal_api::CnsExchange = serde_json::from_str(answer)?;
//! assert_eq!(exchange.expires_in, 60);
//! # Ok::<(), serde_json::Error>(())
//! ```

/// Writes `Debug` for types that hold secrets or personal data: their name, and nothing of what they hold.
macro_rules! redacted_debug {
    ($instead:literal: $($type:ident),*) => {$(
        impl std::fmt::Debug for $type {
            /// Prints nothing of what it holds.
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(concat!(stringify!($type), "(", $instead, ")"))
            }
        }
    )*};
}
use redacted_debug;

mod money;
mod problem;
mod session;
mod statement;

/// Paths of the API, below the base URL of each host.
pub mod paths {
    /// `POST` on the CNS host: client certificate in, one-time code out.
    pub const CNS_EXCHANGES: &str = "/rest/v1/cns-exchanges";
    /// `POST` on the API host: one-time code in, session token out.
    pub const SESSIONS: &str = "/rest/v1/sessions";
    /// `DELETE`: the session of the bearer token ends.
    pub const CURRENT_SESSION: &str = "/rest/v1/sessions/current";
    /// `GET`: who the session belongs to.
    pub const ME: &str = "/rest/v1/me";
    /// `GET`: the estratto conto contributivo.
    pub const CONTRIBUTION_STATEMENT: &str = "/rest/v1/me/contribution-statement";
    /// `GET`: is the portal up.
    pub const STATUS: &str = "/rest/v1/status";
}

pub use money::Money;
pub use problem::{Problem, codes};
pub use session::{CnsExchange, Me, NewSession, SessionOpened};
pub use statement::{
    ContributionPeriod, ContributionStatement, Employer, ManagementSection, Note, Person, Totals, Unit,
};
