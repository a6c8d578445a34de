//! Roots as the user gives them: PEM of one certificate or several, or DER.
#![no_main]

use cns_trust::{TrustRoots, TrustSource, summary};
use libfuzzer_sys::fuzz_target;
use sportello_fuzz::{authority, input};
use std::sync::LazyLock;

static PEM: LazyLock<String> = LazyLock::new(|| authority().certificate_pem());

fuzz_target!(
    init: {
        // The key is computed here, outside the time of any one input.
        LazyLock::force(&PEM);
    },
    |data: &[u8]| {
        let file = input(&[PEM.as_bytes(), authority().certificate_der()], data);
        let mut roots = TrustRoots::default();
        match roots.add_pem(&file, "file") {
            Ok(count) => assert_eq!(count, roots.roots().len()),
            Err(_) => assert!(roots.roots().is_empty()),
        }
        assert!(
            roots
                .roots()
                .iter()
                .all(|der| summary(der).is_some())
        );
    }
);
