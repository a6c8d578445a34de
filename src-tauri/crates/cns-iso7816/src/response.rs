//! Response APDUs (ISO/IEC 7816-4 §5.1): data, then SW1 SW2.

use crate::{ChannelError, StatusWord};
use zeroize::Zeroizing;

/// An answer of the card. The data wipe themselves; `Debug` shows their length only.
#[derive(Clone, PartialEq, Eq)]
pub struct Response {
    data: Zeroizing<Vec<u8>>,
    status: StatusWord,
}

impl Response {
    /// Takes the bytes of a response APDU apart.
    ///
    /// # Errors
    /// [`ChannelError::Garbled`] when there are less than the two bytes of a status word.
    pub fn parse(mut bytes: Vec<u8>) -> Result<Self, ChannelError> {
        let Some(&[sw1, sw2]) = bytes.last_chunk::<2>() else {
            return Err(ChannelError::Garbled);
        };
        bytes.truncate(bytes.len() - 2);
        Ok(Self {
            data: Zeroizing::new(bytes),
            status: StatusWord::from([sw1, sw2]),
        })
    }

    pub(crate) fn from_parts(data: Zeroizing<Vec<u8>>, status: StatusWord) -> Self {
        Self { data, status }
    }

    /// The data, without the status word.
    pub fn data(&self) -> &[u8] {
        &self.data
    }

    /// SW1 SW2.
    pub fn status(&self) -> StatusWord {
        self.status
    }

    /// Whether the card did what it was asked.
    pub fn is_success(&self) -> bool {
        self.status.is_success()
    }
}

impl std::fmt::Debug for Response {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Response({} bytes, {:?})", self.data.len(), self.status)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_data_and_a_status_word() {
        let response = Response::parse(vec![1, 2, 0x90, 0x00]).unwrap();
        assert_eq!(
            (response.data(), response.status()),
            (&[1, 2][..], StatusWord::OK)
        );
        assert_eq!(format!("{response:?}"), "Response(2 bytes, 9000 (ok))");
    }

    #[test]
    fn less_than_a_status_word_is_garbled() {
        assert_eq!(Response::parse(vec![]), Err(ChannelError::Garbled));
        assert_eq!(Response::parse(vec![0x90]), Err(ChannelError::Garbled));
    }
}
