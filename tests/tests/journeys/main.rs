//! Stories across crates, one file each, told against real parts.

#![expect(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "what does not come as expected fails its story"
)]

mod budget;
mod certificates;
mod check;
mod demo;
mod desk;
mod errand;
mod faults;
mod generations;
mod get;
mod intercepted;
mod judge;
mod leaks;
mod official_list;
mod pin;
mod pin_care;
mod pin_portal;
mod pin_portal_life;
mod pin_portal_terminal;
mod portal_look;
mod prompts;
mod reminder;
mod removal;
mod report;
mod session;
mod sharing;
mod slots;
mod stage;
mod terminal;
mod two_people;
mod visit;
mod way_in;
mod way_in_hostile;
mod way_in_proxy;
mod web_login;
mod window;
mod window_pages;
mod window_pin;
mod window_portal_pin;
mod window_status;
mod window_ways;
