//! The window itself, and the story behind it.

use crate::arguments::Arguments;
use crate::commands::{self, DemoMoves, Wishes};
use crate::demo;
use crate::events::{SCREEN, Stage};
use crate::person::{Exit, Person};
use crate::remote_control::CANNOT_START;
use crate::web_area::Frame;
use crate::wiring::Adapters;
use clap::Parser;
use cns_login::{Language, Problem};
use cns_trust::{Clock, SystemClock};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;
use tauri::webview::NewWindowResponse;
use tauri::{AppHandle, Emitter, Manager, RunEvent, WebviewWindowBuilder, WindowEvent};
use tokio::time::timeout;

/// Runs the window until it is closed. The exit code is 0 then, 1 for an argument that cannot be used, 2 for an
/// argument that does not exist, 3 when there is no display.
pub fn run() -> ExitCode {
    let arguments = Arguments::parse();
    tracing_subscriber::fmt()
        .with_env_filter(tracing_subscriber::EnvFilter::from_default_env())
        .with_writer(std::io::stderr)
        .init();
    let Ok(runtime) = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(THREADS)
        .enable_all()
        .build()
    else {
        return ExitCode::from(CANNOT_START);
    };
    tauri::async_runtime::set(runtime.handle().clone());
    let _inside = runtime.enter();

    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let frame = Arc::new(Frame::default());
    let adapters = match Adapters::new(&arguments, clock, frame.clone()) {
        Ok(adapters) => adapters,
        Err(problem) => return explain(&problem),
    };
    let (wishes, person, demo_moves) = Wishes::new(Stage::new(adapters.portal_seen()));
    let story = runtime.spawn(play(adapters, person, demo_moves));
    let shown = show(wishes, frame);
    // A session that only this process knows ends with it, and the portal is told. What waits for a reader or for a
    // portal that is silent must not keep a closed window alive.
    if runtime
        .block_on(async { timeout(FAREWELL, story).await })
        .is_err()
    {
        tracing::warn!("the window was closed in the middle of the story");
    }
    runtime.shutdown_background();
    shown
}

/// The real world first; the example whenever it is asked for, and back.
async fn play(adapters: Adapters, mut person: Person, mut demo_moves: DemoMoves) {
    if let Some(profile) = adapters.own_profile()
        && !person.reads(profile).await
    {
        return;
    }
    loop {
        person.stage.set_scene(adapters.portal_seen(), None);
        let exit = match adapters.world().play(&mut person).await {
            Exit::StartDemo => demo::play(adapters.clock(), &mut person, &mut demo_moves).await,
            exit @ (Exit::LeaveDemo | Exit::Closed) => exit,
        };
        if exit == Exit::Closed {
            return;
        }
    }
}

/// Shows the window, and returns when it is closed.
fn show(wishes: Wishes, frame: Arc<Frame>) -> ExitCode {
    if !there_is_a_display() {
        eprintln!("Sportello: non trovo uno schermo su cui aprire la finestra (there is no display).");
        eprintln!("Nel terminale lo stesso viaggio si fa con: cns login (in a terminal: cns login)");
        return ExitCode::from(CANNOT_START);
    }
    let stage = wishes.stage.clone();
    let windows = frame.clone();
    let built = tauri::Builder::default()
        .manage(wishes)
        .invoke_handler(tauri::generate_handler![
            commands::current_screen,
            commands::read_profile,
            commands::pick_card,
            commands::other_card,
            commands::enter,
            commands::spend_last_try,
            commands::submit_pin,
            commands::use_pin_pad,
            commands::start_pin_change,
            commands::change_pin,
            commands::start_unblocking,
            commands::consequences_understood,
            commands::unblock_pin,
            commands::start_report,
            commands::save_report,
            commands::start_reminder,
            commands::save_reminder,
            commands::go_back,
            commands::retry,
            commands::log_out,
            commands::use_session,
            commands::end_session,
            commands::open_door,
            commands::change_person,
            commands::ask_portal,
            commands::hand_document,
            commands::take_new_portal_pin,
            commands::play_operator,
            commands::start_demo,
            commands::leave_demo,
            commands::move_demo_card,
            commands::exchange_demo_card,
        ])
        .setup(move |app| {
            open(app.handle())?;
            windows.attach(app.handle());
            let page = app.handle().clone();
            stage.attach(Box::new(move |screen| {
                protect(&page, screen.view.shows_a_new_pin());
                if let Err(error) = page.emit_to(WINDOW, SCREEN, screen) {
                    tracing::warn!(%error, "the page could not be told");
                }
            }));
            Ok(())
        })
        .build(tauri::generate_context!());
    match built {
        Ok(app) => {
            // `run` would end the process with the window, before the story hears of it.
            #[expect(clippy::wildcard_enum_match_arm, reason = "no other event is ours")]
            app.run_return(move |app, event| match event {
                RunEvent::Exit => app.state::<Wishes>().close(),
                // The portal's window goes first: the log-out needs what is in it.
                RunEvent::WindowEvent {
                    label,
                    event: WindowEvent::CloseRequested { api, .. },
                    ..
                } if label == WINDOW && frame.is_open() => {
                    api.prevent_close();
                    app.state::<Wishes>().close();
                }
                _ => {}
            });
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("Sportello: {error}");
            ExitCode::from(CANNOT_START)
        }
    }
}

/// Asks the system to keep the window out of pictures of the screen, or to let it be there again.
fn protect(app: &AppHandle, protected: bool) {
    let windows = app.webview_windows();
    for window in windows.values() {
        if let Err(error) = window.set_content_protected(protected) {
            tracing::warn!(%error, "the window cannot be kept out of pictures");
        }
    }
}

/// Opens the one window. It shows the page that came with the program and nothing else: no other address, no second
/// window, no download.
fn open(app: &AppHandle) -> tauri::Result<()> {
    for window in &app.config().app.windows {
        let window = WebviewWindowBuilder::from_config(app, window)?
            .on_navigation(|url| url.scheme() == "tauri" || url.host_str() == Some("tauri.localhost"))
            .on_new_window(|_, _| NewWindowResponse::Deny);
        // Where windows share a context, the first to be asked would answer for all.
        #[cfg(not(feature = "webdriver"))]
        let window = window.on_download(|_, _| false);
        #[cfg(target_os = "linux")]
        let window = window.data_directory(NOWHERE.into());
        // A driver reaches only the persistent context, which cannot keep anything either.
        #[cfg(feature = "webdriver")]
        let window = window.incognito(false);
        window.build()?;
    }
    Ok(())
}

/// Tells a problem that comes before the window.
fn explain(problem: &Problem) -> ExitCode {
    eprintln!(
        "Sportello: {}. {}",
        problem.what(Language::It),
        problem.next(Language::It)
    );
    ExitCode::FAILURE
}

/// Asks GTK, which the window would otherwise ask too late: it panics without a display.
#[cfg(target_os = "linux")]
fn there_is_a_display() -> bool {
    gtk::init().is_ok()
}

#[cfg(not(target_os = "linux"))]
fn there_is_a_display() -> bool {
    true
}

/// Where WebKit's files go. Tauri makes a persistent WebKit context even for an incognito window that never uses it,
/// and that context writes a cache, salts and an HSTS database into its folder. In this folder nobody, not even
/// root, can make a file.
#[cfg(target_os = "linux")]
pub(crate) const NOWHERE: &str = "/proc";

/// How long the end of a session may take once the window is closed.
const FAREWELL: Duration = Duration::from_secs(3);

/// The label of the window in `tauri.conf.json`.
const WINDOW: &str = "main";

/// The story, and one to answer the page meanwhile. Cards and keyrings wait on threads of their own.
const THREADS: usize = 2;
