//! The walk of life that a career goes along: in which management each of its parts is.

use crate::career::{Dice, Management};
use cns_trust::CodiceFiscale;

/// The four parts of a career, each with its management, or left out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Walk {
    /// A first job on the side.
    pub(crate) side: Option<Management>,
    /// The first employer.
    pub(crate) first: Option<Management>,
    /// The main one.
    pub(crate) main: Option<Management>,
    /// From then on.
    pub(crate) last: Option<Management>,
}

impl Walk {
    /// The walk of somebody of whom nothing else is known.
    pub(crate) fn of(codice_fiscale: &CodiceFiscale) -> Self {
        let mut dice = Dice::new(&format!("{} walk", codice_fiscale.as_str()));
        let private = Management::Employees;
        let main = match dice.between(1, 100) {
            1..=65 => private,
            66..=75 => Management::LocalBodies,
            76..=83 => Management::State,
            84..=86 => dice.one_of(Management::Doctors, &[Management::Teachers, Management::Bailiffs]),
            87..=95 => Management::Stage,
            _ => Management::Sport,
        };
        // Who is no longer an athlete finds a job; private employees may open a shop; the others stay.
        let last = if main == private {
            dice.one_of(private, &[Management::Craft, Management::Trade])
        } else if main == Management::Sport {
            private
        } else {
            main
        };
        Self {
            side: Some(dice.one_of(Management::Separate, &[Management::Stage])),
            first: Some(private),
            main: Some(main),
            last: Some(last),
        }
    }

    /// Reads it as it is stored: four codes, `-` where a part is left out.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split(' ').map(|code| match code {
            "-" => Some(None),
            code => Management::from_code(code).map(Some),
        });
        let walk = Self {
            side: parts.next()??,
            first: parts.next()??,
            main: parts.next()??,
            last: parts.next()??,
        };
        parts.next().is_none().then_some(walk)
    }

    /// As it is stored.
    pub(crate) fn code(self) -> String {
        let Self {
            side,
            first,
            main,
            last,
        } = self;
        [side, first, main, last]
            .map(|part| part.map_or("-", Management::code))
            .join(" ")
    }
}
