//! PC/SC: readers, insertion, removal.
//!
//! The one crate that speaks to the system's smart card service. It knows readers, presence and bytes; what the bytes
//! mean is the driver's affair, and nothing here logs them.
//!
//! ```no_run
//! use cns_login::Readers;
//! use cns_reader::PcscReaders;
//!
//! # async fn example() -> Result<(), cns_login::Problem> {
//! let readers = PcscReaders::start();
//! let mut changes = readers.watch();
//! let now = changes.borrow_and_update().clone();
//! if let Some(slot) = now.slots.first() {
//!     let card = readers.open(&slot.reader).await?;
//!     println!("{} bytes of answer to reset", card.atr().as_bytes().len());
//! }
//! # Ok(())
//! # }
//! ```

mod channel;
mod control;
mod doubtful;
mod error;
mod features;
mod insertions;
mod opening;
mod owner;
mod pad;
mod readers;
mod sharing;
mod stop;
mod watcher;

pub use channel::PcscChannel;
pub use features::Features;
pub use owner::likely_owner;
pub use readers::PcscReaders;
