//! The vault on the real Secret Service.
//!
//! Needs Debian's gnome-keyring and dbus.

#![cfg(target_os = "linux")]
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot set its stage must fail"
)]

mod stage;

use cns_login::{Kept, Method, ProblemCode, Scope, Session, SessionHandle, Token, Vault};
use cns_session::SessionVault;
use cns_trust::FixedClock;
use stage::{Keyring, files_below, play};
use std::sync::Arc;
use time::macros::datetime;
use time::{Duration, OffsetDateTime};
use url::Url;

const NOON: OffsetDateTime = datetime!(2026-03-02 12:00 UTC);

fn vault_at(now: OffsetDateTime) -> SessionVault {
    SessionVault::open(Arc::new(FixedClock(now)))
}

/// A session of an invented person, open for another quarter of an hour.
fn session(number: u8) -> Session {
    Session {
        portal: "demo".to_owned(),
        api_url: Url::parse("https://localhost:8443/").unwrap(),
        server_ca: None,
        handle: SessionHandle(format!("{number:032x}")),
        token: Token::new(format!("token-that-nobody-may-read-{number}")),
        holder_name: "Aurora Inventati".to_owned(),
        masked_code: None,
        method: Method::Cns,
        kind: None,
        scope: Scope::Full,
        expires_at: NOON + Duration::minutes(15),
    }
}

#[test]
fn a_session_outlives_the_program_and_is_forgotten_for_good() {
    let acts = [
        (Keyring::Unlocked, "keep"),
        (Keyring::Unlocked, "forget"),
        (Keyring::Unlocked, "find nothing"),
    ];
    play(
        "a_session_outlives_the_program_and_is_forgotten_for_good",
        &acts,
        async |act, home| {
            let vault = vault_at(NOON);
            match act.as_str() {
                "keep" => {
                    assert_eq!(vault.sessions().await.unwrap(), []);
                    assert_eq!(vault.keep(&session(1)).await.unwrap(), Kept::Keyring);
                    assert_eq!(vault.keep(&session(2)).await.unwrap(), Kept::Keyring);
                    assert_eq!(vault.sessions().await.unwrap(), [session(1), session(2)]);
                    for file in files_below(&home) {
                        let content = String::from_utf8_lossy(&std::fs::read(&file).unwrap()).into_owned();
                        assert!(!content.contains("token-that-nobody"), "{}", file.display());
                        assert!(!content.contains("Inventati"), "{}", file.display());
                    }
                }
                "forget" => {
                    assert_eq!(vault.sessions().await.unwrap(), [session(1), session(2)]);
                    vault.forget(&session(1).handle).await.unwrap();
                    vault.forget(&session(1).handle).await.unwrap();
                    assert_eq!(vault.sessions().await.unwrap(), [session(2)]);
                    vault.forget(&session(2).handle).await.unwrap();
                }
                _ => assert_eq!(vault.sessions().await.unwrap(), []),
            }
        },
    );
}

#[test]
fn an_ended_session_and_a_damaged_one_leave_the_keyring() {
    let acts = [(Keyring::Unlocked, "only act")];
    play(
        "an_ended_session_and_a_damaged_one_leave_the_keyring",
        &acts,
        async |_, _| {
            let damaged = || keyring::Entry::new("sportello", "session-5").unwrap();
            damaged().set_secret(b"\xFFnot a session").unwrap();
            assert_eq!(vault_at(NOON).keep(&session(1)).await.unwrap(), Kept::Keyring);
            assert_eq!(vault_at(NOON).sessions().await.unwrap(), [session(1)]);
            assert!(matches!(damaged().get_secret(), Err(keyring::Error::NoEntry)));
            assert_eq!(vault_at(session(1).expires_at).sessions().await.unwrap(), []);
            assert_eq!(vault_at(NOON).sessions().await.unwrap(), []);
        },
    );
}

#[test]
fn two_programs_that_keep_at_once_keep_both() {
    let acts = [(Keyring::Unlocked, "only act")];
    play("two_programs_that_keep_at_once_keep_both", &acts, async |_, _| {
        let (first, second) = (vault_at(NOON), vault_at(NOON));
        let (one, two) = (session(1), session(2));
        let kept = tokio::join!(first.keep(&one), second.keep(&two));
        assert_eq!((kept.0.unwrap(), kept.1.unwrap()), (Kept::Keyring, Kept::Keyring));
        let mut found = vault_at(NOON).sessions().await.unwrap();
        found.sort_by(|a, b| a.handle.cmp(&b.handle));
        assert_eq!(found, [session(1), session(2)]);
    });
}

#[test]
fn a_locked_keyring_gives_nothing_and_memory_takes_its_place() {
    let acts = [
        (Keyring::Unlocked, "keep"),
        (Keyring::Locked, "stand outside"),
        (Keyring::Unlocked, "find"),
    ];
    play(
        "a_locked_keyring_gives_nothing_and_memory_takes_its_place",
        &acts,
        async |act, _| {
            let vault = vault_at(NOON);
            match act.as_str() {
                "keep" => assert_eq!(vault.keep(&session(1)).await.unwrap(), Kept::Keyring),
                "stand outside" => {
                    assert_eq!(vault.sessions().await.unwrap(), []);
                    assert_eq!(vault.keep(&session(2)).await.unwrap(), Kept::Memory);
                    assert_eq!(vault.sessions().await.unwrap(), [session(2)]);
                    vault.forget(&session(2).handle).await.unwrap();
                    let problem = vault.forget(&session(1).handle).await.unwrap_err();
                    assert_eq!(problem.code, ProblemCode::KeyringFailed);
                    assert_eq!(problem.facts, [("reason", "keyring_locked".to_owned())]);
                }
                _ => assert_eq!(vault.sessions().await.unwrap(), [session(1)]),
            }
        },
    );
}

#[test]
fn without_a_bus_there_is_memory() {
    let acts = [(Keyring::Missing, "only act")];
    play("without_a_bus_there_is_memory", &acts, async |_, home| {
        let vault = vault_at(NOON);
        assert_eq!(vault.keep(&session(1)).await.unwrap(), Kept::Memory);
        assert_eq!(vault.sessions().await.unwrap(), [session(1)]);
        assert_eq!(files_below(&home), Vec::<std::path::PathBuf>::new());
        vault.forget(&session(1).handle).await.unwrap();
        assert_eq!(vault.sessions().await.unwrap(), []);
    });
}
