//! The bodies that client and portal send each other, JSON.
#![no_main]

use cns_portal_api::{CnsExchange, ContributionStatement, Me, NewSession, Problem, SessionOpened};
use libfuzzer_sys::fuzz_target;
use serde::Serialize;
use serde::de::DeserializeOwned;
use sportello_fuzz::input;

const EXCHANGE: &[u8] = br#"{"code":"b3BhcXVl","expires_in":60}"#;
const NEW_SESSION: &[u8] = br#"{"code":"b3BhcXVl"}"#;
const ME: &[u8] =
    br#"{"codice_fiscale":"RSSMRA80A41Z999C","full_name":"MARIA ROSSI","method":"cns","level":3}"#;
const OPENED: &[u8] = br#"{"token":"b3BhcXVl","expires_at":"2026-11-22T20:00:00Z","idle_timeout":900,
    "me":{"codice_fiscale":"RSSMRA80A41Z999C","full_name":"MARIA ROSSI","method":"cns","level":3}}"#;
const PROBLEM: &[u8] = br#"{"type":"about:blank","title":"Certificato non accettato","status":403,
    "code":"certificate_refused","detail":"x","reasons":["validity.expired"]}"#;
const STATEMENT: &[u8] =
    br#"{"subject":{"codice_fiscale":"RSSMRA80A41Z999C","surname":"ROSSI","name":"MARIA",
    "birth_date":"1980-01-01"},"updated_at":"2026-11-01T00:00:00Z","notice":"x","sections":[{"code":"FPLD",
    "name":"x","unit":"weeks","periods":[{"from":"2020-01-01","to":"2020-12-31","kind":"x","for_right":52,
    "for_amount":52,"pay":{"amount":"1234.50","currency":"EUR"},"employer":{"name":"x","number":"1"},
    "notes":["A"]}],"totals":{"for_right":52,"for_amount":52}}],"notes":[{"code":"A","text":"x"}]}"#;

/// What can be read can be written, and reads the same.
fn round_trip<T: DeserializeOwned + Serialize>(body: &[u8]) -> bool {
    let Ok(value) = serde_json::from_slice::<T>(body) else {
        return false;
    };
    let written = serde_json::to_vec(&value).unwrap();
    let again: T = serde_json::from_slice(&written).unwrap();
    assert_eq!(serde_json::to_vec(&again).unwrap(), written);
    true
}

fuzz_target!(
    init: {
        // A template that cannot be read would leave its parser untried.
        assert!(round_trip::<CnsExchange>(EXCHANGE) && round_trip::<NewSession>(NEW_SESSION));
        assert!(round_trip::<Me>(ME) && round_trip::<SessionOpened>(OPENED));
        assert!(round_trip::<Problem>(PROBLEM) && round_trip::<ContributionStatement>(STATEMENT));
    },
    |data: &[u8]| {
        let body = input(&[EXCHANGE, NEW_SESSION, ME, OPENED, PROBLEM, STATEMENT], data);
        round_trip::<CnsExchange>(&body);
        round_trip::<NewSession>(&body);
        round_trip::<Me>(&body);
        round_trip::<SessionOpened>(&body);
        round_trip::<Problem>(&body);
        round_trip::<ContributionStatement>(&body);
    }
);
