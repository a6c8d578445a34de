//! `cns`, the terminal face of Sportello: the same core as the window, for scripts, help desks and tests.
//!
//! It decides nothing of its own. It reads what was asked, calls the core, and prints: for people by default, one
//! JSON object with `--json`. Exit 0 is done, 1 a named problem, 2 wrong usage.

mod args;
mod choice;
mod commands;
mod output;
mod paper;
mod pin;
mod place;
mod proxy;
mod trust;
mod typing;
mod verdict;

use clap::Parser;
use std::process::ExitCode;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::LevelFilter;

fn main() -> ExitCode {
    // Standard error is for the person; who wants the log asks for it with RUST_LOG.
    let silent_unless_asked = EnvFilter::builder()
        .with_default_directive(LevelFilter::OFF.into())
        .from_env_lossy();
    tracing_subscriber::fmt()
        .with_env_filter(silent_unless_asked)
        .with_ansi(false)
        .with_writer(std::io::stderr)
        .init();
    let args = args::Args::parse();
    let output = output::Output::new(args.json, args.language());
    let runtime = match tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => {
            tracing::error!(%error, "the async runtime did not start");
            return ExitCode::FAILURE;
        }
    };
    let ended = runtime.block_on(commands::run(args, &output));
    // A reader that blocks in the system's service must not keep the program alive.
    runtime.shutdown_background();
    output.finish(ended)
}
