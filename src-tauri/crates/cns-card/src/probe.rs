//! Which family a card turns out to be of: every profile that may fit is tried, in order, and nothing twice.

use crate::desk::Desk;
use crate::profile::{Profile, Refusal};
use crate::read::{Reading, greet, more_telling, read};
use crate::{CardError, Greeting};
use cns_iso7816::Atr;

/// Reads the card as the first profile that fits.
///
/// A certificate whose CN is not that of a CNS is kept aside, and taken only when no profile finds a better one.
/// Where nothing of a CNS was found, the card is asked for the applications of other kinds of card.
///
/// # Errors
/// [`CardError::NotACns`], [`CardError::UnknownCard`], [`CardError::NoCertificate`], [`CardError::Malformed`],
/// [`CardError::TooLarge`], [`CardError::Refused`] and [`CardError::Channel`].
pub(crate) fn probe(
    desk: &mut Desk<'_>,
    candidates: &[&Profile],
    refusals: &[Refusal],
    atr: &Atr,
) -> Result<Reading, CardError> {
    let mut reason = CardError::UnknownCard;
    let mut spare = None;
    for profile in candidates {
        match read(desk, profile, atr) {
            Ok(found) if found.is_named_as_a_cns => return Ok(found.reading),
            Ok(found) => {
                spare.get_or_insert(found.reading);
            }
            Err(error @ CardError::Channel(_)) => return Err(error),
            Err(error) => reason = more_telling(reason, error),
        }
    }
    if let Some(reading) = spare {
        return Ok(reading);
    }
    if reason == CardError::UnknownCard && desk.shelf.greeting.is_none() {
        for refusal in refusals {
            if is_of_kind(desk, refusal)? {
                return Err(CardError::NotACns {
                    kind: refusal.kind.name(),
                });
            }
        }
    }
    Err(reason)
}

/// Greets the holder as the first profile that finds anything of them.
///
/// # Errors
/// [`CardError::Channel`].
pub(crate) fn greet_as_any(desk: &mut Desk<'_>, candidates: &[&Profile]) -> Result<Greeting, CardError> {
    for profile in candidates {
        let greeting = greet(desk, profile)?;
        if greeting != Greeting::default() {
            return Ok(greeting);
        }
    }
    Ok(Greeting::default())
}

/// Asks the card for the application that tells this kind.
///
/// # Errors
/// [`CardError::Channel`].
pub(crate) fn is_of_kind(desk: &mut Desk<'_>, refusal: &Refusal) -> Result<bool, CardError> {
    match &refusal.application {
        Some(application) => desk.has(application),
        None => Ok(false),
    }
}
