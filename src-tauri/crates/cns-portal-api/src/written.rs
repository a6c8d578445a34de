//! How people write what a portal asks for: each rule once, for the portal that takes it and for whoever asks on its
//! behalf. A rule takes what was typed and gives it as it is kept, or nothing where it cannot be one.

use crate::ContactKind;

/// Reads a contact. A letter goes to an address, which is no contact.
pub fn contact(kind: ContactKind, text: &str) -> Option<String> {
    match kind {
        ContactKind::Mobile | ContactKind::Landline | ContactKind::Fax => phone(text),
        ContactKind::Email | ContactKind::Pec => mail(text),
        ContactKind::Letter => None,
    }
}

/// Reads an international number (ITU-T E.164): `+` and 8 to 15 digits, with what people put between them.
///
/// ```
/// use cns_portal_api::written;
///
/// assert_eq!(written::phone("+39 (333) 123-4567").as_deref(), Some("+393331234567"));
/// assert_eq!(written::phone("333 1234567"), None);
/// ```
pub fn phone(text: &str) -> Option<String> {
    let plain = without(text, &[' ', '-', '.', '/', '(', ')']);
    let digits = plain.strip_prefix('+')?;
    let fits = (8..=15).contains(&digits.len()) && all_digits(digits);
    (fits && !digits.starts_with('0')).then_some(plain)
}

/// Reads an address that a mail server would take: local part, `@`, a domain of two labels or more.
pub fn mail(text: &str) -> Option<String> {
    let text = text.trim();
    let (local, domain) = text.rsplit_once('@')?;
    let local_fits = (1..=64).contains(&local.len())
        && !local.starts_with('.')
        && !local.ends_with('.')
        && !local.contains("..")
        && local
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b".!#$%&'*+/=?^_`{|}~-".contains(&byte));
    let label_fits = |label: &str| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    let domain_fits = domain.contains('.') && domain.split('.').all(label_fits);
    (text.len() <= 254 && local_fits && domain_fits).then(|| text.to_owned())
}

/// Reads the number on the back of a tessera sanitaria: twenty digits, however they are grouped.
pub fn tessera_number(text: &str) -> Option<String> {
    let digits = without(text, &[' ', '-']);
    (digits.len() == 20 && all_digits(&digits)).then_some(digits)
}

/// Reads a CAP, the postal code of Italy: five digits.
pub fn cap(text: &str) -> Option<String> {
    let text = text.trim();
    (text.len() == 5 && all_digits(text)).then(|| text.to_owned())
}

/// Reads a province of Italy, or a country (ISO 3166-1 alpha-2): two letters, which are kept in upper case.
pub fn two_letters(text: &str) -> Option<String> {
    let text = text.trim();
    let fits = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_alphabetic());
    fits.then(|| text.to_ascii_uppercase())
}

fn without(text: &str, between: &[char]) -> String {
    text.chars().filter(|sign| !between.contains(sign)).collect()
}

fn all_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contacts_are_read_as_people_write_them() {
        use ContactKind::{Email, Fax, Landline, Letter, Mobile, Pec};
        for (kind, text, read_as) in [
            (Mobile, "+39 333 1234567", Some("+393331234567")),
            (Mobile, "+39 (333) 000-0000", Some("+393330000000")),
            (Landline, "+39 06-1234.5678", Some("+390612345678")),
            (Fax, "+41/44/1234567", Some("+41441234567")),
            (Mobile, "3331234567", None),
            (Mobile, "+0393331234567", None),
            (Mobile, "+39333", None),
            (Mobile, "+3933312345678901", None),
            (Mobile, "+39 333 12345a7", None),
            (Email, " anna@example.org ", Some("anna@example.org")),
            (
                Pec,
                "Anna.Verdi+pin@pec.example.it",
                Some("Anna.Verdi+pin@pec.example.it"),
            ),
            (Email, "anna@localhost", None),
            (Email, "anna", None),
            (Email, "@example.org", None),
            (Email, "an na@example.org", None),
            (Email, "anna@example..org", None),
            (Email, "anna\r\nBcc: x@example.org", None),
            (Letter, "Via Roma 1", None),
        ] {
            assert_eq!(contact(kind, text).as_deref(), read_as, "{text}");
        }
    }

    #[test]
    fn numbers_and_letters_of_documents_are_read_as_people_write_them() {
        type Rule = fn(&str) -> Option<String>;
        for (rule, text, read_as) in [
            (
                tessera_number as Rule,
                "80380 00000-00000 00017",
                Some("80380000000000000017"),
            ),
            (tessera_number, "8038 0000 0000 0000 001", None),
            (tessera_number, "8038000000000000001X", None),
            (cap, " 10121 ", Some("10121")),
            (cap, "1012", None),
            (cap, "1012A", None),
            (two_letters, "to", Some("TO")),
            (two_letters, "Torino", None),
            (two_letters, "T1", None),
            (two_letters, "è", None),
        ] {
            assert_eq!(rule(text).as_deref(), read_as, "{text}");
        }
    }
}
