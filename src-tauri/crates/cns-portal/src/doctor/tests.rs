//! Each way in which a configuration is unsafe, one at a time.

use super::*;
use crate::config::{OperatorEndpoint, Settings};
use crate::keys::{KeyFiles, Keys};
use crate::outbox::{Channels, Mailbox};
use crate::pin::PinRules;
use crate::tests::world::{endpoint, roots};

fn operator(listen: &str, allow_remote: bool) -> Option<OperatorEndpoint> {
    Some(OperatorEndpoint {
        endpoint: endpoint(listen),
        allow_remote,
    })
}

/// A portal that may start, on loopback.
fn sound() -> Config {
    Config {
        cns: endpoint("127.0.0.1:8443"),
        api: endpoint("127.0.0.1:8444"),
        operator: operator("127.0.0.1:8445", false),
        database: Database::Memory,
        secret_files: Vec::new(),
        client_roots: roots(),
        settings: Settings {
            channels: Mailbox::new().channels(),
            ..Settings::in_memory().unwrap()
        },
    }
}

fn codes(config: &Config) -> Vec<&'static str> {
    examine(config).iter().map(|finding| finding.code).collect()
}

#[test]
fn a_sound_configuration_has_no_finding() {
    assert_eq!(examine(&sound()), []);
}

#[test]
fn every_unsafe_host_is_named() {
    type Change = fn(&mut Config);
    let cases: [(Change, &[&str]); 6] = [
        (
            |config| config.operator = operator("127.0.0.1:8444", false),
            &["operator_among_citizens"],
        ),
        (
            |config| config.operator = operator("0.0.0.0:8445", false),
            &["operator_reachable"],
        ),
        (|config| config.operator = operator("0.0.0.0:8445", true), &[]),
        (|config| config.settings.limits.throttling = false, &[]),
        (
            |config| {
                config.settings.limits.throttling = false;
                config.api = endpoint("0.0.0.0:8444");
            },
            &["throttling_off"],
        ),
        (|config| config.operator = None, &["nobody_decides"]),
    ];
    for (index, (change, expected)) in cases.into_iter().enumerate() {
        let mut config = sound();
        change(&mut config);
        assert_eq!(codes(&config), expected, "{index}");
    }
}

#[test]
fn a_pin_that_is_forbidden_is_not_offered() {
    let mut config = sound();
    config.settings.pin.status = PinStatus::Forbidden;
    assert_eq!(codes(&config), ["pin_forbidden"]);
    config.settings.pin = PinRules {
        enabled: false,
        ..config.settings.pin
    };
    assert_eq!(codes(&config), [""; 0]);
}

#[test]
fn halves_that_could_never_leave_are_named() {
    use ChannelKind::{Email, Letter, Pec, Sms};
    for (kinds, missing) in [
        (&[][..], true),
        (&[Letter], true),
        (&[Sms, Email, Pec], true),
        (&[Letter, Email], false),
        (&[Letter, Sms], false),
        (&[Letter, Pec], false),
    ] {
        let mut config = sound();
        let all = Mailbox::new().channels().0;
        let some = all.into_iter().filter(|channel| kinds.contains(&channel.kind()));
        config.settings.channels = Channels(some.collect());
        assert_eq!(codes(&config) == ["no_two_ways"], missing, "{kinds:?}");
    }
}

#[test]
fn keys_that_nobody_drew_are_found() {
    let folder = tempfile::tempdir().unwrap();
    let files = KeyFiles::make(&folder.path().join("keys")).unwrap();
    let write = |path: &Path, digits: &str| std::fs::write(path, digits).unwrap();
    let codes_with = |files: &KeyFiles| {
        let mut config = sound();
        config.settings.keys = Keys::read(files).unwrap();
        codes(&config)
    };
    assert_eq!(codes_with(&files), [""; 0]);
    let ladder: String = (0..32).map(|byte| format!("{byte:02x}")).collect();
    for digits in ["00".repeat(32), "0123456789abcdef".repeat(4), ladder] {
        write(&files.pepper, &digits);
        assert_eq!(codes_with(&files), ["weak_key"], "{digits}");
    }
    std::fs::copy(&files.seal, &files.pepper).unwrap();
    assert_eq!(codes_with(&files), ["equal_keys"]);
}

#[cfg(unix)]
#[test]
fn a_secret_that_others_may_read_is_found() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("secret");
    std::fs::write(&path, "x").unwrap();
    for (mode, expected) in [
        (0o600, 0),
        (0o400, 0),
        (0o640, 1),
        (0o604, 1),
        (0o644, 1),
        (0o620, 1),
    ] {
        std::fs::set_permissions(&path, PermissionsExt::from_mode(mode)).unwrap();
        let mut config = sound();
        config.secret_files = vec![path.clone()];
        assert_eq!(codes(&config).len(), expected, "{mode:o}");
        config.secret_files.clear();
        config.database = Database::File(path.clone());
        assert_eq!(codes(&config).len(), expected, "{mode:o}");
    }
}
