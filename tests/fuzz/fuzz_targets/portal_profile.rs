//! The profile of a portal, TOML.
#![no_main]

use cns_login::PortalProfile;
use libfuzzer_sys::fuzz_target;
use sportello_fuzz::text;

const REFERENCE: &str = include_str!("../../../src-tauri/crates/cns-login/profiles/riferimento.toml");

fuzz_target!(|data: &[u8]| {
    if let Ok(profile) = PortalProfile::parse(&text(&[REFERENCE], data)) {
        assert!(profile.allows(&profile.cns.exchange_url) && profile.allows(&profile.cns.api_url));
        assert!(!profile.card_host().is_empty());
    }
});
