//! Does the official list name whoever signed it?
//!
//! A list that could not be had or believed is suspect itself, and never the certificate: it leaves the question open.
//! The user's own word on a root stands beside the list, not below it; but who asked for a list is told when there is
//! none.

use crate::finding::Evidence;
use crate::roots::{ListState, Standing};
use crate::signature::Signer;
use crate::summary::day;
use crate::trust_list::{ListFacts, TrustListError, WhichList};
use crate::{FetchError, Finding, FindingCode, TrustSource};
use time::{Duration, OffsetDateTime};

/// What the list says of the issuer.
pub(crate) fn examine(
    signer: &Signer<'_>,
    issuer: String,
    trust: &dyn TrustSource,
    at: OffsetDateTime,
) -> Finding {
    let code = FindingCode::TrustList;
    let standing = match signer {
        Signer::Verified(anchor) => Some(anchor.standing),
        Signer::Unknown | Signer::Unverified => None,
    };
    let facts = match trust.list() {
        ListState::None if standing == Some(Standing::NamedByUser) => return named_by_user(issuer),
        ListState::None => return Finding::unknown(code, "none"),
        ListState::Loading => return Finding::unknown(code, "loading"),
        ListState::Unusable(error) => return error.finding(),
        ListState::Used(facts) => facts,
    };
    let finding = match (signer, standing) {
        (_, Some(Standing::NamedByUser)) => return named_by_user(issuer),
        (_, Some(Standing::Deprecated { since })) => Finding::bad(code, "deprecated")
            .with("issuer", issuer)
            .with("date", day(since)),
        (_, Some(Standing::Listed | Standing::NotAnAnchor)) => match stale_since(facts, at) {
            Some(end) => Finding::unknown(code, "stale")
                .with("issuer", issuer)
                .with("date", day(end)),
            None => Finding::good(code)
                .with("issuer", issuer)
                .with("sequence", facts.sequence.to_string())
                .with("date", day(facts.issued)),
        },
        // A newer list may name it.
        (Signer::Unknown, None) => match stale_since(facts, at) {
            Some(end) => Finding::unknown(code, "not_listed_stale")
                .with("issuer", issuer)
                .with("date", day(end)),
            None => Finding::bad(code, "not_listed").with("issuer", issuer),
        },
        (Signer::Verified(_) | Signer::Unverified, None) => Finding::unknown(code, "not_verified"),
    };
    finding.resting_on(Evidence {
        source: facts.origin.clone(),
        checked_at: at,
        produced_at: Some(facts.issued),
        next_update: facts.next_update,
    })
}

/// A list of the future: it is signed, so this computer's clock is suspected before anything else.
pub(crate) fn examine_clock(trust: &dyn TrustSource, at: OffsetDateTime) -> Option<Finding> {
    let ListState::Used(facts) = trust.list() else {
        return None;
    };
    // A difference, because a sum could leave the range of dates.
    (facts.issued - at > CLOCKS_MAY_DIFFER)
        .then(|| Finding::unknown(FindingCode::Clock, "before_list").with("date", day(facts.issued)))
}

fn named_by_user(issuer: String) -> Finding {
    Finding {
        case: "named_by_user",
        ..Finding::good(FindingCode::TrustList).with("issuer", issuer)
    }
}

/// Since when a list is stale, if it is. One that promises no next update (ETSI TS 119 612 §5.3.15: its scheme has
/// ended) is stale from its first day.
pub(crate) fn stale_since(facts: &ListFacts, at: OffsetDateTime) -> Option<OffsetDateTime> {
    let end = facts.next_update.unwrap_or(facts.issued);
    (facts.next_update.is_none() || at > end).then_some(end)
}

impl TrustListError {
    /// The finding's case that tells of it, such as `rolled_back`.
    pub fn case(&self) -> &'static str {
        self.finding().case
    }

    /// Facts for the case's text.
    pub fn facts(&self) -> Vec<(&'static str, String)> {
        self.finding().facts
    }

    fn finding(&self) -> Finding {
        let bare = |case| Finding::unknown(FindingCode::TrustList, case);
        let list = match self.which() {
            Some(WhichList::OfLists) => "of_lists",
            Some(WhichList::Italian) => "italian",
            None => "official",
        };
        let finding = |case| bare(case).with("list", list);
        match self.reason() {
            // Within one of the lists there is no other.
            Self::Of { .. } => finding("malformed"),
            Self::TooLarge { .. } | Self::TooManyElements => finding("too_large"),
            Self::Malformed | Self::Dtd => finding("malformed"),
            Self::Version { version } => finding("version").with("version", version),
            Self::Unsigned => finding("unsigned"),
            Self::Wrapped => finding("wrapped"),
            Self::Changed => finding("changed"),
            Self::BadSignature => finding("bad_signature"),
            Self::Algorithm { algorithm } => finding("algorithm").with("algorithm", algorithm),
            Self::SignerNotPinned { .. } => finding("signer_not_pinned"),
            Self::CertificateDigest => finding("certificate_digest"),
            Self::RolledBack { sequence, floor } => finding("rolled_back")
                .with("sequence", sequence.to_string())
                .with("floor", floor.to_string()),
            Self::WrongList { territory } => bare("wrong_list").with("territory", territory),
            Self::SignerOutOfDate { issued } => finding("signer_out_of_date").with("date", day(*issued)),
            Self::NotFetched(FetchError::TooLarge { .. }) => finding("too_large"),
            Self::NotFetched(error) => match error.host() {
                Some(host) => finding("not_fetched").with("host", host),
                None => finding("address_unusable"),
            },
            Self::Unreadable { path } => bare("unreadable").with("path", path),
        }
    }
}

/// Clocks that differ by less are not spoken of.
pub(crate) const CLOCKS_MAY_DIFFER: Duration = Duration::minutes(10);
