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
pub(crate) mod tests;
