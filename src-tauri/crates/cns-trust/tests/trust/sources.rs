//! A source of trust whose every word the test chooses.

use crate::support::Ca;
use cns_trust::{ListFacts, ListState, Standing, TrustListError, TrustSource};
use time::OffsetDateTime;
use time::macros::datetime;

/// Roots with their standing, and a list behind them.
pub(crate) struct Told {
    pub(crate) roots: Vec<Vec<u8>>,
    pub(crate) standings: Vec<Standing>,
    pub(crate) list: List,
}

pub(crate) enum List {
    None,
    Loading,
    Unusable(TrustListError),
    Used(ListFacts),
}

impl Told {
    /// One root with this standing, on a list in date.
    pub(crate) fn one(ca: &Ca, standing: Standing) -> Self {
        Self::all(&[(ca, standing)])
    }

    pub(crate) fn all(cas: &[(&Ca, Standing)]) -> Self {
        Self {
            roots: cas.iter().map(|(ca, _)| ca.der.clone()).collect(),
            standings: cas.iter().map(|(_, standing)| *standing).collect(),
            list: List::Used(list_facts()),
        }
    }

    pub(crate) fn with(mut self, list: List) -> Self {
        self.list = list;
        self
    }
}

/// An invented list of the first of November, in date until spring.
pub(crate) fn list_facts() -> ListFacts {
    ListFacts {
        version: 6,
        sequence: 211,
        issued: datetime!(2026-11-01 10:00 UTC),
        next_update: Some(datetime!(2027-04-30 10:00 UTC)),
        signer_sha256: [7; 32],
        origin: "elenco.example.it".to_owned(),
    }
}

impl TrustSource for Told {
    fn roots(&self) -> &[Vec<u8>] {
        &self.roots
    }

    fn standing(&self, root_der: &[u8], _at: OffsetDateTime) -> Standing {
        let position = self.roots.iter().position(|root| root == root_der).unwrap();
        self.standings[position]
    }

    fn list(&self) -> ListState<'_> {
        match &self.list {
            List::None => ListState::None,
            List::Loading => ListState::Loading,
            List::Unusable(error) => ListState::Unusable(error),
            List::Used(facts) => ListState::Used(facts),
        }
    }
}
