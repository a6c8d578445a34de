//! What may be said on the command line. No secret ever is.

use clap::Parser;
use std::path::PathBuf;

/// Put the tessera in the reader, type its PIN, and be inside the portal's reserved area.
#[derive(Clone, Debug, Parser)]
#[command(name = "sportello", version)]
pub(crate) struct Arguments {
    /// The portal: the name of a shipped profile, or the path of a profile file
    #[arg(long, value_name = "NAME|FILE", default_value = DEFAULT_PORTAL)]
    pub(crate) portal: String,
    /// A PEM file that vouches for the portal's servers, in place of the profile's own
    #[arg(long, value_name = "FILE")]
    pub(crate) server_ca: Option<PathBuf>,
    /// A PEM file, or a folder of them, with the authorities that may sign a citizen's certificate
    #[arg(long, value_name = "PATH")]
    pub(crate) trust_roots: Vec<PathBuf>,
    /// A TOML file with card profiles that come before those of the program
    #[arg(long, value_name = "FILE")]
    pub(crate) card_profiles: Option<PathBuf>,
    /// Ask the card how many tries are left, where its kind is known not to count the question as a wrong PIN
    #[arg(long)]
    pub(crate) ask_tries: bool,
}

/// The reference portal.
const DEFAULT_PORTAL: &str = "riferimento";
