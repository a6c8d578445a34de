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
    resets: Arc<Mutex<Resets>>,
}

/// What the card has been through.
#[derive(Default)]
struct Resets {
    count: u32,
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
        self.resets.lock().unwrap().count
    }

    /// Lets the next reset fail for the reader, which gets no usable answer to it.
    pub(crate) fn fail_next_reset(&self) {
        let mut resets = self.resets.lock().unwrap();
        resets.unanswered = Some(resets.count + 1);
    }

    fn insert_card(port: u16, card: Card) -> Self {
        let connection = TcpStream::connect(("127.0.0.1", port)).unwrap();
        let resets = Arc::new(Mutex::new(Resets::default()));
        let mut stream = connection.try_clone().unwrap();
        let counter = Arc::clone(&resets);
        let life = std::thread::spawn(move || while card.serve(&mut stream, &counter).is_some() {});
        Self {
            connection,
            life: Some(life),
            resets,
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
    fn serve(&self, stream: &mut TcpStream, resets: &Mutex<Resets>) -> Option<()> {
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
                resets.lock().unwrap().count += 1;
                return Some(());
            }
            [0x04] => {
                let resets = resets.lock().unwrap();
                let answers = resets.unanswered != Some(resets.count);
                if answers { self.atr } else { &NO_ATR }.to_vec()
            }
            command => match (self.script)(command) {
                Some(answer) => answer,
                None => {
                    let _ = stream.shutdown(Shutdown::Both);
                    return None;
                }
            },
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
/// Longer than any answer to reset may be.
const NO_ATR: [u8; 64] = [0; 64];
