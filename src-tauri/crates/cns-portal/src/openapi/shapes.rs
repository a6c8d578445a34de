//! The shapes of what is typed, as JSON Schema writes them. Each says exactly what its parser takes.

use serde_json::{Value, json};

/// A field of a body, and what its schema says beside its type.
type Row = (&'static str, Value);

/// Every row. The first part is a pointer below `/components/schemas`.
pub(super) fn rows() -> Vec<Row> {
    let person = || json!({ "format": "codice-fiscale" });
    let code = || json!({ "pattern": CODE });
    let name = || json!({ "minLength": 1, "maxLength": 80, "pattern": LINE });
    let phone = || json!({ "pattern": PHONE });
    let mail = || json!({ "maxLength": 254, "pattern": MAIL });
    let tessera = || json!({ "pattern": TESSERA });
    let text = || json!({ "maxLength": 200, "pattern": NO_NUL });
    let any = || json!({ "pattern": NO_NUL });
    let people = || json!({ "maxItems": 12 });
    vec![
        ("PinLogin/properties/codice_fiscale", person()),
        ("PinLogin/properties/pin", json!({ "pattern": PIN })),
        ("PinChange/properties/current", json!({ "pattern": PIN })),
        ("PinChange/properties/chosen", code()),
        ("PinRestore/properties/codice_fiscale", person()),
        ("PinConfirmation/properties/codice_fiscale", person()),
        ("PinConfirmation/properties/code", code()),
        ("PinRevocation/properties/codice_fiscale", person()),
        ("PinRevocation/properties/tessera_number", tessera()),
        ("PinRequestCheck/properties/codice_fiscale", person()),
        ("NewPinRequest/properties/codice_fiscale", person()),
        (
            "NewPinRequest/properties/idempotency_key",
            json!({ "pattern": KEY }),
        ),
        ("NewPinRequest/properties/surname", name()),
        ("NewPinRequest/properties/name", name()),
        ("NewPinRequest/properties/birth_place", name()),
        ("NewPinRequest", json!({ "examples": [request()] })),
        ("NewContacts/properties/mobile", phone()),
        ("NewContacts/properties/landline", phone()),
        ("NewContacts/properties/email", mail()),
        ("NewContacts/properties/pec", mail()),
        ("PinActivation/properties/codice_fiscale", person()),
        ("PinActivation/properties/tessera_number", tessera()),
        ("PinActivation/properties/first_half", code()),
        ("ActivationContacts/properties/mobile", phone()),
        // What is made by the portal and brought back is compared, whatever it is: any text may be tried.
        ("ActivationContacts/properties/activation", any()),
        ("ContactValue/properties/value", any()),
        ("NewSession/properties/code", any()),
        ("PinRequestLookup/properties/receipt", any()),
        // A draft may lack anything; these are its bounds.
        ("ApplicationForm/oneOf/0/properties/children", people()),
        ("ApplicationForm/oneOf/0/properties/iban", text()),
        ("ApplicationForm/oneOf/0/properties/other_parent", text()),
        ("ApplicationForm/oneOf/1/properties/members", people()),
        ("ApplicationForm/oneOf/1/properties/employer", text()),
        (
            "ApplicationForm/oneOf/1/properties/income_year",
            json!({ "maximum": u16::MAX }),
        ),
        (
            "ApplicationForm/oneOf/1/properties/income_cents",
            json!({ "maximum": u64::MAX }),
        ),
        ("ApplicationForm/oneOf/2/properties/household", people()),
        ("ApplicationForm/oneOf/2/properties/household/items", text()),
        ("ApplicationForm/oneOf/4/properties/value", text()),
        (
            "ApplicationForm/oneOf/0",
            json!({ "additionalProperties": false }),
        ),
        (
            "ApplicationForm/oneOf/1",
            json!({ "additionalProperties": false }),
        ),
        (
            "ApplicationForm/oneOf/2",
            json!({ "additionalProperties": false }),
        ),
        (
            "ApplicationForm/oneOf/3",
            json!({ "additionalProperties": false }),
        ),
        (
            "ApplicationForm/oneOf/4",
            json!({ "additionalProperties": false }),
        ),
        ("Child/properties/codice_fiscale", text()),
        ("FamilyMember/properties/codice_fiscale", text()),
        ("Address/properties/street", text()),
        ("Address/properties/town", text()),
        ("Address/properties/province", text()),
        ("Address/properties/postal_code", text()),
        ("Address/properties/country", text()),
        ("NewApplication", json!({ "examples": [application()] })),
        (
            "NewIntegration/properties/text",
            json!({ "minLength": 1, "maxLength": 2000, "pattern": ANSWER }),
        ),
        (
            "NewConversion/properties/document_number",
            json!({ "pattern": NUMBER }),
        ),
    ]
}

/// A request that is taken. The person is invented, and no archive knows them.
fn request() -> Value {
    json!({
        "idempotency_key": "esempio-di-richiesta-1", "codice_fiscale": "RSSMRA80A01Z999Y", "residence": "italy",
        "surname": "Rossi", "name": "Mario", "sex": "M", "birth_date": "1980-01-01", "birth_place": "Borgo Esempio",
        "address": { "street": "Via delle Prove 1", "town": "Borgo Esempio", "province": "ZZ", "postal_code": "99999",
            "country": "IT" },
        "contacts": { "mobile": "+39 000 0000000", "email": "mario@example.org" },
        "preferred_phone": "mobile", "call_slot": "morning",
    })
}

/// An application that can be begun, and filed.
fn application() -> Value {
    json!({ "form": { "kind": "assegno_unico", "children": [{ "codice_fiscale": "RSSMRA80A01Z999Y", "disability": false }],
        "share": "whole", "iban": "IT60X0542811101000000123456", "statements_accepted": true } })
}

/// Eight symbols, however they are grouped.
const CODE: &str = r"^[ \t-]*([2-9A-HJ-NP-Za-hj-np-z][ \t-]*){8}$";
/// Eight or sixteen symbols, however they are grouped.
const PIN: &str = r"^[ \t-]*([2-9A-HJ-NP-Za-hj-np-z][ \t-]*){8}(([2-9A-HJ-NP-Za-hj-np-z][ \t-]*){8})?$";
/// What a client makes to say that two requests are one.
const KEY: &str = "^[A-Za-z0-9_-]{16,64}$";
/// One line with something in it: no control characters.
const LINE: &str = r"^[^\u0000-\u001f\u007f-\u009f]*[^\u0000-\u0020\u007f-\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000][^\u0000-\u001f\u007f-\u009f]*$";
/// E.164, however it is grouped.
const PHONE: &str = r"^[ ./()-]*\+[ ./()-]*[1-9][ ./()-]*([0-9][ ./()-]*){7,14}$";
/// A local part, and a domain of two labels or more.
const MAIL: &str = r"^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*@([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?$";
/// Any text, which U+0000 is not part of.
const NO_NUL: &str = r"^[^\u0000]*$";
/// Any text with something in it.
const ANSWER: &str =
    r"^[^\u0000]*[^\u0000-\u0020\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000][^\u0000]*$";
/// The number of a document.
const NUMBER: &str = "^[A-Za-z0-9]{5,20}$";
/// Twenty digits, however they are grouped.
const TESSERA: &str = r"^[ -]*([0-9][ -]*){20}$";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pin::form;

    #[test]
    fn the_example_of_a_request_is_a_request() {
        let request = serde_json::from_value(request()).unwrap();
        assert!(form::request(request).is_ok());
    }
}
