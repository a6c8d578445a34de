//! What can be typed about the PIN of a portal, its services and its applications.

use super::OneSession;
use clap::{Args as ClapArgs, Subcommand, ValueEnum};
use std::path::PathBuf;

#[derive(Debug, Subcommand)]
pub(crate) enum PinPortal {
    /// Ask a portal for a PIN: person, address, contacts; review, then send
    Request(Request),
    /// Activate with the first part of the PIN: name contacts, and where the second part goes
    Activate(Activate),
    /// Replace the working PIN by a new one, in an open session
    Change(ChangePortalPin),
    /// Turn the PIN into a dispositivo one, in an open session: form and document
    Convert(Convert),
    /// Get new parts for a PIN that was used and is lost or locked
    Restore(Restore),
    /// End the PIN for good; a new one can be asked for afterwards
    Revoke(Revoke),
    /// Say how a request is going, or what is known of the PIN of an open session
    Status(Status),
}

/// Which portal is meant.
#[derive(Debug, ClapArgs)]
pub(crate) struct AtPortal {
    /// The portal: a known name, or the file of its profile
    #[arg(long, value_name = "NAME|FILE")]
    pub(crate) portal: String,
    /// PEM file of the only authorities that may vouch for the server
    #[arg(long, value_name = "FILE")]
    pub(crate) server_ca: Option<PathBuf>,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Request {
    #[command(flatten)]
    pub(crate) at: AtPortal,
    /// Take the data from this TOML file; without it, ask for them one by one
    #[arg(long, value_name = "FILE")]
    pub(crate) from_file: Option<PathBuf>,
    /// Send without asking whether the review is right
    #[arg(long, requires = "from_file")]
    pub(crate) yes: bool,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Activate {
    #[command(flatten)]
    pub(crate) at: AtPortal,
    /// Read eight lines from standard input: codice fiscale, number of the tessera, its expiry (YYYY-MM-DD), first part of
    /// the PIN, mobile number, kind of the other contact (email, pec, landline, fax), that contact, and where the second
    /// part goes (mobile, email, pec, letter)
    #[arg(long)]
    pub(crate) stdin: bool,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct ChangePortalPin {
    /// Choose the new PIN, where the portal lets people do so; without it the portal makes one
    #[arg(long)]
    pub(crate) chosen: bool,
    /// Read from standard input: the present PIN, and with --chosen the new one. A PIN that the portal made is in the
    /// answer, once
    #[arg(long)]
    pub(crate) stdin: bool,
    #[command(flatten)]
    pub(crate) session: OneSession,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Convert {
    /// Front of the document: JPEG, PNG or PDF
    #[arg(long, value_name = "FILE", requires_all = ["back", "form", "document", "expiry"])]
    pub(crate) front: Option<PathBuf>,
    /// Back of the document
    #[arg(long, value_name = "FILE", requires = "front")]
    pub(crate) back: Option<PathBuf>,
    /// The form, filled in, dated and signed by hand
    #[arg(long, value_name = "FILE", requires = "front")]
    pub(crate) form: Option<PathBuf>,
    /// Kind of the document
    #[arg(long, value_enum, value_name = "KIND", requires = "front")]
    pub(crate) document: Option<DocumentWord>,
    /// Last day of its validity
    #[arg(long, value_name = "YYYY-MM-DD", requires = "front")]
    pub(crate) expiry: Option<String>,
    /// Read the number of the document from the first line of standard input; without it, ask
    #[arg(long, requires = "front")]
    pub(crate) stdin: bool,
    /// Write the form to print and sign (PDF) to this new file
    #[arg(long, value_name = "FILE", conflicts_with = "front")]
    pub(crate) print_form: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) session: OneSession,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum DocumentWord {
    CartaIdentita,
    Passaporto,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Restore {
    #[command(flatten)]
    pub(crate) at: AtPortal,
    /// Only confirm, with the code that came: the asking was done before
    #[arg(long)]
    pub(crate) confirm: bool,
    /// Read from standard input: codice fiscale, and with --confirm the code
    #[arg(long)]
    pub(crate) stdin: bool,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Revoke {
    #[command(flatten)]
    pub(crate) at: AtPortal,
    /// Only confirm, with the code that came: the asking was done before
    #[arg(long)]
    pub(crate) confirm: bool,
    /// The contacts that the portal knows are lost: the code comes by letter
    #[arg(long, conflicts_with = "confirm")]
    pub(crate) contacts_lost: bool,
    /// Read from standard input: codice fiscale, number of the tessera, its expiry (YYYY-MM-DD); with --confirm codice
    /// fiscale and code
    #[arg(long, requires = "yes")]
    pub(crate) stdin: bool,
    /// Say yes to the end of the PIN, which nobody can take back
    #[arg(long, requires = "stdin")]
    pub(crate) yes: bool,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Status {
    /// The portal that took the request; without it, the PIN of an open session is meant
    #[arg(long, value_name = "NAME|FILE")]
    pub(crate) portal: Option<String>,
    /// PEM file of the only authorities that may vouch for the server
    #[arg(long, value_name = "FILE", requires = "portal")]
    pub(crate) server_ca: Option<PathBuf>,
    /// Read the receipt of the request from the first line of standard input; without it, ask
    #[arg(long, requires = "portal")]
    pub(crate) receipt_stdin: bool,
    /// Only this session, as `cns sessions` prints it
    #[arg(long, value_name = "SESSION", conflicts_with = "portal")]
    pub(crate) session: Option<String>,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Services {
    /// The catalogue of this portal, before any log-in; without it, the services of an open session
    #[arg(long, value_name = "NAME|FILE")]
    pub(crate) portal: Option<String>,
    /// PEM file of the only authorities that may vouch for the server
    #[arg(long, value_name = "FILE", requires = "portal")]
    pub(crate) server_ca: Option<PathBuf>,
    /// Only this session, as `cns sessions` prints it
    #[arg(long, value_name = "SESSION", conflicts_with = "portal")]
    pub(crate) session: Option<String>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Applications {
    /// List the applications, newest first
    List(OneSession),
    /// Begin one: a draft, from a TOML file
    New(ApplicationNew),
    /// File a draft. With a PIN ordinario it keeps its date and waits for the conversion
    Submit(OneApplication),
    /// Say what became of one
    Status(OneApplication),
}

#[derive(Debug, ClapArgs)]
pub(crate) struct ApplicationNew {
    /// What it says, with its `kind`
    #[arg(long, value_name = "FILE")]
    pub(crate) from_file: PathBuf,
    #[command(flatten)]
    pub(crate) session: OneSession,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct OneApplication {
    /// Its id, as `cns applications list` prints it
    #[arg(value_name = "APPLICATION")]
    pub(crate) id: String,
    #[command(flatten)]
    pub(crate) session: OneSession,
}
