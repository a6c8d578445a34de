//! A report on a card, a reminder of its end, a print of the portal's: asked for, shown, and written only when the person says so.

use cns_login::{Problem, ProblemCode, write_new};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use time::OffsetDateTime;

/// What is written.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Paper {
    /// A report.
    Report,
    /// A reminder for a calendar.
    Reminder,
    /// A document that the portal made.
    Print,
}

/// Writes the paper into a new file of this folder and says which; what is there is never written over.
///
/// # Errors
/// `report_not_written` with the path.
pub(crate) fn save(
    paper: Paper,
    content: impl AsRef<[u8]>,
    folder: &Path,
    now: OffsetDateTime,
) -> Result<PathBuf, Problem> {
    let mut path = PathBuf::new();
    for number in 1..=FILES_A_DAY {
        path = folder.join(file_name(paper, now, number));
        match write_new(&path, content.as_ref()) {
            Ok(()) => return Ok(path),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            Err(error) => {
                tracing::warn!(%error, "the file could not be written");
                break;
            }
        }
    }
    Err(Problem::new(ProblemCode::ReportNotWritten).with("path", path.display().to_string()))
}

fn file_name(paper: Paper, now: OffsetDateTime, number: u32) -> String {
    let day = now.date();
    let (name, kind) = match paper {
        Paper::Report => ("resoconto", "txt"),
        Paper::Reminder => ("promemoria", "ics"),
        Paper::Print => ("stampa", "pdf"),
    };
    match number {
        1 => format!("sportello-{name}-{day}.{kind}"),
        _ => format!("sportello-{name}-{day}-{number}.{kind}"),
    }
}

/// Who saves more reports on one day has another problem.
const FILES_A_DAY: u32 = 100;

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::datetime;

    #[test]
    fn a_report_never_takes_the_place_of_a_file() {
        let folder = tempfile::tempdir().unwrap();
        let now = datetime!(2026-11-22 12:00 UTC);
        let first = save(Paper::Report, "one", folder.path(), now).unwrap();
        let second = save(Paper::Report, "two", folder.path(), now).unwrap();
        assert_eq!(first, folder.path().join("sportello-resoconto-2026-11-22.txt"));
        assert_eq!(second, folder.path().join("sportello-resoconto-2026-11-22-2.txt"));
        assert_eq!(std::fs::read_to_string(first).unwrap(), "one");
        assert_eq!(std::fs::read_to_string(second).unwrap(), "two");
    }

    #[test]
    fn a_folder_that_is_not_there_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let problem = save(
            Paper::Report,
            "one",
            &folder.path().join("gone"),
            datetime!(2026-11-22 12:00 UTC),
        )
        .unwrap_err();
        assert_eq!(problem.code, ProblemCode::ReportNotWritten);
        assert!(problem.what(cns_login::Language::It).contains("gone"));
    }
}
