//! Chains of two certificates, a citizen's and the one anchor that it is judged by: sound, or with one thing changed.
//!
//! Whoever judges certificates is given these, and so is somebody else's program: where the two differ, there is a
//! reason, or a mistake. All are signed by whoever the issuer is, so that a change reaches the rule that it is about.

mod anchor;
mod bytes;
mod draft;
mod extensions;
mod fields;
mod signatures;
mod signing;
mod tree;

pub use anchor::NO_CERTIFICATE_SIGNING;

use crate::VirtualCardError;
use crate::pki::{Authority, Citizen, Issue, SyntheticKey};
use draft::{Body, Draft};
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;
use time::OffsetDateTime;
use time::macros::datetime;

/// A citizen's certificate and the only anchor that it is judged by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chain {
    /// What was changed; [`SOUND`] when nothing was.
    pub change: &'static str,
    /// The citizen's certificate. It may be no DER at all.
    pub leaf: Vec<u8>,
    /// The anchor's certificate, as little.
    pub anchor: Vec<u8>,
}

/// The instant as of which they are sound, or out of date by a second.
pub const AT: OffsetDateTime = datetime!(2026-11-22 12:00 UTC);

/// The seed of the chains that everybody judges; another one makes others.
pub const SEED: u64 = 4;

/// The name of a change that was not made.
pub const SOUND: &str = "nothing";

/// So many chains, the same for the same seed: sound ones, every change that has a name several times over,
/// and bytes changed at random, each before or after it was signed.
///
/// # Errors
/// [`VirtualCardError`] when a key or certificate cannot be made.
pub fn chains(seed: u64, count: usize) -> Result<Vec<Chain>, VirtualCardError> {
    let people = Citizen::all();
    let authority = Authority::example()?;
    let mut originals = Vec::new();
    for citizen in people {
        let identity = authority.issue(&Issue::good(citizen, AT))?;
        originals.push(Draft {
            leaf: body(&identity.certificate_der, "authority")?,
            anchor: body(authority.certificate_der(), "authority")?,
            random: ChaCha20Rng::seed_from_u64(seed),
        });
    }
    let named: Vec<Row> = [fields::ROWS, extensions::ROWS, signatures::ROWS, anchor::ROWS].concat();
    // A tenth is sound, a third is noise, and the names share the rest.
    let sound = count / 10;
    let noise = count / 3;
    (0..count)
        .map(|number| {
            let (name, change) = if number < sound {
                NOT_CHANGED
            } else if number < sound + noise {
                bytes::ROWS[number % bytes::ROWS.len()]
            } else {
                named[number % named.len()]
            };
            let mut draft = originals[number % originals.len()].clone();
            let number = u64::try_from(number).unwrap_or_default();
            draft.random = ChaCha20Rng::seed_from_u64(seed.wrapping_mul(1 << 20).wrapping_add(number));
            change(&mut draft).ok_or(VirtualCardError::Change)?;
            draft.sign(name)
        })
        .collect()
}

/// A change: its name, and how it is made. Nothing when the certificate has not what it changes.
type Row = (&'static str, fn(&mut Draft) -> Option<()>);

const NOT_CHANGED: Row = (SOUND, |_| Some(()));

fn body(certificate: &[u8], key: &str) -> Result<Body, VirtualCardError> {
    Body::of(certificate, SyntheticKey::named(key, 2048)?).ok_or(VirtualCardError::Change)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_change_is_made_and_the_same_seed_gives_the_same_chains() {
        let changes = [
            fields::ROWS,
            extensions::ROWS,
            signatures::ROWS,
            anchor::ROWS,
            bytes::ROWS,
        ];
        let names: usize = changes.iter().map(|rows| rows.len()).sum();
        let some = chains(1, 3 * names).unwrap();
        let again = chains(1, 3 * names).unwrap();
        assert_eq!(some, again);
        let original = &some[0];
        assert_eq!(original.change, SOUND);
        let made: std::collections::BTreeSet<&str> = some.iter().map(|chain| chain.change).collect();
        assert_eq!(made.len(), names + 1);
        assert_ne!(chains(2, 3 * names).unwrap(), some);
    }
}
