//! What a card has taught since it was put in: the forms it takes, so that each refusal is paid once.

use cns_iso7816::Expected;

/// What is remembered for the insertion; a new insertion begins with [`Habits::default`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Habits {
    pub(crate) reads: ReadSize,
    /// Whether one extended READ BINARY brings more than 256 bytes; `None` is "not tried".
    pub(crate) long_reads: Option<bool>,
    pub(crate) carriage: Option<Carriage>,
}

/// How much one short READ BINARY may ask for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum ReadSize {
    /// Le `00`, the ordinary form.
    #[default]
    Full,
    /// Le `FF`, for cards that refuse `00`.
    AllButOne,
    /// Le `80`, for some old Incard masks.
    Half,
}

impl ReadSize {
    pub(crate) fn bytes(self) -> usize {
        match self {
            Self::Full => 256,
            Self::AllButOne => 255,
            Self::Half => 128,
        }
    }

    /// The next smaller size, to be tried after 6700.
    pub(crate) fn smaller(self) -> Option<Self> {
        match self {
            Self::Full => Some(Self::AllButOne),
            Self::AllButOne => Some(Self::Half),
            Self::Half => None,
        }
    }
}

/// How the block to be signed travels to the card.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Carriage {
    /// One APDU, short where the block fits, otherwise extended; Le open (`00` or `00 00`).
    Whole,
    /// One APDU that asks for exactly as many bytes as the modulus has.
    WholeExact,
    /// A chain of short APDUs.
    Chained,
}

impl Carriage {
    /// In the order in which they are tried. ST cards take only the extended form and answer 6E00 to a chain,
    /// others are reached through readers that carry short APDUs alone.
    pub(crate) const ALL: [Self; 3] = [Self::Whole, Self::WholeExact, Self::Chained];

    pub(crate) fn expected(self, block: usize) -> Expected {
        match self {
            Self::Whole | Self::Chained => Expected::Short(0),
            Self::WholeExact => match (u8::try_from(block), u16::try_from(block)) {
                (Ok(short), _) => Expected::Short(short),
                (Err(_), Ok(extended)) => Expected::Extended(extended),
                (Err(_), Err(_)) => Expected::Extended(0),
            },
        }
    }
}
