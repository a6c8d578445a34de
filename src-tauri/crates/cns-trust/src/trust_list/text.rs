//! From bytes to an XML tree, within bounds that are checked before anything is built.
//!
//! The parser has no bound on elements, and its work grows with the square of a tag's attributes. So the bytes are
//! counted first, without regard to what is markup and what is a comment: nothing can hide from the count.

use crate::trust_list::TrustListError;
use uppsala::{Document, Parser, XmlError};

/// The text of a list: UTF-8, within bounds, without a document type declaration.
pub(super) fn text(xml: &[u8]) -> Result<&str, TrustListError> {
    if u64::try_from(xml.len()).is_ok_and(|length| length > LARGEST_LIST) {
        return Err(TrustListError::TooLarge { limit: LARGEST_LIST });
    }
    // XML has no such character; a text in UTF-16 has many.
    if xml.contains(&0) {
        return Err(TrustListError::Malformed);
    }
    count(xml)?;
    let text = std::str::from_utf8(xml).map_err(|_| TrustListError::Malformed)?;
    match text.matches("xmlns").count() > MOST_NAMESPACES {
        true => Err(TrustListError::TooManyElements),
        false => Ok(text),
    }
}

/// The tree of a text that [`text`] gave.
pub(super) fn parse(text: &str) -> Result<Document<'_>, TrustListError> {
    let parser = Parser::new().with_forbid_dtd(true).with_max_depth(DEEPEST);
    let document = parser
        .parse(text)
        .map_err(|_: XmlError| TrustListError::Malformed)?;
    let declaration = document.xml_declaration.as_ref();
    // The parser reads UTF-8 and XML 1.0 whatever the declaration says; another reader would not.
    let is_as_declared = declaration.is_none_or(|declaration| {
        let encoding = declaration.encoding.as_deref().unwrap_or("UTF-8");
        declaration.version == "1.0" && encoding.eq_ignore_ascii_case("UTF-8")
    });
    if !is_as_declared {
        return Err(TrustListError::Malformed);
    }
    check_namespaces(&document)?;
    Ok(document)
}

/// Refuses a name's space that is longer than any: canonical XML writes it out on every element that uses it, so that
/// one of a megabyte, declared once, would be digested for hours. And a prefix for none, which XML 1.0 does not know,
/// and a relative one, of which there is no canonical form; the parser lets both pass.
fn check_namespaces(document: &Document<'_>) -> Result<(), TrustListError> {
    let everywhere = document.descendants(document.root()).into_iter();
    let declared = everywhere
        .filter_map(|id| document.element(id))
        .flat_map(|element| &element.namespace_declarations);
    for (prefix, name) in declared {
        if prefix.len() + name.len() > LONGEST_NAMESPACE {
            return Err(TrustListError::TooManyElements);
        }
        let is_none = name.is_empty() && prefix.is_empty();
        if !is_none && !name.contains(':') {
            return Err(TrustListError::Malformed);
        }
    }
    Ok(())
}

/// Counts what costs the parser time and memory. No `<` stands inside a tag, so the quotes between two of them bound
/// the attributes of that tag.
fn count(xml: &[u8]) -> Result<(), TrustListError> {
    let (mut tags, mut quotes, mut depth) = (0_u32, 0_u32, 0_u32);
    for piece in xml.split(|byte| *byte == b'<').skip(1) {
        let (quotes_here, ends_itself) = look_at(piece);
        tags += 1;
        quotes = quotes.saturating_add(quotes_here);
        match piece {
            [b'!', b'-', b'-', ..] => {}
            [b'!', ..] if piece.starts_with(b"![CDATA[") => {}
            [b'!', ..] => return Err(TrustListError::Dtd),
            [b'?', ..] | [] => {}
            [b'/', ..] => depth = depth.saturating_sub(1),
            [..] if ends_itself => {}
            [..] => depth += 1,
        }
        let is_too_much =
            tags > MOST_TAGS || quotes > MOST_QUOTES || quotes_here > MOST_QUOTES_OF_A_TAG || depth > DEEPEST;
        if is_too_much {
            return Err(TrustListError::TooManyElements);
        }
    }
    Ok(())
}

/// How many quotes there are in a piece, and whether `/>` is.
fn look_at(piece: &[u8]) -> (u32, bool) {
    let (mut quotes, mut ends_itself, mut before) = (0_u32, false, b' ');
    for byte in piece {
        quotes += u32::from(matches!(byte, b'"' | b'\''));
        ends_itself |= *byte == b'>' && before == b'/';
        before = *byte;
    }
    (quotes, ends_itself)
}

/// The Italian list has 2.4 MB.
pub(super) const LARGEST_LIST: u64 = 16 * 1024 * 1024;

/// The Italian list has 37,000.
const MOST_TAGS: u32 = 200_000;

/// The Italian list has 8,000 in its tags, and a few more in its texts.
const MOST_QUOTES: u32 = 200_000;

/// Seen so far: 16.
const MOST_QUOTES_OF_A_TAG: u32 = 512;

/// The lists declare each of theirs once, at the top; others might on every element that uses it.
const MOST_NAMESPACES: usize = 512;

/// Seen so far: 67 bytes.
const LONGEST_NAMESPACE: usize = 256;

/// The lists go 15 deep.
const DEEPEST: u32 = 64;
