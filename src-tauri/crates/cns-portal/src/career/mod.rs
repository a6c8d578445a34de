//! Invented careers. Whoever logs in finds one, always the same: it is drawn from a hash of the codice fiscale,
//! along the walk of life that the archive has.

mod dice;
mod ledger;
mod life;
#[cfg(test)]
mod tests;
mod walk;
mod words;

use cns_portal_api::Employer;
use time::Date;

pub(crate) use dice::Dice;
pub(crate) use life::{PENSION_AGE, invent};
pub(crate) use walk::Walk;
pub(crate) use words::{Kind, Management, NoteCode};

/// One row of a career, within one calendar year.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Period {
    pub(crate) management: Management,
    pub(crate) from: Date,
    pub(crate) to: Date,
    pub(crate) kind: Kind,
    /// In the management's unit.
    pub(crate) for_right: u32,
    /// In the management's unit; never more than `for_right`.
    pub(crate) for_amount: u32,
    /// None on figurative rows.
    pub(crate) pay_cents: Option<u32>,
    pub(crate) employer: Option<Employer>,
    pub(crate) notes: Vec<NoteCode>,
}
