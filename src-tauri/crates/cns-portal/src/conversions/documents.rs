//! What a page may be: judged by its content, whatever it is called.

/// The media type of a page by its first bytes, where it is of a kind that we take.
pub(crate) fn media(content: &[u8]) -> Option<&'static str> {
    // ISO/IEC 10918-1 B.1.1.3: start of image, then a marker.
    if content.starts_with(&[0xFF, 0xD8, 0xFF]) {
        return Some("image/jpeg");
    }
    // ISO/IEC 15948 5.2 and 11.2.1: the signature, then a header of thirteen bytes.
    if content.starts_with(b"\x89PNG\r\n\x1A\n\0\0\0\rIHDR") {
        return Some("image/png");
    }
    // ISO 32000-1 7.5.2.
    content.starts_with(b"%PDF-").then_some("application/pdf")
}

/// Largest page in bytes.
pub(crate) const LARGEST_PAGE: usize = 5 * 1024 * 1024;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_what_its_bytes_say() {
        for (content, expected) in [
            (&b"\xFF\xD8\xFF\xE0\0\x10JFIF"[..], Some("image/jpeg")),
            (b"\x89PNG\r\n\x1A\n\0\0\0\rIHDR\0\0\0\x01", Some("image/png")),
            (b"%PDF-1.7\n", Some("application/pdf")),
            (b"<html><script>", None),
            (b"<svg xmlns=", None),
            (b"GIF89a", None),
            (b"PK\x03\x04", None),
            (b"\x89PNG\r\n\x1A\n", None),
            (b" %PDF-1.7", None),
            (b"", None),
        ] {
            assert_eq!(media(content), expected, "{content:?}");
        }
    }
}
