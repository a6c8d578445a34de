//! The bodies that client and portal send each other, JSON.
#![no_main]

use cns_portal_api::{CnsExchange, ContributionStatement, Me, NewSession, Problem, SessionOpened};
use libfuzzer_sys::fuzz_target;
use serde::Serialize;
use serde::de::DeserializeOwned;
use sportello_fuzz::input;

const BODIES: &[&[u8]] = &[
    br#"{"code":"b3BhcXVl","expires_in":60}"#,
    br#"{"code":"b3BhcXVl"}"#,
    br#"{"token":"b3BhcXVl","expires_at":"2026-11-22T20:00:00Z","idle_seconds":900}"#,
    br#"{"type":"about:blank","title":"Not found","status":404,"detail":"x","instance":"/y","code":"not_found"}"#,
    br#"{"sections":[{"periods":[{"from":"2020-01-01","until":"2020-12-31","amount":{"amount":"1234.50","currency":"EUR"}}]}]}"#,
];

/// What can be read can be written, and reads the same.
fn round_trip<T: DeserializeOwned + Serialize>(body: &[u8]) {
    let Ok(value) = serde_json::from_slice::<T>(body) else {
        return;
    };
    let written = serde_json::to_vec(&value).unwrap();
    let again: T = serde_json::from_slice(&written).unwrap();
    assert_eq!(serde_json::to_vec(&again).unwrap(), written);
}

fuzz_target!(|data: &[u8]| {
    let body = input(BODIES, data);
    round_trip::<CnsExchange>(&body);
    round_trip::<NewSession>(&body);
    round_trip::<SessionOpened>(&body);
    round_trip::<Me>(&body);
    round_trip::<ContributionStatement>(&body);
    round_trip::<Problem>(&body);
});
