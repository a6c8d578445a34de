//! Walks the chain and says where it is broken.

use crate::audit::chain::link;
use crate::config::Database;
use crate::error::PortalError;
use crate::keys::Keys;
use crate::store::{Store, audit};
use std::fmt;
use std::str::FromStr;

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Chain {
    /// Every entry is linked to the one before.
    Whole(AuditHead),
    /// One is not.
    Broken(Broken),
}

/// The last entry. Written down elsewhere, it shows later whether the end of the audit was cut off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditHead {
    /// How many entries there are.
    pub entries: i64,
    /// The last link.
    pub hash: Vec<u8>,
}

/// Where a chain is broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Broken {
    /// The first entry that cannot be believed.
    pub at: i64,
    /// Why not.
    pub why: Why,
}

/// Why an entry cannot be believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// It is not there, though later ones are.
    Missing,
    /// It says something else than when it was written, or was written without the key.
    Altered,
    /// It is there, and the head does not know of it; or the head knows more than there is.
    HeadDiffers,
    /// It is not the one that was written down.
    NotAsExpected,
}

/// Walks the whole audit. With `expected`, also looks whether the entry of that place is the one it was.
///
/// # Errors
/// [`PortalError::DatabaseFile`] when there is no such database, [`PortalError::Database`] when it does not answer.
pub async fn verify(
    database: &Database,
    keys: &Keys,
    expected: Option<&AuditHead>,
) -> Result<Chain, PortalError> {
    if let Database::File(path) = database {
        // Opening it would make it, and an empty audit is whole.
        std::fs::metadata(path).map_err(|source| PortalError::DatabaseFile {
            path: path.clone(),
            source,
        })?;
    }
    let store = Store::open(database).await?;
    let found = walk(&store, keys, expected).await;
    store.close().await;
    found
}

/// The last entry, as the head of the audit says.
pub(crate) async fn head(store: &Store) -> Result<AuditHead, PortalError> {
    let mut tx = store.snapshot().await?;
    let (entries, hash) = audit::head(&mut tx).await?;
    Ok(AuditHead { entries, hash })
}

/// Walks the audit of an open database, as it was when the walk began.
pub(crate) async fn walk(
    store: &Store,
    keys: &Keys,
    expected: Option<&AuditHead>,
) -> Result<Chain, PortalError> {
    let mut tx = store.snapshot().await?;
    let (last, head) = audit::head(&mut tx).await?;
    let broken = |at, why| Ok(Chain::Broken(Broken { at, why }));
    let (mut seq, mut previous) = (0_i64, START.to_vec());
    loop {
        let rows = audit::after(&mut tx, seq, AT_ONCE).await?;
        if rows.is_empty() {
            break;
        }
        for row in rows {
            if row.seq != seq + 1 {
                return broken(seq + 1, Why::Missing);
            }
            if row.previous != previous || row.hash != link(keys, &row) {
                return broken(row.seq, Why::Altered);
            }
            if expected.is_some_and(|expected| expected.entries == row.seq && expected.hash != row.hash) {
                return broken(row.seq, Why::NotAsExpected);
            }
            (seq, previous) = (row.seq, row.hash);
        }
    }
    if last != seq || head != previous {
        return broken(seq.min(last) + 1, Why::HeadDiffers);
    }
    if expected.is_some_and(|expected| expected.entries > seq) {
        return broken(seq + 1, Why::NotAsExpected);
    }
    Ok(Chain::Whole(AuditHead {
        entries: seq,
        hash: previous,
    }))
}

impl fmt::Display for AuditHead {
    /// Number of entries and last link: `17:9f86d081…`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:", self.entries)?;
        self.hash.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl FromStr for AuditHead {
    type Err = PortalError;

    /// Reads what [`Display`](fmt::Display) writes.
    fn from_str(text: &str) -> Result<Self, PortalError> {
        let read = || {
            let (entries, digits) = text.split_once(':')?;
            let hash: Option<Vec<u8>> = (0..HASH_LEN)
                .map(|at| u8::from_str_radix(digits.get(2 * at..2 * at + 2)?, 16).ok())
                .collect();
            let entries = entries.parse().ok().filter(|entries| *entries >= 0)?;
            Some(Self {
                entries,
                hash: hash.filter(|_| digits.len() == 2 * HASH_LEN)?,
            })
        };
        read().ok_or(PortalError::NoAuditHead)
    }
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Missing => "it is missing",
            Self::Altered => "it is not what was written",
            Self::HeadDiffers => "the end of the audit is not where its head says",
            Self::NotAsExpected => "it is not the entry that was expected",
        })
    }
}

const HASH_LEN: usize = 32;

/// What stands before the first link.
const START: [u8; HASH_LEN] = [0; HASH_LEN];

const AT_ONCE: i64 = 1000;
