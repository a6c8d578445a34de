//! The smallest card that vpcd takes: an answer to reset and a script of answers.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};
use std::os::linux::net::TcpStreamExt;
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

/// What the card answers to a command; `None` is the card pulled out during it.
pub(crate) type Script = fn(&[u8]) -> Option<Vec<u8>>;

/// Answers with the command and 9000.
pub(crate) fn echo(command: &[u8]) -> Option<Vec<u8>> {
    Some([command, &[0x90, 0x00]].concat())
}

/// A card in a reader; dropping it takes it out.
pub(crate) struct InsertedCard {
    connection: TcpStream,
    life: Option<JoinHandle<()>>,
    past: Arc<Mutex<Past>>,
}

/// What the card has been through.
#[derive(Default)]
struct Past {
    resets: u32,
    commands: u32,
    /// After the reset of this number there is no answer to reset that a reader can use; the next one heals it.
    unanswered: Option<u32>,
}

impl InsertedCard {
    /// Puts a card that answers as `script` says into the reader on `port`.
    pub(crate) fn insert(port: u16, script: Script) -> Self {
        Self::insert_card(port, Card { script, atr: &ATR })
    }

    /// Puts in a card with another answer to reset than [`InsertedCard::insert`].
    pub(crate) fn insert_another(port: u16, script: Script) -> Self {
        let atr = &ANOTHER_ATR;
        Self::insert_card(port, Card { script, atr })
    }

    /// Puts in a card with an answer to reset as a reader makes one up for a card in its radio field.
    pub(crate) fn insert_contactless(port: u16, script: Script) -> Self {
        let atr = &CONTACTLESS_ATR;
        Self::insert_card(port, Card { script, atr })
    }

    /// Puts in a card whose answer to reset no reader can use: vpcd feels it, and fails to power it up.
    pub(crate) fn insert_mute(port: u16) -> Self {
        Self::insert_card(
            port,
            Card {
                script: echo,
                atr: &NO_ATR,
            },
        )
    }

    /// How often the card was reset while it was in.
    pub(crate) fn resets(&self) -> u32 {
        self.past.lock().unwrap().resets
    }

    /// How many commands the card has got.
    pub(crate) fn commands(&self) -> u32 {
        self.past.lock().unwrap().commands
    }

    /// Lets the next reset fail for the reader, which gets no usable answer to it.
    pub(crate) fn fail_next_reset(&self) {
        let mut past = self.past.lock().unwrap();
        past.unanswered = Some(past.resets + 1);
    }

    fn insert_card(port: u16, card: Card) -> Self {
        let connection = TcpStream::connect(("127.0.0.1", port)).unwrap();
        let past = Arc::new(Mutex::new(Past::default()));
        let mut stream = connection.try_clone().unwrap();
        let log = Arc::clone(&past);
        let life = std::thread::spawn(move || while card.serve(&mut stream, &log).is_some() {});
        Self {
            connection,
            life: Some(life),
            past,
        }
    }
}

impl Drop for InsertedCard {
    fn drop(&mut self) {
        let _ = self.connection.shutdown(Shutdown::Both);
        if let Some(life) = self.life.take() {
            let _ = life.join();
        }
    }
}

struct Card {
    script: Script,
    atr: &'static [u8],
}

impl Card {
    /// Serves one message of vpcd: a length of two bytes, then a control byte or a command.
    fn serve(&self, stream: &mut TcpStream, past: &Mutex<Past>) -> Option<()> {
        let mut length = [0; 2];
        // vpcd sends length and message apart: without this, Nagle and the delayed ACK cost 40 ms each time.
        stream.set_quickack(true).ok()?;
        stream.read_exact(&mut length).ok()?;
        stream.set_quickack(true).ok()?;
        let mut message = vec![0; usize::from(u16::from_be_bytes(length))];
        stream.read_exact(&mut message).ok()?;
        let answer = match message.as_slice() {
            [0x00 | 0x01] => return Some(()),
            [0x02] => {
                past.lock().unwrap().resets += 1;
                return Some(());
            }
            [0x04] => {
                let past = past.lock().unwrap();
                let answers = past.unanswered != Some(past.resets);
                if answers { self.atr } else { &NO_ATR }.to_vec()
            }
            command => {
                past.lock().unwrap().commands += 1;
                let Some(answer) = (self.script)(command) else {
                    let _ = stream.shutdown(Shutdown::Both);
                    return None;
                };
                answer
            }
        };
        let mut frame = u16::try_from(answer.len()).ok()?.to_be_bytes().to_vec();
        frame.extend(answer);
        stream.write_all(&frame).ok()
    }
}

/// T=1, no historical bytes, TCK right.
const ATR: [u8; 4] = [0x3B, 0x80, 0x01, 0x81];
/// The same with one historical byte.
const ANOTHER_ATR: [u8; 5] = [0x3B, 0x81, 0x01, 0x43, 0xC3];
/// PC/SC part 3 §3.1.3.2.3.1, without a word of the card's own.
const CONTACTLESS_ATR: [u8; 5] = [0x3B, 0x80, 0x80, 0x01, 0x01];
/// Longer than any answer to reset may be.
const NO_ATR: [u8; 64] = [0; 64];
