//! How the certificate lies in its file: bare, or behind a header that says how long it is.

use crate::length::CERTIFICATE_FILE;
use crate::{CERTIFICATE_LIMIT, CardError, der_length};
use miniz_oxide::inflate::decompress_to_vec_zlib_with_limit;
use serde::Deserialize;

/// How a certificate lies in its file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Framing {
    /// DER from the first byte, and padding after it.
    Raw,
    /// DER in a file of just its length, as SELECT tells it. Where SELECT tells nothing, or too little, as
    /// [`Framing::Raw`].
    FileSize,
    /// A header with a length, then that many bytes.
    Header(Header),
}

/// A header in front of a certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Header {
    /// Bytes of the header.
    pub bytes: u8,
    /// Where in it the two bytes of the length stand.
    pub length_at: u8,
    /// Their order.
    pub order: ByteOrder,
    /// Whether what follows is compressed in the format of zlib (RFC 1950).
    #[serde(default)]
    pub zlib: bool,
}

/// The order of the two bytes of a length.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ByteOrder {
    /// High byte first.
    BigEndian,
    /// Low byte first.
    LittleEndian,
}

impl Framing {
    /// Says how many bytes of the file, counted from its start, hold the certificate.
    ///
    /// `first_bytes` are those of the file, and `file_size` is what SELECT said of it.
    ///
    /// # Errors
    /// [`CardError::NoCertificate`] when the header says that there is none, [`CardError::Malformed`] when this is
    /// not the beginning of one, [`CardError::TooLarge`] for more than [`CERTIFICATE_LIMIT`].
    pub fn extent(self, first_bytes: &[u8], file_size: Option<u32>) -> Result<usize, CardError> {
        match self {
            Self::Raw => der_length(first_bytes),
            // A card that says less than the certificate does is not believed.
            Self::FileSize => Ok(der_length(first_bytes)?.max(known_size(file_size).unwrap_or(0))),
            Self::Header(header) => header.extent(first_bytes),
        }
    }

    /// Takes the certificate, DER, out of what was read of its file.
    ///
    /// # Errors
    /// Those of [`Framing::extent`], and [`CardError::Malformed`] when bytes are missing or cannot be unpacked.
    pub fn certificate(self, content: &[u8]) -> Result<Vec<u8>, CardError> {
        let mut der = match self {
            Self::Raw | Self::FileSize => content.to_vec(),
            Self::Header(header) => {
                let body = content
                    .get(usize::from(header.bytes)..header.extent(content)?)
                    .ok_or(MALFORMED)?;
                if header.zlib {
                    // Bounded: a few bytes of a bomb would otherwise fill the memory.
                    decompress_to_vec_zlib_with_limit(body, CERTIFICATE_LIMIT).map_err(|_| MALFORMED)?
                } else {
                    body.to_vec()
                }
            }
        };
        let length = der_length(&der)?;
        if der.len() < length {
            return Err(MALFORMED);
        }
        der.truncate(length);
        Ok(der)
    }

    /// Says whether the framing can be used at all: a length lies inside its header.
    pub(crate) fn is_sound(self) -> bool {
        match self {
            Self::Raw | Self::FileSize => true,
            Self::Header(header) => usize::from(header.length_at) + 2 <= usize::from(header.bytes),
        }
    }
}

impl Header {
    fn extent(self, first_bytes: &[u8]) -> Result<usize, CardError> {
        let at = usize::from(self.length_at);
        let Some(&[first, second]) = first_bytes.get(at..at + 2) else {
            return Err(MALFORMED);
        };
        let length = match self.order {
            ByteOrder::BigEndian => u16::from_be_bytes([first, second]),
            ByteOrder::LittleEndian => u16::from_le_bytes([first, second]),
        };
        match usize::from(length) {
            0 => Err(CardError::NoCertificate),
            length if length > CERTIFICATE_LIMIT => Err(TOO_LARGE),
            length => Ok(usize::from(self.bytes) + length),
        }
    }
}

/// The size, if a certificate may have it; what lies beyond is no fact but a mistake.
fn known_size(file_size: Option<u32>) -> Option<usize> {
    file_size
        .and_then(|size| usize::try_from(size).ok())
        .filter(|size| (1..=CERTIFICATE_LIMIT).contains(size))
}

const MALFORMED: CardError = CardError::Malformed {
    file: CERTIFICATE_FILE,
};
const TOO_LARGE: CardError = CardError::TooLarge {
    file: CERTIFICATE_FILE,
    limit: 32 * 1024,
};

#[cfg(test)]
mod tests {
    use super::*;
    use miniz_oxide::deflate::compress_to_vec_zlib;
    use proptest::prelude::*;

    fn header(bytes: u8, length_at: u8, order: ByteOrder, zlib: bool) -> Framing {
        Framing::Header(Header {
            bytes,
            length_at,
            order,
            zlib,
        })
    }

    fn infocamere_1204() -> Framing {
        header(5, 1, ByteOrder::BigEndian, false)
    }

    fn infocamere_1202() -> Framing {
        header(2, 0, ByteOrder::LittleEndian, false)
    }

    fn infocamere_1400() -> Framing {
        header(4, 2, ByteOrder::BigEndian, true)
    }

    fn sequence(body: u8) -> Vec<u8> {
        let mut der = vec![0x30, 0x81, body];
        der.resize(3 + usize::from(body), 0xAB);
        der
    }

    #[test]
    fn every_framing_gives_the_certificate_that_lies_in_it() {
        let der = sequence(250);
        let length = u16::try_from(der.len()).unwrap();
        let packed = compress_to_vec_zlib(&der, 6);
        let packed_length = u16::try_from(packed.len()).unwrap().to_be_bytes();
        let rows = [
            (Framing::Raw, der.clone()),
            (Framing::FileSize, der.clone()),
            (
                infocamere_1204(),
                [&[7], &length.to_be_bytes()[..], &[7, 7], &der].concat(),
            ),
            (infocamere_1202(), [&length.to_le_bytes()[..], &der].concat()),
            (infocamere_1400(), [&[7, 7], &packed_length[..], &packed].concat()),
        ];
        for (framing, content) in rows {
            let size = u32::try_from(content.len()).ok();
            assert_eq!(
                framing.extent(&content[..5], size),
                Ok(content.len()),
                "{framing:?}"
            );
            assert_eq!(framing.certificate(&content), Ok(der.clone()), "{framing:?}");
            let padded = [content.clone(), vec![0; 300]].concat();
            assert_eq!(
                framing.certificate(&padded),
                Ok(der.clone()),
                "{framing:?} padded"
            );
            let cut = &content[..content.len() - 1];
            assert_eq!(framing.certificate(cut), Err(MALFORMED), "{framing:?} cut");
        }
    }

    #[test]
    fn a_size_that_cannot_be_true_is_not_believed() {
        let der = sequence(10);
        for size in [None, Some(0), Some(5), Some(1 << 20)] {
            assert_eq!(Framing::FileSize.extent(&der, size), Ok(der.len()), "{size:?}");
        }
    }

    #[test]
    fn an_empty_place_is_no_certificate_and_a_long_one_too_large() {
        assert_eq!(
            infocamere_1204().extent(&[0; 5], None),
            Err(CardError::NoCertificate)
        );
        assert_eq!(infocamere_1202().extent(&[0xFF; 2], None), Err(TOO_LARGE));
        assert_eq!(infocamere_1202().extent(&[1], None), Err(MALFORMED));
    }

    #[test]
    fn a_bomb_is_not_unpacked() {
        let mut der = vec![0x30, 0x82, 0x7F, 0x00];
        der.resize(64 << 20, 0);
        let packed = compress_to_vec_zlib(&der, 1);
        for packed in [&packed[..], &packed[..CERTIFICATE_LIMIT.min(packed.len())]] {
            let Ok(length) = u16::try_from(packed.len().min(CERTIFICATE_LIMIT)) else {
                continue;
            };
            let content = [&[0, 0], &length.to_be_bytes()[..], packed].concat();
            assert_eq!(infocamere_1400().certificate(&content), Err(MALFORMED));
        }
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic_or_pass_the_limit(
            content in prop::collection::vec(any::<u8>(), 0..600),
            size: Option<u32>,
            bytes: u8,
            length_at: u8,
            zlib: bool,
        ) {
            for framing in [
                Framing::Raw,
                Framing::FileSize,
                header(bytes, length_at, ByteOrder::BigEndian, zlib),
                header(bytes, length_at, ByteOrder::LittleEndian, zlib),
            ] {
                if let Ok(extent) = framing.extent(&content, size) {
                    prop_assert!(extent <= CERTIFICATE_LIMIT + 255);
                }
                if let Ok(der) = framing.certificate(&content) {
                    prop_assert!(der.len() <= CERTIFICATE_LIMIT);
                }
            }
        }
    }
}
