//! The reference portal: the way in with a CNS, and the reserved area behind it.
//!
//! It stands on two sockets. The *CNS host* demands the card's certificate, judges it with `cns-trust`, and gives a
//! one-time code; the *API host* never asks for a certificate, turns the code into a session, and serves the area. So
//! a card signs once per login, and the rest of the session is plain HTTPS.
//!
//! The portal knows nothing of cards, readers or APDUs: a certificate and a proof of its key are all it sees. It never
//! asks what time it is either: a [`Clock`](cns_trust::Clock) is passed in, and every expiry follows it. Its people
//! are invented, and so are their careers.
//!
//! ```no_run
//! # async fn example(config: cns_portal::Config) -> Result<(), cns_portal::PortalError> {
//! use std::sync::Arc;
//!
//! let running = cns_portal::start(config, Arc::new(cns_trust::SystemClock)).await?;
//! let cards_go_to = running.cns_addr();
//! let sessions_go_to = running.api_addr();
//! running.stop().await;
//! # Ok(())
//! # }
//! ```

mod applications;
mod area;
pub mod audit;
mod career;
mod client_certificate;
mod config;
mod config_delivery;
mod config_file;
mod config_pin;
mod connection;
mod conversions;
pub mod doctor;
mod error;
mod example_people;
mod keys;
mod openapi;
mod operator;
mod outbox;
mod person;
mod pin;
mod portal;
mod print;
mod problem;
mod request;
mod request_parts;
mod routes;
mod secret;
mod seed;
mod server;
mod small_rsa;
mod statement;
mod store;
mod throttle;
mod tls;

#[cfg(test)]
mod tests;

pub use client_certificate::PeerCertificate;
pub use config::{
    Config, Database, Endpoint, HostName, Limits, OperatorEndpoint, PostgresUrl, Settings, TlsIdentity,
};
pub use config_file::{SAMPLE_CONFIG, read_config};
pub use error::{ConfigError, PortalError};
pub use example_people::{ExamplePerson, example_people};
pub use keys::{KeyFiles, Keys};
pub use operator::{add_operator, operator_app, remove_operator};
pub use outbox::{
    Body, Channel, ChannelKind, Channels, Delivered, Mailbox, Outgoing, Paragraph, SendError, Sending, Sms,
    Smtp, SmtpTls, Spool,
};
pub use pin::{ChangeBy, MaxAge, PinRules, PinStatus, VerifyCall};
pub use portal::Portal;
pub use routes::{api_app, cns_app};
pub use seed::seed;
pub use server::{Listeners, Running, start, start_on};
pub use store::backup;
