//! Transparent files: SELECT by path, then READ BINARY in whatever form the card takes.

use crate::CardError;
use crate::habits::Habits;
use crate::place::FilePath;
use cns_iso7816::{ChannelError, Exchange, Expected, FileOffset, Response, StatusWord, commands, send};

/// Counts the APDUs that pass.
pub(crate) struct Counted<'line> {
    line: &'line mut dyn Exchange,
    pub(crate) apdus: u32,
}

impl<'line> Counted<'line> {
    pub(crate) fn new(line: &'line mut dyn Exchange) -> Self {
        Self { line, apdus: 0 }
    }
}

impl Exchange for Counted<'_> {
    fn exchange(&mut self, command: &[u8]) -> Result<Vec<u8>, ChannelError> {
        self.apdus = self.apdus.saturating_add(1);
        self.line.exchange(command)
    }
}

/// A file that SELECT has made current.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CurrentFile {
    name: &'static str,
}

/// Makes a file current; `None` when the card has no such file.
///
/// What SELECT tells about the file is not looked at: some cards give no size, others a wrong one.
///
/// # Errors
/// [`CardError::Refused`] and [`CardError::Channel`].
pub(crate) fn select(
    line: &mut dyn Exchange,
    path: &FilePath,
    name: &'static str,
) -> Result<Option<CurrentFile>, CardError> {
    let response = send(line, &commands::select_path(path.as_bytes()))?;
    match response.status() {
        StatusWord::FILE_NOT_FOUND => Ok(None),
        // A deactivated file (6283) is current all the same; whether it can be read, the reading will tell.
        StatusWord::FILE_DEACTIVATED => Ok(Some(CurrentFile { name })),
        status if status.is_success() => Ok(Some(CurrentFile { name })),
        status => Err(refused(status, "SELECT")),
    }
}

impl CurrentFile {
    /// Reads on after the bytes in `content`, until there are `until` of them or the file ends.
    ///
    /// A file ends with 6282, with 6B00, or with an answer without data. A short answer alone is no end: a card
    /// may give less than it was asked for.
    ///
    /// # Errors
    /// [`CardError::Refused`], [`CardError::Channel`], and [`CardError::Malformed`] when the card dribbles.
    pub(crate) fn read_until(
        self,
        line: &mut dyn Exchange,
        habits: &mut Habits,
        content: &mut Vec<u8>,
        until: usize,
    ) -> Result<(), CardError> {
        for _ in 0..MOST_READS {
            let missing = until.saturating_sub(content.len());
            let Some(offset) = FileOffset::new(content.len()).filter(|_| missing > 0) else {
                return Ok(());
            };
            let wanted = missing.min(habits.reads.bytes());
            let le = u8::try_from(wanted).map_or(Expected::Short(0), Expected::Short);
            let response = send(line, &commands::read_binary(offset, le))?;
            match response.status() {
                StatusWord::WRONG_LENGTH => match habits.reads.smaller() {
                    Some(smaller) if wanted > smaller.bytes() => habits.reads = smaller,
                    Some(_) | None => return Err(refused(response.status(), "READ BINARY")),
                },
                StatusWord::OFFSET_OUTSIDE_FILE => return Ok(()),
                StatusWord::END_OF_FILE => {
                    take(content, &response, wanted);
                    return Ok(());
                }
                status if status.is_success() => {
                    if take(content, &response, wanted) == 0 {
                        return Ok(());
                    }
                }
                status => return Err(refused(status, "READ BINARY")),
            }
        }
        if content.len() >= until {
            Ok(())
        } else {
            Err(CardError::Malformed { file: self.name })
        }
    }

    /// Asks for all that is missing with one extended READ BINARY, and remembers whether the card can do that.
    ///
    /// A refusal costs one APDU and no more: `content` is then as it was.
    ///
    /// # Errors
    /// [`CardError::Channel`] when the card is gone; a reader that cannot carry the APDU is not an error.
    pub(crate) fn try_long_read(
        self,
        line: &mut dyn Exchange,
        habits: &mut Habits,
        content: &mut Vec<u8>,
        until: usize,
    ) -> Result<(), CardError> {
        let missing = until.saturating_sub(content.len());
        let (Some(offset), Ok(le)) = (FileOffset::new(content.len()), u16::try_from(missing)) else {
            return Ok(());
        };
        match send(line, &commands::read_binary(offset, Expected::Extended(le))) {
            Ok(response) if response.is_success() || response.status() == StatusWord::END_OF_FILE => {
                let got = take(content, &response, missing);
                habits.long_reads = Some(got > habits.reads.bytes());
            }
            Ok(_) | Err(ChannelError::Transport { .. } | ChannelError::Garbled) => {
                habits.long_reads = Some(false)
            }
            Err(gone) => return Err(gone.into()),
        }
        Ok(())
    }
}

/// Keeps at most what was asked for; returns how much that was.
fn take(content: &mut Vec<u8>, response: &Response, wanted: usize) -> usize {
    let data = response.data();
    let kept = data.get(..wanted).unwrap_or(data);
    content.extend_from_slice(kept);
    kept.len()
}

pub(crate) fn refused(status: StatusWord, command: &'static str) -> CardError {
    CardError::Refused {
        status: status.value(),
        command,
    }
}

/// More than the largest file needs at 128 bytes each: a card that gives one byte at a time is not waited for.
const MOST_READS: usize = 300;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::habits::ReadSize;
    use cns_iso7816::transcript::Transcript;
    use cns_iso7816::{Channel, Ending};

    const FILE: CurrentFile = CurrentFile { name: "EF.Test" };

    fn read(mut transcript: Transcript, until: usize) -> (Result<(), CardError>, Vec<u8>, Habits) {
        let (mut content, mut habits, mut outcome) = (Vec::new(), Habits::default(), Ok(()));
        let act = &mut |line: &mut dyn Exchange| {
            outcome = FILE.read_until(line, &mut habits, &mut content, until);
        };
        transcript.transaction(Ending::Leave, act).unwrap();
        transcript.finished().unwrap();
        (outcome, content, habits)
    }

    fn bytes(count: usize, status: &str) -> String {
        "AB".repeat(count) + status
    }

    #[test]
    fn the_last_part_is_asked_for_exactly() {
        let card = Transcript::new("3B00")
            .answer("00 B0 00 00 00", &bytes(256, "9000"))
            .answer("00 B0 01 00 90", &bytes(144, "9000"));
        let (outcome, content, _) = read(card, 400);
        assert_eq!((outcome, content.len()), (Ok(()), 400));
    }

    #[test]
    fn every_kind_of_end_ends_the_reading() {
        for (end, length) in [
            (bytes(10, "6282"), 266),
            (bytes(0, "6B00"), 256),
            (bytes(0, "9000"), 256),
        ] {
            let card = Transcript::new("3B00")
                .answer("00 B0 00 00 00", &bytes(256, "9000"))
                .answer("00 B0 01 00 90", &end);
            let (outcome, content, _) = read(card, 400);
            assert_eq!((outcome, content.len()), (Ok(()), length), "{end}");
        }
    }

    #[test]
    fn a_card_that_gives_less_than_asked_is_asked_again() {
        let card = Transcript::new("3B00")
            .answer("00 B0 00 00 00", &bytes(200, "9000"))
            .answer("00 B0 00 C8 C8", &bytes(200, "9000"));
        assert_eq!(read(card, 400).1.len(), 400);
    }

    #[test]
    fn a_card_that_names_the_length_is_obeyed() {
        let card = Transcript::new("3B00")
            .answer("00 B0 00 00 00", "6C 5D")
            .answer("00 B0 00 00 5D", &bytes(93, "6282"));
        assert_eq!(read(card, 400).1.len(), 93);
    }

    #[test]
    fn a_refused_length_is_lowered_and_remembered() {
        let card = Transcript::new("3B00")
            .answer("00 B0 00 00 00", "67 00")
            .answer("00 B0 00 00 FF", "67 00")
            .answer("00 B0 00 00 80", &bytes(128, "9000"))
            .answer("00 B0 00 80 80", &bytes(128, "9000"))
            .answer("00 B0 01 00 0A", &bytes(10, "9000"));
        let (outcome, content, habits) = read(card, 266);
        assert_eq!(
            (outcome, content.len(), habits.reads),
            (Ok(()), 266, ReadSize::Half)
        );
    }

    #[test]
    fn a_card_that_refuses_every_length_is_named() {
        let card = Transcript::new("3B00").answer("00 B0 00 00 10", "67 00");
        assert_eq!(
            read(card, 16).0,
            Err(CardError::Refused {
                status: 0x6700,
                command: "READ BINARY"
            })
        );
    }

    #[test]
    fn a_card_that_dribbles_is_not_waited_for() {
        let mut card = Transcript::new("3B00");
        for offset in 0..MOST_READS {
            card = card.answer(&format!("00 B0 {offset:04X} 00"), "AB 90 00");
        }
        assert_eq!(read(card, 4096).0, Err(CardError::Malformed { file: "EF.Test" }));
    }
}
