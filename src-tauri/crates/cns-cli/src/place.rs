//! The card in place: a terminal command takes what is there and does not wait.

use cns_card::Card;
use cns_login::{Problem, Readers, Slot, inserted};
use cns_reader::PcscReaders;

/// The card that is in place now.
pub(crate) fn card_in_place(readers: &PcscReaders, reader: Option<&str>) -> Result<Slot, Problem> {
    inserted(&readers.watch().borrow(), reader)
}

/// Connects to the card in place.
pub(crate) async fn open(readers: &PcscReaders, slot: &Slot) -> Result<Card, Problem> {
    Ok(Card::open(readers.open(&slot.reader).await?))
}
