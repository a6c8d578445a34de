//! `contract [--check]`: writes the TypeScript types of the page's contract, or only says whether they are fresh.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::{env, fs, io};

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let outcome = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => write(),
        ["--check"] => check(),
        _ => Err(io::Error::new(
            io::ErrorKind::InvalidInput,
            "usage: contract [--check]",
        )),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("contract: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Writes every file, and removes those of types that are gone.
fn write() -> io::Result<()> {
    let fresh = cns_contract::typescript_files().map_err(io::Error::other)?;
    fs::create_dir_all(folder())?;
    for entry in fs::read_dir(folder())? {
        let entry = entry?;
        if !fresh.contains_key(&entry.file_name().to_string_lossy().into_owned()) {
            fs::remove_file(entry.path())?;
        }
    }
    for (name, text) in fresh {
        fs::write(folder().join(name), text)?;
    }
    Ok(())
}

/// Compares every file with what would be written.
fn check() -> io::Result<()> {
    for (name, text) in cns_contract::typescript_files().map_err(io::Error::other)? {
        if fs::read_to_string(folder().join(&name)).ok().as_deref() != Some(text.as_str()) {
            return Err(io::Error::other(format!(
                "`{name}` is not fresh: run `cargo xtask contract`"
            )));
        }
    }
    Ok(())
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../ui/src/contract")
}
