//! The reference portal as a program.

mod commands;

use clap::{Parser, Subcommand};
use cns_portal::doctor;
use cns_trust::Clock as _;
use commands::audit::{Audit, AuditFailure};
use std::error::Error as _;
use std::io::{IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use tracing_subscriber::EnvFilter;
use zeroize::Zeroizing;

/// Reference portal: the way in with a CNS, and a reserved area of invented people.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serve until SIGINT or SIGTERM.
    Serve {
        /// The configuration file; `cns-portal sample-config` prints one.
        #[arg(long, value_name = "FILE")]
        config: PathBuf,
    },
    /// Look whether the configuration is safe; `serve` does so before it starts.
    Doctor {
        /// The configuration file.
        #[arg(long, value_name = "FILE")]
        config: PathBuf,
        /// Print the findings as JSON.
        #[arg(long)]
        json: bool,
    },
    /// Look after the audit.
    #[command(subcommand)]
    Audit(Audit),
    /// Copy the SQLite database into a new file, while the portal serves.
    Backup {
        /// The configuration file.
        #[arg(long, value_name = "FILE")]
        config: PathBuf,
        /// The file to make.
        copy: PathBuf,
    },
    /// Write invented people into the database.
    Seed {
        /// The configuration file.
        #[arg(long, value_name = "FILE")]
        config: PathBuf,
        /// How many, besides those of the examples; the first so many are always the same.
        #[arg(long, value_name = "NUMBER")]
        citizens: u32,
    },
    /// Open, change or end the account of one of the body's own people.
    Operator {
        #[command(subcommand)]
        what: OperatorCommand,
    },
    /// Make a folder with the four keys that the configuration names.
    MakeKeys {
        /// The folder; keys that are there already stay.
        folder: PathBuf,
    },
    /// Print a configuration file with every key, its default and what it means.
    SampleConfig,
}

#[derive(Subcommand)]
enum OperatorCommand {
    /// Open an account, or give it another password: typed twice at a terminal, or one line of standard input.
    Add {
        /// The configuration file.
        #[arg(long, value_name = "FILE")]
        config: PathBuf,
        /// The name to log in with: small letters, digits, `.`, `-`, `_`.
        name: String,
    },
    /// End an account and its sessions.
    Remove {
        /// The configuration file.
        #[arg(long, value_name = "FILE")]
        config: PathBuf,
        /// The name.
        name: String,
    },
}

fn main() -> ExitCode {
    let outcome = match Arguments::parse().command {
        Command::SampleConfig => return sample_config(),
        Command::Serve { config } => serve(&config),
        Command::Doctor { config, json } => doctor(&config, json),
        Command::Audit(audit) => commands::audit::run(&audit).map_err(Failure::from),
        Command::Backup { config, copy } => backup(&config, &copy),
        Command::Seed { config, citizens } => seed(&config, citizens),
        Command::Operator { what } => operator(&what),
        Command::MakeKeys { folder } => make_keys(&folder),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            tell(&failure);
            ExitCode::FAILURE
        }
    }
}

fn sample_config() -> ExitCode {
    match std::io::stdout().write_all(cns_portal::SAMPLE_CONFIG.as_bytes()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

/// Prints each finding; fails when the portal would not start.
fn doctor(config: &Path, json: bool) -> Result<(), Failure> {
    let config = cns_portal::read_config(config).map_err(cns_portal::PortalError::from)?;
    let findings = doctor::examine(&config);
    let mut text = String::new();
    if json {
        text = serde_json::to_string_pretty(&findings).unwrap_or_default() + "\n";
    } else {
        for finding in &findings {
            text.push_str(&format!("{finding}\n"));
        }
    }
    std::io::stdout()
        .write_all(text.as_bytes())
        .map_err(Failure::Output)?;
    safe(&findings)
}

fn backup(config: &Path, copy: &Path) -> Result<(), Failure> {
    let config = cns_portal::read_config(config).map_err(cns_portal::PortalError::from)?;
    let runtime = tokio::runtime::Runtime::new().map_err(Failure::Runtime)?;
    Ok(runtime.block_on(cns_portal::backup(&config.database, copy))?)
}

fn seed(config: &Path, citizens: u32) -> Result<(), Failure> {
    let config = cns_portal::read_config(config).map_err(cns_portal::PortalError::from)?;
    let runtime = tokio::runtime::Runtime::new().map_err(Failure::Runtime)?;
    Ok(runtime.block_on(cns_portal::seed(
        &config.database,
        citizens,
        cns_trust::SystemClock.now(),
    ))?)
}

fn operator(what: &OperatorCommand) -> Result<(), Failure> {
    let (OperatorCommand::Add { config, name } | OperatorCommand::Remove { config, name }) = what;
    let config = cns_portal::read_config(config).map_err(cns_portal::PortalError::from)?;
    let runtime = tokio::runtime::Runtime::new().map_err(Failure::Runtime)?;
    match what {
        OperatorCommand::Add { .. } => {
            let password = new_password()?;
            let adding = cns_portal::add_operator(&config, &cns_trust::SystemClock, name, &password);
            Ok(runtime.block_on(adding)?)
        }
        OperatorCommand::Remove { .. } => {
            if runtime.block_on(cns_portal::remove_operator(&config, name))? {
                Ok(())
            } else {
                Err(Failure::NoSuchOperator)
            }
        }
    }
}

/// A password, without showing it. It is in no argument: those are seen by every process.
fn new_password() -> Result<Zeroizing<String>, Failure> {
    if !std::io::stdin().is_terminal() {
        let mut line = Zeroizing::new(String::new());
        std::io::stdin().read_line(&mut line).map_err(Failure::Password)?;
        return Ok(Zeroizing::new(line.trim_end_matches(['\r', '\n']).to_owned()));
    }
    let ask = |prompt| {
        rpassword::prompt_password(prompt)
            .map(Zeroizing::new)
            .map_err(Failure::Password)
    };
    let (one, other) = (ask("Password: ")?, ask("Once more: ")?);
    if one == other {
        Ok(one)
    } else {
        Err(Failure::TwoPasswords)
    }
}

fn safe(findings: &[doctor::Finding]) -> Result<(), Failure> {
    match findings
        .iter()
        .filter(|finding| finding.weight == doctor::Weight::Unsafe)
        .count()
    {
        0 => Ok(()),
        count => Err(Failure::Unsafe(count)),
    }
}

fn make_keys(folder: &Path) -> Result<(), Failure> {
    cns_portal::KeyFiles::make(folder).map_err(cns_portal::PortalError::from)?;
    Ok(())
}

fn serve(config: &Path) -> Result<(), Failure> {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(false)
        .init();

    let config = cns_portal::read_config(config).map_err(cns_portal::PortalError::from)?;
    let findings = doctor::examine(&config);
    for finding in &findings {
        tracing::warn!(target: "portal", code = finding.code, "{finding}");
    }
    safe(&findings)?;
    let runtime = tokio::runtime::Runtime::new().map_err(Failure::Runtime)?;
    runtime.block_on(async {
        let end = end_of_service().map_err(Failure::Signals)?;
        let running = cns_portal::start(config, Arc::new(cns_trust::SystemClock)).await?;
        end.await;
        tracing::info!(target: "portal", "stopping");
        running.stop().await;
        tracing::info!(target: "portal", "stopped");
        Ok(())
    })
}

/// Ends at SIGINT or SIGTERM. The handlers stand before the portal is ready, so that no signal finds it without them.
#[cfg(unix)]
fn end_of_service() -> std::io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

/// Ends at Ctrl-C.
#[cfg(not(unix))]
fn end_of_service() -> std::io::Result<impl Future<Output = ()>> {
    Ok(async {
        if let Err(error) = tokio::signal::ctrl_c().await {
            tracing::warn!(target: "portal", %error, "Ctrl-C cannot be heard");
        }
    })
}

/// Why the program ends without having served.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error(transparent)]
    Audit(#[from] AuditFailure),
    #[error(transparent)]
    Portal(#[from] cns_portal::PortalError),
    #[error("{0} findings make it unsafe to start; `cns-portal doctor` says which")]
    Unsafe(usize),
    #[error("standard output cannot be written")]
    Output(#[source] std::io::Error),
    #[error("the password cannot be read")]
    Password(#[source] std::io::Error),
    #[error("the two passwords differ")]
    TwoPasswords,
    #[error("there is no such operator")]
    NoSuchOperator,
    #[error("the async runtime cannot start")]
    Runtime(#[source] std::io::Error),
    #[error("signals cannot be heard")]
    Signals(#[source] std::io::Error),
}

/// One line on standard error: what happened, then each cause.
fn tell(failure: &Failure) {
    let mut line = format!("cns-portal: {failure}");
    let mut cause = failure.source();
    while let Some(error) = cause {
        line.push_str(&format!(": {error}"));
        cause = error.source();
    }
    line.push('\n');
    // There is nobody left to tell when standard error is closed.
    std::io::stderr().write_all(line.as_bytes()).unwrap_or_default();
}
