//! Bytes that nobody may see twice.

use zeroize::Zeroizing;

/// Bytes that wipe themselves when dropped and print as `[secret]`. There is no `Clone` and no comparison.
pub struct SecretBytes(Zeroizing<Vec<u8>>);

impl SecretBytes {
    /// Takes the bytes over; no copy stays behind.
    pub fn new(bytes: Vec<u8>) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// Joins several parts into one secret, in one allocation, so that nothing is left behind by growing.
    pub fn joined(parts: &[&[u8]]) -> Self {
        let mut bytes = Vec::with_capacity(parts.iter().map(|part| part.len()).sum());
        for part in parts {
            bytes.extend_from_slice(part);
        }
        Self::new(bytes)
    }

    /// The bytes, for the one who must put them on the wire.
    pub fn expose(&self) -> &[u8] {
        &self.0
    }

    /// How many bytes there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl std::fmt::Debug for SecretBytes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[secret]")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_never_prints_itself() {
        let secret = SecretBytes::joined(&[b"123", b"45"]);
        assert_eq!(secret.expose(), b"12345");
        assert_eq!(format!("{secret:?} {secret:#?}"), "[secret] [secret]");
    }
}
