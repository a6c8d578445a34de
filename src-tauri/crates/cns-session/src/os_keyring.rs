//! The keyring of the operating system: Secret Service, Keychain, Credential Manager.

use crate::KeyringError;
use crate::shelf::Places;
use keyring::{Entry, Error};
use zeroize::Zeroizing;

/// The entries of Sportello in the keyring: service `sportello`, account `session-N`.
///
/// Who lists the entries of a keyring sees these two words alone, locked or not: nothing about the person.
pub(crate) struct OsKeyring;

impl Places for OsKeyring {
    fn read(&self, place: usize) -> Result<Option<Zeroizing<Vec<u8>>>, KeyringError> {
        match entry(place)?.get_secret() {
            Ok(secret) => Ok(Some(Zeroizing::new(secret))),
            Err(Error::NoEntry) => Ok(None),
            Err(error) => Err(translate(&error)),
        }
    }

    fn write(&self, place: usize, secret: &[u8]) -> Result<(), KeyringError> {
        entry(place)?
            .set_secret(secret)
            .map_err(|error| translate(&error))
    }

    fn erase(&self, place: usize) -> Result<(), KeyringError> {
        match entry(place)?.delete_credential() {
            Ok(()) | Err(Error::NoEntry) => Ok(()),
            Err(error) => Err(translate(&error)),
        }
    }
}

fn entry(place: usize) -> Result<Entry, KeyringError> {
    Entry::new(SERVICE, &format!("session-{place}")).map_err(|error| translate(&error))
}

/// Names the failure. Only these two are logged: the others may carry what was stored.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "the crate's enum is open, and the rest means the same to us"
)]
fn translate(error: &Error) -> KeyringError {
    match error {
        Error::PlatformFailure(cause) => {
            tracing::debug!(%cause, "no keyring answers");
            KeyringError::Absent
        }
        Error::NoStorageAccess(cause) => {
            tracing::debug!(%cause, "the keyring is not accessible");
            KeyringError::Locked
        }
        _ => KeyringError::Refused,
    }
}

const SERVICE: &str = "sportello";
