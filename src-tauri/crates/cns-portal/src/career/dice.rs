//! Dice that always fall the same way for the same person.

use sha2::{Digest as _, Sha256};

/// A stream of numbers drawn from a seed. It is written out here because a career must not change with the version of
/// a library.
pub(crate) struct Dice {
    seed: [u8; 32],
    throws: u64,
}

impl Dice {
    pub(crate) fn new(seed: &str) -> Self {
        Self {
            seed: Sha256::digest(seed).into(),
            throws: 0,
        }
    }

    /// A number from `low` to `high`, both possible.
    pub(crate) fn between(&mut self, low: u32, high: u32) -> u32 {
        let mut hash = Sha256::new();
        hash.update(self.seed);
        hash.update(self.throws.to_be_bytes());
        self.throws += 1;
        let [a, b, c, d, ..] = <[u8; 32]>::from(hash.finalize());
        low + u32::from_be_bytes([a, b, c, d]) % (high.saturating_sub(low) + 1)
    }

    /// One of several.
    pub(crate) fn one_of<T: Copy>(&mut self, first: T, others: &[T]) -> T {
        let picked = self.between(0, u32::try_from(others.len()).unwrap_or(0));
        match picked {
            0 => first,
            more => others.get(more as usize - 1).copied().unwrap_or(first),
        }
    }
}
