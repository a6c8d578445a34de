//! One file per command; each gives a report or a named problem.

mod card;
mod check;
#[cfg(feature = "demo")]
mod demo;
mod get;
mod login;
mod logout;
mod readers;
mod sessions;
mod statement;

use crate::args::Command;
use crate::output::{Output, Report};
use cns_login::Problem;

/// Carries out one command.
pub(crate) async fn run(command: Command, output: &Output) -> Result<Report, Problem> {
    match command {
        Command::Readers => readers::run(output),
        Command::Card(args) => card::run(&args, output).await,
        Command::Check(args) => check::run(&args, output).await,
        Command::Get(args) => get::run(&args, output).await,
        Command::Login(args) => login::run(&args, output).await,
        Command::Sessions => sessions::run(output).await,
        Command::Logout(args) => logout::run(&args, output).await,
        Command::Statement(args) => statement::run(&args, output).await,
        #[cfg(feature = "demo")]
        Command::Demo => demo::run(output).await,
    }
}
