//! The card itself: bytes in, bytes out, and the state in between.

mod announced;
mod apdu;
mod files;
mod pin;
mod read;
mod security;
mod select;

use crate::card::apdu::Apdu;
use crate::card::files::{BARE, Files, Path, Root};
use crate::card::pin::Pin;
use crate::card::security::Environment;
use crate::pki::{Identity, PinCondition, SyntheticKey};
use crate::{EXAMPLE_PUK, Personality, VirtualCardError};
use cns_iso7816::StatusWord;
use cns_iso7816::transcript::bytes_of;
use zeroize::Zeroizing;

/// A CNS in memory.
#[derive(Debug)]
pub struct VirtualCard {
    personality: Personality,
    files: Files,
    key: SyntheticKey,
    pin: Pin,
    puk: Pin,
    signature_pin: Pin,
    session: Session,
}

/// What a card forgets when it loses power or is reset.
#[derive(Debug, Default)]
struct Session {
    root: Root,
    directory: Path,
    file: Option<Path>,
    pin_verified: bool,
    puk_verified: bool,
    environment: Environment,
    chain: Option<Chain>,
    /// What waits for GET RESPONSE, and the status word that it ends with.
    announced: Option<Done>,
}

/// A command of which the first parts have come.
struct Chain {
    command: [u8; 3],
    data: Zeroizing<Vec<u8>>,
}

/// An answer before it is bytes.
type Answer = Result<Vec<u8>, StatusWord>;

impl VirtualCard {
    /// A card of this kind for this person. The PUK is [`EXAMPLE_PUK`].
    ///
    /// # Errors
    /// [`VirtualCardError`] when the PIN is not 5 to 8 digits or a file is too small for its content.
    pub fn new(personality: Personality, identity: Identity, pin: &str) -> Result<Self, VirtualCardError> {
        let files = Files::lay_out(&personality, &identity)?;
        let pin = Pin::new(pin, personality.pin_tries)?;
        let pin = match identity.pin {
            PinCondition::Ready { tries_left } => pin.with_tries_left(tries_left),
            PinCondition::NotActivated => pin.not_activated(StatusWord::new(personality.not_activated)),
        };
        Ok(Self {
            puk: Pin::new(EXAMPLE_PUK, personality.puk_tries)?,
            signature_pin: Pin::new(SIGNATURE_PIN, 3)?,
            personality,
            files,
            key: identity.key,
            pin,
            session: Session::default(),
        })
    }

    /// The kind of card it is.
    pub fn personality(&self) -> &Personality {
        &self.personality
    }

    /// The tries left for the PIN, as its owner knows them without asking the card.
    pub fn tries_left(&self) -> u8 {
        self.pin.tries_left()
    }

    /// The tries left for the PUK.
    pub fn puk_tries_left(&self) -> u8 {
        self.puk.tries_left()
    }

    /// How often something was compared with the PIN so far, whatever came of it.
    pub fn pin_comparisons(&self) -> u64 {
        self.pin.comparisons()
    }

    /// How often something was compared with the PUK so far.
    pub fn puk_comparisons(&self) -> u64 {
        self.puk.comparisons()
    }

    /// How often something was compared with the PIN of the qualified signature so far. It should be never.
    pub fn signature_pin_comparisons(&self) -> u64 {
        self.signature_pin.comparisons()
    }

    /// Whether the PIN is verified at this moment.
    pub fn is_pin_verified(&self) -> bool {
        self.session.pin_verified
    }

    /// Replaces the content of a file, whatever it was; for cards with something wrong in them.
    ///
    /// Where an application has the file it is replaced there; a file that was nowhere comes to where the key is.
    ///
    /// # Errors
    /// [`VirtualCardError::FileTooSmall`] when the path is not written as in the table of personalities.
    pub fn put_file(&mut self, path: &str, content: Vec<u8>) -> Result<(), VirtualCardError> {
        let home = self.home().unwrap_or(BARE);
        self.files.put(home, path, content)
    }

    /// Takes a file away.
    pub fn remove_file(&mut self, path: &str) {
        self.files.remove(path);
    }

    /// Loses power, or is reset: everything but the counters is forgotten.
    pub fn reset(&mut self) {
        self.session = Session::default();
    }

    /// Answers one command APDU; the answer has two bytes at least, whatever came.
    pub fn answer(&mut self, apdu: &[u8]) -> Vec<u8> {
        let by_heart = |reply: &&crate::Reply| {
            let to = bytes_of(&reply.to);
            !to.is_empty() && apdu.starts_with(&to)
        };
        if let Some(reply) = self.personality.replies.iter().find(by_heart) {
            return bytes_of(&reply.with);
        }
        let (mut data, mut status) = match self.process(apdu) {
            Ok(Done { data, status }) => (data, status),
            Err(status) => (Vec::new(), status),
        };
        if status == StatusWord::OK && self.personality.weak_memory {
            status = StatusWord::OK_MEMORY_WEAK;
        }
        data.extend_from_slice(&status.to_bytes());
        data
    }

    fn process(&mut self, bytes: &[u8]) -> Result<Done, StatusWord> {
        let apdu = Apdu::parse(bytes)?;
        if apdu.is_extended && !self.personality.extended {
            return Err(StatusWord::WRONG_LENGTH);
        }
        let Some(apdu) = self.assemble(apdu)? else {
            return Ok(Done::from(Vec::new()));
        };
        if apdu.instruction() == GET_RESPONSE {
            return self.get_response(&apdu);
        }
        self.session.announced = None;
        let done = match apdu.instruction() {
            0xA4 => self.select(&apdu).map(Done::from),
            _ if self.files.is_empty() => Err(StatusWord::INSTRUCTION_UNKNOWN),
            0xB0 => self.read_binary(&apdu),
            0x20 => self.verify(&apdu).map(Done::from),
            0x24 => self.change_reference_data(&apdu).map(Done::from),
            0x2C => self.reset_retry_counter(&apdu).map(Done::from),
            0x22 => self.manage_security_environment(&apdu).map(Done::from),
            0x2A => self.perform_security_operation(&apdu).map(Done::from),
            0x84 => get_challenge(&apdu).map(Done::from),
            _ => Err(StatusWord::INSTRUCTION_UNKNOWN),
        }?;
        Ok(self.announce(apdu.instruction(), done))
    }

    /// Joins a chain of commands (ISO/IEC 7816-4 §5.1.1.1); `None` while parts are missing.
    fn assemble(&mut self, mut apdu: Apdu) -> Result<Option<Apdu>, StatusWord> {
        let earlier = self
            .session
            .chain
            .take()
            .filter(|chain| chain.command == apdu.command());
        match apdu.class() {
            0x00 => {
                if let Some(chain) = earlier {
                    apdu.prepend(&chain.data);
                }
                Ok(Some(apdu))
            }
            0x10 if self.personality.chaining => {
                let earlier = earlier.as_ref().map_or(&[][..], |chain| &chain.data);
                let data = Zeroizing::new([earlier, apdu.data()].concat());
                if data.len() > CHAIN_LIMIT {
                    return Err(StatusWord::WRONG_LENGTH);
                }
                self.session.chain = Some(Chain {
                    command: apdu.command(),
                    data,
                });
                Ok(None)
            }
            0x10 => Err(StatusWord::new(self.personality.chaining_refusal)),
            _ => Err(StatusWord::CLASS_UNKNOWN),
        }
    }

    /// Where key, PIN and PUK are; `None` when their application is missing.
    fn home(&self) -> Option<Root> {
        let application = self.personality.key.as_ref();
        self.files
            .root_of(application.and_then(|key| key.application.as_deref()))
    }

    fn is_home(&self) -> bool {
        self.home() == Some(self.session.root)
    }
}

/// A command that was done, with its data and a status word that may still warn.
#[derive(Debug)]
struct Done {
    data: Vec<u8>,
    status: StatusWord,
}

impl From<Vec<u8>> for Done {
    fn from(data: Vec<u8>) -> Self {
        Self {
            data,
            status: StatusWord::OK,
        }
    }
}

impl std::fmt::Debug for Chain {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Chain({:02X?}, {} bytes)", self.command, self.data.len())
    }
}

/// GET CHALLENGE: the same bytes every time, for nothing here may depend on luck.
fn get_challenge(apdu: &Apdu) -> Answer {
    match apdu.expected() {
        Some(length @ 1..=32) => Ok((1..=32).take(length).collect()),
        _ => Err(StatusWord::WRONG_LENGTH),
    }
}

/// Instruction byte of GET RESPONSE (ISO/IEC 7816-4 §11.7.1).
const GET_RESPONSE: u8 = 0xC0;

/// More than any chain of a CNS carries.
const CHAIN_LIMIT: usize = 4096;

/// The PIN of the qualified signature of every virtual card. Nothing should ever present it.
const SIGNATURE_PIN: &str = "76543210";
