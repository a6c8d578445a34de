//! Every way in which a command can fail.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitStatus;

/// Why a command stopped.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The command line makes no sense.
    Usage,
    /// A program could not be started.
    NotStarted { program: String, error: io::Error },
    /// A program ended badly.
    Ended { command: String, status: ExitStatus },
    /// A file or folder could not be used.
    File { path: PathBuf, error: io::Error },
    /// A program said something that cannot be understood.
    Unreadable { source: String },
    /// Something that only the person can install is missing; the lines say what to type.
    Missing { what: String, line: String },
    /// Rules of the repository are broken, one line each.
    Untidy { findings: Vec<String> },
    /// Some tests failed; how many was said when they were counted.
    Tests,
}

impl Failure {
    /// An error on this path.
    pub(crate) fn file(path: &Path) -> impl FnOnce(io::Error) -> Self + use<> {
        let path = path.to_owned();
        move |error| Self::File { path, error }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Usage => write!(f, "wrong usage"),
            Self::NotStarted { program, error } => write!(f, "cannot start `{program}`: {error}"),
            Self::Ended { command, status } => write!(f, "`{command}` ended with {status}"),
            Self::File { path, error } => write!(f, "{}: {error}", path.display()),
            Self::Unreadable { source } => write!(f, "the answer of {source} cannot be understood"),
            Self::Missing { what, line } => write!(f, "{what}\n\n    {line}\n"),
            Self::Untidy { findings } => {
                for finding in findings {
                    writeln!(f, "{finding}")?;
                }
                write!(f, "{} to put right", findings.len())
            }
            Self::Tests => write!(f, "tests failed"),
        }
    }
}
