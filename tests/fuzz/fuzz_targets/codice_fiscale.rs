//! The codice fiscale.
#![no_main]

use cns_trust::CodiceFiscale;
use libfuzzer_sys::fuzz_target;
use sportello_fuzz::text;

fuzz_target!(|data: &[u8]| {
    if let Ok(code) = CodiceFiscale::parse(&text(&["RSSMRA80A01H501U", "RSSMRAULALMHRLMD"], data)) {
        assert_eq!(CodiceFiscale::parse(code.as_str()).as_ref(), Ok(&code));
        assert!((1..=31).contains(&code.birth_day()) && code.birth_year_of_century() < 100);
        assert_eq!(code.birthplace().len(), 4);
        let _ = (code.sex(), code.birth_month(), code.has_omocodia());
    }
});
