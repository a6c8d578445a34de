//! What was answered so far, and the same as a request has it.

use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// What was answered, by the name of the field, such as `address.town`.
pub(super) type Answers = BTreeMap<String, String>;

/// The answers as the request has them: `address.town` becomes `town` in `address`; what was left out stays out.
pub(super) fn nested(answers: &Answers) -> Map<String, Value> {
    let mut whole = Map::new();
    for (name, answer) in answers {
        let kept = !answer.is_empty() || name.starts_with("address.");
        match name.split_once('.') {
            _ if !kept => {}
            None => {
                whole.insert(name.clone(), answer.as_str().into());
            }
            Some((outer, inner)) => {
                let group = whole.entry(outer).or_insert_with(|| Value::Object(Map::new()));
                if let Value::Object(group) = group {
                    group.insert(inner.to_owned(), answer.as_str().into());
                }
            }
        }
    }
    whole
}

/// The other way round, for the review of a request that came from a file.
pub(super) fn flat(whole: &Map<String, Value>) -> Answers {
    let mut answers = Answers::new();
    for (name, value) in whole {
        match value {
            Value::Object(group) => {
                let inner = group
                    .iter()
                    .map(|(inner, value)| (format!("{name}.{inner}"), text_of(value)));
                answers.extend(inner);
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
                answers.insert(name.clone(), text_of(value));
            }
        }
    }
    answers
}

fn text_of(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_answered_is_nested_and_flat_again() {
        let answers: Answers = [
            ("surname", "Rossi"),
            ("address.town", "Torino"),
            ("contacts.email", "a@example.org"),
        ]
        .map(|(name, answer)| (name.to_owned(), answer.to_owned()))
        .into();
        let whole = nested(&answers);
        assert_eq!(whole["address"]["town"], "Torino");
        assert_eq!(flat(&whole), answers);
        let mut with_nothing = answers.clone();
        with_nothing.insert("contacts.pec".to_owned(), String::new());
        assert_eq!(nested(&with_nothing), whole);
    }
}
