//! What can go wrong, as data: at the n-th APDU, this.

use crate::VirtualCardError;
use cns_iso7816::transcript::bytes_of;
use std::time::Duration;

/// One fault, waiting for its APDU.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Which APDU it strikes: 0 is the next one after the faults were set.
    pub at: u64,
    /// What happens then.
    pub kind: FaultKind,
}

/// What can happen to an APDU.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FaultKind {
    /// The card is pulled out before it answers.
    Removal,
    /// Another program resets the card before it answers.
    Reset,
    /// The card does nothing and answers this status word.
    Status(u16),
    /// The card does what it is asked, but only these first bytes of its answer come through.
    Truncated(usize),
    /// These bytes come instead of an answer.
    Garbage(Vec<u8>),
    /// The answer comes so much later. Pulling the card out ends the wait.
    Silence(Duration),
    /// The smart card service stops before the card answers. Every open channel is lost; the next one is a new
    /// connection to a service that runs again.
    ServiceGone,
    /// The reader is unplugged before the card answers. The next channel finds it plugged in again.
    ReaderGone,
    /// Another program holds the card: the transaction that would begin with this APDU does not begin, so many times.
    Busy(u32),
}

impl Fault {
    /// Reads `AT KIND [VALUE]`, as the binary takes it from its standard input: `3 removal`, `0 status 6F00`,
    /// `1 truncated 1`, `2 garbage 00FF`, `4 silence 1500` (milliseconds), `5 reset`, `0 service-gone`,
    /// `0 reader-gone`, `0 busy 2` (times).
    ///
    /// # Errors
    /// [`VirtualCardError::FaultFormat`] for anything else.
    pub fn parse(line: &str) -> Result<Self, VirtualCardError> {
        let refused = || VirtualCardError::FaultFormat {
            line: line.to_owned(),
        };
        let words: Vec<&str> = line.split_whitespace().collect();
        let kind = match words.get(1..).unwrap_or_default() {
            ["removal"] => FaultKind::Removal,
            ["reset"] => FaultKind::Reset,
            ["status", word] => FaultKind::Status(u16::from_str_radix(word, 16).map_err(|_| refused())?),
            ["truncated", length] => FaultKind::Truncated(length.parse().map_err(|_| refused())?),
            ["garbage"] => FaultKind::Garbage(Vec::new()),
            ["garbage", hex] => FaultKind::Garbage(bytes_of(hex)),
            ["silence", milliseconds] => FaultKind::Silence(Duration::from_millis(
                milliseconds.parse().map_err(|_| refused())?,
            )),
            ["service-gone"] => FaultKind::ServiceGone,
            ["reader-gone"] => FaultKind::ReaderGone,
            ["busy", times] => FaultKind::Busy(times.parse().map_err(|_| refused())?),
            _ => return Err(refused()),
        };
        let at = words.first().and_then(|at| at.parse().ok()).ok_or_else(refused)?;
        Ok(Self { at, kind })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fault_can_be_written_as_a_line() {
        let rows = [
            ("0 service-gone", 0, FaultKind::ServiceGone),
            ("0 reader-gone", 0, FaultKind::ReaderGone),
            ("0 busy 2", 0, FaultKind::Busy(2)),
            ("3 removal", 3, FaultKind::Removal),
            ("5 reset", 5, FaultKind::Reset),
            ("0 status 6F00", 0, FaultKind::Status(0x6F00)),
            ("1 truncated 1", 1, FaultKind::Truncated(1)),
            ("2 garbage 00FF", 2, FaultKind::Garbage(vec![0, 0xFF])),
            (
                "4 silence 1500",
                4,
                FaultKind::Silence(Duration::from_millis(1500)),
            ),
        ];
        for (line, at, kind) in rows {
            assert_eq!(Fault::parse(line), Ok(Fault { at, kind }));
        }
        for line in ["", "removal", "x removal", "1 explosion", "1 status xyz"] {
            assert!(Fault::parse(line).is_err(), "{line}");
        }
    }
}
