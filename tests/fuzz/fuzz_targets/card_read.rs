//! The whole driver, before a card of any kind that lies: name, reading, report, PIN and signature end in a result,
//! whatever it answers.
#![no_main]

use cns_card::{Card, CardPin, SignatureScheme};
use cns_iso7816::{Atr, Channel, ChannelError, Ending, Exchange};
use cns_virtual_card::{EXAMPLE_PIN, VirtualCard};
use libfuzzer_sys::fuzz_target;
use sportello_fuzz::{card_of, edited};
use std::sync::LazyLock;
use tokio::runtime::{Builder, Runtime};

/// A card between whose answers and the driver the fuzzer stands.
struct Liar {
    atr: Atr,
    card: VirtualCard,
    script: Vec<u8>,
    read: usize,
    exchanges: usize,
}

impl Liar {
    fn next(&mut self) -> u8 {
        self.read += 1;
        self.script.get(self.read - 1).copied().unwrap_or(0)
    }
}

impl Channel for Liar {
    fn atr(&self) -> &Atr {
        &self.atr
    }

    fn transaction(&mut self, _: Ending, act: &mut dyn FnMut(&mut dyn Exchange)) -> Result<(), ChannelError> {
        act(self);
        Ok(())
    }
}

impl Exchange for Liar {
    fn exchange(&mut self, command: &[u8]) -> Result<Vec<u8>, ChannelError> {
        self.exchanges += 1;
        assert!(self.exchanges < 2_000, "the driver asks for ever");
        let answer = self.card.answer(command);
        match self.next() {
            // The truth, most of the time.
            0..0xC0 => Ok(answer),
            0xC0 => Err(ChannelError::Removed),
            0xC1 => Err(ChannelError::Reset),
            // Another status word.
            0xC2..0xD0 => {
                let status = [self.next(), self.next()];
                Ok([&answer[..answer.len() - 2], &status].concat())
            }
            // Something else altogether.
            length @ 0xD0..0xE0 => Ok((0..usize::from(length - 0xD0)).map(|_| self.next()).collect()),
            // The truth, edited.
            _ => {
                let edits: Vec<u8> = (0..8).map(|_| self.next()).collect();
                Ok(edited(&answer, &edits))
            }
        }
    }
}

static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| Builder::new_current_thread().build().unwrap());

fuzz_target!(
    init: {
        // The keys are computed here, outside the time of any one input.
        (0..=u8::MAX).for_each(|kind| drop(card_of(kind)));
    },
    |data: &[u8]| {
        let [flags, kind, script @ ..] = data else { return };
        let card = card_of(*kind);
        let atr = match flags % 8 {
            7 => Atr::new(&script[..script.len().min(33)]),
            _ => Atr::new(card.personality().atr_bytes()),
        };
        let liar = Liar {
            atr,
            card,
            script: script.to_vec(),
            read: 0,
            exchanges: 0,
        };
        RUNTIME.block_on(async {
            let card = Card::open(Box::new(liar));
            if flags & 0x08 != 0 {
                let _ = card.greet().await;
            }
            if flags & 0x10 != 0 {
                assert!(card.report().await.is_ok());
            }
            // A signature takes longer than all the rest, so one input in eight asks for it.
            if card.read().await.is_err() || flags & 0x80 == 0 {
                return;
            }
            let Ok(pin) = CardPin::parse(EXAMPLE_PIN) else {
                return;
            };
            if let Ok(unlocked) = card.unlock(pin).await && flags & 0x60 == 0x60 {
                let scheme = if flags & 0x10 == 0 {
                    SignatureScheme::Pkcs1Sha256
                } else {
                    SignatureScheme::PssSha256
                };
                let _ = unlocked.sign(scheme, data);
            }
        });
    }
);
