//! Readers known to speak untruly of a PIN pad.

use serde::Deserialize;
use std::sync::LazyLock;

/// Whether a reader of this name, or of these USB numbers where it tells them, is known for that.
pub(crate) fn is_doubtful(name: &str, model: Option<UsbModel>) -> bool {
    let name = letters_and_digits(name);
    KNOWN.reader.iter().any(|known| {
        let by_name = known
            .name
            .as_deref()
            .is_some_and(|known| name.contains(&letters_and_digits(known)));
        by_name || Some(known.model) == model
    })
}

/// Maker and model of a reader at the USB port.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub(crate) struct UsbModel {
    pub(crate) vendor: u16,
    pub(crate) product: u16,
}

#[derive(Default, Deserialize)]
struct Known {
    reader: Vec<KnownReader>,
}

#[derive(Deserialize)]
struct KnownReader {
    name: Option<String>,
    #[serde(flatten)]
    model: UsbModel,
}

/// Drivers write one and the same name with spaces, hyphens and brackets as they like.
fn letters_and_digits(name: &str) -> String {
    name.chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|letter| letter.to_ascii_lowercase())
        .collect()
}

/// A table that does not parse is empty; a test keeps that from shipping.
static KNOWN: LazyLock<Known> =
    LazyLock::new(|| toml::from_str(include_str!("doubtful.toml")).unwrap_or_default());

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_read() {
        let known: Known = toml::from_str(include_str!("doubtful.toml")).unwrap();
        assert_eq!(known.reader.len(), KNOWN.reader.len());
        assert!(known.reader.len() >= 11);
        // An empty name would be found in every name.
        for name in known.reader.iter().filter_map(|reader| reader.name.as_deref()) {
            assert!(letters_and_digits(name).len() > 5, "{name}");
        }
    }

    #[test]
    fn a_reader_is_known_by_its_name_or_by_its_numbers() {
        let model = |vendor, product| Some(UsbModel { vendor, product });
        for (name, model, doubtful) in [
            ("bit4id miniLector-EVO [miniLector-EVO] 00 00", None, true),
            ("BIT4ID miniLector EVO 0", None, true),
            ("A reader of another name", model(0x25DD, 0x3111), true),
            (
                "HID Global OMNIKEY 3x21 Smart Card Reader [OMNIKEY 3x21 Smart Card Reader] 00 00",
                None,
                true,
            ),
            ("Generic USB Smart Card Reader 00 00", model(0x076B, 0x3A21), true),
            ("Generic USB Smart Card Reader 00 00", None, false),
            // The same maker's readers that tell the truth.
            ("BIT4ID miniLector AIR EVO 00 00", model(0x25DD, 0x3211), false),
            ("Gemalto GemPC Pinpad 00 00", model(0x08E6, 0x3478), false),
            ("Virtual PCD 00 00", None, false),
            ("", None, false),
        ] {
            assert_eq!(is_doubtful(name, model), doubtful, "{name}");
        }
    }
}
