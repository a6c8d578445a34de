//! What may be said on the command line. No secret ever is.

use clap::{Parser, ValueEnum};
use cns_tls::{AllowedHosts, NotAHost};
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
    /// Say that you have read the profile that is named by its file: it is not shown first
    #[arg(long)]
    pub(crate) profile_read: bool,
    /// Go out through this proxy, such as http://proxy.example:3128, or directly; without it, as the computer is set
    #[arg(long, value_name = "URL|system|direct")]
    pub(crate) proxy: Option<String>,
    /// A PEM file, or a folder of them, with the authorities that may sign a citizen's certificate
    #[arg(long, value_name = "PATH")]
    pub(crate) trust_roots: Vec<PathBuf>,
    /// The official list of the authorities: a file, an address, or `off`. Without it the official address is asked,
    /// unless --trust-roots names authorities
    #[arg(long, value_name = "FILE|URL|off")]
    pub(crate) trust_list: Vec<String>,
    /// How to ask whether a certificate was revoked: `off`, or which of `ocsp` and `crl`, all of which are asked then.
    /// Without it: ocsp, and crl where that gives no answer
    #[arg(long, value_enum, value_name = "off|ocsp,crl", value_delimiter = ',')]
    pub(crate) revocation: Vec<Revocation>,
    /// A host of this computer or of a private network that a certificate's addresses may lead to
    #[arg(long, value_name = "HOST", value_parser = host)]
    pub(crate) allow_host: Vec<String>,
    /// Asks nobody but the portal: neither whether a certificate was revoked nor for the official list
    #[arg(long)]
    pub(crate) offline: bool,
    /// A TOML file with card profiles that come before those of the program
    #[arg(long, value_name = "FILE")]
    pub(crate) card_profiles: Option<PathBuf>,
    /// Ask the card how many tries are left, where its kind is known not to count the question as a wrong PIN
    #[arg(long)]
    pub(crate) ask_tries: bool,
}

/// A way to ask whether a certificate was revoked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Revocation {
    /// Nobody is asked.
    Off,
    /// By OCSP.
    Ocsp,
    /// By revocation list.
    Crl,
}

/// A host, as the word says it.
fn host(word: &str) -> Result<String, NotAHost> {
    AllowedHosts::parse([word]).map(|_| word.to_owned())
}

/// The reference portal.
const DEFAULT_PORTAL: &str = "riferimento";
