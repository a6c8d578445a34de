//! What a report says of this computer: the system and the reader's model, and nothing that names one of them.

/// The system: its family, its architecture and, where it says so, its name and version.
pub fn system() -> String {
    let family = format!("{} {}", std::env::consts::OS, std::env::consts::ARCH);
    match std::fs::read_to_string("/etc/os-release")
        .ok()
        .and_then(|release| distribution(&release))
    {
        Some(distribution) => format!("{family}, {distribution}"),
        None => family,
    }
}

/// Name and version from the text of `os-release`.
fn distribution(release: &str) -> Option<String> {
    let value = |key: &str| {
        release
            .lines()
            .find_map(|line| line.strip_prefix(key)?.strip_prefix('='))
            .map(|value| value.trim_matches('"'))
    };
    Some(match value("VERSION_ID") {
        Some(version) => format!("{} {version}", value("ID")?),
        None => value("ID")?.to_owned(),
    })
}

/// The reader's model: its name without what stands in brackets and without words that could be a serial number.
///
/// PC/SC services put the serial number of the reader into its name, which would name its owner.
pub fn reader_model(reader: &str) -> String {
    let mut depth = 0_u32;
    let mut kept = String::new();
    for sign in reader.chars() {
        match sign {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => {
                depth = depth.saturating_sub(1);
                kept.push(' ');
            }
            sign if depth == 0 => kept.push(sign),
            _ => {}
        }
    }
    let words: Vec<&str> = kept
        .split_whitespace()
        .filter(|word| !could_be_a_serial(word))
        .collect();
    words.join(" ")
}

/// Five digits in a row, or a long word of hexadecimal digits of which some are figures.
fn could_be_a_serial(word: &str) -> bool {
    let mut run = 0;
    let long_run = word.chars().any(|sign| {
        run = if sign.is_ascii_digit() { run + 1 } else { 0 };
        run >= LONGEST_MODEL_NUMBER
    });
    let hexadecimal = word.len() >= LONG_WORD
        && word
            .chars()
            .all(|sign| sign.is_ascii_hexdigit() || ":-_".contains(sign))
        && word.chars().any(|sign| sign.is_ascii_digit());
    long_run || hexadecimal
}

/// Models have numbers of up to four digits: `ACR1281`, `GemPC 3700`.
const LONGEST_MODEL_NUMBER: u32 = 5;
const LONG_WORD: usize = 8;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reader_is_named_by_its_model_alone() {
        let rows = [
            ("Virtual PCD 00 00", "Virtual PCD 00 00"),
            (
                "bit4id miniLector EVO [CCID Interface] (21220411253900) 00 00",
                "bit4id miniLector EVO 00 00",
            ),
            (
                "ACS ACR1281 1S Dual Reader 00 01",
                "ACS ACR1281 1S Dual Reader 00 01",
            ),
            (
                "Identiv uTrust 3700 F CL Reader 0",
                "Identiv uTrust 3700 F CL Reader 0",
            ),
            ("Generic USB Reader 20120701 00", "Generic USB Reader 00"),
            ("Some Reader 9B3C0A1F 00", "Some Reader 00"),
            ("Some Reader SN:123456", "Some Reader"),
            ("Odd (one (inside) the other) 00", "Odd 00"),
            ("Unclosed (12345678 00", "Unclosed"),
        ];
        for (name, expected) in rows {
            assert_eq!(reader_model(name), expected, "{name}");
        }
    }

    #[test]
    fn the_system_is_named_as_it_names_itself() {
        let debian = "PRETTY_NAME=\"Debian GNU/Linux 12\"\nVERSION_ID=\"12\"\nID=debian\n";
        assert_eq!(distribution(debian).as_deref(), Some("debian 12"));
        assert_eq!(distribution("ID=arch\n").as_deref(), Some("arch"));
        assert_eq!(distribution(""), None);
    }
}
