//! Transparent files: SELECT, then READ BINARY in whatever form the card takes.

use crate::CardError;
use crate::habits::{Habits, ReadSize};
use cns_iso7816::{
    ChannelError, Command, Exchange, Expected, Fci, FileOffset, Response, StatusWord, commands, send,
};

/// Counts the APDUs that pass, and lets no more pass than the most patient person waits for.
pub(crate) struct Counted<'line> {
    line: &'line mut dyn Exchange,
    pub(crate) apdus: u32,
}

impl<'line> Counted<'line> {
    /// Goes on counting from `apdus`.
    pub(crate) fn new(line: &'line mut dyn Exchange, apdus: u32) -> Self {
        Self { line, apdus }
    }
}

impl Exchange for Counted<'_> {
    fn exchange(&mut self, command: &[u8]) -> Result<Vec<u8>, ChannelError> {
        if self.apdus >= MOST_APDUS {
            // What this means of the card, the shelf on which the APDUs are counted tells.
            return Err(ChannelError::Garbled);
        }
        self.apdus += 1;
        self.line.exchange(command)
    }
}

/// A file that SELECT has made current.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CurrentFile {
    pub(crate) name: &'static str,
    /// What SELECT said of its size, if anything. It helps to choose what to ask for, and is never relied on.
    pub(crate) size: Option<u32>,
}

/// Makes a file current by this SELECT; `None` when the card has no such file.
///
/// # Errors
/// [`CardError::Refused`] and [`CardError::Channel`].
pub(crate) fn select(
    line: &mut dyn Exchange,
    command: &Command,
    name: &'static str,
) -> Result<Option<CurrentFile>, CardError> {
    let response = send(line, command)?;
    match response.status() {
        StatusWord::FILE_NOT_FOUND => Ok(None),
        // A deactivated file is current all the same; whether it can be read, the reading will tell.
        status if status.is_success() || status == StatusWord::FILE_DEACTIVATED => {
            let size = Fci::parse(response.data()).and_then(|information| information.size);
            Ok(Some(CurrentFile { name, size }))
        }
        status => Err(refused(status, "SELECT")),
    }
}

impl CurrentFile {
    /// Begins with an empty `content`: asks for the whole file at once where card and reader carry that, and where
    /// it saves something; otherwise reads the first `until` bytes. Returns whether the file ended.
    ///
    /// # Errors
    /// Those of [`CurrentFile::read_until`].
    pub(crate) fn read_from_start(
        self,
        line: &mut dyn Exchange,
        habits: &mut Habits,
        content: &mut Vec<u8>,
        until: usize,
    ) -> Result<bool, CardError> {
        let is_long = match self.size {
            Some(size) => size > SHORT_READ,
            // What is wanted of a small file is as small as the file.
            None => until >= ReadSize::Half.bytes(),
        };
        if habits.long_reads != Some(false) && is_long {
            let ended = self.try_long_read(line, habits, content)?;
            if ended || content.len() >= until {
                return Ok(ended);
            }
        }
        self.read_until(line, habits, content, until)
    }

    /// Reads on after the bytes in `content`, until there are `until` of them or the file ends; returns whether it
    /// ended.
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
    ) -> Result<bool, CardError> {
        for _ in 0..MOST_READS {
            let missing = until.saturating_sub(content.len());
            let Some(offset) = FileOffset::new(content.len()).filter(|_| missing > 0) else {
                return Ok(false);
            };
            let wanted = missing.min(habits.reads.bytes());
            let le = u8::try_from(wanted).map_or(Expected::Short(0), Expected::Short);
            let response = send(line, &commands::read_binary(offset, le))?;
            match response.status() {
                StatusWord::WRONG_LENGTH => match habits.reads.smaller() {
                    Some(smaller) if wanted > smaller.bytes() => habits.reads = smaller,
                    Some(_) | None => return Err(refused(response.status(), "READ BINARY")),
                },
                StatusWord::OFFSET_OUTSIDE_FILE => return Ok(true),
                StatusWord::END_OF_FILE => {
                    take(content, &response, wanted);
                    return Ok(true);
                }
                status if status.is_success() => {
                    if take(content, &response, wanted) == 0 {
                        return Ok(true);
                    }
                }
                status => return Err(refused(status, "READ BINARY")),
            }
        }
        if content.len() >= until {
            Ok(false)
        } else {
            Err(CardError::Malformed { file: self.name })
        }
    }

    /// Asks for the whole file with one extended READ BINARY, and remembers whether the card can do that; returns
    /// whether the file ended.
    ///
    /// Which cards and readers carry it is not known beforehand. A refusal costs one APDU for the insertion and no
    /// more, and what a card gives instead of everything is kept.
    ///
    /// # Errors
    /// [`CardError::Refused`] when the file cannot be read in any form, [`CardError::Channel`] when the card is gone;
    /// a reader that cannot carry the APDU is not an error.
    fn try_long_read(
        self,
        line: &mut dyn Exchange,
        habits: &mut Habits,
        content: &mut Vec<u8>,
    ) -> Result<bool, CardError> {
        let command = commands::read_binary(FileOffset::START, Expected::Extended(0));
        let response = match send(line, &command) {
            Ok(response) => response,
            Err(ChannelError::Transport { .. } | ChannelError::Garbled) => {
                habits.long_reads = Some(false);
                return Ok(false);
            }
            Err(gone) => return Err(gone.into()),
        };
        match response.status() {
            status if status.is_success() || status == StatusWord::END_OF_FILE => {
                let got = take(content, &response, MOST_BYTES);
                habits.long_reads = Some(got > habits.reads.bytes());
                Ok(status == StatusWord::END_OF_FILE)
            }
            // What is not about the form of the command, another form will not change.
            StatusWord::SECURITY_STATUS_NOT_SATISFIED
            | StatusWord::CONDITIONS_NOT_SATISFIED
            | StatusWord::NO_CURRENT_FILE
            | StatusWord::WRONG_FILE_TYPE => Err(refused(response.status(), "READ BINARY")),
            _ => {
                habits.long_reads = Some(false);
                Ok(false)
            }
        }
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
/// More than the largest certificate needs at 128 bytes each, with everything that is looked for before it.
pub(crate) const MOST_APDUS: u32 = 400;
/// The largest certificate, and a header before it.
const MOST_BYTES: usize = crate::CERTIFICATE_LIMIT + 256;
/// What one short READ BINARY may bring.
const SHORT_READ: u32 = 256;

#[cfg(test)]
mod tests {
    use super::*;
    use cns_iso7816::transcript::Transcript;
    use cns_iso7816::{Channel, Ending};

    const FILE: CurrentFile = CurrentFile {
        name: "EF.Test",
        size: None,
    };

    type Outcome = (Result<bool, CardError>, Vec<u8>, Habits);
    type Form =
        fn(CurrentFile, &mut dyn Exchange, &mut Habits, &mut Vec<u8>, usize) -> Result<bool, CardError>;

    fn read(transcript: Transcript, until: usize) -> Outcome {
        read_by(CurrentFile::read_until, transcript, until)
    }

    fn read_by(form: Form, mut transcript: Transcript, until: usize) -> Outcome {
        let (mut content, mut habits, mut outcome) = (Vec::new(), Habits::default(), Ok(false));
        let act = &mut |line: &mut dyn Exchange| {
            outcome = form(FILE, line, &mut habits, &mut content, until);
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
        assert_eq!((outcome, content.len()), (Ok(false), 400));
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
            assert_eq!((outcome, content.len()), (Ok(true), length), "{end}");
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
            (Ok(false), 266, ReadSize::Half)
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

    const ALL_AT_ONCE: &str = "00 B0 00 00 00 00 00";

    #[test]
    fn everything_comes_at_once_where_that_is_carried() {
        for (end, ended) in [("9000", false), ("6282", true)] {
            let card = Transcript::new("3B00").answer(ALL_AT_ONCE, &bytes(2048, end));
            let (outcome, content, habits) = read_by(CurrentFile::read_from_start, card, 256);
            assert_eq!((outcome, content.len()), (Ok(ended), 2048), "{end}");
            assert_eq!(habits.long_reads, Some(true), "{end}");
        }
    }

    #[test]
    fn a_refusal_of_everything_at_once_costs_one_apdu_and_is_remembered() {
        for refusal in ["6700", "6D00", "6E00", "6A86", "6B00", "6F00"] {
            let card = Transcript::new("3B00")
                .answer(ALL_AT_ONCE, refusal)
                .answer("00 B0 00 00 00", &bytes(256, "9000"));
            let (outcome, content, habits) = read_by(CurrentFile::read_from_start, card, 256);
            assert_eq!((outcome, content.len()), (Ok(false), 256), "{refusal}");
            assert_eq!(habits.long_reads, Some(false), "{refusal}");
        }
        let broken = Transcript::new("3B00")
            .fail(ALL_AT_ONCE, ChannelError::Transport { code: 0x8010_0016 })
            .answer("00 B0 00 00 00", &bytes(256, "9000"));
        let (_, content, habits) = read_by(CurrentFile::read_from_start, broken, 256);
        assert_eq!((content.len(), habits.long_reads), (256, Some(false)));
    }

    #[test]
    fn what_a_card_gives_instead_of_everything_is_kept() {
        for (answers, named) in [
            (vec![(ALL_AT_ONCE, bytes(256, "9000"))], "a short answer"),
            (
                vec![
                    (ALL_AT_ONCE, "6C00".to_owned()),
                    ("00 B0 00 00 00", bytes(256, "9000")),
                ],
                "6C00",
            ),
        ] {
            let mut card = Transcript::new("3B00");
            for (command, answer) in answers {
                card = card.answer(command, &answer);
            }
            let card = card.answer("00 B0 01 00 90", &bytes(144, "9000"));
            let (outcome, content, habits) = read_by(CurrentFile::read_from_start, card, 400);
            assert_eq!((outcome, content.len()), (Ok(false), 400), "{named}");
            assert_eq!(habits.long_reads, Some(false), "{named}");
        }
    }

    #[test]
    fn a_file_that_may_not_be_read_is_not_asked_for_twice() {
        for (refusal, status) in [
            ("6982", 0x6982),
            ("6985", 0x6985),
            ("6986", 0x6986),
            ("6981", 0x6981),
        ] {
            let card = Transcript::new("3B00").answer(ALL_AT_ONCE, refusal);
            let command = "READ BINARY";
            let (outcome, _, habits) = read_by(CurrentFile::read_from_start, card, 400);
            assert_eq!(outcome, Err(CardError::Refused { status, command }));
            assert_eq!(habits.long_reads, None);
        }
    }
}
