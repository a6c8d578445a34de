//! The pages of a portal, in a window of their own: opened with the cookies of the way in, closed with the session.
//!
//! The page in it is the portal's, so nothing of it is trusted: no command of ours can be called from there, for no
//! capability names the window; it goes to the hosts of the profile only; what leads elsewhere, and what wants to be saved,
//! is asked in our own window. Its title, which the page cannot change, says whose pages these are and who is inside.

mod cookies;
mod outside;
mod pane;
mod saving;
mod visit;

use crate::events::Stage;
use cns_contract::View;
use cns_login::Problem;
use cns_tls::{Walk, Way};
use cns_trust::issuer_name;
use std::sync::{Arc, OnceLock};
use tauri::{AppHandle, Manager, Url};
use tokio::sync::watch;

/// A portal of pages: the way into it, and where its pages are shown.
pub(crate) struct Pages {
    pub(crate) way: Way,
    /// The proxy that was named for this run; the computer's own the web view knows by itself.
    pub(crate) proxy: Option<Url>,
    pub(crate) frame: Arc<Frame>,
    /// Who issued the card that is being looked at, as far as that is known.
    pub(crate) card_issuer: watch::Sender<Option<Vec<u8>>>,
}

impl Pages {
    pub(crate) fn new(way: Way, proxy: Option<Url>, frame: Arc<Frame>) -> Self {
        let (card_issuer, _) = watch::channel(None);
        Self {
            way,
            proxy,
            frame,
            card_issuer,
        }
    }

    /// Takes note of a card's certificate, DER: the look at the portal asks whether its authority is taken there.
    pub(crate) fn note_card(&self, certificate: &[u8]) {
        let issuer = issuer_name(certificate);
        self.card_issuer.send_if_modified(|known| {
            let is_new = *known != issuer;
            *known = issuer;
            is_new
        });
    }

    /// Stands before the entry; the stage will be told of each hop, from the moment the PIN is given on.
    pub(crate) fn begin(&self, stage: &Arc<Stage>) -> Result<Walk, Problem> {
        let stage = stage.clone();
        Walk::begin(self.way.clone(), move |hop| {
            if let View::Connecting { mut passed, .. } = stage.current().view {
                passed.push(hop.host.clone());
                let host = hop.host.clone();
                stage.show(View::Connecting { host, passed });
            }
        })
    }
}

/// Where windows come from. The story begins before there is any.
#[derive(Default)]
pub(crate) struct Frame(OnceLock<AppHandle>);

impl Frame {
    /// From here on, windows can be opened.
    pub(crate) fn attach(&self, app: &AppHandle) {
        let _already = self.0.set(app.clone());
    }

    /// Whether the portal's window is open.
    pub(crate) fn is_open(&self) -> bool {
        let app = self.0.get();
        app.is_some_and(|app| app.get_webview_window(pane::LABEL).is_some())
    }

    /// Ends the program, whose first window only waited for the portal's to be closed.
    pub(crate) fn leave(&self) {
        if let Some(app) = self.0.get() {
            app.exit(0);
        }
    }
}
