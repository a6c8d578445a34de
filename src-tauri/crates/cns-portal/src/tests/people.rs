//! Invented people and their codici fiscali.

use cns_trust::CodiceFiscale;
use time::Date;

/// The codice fiscale that goes with six letters and a day of birth.
pub(crate) fn codice_fiscale(letters: &str, born: Date, female: bool) -> CodiceFiscale {
    let month = b"ABCDEHLMPRST"[usize::from(u8::from(born.month())) - 1];
    let day = born.day() + if female { 40 } else { 0 };
    let open = format!(
        "{letters}{:02}{}{day:02}H501",
        born.year() % 100,
        char::from(month)
    );
    // The last character follows from the others: of 26 one is right.
    ('A'..='Z')
        .find_map(|last| CodiceFiscale::parse(&format!("{open}{last}")).ok())
        .unwrap()
}

/// Private employee, and nothing else: of `data/people.toml`, as all below.
pub(crate) const ANNA_VERDI: &str = "VRDNNA85P52Z999Y";
/// Her brother, of a public body.
pub(crate) const BRUNO_VERDI: &str = "VRDBRN88C05Z999V";
/// The card of the demo: worked in three managements, and draws a survivor's pension.
pub(crate) const MARIA_ROSSI: &str = "RSSMRA80A41Z999C";
/// A musician.
pub(crate) const LUCA_BIANCHI: &str = "BNCLCU75M23Z999X";
/// Draws a pension.
pub(crate) const ADA_FO: &str = "FOXDAA24B69Z999M";
/// Draws a pension of the State, and goes on as a collaborator.
pub(crate) const GIULIA_NERI: &str = "NREGLI58L50Z999P";
/// Has an office besides.
pub(crate) const PAOLA_SCURA: &str = "SCRPLA79E43Z999H";
