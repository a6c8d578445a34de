//! Writing down what passes between driver and card, without what is in it.

use crate::{ChannelError, Exchange};

/// What passed: a command and its answer, as headers, lengths and status words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Passed {
    /// Name of the command in ISO/IEC 7816-4.
    pub command: &'static str,
    /// CLA, INS, P1, P2.
    pub header: [u8; 4],
    /// Bytes of data in the command.
    pub sent: usize,
    /// Bytes of data in the answer, and its status word; or why there was none.
    pub answer: Result<(usize, u16), ChannelError>,
}

/// Stands before an [`Exchange`] and writes down what passes. It keeps no byte of any data.
pub struct Recorder<'line> {
    line: &'line mut dyn Exchange,
    passed: Vec<Passed>,
}

impl<'line> Recorder<'line> {
    /// Stands before `line`.
    pub fn new(line: &'line mut dyn Exchange) -> Self {
        Self {
            line,
            passed: Vec::new(),
        }
    }

    /// What has passed, in order.
    pub fn passed(self) -> Vec<Passed> {
        self.passed
    }
}

impl Exchange for Recorder<'_> {
    fn exchange(&mut self, command: &[u8]) -> Result<Vec<u8>, ChannelError> {
        let answer = self.line.exchange(command);
        let mut header = [0; 4];
        for (place, byte) in header.iter_mut().zip(command) {
            *place = *byte;
        }
        self.passed.push(Passed {
            command: name_of(header[1]),
            header,
            sent: data_len(command),
            answer: match &answer {
                Ok(answer) => match answer.split_last_chunk::<2>() {
                    Some((data, status)) => Ok((data.len(), u16::from_be_bytes(*status))),
                    None => Err(ChannelError::Garbled),
                },
                Err(error) => Err(*error),
            },
        });
        answer
    }
}

impl std::fmt::Debug for Recorder<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Recorder")
            .field("passed", &self.passed)
            .finish_non_exhaustive()
    }
}

/// The bytes of data in a command APDU (ISO/IEC 7816-4 §5.1, cases 1 to 4, short and extended).
fn data_len(command: &[u8]) -> usize {
    match command.get(4..) {
        None | Some([] | [_]) => 0,
        Some([0, _, _]) => 0,
        Some([0, high, low, ..]) => usize::from(u16::from_be_bytes([*high, *low])),
        Some([length, ..]) => usize::from(*length),
    }
}

fn name_of(instruction: u8) -> &'static str {
    match instruction {
        0x20 => "VERIFY",
        0x22 => "MANAGE SECURITY ENVIRONMENT",
        0x24 => "CHANGE REFERENCE DATA",
        0x2A => "PERFORM SECURITY OPERATION",
        0x2C => "RESET RETRY COUNTER",
        0x84 => "GET CHALLENGE",
        0xA4 => "SELECT",
        0xB0 => "READ BINARY",
        0xC0 => "GET RESPONSE",
        _ => "COMMAND",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transcript::Transcript;
    use crate::{Channel, Command, Ending, Expected, commands, send};

    #[test]
    fn headers_lengths_and_status_words_are_kept_and_nothing_else() {
        let mut card = Transcript::new("3B00")
            .answer("00 A4 08 00 04 11 00 11 02 00", "6F 03 80 01 10 90 00")
            .answer("00 20 00 90 08 31 32 33 34 35 FF FF FF", "63 C2")
            .fail("00 C0 00 00 05", ChannelError::Removed);
        let mut passed = Vec::new();
        card.transaction(Ending::Leave, &mut |line| {
            let mut recorder = Recorder::new(line);
            let _ = send(&mut recorder, &commands::select_path(&[0x11, 0x00, 0x11, 0x02]));
            let _ = send(&mut recorder, &commands::verify(0x90, b"12345\xFF\xFF\xFF"));
            let _ = send(&mut recorder, &commands::get_response(5));
            passed = recorder.passed();
        })
        .unwrap();
        let expected = [
            ("SELECT", [0x00, 0xA4, 0x08, 0x00], 4, Ok((5, 0x9000))),
            ("VERIFY", [0x00, 0x20, 0x00, 0x90], 8, Ok((0, 0x63C2))),
            (
                "GET RESPONSE",
                [0x00, 0xC0, 0x00, 0x00],
                0,
                Err(ChannelError::Removed),
            ),
        ];
        let expected = expected.map(|(command, header, sent, answer)| Passed {
            command,
            header,
            sent,
            answer,
        });
        assert_eq!(passed, expected);
    }

    #[test]
    fn the_length_of_the_data_is_found_in_every_case() {
        let bare = || Command::new("TEST", [0; 4]);
        for length in [0, 1, 255, 256, 4000] {
            let data = vec![7; length];
            for expected in [
                Expected::None,
                Expected::Short(0),
                Expected::Short(9),
                Expected::Extended(300),
            ] {
                let command = bare().with_data(&data).expecting(expected).encode().unwrap();
                assert_eq!(data_len(&command), length, "{expected:?}");
            }
        }
        for cut in [&[][..], &[0], &[0; 4], &[0; 5]] {
            assert_eq!(data_len(cut), 0);
        }
    }
}
