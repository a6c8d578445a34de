//! How long a card and its reader take, as real ones do.

use std::time::Duration;

/// The time between a command and its answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Link {
    /// Any command that is none of the others, SELECT among them.
    pub command: Duration,
    /// 256 bytes of READ BINARY or GET RESPONSE; less takes as much less, down to an eighth.
    pub read: Duration,
    /// A comparison of PIN or PUK.
    pub verify: Duration,
    /// A signature, when there is one.
    pub signature: Duration,
}

impl Link {
    /// As a card of the years around 2025 was measured: 22 to 45 ms a SELECT, about 100 ms for 256 bytes, 12 to 20 ms
    /// for a few.
    pub const REAL: Self = Self {
        command: Duration::from_millis(25),
        read: Duration::from_millis(100),
        verify: Duration::from_millis(50),
        signature: Duration::from_millis(600),
    };

    /// No time at all.
    pub const NONE: Self = Self {
        command: Duration::ZERO,
        read: Duration::ZERO,
        verify: Duration::ZERO,
        signature: Duration::ZERO,
    };

    /// The time for this command and its answer.
    pub(crate) fn delay(self, apdu: &[u8], answer: &[u8]) -> Duration {
        let data = u32::try_from(answer.len().saturating_sub(2)).unwrap_or(u32::MAX);
        match apdu.get(1) {
            Some(0xB0 | 0xC0) => (self.read * data / 256).max(self.read / 8),
            Some(0x20 | 0x24 | 0x2C) if apdu.len() > 5 => self.verify,
            Some(0x2A) if data > 0 => self.signature,
            _ => self.command,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_command_takes_its_time() {
        let rows: [(&[u8], usize, u64); 7] = [
            (&[0x00, 0xA4, 0x00, 0x00], 58, 25),
            (&[0x00, 0xB0, 0x00, 0x00, 0x00], 256, 100),
            (&[0x00, 0xB0, 0x00, 0x00, 0x00, 0x00, 0x00], 2048, 800),
            (&[0x00, 0xB0, 0x00, 0x00, 0x10], 16, 12),
            (&[0x00, 0x20, 0x00, 0x10, 0x08, 0x31], 0, 50),
            (&[0x00, 0x20, 0x00, 0x10], 0, 25),
            (&[0x00, 0x2A, 0x80, 0x86], 256, 600),
        ];
        for (apdu, data, milliseconds) in rows {
            let answer = vec![0; data + 2];
            assert_eq!(
                Link::REAL.delay(apdu, &answer).as_millis(),
                u128::from(milliseconds),
                "{apdu:02X?}"
            );
            assert!(Link::NONE.delay(apdu, &answer).is_zero());
        }
    }
}
