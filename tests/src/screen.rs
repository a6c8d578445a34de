//! What stands on a display, seen from outside the program that painted it.

use crate::patience;
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
        patience::until(
            || "a picture of the display".to_owned(),
            || {
                let at = Instant::now();
                let mut command = place.command("xwd");
                command.env("DISPLAY", display.name()).args(["-root", "-silent"]);
                let output = command.output().expect("xwd");
                // A window that goes while it is looked at makes `xwd` give up.
                output.status.success().then(|| Self {
                    at,
                    pixels: pixels(&output.stdout),
                })
            },
        )
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
    let (header, width, bits, line, colours) = (word(0), word(4), word(11), word(12), word(19));
    let body = dump.get(header + colours * 12..).expect("a body");
    // Three bytes of colour, and in some dumps one that means nothing.
    let pixel = |bytes: &[u8]| {
        bytes
            .iter()
            .take(3)
            .fold(0, |value, byte| value << 8 | u32::from(*byte))
    };
    body.chunks_exact(line)
        .flat_map(|line| line.chunks_exact(bits / 8).take(width).map(pixel))
        .collect()
}

const COLOURS_OF_A_PAGE: usize = 24;
