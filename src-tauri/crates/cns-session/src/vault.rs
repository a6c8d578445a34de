//! The vault: the keyring where there is one, memory where there is none.

use crate::KeyringError;
use crate::os_keyring::OsKeyring;
use crate::shelf::{self, Places};
use cns_login::{Kept, Problem, Session, SessionHandle, Vault};
use cns_trust::Clock;
use std::sync::{Arc, Mutex as StdMutex, MutexGuard, PoisonError};
use std::time::Duration;
use time::OffsetDateTime;
use tokio::sync::{Mutex, oneshot};
use tokio::time::timeout;

/// Keeps sessions in the keyring of the operating system, or in memory where it cannot be used.
///
/// A keyring may ask the person to unlock it and answer only then. Each call waits for that half a minute at most; a
/// window should list the sessions beside its first screen, not before it.
pub struct SessionVault {
    keyring: Option<Keyring>,
    memory: StdMutex<Vec<Session>>,
    clock: Arc<dyn Clock>,
}

/// The keyring, spoken to by one thread at a time.
struct Keyring {
    places: Arc<dyn Places + Send + Sync>,
    turn: Arc<Mutex<()>>,
    patience: Duration,
}

impl SessionVault {
    /// Opens the vault. Nothing is asked of the keyring before the first session is.
    pub fn open(clock: Arc<dyn Clock>) -> Self {
        Self::over(Some(Keyring::new(OsKeyring, PATIENCE)), clock)
    }

    /// A vault that never touches the keyring: for the example card, whose session nobody needs tomorrow.
    pub fn in_memory(clock: Arc<dyn Clock>) -> Self {
        Self::over(None, clock)
    }

    fn over(keyring: Option<Keyring>, clock: Arc<dyn Clock>) -> Self {
        Self {
            keyring,
            memory: StdMutex::default(),
            clock,
        }
    }

    fn memory(&self) -> MutexGuard<'_, Vec<Session>> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn remember(&self, session: &Session) {
        let mut memory = self.memory();
        memory.retain(|other| other.handle != session.handle);
        memory.push(session.clone());
    }

    /// Drops a session from memory and says whether it was there.
    fn drop_from_memory(&self, handle: &SessionHandle) -> bool {
        let mut memory = self.memory();
        let before = memory.len();
        memory.retain(|session| session.handle != *handle);
        memory.len() < before
    }

    fn open_in_memory(&self, now: OffsetDateTime) -> Vec<Session> {
        let mut memory = self.memory();
        memory.retain(|session| session.expires_at > now);
        memory.clone()
    }
}

impl Keyring {
    fn new(places: impl Places + Send + Sync + 'static, patience: Duration) -> Self {
        Self {
            places: Arc::new(places),
            turn: Arc::default(),
            patience,
        }
    }

    /// Runs `act` on a thread of its own and waits for it, with patience but not for ever.
    ///
    /// The thread is not one of the runtime's: a runtime that shuts down waits for those, and a keyring that waits for
    /// a person would keep the program from ending. The next call has its turn when this thread is done.
    async fn ask<T: Send + 'static>(
        &self,
        act: impl FnOnce(&dyn Places) -> Result<T, KeyringError> + Send + 'static,
    ) -> Result<T, KeyringError> {
        self.ask_or(act, |_| ()).await
    }

    /// The same, with what is to be done on that thread when `act` ends after whoever asked has gone.
    async fn ask_or<T: Send + 'static>(
        &self,
        act: impl FnOnce(&dyn Places) -> Result<T, KeyringError> + Send + 'static,
        too_late: impl FnOnce(&dyn Places) + Send + 'static,
    ) -> Result<T, KeyringError> {
        let turn = timeout(self.patience, Arc::clone(&self.turn).lock_owned())
            .await
            .map_err(|_| KeyringError::TimedOut)?;
        let places = Arc::clone(&self.places);
        let (answer, answered) = oneshot::channel();
        let thread = std::thread::Builder::new()
            .name("keyring".to_owned())
            .spawn(move || {
                let outcome = act(&*places);
                // Nobody waits any more when patience ended first, or when the journey was dropped.
                if answer.send(outcome).is_err() {
                    too_late(&*places);
                }
                drop(turn);
            });
        if let Err(error) = thread {
            tracing::error!(%error, "no thread for the keyring");
            return Err(KeyringError::Refused);
        }
        match timeout(self.patience, answered).await {
            Ok(Ok(outcome)) => outcome,
            Ok(Err(_)) => Err(KeyringError::Refused),
            Err(_) => Err(KeyringError::TimedOut),
        }
    }
}

impl Vault for SessionVault {
    async fn keep(&self, session: &Session) -> Result<Kept, Problem> {
        if !is_random_name(&session.handle) {
            return Err(KeyringError::HandleMalformed.into());
        }
        let Some(keyring) = &self.keyring else {
            self.remember(session);
            return Ok(Kept::Memory);
        };
        let (copy, late, now) = (session.clone(), session.handle.clone(), self.clock.now());
        let take_back = move |places: &dyn Places| {
            if let Err(reason) = shelf::forget(places, &late) {
                tracing::warn!(%reason, "a session that came too late stays in the keyring");
            }
        };
        match keyring
            .ask_or(move |places| shelf::keep(places, &copy, now), take_back)
            .await
        {
            Ok(()) => {
                self.drop_from_memory(&session.handle);
                Ok(Kept::Keyring)
            }
            Err(reason) => {
                tracing::warn!(%reason, "the session is kept in memory only");
                self.remember(session);
                Ok(Kept::Memory)
            }
        }
    }

    async fn sessions(&self) -> Result<Vec<Session>, Problem> {
        let now = self.clock.now();
        let mut sessions = match &self.keyring {
            None => Vec::new(),
            Some(keyring) => keyring
                .ask(move |places| shelf::sessions(places, now))
                .await
                .unwrap_or_else(|reason| {
                    tracing::warn!(%reason, "only sessions in memory are known");
                    Vec::new()
                }),
        };
        for session in self.open_in_memory(now) {
            if sessions.iter().all(|other| other.handle != session.handle) {
                sessions.push(session);
            }
        }
        Ok(sessions)
    }

    async fn forget(&self, handle: &SessionHandle) -> Result<(), Problem> {
        let was_in_memory = self.drop_from_memory(handle);
        let Some(keyring) = &self.keyring else {
            return Ok(());
        };
        let wanted = handle.clone();
        match keyring.ask(move |places| shelf::forget(places, &wanted)).await {
            // What was in memory is gone. It was there because the keyring did not take it, or takes it back.
            Ok(()) => Ok(()),
            Err(_) if was_in_memory => Ok(()),
            Err(reason) => Err(reason.into()),
        }
    }
}

impl std::fmt::Debug for SessionVault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SessionVault")
            .field("keyring", &self.keyring.is_some())
            .field("in_memory", &self.memory().len())
            .finish_non_exhaustive()
    }
}

/// Whether a handle is 128 bits in hexadecimal, and so cannot be anyone's codice fiscale.
fn is_random_name(handle: &SessionHandle) -> bool {
    handle.0.len() == HANDLE_DIGITS && handle.0.bytes().all(|byte| byte.is_ascii_hexdigit())
}

const HANDLE_DIGITS: usize = 32;
const PATIENCE: Duration = Duration::from_secs(30);

#[cfg(test)]
pub(crate) mod tests {
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
}
