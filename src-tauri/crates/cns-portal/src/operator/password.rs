//! How a password is kept: Argon2id (RFC 9106) over its HMAC with the pepper, which is not in the database.

use crate::error::PortalError;
use crate::keys::Keys;
use argon2::{Algorithm, Argon2, Params, Version};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use rand::RngCore as _;
use rand::rngs::OsRng;
use tokio::sync::Mutex;

/// Hashes a password with a salt of its own: `v1$m$t$p$salt$hash`.
pub(super) async fn hash(keys: &Keys, password: &str) -> Result<String, PortalError> {
    let mut salt = [0; SALT];
    OsRng.fill_bytes(&mut salt);
    let hash = run(keys, password, salt).await?;
    Ok(format!(
        "{COST}${}${}",
        STANDARD_NO_PAD.encode(salt),
        STANDARD_NO_PAD.encode(hash)
    ))
}

/// Compares a password with what is kept. For a name that nobody has it takes as long, and is false.
pub(super) async fn verify(keys: &Keys, password: &str, kept: Option<&str>) -> Result<bool, PortalError> {
    let parts = kept.and_then(read);
    let (salt, expected) = parts.unwrap_or_default();
    let hash = run(keys, password, salt).await?;
    // All bytes are looked at whatever the first say.
    let differences = hash
        .iter()
        .zip(expected)
        .fold(0, |all, (one, other)| all | (one ^ other));
    Ok(differences == 0 && parts.is_some())
}

fn read(kept: &str) -> Option<([u8; SALT], [u8; HASH])> {
    let (salt, hash) = kept.strip_prefix(COST)?.strip_prefix('$')?.split_once('$')?;
    let decode = |text: &str| STANDARD_NO_PAD.decode(text).ok();
    Some((decode(salt)?.try_into().ok()?, decode(hash)?.try_into().ok()?))
}

async fn run(keys: &Keys, password: &str, salt: [u8; SALT]) -> Result<[u8; HASH], PortalError> {
    /// One at a time: each takes 19 MiB, and operators are few.
    static TURN: Mutex<()> = Mutex::const_new(());
    let _turn = TURN.lock().await;
    let peppered = keys.pepper(password.as_bytes());
    let hashing = tokio::task::spawn_blocking(move || {
        let params = Params::new(MEMORY_KIB, PASSES, LANES, Some(HASH)).ok()?;
        let mut hash = [0; HASH];
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
            .hash_password_into(peppered.as_ref(), &salt, &mut hash)
            .ok()?;
        Some(hash)
    });
    hashing.await.ok().flatten().ok_or(PortalError::Sealing)
}

const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// The version and the cost, as they are written before each hash.
const COST: &str = "v1$19456$2$1";

const SALT: usize = 16;
const HASH: usize = 32;

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_password_opens_what_it_closed_and_nothing_else() {
        let keys = Keys::random().unwrap();
        let kept = hash(&keys, "una frase lunga").await.unwrap();
        assert!(
            kept.starts_with(&format!("v1${MEMORY_KIB}${PASSES}${LANES}$")),
            "{kept}"
        );
        assert!(verify(&keys, "una frase lunga", Some(&kept)).await.unwrap());
        assert!(!verify(&keys, "una frase corta", Some(&kept)).await.unwrap());
        assert!(!verify(&keys, "una frase lunga", None).await.unwrap());
        assert!(
            !verify(&keys, "una frase lunga", Some("v1$19456$2$1$$"))
                .await
                .unwrap()
        );
        assert!(
            !verify(&Keys::random().unwrap(), "una frase lunga", Some(&kept))
                .await
                .unwrap()
        );
    }
}
