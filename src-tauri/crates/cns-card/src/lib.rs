//! The CNS driver: recognise the card, read it, verify its PIN, sign with it.
//!
//! One [`Card`] is one card in one reader, for as long as it stays there. It has a thread of its own; everything
//! that touches the chip happens on it, in one transaction per act:
//!
//! - [`Card::greet`] brings the card's number and the holder's data, enough for a name on the screen;
//! - [`Card::read`] brings the certificate as well, without a PIN;
//! - [`Card::unlock`] sends the PIN once and gives an [`UnlockedCard`];
//! - [`UnlockedCard::sign`] is the only way to a signature, and dropping the [`UnlockedCard`] resets the card;
//! - [`Card::change_pin`] and [`Card::unblock_pin`] look after the PIN.
//!
//! ```
//! use cns_card::{Card, CardError};
//! use cns_iso7816::transcript::Transcript;
//!
//! # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
//! // Maker and family are known from the answer to reset; this one is a card of the qualified signature alone.
//! let other = Transcript::new("3B FF 18 00 FF 81 31 FE 55 00 6B 02 09 02 00 01 11 01 44 53 44 10 31 80 8B");
//! let card = Card::open(Box::new(other));
//! assert_eq!(card.read().await.unwrap_err(), CardError::NotACns { kind: "signature" });
//! # });
//! ```
//!
//! The same plastic hides at least five kinds of chip. What differs between them is data, in `profiles.toml`: a new
//! generation is a new table there, or in a file of the user's ([`CardProfiles::with`]), and no new code. Which one a
//! card is of, its answer to reset suggests and its certificate proves: the profiles that may fit are tried in order,
//! and no file is read twice. A card that fits none is asked for the applications of bank cards, SIMs, passports and
//! identity cards, so that it can be named.
//!
//! # What it promises
//!
//! - One typing of the PIN, or of the PUK, is at most one comparison in the card. Only an answer to which nothing was
//!   compared lets it try the second reference (6A88, "there is none"), or the other form of unblocking. Nothing is
//!   repeated after 63xx or after silence.
//! - The last try that is known of is not spent unless the person has said so.
//! - The tries left are known from the last answer of this insertion. They are asked for only where the profile says
//!   that the question is free, and never again by a card that turns out to count it.
//! - A new PIN that says what stands on the card is refused before the card is touched.
//! - Nobody waits for ever: when another program keeps the card, or the card falls silent, the error comes within
//!   [`Patience`], and nothing more is sent for whoever has gone. A PIN is wiped when its owner goes, though the card's
//!   thread may hang in a driver.
//! - The key of the qualified signature and its PIN are never touched.
//! - A signature that does not verify with the certificate's key never leaves.
//! - Whatever the card answers ends in a [`CardError`].
//!
//! # What it costs
//!
//! | act | APDUs |
//! | --- | --- |
//! | name of the holder, card and reader carry an extended READ | 4 |
//! | name of the holder, the first refusal of one included | 6 |
//! | reading, card and reader carry an extended READ | 6 |
//! | reading, short READs only, certificate of 1280 to 1536 bytes | 13 |
//! | reading, short READs only, certificate of 1793 to 2048 bytes | 15 |
//! | the same behind an application | 1 more, or 3 where paths are counted from it |
//! | PIN and first signature | 5 |
//! | PIN and first signature of 2048 bits, where extended APDUs are refused | up to 8 |
//! | each further signature | 1, or 2 in a chain |
//! | changing the PIN | 2 |
//! | unblocking the PIN | 2 or 3, and up to 2 more where forms or references are refused |
//!
//! # What it does not know
//!
//! Readers and PC/SC (it speaks to a [`Channel`](cns_iso7816::Channel)); whether the certificate may be believed;
//! TLS; how a person is asked for the PIN.

mod applications;
mod asking;
mod attended;
mod card;
mod care;
mod certificate;
mod clock;
mod contents;
mod desk;
mod entrusted;
mod errand;
mod error;
mod file;
mod framing;
mod guess;
mod habits;
mod length;
mod looking;
mod new_pin;
mod padding;
mod patience;
mod pattern;
mod personal_data;
mod pin;
mod place;
mod probe;
mod profile;
mod profiles;
mod puk;
mod pulse;
mod read;
mod recognise;
mod report;
mod scheme;
mod shelf;
mod sign;
mod table;
mod thread;
mod tries;
mod verdict;
mod verify;

pub use card::{Card, UnlockedCard};
pub use contents::{CardContents, Greeting, PersonalData, PinRules, UnblockForm, Unblocked};
pub use error::{CardError, Secret};
pub use framing::{ByteOrder, Framing, Header};
pub use length::{CERTIFICATE_LIMIT, der_length};
pub use new_pin::{NewPin, NewPinError, PinFacts, Weakness};
pub use patience::Patience;
pub use pin::{CardPin, CardPuk, PinFormatError, PukFormatError};
pub use profiles::{BrokenRule, CardProfiles, ProfilesError};
pub use report::{CardReport, Glimpse, ReportStep};
pub use scheme::SignatureScheme;
pub use tries::ToldTries;
