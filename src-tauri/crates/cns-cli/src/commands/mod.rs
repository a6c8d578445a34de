//! One file per command; each gives a report or a named problem.

mod applications;
pub(crate) mod card;
mod check;
#[cfg(feature = "demo")]
mod demo;
mod follow;
mod get;
mod login;
mod logout;
mod pin;
mod pin_portal;
mod portal;
mod readers;
mod report;
mod services;
mod sessions;
mod statement;
mod web_login;

use crate::args::{Args, Command};
use crate::output::{Failed, Output, Report};
use crate::proxy;
use cns_login::card_profiles_of;

/// Carries out one command.
pub(crate) async fn run(args: Args, output: &Output) -> Result<Report, Failed> {
    // Before anything else, so that a table with a mistake in it is noticed also where no card is in place.
    let profiles = card_profiles_of(args.card_profiles.as_deref())?;
    proxy::choose(&args.proxy, output)?;
    portal::read_first(args.command.portal(), args.profile_read, output)?;
    match args.command {
        Command::Readers(args) => readers::run(&args, profiles, output).await,
        Command::Card(args) => card::run(&args, profiles, output).await,
        Command::Check(args) => check::run(&args, profiles, output).await,
        Command::Get(args) => get::run(&args, profiles, output).await,
        Command::Login(args) if args.with_pin => pin_portal::log_in::run(&args, output).await,
        Command::Login(args) => login::run(&args, profiles, output).await,
        Command::Portal(args) => portal::run(&args, profiles, output).await,
        Command::Pin(args) => pin::run(&args, profiles, output).await,
        Command::Report(args) => report::run(&args, profiles, output).await,
        Command::PinPortal(args) => pin_portal::run(&args, output).await,
        Command::Services(args) => Ok(services::run(&args, output).await?),
        Command::Applications(args) => Ok(applications::run(&args, output).await?),
        Command::Sessions => Ok(sessions::run(output).await?),
        Command::Logout(args) => Ok(logout::run(&args, output).await?),
        Command::Statement(args) => Ok(statement::run(&args, output).await?),
        #[cfg(feature = "demo")]
        Command::Demo => Ok(demo::run(output).await?),
    }
}
