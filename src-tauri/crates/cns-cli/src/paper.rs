//! How wide a text is laid out: a terminal breaks a long line in the middle of a word, so lines are broken before.

use std::io::IsTerminal;

/// The text with lines that a terminal shows whole, where it goes to one; as it is where it goes elsewhere, or where the
/// terminal is none that lays anything out.
pub(crate) fn laid_out(text: &str, goes_to: &impl IsTerminal) -> String {
    match goes_to.is_terminal() && std::env::var_os("TERM").is_none_or(|term| term != "dumb") {
        true => broken(text),
        false => text.to_owned(),
    }
}

/// The text with its lines broken between words; what follows stands below the beginning of the line.
fn broken(text: &str) -> String {
    let lines: Vec<String> = text.split('\n').map(broken_line).collect();
    lines.join("\n")
}

fn broken_line(line: &str) -> String {
    let indent = line.len() - line.trim_start_matches(' ').len();
    let mut broken = String::with_capacity(line.len() + 8);
    let mut column = 0;
    for (place, word) in line.split(' ').enumerate() {
        let length = word.chars().count();
        if place > 0 {
            let fits = column + 1 + length <= WIDTH || column <= indent;
            if fits || word.is_empty() {
                broken.push(' ');
                column += 1;
            } else {
                broken.push('\n');
                broken.push_str(&" ".repeat(indent));
                column = indent;
            }
        }
        broken.push_str(word);
        column += length;
    }
    broken
}

/// What every terminal has.
const WIDTH: usize = 80;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_line_is_broken_between_words_and_keeps_its_indent_and_its_end() {
        let words = "parola ".repeat(30);
        for (text, most) in [
            (format!("  {words}\n{words}"), WIDTH),
            ("breve\n\n  due: ".to_owned(), 8),
            ("x".repeat(100), 100),
        ] {
            let laid = broken(&text);
            assert!(
                laid.lines().all(|line| line.trim_end().chars().count() <= most),
                "{laid}"
            );
            assert_eq!(
                laid.split_whitespace().collect::<Vec<_>>(),
                text.split_whitespace().collect::<Vec<_>>()
            );
            assert_eq!(laid.ends_with(' '), text.ends_with(' '));
        }
        assert!(
            broken(&format!("  {words}"))
                .lines()
                .all(|line| line.starts_with("  p"))
        );
        assert_eq!(broken("breve\n\n  due: "), "breve\n\n  due: ");
    }
}
