//! The portal, asked through its routes and through its sockets.

mod area;
mod audit;
mod codes;
pub(crate) mod curl;
pub(crate) mod desk;
mod exchanges;
mod http;
pub(crate) mod log;
mod on_postgres;
mod outbox;
mod over_tls;
mod paper;
mod payments;
pub(crate) mod peers;
pub(crate) mod people;
mod pin_safety;
pub(crate) mod pins;
pub(crate) mod pki;
mod post;
pub(crate) mod postgres;
mod rules;
mod sessions;
mod statements;
mod ways_out;
pub(crate) mod world;
