//! How a PIN is kept: Argon2id (RFC 9106) over its HMAC with the pepper, which is not in the database.
//!
//! A PIN has forty bits: whoever has the database and not the pepper can guess nothing; whoever has both pays 19 MiB
//! and two passes for each guess. Somebody unknown costs as much as somebody known: what is compared with nothing is
//! hashed all the same.

use crate::error::PortalError;
use crate::keys::Keys;
use crate::pin::code::{PinCode, TypedPin};
use argon2::{Algorithm, Argon2, Block, Params, Version};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use rand::RngCore as _;
use rand::rngs::OsRng;
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Makes and compares hashes, as many at a time as there are processors: each takes 19 MiB.
pub(crate) struct Hasher {
    keys: Keys,
    /// Who computes.
    cores: Arc<Semaphore>,
    /// Who computes or waits to.
    queue: Arc<Semaphore>,
    memory: Arc<Mutex<Vec<Vec<Block>>>>,
    runs: Arc<AtomicU64>,
}

/// A place in the queue. It is asked for before a try is counted, so that who is sent away has not tried.
pub(crate) struct Turn(
    #[expect(dead_code, reason = "held, and given back when dropped")] OwnedSemaphorePermit,
);

/// What an initial or a working PIN is compared with: the first hash with eight typed symbols or the first eight of
/// sixteen, the second with the last eight. Nothing stands for a PIN that is not there.
#[derive(Clone, Default, PartialEq, Eq)]
pub(crate) struct Kept {
    /// The hash of a working PIN.
    pub(crate) working: Option<String>,
    /// The hashes of the two halves.
    pub(crate) halves: (Option<String>, Option<String>),
}

impl Hasher {
    pub(crate) fn new(keys: Keys) -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Self {
            keys,
            cores: Arc::new(Semaphore::new(cores)),
            queue: Arc::new(Semaphore::new(cores * QUEUE_FOR_EACH_CORE)),
            memory: Arc::default(),
            runs: Arc::default(),
        }
    }

    /// Takes a place in the queue.
    ///
    /// # Errors
    /// [`PortalError::Busy`] when the queue is longer than a person would wait for.
    pub(crate) fn turn(&self) -> Result<Turn, PortalError> {
        Arc::clone(&self.queue)
            .try_acquire_owned()
            .map(Turn)
            .map_err(|_| PortalError::Busy)
    }

    /// Hashes a new code with a salt of its own: `v1$m$t$p$pepper$salt$hash`.
    pub(crate) async fn hash(&self, turn: &Turn, code: PinCode) -> Result<String, PortalError> {
        let mut salt = [0; SALT_LENGTH];
        OsRng.fill_bytes(&mut salt);
        let cost = COST;
        let [hash] = self.run(turn, [(code, salt, cost)]).await?;
        Ok(format!(
            "{VERSION}${}${}${}${}${}${}",
            cost.memory,
            cost.passes,
            cost.lanes,
            self.pepper_id(),
            STANDARD_NO_PAD.encode(salt),
            STANDARD_NO_PAD.encode(hash),
        ))
    }

    /// Compares what was typed with what is kept. Its cost follows from what was typed alone.
    pub(crate) async fn verify(&self, turn: &Turn, typed: TypedPin, kept: Kept) -> Result<bool, PortalError> {
        match typed {
            TypedPin::Working(code) => {
                let [good] = self.compare(turn, [(code, kept.working)]).await?;
                Ok(good)
            }
            TypedPin::Initial(first, second) => {
                let halves = [(first, kept.halves.0), (second, kept.halves.1)];
                let [first, second] = self.compare(turn, halves).await?;
                Ok(first & second)
            }
        }
    }

    /// Compares one half with what is kept of it.
    pub(crate) async fn verify_half(
        &self,
        turn: &Turn,
        half: PinCode,
        kept: Option<String>,
    ) -> Result<bool, PortalError> {
        let [good] = self.compare(turn, [(half, kept)]).await?;
        Ok(good)
    }

    /// How often Argon2 has run: the same for an unknown person as for a known one.
    pub(crate) fn runs(&self) -> u64 {
        self.runs.load(Ordering::Relaxed)
    }

    async fn compare<const N: usize>(
        &self,
        turn: &Turn,
        pairs: [(PinCode, Option<String>); N],
    ) -> Result<[bool; N], PortalError> {
        let mut wanted = [None; N];
        let mut places = wanted.iter_mut();
        let asked = pairs.map(|(code, kept)| {
            let parts = kept.as_deref().and_then(|kept| self.read(kept));
            let (salt, cost) = parts.map_or(([0; SALT_LENGTH], COST), |parts| (parts.salt, parts.cost));
            if let Some(place) = places.next() {
                *place = parts.map(|parts| parts.hash);
            }
            (code, salt, cost)
        });
        let hashes = self.run(turn, asked).await?;
        let mut good = [false; N];
        for ((good, hash), wanted) in good.iter_mut().zip(&hashes).zip(&wanted) {
            // Nothing is compared with zeroes; that it is there at all is looked at last.
            let against = wanted.unwrap_or_default();
            *good = equal(hash, &against) & wanted.is_some();
        }
        Ok(good)
    }

    async fn run<const N: usize>(
        &self,
        _turn: &Turn,
        asked: [(PinCode, [u8; SALT_LENGTH], Cost); N],
    ) -> Result<[[u8; HASH_LENGTH]; N], PortalError> {
        // A semaphore that nobody closes.
        let core = Arc::clone(&self.cores)
            .acquire_owned()
            .await
            .map_err(|_| PortalError::Busy)?;
        let (keys, memory, runs) = (
            self.keys.clone(),
            Arc::clone(&self.memory),
            Arc::clone(&self.runs),
        );
        let work = tokio::task::spawn_blocking(move || {
            let mut blocks = {
                let mut memory = memory.lock().unwrap_or_else(PoisonError::into_inner);
                memory.pop().unwrap_or_default()
            };
            let mut hashes = [[0; HASH_LENGTH]; N];
            let mut outcome = Ok(());
            for ((code, salt, cost), hash) in asked.iter().zip(&mut hashes) {
                runs.fetch_add(1, Ordering::Relaxed);
                outcome = outcome.and(cost.argon2id(&keys, code, salt, hash, &mut blocks));
            }
            memory.lock().unwrap_or_else(PoisonError::into_inner).push(blocks);
            drop(core);
            outcome.map(|()| hashes)
        });
        work.await.map_err(|_| PortalError::Hashing)?
    }

    fn read(&self, kept: &str) -> Option<Parts> {
        let mut parts = kept.split('$');
        if parts.next()? != VERSION {
            return None;
        }
        let mut number = || parts.next()?.parse().ok();
        let cost = Cost {
            memory: number()?,
            passes: number()?,
            lanes: number()?,
        };
        // Hashed with another pepper: nothing that is typed can match it.
        if parts.next()? != self.pepper_id() {
            return None;
        }
        let salt = STANDARD_NO_PAD.decode(parts.next()?).ok()?.try_into().ok()?;
        let hash = STANDARD_NO_PAD.decode(parts.next()?).ok()?.try_into().ok()?;
        parts.next().is_none().then_some(Parts { cost, salt, hash })
    }

    /// Tells peppers apart, and nothing else about them.
    fn pepper_id(&self) -> String {
        let tag = self.keys.pepper(b"which pepper this is");
        tag.as_ref()
            .iter()
            .take(4)
            .map(|byte| format!("{byte:02x}"))
            .collect()
    }
}

impl fmt::Debug for Hasher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hasher")
            .field("runs", &self.runs())
            .finish_non_exhaustive()
    }
}

#[derive(Clone, Copy)]
struct Parts {
    cost: Cost,
    salt: [u8; SALT_LENGTH],
    hash: [u8; HASH_LENGTH],
}

/// What one hash costs.
#[derive(Clone, Copy)]
struct Cost {
    /// KiB.
    memory: u32,
    passes: u32,
    lanes: u32,
}

impl Cost {
    fn argon2id(
        self,
        keys: &Keys,
        code: &PinCode,
        salt: &[u8; SALT_LENGTH],
        hash: &mut [u8; HASH_LENGTH],
        blocks: &mut Vec<Block>,
    ) -> Result<(), PortalError> {
        let params = Params::new(self.memory, self.passes, self.lanes, Some(HASH_LENGTH))
            .map_err(|_| PortalError::Hashing)?;
        blocks.resize(params.block_count(), Block::new());
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
            .hash_password_into_with_memory(
                keys.pepper(code.bytes()).as_ref(),
                salt,
                hash,
                blocks.as_mut_slice(),
            )
            .map_err(|_| PortalError::Hashing)
    }
}

/// Compares in a time that does not depend on where two hashes differ.
fn equal(left: &[u8; HASH_LENGTH], right: &[u8; HASH_LENGTH]) -> bool {
    let differences = left
        .iter()
        .zip(right)
        .fold(0, |all, (left, right)| all | (left ^ right));
    std::hint::black_box(differences) == 0
}

/// The smallest that OWASP and RFC 9106's authors still advise for a server: 19 MiB, two passes, one lane.
const COST: Cost = Cost {
    memory: 19 * 1024,
    passes: 2,
    lanes: 1,
};
const VERSION: &str = "v1";
const SALT_LENGTH: usize = 16;
const HASH_LENGTH: usize = 32;
/// At 20 ms each, the last of a full queue waits about four seconds.
const QUEUE_FOR_EACH_CORE: usize = 200;

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str) -> PinCode {
        PinCode::parse(text).unwrap()
    }

    #[tokio::test]
    async fn a_code_matches_its_own_hash_only() {
        let hasher = Hasher::new(Keys::random().unwrap());
        let turn = hasher.turn().unwrap();
        let kept = hasher.hash(&turn, code("ABCDEFGH")).await.unwrap();
        assert!(kept.starts_with("v1$19456$2$1$"));
        assert_ne!(kept, hasher.hash(&turn, code("ABCDEFGH")).await.unwrap());
        let verify = async |typed: &str, kept: &Kept| {
            let typed = TypedPin::parse(typed).unwrap();
            hasher.verify(&turn, typed, kept.clone()).await.unwrap()
        };
        let working = Kept {
            working: Some(kept.clone()),
            ..Kept::default()
        };
        let second = hasher.hash(&turn, code("23456789")).await.unwrap();
        let halves = Kept {
            halves: (Some(kept.clone()), Some(second)),
            ..Kept::default()
        };
        let one_half = Kept {
            halves: (Some(kept), None),
            ..Kept::default()
        };
        for (typed, kept, good) in [
            ("ABCDEFGH", &working, true),
            ("abcdefgh", &working, true),
            ("ABCDEFGJ", &working, false),
            ("ABCDEFGH23456789", &working, false),
            ("ABCDEFGH", &halves, false),
            ("ABCDEFGH23456789", &halves, true),
            ("23456789ABCDEFGH", &halves, false),
            ("ABCDEFGH23456782", &halves, false),
            ("ABCDEFGH23456789", &one_half, false),
            ("ABCDEFGH", &Kept::default(), false),
        ] {
            assert_eq!(verify(typed, kept).await, good, "{typed}");
        }
    }

    #[tokio::test]
    async fn nobody_costs_as_much_as_somebody() {
        let hasher = Hasher::new(Keys::random().unwrap());
        let turn = hasher.turn().unwrap();
        let kept = Kept {
            working: Some(hasher.hash(&turn, code("ABCDEFGH")).await.unwrap()),
            ..Kept::default()
        };
        let strange = Kept {
            working: Some("v1$19456$2$1$00000000$AA$AA".to_owned()),
            ..Kept::default()
        };
        for (typed, runs) in [("22222222", 1), ("2222222222222222", 2)] {
            for kept in [&kept, &strange, &Kept::default()] {
                let before = hasher.runs();
                let typed = TypedPin::parse(typed).unwrap();
                assert!(!hasher.verify(&turn, typed, kept.clone()).await.unwrap());
                assert_eq!(hasher.runs() - before, runs);
            }
        }
    }

    #[tokio::test]
    async fn without_the_pepper_a_hash_is_worth_nothing() {
        let (one, other) = (
            Hasher::new(Keys::random().unwrap()),
            Hasher::new(Keys::random().unwrap()),
        );
        let turn = one.turn().unwrap();
        let kept = Kept {
            working: Some(one.hash(&turn, code("ABCDEFGH")).await.unwrap()),
            ..Kept::default()
        };
        let typed = TypedPin::parse("ABCDEFGH").unwrap();
        assert!(!other.verify(&turn, typed, kept).await.unwrap());
    }

    #[test]
    fn a_full_queue_sends_people_away() {
        let hasher = Hasher::new(Keys::random().unwrap());
        let mut turns = Vec::new();
        while let Ok(turn) = hasher.turn() {
            turns.push(turn);
        }
        assert!(turns.len() >= QUEUE_FOR_EACH_CORE);
        drop(turns);
        assert!(hasher.turn().is_ok());
    }
}
