//! The stage on which the journeys play: real parts, each in a private world, each gone when its value is dropped.
//!
//! Nothing here knows the product's code but the virtual card. The product is started as the programs that a person
//! starts, and judged by what they print, by what the peers and the card saw, and by what is left on the disk.

#![expect(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a stage that cannot be set must fail its story"
)]

pub mod aloud;
pub mod apache;
pub mod apdus;
pub mod card;
pub mod cns;
pub mod disk;
pub mod home;
pub mod intercept;
pub mod issuer;
pub mod keyring;
pub mod lanes;
pub mod memory;
pub mod office;
pub mod opensc;
pub mod patience;
pub mod peers;
pub mod place;
pub mod portal;
pub mod ports;
pub mod post;
pub mod process;
pub mod programs;
pub mod saml;
pub mod scene;
pub mod screen;
pub mod side_by_side;
pub mod squid;
pub mod stack;
pub mod status;
pub mod tokens;
pub mod town;
pub mod visitor;
pub mod webdriver;
pub mod window;
