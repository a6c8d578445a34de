//! `cns-portal audit verify`.

use clap::Subcommand;
use cns_portal::PortalError;
use cns_portal::audit::{self, AuditHead, Broken, Chain};
use std::io::Write as _;
use std::path::PathBuf;

/// What is done with the audit.
#[derive(Subcommand)]
pub(crate) enum Audit {
    /// Look whether every entry of the audit is linked to the one before, while the portal serves or not.
    Verify {
        /// The configuration file.
        #[arg(long, value_name = "FILE")]
        config: PathBuf,
        /// What an earlier run printed: says whether the end was cut off since.
        #[arg(long, value_name = "NUMBER:LINK")]
        expect: Option<String>,
    },
}

/// Why the audit is not believed, or could not be read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum AuditFailure {
    #[error(transparent)]
    Portal(#[from] PortalError),
    #[error("the audit is broken at entry {at}: {why}", at = .0.at, why = .0.why)]
    Broken(Broken),
    #[error("the async runtime cannot start")]
    Runtime(#[source] std::io::Error),
    #[error("standard output cannot be written")]
    Output(#[source] std::io::Error),
}

/// Prints the number of entries and the last link, to be written down elsewhere. Fails where the chain is broken.
pub(crate) fn run(Audit::Verify { config, expect }: &Audit) -> Result<(), AuditFailure> {
    let expected: Option<AuditHead> = expect.as_deref().map(str::parse).transpose()?;
    let config = cns_portal::read_config(config).map_err(PortalError::from)?;
    let runtime = tokio::runtime::Runtime::new().map_err(AuditFailure::Runtime)?;
    let verify = audit::verify(&config.database, &config.settings.keys, expected.as_ref());
    match runtime.block_on(verify)? {
        Chain::Whole(head) => std::io::stdout()
            .write_all(format!("{head}\n").as_bytes())
            .map_err(AuditFailure::Output),
        Chain::Broken(broken) => Err(AuditFailure::Broken(broken)),
    }
}
