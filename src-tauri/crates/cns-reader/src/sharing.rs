//! Waiting for a card that another program holds.

use pcsc::Error;
use std::time::Duration;

/// Tries `act` again while another program holds the card for itself, each time after a longer pause, for about three
/// seconds in all.
///
/// Windows reads each new card by itself for a moment (CertPropSvc), and so do other programs.
///
/// # Errors
/// What `act` failed with: `SharingViolation` when the other program does not let go.
pub(crate) fn patiently<T>(act: impl FnMut() -> Result<T, Error>) -> Result<T, Error> {
    with_pauses(act, std::thread::sleep)
}

fn with_pauses<T>(
    mut act: impl FnMut() -> Result<T, Error>,
    mut pause: impl FnMut(Duration),
) -> Result<T, Error> {
    for milliseconds in PAUSES {
        match act() {
            Err(Error::SharingViolation) => pause(Duration::from_millis(milliseconds)),
            outcome => return outcome,
        }
    }
    act()
}

const PAUSES: [u64; 6] = [50, 100, 200, 400, 800, 1400];

#[cfg(test)]
mod tests {
    use super::*;

    fn check(fails: usize, with: Error, pauses: usize, ended: Result<(), Error>) {
        let (mut calls, mut paused) = (0, Vec::new());
        let act = || {
            calls += 1;
            if calls > fails { Ok(()) } else { Err(with) }
        };
        assert_eq!(with_pauses(act, |pause| paused.push(pause)), ended);
        assert_eq!(paused.len(), pauses);
        assert!(paused.is_sorted());
        assert!(paused.iter().sum::<Duration>() <= Duration::from_secs(3));
    }

    #[test]
    fn a_card_that_is_let_go_is_taken_and_one_that_is_not_is_given_up() {
        check(0, Error::SharingViolation, 0, Ok(()));
        check(3, Error::SharingViolation, 3, Ok(()));
        check(6, Error::SharingViolation, 6, Ok(()));
        check(7, Error::SharingViolation, 6, Err(Error::SharingViolation));
        check(1, Error::NoSmartcard, 0, Err(Error::NoSmartcard));
    }
}
