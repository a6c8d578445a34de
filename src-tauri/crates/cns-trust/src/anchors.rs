//! Whom we trust in the end: the roots that the user names, and the CAs of the official list.

use crate::roots::{ListState, Standing, TrustRoots, TrustSource};
use crate::trust_list::{ListedStanding, TrustList, TrustListError};
use time::OffsetDateTime;

/// The user's roots beside the official list, if there is one.
///
/// Every CA of the list is found by its name, also one that is no anchor or no longer trusted, so that a certificate
/// which it signed can be told from one of a CA that nobody knows. [`TrustSource::standing`] says which it is.
#[derive(Clone, Debug, Default)]
pub struct TrustAnchors {
    named: TrustRoots,
    /// The user's roots, and behind them the CAs of the list.
    all: TrustRoots,
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
            all: named.clone(),
            named,
            list: List::None,
        }
    }

    /// With the official list, or with why there is none.
    #[must_use]
    pub fn with_list(mut self, list: Result<TrustList, TrustListError>) -> Self {
        self.all = self.named.clone();
        self.list = match list {
            Ok(list) => {
                for ca in list.cas() {
                    self.all.add_der(ca.der.clone());
                }
                List::Used(list)
            }
            Err(error) => List::Unusable(error),
        };
        self
    }

    /// While the official list is on its way.
    #[must_use]
    pub fn awaiting_list(mut self) -> Self {
        self.all = self.named.clone();
        self.list = List::Loading;
        self
    }
}

impl TrustSource for TrustAnchors {
    fn roots(&self) -> &[Vec<u8>] {
        self.all.roots()
    }

    fn named(&self, subject_der: &[u8]) -> Vec<&[u8]> {
        self.all.named(subject_der)
    }

    /// The user's word on a root stands before the list's: whoever names it trusts it.
    fn standing(&self, root_der: &[u8], at: OffsetDateTime) -> Standing {
        if self.named.roots().iter().any(|root| root == root_der) {
            return Standing::NamedByUser;
        }
        let List::Used(list) = &self.list else {
            return Standing::NotAnAnchor;
        };
        match list.cas().iter().find(|ca| ca.der == root_der) {
            None => Standing::NotAnAnchor,
            Some(ca) if !ca.self_signed => Standing::NotAnAnchor,
            Some(ca) => match &ca.standing {
                ListedStanding::Recognised => Standing::Listed,
                ListedStanding::Deprecated if at < ca.since => Standing::Listed,
                // Another status gives no trust at any time: nobody knows what it was before.
                ListedStanding::Deprecated | ListedStanding::Other(_) => {
                    Standing::Deprecated { since: ca.since }
                }
            },
        }
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
