//! The common name of a CNS.
#![no_main]

use cns_trust::common_name_parts;
use libfuzzer_sys::fuzz_target;
use sportello_fuzz::text;

fuzz_target!(|data: &[u8]| {
    let name = text(
        &["RSSMRA80A41Z999C/6999000000123455.SnaYnbG8+RUsRy0/QTOeTnTZP7M="],
        data,
    );
    if let Some((codice_fiscale, card_id)) = common_name_parts(&name) {
        assert!(
            name.to_ascii_uppercase()
                .starts_with(&format!("{codice_fiscale}/{card_id}."))
        );
        assert!(codice_fiscale.len() == 16 && card_id.len() == 16);
    }
});
