//! A table of card families of the user's, and a card that is looked at with it.
#![no_main]

use cns_card::{Card, CardProfiles};
use cns_iso7816::{Atr, Channel, ChannelError, Ending, Exchange};
use cns_virtual_card::VirtualCard;
use libfuzzer_sys::fuzz_target;
use sportello_fuzz::{PROFILES, card_of, text};
use std::sync::LazyLock;
use tokio::runtime::{Builder, Runtime};

/// The applications of the qualified signature.
const SIGNATURES: [&[u8]; 2] = [b"\xA0\x00\x00\x05\x30ESIGN", b"\xE8\x28\xBD\x08\x0F\x01NXP1"];

struct Looked {
    atr: Atr,
    card: VirtualCard,
    exchanges: usize,
}

impl Channel for Looked {
    fn atr(&self) -> &Atr {
        &self.atr
    }

    fn transaction(&mut self, _: Ending, act: &mut dyn FnMut(&mut dyn Exchange)) -> Result<(), ChannelError> {
        self.exchanges = 0;
        act(self);
        Ok(())
    }
}

impl Exchange for Looked {
    fn exchange(&mut self, command: &[u8]) -> Result<Vec<u8>, ChannelError> {
        self.exchanges += 1;
        assert!(self.exchanges <= 400, "the driver asks for ever");
        assert!(matches!(command[1], 0xA4 | 0xB0 | 0xC0), "looking only reads");
        let by_path = command[1] == 0xA4 && matches!(command[2], 0x08 | 0x09);
        let path = command.get(5..).filter(|_| by_path).unwrap_or_default();
        let taboo = [[0x90, 0x10], [0x81, 0x10], [0x3F, 0x00], [0x3F, 0xFF]];
        assert!(
            !path
                .chunks(2)
                .any(|identifier| taboo.iter().any(|taboo| identifier == taboo)),
            "the signature is touched"
        );
        let name = command
            .get(5..)
            .filter(|_| command[1] == 0xA4 && command[2] == 0x04);
        assert!(
            !name.is_some_and(|name| SIGNATURES.iter().any(|taboo| name.starts_with(*taboo))),
            "an application of signatures is touched"
        );
        Ok(self.card.answer(command))
    }
}

static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| Builder::new_current_thread().build().unwrap());

fuzz_target!(
    init: {
        (0..=u8::MAX).for_each(|kind| drop(card_of(kind)));
    },
    |data: &[u8]| {
        let [kind, data @ ..] = data else { return };
        let Ok(profiles) = CardProfiles::built_in().with(&text(&[PROFILES], data)) else {
            return;
        };
        assert!(profiles.names().len() >= CardProfiles::built_in().names().len());
        let card = card_of(*kind);
        let looked = Looked {
            atr: Atr::new(card.personality().atr_bytes()),
            card,
            exchanges: 0,
        };
        RUNTIME.block_on(async {
            let card = Card::open_as(Box::new(looked), &profiles);
            let _ = card.greet().await;
            let _ = card.read().await;
            assert!(card.report().await.is_ok());
        });
    }
);
