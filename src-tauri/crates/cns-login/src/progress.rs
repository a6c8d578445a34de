//! What the person is told while the journey goes on.

use crate::{Kept, OfferedCard, Session};
use cns_card::{CardContents, Glimpse};
use cns_trust::Verdict;
use std::sync::Arc;

/// One step of the journey, told through a closure.
#[derive(Clone)]
pub enum Progress {
    /// The smart card service of the system does not run.
    NoService,
    /// No reader is plugged in.
    NoReader,
    /// There is a reader, and no card in it.
    NoCard,
    /// The card in this reader is being read.
    Reading {
        /// The reader's name.
        reader: String,
        /// Whose card it is, as soon as that is known; told again then.
        holder_name: Option<String>,
    },
    /// There are several cards. Told again as each says whose it is, before the person is asked, and when one is taken.
    ///
    /// The only usable one among cards that are surely none is taken without asking; the others stay in the list, each
    /// with its problem, and are not to be hidden.
    Several {
        /// The cards.
        cards: Vec<OfferedCard>,
        /// The place of the one that is taken, once that is known.
        taken: Option<usize>,
    },
    /// The card could not be read as a CNS; what it gave away nevertheless. The journey ends with the problem.
    NotRead {
        /// The reader's name.
        reader: String,
        /// What was seen.
        glimpse: Glimpse,
    },
    /// The PIN is being typed on the reader's own pad.
    OnThePad,
    /// The card was read and its certificate checked.
    Card {
        /// The reader's name.
        reader: String,
        /// What the card holds.
        contents: Arc<CardContents>,
        /// What the check found.
        verdict: Verdict,
        /// Tries left, where known.
        tries_left: Option<u8>,
        /// Whether others are still being asked about the certificate; what they say is told as [`Progress::Judged`].
        goes_on: bool,
    },
    /// Those who were asked about the certificate have answered, or will not. The person may be typing the PIN meanwhile.
    Judged {
        /// The reader's name.
        reader: String,
        /// What the card holds.
        contents: Arc<CardContents>,
        /// What the whole check found.
        verdict: Verdict,
        /// Tries left, where known.
        tries_left: Option<u8>,
    },
    /// The PIN was right; the portal is being reached.
    Connecting {
        /// The host that is asked.
        host: String,
    },
    /// The session is open and kept.
    Inside {
        /// The session.
        session: Session,
        /// Where it is kept.
        kept: Kept,
    },
}

impl std::fmt::Debug for Progress {
    /// Names the step only: the rest is personal.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::NoService => "NoService",
            Self::NoReader => "NoReader",
            Self::NoCard => "NoCard",
            Self::Reading { .. } => "Reading",
            Self::Several { .. } => "Several",
            Self::NotRead { .. } => "NotRead",
            Self::OnThePad => "OnThePad",
            Self::Card { .. } => "Card",
            Self::Judged { .. } => "Judged",
            Self::Connecting { .. } => "Connecting",
            Self::Inside { .. } => "Inside",
        })
    }
}
