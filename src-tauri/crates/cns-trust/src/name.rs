//! Distinguished names: as text for people, and in the form in which two of them are compared.

use std::fmt::Write;
use x509_parser::asn1_rs::{Any, Oid, Tag};
use x509_parser::x509::X509Name;

/// The name as RFC 4514 writes it: last component first, commas between.
pub(crate) fn rfc4514(name: &X509Name<'_>) -> String {
    let components: Vec<&_> = name.iter_rdn().collect();
    let mut text = String::new();
    for component in components.into_iter().rev() {
        if !text.is_empty() {
            text.push(',');
        }
        for (position, attribute) in component.iter().enumerate() {
            if position > 0 {
                text.push('+');
            }
            text.push_str(&attribute_name(attribute.attr_type()));
            text.push('=');
            match string_value(attribute.attr_value()) {
                Some(value) => escape(&value, &mut text),
                None => hexadecimal_value(attribute.attr_value(), &mut text),
            }
        }
    }
    text
}

/// The name as people know it: its common name, or the whole where there is none.
pub(crate) fn for_people(name: &X509Name<'_>) -> String {
    let common = name.iter_common_name().next();
    common
        .and_then(|attribute| string_value(attribute.attr_value()))
        .unwrap_or_else(|| rfc4514(name))
}

/// The name in the form in which RFC 5280 §7.1 compares names: case and repeated spaces do not count, nor does
/// the string type, which CAs are known to change between their own certificate and those they issue.
pub(crate) fn comparison_key(name: &X509Name<'_>) -> String {
    let mut key = String::new();
    for component in name.iter_rdn() {
        let mut attributes: Vec<String> = component
            .iter()
            .map(|attribute| {
                let value = match string_value(attribute.attr_value()) {
                    Some(text) => text
                        .split_whitespace()
                        .collect::<Vec<_>>()
                        .join(" ")
                        .to_lowercase(),
                    None => {
                        let mut hexadecimal = String::new();
                        hexadecimal_value(attribute.attr_value(), &mut hexadecimal);
                        hexadecimal
                    }
                };
                // Lengths keep two different lists of attributes from running into the same text.
                format!("{}={}:{value};", attribute.attr_type(), value.len())
            })
            .collect();
        attributes.sort();
        key.push_str(&attributes.concat());
        key.push('\n');
    }
    key
}

/// The text of an attribute, whichever of the ASN.1 string types it is written in.
pub(crate) fn string_value(value: &Any<'_>) -> Option<String> {
    let bytes: &[u8] = value.data;
    match value.tag() {
        Tag::Utf8String | Tag::PrintableString | Tag::NumericString | Tag::Ia5String => {
            String::from_utf8(bytes.to_vec()).ok()
        }
        // What is called T.61 in certificates is Latin-1 in practice.
        Tag::T61String => Some(bytes.iter().copied().map(char::from).collect()),
        Tag::BmpString if bytes.len().is_multiple_of(2) => {
            let units = bytes
                .chunks_exact(2)
                .map(|pair| u16::from_be_bytes([pair[0], pair[1]]));
            char::decode_utf16(units).collect::<Result<_, _>>().ok()
        }
        _ => None,
    }
}

/// The short names of RFC 4514 §3, and the registered ones that a citizen's certificate uses.
fn attribute_name(oid: &Oid<'_>) -> String {
    let dotted = oid.to_id_string();
    match dotted.as_str() {
        "2.5.4.3" => "CN",
        "2.5.4.4" => "SN",
        "2.5.4.5" => "serialNumber",
        "2.5.4.6" => "C",
        "2.5.4.7" => "L",
        "2.5.4.8" => "ST",
        "2.5.4.9" => "STREET",
        "2.5.4.10" => "O",
        "2.5.4.11" => "OU",
        "2.5.4.12" => "title",
        "2.5.4.42" => "GN",
        "2.5.4.46" => "dnQualifier",
        "0.9.2342.19200300.100.1.1" => "UID",
        "0.9.2342.19200300.100.1.25" => "DC",
        _ => return dotted,
    }
    .to_owned()
}

/// Escapes as RFC 4514 §2.4 asks; control characters too, since the text ends on screens.
fn escape(value: &str, text: &mut String) {
    let last = value.chars().count().saturating_sub(1);
    for (position, character) in value.chars().enumerate() {
        match character {
            '"' | '+' | ',' | ';' | '<' | '>' | '\\' => {
                text.push('\\');
                text.push(character);
            }
            '#' if position == 0 => text.push_str("\\#"),
            ' ' if position == 0 || position == last => text.push_str("\\ "),
            control if control.is_control() => {
                let mut buffer = [0; 4];
                for byte in control.encode_utf8(&mut buffer).bytes() {
                    let _ = write!(text, "\\{byte:02X}");
                }
            }
            plain => text.push(plain),
        }
    }
}

/// The value as `#` and its bytes, for types that are not strings.
fn hexadecimal_value(value: &Any<'_>, text: &mut String) {
    let _ = write!(text, "#{:02x}", value.tag().0);
    for byte in value.data.iter() {
        let _ = write!(text, "{byte:02x}");
    }
}
