//! What stands on a display, seen from outside the program that painted it.

use crate::place::Place;
use crate::window::Display;
use std::collections::BTreeSet;
use std::time::Instant;

/// One picture of the whole display, and when it was asked for.
#[derive(Clone, Debug)]
pub struct Frame {
    /// When.
    pub at: Instant,
    pixels: Vec<u32>,
}

impl Frame {
    /// Takes a picture with `xwd`.
    ///
    /// # Panics
    /// When `xwd` is not installed or its file is not what its manual says.
    pub fn take(place: &Place, display: &Display) -> Self {
        let at = Instant::now();
        let mut command = place.command("xwd");
        let output = command
            .env("DISPLAY", display.name())
            .args(["-root", "-silent"])
            .output()
            .expect("xwd");
        Self {
            at,
            pixels: pixels(&output.stdout),
        }
    }

    /// Whether more than a bare background and a frame are there.
    pub fn is_painted(&self) -> bool {
        let mut colours = BTreeSet::new();
        self.pixels
            .iter()
            .any(|pixel| colours.insert(*pixel) && colours.len() >= COLOURS_OF_A_PAGE)
    }

    /// How much of the picture differs from another one, from 0 to 1.
    #[expect(
        clippy::cast_precision_loss,
        reason = "a display has far fewer pixels than a float has exact numbers"
    )]
    pub fn difference(&self, other: &Self) -> f64 {
        let different = self
            .pixels
            .iter()
            .zip(&other.pixels)
            .filter(|(one, other)| one != other)
            .count();
        different as f64 / self.pixels.len().max(1) as f64
    }
}

/// The pixels of an X window dump: a header of big-endian words, the colours, then the lines (`XWDFile.h`).
fn pixels(dump: &[u8]) -> Vec<u32> {
    let word = |n: usize| -> usize {
        let bytes = dump.get(n * 4..n * 4 + 4).expect("a header");
        bytes
            .iter()
            .fold(0, |value, byte| value << 8 | usize::from(*byte))
    };
    let (header, colours, bits) = (word(0), word(19), word(11));
    assert_eq!(bits, 32, "a display with 32 bits per pixel");
    let (lines, line) = (word(5), word(12));
    let body = dump.get(header + colours * 12..).expect("a body");
    body.chunks_exact(4)
        .take(lines * line / 4)
        .map(|pixel| u32::from_le_bytes(pixel.try_into().expect("four bytes")))
        .collect()
}

const COLOURS_OF_A_PAGE: usize = 24;
