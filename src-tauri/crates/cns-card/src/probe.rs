//! Which family a card turns out to be of: every profile that may fit is tried, in order, and nothing twice.

use crate::desk::Desk;
use crate::profile::{Profile, Refusal};
use crate::read::{Reading, greet, more_telling, read};
use crate::recognise::says_cns;
use crate::{CardError, Greeting};
use cns_iso7816::Atr;

/// Reads the card as the first profile that fits.
///
/// A certificate whose CN is not that of a CNS is kept aside, and taken only when no profile finds a better one.
/// Where nothing of a CNS was found, not even in the answer to reset, the card is asked for the applications of other
/// kinds of card.
///
/// # Errors
/// [`CardError::NotACns`], [`CardError::UnknownCard`], [`CardError::NoCertificate`], [`CardError::Malformed`],
/// [`CardError::TooLarge`], [`CardError::Refused`] and [`CardError::Channel`].
pub(crate) fn probe(
    desk: &mut Desk<'_>,
    candidates: &[&Profile],
    refusals: &[Refusal],
    atr: &Atr,
) -> Result<Reading, CardError> {
    let mut reason = CardError::UnknownCard;
    let mut spare = None;
    for profile in candidates {
        match read(desk, profile, atr) {
            Ok(found) if found.is_named_as_a_cns => return Ok(found.reading),
            Ok(found) => {
                spare.get_or_insert(found.reading);
            }
            Err(error @ CardError::Channel(_)) => return Err(error),
            Err(error) => reason = more_telling(reason, error),
        }
    }
    if let Some(reading) = spare {
        return Ok(reading);
    }
    if reason == CardError::UnknownCard && desk.shelf.greeting.is_none() && !says_cns(atr) {
        for refusal in refusals {
            if is_of_kind(desk, refusal)? {
                return Err(CardError::NotACns {
                    kind: refusal.kind.name(),
                });
            }
        }
    }
    Err(reason)
}

/// Greets the holder as the first profile that finds anything of them.
///
/// # Errors
/// [`CardError::Channel`].
pub(crate) fn greet_as_any(desk: &mut Desk<'_>, candidates: &[&Profile]) -> Result<Greeting, CardError> {
    for profile in candidates {
        let greeting = greet(desk, profile)?;
        if greeting != Greeting::default() {
            return Ok(greeting);
        }
    }
    Ok(Greeting::default())
}

/// Asks the card for the application that tells this kind.
///
/// # Errors
/// [`CardError::Channel`].
pub(crate) fn is_of_kind(desk: &mut Desk<'_>, refusal: &Refusal) -> Result<bool, CardError> {
    match &refusal.application {
        Some(application) => desk.has(application),
        None => Ok(false),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::habits::Habits;
    use crate::shelf::Shelf;
    use crate::table::ProfileTable;
    use cns_iso7816::transcript::Transcript;
    use cns_iso7816::{Channel, Ending, Exchange};

    /// Probes with these profiles of a table; the conversation must be exactly as written.
    fn probed(table: &str, mut written: Transcript) -> CardError {
        let table: ProfileTable = toml::from_str(table).unwrap();
        let profiles: Vec<&Profile> = table.profiles.iter().collect();
        let (mut habits, mut shelf, atr) = (Habits::default(), Shelf::default(), written.atr().clone());
        let mut outcome = None;
        let act = &mut |line: &mut dyn Exchange| {
            let mut desk = Desk::new(line, &mut habits, &mut shelf);
            outcome = Some(probe(&mut desk, &profiles, &table.refusals, &atr));
        };
        written.transaction(Ending::Leave, act).unwrap();
        assert_eq!(written.finished(), Ok(()));
        outcome.unwrap().unwrap_err()
    }

    fn profile(name: &str, place: &str, framing: &str) -> String {
        format!(
            r#"
            [[profile]]
            name = "{name}"
            may_be = [{{ atr = "*" }}]
            {place}
            files = {{ card_id = "1000 1003", personal_data = "1100 1102" }}
            certificates = [{{ path = "2FFF 8228", framing = {framing} }}]
            key = {{ reference = 1 }}
            pins = [{{ reference = 0x10 }}]
            "#
        )
    }

    const SELECT_CARD_ID: &str = "00 A4 08 00 04 10 00 10 03 00";
    const SELECT_PERSONAL_DATA: &str = "00 A4 08 00 04 11 00 11 02 00";
    const SELECT_CERTIFICATE: &str = "00 A4 08 00 04 2F FF 82 28 00";
    const ALL_AT_ONCE: &str = "00 B0 00 00 00 00 00";
    const SMALL: &str = "6F 04 80 02 00 08 90 00";
    const RAW: &str = "\"raw\"";

    fn anonymous() -> Transcript {
        Transcript::new("3B00")
            .answer(SELECT_CARD_ID, "6A 82")
            .answer(SELECT_PERSONAL_DATA, "6F 00")
    }

    #[test]
    fn one_file_serves_every_framing_that_names_it() {
        let table = profile("one", "", RAW)
            + &profile(
                "two",
                "",
                r#"{ header = { bytes = 2, length_at = 0, order = "little_endian" } }"#,
            )
            + &profile(
                "three",
                "",
                r#"{ header = { bytes = 5, length_at = 1, order = "big_endian" } }"#,
            );
        let written = anonymous()
            .answer(SELECT_CERTIFICATE, SMALL)
            .answer("00 B0 00 00 00", "09 00 03 30 01 00 00 00 90 00")
            // It has no more, whatever the other framings say that it should have.
            .answer("00 B0 00 08 F8", "6B 00");
        let malformed = CardError::Malformed { file: "EF.C_Carta" };
        assert_eq!(probed(&table, written), malformed);
    }

    #[test]
    fn a_file_that_may_not_be_read_is_asked_for_once() {
        let table = profile("one", "", RAW) + &profile("two", "", "\"file_size\"");
        let written = anonymous()
            .answer(SELECT_CERTIFICATE, "90 00")
            .answer(ALL_AT_ONCE, "69 82");
        let refused = CardError::Refused {
            status: 0x6982,
            command: "READ BINARY",
        };
        assert_eq!(probed(&table, written), refused);
    }

    #[test]
    fn an_application_that_is_not_there_is_asked_for_once() {
        let place = "application = \"F0 00 00 00 01\"";
        let refusal = "\n[[refusal]]\nkind = \"bank\"\napplication = \"F0 00 00 00 01\"\n";
        for refused in ["6A 82", "6D 00", "6E 00", "69 99", "6A 81"] {
            let table = profile("one", place, RAW) + &profile("two", place, RAW) + refusal;
            let written = Transcript::new("3B00").answer("00 A4 04 00 05 F0 00 00 00 01 00", refused);
            assert_eq!(probed(&table, written), CardError::UnknownCard, "{refused}");
        }
    }

    #[test]
    fn an_application_is_left_for_the_cards_own_files() {
        let table = profile("one", "application = \"F0 00 00 00 01\"", RAW) + &profile("two", "", RAW);
        let written = Transcript::new("3B00")
            .answer("00 A4 04 00 05 F0 00 00 00 01 00", "90 00")
            .answer(SELECT_CARD_ID, "6A 82")
            .answer(SELECT_PERSONAL_DATA, "6A 82")
            .answer(SELECT_CERTIFICATE, "6A 82")
            .answer("00 A4 00 00 02 3F 00 00", "90 00")
            .answer(SELECT_CARD_ID, "6A 82")
            .answer(SELECT_PERSONAL_DATA, "6A 82")
            .answer(SELECT_CERTIFICATE, "6A 82");
        assert_eq!(probed(&table, written), CardError::UnknownCard);
    }

    #[test]
    fn paths_from_an_application_begin_there_each_time() {
        let place = "application = \"F0 00 00 00 01\"\npaths = \"from_application\"";
        let enter = "00 A4 04 00 05 F0 00 00 00 01 00";
        let written = Transcript::new("3B00")
            .answer(enter, "90 00")
            .answer("00 A4 09 00 04 10 00 10 03 00", "6A 82")
            .answer(enter, "90 00")
            .answer("00 A4 09 00 04 11 00 11 02 00", "6A 82")
            .answer(enter, "90 00")
            .answer("00 A4 09 00 04 2F FF 82 28 00", "6A 82");
        assert_eq!(
            probed(&profile("one", place, RAW), written),
            CardError::UnknownCard
        );
    }

    #[test]
    fn what_lies_in_place_of_a_certificate_is_named() {
        let malformed = CardError::Malformed { file: "EF.C_Carta" };
        let too_large = CardError::TooLarge {
            file: "EF.C_Carta",
            limit: 32 * 1024,
        };
        let rows = [
            ("00".repeat(300), malformed.clone()),
            ("FF".repeat(300), malformed.clone()),
            ("3010".to_owned() + &"00".repeat(298), malformed),
            ("3083FFFFFF".to_owned() + &"00".repeat(295), too_large),
        ];
        for (content, error) in rows {
            let written = anonymous()
                .answer(SELECT_CERTIFICATE, "90 00")
                .answer(ALL_AT_ONCE, &format!("{content} 9000"));
            assert_eq!(probed(&profile("one", "", RAW), written), error, "{content}");
        }
    }

    #[test]
    fn an_empty_certificate_file_is_named() {
        let written = anonymous()
            .answer(SELECT_CERTIFICATE, SMALL)
            .answer("00 B0 00 00 00", "6B 00");
        let refused = CardError::Refused {
            status: 0x6B00,
            command: "READ BINARY",
        };
        assert_eq!(probed(&profile("one", "", RAW), written), refused);
    }
}
