//! The portal, asked through its routes and through its sockets.

pub(crate) mod curl;
mod exchanges;
mod http;
mod log;
mod over_tls;
pub(crate) mod people;
pub(crate) mod pki;
mod sessions;
mod statements;
mod world;
