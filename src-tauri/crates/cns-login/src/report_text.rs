//! The report on a card, as both faces show and write it.

use crate::surroundings::{reader_model, system};
use cns_card::{CardReport, ReportStep};
use cns_iso7816::ChannelError;

/// The report on the card in `reader` as a text: exactly what is shown before it is written, and exactly what is
/// written then. Of the reader only its model is told.
///
/// It goes to whoever looks after the driver, so its head is in both languages and the rest is names and figures.
pub fn report_text(report: &CardReport, reader: &str) -> String {
    let mut lines: Vec<String> = HEAD.iter().map(|line| (*line).to_owned()).collect();
    lines.push(format!("Sportello  {}", env!("CARGO_PKG_VERSION")));
    lines.push(format!("System     {}", system()));
    lines.push(format!("Reader     {}", reader_model(reader)));
    lines.push(format!("ATR        {}", hexadecimal(&report.atr)));
    lines.push(format!("Outcome    {}", report.outcome));
    lines.push(format!("Profile    {}", report.profile.as_deref().unwrap_or("-")));
    let mut heading = None;
    let mut told = None;
    for step in &report.steps {
        match step {
            ReportStep::Trying { what } => heading = Some(what),
            ReportStep::Apdu { .. } => {
                // A name under which nothing was asked, for it was known already, would explain nothing.
                if heading != told {
                    lines.extend(heading.map(|what| format!("\n{what}")));
                    told = heading;
                }
                lines.push(line(step));
            }
        }
    }
    lines.join("\n") + "\n"
}

fn line(step: &ReportStep) -> String {
    match step {
        ReportStep::Trying { what } => what.clone(),
        ReportStep::Apdu {
            command,
            header,
            sent,
            answer,
        } => {
            let answer = match answer {
                Ok((length, status)) => format!("{length:>5}  {status:04X}"),
                Err(error) => format!("    -  {}", in_one_word(*error)),
            };
            format!("  {}  {sent:>3} >{answer}  {command}", hexadecimal(header))
        }
    }
}

fn in_one_word(error: ChannelError) -> String {
    if let ChannelError::Transport { code } = error {
        format!("transport {code:#010x}")
    } else {
        error.to_string()
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    let pairs: Vec<String> = bytes.iter().map(|byte| format!("{byte:02X}")).collect();
    pairs.join(" ")
}

const HEAD: [&str; 7] = [
    "Resoconto su una carta. Non contiene dati personali: nessun nome, codice, numero di tessera o",
    "certificato. Solo i modelli del chip e del lettore, i comandi, le lunghezze e le risposte.",
    "",
    "Report on a card. It holds no personal data: no name, code, card number or certificate. Only the",
    "models of the chip and the reader, the commands, the lengths and the status words.",
    "",
    "(command header, bytes sent > bytes received, status word, name of the command)",
];

#[cfg(test)]
mod tests {
    use super::*;

    fn trying(what: &str) -> ReportStep {
        ReportStep::Trying {
            what: what.to_owned(),
        }
    }

    #[test]
    fn a_report_says_what_was_tried_and_what_came_back() {
        let report = CardReport {
            atr: vec![0x3B, 0x80, 0x01],
            outcome: "unknown".to_owned(),
            profile: None,
            steps: vec![
                trying("nothing-left-to-ask"),
                trying("classic"),
                ReportStep::Apdu {
                    command: "SELECT",
                    header: [0x00, 0xA4, 0x08, 0x00],
                    sent: 4,
                    answer: Ok((0, 0x6A82)),
                },
                trying("classic"),
                ReportStep::Apdu {
                    command: "READ BINARY",
                    header: [0x00, 0xB0, 0x00, 0x00],
                    sent: 0,
                    answer: Err(ChannelError::Removed),
                },
                trying("not-reached"),
            ],
        };
        let text = report_text(&report, "Virtual PCD (12345678) 00 00");
        let told = text.split_once("System ").unwrap().1.split_once('\n').unwrap().1;
        assert_eq!(
            told,
            "Reader     Virtual PCD 00 00\n\
             ATR        3B 80 01\n\
             Outcome    unknown\n\
             Profile    -\n\
             \nclassic\n\
             \x20 00 A4 08 00    4 >    0  6A82  SELECT\n\
             \x20 00 B0 00 00    0 >    -  the card was removed  READ BINARY\n"
        );
    }
}
