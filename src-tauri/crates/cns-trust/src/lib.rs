//! May we believe this certificate?
//!
//! One function, [`check`], takes a certificate, the card's own files, the roots that the user trusts and an instant.
//! It gives a [`Verdict`]: a list of findings, each good, bad, or could not check. A verdict that is not bad becomes a
//! [`CheckedCertificate`], and there is no other way to make one.
//!
//! What there is to ask beyond that, whether the certificate was revoked, is a [`revocation::Question`] of the verdict;
//! the answers go back into it ([`Verdict::with_answers`]) and can only make it stricter or less open.
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
mod algorithms;
mod anchors;
mod authority;
mod check;
mod clock;
mod codice_fiscale;
mod common_name;
mod curve;
mod der;
mod fetch;
mod finding;
mod format;
mod issuer_name;
mod key;
mod listing;
mod name;
mod policy;
pub mod revocation;
mod roots;
mod signature;
mod summary;
mod trust_list;
mod usage;
mod validity;
mod verdict;
mod well_formed;

pub use algorithms::{ALGORITHM_POLICY, AlgorithmRule, Worth};
pub use anchors::TrustAnchors;
pub use check::{CardFacts, check};
pub use clock::{Clock, FixedClock, SystemClock};
pub use codice_fiscale::{CodiceFiscale, CodiceFiscaleError, Sex};
pub use common_name::common_name_parts;
pub use fetch::{Answering, Fetch, FetchError, FetchLimits, FetchPurpose, FetchRequest, Fetched, Pour};
pub use finding::{ALL_CASES, Evidence, Finding, FindingCode, Outcome};
pub use issuer_name::{issuer_name, name_for_people, same_name};
pub use roots::{ListState, RootsError, Standing, TrustRoots, TrustSource};
pub use summary::{CertificateSummary, summary};
pub use trust_list::{
    Floor, ListAddresses, ListFacts, ListFile, ListedCa, ListedStanding, Lotl, Pin, Pins, TrustList,
    TrustListError, WhichList, could_be_read_if_signed, from_files, load, load_beside, read_list_file,
};
pub use verdict::{CheckedCertificate, Holder, Verdict};
