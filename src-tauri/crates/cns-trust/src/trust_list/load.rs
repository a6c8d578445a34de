//! Where the lists come from: their official addresses, files, and what a package brings along.
//!
//! Numbers never go back within a run, and never below those compiled in. Nothing is written to the disk, so a new
//! run remembers no more than that: who could hold back a newer list from it could show it an older one again, until
//! that is past its `NextUpdate`.

use crate::trust_list::read::{Kind, announced};
use crate::trust_list::text::LARGEST_LIST;
use crate::trust_list::tree::Node;
use crate::trust_list::{Floor, Lotl, Pins, TrustList, TrustListError, WhichList, text};
use crate::{Fetch, FetchError, FetchLimits, FetchPurpose, FetchRequest};
use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::time::Duration;

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

/// A list at hand: from a file, or from a package.
#[derive(Clone, Copy, Debug)]
pub struct ListFile<'a> {
    /// Its XML.
    pub xml: &'a [u8],
    /// What it is called where it is told: a file's name.
    pub origin: &'a str,
}

/// Fetches the EU list of lists, then the Italian list that it points to, both within half a minute. `seen` is this run's memory of
/// numbers.
///
/// # Errors
/// The [`TrustListError`] of the list that could not be had or believed.
pub async fn load(
    addresses: &ListAddresses,
    fetch: &dyn Fetch,
    pins: &Pins,
    seen: &mut Floor,
) -> Result<TrustList, TrustListError> {
    let ends = fetch.elapsed().saturating_add(WHOLE_TIME);
    let of_lists = |error: TrustListError| error.of(WhichList::OfLists);
    let italian = |error: TrustListError| error.of(WhichList::Italian);
    let fetched_lotl = fetched(fetch, &addresses.lotl, ends).await;
    let (xml, _) = fetched_lotl.map_err(of_lists)?;
    let lotl = Lotl::read(&xml, &pins.lotl, pins.floor.or_higher(*seen).lotl).map_err(of_lists)?;
    seen.lotl = seen.lotl.max(lotl.facts().sequence);
    let address = addresses.list.as_deref().unwrap_or(lotl.location());
    let (xml, host) = fetched(fetch, address, ends).await.map_err(italian)?;
    let floor = pins.floor.or_higher(*seen).italy;
    let list = TrustList::read(&xml, lotl.italy(), floor).map_err(italian)?;
    seen.italy = seen.italy.max(list.facts().sequence);
    Ok(list.from_origin(host))
}

/// As [`load`], beside a list that the package brings along. That one raises the floor, so that the network can give
/// nothing older, and is what remains when the network gives nothing that can be believed. Which one it is,
/// [`ListFacts::origin`](crate::ListFacts::origin) tells.
///
/// # Errors
/// Those of [`load`], when the package's list is no use either.
pub async fn load_beside(
    packaged: &[ListFile<'_>],
    addresses: &ListAddresses,
    fetch: &dyn Fetch,
    pins: &Pins,
    seen: &mut Floor,
) -> Result<TrustList, TrustListError> {
    let at_hand = from_files(packaged, pins, seen);
    load(addresses, fetch, pins, seen)
        .await
        .or_else(|error| at_hand.map_err(|_| error))
}

/// The Italian list out of files. Each says itself what it is. A list of lists among them names who may sign the
/// Italian one; without it, those of `pins` may. Of several lists of a kind, the newest counts.
///
/// # Errors
/// The [`TrustListError`] of the first that cannot be believed; [`TrustListError::WrongList`] when there is no Italian
/// list among them, [`TrustListError::Malformed`] when there is none at all.
pub fn from_files(
    files: &[ListFile<'_>],
    pins: &Pins,
    seen: &mut Floor,
) -> Result<TrustList, TrustListError> {
    let floor = pins.floor.or_higher(*seen);
    let (mut lotls, mut lists) = (Vec::new(), Vec::new());
    for file in files {
        let text = text::text(file.xml)?;
        let document = text::parse(text)?;
        match announced(Node::root(&document)?) {
            Some(Kind::Lotl) => {
                let lotl = Lotl::of(&document, &pins.lotl, floor.lotl);
                lotls.push(lotl.map_err(|error| error.of(WhichList::OfLists))?);
            }
            announced @ (Some(Kind::Italy) | None) => lists.push((file, announced.is_some())),
        }
    }
    let lotl = lotls.into_iter().max_by_key(|lotl| lotl.facts().sequence);
    let signers = lotl.as_ref().map_or(pins.italy.as_slice(), Lotl::italy);
    let mut newest: Option<TrustList> = None;
    for (file, says_italian) in lists {
        let list = TrustList::read(file.xml, signers, floor.italy);
        let list = list.map_err(|error| match says_italian {
            true => error.of(WhichList::Italian),
            false => error,
        })?;
        let list = list.from_origin(file.origin);
        newest = match newest {
            Some(other) if other.facts().sequence >= list.facts().sequence => Some(other),
            Some(_) | None => Some(list),
        };
    }
    let list = newest.ok_or_else(|| match &lotl {
        Some(_) => TrustListError::WrongList {
            territory: "EU".to_owned(),
        },
        None => TrustListError::Malformed,
    })?;
    *seen = seen.or_higher(Floor {
        lotl: lotl.map_or(0, |lotl| lotl.facts().sequence),
        italy: list.facts().sequence,
    });
    Ok(list)
}

/// Reads the file of a list, if it is not larger than any list.
///
/// # Errors
/// [`TrustListError::Unreadable`], [`TrustListError::TooLarge`].
pub fn read_list_file(path: &Path) -> Result<Vec<u8>, TrustListError> {
    let mut xml = Vec::new();
    File::open(path)
        .and_then(|file| file.take(LARGEST_LIST + 1).read_to_end(&mut xml))
        .map_err(|_| TrustListError::Unreadable {
            path: path.to_string_lossy().into_owned(),
        })?;
    match u64::try_from(xml.len()).is_ok_and(|length| length <= LARGEST_LIST) {
        true => Ok(xml),
        false => Err(TrustListError::TooLarge { limit: LARGEST_LIST }),
    }
}

/// What an address gives before the time is over, and the host that gave it.
async fn fetched(fetch: &dyn Fetch, url: &str, ends: Duration) -> Result<(Vec<u8>, String), TrustListError> {
    if !url
        .get(..SCHEME.len())
        .is_some_and(|scheme| scheme.eq_ignore_ascii_case(SCHEME))
    {
        return Err(TrustListError::NotFetched(FetchError::Address));
    }
    let whole = ends.saturating_sub(fetch.elapsed());
    let request = FetchRequest {
        url,
        purpose: FetchPurpose::TrustList,
        post: None,
        limits: FetchLimits {
            body: LARGEST_LIST,
            whole,
            connect: CONNECT_TIME.min(whole),
        },
    };
    let mut xml = Vec::new();
    match fetch.fetch(request, &mut xml).await {
        Ok(answer) => Ok((xml, answer.host)),
        Err(error) => Err(TrustListError::NotFetched(error)),
    }
}

/// For both lists together: somebody who typed a PIN may be waiting for them.
const WHOLE_TIME: Duration = Duration::from_secs(30);
const CONNECT_TIME: Duration = Duration::from_secs(5);

const SCHEME: &str = "https://";
