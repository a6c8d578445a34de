//! What a card has shown of itself: applications and files, so that nothing is asked for twice.

use crate::file::MOST_APDUS;
use crate::place::{Aid, FilePath};
use crate::{CardError, Greeting};
use cns_iso7816::ChannelError;
use std::collections::HashMap;

/// A file, and the application that it belongs to.
pub(crate) type Place = (Option<Aid>, FilePath);

/// What has been seen since the last reading ended.
#[derive(Default)]
pub(crate) struct Shelf {
    /// APDUs so far.
    pub(crate) apdus: u32,
    /// The first number or person that was found. It outlives the reading.
    pub(crate) greeting: Option<Greeting>,
    /// Applications, and whether the card has them.
    pub(crate) applications: HashMap<Aid, bool>,
    pub(crate) files: HashMap<Place, Kept>,
}

/// What is known of a file.
#[derive(Clone)]
pub(crate) enum Kept {
    /// The card has none.
    Absent,
    /// The card does not let it be read.
    Refused(CardError),
    /// What was read of it.
    Bytes(Bytes),
}

/// The beginning of a file.
#[derive(Clone, Default)]
pub(crate) struct Bytes {
    pub(crate) content: Vec<u8>,
    /// What SELECT said of the size. Some cards say nothing, others what is not true.
    pub(crate) size: Option<u32>,
    /// Whether there is no more.
    pub(crate) ended: bool,
}

impl Shelf {
    /// Why an act ended: an answer that was not waited for any more is the card's doing, and not the reader's.
    pub(crate) fn why(&self, error: CardError) -> CardError {
        if error == CardError::Channel(ChannelError::Garbled) && self.apdus >= MOST_APDUS {
            CardError::Endless
        } else {
            error
        }
    }

    /// Forgets all but the greeting: the next reading reads again.
    pub(crate) fn clear(&mut self) {
        self.apdus = 0;
        self.applications.clear();
        self.files.clear();
    }
}
