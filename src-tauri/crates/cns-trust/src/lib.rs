//! May we believe this certificate?
//!
//! One function, [`check`], takes a certificate, the card's own files, the roots that the user trusts and an instant.
//! It gives a [`Verdict`]: a list of findings, each good, bad, or could not check. A verdict that is not bad becomes a
//! [`CheckedCertificate`], and there is no other way to make one.
//!
//! The crate reads no clock, speaks to no card and reaches no network. It writes no sentence either: a [`Finding`]
//! names its case and its facts, and whoever shows it has the words.
//!
//! ```
//! use cns_trust::{Clock, FindingCode, Outcome, SystemClock, TrustRoots, check};
//!
//! let verdict = check(b"not a certificate", None, &TrustRoots::default(), SystemClock.now());
//! assert_eq!(verdict.outcome(), Outcome::Bad);
//! assert_eq!(verdict.finding(FindingCode::Format).map(|finding| finding.case), Some("malformed"));
//! assert!(verdict.accept().is_err());
//! ```

mod agreement;
mod check;
mod clock;
mod codice_fiscale;
mod common_name;
mod der;
mod finding;
mod format;
mod key;
mod name;
mod policy;
mod roots;
mod signature;
mod summary;
mod usage;
mod validity;
mod verdict;

pub use check::{CardFacts, check};
pub use clock::{Clock, FixedClock, SystemClock};
pub use codice_fiscale::{CodiceFiscale, CodiceFiscaleError, Sex};
pub use finding::{ALL_CASES, Finding, FindingCode, Outcome};
pub use roots::{RootsError, TrustRoots, TrustSource};
pub use summary::{CertificateSummary, summary};
pub use verdict::{CheckedCertificate, Holder, Verdict};
