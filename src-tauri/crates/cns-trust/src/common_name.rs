//! The common name of a CNS certificate: `codice fiscale/ID_Carta.hash of the personal data`.

use crate::name::string_value;
use crate::{Finding, FindingCode};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use x509_parser::certificate::X509Certificate;

/// A common name taken apart.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct CommonName {
    /// 16 letters and digits, upper case; not yet checked to be a codice fiscale.
    pub(crate) codice_fiscale: String,
    /// 16 digits.
    pub(crate) card_id: String,
    /// SHA-1 of EF.Dati_personali.
    pub(crate) personal_data_hash: [u8; 20],
}

impl CommonName {
    /// Takes a common name apart at the first `/` and the first `.` after it: the hash is Base64 and may hold a `/`.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (codice_fiscale, rest) = text.split_once('/')?;
        let (card_id, hash) = rest.split_once('.')?;
        let shape = codice_fiscale.len() == 16
            && codice_fiscale.bytes().all(|byte| byte.is_ascii_alphanumeric())
            && card_id.len() == 16
            && card_id.bytes().all(|byte| byte.is_ascii_digit());
        if !shape {
            return None;
        }
        Some(Self {
            codice_fiscale: codice_fiscale.to_ascii_uppercase(),
            card_id: card_id.to_owned(),
            personal_data_hash: STANDARD.decode(hash).ok()?.try_into().ok()?,
        })
    }
}

/// Codice fiscale and ID_Carta of a common name: a door for the fuzzer alone.
#[doc(hidden)]
pub fn common_name_parts(text: &str) -> Option<(String, String)> {
    CommonName::parse(text).map(|name| (name.codice_fiscale, name.card_id))
}

/// Finds the one common name of the subject and takes it apart.
pub(crate) fn examine(certificate: &X509Certificate<'_>) -> (Finding, Option<CommonName>) {
    let code = FindingCode::CommonName;
    let mut names = certificate.subject().iter_common_name();
    let Some(name) = names.next() else {
        return (Finding::bad(code, "missing"), None);
    };
    if names.next().is_some() {
        return (Finding::bad(code, "repeated"), None);
    }
    match string_value(name.attr_value())
        .as_deref()
        .and_then(CommonName::parse)
    {
        Some(parsed) => (Finding::good(code), Some(parsed)),
        None => (Finding::bad(code, "shape"), None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const WHOLE_FILE_HASH: &str = "bjYBKivkQMUIzQVzQB89JxodHpg=";

    #[test]
    fn takes_the_worked_example_apart() {
        let name =
            CommonName::parse(&format!("RSSMRA80A41Z999C/6999000000123455.{WHOLE_FILE_HASH}")).unwrap();
        assert_eq!(name.codice_fiscale, "RSSMRA80A41Z999C");
        assert_eq!(name.card_id, "6999000000123455");
        assert_eq!(name.personal_data_hash[..2], [0x6e, 0x36]);
    }

    #[test]
    fn a_slash_or_a_plus_in_the_hash_divides_nothing() {
        let hash = STANDARD.encode([0xff; 20]);
        assert!(hash.contains('/'));
        let name = CommonName::parse(&format!("RSSMRA80A41Z999C/6999000000123455.{hash}")).unwrap();
        assert_eq!(name.personal_data_hash, [0xff; 20]);
        let hash = STANDARD.encode([0xfb; 20]);
        assert!(hash.contains('+'));
        assert!(CommonName::parse(&format!("RSSMRA80A41Z999C/6999000000123455.{hash}")).is_some());
    }

    #[test]
    fn other_shapes_are_not_a_cns() {
        for text in [
            "",
            "/",
            "/.",
            "Mario Rossi",
            "RSSMRA80A41Z999C",
            "RSSMRA80A41Z999C/6999000000123455",
            "RSSMRA80A41Z999C/6999000000123455.",
            "RSSMRA80A41Z999C/6999000000123455.bjYBKivkQMUIzQVzQB89JxodHpg",
            "RSSMRA80A41Z999C/6999000000123455.bjYB",
            "RSSMRA80A41Z999/6999000000123455.bjYBKivkQMUIzQVzQB89JxodHpg=",
            "RSSMRA80A41Z999C/699900000012345.bjYBKivkQMUIzQVzQB89JxodHpg=",
            "RSSMRA80A41Z999C/699900000012345X.bjYBKivkQMUIzQVzQB89JxodHpg=",
            "RSSMRA80A41Z99è/6999000000123455.bjYBKivkQMUIzQVzQB89JxodHpg=",
            " RSSMRA80A41Z999C/6999000000123455.bjYBKivkQMUIzQVzQB89JxodHpg=",
        ] {
            assert!(CommonName::parse(text).is_none(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_was_put_together_comes_apart(card_id in "[0-9]{16}", hash in any::<[u8; 20]>()) {
            let name = CommonName::parse(&format!("RSSMRA80A41Z999C/{card_id}.{}", STANDARD.encode(hash))).unwrap();
            prop_assert_eq!(name.card_id, card_id);
            prop_assert_eq!(name.personal_data_hash, hash);
        }

        #[test]
        fn no_text_makes_it_panic(text in "\\PC*") {
            let _ = CommonName::parse(&text);
        }
    }
}
