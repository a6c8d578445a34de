//! The session vault: OS keyring, or memory.
//!
//! A session is kept in the keyring of the operating system and nowhere else. Where there is no usable keyring it stays
//! in memory until the program ends, and that is said. The vault knows nothing of portals and cards: a session is what
//! it was given, under a random handle.
//!
//! ```no_run
//! use cns_login::Vault;
//! use cns_session::SessionVault;
//! use cns_trust::SystemClock;
//! use std::sync::Arc;
//!
//! # async fn example() -> Result<(), cns_login::Problem> {
//! let vault = SessionVault::open(Arc::new(SystemClock));
//! for session in vault.sessions().await? {
//!     println!("{} until {}", session.holder_name, session.expires_at);
//! }
//! # Ok(())
//! # }
//! ```

mod error;
mod os_keyring;
mod shelf;
mod vault;

pub use error::KeyringError;
pub use vault::SessionVault;
