//! `cargo xtask contract`: the TypeScript types of what crosses to the web side.

use crate::{Failure, repository, shell};

/// Writes the types, or only checks that those in the repository are fresh; `cargo xtask test` checks it as well,
/// by a test of the contract's own crate.
pub(crate) fn contract(arguments: &[&str]) -> Result<(), Failure> {
    let check = match arguments {
        [] => false,
        ["--check"] => true,
        _ => return Err(Failure::Usage),
    };
    let mut cargo = repository::cargo();
    cargo.args([
        "run",
        "--quiet",
        "--package",
        "cns-contract",
        "--bin",
        "contract",
        "--",
    ]);
    cargo.args(check.then_some("--check"));
    shell::run(&mut cargo)
}
