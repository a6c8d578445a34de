//! Enums as they are stored: the word by which they travel.

use crate::error::PortalError;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// The word of a value whose type travels as one word.
pub(crate) fn word<T: Serialize>(value: &T) -> String {
    match serde_json::to_value(value) {
        Ok(Value::String(word)) => word,
        Ok(_) | Err(_) => String::new(),
    }
}

/// The value of a word that was stored.
pub(crate) fn meant<T: DeserializeOwned>(word: String, column: &'static str) -> Result<T, PortalError> {
    serde_json::from_value(Value::String(word)).map_err(|_| PortalError::Stored { column })
}
