//! EF.Dati_personali.
#![no_main]

use cns_card::PersonalData;
use libfuzzer_sys::fuzz_target;
use sportello_fuzz::input;

const MARIA_ROSSI: &[u8] =
    b"0000650469990801022024083101203005ROSSI05MARIA080101198001F0010RSSMRA80A41Z999C0004Z999000004H5010000";

fuzz_target!(|data: &[u8]| {
    if let Ok(person) = PersonalData::parse(&input(&[MARIA_ROSSI], data)) {
        let _ = format!("{person:?}");
    }
});
