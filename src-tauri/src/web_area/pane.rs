//! The portal's window.

use super::Pages;
use super::cookies::{from_web_view, to_web_view};
use super::outside::may_be_asked_about;
use super::saving::{self, Permit};
use cns_login::{Problem, ProblemCode, host_matches};
use cns_tls::HandedCookie;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tauri::webview::{NewWindowResponse, PageLoadEvent, PermissionResponse};
use tauri::{AppHandle, Manager, Url, WebviewUrl, WebviewWindow, WebviewWindowBuilder, WindowEvent};
use tokio::sync::mpsc;
use tokio::time::timeout;

/// The window, open.
pub(super) struct Pane {
    window: WebviewWindow,
    told: mpsc::Receiver<Told>,
    permit: Permit,
    zoom: f64,
}

/// What happens in it.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Told {
    /// A page of this host is there.
    At(String),
    /// It wants to go where the profile does not lead.
    Outside(Url),
    /// It wants to give a file.
    Download(Url, String),
    /// That file is there, or did not come.
    Saved(bool),
    /// The person closed it.
    Closed,
}

impl Pane {
    /// Opens the window and leads it to `start`. The cookies are there before the first request leaves.
    ///
    /// # Errors
    /// `window_not_opened`.
    pub(super) async fn open(
        pages: &Pages,
        person: String,
        start: Url,
        cookies: &[HandedCookie],
    ) -> Result<Self, Problem> {
        let app = pages.frame.0.get().ok_or(ProblemCode::WindowNotOpened)?.clone();
        let (hosts, proxy) = (pages.way.hosts.clone(), pages.proxy.clone());
        let cookies: Vec<_> = cookies.iter().map(to_web_view).collect();
        let (tell, told) = mpsc::channel(EVENTS);
        let permit = Permit::default();
        let allowed = permit.clone();
        // A web view answers from the main thread, which nobody of the story may wait for on a thread of its own runtime.
        let built = tokio::task::spawn_blocking(move || -> tauri::Result<WebviewWindow> {
            let window = build(&app, hosts, proxy, &person, &start, (tell, allowed))?;
            for cookie in cookies {
                window.set_cookie(cookie)?;
            }
            // Setting is only asked for; whoever reads has waited for it.
            window.cookies_for_url(start.clone())?;
            window.navigate(start)?;
            Ok(window)
        });
        let window = built.await.map_err(|_| ProblemCode::WindowNotOpened)?;
        let window = window.map_err(|error| {
            tracing::warn!(%error, "the window of the portal did not open");
            ProblemCode::WindowNotOpened
        })?;
        Ok(Self {
            window,
            told,
            permit,
            zoom: 1.0,
        })
    }

    /// What happens next in it.
    pub(super) async fn told(&mut self) -> Told {
        self.told.recv().await.unwrap_or(Told::Closed)
    }

    /// To the page before.
    pub(super) fn back(&self) {
        done("back", self.window.eval("history.back()"));
    }

    /// To the printer, by the dialogue of the system.
    pub(super) fn print(&self) {
        done("print", self.window.print());
    }

    /// Larger or smaller.
    pub(super) fn zoom(&mut self, by: f64) {
        self.zoom = (self.zoom + by).clamp(SMALLEST, LARGEST);
        done("zoom", self.window.set_zoom(self.zoom));
    }

    /// Asks for that file once more, and lets it come into this folder.
    pub(super) fn save(&self, url: &Url, name: &str, folder: &Path) {
        self.permit.give(url, saving::free_name(folder, name));
        done("save", saving::begin(&self.window, url));
    }

    /// Calls the person to our own window, where something is asked.
    pub(super) fn call_the_person(&self) {
        if let Some(main) = self.window.app_handle().get_webview_window("main") {
            done("focus", main.set_focus());
        }
    }

    /// Closes it, and tells which cookies it had; none when it does not answer.
    pub(super) async fn close(self) -> Option<Vec<HandedCookie>> {
        let window = self.window.clone();
        done("hide", window.hide());
        let emptied = tokio::task::spawn_blocking(move || {
            let cookies = window.cookies()?;
            for cookie in &cookies {
                window.delete_cookie(cookie.clone())?;
            }
            // Deleting is only asked for; whoever reads has waited for it.
            window.cookies()?;
            tauri::Result::Ok(cookies)
        });
        let cookies = timeout(EMPTYING, emptied).await;
        done("close", self.window.destroy());
        match cookies {
            Ok(Ok(Ok(cookies))) => Some(from_web_view(&cookies)),
            _ => None,
        }
    }
}

fn build(
    app: &AppHandle,
    hosts: Vec<String>,
    proxy: Option<Url>,
    person: &str,
    start: &Url,
    (tell, permit): (mpsc::Sender<Told>, Permit),
) -> tauri::Result<WebviewWindow> {
    let hosts = Arc::new(hosts);
    let blank = "about:blank".parse().map_err(tauri::Error::InvalidUrl)?;
    let first_title = title(start.host_str().unwrap_or_default(), person);
    // What the page floods us with is dropped: a person cannot answer it anyway.
    let say = move |told| drop(tell.try_send(told));
    let (to_go, to_open) = ((hosts.clone(), say.clone()), (hosts, say.clone()));
    let (to_save, to_show, to_close) = (say.clone(), say.clone(), say);
    let person = person.to_owned();
    let here = app.clone();
    let window = WebviewWindowBuilder::new(app, LABEL, WebviewUrl::External(blank))
        .title(first_title)
        .inner_size(1100.0, 800.0)
        .incognito(!cfg!(feature = "webdriver"))
        .devtools(false)
        .general_autofill_enabled(false)
        .disable_drag_drop_handler()
        .on_navigation(move |url| goes(&to_go.0, url) || refused(&to_go.1, url))
        .on_new_window(move |url, _| {
            if goes(&to_open.0, &url) {
                if let Some(window) = here.get_webview_window(LABEL) {
                    done("new window", window.navigate(url));
                }
            } else {
                refused(&to_open.1, &url);
            }
            NewWindowResponse::Deny
        })
        .on_page_load(move |window, page| {
            if let (PageLoadEvent::Started, Some(host)) = (page.event(), page.url().host_str()) {
                done("title", window.set_title(&title(host, &person)));
                to_show(Told::At(host.to_owned()));
            }
        })
        .on_permission_request(|_, _| PermissionResponse::Deny);
    let window = saving::ask_first(window, permit.clone(), to_save.clone());
    #[cfg(target_os = "linux")]
    let window = window.data_directory(crate::face::NOWHERE.into());
    let window = match proxy {
        Some(proxy) => window.proxy_url(proxy),
        None => window,
    };
    let window = window.build()?;
    saving::ask_in(&window, permit, to_save)?;
    window.on_window_event(move |event| {
        if let WindowEvent::CloseRequested { api, .. } = event {
            // The story closes it, once it has what the log-out needs.
            api.prevent_close();
            to_close(Told::Closed);
        }
    });
    Ok(window)
}

/// Whether the window goes there: over https, to a host of the profile. A frame without an address is part of its page.
fn goes(hosts: &[String], url: &Url) -> bool {
    let named = || url.host_str().is_some_and(|host| host_matches(hosts, host));
    match url.scheme() {
        "https" => named(),
        "about" => matches!(url.path(), "blank" | "srcdoc"),
        _ => false,
    }
}

/// Tells of an address that the window does not go to; always false.
fn refused(say: &impl Fn(Told), url: &Url) -> bool {
    if may_be_asked_about(url) {
        say(Told::Outside(url.clone()));
    }
    false
}

/// What stands on the window's frame: the true host first, where no long name can push it out of sight.
fn title(host: &str, person: &str) -> String {
    [host, person]
        .iter()
        .filter(|part| !part.is_empty())
        .map(|part| format!("{part} · "))
        .collect::<String>()
        + "Sportello"
}

fn done(what: &str, result: tauri::Result<()>) {
    if let Err(error) = result {
        tracing::warn!(%error, what, "the window of the portal does not obey");
    }
}

/// The label of this window, which stands in no capability.
pub(super) const LABEL: &str = "area";

const EVENTS: usize = 32;
const EMPTYING: Duration = Duration::from_secs(2);
const SMALLEST: f64 = 0.5;
const LARGEST: f64 = 3.0;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_window_goes_to_the_hosts_of_the_profile_over_https_and_nowhere_else() {
        let hosts = ["portale.example".to_owned(), "*.ente.example".to_owned()];
        for (address, expected) in [
            ("https://portale.example/a", true),
            ("https://sp.ente.example/", true),
            ("about:blank", true),
            ("about:srcdoc", true),
            ("http://portale.example/", false),
            ("https://portale.example.evil.example/", false),
            ("https://portale.example@evil.example/", false),
            ("https://ente.example/", false),
            ("file:///etc/passwd", false),
            ("data:text/html,x", false),
            ("tauri://localhost/", false),
        ] {
            assert_eq!(goes(&hosts, &address.parse().unwrap()), expected, "{address}");
        }
    }

    #[test]
    fn the_frame_says_the_host_before_the_person() {
        assert_eq!(
            title("portale.example", "MARIA ROSSI"),
            "portale.example · MARIA ROSSI · Sportello"
        );
        assert_eq!(title("portale.example", ""), "portale.example · Sportello");
    }

    #[test]
    fn no_capability_names_the_window() {
        let main: serde_json::Value =
            serde_json::from_str(include_str!("../../capabilities/main.json")).unwrap();
        assert_eq!(main["windows"], serde_json::json!(["main"]));
        assert!(main.get("remote").is_none());
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("capabilities");
        assert_eq!(std::fs::read_dir(folder).unwrap().count(), 1);
    }
}
