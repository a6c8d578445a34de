//! What can be typed after `cns`. Secrets never are: they come from standard input or a prompt.

use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};
use cns_login::Language;
use std::path::PathBuf;
use url::Url;

/// Tessera sanitaria (TS-CNS) from the terminal: read it, check it, log in with it.
#[derive(Debug, Parser)]
#[command(name = "cns", version, about, max_term_width = 100)]
pub(crate) struct Args {
    /// Print one JSON object on standard output, and nothing else there
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// Language of the texts; without it the system's, and Italian where it is neither
    #[arg(long, global = true, value_enum)]
    language: Option<LanguageArg>,
    #[command(subcommand)]
    pub(crate) command: Command,
}

impl Args {
    /// The language asked for, or the system's.
    pub(crate) fn language(&self) -> Language {
        match self.language {
            Some(LanguageArg::It) => Language::It,
            Some(LanguageArg::En) => Language::En,
            None => system_language(),
        }
    }
}

fn system_language() -> Language {
    let set = ["LC_ALL", "LC_MESSAGES", "LANG"]
        .into_iter()
        .find_map(|name| std::env::var(name).ok());
    match set {
        Some(locale) if locale.starts_with("en") => Language::En,
        _ => Language::It,
    }
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum LanguageArg {
    It,
    En,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// List the readers and what is in them
    Readers,
    /// Read the card: whose it is, until when, its certificate
    Card(Card),
    /// Check the certificate and say what was found
    Check(Check),
    /// Open an https address with the card, without judging the certificate first
    Get(Get),
    /// Log in to a portal with the card
    Login(Login),
    /// List the sessions that are kept
    Sessions,
    /// End sessions: on the portal, in the keyring, and every connection
    Logout(OneSession),
    /// Show the estratto conto contributivo of an open session
    Statement(OneSession),
    /// Play the whole journey with an example card and portal, no hardware needed
    #[cfg(feature = "demo")]
    Demo,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Card {
    /// The reader's name, as `cns readers` prints it
    #[arg(long, value_name = "NAME")]
    pub(crate) reader: Option<String>,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Check {
    /// The reader's name, as `cns readers` prints it
    #[arg(long, value_name = "NAME", conflicts_with = "cert")]
    pub(crate) reader: Option<String>,
    /// Check this certificate (PEM or DER) and use no card
    #[arg(long, value_name = "FILE")]
    pub(crate) cert: Option<PathBuf>,
    /// Trusted roots: a PEM file or a folder of them; may be given several times
    #[arg(long, value_name = "PATH")]
    pub(crate) trust_roots: Vec<PathBuf>,
    /// Check as of this instant, such as 2026-11-22T10:00:00Z
    #[arg(long, value_name = "RFC3339")]
    pub(crate) at: Option<String>,
    /// Ask nothing over the network
    #[arg(long)]
    pub(crate) offline: bool,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Get {
    /// An https address
    pub(crate) url: Url,
    /// PEM file of the only authorities that may vouch for the server
    #[arg(long, value_name = "FILE")]
    pub(crate) server_ca: Option<PathBuf>,
    /// Speak only this version of TLS
    #[arg(long, value_enum, value_name = "VERSION")]
    pub(crate) tls: Option<TlsVersion>,
    #[command(flatten)]
    pub(crate) pin: PinSource,
    /// The reader's name, as `cns readers` prints it
    #[arg(long, value_name = "NAME")]
    pub(crate) reader: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum TlsVersion {
    #[value(name = "1.2")]
    V1_2,
    #[value(name = "1.3")]
    V1_3,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Login {
    /// The portal: a known name, or the file of its profile
    #[arg(long, value_name = "NAME|FILE")]
    pub(crate) portal: String,
    /// PEM file of the only authorities that may vouch for the server
    #[arg(long, value_name = "FILE")]
    pub(crate) server_ca: Option<PathBuf>,
    /// Trusted roots for the card: a PEM file or a folder of them; may be given several times
    #[arg(long, value_name = "PATH")]
    pub(crate) trust_roots: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) pin: PinSource,
    /// The reader's name, as `cns readers` prints it
    #[arg(long, value_name = "NAME")]
    pub(crate) reader: Option<String>,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct OneSession {
    /// Only this session, as `cns sessions` prints it
    #[arg(long, value_name = "SESSION")]
    pub(crate) session: Option<String>,
}

#[derive(Clone, Copy, Debug, ClapArgs)]
pub(crate) struct PinSource {
    /// Read the card's PIN from the first line of standard input; without it, ask at a prompt without echo
    #[arg(long)]
    pub(crate) pin_stdin: bool,
}
