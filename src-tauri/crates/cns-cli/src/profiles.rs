//! The kinds of cards of this run: those built in, and those of a file that the person names.

use cns_card::CardProfiles;
use cns_login::{Problem, ProblemCode};
use std::path::Path;

/// The kinds of cards, those of `file` first.
///
/// # Errors
/// `card_profiles_unusable`, with the file and the place in it.
pub(crate) fn of(file: Option<&Path>) -> Result<CardProfiles, Problem> {
    let built_in = CardProfiles::built_in();
    let Some(path) = file else { return Ok(built_in) };
    let at = |problem: Problem| problem.with("path", path.display().to_string());
    let unreadable = || at(ProblemCode::CardProfilesUnusable.into());
    let size = std::fs::metadata(path).map_err(|_| unreadable())?.len();
    if size > LARGEST_FILE {
        return Err(unreadable());
    }
    let table = std::fs::read_to_string(path).map_err(|_| unreadable())?;
    built_in.with(&table).map_err(|error| at(error.into()))
}

/// Far more than any table of cards.
const LARGEST_FILE: u64 = 1 << 20;
