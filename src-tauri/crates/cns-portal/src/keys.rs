//! The keys that are not in the database: whoever steals the database has neither PINs, nor halves that wait, nor names.

use crate::error::{ConfigError, PortalError};
use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::hmac;
use ring::rand::{SecureRandom as _, SystemRandom};
use std::fmt;
use std::fs::{DirBuilder, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use zeroize::Zeroizing;

/// Size of each key in bytes.
pub(crate) const KEY_LEN: usize = 32;

/// Four keys of 256 bits, each for one thing.
#[derive(Clone)]
pub struct Keys {
    inner: Arc<Inner>,
}

struct Inner {
    pepper: Zeroizing<[u8; KEY_LEN]>,
    seal: Zeroizing<[u8; KEY_LEN]>,
    index: Zeroizing<[u8; KEY_LEN]>,
    audit: Zeroizing<[u8; KEY_LEN]>,
}

/// Where the keys are: files of 64 hexadecimal digits that only the portal's user reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyFiles {
    /// Goes into every PIN's hash.
    pub pepper: PathBuf,
    /// Seals halves, contacts and documents.
    pub seal: PathBuf,
    /// Finds rows by codice fiscale, address or receipt without storing them.
    pub index: PathBuf,
    /// Chains the audit.
    pub audit: PathBuf,
}

/// What a row is found by. The same text in two places has two indexes, so that tables cannot be joined by a thief.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Index {
    /// A codice fiscale.
    Person,
    /// A network address.
    Address,
    /// The receipt of a request.
    Receipt,
    /// A key that a client sends twice when it is not sure.
    Idempotency,
    /// A code that came by e-mail, SMS or letter.
    Code,
    /// A contact's value.
    Contact,
}

impl KeyFiles {
    /// The four files of a folder.
    pub fn in_folder(folder: &Path) -> Self {
        Self {
            pepper: folder.join("pepper.key"),
            seal: folder.join("seal.key"),
            index: folder.join("index.key"),
            audit: folder.join("audit.key"),
        }
    }

    /// All four.
    pub fn all(&self) -> [PathBuf; 4] {
        [&self.pepper, &self.seal, &self.index, &self.audit].map(PathBuf::clone)
    }

    /// Makes the folder and four random keys in it, for its owner's eyes only. Nothing that is there is overwritten.
    ///
    /// # Errors
    /// [`ConfigError::Unwritable`] names what cannot be made, [`ConfigError::NoRandomness`] when the system gives none.
    pub fn make(folder: &Path) -> Result<Self, ConfigError> {
        let files = Self::in_folder(folder);
        let unwritable = |path: &Path| {
            let path = path.to_owned();
            move |source| ConfigError::Unwritable { path, source }
        };
        let mut builder = DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(folder).map_err(unwritable(folder))?;
        for path in files.all() {
            let key = random_key()?;
            let mut digits = Zeroizing::new(String::with_capacity(2 * KEY_LEN + 1));
            for byte in *key {
                digits.push_str(&format!("{byte:02x}"));
            }
            digits.push('\n');
            let mut options = OpenOptions::new();
            options.create_new(true).write(true);
            #[cfg(unix)]
            std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
            let mut file = options.open(&path).map_err(unwritable(&path))?;
            file.write_all(digits.as_bytes())
                .and_then(|()| file.sync_all())
                .map_err(unwritable(&path))?;
        }
        Ok(files)
    }
}

fn random_key() -> Result<Zeroizing<[u8; KEY_LEN]>, ConfigError> {
    let mut key = Zeroizing::new([0; KEY_LEN]);
    match SystemRandom::new().fill(&mut *key) {
        Ok(()) => Ok(key),
        Err(_) => Err(ConfigError::NoRandomness),
    }
}

impl Keys {
    /// Takes four keys from the system's generator. They are gone with the process, and so is the sense of whatever
    /// was stored with them: for a portal in memory.
    ///
    /// # Errors
    /// [`ConfigError::NoRandomness`] when the system gives none.
    pub fn random() -> Result<Self, ConfigError> {
        Ok(Self::new(
            random_key()?,
            random_key()?,
            random_key()?,
            random_key()?,
        ))
    }

    /// Reads the four keys from their files.
    ///
    /// # Errors
    /// [`ConfigError::Unreadable`] and [`ConfigError::Key`] name the file that cannot be used.
    pub fn read(files: &KeyFiles) -> Result<Self, ConfigError> {
        Ok(Self::new(
            read_key(&files.pepper)?,
            read_key(&files.seal)?,
            read_key(&files.index)?,
            read_key(&files.audit)?,
        ))
    }

    fn new(
        pepper: Zeroizing<[u8; KEY_LEN]>,
        seal: Zeroizing<[u8; KEY_LEN]>,
        index: Zeroizing<[u8; KEY_LEN]>,
        audit: Zeroizing<[u8; KEY_LEN]>,
    ) -> Self {
        let inner = Arc::new(Inner {
            pepper,
            seal,
            index,
            audit,
        });
        Self { inner }
    }

    /// Mixes a PIN with the pepper, before Argon2id.
    pub(crate) fn pepper(&self, pin: &[u8]) -> hmac::Tag {
        hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &*self.inner.pepper), pin)
    }

    /// What stands in the database for a text: HMAC-SHA-256 of its sort and itself.
    pub(crate) fn index(&self, sort: Index, text: &str) -> Vec<u8> {
        let name: &[u8] = match sort {
            Index::Person => b"person",
            Index::Address => b"address",
            Index::Receipt => b"receipt",
            Index::Idempotency => b"idempotency",
            Index::Code => b"code",
            Index::Contact => b"contact",
        };
        let mut context = hmac::Context::with_key(&hmac::Key::new(hmac::HMAC_SHA256, &*self.inner.index));
        context.update(name);
        context.update(&[0]);
        context.update(text.as_bytes());
        context.sign().as_ref().to_vec()
    }

    /// Links an entry of the audit to all before it.
    pub(crate) fn chain(&self, previous: &[u8], entry: &[u8]) -> Vec<u8> {
        let mut context = hmac::Context::with_key(&hmac::Key::new(hmac::HMAC_SHA256, &*self.inner.audit));
        context.update(previous);
        context.update(entry);
        context.sign().as_ref().to_vec()
    }

    /// Seals what waits in the database: nonce, ciphertext, tag (ChaCha20-Poly1305, RFC 8439). `place` names the row
    /// and column, so that a sealed value moved elsewhere does not open.
    pub(crate) fn seal(&self, place: &str, plain: &[u8]) -> Result<Vec<u8>, PortalError> {
        let mut nonce = [0; NONCE_LEN];
        SystemRandom::new()
            .fill(&mut nonce)
            .map_err(|_| PortalError::Sealing)?;
        let mut body = plain.to_vec();
        self.sealing()?
            .seal_in_place_append_tag(
                Nonce::assume_unique_for_key(nonce),
                Aad::from(place.as_bytes()),
                &mut body,
            )
            .map_err(|_| PortalError::Sealing)?;
        Ok([nonce.as_slice(), &body].concat())
    }

    /// Opens what [`seal`](Self::seal) sealed for the same place.
    pub(crate) fn open(&self, place: &str, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, PortalError> {
        let (nonce, body) = sealed
            .split_first_chunk::<NONCE_LEN>()
            .ok_or(PortalError::Sealing)?;
        let mut body = Zeroizing::new(body.to_vec());
        let length = self
            .sealing()?
            .open_in_place(
                Nonce::assume_unique_for_key(*nonce),
                Aad::from(place.as_bytes()),
                &mut body,
            )
            .map_err(|_| PortalError::Sealing)?
            .len();
        body.truncate(length);
        Ok(body)
    }

    fn sealing(&self) -> Result<LessSafeKey, PortalError> {
        UnboundKey::new(&CHACHA20_POLY1305, &*self.inner.seal)
            .map(LessSafeKey::new)
            .map_err(|_| PortalError::Sealing)
    }

    /// The keys themselves, in the order of [`KeyFiles`], for the doctor to look at.
    pub(crate) fn all(&self) -> [&[u8; KEY_LEN]; 4] {
        let Inner {
            pepper,
            seal,
            index,
            audit,
        } = &*self.inner;
        [pepper, seal, index, audit]
    }
}

impl fmt::Debug for Keys {
    /// Prints nothing of them.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Keys([secret])")
    }
}

/// 64 hexadecimal digits, and white space around them.
pub(crate) fn read_key(path: &Path) -> Result<Zeroizing<[u8; KEY_LEN]>, ConfigError> {
    let text = std::fs::read_to_string(path).map_err(|source| ConfigError::Unreadable {
        path: path.to_owned(),
        source,
    })?;
    let text = Zeroizing::new(text);
    let digits = text.trim().as_bytes();
    let wrong = || ConfigError::Key {
        path: path.to_owned(),
    };
    if digits.len() != 2 * KEY_LEN {
        return Err(wrong());
    }
    let mut key = Zeroizing::new([0; KEY_LEN]);
    for (byte, pair) in key.iter_mut().zip(digits.chunks_exact(2)) {
        let pair = std::str::from_utf8(pair).map_err(|_| wrong())?;
        *byte = u8::from_str_radix(pair, 16).map_err(|_| wrong())?;
    }
    Ok(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_sealed_opens_in_its_place_only() {
        let keys = Keys::random().unwrap();
        let sealed = keys.seal("outbox.7", b"ABCDEFGH").unwrap();
        assert!(!sealed.windows(8).any(|window| window == b"ABCDEFGH"));
        assert_eq!(&*keys.open("outbox.7", &sealed).unwrap(), b"ABCDEFGH");
        assert!(keys.open("outbox.8", &sealed).is_err());
        assert!(keys.open("outbox.7", &sealed[1..]).is_err());
        assert!(keys.open("outbox.7", &[]).is_err());
        assert!(Keys::random().unwrap().open("outbox.7", &sealed).is_err());
    }

    #[test]
    fn the_same_text_has_another_index_as_another_thing() {
        let keys = Keys::random().unwrap();
        assert_eq!(keys.index(Index::Person, "A"), keys.index(Index::Person, "A"));
        assert_ne!(keys.index(Index::Person, "A"), keys.index(Index::Receipt, "A"));
        assert_ne!(keys.index(Index::Person, "A"), keys.index(Index::Person, "B"));
    }

    #[test]
    fn keys_that_were_made_are_read_and_never_made_again() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path().join("keys");
        let files = KeyFiles::make(&folder).unwrap();
        Keys::read(&files).unwrap();
        assert!(matches!(
            KeyFiles::make(&folder),
            Err(ConfigError::Unwritable { .. })
        ));
        #[cfg(unix)]
        for path in files.all() {
            use std::os::unix::fs::PermissionsExt as _;
            assert_eq!(
                std::fs::metadata(path).unwrap().permissions().mode() & 0o777,
                0o600
            );
        }
    }

    #[test]
    fn keys_print_nothing_of_themselves() {
        assert_eq!(format!("{:?}", Keys::random().unwrap()), "Keys([secret])");
    }

    #[test]
    fn a_key_file_that_is_no_key_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("pepper");
        for text in ["", "ab", &"g".repeat(64), &"é".repeat(32), &"a".repeat(66)] {
            std::fs::write(&path, text).unwrap();
            assert!(matches!(read_key(&path), Err(ConfigError::Key { .. })), "{text}");
        }
        std::fs::write(&path, format!("{}\n", "0a".repeat(32))).unwrap();
        assert_eq!(*read_key(&path).unwrap(), [10; 32]);
    }
}
