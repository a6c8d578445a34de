//! The files that a person names: a table of cards, a form or a page to read, a report to write.

use crate::{Problem, ProblemCode};
use cns_card::CardProfiles;
use std::fs::File;
use std::io::{self, Read, Write};
use std::path::Path;

/// The kinds of cards: those of `file` first, then those of the program.
///
/// # Errors
/// `card_profiles_unusable` (`{path}`, `{line}`, `{reason}`).
pub fn card_profiles_of(file: Option<&Path>) -> Result<CardProfiles, Problem> {
    let built_in = CardProfiles::built_in();
    let Some(path) = file else { return Ok(built_in) };
    let at = |problem: Problem| problem.with("path", path.display().to_string());
    let table = read_text(path).map_err(|error| {
        tracing::debug!(%error, "the card profiles cannot be read");
        at(ProblemCode::CardProfilesUnusable.into())
    })?;
    built_in.with(&table).map_err(|error| at(error.into()))
}

/// A form that a person filled in, from a TOML file.
///
/// # Errors
/// `file_unusable` (`{path}`) when it cannot be read, `request_incomplete` (`{field}`) when it is not what the form asks.
pub fn read_form(path: &Path) -> Result<serde_json::Map<String, serde_json::Value>, Problem> {
    let text = read_text(path).map_err(|error| {
        tracing::debug!(%error, "the form cannot be read");
        Problem::new(ProblemCode::FileUnusable).with("path", path.display().to_string())
    })?;
    let table: toml::Table = toml::from_str(&text).map_err(|error: toml::de::Error| {
        // The whole message would quote the line, and with it the person.
        Problem::new(ProblemCode::RequestIncomplete).with("field", error.message())
    })?;
    Ok(table
        .into_iter()
        .map(|(key, value)| (key, in_json(value)))
        .collect())
}

/// The same value in JSON; a day is its text, with or without quotes.
fn in_json(value: toml::Value) -> serde_json::Value {
    match value {
        toml::Value::String(text) => text.into(),
        toml::Value::Integer(number) => number.into(),
        toml::Value::Float(number) => number.into(),
        toml::Value::Boolean(yes) => yes.into(),
        toml::Value::Datetime(day) => day.to_string().into(),
        toml::Value::Array(items) => items.into_iter().map(in_json).collect(),
        toml::Value::Table(table) => {
            let pairs = table.into_iter().map(|(key, value)| (key, in_json(value)));
            serde_json::Value::Object(pairs.collect())
        }
    }
}

/// A page that a person wants to send.
///
/// # Errors
/// `file_unusable` (`{path}`) when it cannot be read, `document_too_large` when no portal would take it.
pub fn read_page(path: &Path) -> Result<Vec<u8>, Problem> {
    let unusable = || Problem::new(ProblemCode::FileUnusable).with("path", path.display().to_string());
    let mut page = Vec::new();
    File::open(path)
        .and_then(|file| file.take(LARGEST_PAGE + 1).read_to_end(&mut page))
        .map_err(|_| unusable())?;
    match u64::try_from(page.len()) {
        Ok(length) if length <= LARGEST_PAGE => Ok(page),
        _ => Err(ProblemCode::DocumentTooLarge.into()),
    }
}

/// Reads no more than the largest table: what has no end, such as a device, is not waited for.
fn read_text(path: &Path) -> io::Result<String> {
    let mut text = String::new();
    File::open(path)?
        .take(LARGEST_TABLE + 1)
        .read_to_string(&mut text)?;
    if u64::try_from(text.len()).is_ok_and(|length| length <= LARGEST_TABLE) {
        Ok(text)
    } else {
        Err(io::ErrorKind::FileTooLarge.into())
    }
}

/// Writes a file that was not there before. One that exists is left as it is, and one that cannot be written to its end
/// is taken away again.
///
/// # Errors
/// Those of the file system; `AlreadyExists` where there was one.
pub fn write_new(path: &Path, content: impl AsRef<[u8]>) -> io::Result<()> {
    fill_new(path, |file| {
        file.write_all(content.as_ref())?;
        file.sync_all()
    })
}

fn fill_new(path: &Path, fill: impl FnOnce(&mut File) -> io::Result<()>) -> io::Result<()> {
    let mut file = File::create_new(path)?;
    fill(&mut file).inspect_err(|_| {
        drop(file);
        if let Err(error) = std::fs::remove_file(path) {
            tracing::warn!(%error, "a file that was begun could not be taken away");
        }
    })
}

/// Far more than any table of cards.
const LARGEST_TABLE: u64 = 1 << 20;
/// What the portal takes a side, in its API.
const LARGEST_PAGE: u64 = 5 << 20;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_cannot_be_written_to_its_end_leaves_nothing_behind() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("report.txt");
        let full = fill_new(&path, |file| {
            file.write_all(b"half")?;
            Err(io::ErrorKind::StorageFull.into())
        });
        assert_eq!(full.unwrap_err().kind(), io::ErrorKind::StorageFull);
        assert!(!path.exists());

        write_new(&path, "whole").unwrap();
        let again = write_new(&path, "other").unwrap_err();
        assert_eq!(again.kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "whole");
    }

    #[test]
    fn a_table_that_cannot_be_used_is_named_with_its_place() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("cards.toml");
        let check = |content: &str, line: Option<&str>| {
            std::fs::write(&path, content).unwrap();
            let problem = card_profiles_of(Some(&path)).unwrap_err();
            assert_eq!(problem.code, ProblemCode::CardProfilesUnusable);
            assert_eq!(problem.fact("path"), path.to_str());
            assert_eq!(problem.fact("line"), line);
        };
        check("# fine\n[[profile]\n", Some("2"));
        check(&"# far too much of it\n".repeat(60_000), None);
        std::fs::remove_file(&path).unwrap();
        assert!(card_profiles_of(Some(&path)).is_err());
        assert!(card_profiles_of(None).is_ok());
        // A device without an end: its first bytes are already too many.
        #[cfg(unix)]
        assert!(card_profiles_of(Some(Path::new("/dev/zero"))).is_err());
    }
}
