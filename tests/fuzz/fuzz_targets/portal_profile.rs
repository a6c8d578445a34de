//! The profile of a portal, TOML.
#![no_main]

use cns_login::PortalProfile;
use libfuzzer_sys::fuzz_target;
use sportello_fuzz::text;

const REFERENCE: &str = include_str!("../../../src-tauri/crates/cns-login/profiles/riferimento.toml");

fuzz_target!(|data: &[u8]| {
    if let Ok(profile) = PortalProfile::parse(&text(&[REFERENCE], data)) {
        let named = [profile.exchange_url(), profile.api_url(), profile.entry_url()];
        assert!(named.into_iter().flatten().all(|url| profile.allows(url)));
        assert_eq!(profile.takes_card(), !profile.card_host().is_empty());
    }
});
