//! A table of card families of the user's, and a card that is looked at with it.
#![no_main]

use cns_card::{Card, CardProfiles};
use cns_iso7816::{Atr, Channel, ChannelError, Ending, Exchange};
use cns_virtual_card::VirtualCard;
use libfuzzer_sys::fuzz_target;
use sportello_fuzz::{PROFILES, card_of, text};
use std::sync::LazyLock;
use tokio::runtime::{Builder, Runtime};

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
        let taboo = |path: &[u8]| by_path && command[5..].starts_with(path);
        assert!(
            !taboo(b"\x14\x00\x90\x10") && !taboo(b"\x14\x00\x81\x10"),
            "the signature is touched"
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
