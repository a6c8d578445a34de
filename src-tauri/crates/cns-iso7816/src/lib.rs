//! The language of cards: commands, answers, status words, TLV, and the channel they travel on.
//!
//! Nothing here knows what a CNS is. What a driver says is a [`Command`] of the [`commands`] table; it goes
//! through [`send`], the only place in the project that logs APDUs, and comes back as a [`Response`].
//!
//! ```
//! use cns_iso7816::{Channel, Ending, StatusWord, commands, send, transcript::Transcript};
//!
//! let mut channel = Transcript::new("3B00").answer("00 A4 00 00 02 3F 00 00", "6F 00 90 00");
//! channel.transaction(Ending::Leave, &mut |exchange| {
//!     let response = send(exchange, &commands::select_mf()).unwrap();
//!     assert_eq!(response.status(), StatusWord::OK);
//! }).unwrap();
//! ```

mod atr;
mod channel;
mod command;
pub mod commands;
mod fci;
mod pad;
mod record;
mod response;
mod secret;
mod send;
mod status;
pub mod tlv;
pub mod transcript;

pub use atr::Atr;
pub use channel::{Channel, ChannelError, Ending, Exchange};
pub use command::{Command, CommandTooLong, Encoded, Expected, FileOffset};
pub use fci::{Fci, FileKind};
pub use pad::{PadEntry, PadRequest, PinPad};
pub use record::{Passed, Recorder};
pub use response::Response;
pub use secret::SecretBytes;
pub use send::{MAX_RESPONSE, MOST_PARTS, MOST_PARTS_OF_A_FILE, send, send_chained, send_on_pad, send_once};
pub use status::StatusWord;
