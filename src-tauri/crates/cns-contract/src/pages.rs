//! The portal's own pages, as our window speaks of them.

use serde::Serialize;
use ts_rs::TS;

/// What stands beside the portal's window.
#[derive(Clone, PartialEq, Eq, Serialize, TS)]
pub struct PagesSeen {
    /// The host of the page that is shown.
    pub host: String,
    /// Whether the area had begun; else the portal wanted something of the person first.
    pub inside: bool,
    /// An address outside the portal that a page wants to open.
    pub outside: Option<String>,
    /// The name of a file that a page wants to give.
    pub download: Option<String>,
    /// Whether the last file that was to be saved is there.
    pub saved: Option<bool>,
    /// After how many minutes without a new page the session is ended.
    pub idle_minutes: u32,
}

personal_debug!(PagesSeen);
