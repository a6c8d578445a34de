//! The window: it builds the real adapters, shows one screen at a time, and hands wishes on.
//!
//! What is right, wrong or next is decided below, in `cns-login`; how it looks, in `ui`. The story starts before
//! the window does, so that a card which is already in its reader is read while the page is still being painted.
//!
//! - `wiring` builds the adapters, `trust` the judge among them, `demo` those of the example;
//! - `session` plays the story for one person after the other, `closing` ends a session, `expiry` and `restart` tell when it ends and begins;
//! - `in_place` counts the cards, `telling` puts the journey on the stage, `care` does for a card what is no login, `report` writes what was asked for;
//! - `events` holds the screen, `chapter` says where in the story one stands, `commands` hears the page, `typed` takes its secrets in;
//! - `door` is where nobody is logged in and the portal's PIN is asked for, made and ended; `area` is what lies behind
//!   it, `forms` what is asked for there, `asked` what the page wishes there;
//! - `own_profile` has a profile that is not ours read first, `portal_look` looks at a portal of pages while the card is fetched;
//! - `web_area` shows a portal's pages in a window of their own, and ends the visit;
//! - `desk` is where one question at a time is answered, `pin_dialog` asks those of the journey;
//! - `remote_control` keeps other programs away from the page.

mod area;
mod arguments;
mod asked;
mod care;
mod chapter;
mod closing;
mod commands;
#[cfg_attr(not(feature = "demo"), path = "no_demo.rs")]
mod demo;
mod desk;
mod door;
mod events;
mod expiry;
mod face;
mod forms;
mod in_place;
mod own_profile;
mod person;
mod pin_dialog;
mod portal_look;
mod remote_control;
mod report;
mod restart;
mod session;
#[cfg(all(test, feature = "demo"))]
mod stories;
mod telling;
mod trust;
mod typed;
mod web_area;
mod wiring;

pub use face::run;
pub use remote_control::without_remote_control;
