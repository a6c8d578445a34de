//! Where the product's programs are: beside the test binary, built by the same command.

use std::path::PathBuf;

/// A program of the product.
///
/// # Panics
/// When it was not built.
pub fn built(name: &str) -> PathBuf {
    let test = std::env::current_exe().expect("the test binary has a path");
    let path = test
        .parent()
        .and_then(|deps| deps.parent())
        .expect("a target folder")
        .join(name);
    assert!(
        path.is_file(),
        "{} is not built: use `cargo xtask test`",
        path.display()
    );
    path
}

/// The folder of the programs of other people that play a part, for Python.
///
/// # Panics
/// When they are not installed.
pub fn tools() -> PathBuf {
    installed("tools")
}

/// The folder of mitmproxy, for Python.
///
/// # Panics
/// When it is not installed.
pub fn intercept() -> PathBuf {
    installed("intercept")
}

fn installed(name: &str) -> PathBuf {
    let test = std::env::current_exe().expect("the test binary has a path");
    let folder = test
        .ancestors()
        .map(|folder| folder.join(name))
        .find(|folder| folder.join("installed.txt").is_file());
    folder.expect("`cargo xtask tools` has installed what plays other people's parts")
}
