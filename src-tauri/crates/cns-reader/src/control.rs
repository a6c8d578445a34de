//! What is asked of the reader itself, past the card.

use pcsc::{Card, Error, MAX_BUFFER_SIZE};
use zeroize::Zeroizing;

/// A reader that can be asked something by a control code (`SCardControl`).
pub(crate) trait Control {
    /// Sends `request` under this code and returns the reader's answer.
    ///
    /// The answer wipes itself: some keyboards with a card slot send what was typed on their "secure" pad along.
    ///
    /// # Errors
    /// Whatever PC/SC says; `UnsupportedFeature` and several others mean that the driver knows no such code.
    fn control(&self, code: u32, request: &[u8]) -> Result<Zeroizing<Vec<u8>>, Error>;
}

impl Control for Card {
    fn control(&self, code: u32, request: &[u8]) -> Result<Zeroizing<Vec<u8>>, Error> {
        let mut buffer = Zeroizing::new(vec![0; MAX_BUFFER_SIZE]);
        let answered = Card::control(self, code.into(), request, &mut buffer)?.len();
        buffer.truncate(answered);
        Ok(buffer)
    }
}
