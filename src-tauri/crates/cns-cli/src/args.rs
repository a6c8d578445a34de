//! What can be typed after `cns`. Secrets never are: they come from standard input or a prompt.

mod pin_portal;
mod portal;

pub(crate) use pin_portal::{
    Activate, Applications, AtPortal, ChangePortalPin, Convert, DocumentWord, PinPortal, Request, Restore,
    Revoke, Services, Status,
};
pub(crate) use portal::{Portal, PortalCheck};

use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};
use cns_login::Language;
use cns_tls::{AllowedHosts, RevocationAsked};
use cns_trust::revocation::RevocationKind;
use std::path::PathBuf;
use url::Url;

/// Tessera sanitaria (TS-CNS) from the terminal: read it, check it, log in with it.
#[derive(Debug, Parser)]
#[command(name = "cns", version, max_term_width = 100)]
pub(crate) struct Args {
    /// Print one JSON object on standard output, and nothing else there
    #[arg(long, global = true, help_heading = GLOBAL)]
    pub(crate) json: bool,
    /// Language of the texts; without it the system's, and Italian where it is neither
    #[arg(long, global = true, value_enum, help_heading = GLOBAL)]
    language: Option<LanguageArg>,
    /// A table of further kinds of card (TOML), tried before those that are built in
    #[arg(long, global = true, value_name = "FILE", help_heading = GLOBAL)]
    pub(crate) card_profiles: Option<PathBuf>,
    /// Say that you have read the profile that is named by its file: it is not shown and not asked about
    #[arg(long, global = true, help_heading = GLOBAL)]
    pub(crate) profile_read: bool,
    #[command(flatten)]
    pub(crate) proxy: ProxyArgs,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// How the internet is reached.
#[derive(Debug, ClapArgs)]
pub(crate) struct ProxyArgs {
    /// Go out through this proxy, such as http://name@proxy.example:3128, whose password is asked for; or directly;
    /// without it, as the computer is set
    #[arg(long, global = true, value_name = "URL|system|direct", help_heading = GLOBAL)]
    pub(crate) proxy: Option<String>,
    /// Read the proxy's password from standard input: its first line, before any PIN
    #[arg(long, global = true, requires = "proxy", help_heading = GLOBAL)]
    pub(crate) proxy_password_stdin: bool,
}

const GLOBAL: &str = "Options of every command";

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
    Readers(ReadersArgs),
    /// Read the card: whose it is, until when, its certificate
    Card(Card),
    /// Check the certificate and say what was found
    Check(Check),
    /// Open an https address with the card, without judging the certificate first
    Get(Get),
    /// Log in to a portal with the card, or with the portal's own PIN
    Login(Login),
    /// See the portals that are known, read the profile of one, look at one before the PIN is typed
    #[command(subcommand)]
    Portal(Portal),
    /// Look after the card's PIN: tries left, change it, unblock it with the PUK
    #[command(subcommand)]
    Pin(Pin),
    /// Describe a card without saying whose it is, to help with one that is not recognised
    Report(ReportArgs),
    /// Look after the PIN of a portal, which is not the card's: ask for one, activate, change, convert, restore, end it
    #[command(subcommand)]
    PinPortal(PinPortal),
    /// List the services of a portal, or those of the holder of an open session
    Services(Services),
    /// Draft, file and follow applications in an open session
    #[command(subcommand)]
    Applications(Applications),
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
pub(crate) struct ReadersArgs {
    /// Read each card and say whose it is and whether it can be used; without it no card is touched
    #[arg(long)]
    pub(crate) read: bool,
    /// Say whose each card is, and no more: quicker, but a card that says so may be one that cannot be used
    #[arg(long, conflicts_with = "read")]
    pub(crate) names: bool,
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
    /// Check as of this instant, such as 2026-11-22T10:00:00Z
    #[arg(long, value_name = "RFC3339")]
    pub(crate) at: Option<String>,
    /// Show what the findings rest on: who was asked, what they said, which list was used
    #[arg(long)]
    pub(crate) details: bool,
    /// Write a reminder of the certificate's end, for any calendar, to this new file
    #[arg(long, value_name = "FILE")]
    pub(crate) ics: Option<PathBuf>,
    /// Have the card sign something made up just now, which proves that it holds the certificate's key; takes its PIN
    #[arg(long, conflicts_with = "cert")]
    pub(crate) prove_key: bool,
    #[command(flatten)]
    pub(crate) pin: PinSource,
    #[command(flatten)]
    pub(crate) trust: TrustArgs,
}

/// Whom to trust, and whom to ask.
#[derive(Clone, Debug, Default, ClapArgs)]
#[command(next_help_heading = "Whom to trust and whom to ask")]
pub(crate) struct TrustArgs {
    /// Trusted roots: a PEM file or a folder of them; may be given several times
    #[arg(long, value_name = "PATH")]
    pub(crate) trust_roots: Vec<PathBuf>,
    /// The official list: a file, an https address, or `off`. May be given twice, for the EU list of lists and the
    /// Italian list as files. Without it, what SPORTELLO_TRUST_LIST says; else the official addresses, unless roots are named
    #[arg(long, value_name = "FILE|URL|off", value_parser = list_word)]
    pub(crate) trust_list: Vec<String>,
    /// Ask in these ways whether the certificate was revoked, and show every answer: `ocsp`, `crl`, `ocsp,crl`; or `off`.
    /// Without it, the responders are asked first and the lists only where those do not answer
    #[arg(long, value_name = "ocsp,crl|off", value_parser = revocation_word)]
    pub(crate) revocation: Option<RevocationAsked>,
    /// Visit this host although it is on a private network or on this computer; may be given several times
    #[arg(long, value_name = "HOST", value_parser = host_word)]
    pub(crate) allow_host: Vec<String>,
    /// Ask nothing over the network; lists in files still count
    #[arg(long)]
    pub(crate) offline: bool,
}

fn list_word(word: &str) -> Result<String, String> {
    match word.split_once("://") {
        Some(("https", _)) | None => Ok(word.to_owned()),
        Some((scheme, _)) => Err(format!("{scheme}: a list is fetched over https only")),
    }
}

fn revocation_word(word: &str) -> Result<RevocationAsked, String> {
    if word == "off" {
        return Ok(RevocationAsked::Nobody);
    }
    let ways = word.split(',').map(|way| match way {
        "ocsp" => Ok(RevocationKind::Ocsp),
        "crl" => Ok(RevocationKind::Crl),
        other => Err(format!("`{other}` is neither `ocsp` nor `crl` nor `off`")),
    });
    ways.collect::<Result<_, _>>().map(RevocationAsked::All)
}

fn host_word(word: &str) -> Result<String, String> {
    match AllowedHosts::parse([word]) {
        Ok(_) => Ok(word.to_owned()),
        Err(error) => Err(error.to_string()),
    }
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
    /// Walk on where redirects, pages and forms lead by themselves, and print the hops
    #[arg(long)]
    pub(crate) follow: bool,
    /// Another host that the way may lead to, or a suffix such as `*.ente.example`; more than one if repeated
    #[arg(long, value_name = "HOST", requires = "follow")]
    pub(crate) host: Vec<String>,
    /// A host that may ask for the card; without it, the address's own. More than one if repeated
    #[arg(long, value_name = "HOST", requires = "follow")]
    pub(crate) card_host: Vec<String>,
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
    /// Use the portal's own PIN and no card
    #[arg(long, conflicts_with_all = ["pin_stdin", "pin_pad", "last_try", "ask_card", "reader"])]
    pub(crate) with_pin: bool,
    /// With --with-pin, read lines from standard input: the codice fiscale, the portal's PIN (of an initial one the two
    /// parts, the first before the second), and where the new PIN is chosen, that. A PIN that the portal made is in the
    /// answer, once
    #[arg(long, requires = "with_pin")]
    pub(crate) stdin: bool,
    #[command(flatten)]
    pub(crate) pin: PinSource,
    /// The reader's name, as `cns readers` prints it
    #[arg(long, value_name = "NAME")]
    pub(crate) reader: Option<String>,
    #[command(flatten)]
    pub(crate) trust: TrustArgs,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct OneSession {
    /// Only this session, as `cns sessions` prints it
    #[arg(long, value_name = "SESSION")]
    pub(crate) session: Option<String>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Pin {
    /// Say what is known of the PIN and the PUK, and what can be done with them
    Status(PinStatus),
    /// Replace the PIN by a new one
    Change(PinChange),
    /// Unblock the PIN with the PUK (experimental)
    Unblock(PinUnblock),
}

#[derive(Debug, ClapArgs)]
pub(crate) struct PinStatus {
    /// Ask the card for its tries, if this kind of card is known not to count the question
    #[arg(long)]
    pub(crate) ask_card: bool,
    /// The reader's name, as `cns readers` prints it
    #[arg(long, value_name = "NAME")]
    pub(crate) reader: Option<String>,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct PinChange {
    /// Read three lines from standard input: the old PIN, the new one, the new one again (which may be left out);
    /// without it, ask at prompts without echo. What the card told an earlier command of its tries is not remembered
    #[arg(long)]
    pub(crate) stdin: bool,
    /// Type both PINs on the reader's own pad
    #[arg(long, conflicts_with = "stdin")]
    pub(crate) pin_pad: bool,
    #[command(flatten)]
    pub(crate) tries: TriesCare,
    /// The reader's name, as `cns readers` prints it
    #[arg(long, value_name = "NAME")]
    pub(crate) reader: Option<String>,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct PinUnblock {
    /// Read three lines from standard input: the PUK, the new PIN, the new PIN again (which may be left out);
    /// without it, ask at prompts without echo
    #[arg(long, requires = "yes")]
    pub(crate) stdin: bool,
    /// Say yes to what the PUK may cost: after too many wrong PUKs the card can never be used again
    #[arg(long, requires = "stdin")]
    pub(crate) yes: bool,
    /// Have the PUK compared even if it is the last try known; what the card told an earlier command is not remembered
    #[arg(long)]
    pub(crate) last_try: bool,
    /// The reader's name, as `cns readers` prints it
    #[arg(long, value_name = "NAME")]
    pub(crate) reader: Option<String>,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct ReportArgs {
    /// The reader's name, as `cns readers` prints it
    #[arg(long, value_name = "NAME")]
    pub(crate) reader: Option<String>,
    /// Write the report to this new file as well, after asking
    #[arg(long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// Write it without asking; a file that exists is left as it is
    #[arg(long, requires = "output")]
    pub(crate) yes: bool,
}

#[derive(Clone, Copy, Debug, Default, ClapArgs)]
pub(crate) struct PinSource {
    /// Read the card's PIN from the first line of standard input; without it, ask at a prompt without echo. What the card
    /// told an earlier command of its tries is not remembered
    #[arg(long)]
    pub(crate) pin_stdin: bool,
    /// Type the PIN on the reader's own pad
    #[arg(long, conflicts_with = "pin_stdin")]
    pub(crate) pin_pad: bool,
    #[command(flatten)]
    pub(crate) tries: TriesCare,
}

/// What a person says about tries before one is spent.
#[derive(Clone, Copy, Debug, Default, ClapArgs)]
pub(crate) struct TriesCare {
    /// Have the PIN compared even if it is the last try known: a wrong one then blocks it. What the card told an earlier
    /// command is not remembered: only --ask-card, or a PIN typed in this same run, makes the last try known
    #[arg(long)]
    pub(crate) last_try: bool,
    /// First ask the card for its tries, if this kind of card is known not to count the question
    #[arg(long)]
    pub(crate) ask_card: bool,
}

#[cfg(test)]
mod tests;
