//! Whom we trust in the end: the roots that the user names, and the CAs of the official list.

use crate::roots::{ListState, Standing, TrustRoots, TrustSource};
use crate::trust_list::{TrustList, TrustListError};
use time::OffsetDateTime;

/// The user's roots beside the official list, if there is one.
#[derive(Clone, Debug, Default)]
pub struct TrustAnchors {
    roots: TrustRoots,
    list: List,
}

#[derive(Clone, Debug, Default)]
enum List {
    #[default]
    None,
    Loading,
    Unusable(TrustListError),
    Used(TrustList),
}

impl TrustAnchors {
    /// The user's roots alone.
    pub fn new(named: TrustRoots) -> Self {
        Self {
            roots: named,
            list: List::None,
        }
    }

    /// With the official list, or with why there is none.
    #[must_use]
    pub fn with_list(mut self, list: Result<TrustList, TrustListError>) -> Self {
        self.list = match list {
            Ok(list) => List::Used(list),
            Err(error) => List::Unusable(error),
        };
        self
    }

    /// While the official list is on its way.
    #[must_use]
    pub fn awaiting_list(mut self) -> Self {
        self.list = List::Loading;
        self
    }
}

impl TrustSource for TrustAnchors {
    fn roots(&self) -> &[Vec<u8>] {
        self.roots.roots()
    }

    fn named(&self, subject_der: &[u8]) -> Vec<&[u8]> {
        self.roots.named(subject_der)
    }

    fn standing(&self, _root_der: &[u8], _at: OffsetDateTime) -> Standing {
        Standing::NamedByUser
    }

    fn list(&self) -> ListState<'_> {
        match &self.list {
            List::None => ListState::None,
            List::Loading => ListState::Loading,
            List::Unusable(error) => ListState::Unusable(error),
            List::Used(list) => ListState::Used(list.facts()),
        }
    }
}
