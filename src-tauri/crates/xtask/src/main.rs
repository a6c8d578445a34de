//! The project's own commands: `cargo xtask COMMAND`. One file per command.

#![expect(
    clippy::print_stdout,
    reason = "a command for developers speaks on standard output"
)]

mod api;
mod bench;
mod contract;
mod count;
mod failure;
mod fuzz;
mod python;
mod repository;
mod run;
mod setup;
mod shell;
mod test;
mod tidy;
mod ui;

use failure::Failure;
use std::process::ExitCode;

const USAGE: &str = "\
usage: cargo xtask COMMAND

  run [--release]        sets everything up and opens the window; plays the demo in the terminal without a display
  test [PART...]         sets everything up and runs every test, or only the named parts:
                         ui, fmt, clippy, cargo, api, or `journeys [NAME]`
  tidy                   holds the repository to its own rules
  contract [--check]     writes the TypeScript types of the contract, or only checks that they are fresh
  vectors                fetches the certificates of other people that the tests read; `test` does so too
  tools                  fetches the programs of other people that play a part in tests; `test` does so too
  fuzz [SECONDS]         runs each fuzz target for that long (60)
  bench start            time to first paint and to the holder's name, and memory, beside AusweisApp2
  bench apdu             commands that the card sees, beside OpenSC
  bench card             commands, bytes and seconds of every kind of CNS, beside OpenSC; fails when its goal is missed
  bench login            from the PIN to the area, commands and requests, beside curl with OpenSC's module; fails when slower
  bench trust            a certificate, the official list and a long CRL: time and memory, beside OpenSSL; fails when a goal
                         is missed
  bench portal           log-ins, reads, handshakes beside nginx, memory, a million citizens; fails when time grows with them
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let outcome = match words.split_first() {
        Some((&"run", rest)) => run::run(rest),
        Some((&"test", rest)) => test::test(rest),
        Some((&"tidy", [])) => tidy::tidy(),
        Some((&"contract", rest)) => contract::contract(rest),
        Some((&"vectors", [])) => python::vectors(),
        Some((&"tools", [])) => python::tools(),
        Some((&"fuzz", rest)) => fuzz::fuzz(rest),
        Some((&"bench", rest)) => bench::bench(rest),
        Some((&("help" | "--help" | "-h"), _)) => {
            print!("{USAGE}");
            Ok(())
        }
        _ => Err(Failure::Usage),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure::Usage) => {
            eprint!("{USAGE}");
            ExitCode::from(2)
        }
        // Said already, by the line that counts.
        Err(Failure::Tests) => ExitCode::FAILURE,
        Err(failure) => {
            eprintln!("xtask: {failure}");
            ExitCode::FAILURE
        }
    }
}
