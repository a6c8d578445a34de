//! Do the card's own files tell of the same person and card as the certificate?

use crate::common_name::CommonName;
use crate::{CardFacts, Finding, FindingCode};
use sha1::{Digest, Sha1};

/// Compares EF.ID_Carta with the common name.
pub(crate) fn examine_card_id(name: Option<&CommonName>, card: &CardFacts<'_>) -> Finding {
    let code = FindingCode::CardId;
    match (name, card.card_id) {
        (None, _) => Finding::unknown(code, "no_common_name"),
        (_, None) => Finding::unknown(code, "not_read"),
        (Some(name), Some(card_id)) if name.card_id == card_id => Finding::good(code),
        (Some(_), Some(_)) => Finding::bad(code, "differs"),
    }
}

/// Compares EF.Dati_personali with the common name: the codice fiscale, then the hash of the file.
///
/// Which bytes of the file were hashed is not written anywhere that we know: the whole file and its used part are
/// both taken. A hash that fits neither says that the file is odd, not that the certificate is.
pub(crate) fn examine_personal_data(name: Option<&CommonName>, card: &CardFacts<'_>) -> Finding {
    let code = FindingCode::PersonalData;
    let Some(name) = name else {
        return Finding::unknown(code, "no_common_name");
    };
    if card
        .codice_fiscale
        .is_some_and(|on_card| !on_card.trim().eq_ignore_ascii_case(&name.codice_fiscale))
    {
        return Finding::bad(code, "codice_fiscale_differs");
    }
    match card.personal_data_file {
        None | Some([]) => Finding::unknown(code, "not_read"),
        Some(file) if hash_agrees(file, &name.personal_data_hash) => Finding::good(code),
        Some(_) => Finding::unknown(code, "hash_differs"),
    }
}

fn hash_agrees(file: &[u8], hash: &[u8; 20]) -> bool {
    let used = file
        .iter()
        .rposition(|byte| *byte != 0)
        .map_or(0, |last| last + 1);
    let used = &file[..used];
    let agrees = |bytes: &[u8]| <[u8; 20]>::from(Sha1::digest(bytes)) == *hash;
    // A reader may have stopped at the used part: the rest of the file is zeros.
    let mut whole = used.to_vec();
    whole.resize(FILE_SIZE.max(used.len()), 0);
    agrees(file) || agrees(used) || agrees(&whole)
}

/// EF.Dati_personali is created with this size.
const FILE_SIZE: usize = 400;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Outcome;

    /// The invented Maria Rossi of the worked example, 101 bytes.
    const USED: &[u8] = b"0000650469990801022024083101203005ROSSI05MARIA080101198001F0010RSSMRA80A41Z999C0004Z999000004H5010000";

    fn name(hash: &str) -> CommonName {
        CommonName::parse(&format!("RSSMRA80A41Z999C/6999000000123455.{hash}")).unwrap()
    }

    fn card(file: &[u8]) -> CardFacts<'_> {
        CardFacts {
            card_id: Some("6999000000123455"),
            codice_fiscale: Some("RSSMRA80A41Z999C"),
            personal_data_file: Some(file),
            name: None,
        }
    }

    #[test]
    fn the_hash_may_be_over_the_whole_file_or_its_used_part() {
        let mut whole = USED.to_vec();
        whole.resize(400, 0);
        for hash in ["bjYBKivkQMUIzQVzQB89JxodHpg=", "SnaYnbG8+RUsRy0/QTOeTnTZP7M="] {
            for file in [USED, &whole] {
                let finding = examine_personal_data(Some(&name(hash)), &card(file));
                assert_eq!(
                    (finding.outcome, finding.case),
                    (Outcome::Good, "good"),
                    "{hash} {}",
                    file.len()
                );
            }
        }
    }

    #[test]
    fn another_hash_is_a_doubt_and_another_person_is_an_error() {
        let odd = examine_personal_data(Some(&name("AAAAAAAAAAAAAAAAAAAAAAAAAAA=")), &card(USED));
        assert_eq!((odd.outcome, odd.case), (Outcome::Unknown, "hash_differs"));
        let mut other = card(USED);
        other.codice_fiscale = Some("RSSMRA80A01H501U");
        let finding = examine_personal_data(Some(&name("SnaYnbG8+RUsRy0/QTOeTnTZP7M=")), &other);
        assert_eq!(
            (finding.outcome, finding.case),
            (Outcome::Bad, "codice_fiscale_differs")
        );
    }

    #[test]
    fn a_file_that_was_not_read_is_neither_good_nor_bad() {
        let name = name("SnaYnbG8+RUsRy0/QTOeTnTZP7M=");
        let nothing = CardFacts::default();
        for file in [None, Some(&[][..])] {
            let card = CardFacts {
                personal_data_file: file,
                ..nothing
            };
            assert_eq!(examine_personal_data(Some(&name), &card).case, "not_read");
        }
        assert_eq!(examine_card_id(Some(&name), &nothing).outcome, Outcome::Unknown);
        assert_eq!(examine_card_id(None, &card(USED)).case, "no_common_name");
        assert_eq!(examine_personal_data(None, &card(USED)).case, "no_common_name");
    }

    #[test]
    fn another_card_is_an_error() {
        let name = name("SnaYnbG8+RUsRy0/QTOeTnTZP7M=");
        assert_eq!(examine_card_id(Some(&name), &card(USED)).outcome, Outcome::Good);
        let mut other = card(USED);
        other.card_id = Some("6999000000123463");
        let finding = examine_card_id(Some(&name), &other);
        assert_eq!((finding.outcome, finding.case), (Outcome::Bad, "differs"));
    }
}
