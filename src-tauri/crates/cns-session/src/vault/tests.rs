use super::*;
use cns_login::{Method, ProblemCode, Scope, Token};
use cns_trust::FixedClock;
use std::sync::mpsc;
use time::macros::datetime;
use url::Url;
use zeroize::Zeroizing;

pub(crate) const NOON: OffsetDateTime = datetime!(2026-03-02 12:00 UTC);

/// A session of an invented person, open for another quarter of an hour.
pub(crate) fn session(number: u8) -> Session {
    Session {
        portal: "demo".to_owned(),
        api_url: Url::parse("https://localhost:8443/").unwrap(),
        server_ca: None,
        handle: SessionHandle(format!("{number:032x}")),
        token: Token::new(format!("token-{number}")),
        holder_name: "Aurora Inventati".to_owned(),
        masked_code: None,
        method: Method::Cns,
        kind: None,
        scope: Scope::Full,
        expires_at: NOON + time::Duration::minutes(15),
    }
}

/// A keyring that always fails so.
struct Broken(KeyringError);

impl Places for Broken {
    fn read(&self, _: usize) -> Result<Option<Zeroizing<Vec<u8>>>, KeyringError> {
        Err(self.0)
    }
    fn write(&self, _: usize, _: &[u8]) -> Result<(), KeyringError> {
        Err(self.0)
    }
    fn erase(&self, _: usize) -> Result<(), KeyringError> {
        Err(self.0)
    }
}

/// A keyring that answers when somebody unlocks it.
struct WaitsForAPerson(StdMutex<mpsc::Receiver<()>>);

impl Places for WaitsForAPerson {
    fn read(&self, _: usize) -> Result<Option<Zeroizing<Vec<u8>>>, KeyringError> {
        let _ = self.0.lock().unwrap().recv();
        Err(KeyringError::Locked)
    }
    fn write(&self, _: usize, _: &[u8]) -> Result<(), KeyringError> {
        Err(KeyringError::Locked)
    }
    fn erase(&self, _: usize) -> Result<(), KeyringError> {
        Err(KeyringError::Locked)
    }
}

/// A keyring that is unlocked after a while, and works from then on.
struct UnlockedLate {
    unlocks: StdMutex<mpsc::Receiver<()>>,
    written: Arc<StdMutex<Vec<Option<Vec<u8>>>>>,
}

impl Places for UnlockedLate {
    fn read(&self, place: usize) -> Result<Option<Zeroizing<Vec<u8>>>, KeyringError> {
        // Ends at once when the sender is gone: unlocked for good.
        let _ = self.unlocks.lock().unwrap().recv();
        Ok(self.written.lock().unwrap()[place].clone().map(Zeroizing::new))
    }
    fn write(&self, place: usize, content: &[u8]) -> Result<(), KeyringError> {
        self.written.lock().unwrap()[place] = Some(content.to_vec());
        Ok(())
    }
    fn erase(&self, place: usize) -> Result<(), KeyringError> {
        self.written.lock().unwrap()[place] = None;
        Ok(())
    }
}

fn vault_over(places: impl Places + Send + Sync + 'static) -> SessionVault {
    SessionVault::over(Some(Keyring::new(places, PATIENCE)), Arc::new(FixedClock(NOON)))
}

#[tokio::test]
async fn without_a_keyring_a_session_is_kept_in_memory_and_that_is_said() {
    for vault in [
        SessionVault::in_memory(Arc::new(FixedClock(NOON))),
        vault_over(Broken(KeyringError::Absent)),
        vault_over(Broken(KeyringError::Locked)),
    ] {
        let one = session(1);
        assert_eq!(vault.keep(&one).await.unwrap(), Kept::Memory);
        assert_eq!(vault.sessions().await.unwrap(), [session(1)]);
        vault.forget(&one.handle).await.unwrap();
        assert_eq!(vault.sessions().await.unwrap(), []);
    }
}

#[tokio::test]
async fn a_session_in_memory_ends_at_its_end() {
    let vault = SessionVault::in_memory(Arc::new(FixedClock(session(1).expires_at)));
    vault.keep(&session(1)).await.unwrap();
    assert_eq!(vault.sessions().await.unwrap(), []);
}

#[tokio::test]
async fn forgetting_in_a_keyring_that_does_not_answer_is_a_problem() {
    let vault = vault_over(Broken(KeyringError::Absent));
    let problem = vault.forget(&session(1).handle).await.unwrap_err();
    assert_eq!(problem.code, ProblemCode::KeyringFailed);
    assert_eq!(problem.facts, [("reason", "keyring_absent".to_owned())]);
}

#[tokio::test]
async fn a_keyring_that_waits_for_a_person_does_not_hold_the_program() {
    let (_nobody, unlocks) = mpsc::channel();
    let keyring = Keyring::new(WaitsForAPerson(StdMutex::new(unlocks)), Duration::from_millis(10));
    let vault = SessionVault::over(Some(keyring), Arc::new(FixedClock(NOON)));
    assert_eq!(vault.keep(&session(1)).await.unwrap(), Kept::Memory);
    assert_eq!(vault.sessions().await.unwrap(), [session(1)]);
}

#[tokio::test]
async fn a_session_that_the_keyring_takes_too_late_is_taken_back() {
    let (unlock, unlocks) = mpsc::channel();
    let written = Arc::new(StdMutex::new(vec![None; 16]));
    let places = UnlockedLate {
        unlocks: StdMutex::new(unlocks),
        written: Arc::clone(&written),
    };
    let keyring = Keyring::new(places, Duration::from_millis(10));
    let turn = Arc::clone(&keyring.turn);
    let vault = SessionVault::over(Some(keyring), Arc::new(FixedClock(NOON)));
    assert_eq!(vault.keep(&session(1)).await.unwrap(), Kept::Memory);
    drop(unlock);
    let _thread_is_done = turn.lock().await;
    assert!(
        written.lock().unwrap().iter().all(Option::is_none),
        "nothing stays in the keyring"
    );
}

#[tokio::test]
async fn a_keeping_that_is_dropped_keeps_nothing() {
    let (unlock, unlocks) = mpsc::channel();
    let written = Arc::new(StdMutex::new(vec![None; 16]));
    let places = UnlockedLate {
        unlocks: StdMutex::new(unlocks),
        written: Arc::clone(&written),
    };
    let keyring = Keyring::new(places, PATIENCE);
    let turn = Arc::clone(&keyring.turn);
    let vault = SessionVault::over(Some(keyring), Arc::new(FixedClock(NOON)));
    let one = session(1);
    let mut keeping = Box::pin(vault.keep(&one));
    // Polled until it waits for the keyring, then dropped, as a pulled card does.
    assert!(timeout(Duration::from_millis(10), &mut keeping).await.is_err());
    drop(keeping);
    drop(unlock);
    let _thread_is_done = turn.lock().await;
    assert!(
        written.lock().unwrap().iter().all(Option::is_none),
        "nothing stays in the keyring"
    );
    assert_eq!(vault.open_in_memory(NOON), []);
}

#[tokio::test]
async fn a_codice_fiscale_is_never_a_handle() {
    let vault = SessionVault::in_memory(Arc::new(FixedClock(NOON)));
    for handle in ["NVNRRA80A41H501X", "", "0123", "zz000000000000000000000000000000"] {
        let mut one = session(1);
        one.handle = SessionHandle(handle.to_owned());
        assert_eq!(
            vault.keep(&one).await.unwrap_err().code,
            ProblemCode::KeyringFailed,
            "{handle}"
        );
    }
}

#[tokio::test]
async fn the_token_is_in_no_debug_output() {
    let vault = SessionVault::in_memory(Arc::new(FixedClock(NOON)));
    vault.keep(&session(7)).await.unwrap();
    let said = format!("{vault:?} {:?}", vault.sessions().await.unwrap());
    assert!(said.contains("[secret]") && !said.contains("token-7"), "{said}");
}
