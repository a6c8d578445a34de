//! The two fonts, Titillium Web (OFL), and how wide a text is in them.

use crate::PrintError;
use krilla::text::Font;
use skrifa::instance::{LocationRef, Size};
use skrifa::{FontRef, MetadataProvider as _};

/// Weight of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Weight {
    Regular,
    SemiBold,
}

/// Both weights, ready to measure and to draw.
pub(crate) struct Fonts {
    regular: Font,
    semi_bold: Font,
}

impl Fonts {
    pub(crate) fn load() -> Result<Self, PrintError> {
        let font = |data: &'static [u8]| Font::new(data.into(), 0).ok_or(PrintError::Font);
        Ok(Self {
            regular: font(REGULAR)?,
            semi_bold: font(SEMI_BOLD)?,
        })
    }

    pub(crate) fn font(&self, weight: Weight) -> Font {
        match weight {
            Weight::Regular => self.regular.clone(),
            Weight::SemiBold => self.semi_bold.clone(),
        }
    }
}

/// Parts a text into lines no wider than `width` points. A word that is wider by itself is cut; a letter that the fonts do
/// not have is a `?`, so that no name in another script keeps a document from being made.
pub(crate) fn lines(text: &str, weight: Weight, size: f32, width: f32) -> Result<Vec<String>, PrintError> {
    let ruler = Ruler::new(weight, size)?;
    let mut lines = Vec::new();
    for paragraph in printable(text).split('\n') {
        let mut line = String::new();
        for word in paragraph.split_whitespace() {
            for piece in ruler.cut(word, width) {
                let candidate = if line.is_empty() {
                    piece.clone()
                } else {
                    format!("{line} {piece}")
                };
                if line.is_empty() || ruler.width(&candidate) <= width {
                    line = candidate;
                } else {
                    lines.push(std::mem::replace(&mut line, piece));
                }
            }
        }
        lines.push(line);
    }
    Ok(lines)
}

/// A text, with `?` where the fonts have no letter.
fn printable(text: &str) -> String {
    let fonts = [REGULAR, SEMI_BOLD].map(|data| FontRef::new(data).ok());
    let has = |letter: char| {
        let has_glyph = |font: &FontRef<'_>| font.charmap().map(letter).is_some();
        !letter.is_control() && fonts.iter().flatten().all(has_glyph)
    };
    let shown = |letter: char| match letter {
        '\n' => '\n',
        _ if letter.is_whitespace() => ' ',
        _ if has(letter) => letter,
        _ => '?',
    };
    text.chars().map(shown).collect()
}

/// Width of a text in points.
pub(crate) fn width(text: &str, weight: Weight, size: f32) -> Result<f32, PrintError> {
    Ok(Ruler::new(weight, size)?.width(text))
}

/// Measures texts of one weight and size.
struct Ruler {
    font: FontRef<'static>,
    size: f32,
}

impl Ruler {
    fn new(weight: Weight, size: f32) -> Result<Self, PrintError> {
        let data = match weight {
            Weight::Regular => REGULAR,
            Weight::SemiBold => SEMI_BOLD,
        };
        let font = FontRef::new(data).map_err(|_| PrintError::Font)?;
        Ok(Self { font, size })
    }

    /// The sum of the advances. Kerning makes a drawn text a little narrower, hardly ever wider.
    fn width(&self, text: &str) -> f32 {
        let glyphs = self.font.charmap();
        let metrics = self
            .font
            .glyph_metrics(Size::new(self.size), LocationRef::default());
        text.chars()
            .map(|character| {
                let glyph = glyphs.map(character).unwrap_or_default();
                metrics.advance_width(glyph).unwrap_or(self.size)
            })
            .sum()
    }

    /// A word, or its pieces where it is too wide for a line.
    fn cut(&self, word: &str, width: f32) -> Vec<String> {
        if self.width(word) <= width {
            return vec![word.to_owned()];
        }
        let mut pieces = Vec::new();
        let mut piece = String::new();
        for character in word.chars() {
            piece.push(character);
            if self.width(&piece) > width && piece.chars().count() > 1 {
                piece.pop();
                pieces.push(std::mem::replace(&mut piece, character.to_string()));
            }
        }
        pieces.push(piece);
        pieces
    }
}

const REGULAR: &[u8] = include_bytes!("../fonts/TitilliumWeb-Regular.ttf");
const SEMI_BOLD: &[u8] = include_bytes!("../fonts/TitilliumWeb-SemiBold.ttf");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_line_is_wider_than_it_may_be_and_no_word_is_lost() {
        let text =
            "La seconda parte del PIN arriva per lettera all'indirizzo di residenza: però non è già attiva.";
        for limit in [60.0, 120.0, 400.0] {
            let lines = lines(text, Weight::Regular, 11.0, limit).unwrap();
            assert_eq!(lines.join(" "), text);
            for line in &lines {
                assert!(
                    width(line, Weight::Regular, 11.0).unwrap() <= limit || !line.contains(' '),
                    "{line}"
                );
            }
        }
    }

    #[test]
    fn a_word_wider_than_the_line_is_cut() {
        let lines = lines(&"X".repeat(100), Weight::SemiBold, 11.0, 50.0).unwrap();
        assert!(lines.len() > 5 && lines.concat() == "X".repeat(100));
    }
}
