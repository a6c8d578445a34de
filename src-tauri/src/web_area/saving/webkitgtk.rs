//! Files on Linux: WebKitGTK shows what it can and saves the rest where it likes, so each answer is looked at before that,
//! and no download goes on but the one that is permitted.

use super::{Permit, Say, plain_name};
use crate::web_area::pane::Told;
use std::cell::Cell;
use std::rc::Rc;
use tauri::{AppHandle, Url, WebviewWindow, WebviewWindowBuilder, Wry};
use webkit2gtk::glib::Cast;
use webkit2gtk::{
    Download, DownloadExt, PolicyDecisionExt, ResponsePolicyDecision, ResponsePolicyDecisionExt,
    URIRequestExt, URIResponseExt, WebContextExt, WebViewExt,
};

/// Here the web view itself is asked, once it is there.
pub(in crate::web_area) fn ask_first<'a>(
    window: WebviewWindowBuilder<'a, Wry, AppHandle>,
    _permit: Permit,
    _say: impl Say,
) -> WebviewWindowBuilder<'a, Wry, AppHandle> {
    window
}

/// Has what the server calls an attachment (RFC 6266 §4.2), and what cannot be shown, asked about and not fetched.
pub(in crate::web_area) fn ask_in(
    window: &WebviewWindow,
    permit: Permit,
    say: impl Say,
) -> tauri::Result<()> {
    window.with_webview(move |view| {
        let view = view.inner();
        let asking = say.clone();
        view.connect_decide_policy(move |_, decision, _| {
            let Some(answered) = decision.downcast_ref::<ResponsePolicyDecision>() else {
                return false;
            };
            let Some((url, name)) = to_be_saved(answered) else {
                return false;
            };
            decision.ignore();
            asking(Told::Download(url, name));
            true
        });
        if let Some(context) = view.context() {
            context.connect_download_started(move |_, download| lead(download, &permit, &say));
        }
    })
}

/// Has the permitted file come.
pub(in crate::web_area) fn begin(window: &WebviewWindow, url: &Url) -> tauri::Result<()> {
    let url = url.to_string();
    window.with_webview(move |view| {
        let _told_by_the_context = view.inner().download_uri(&url);
    })
}

/// Leads the permitted download to its place, and stops every other.
fn lead(download: &Download, permit: &Permit, say: &impl Say) {
    let asked = download.request().and_then(|request| request.uri());
    let url = asked.and_then(|url| Url::parse(&url).ok());
    let Some(to) = url.and_then(|url| permit.take(&url)) else {
        download.cancel();
        return;
    };
    download.connect_decide_destination(move |download, _| {
        download.set_destination(&to.to_string_lossy());
        true
    });
    let failed = Rc::new(Cell::new(false));
    let noted = failed.clone();
    download.connect_failed(move |_, _| noted.set(true));
    let (permit, say) = (permit.clone(), say.clone());
    download.connect_finished(move |_| {
        if permit.end() {
            say(Told::Saved(!failed.get()));
        }
    });
}

/// What an answer is, and how it wants to be called, if it is a file.
fn to_be_saved(answered: &ResponsePolicyDecision) -> Option<(Url, String)> {
    let response = answered.response()?;
    let headers = response.http_headers();
    let disposition = headers.and_then(|headers| headers.one("Content-Disposition"));
    let is_attachment = disposition.is_some_and(|disposition| {
        let kind = disposition.split(';').next().unwrap_or_default();
        kind.trim().eq_ignore_ascii_case("attachment")
    });
    if !is_attachment && answered.is_mime_type_supported() {
        return None;
    }
    let url = Url::parse(&response.uri()?).ok()?;
    let last = url.path_segments().and_then(|mut parts| parts.next_back());
    let proposed = response.suggested_filename().map(String::from);
    let name = plain_name(&proposed.or(last.map(str::to_owned)).unwrap_or_default());
    Some((url, name))
}
