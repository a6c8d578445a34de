//! Starts programs and listens to them.

use crate::Failure;
use std::io::{BufRead, BufReader, Write as _};
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// Runs a program on this terminal to its end.
pub(crate) fn run(command: &mut Command) -> Result<(), Failure> {
    println!("$ {}", line(command));
    let status = command.status().map_err(|error| not_started(command, error))?;
    if status.success() {
        Ok(())
    } else {
        Err(Failure::Ended {
            command: line(command),
            status,
        })
    }
}

/// Runs a program to its end; its standard output is shown as it comes, and returned.
/// The second value says whether the program ended well.
pub(crate) fn tee(command: &mut Command) -> Result<(String, bool), Failure> {
    println!("$ {}", line(command));
    let mut child = command
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| not_started(command, error))?;
    let mut said = String::new();
    if let Some(stdout) = child.stdout.take() {
        for bytes in BufReader::new(stdout).split(b'\n').map_while(Result::ok) {
            let text = String::from_utf8_lossy(&bytes);
            println!("{text}");
            said.push_str(&text);
            said.push('\n');
        }
    }
    let status = child.wait().map_err(|error| not_started(command, error))?;
    Ok((said, status.success()))
}

/// Runs a program silently and returns its standard output.
pub(crate) fn output(command: &mut Command) -> Result<String, Failure> {
    let output = command
        .stdin(Stdio::null())
        .stderr(Stdio::piped())
        .output()
        .map_err(|error| not_started(command, error))?;
    if !output.status.success() {
        eprint!("{}", String::from_utf8_lossy(&output.stderr));
        return Err(Failure::Ended {
            command: line(command),
            status: output.status,
        });
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Runs a program that reads this on its standard input, and returns its standard output.
pub(crate) fn asked(command: &mut Command, read: &str) -> Result<String, Failure> {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| not_started(command, error))?;
    if let Some(mut stdin) = child.stdin.take() {
        stdin
            .write_all(read.as_bytes())
            .map_err(|error| not_started(command, error))?;
    }
    let output = child
        .wait_with_output()
        .map_err(|error| not_started(command, error))?;
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    if !output.status.success() {
        eprintln!("{said}");
        return Err(Failure::Ended {
            command: line(command),
            status: output.status,
        });
    }
    Ok(said)
}

/// Whether a program runs and ends well, silently.
pub(crate) fn succeeds(command: &mut Command) -> bool {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// Where a program is, when the search path knows it.
pub(crate) fn find(program: &str) -> Option<PathBuf> {
    let folders = std::env::var_os("PATH")?;
    let names = [
        program.to_owned(),
        format!("{program}.exe"),
        format!("{program}.cmd"),
    ];
    std::env::split_paths(&folders)
        .chain(SYSTEM_FOLDERS.iter().map(PathBuf::from))
        .flat_map(|folder| {
            names
                .iter()
                .map(move |name| folder.join(name))
                .collect::<Vec<_>>()
        })
        .find(|path| path.is_file())
}

fn line(command: &Command) -> String {
    let program = command.get_program().to_string_lossy();
    let program = program.rsplit('/').next().unwrap_or_default().to_owned();
    let words = command.get_args().map(|word| word.to_string_lossy().into_owned());
    std::iter::once(program)
        .chain(words)
        .collect::<Vec<_>>()
        .join(" ")
}

fn not_started(command: &Command, error: std::io::Error) -> Failure {
    Failure::NotStarted {
        program: command.get_program().to_string_lossy().into_owned(),
        error,
    }
}

/// Debian keeps daemons where a plain user's search path does not look.
const SYSTEM_FOLDERS: &[&str] = &["/usr/sbin", "/sbin"];
