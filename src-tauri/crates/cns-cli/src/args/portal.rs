//! What can be typed about portals, and which portal a command is about.

use super::{Command, PinPortal};
use clap::{Args as ClapArgs, Subcommand};
use std::path::PathBuf;

#[derive(Debug, Subcommand)]
pub(crate) enum Portal {
    /// List the portals that are known by name
    List,
    /// Show the whole profile of a portal in words
    Show(Show),
    /// Look at a portal without the card: who answers, which TLS, whose clock, who reads the connection
    Check(PortalCheck),
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Show {
    /// The portal: a known name, or the file of its profile
    #[arg(value_name = "NAME|FILE")]
    pub(crate) portal: String,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct PortalCheck {
    /// The portal: a known name, or the file of its profile
    #[arg(value_name = "NAME|FILE")]
    pub(crate) portal: String,
    /// PEM file of the only authorities that may vouch for the server
    #[arg(long, value_name = "FILE")]
    pub(crate) server_ca: Option<PathBuf>,
    /// The card in this reader is looked at too, without its PIN: whether the server takes its authority
    #[arg(long, value_name = "NAME")]
    pub(crate) reader: Option<String>,
    /// Use no card, even where there is one
    #[arg(long, conflicts_with = "reader")]
    pub(crate) no_card: bool,
}

impl Command {
    /// The portal that the command goes to, where one is named.
    pub(crate) fn portal(&self) -> Option<&str> {
        match self {
            Self::Login(args) => Some(&args.portal),
            Self::Portal(Portal::Check(args)) => Some(&args.portal),
            Self::PinPortal(args) => args.portal(),
            Self::Services(args) => args.portal.as_deref(),
            Self::Portal(Portal::List | Portal::Show(_))
            | Self::Readers(_)
            | Self::Card(_)
            | Self::Check(_)
            | Self::Get(_)
            | Self::Pin(_)
            | Self::Report(_)
            | Self::Applications(_)
            | Self::Sessions
            | Self::Logout(_)
            | Self::Statement(_) => None,
            #[cfg(feature = "demo")]
            Self::Demo => None,
        }
    }
}

impl PinPortal {
    fn portal(&self) -> Option<&str> {
        match self {
            Self::Request(args) => Some(&args.at.portal),
            Self::Activate(args) => Some(&args.at.portal),
            Self::Restore(args) => Some(&args.at.portal),
            Self::Revoke(args) => Some(&args.at.portal),
            Self::Status(args) => args.portal.as_deref(),
            Self::Change(_) | Self::Convert(_) => None,
        }
    }
}
