//! The window: it builds the real adapters, shows one screen at a time, and hands wishes on.
//!
//! What is right, wrong or next is decided below, in `cns-login`; how it looks, in `ui`. The story starts before
//! the window does, so that a card which is already in its reader is read while the page is still being painted.
//!
//! - `wiring` builds the adapters, `demo` those of the example;
//! - `session` plays the story for one person after the other, `expiry` and `restart` tell when it ends and begins;
//! - `events` holds the screen, `commands` hears the page, `pin_dialog` brings the PIN;
//! - `remote_control` keeps other programs away from the page.

mod arguments;
mod commands;
#[cfg_attr(not(feature = "demo"), path = "no_demo.rs")]
mod demo;
mod events;
mod expiry;
mod face;
mod person;
mod pin_dialog;
mod remote_control;
mod restart;
mod session;
#[cfg(all(test, feature = "demo"))]
mod stories;
mod wiring;

pub use face::run;
pub use remote_control::without_remote_control;
