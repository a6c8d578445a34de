//! Files on systems whose web view tells of every download before it begins.

use super::{Permit, Say, plain_name};
use crate::web_area::pane::Told;
use tauri::webview::DownloadEvent;
use tauri::{AppHandle, Url, WebviewWindow, WebviewWindowBuilder, Wry};

/// Has every file asked about, from before there is a page.
pub(in crate::web_area) fn ask_first<'a>(
    window: WebviewWindowBuilder<'a, Wry, AppHandle>,
    permit: Permit,
    say: impl Say,
) -> WebviewWindowBuilder<'a, Wry, AppHandle> {
    window.on_download(move |_, event| match event {
        DownloadEvent::Requested { url, destination } => {
            if let Some(to) = permit.take(&url) {
                *destination = to;
                return true;
            }
            let proposed = destination
                .file_name()
                .map(|name| name.to_string_lossy().into_owned());
            say(Told::Download(url, plain_name(&proposed.unwrap_or_default())));
            false
        }
        DownloadEvent::Finished { success, .. } => {
            if permit.end() {
                say(Told::Saved(success));
            }
            true
        }
        _ => false,
    })
}

/// Nothing more is needed here.
pub(in crate::web_area) fn ask_in(
    _window: &WebviewWindow,
    _permit: Permit,
    _say: impl Say,
) -> tauri::Result<()> {
    Ok(())
}

/// Has the permitted file come.
pub(in crate::web_area) fn begin(window: &WebviewWindow, url: &Url) -> tauri::Result<()> {
    window.navigate(url.clone())
}
