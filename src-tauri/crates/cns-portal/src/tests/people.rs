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
