//! The body's own people: their accounts, their sessions, and the host on which they work.
//!
//! They verify requests by a call, look at documents and decide, work applications, serve people at the counter and
//! on the phone. Their host is another socket than those of the citizens, and is meant for the body's own network.

mod account;
mod contacts;
mod example;
pub(crate) mod metrics;
mod password;
mod routes;

pub(crate) use account::Operator;
pub use account::{add_operator, remove_operator};
pub use routes::operator_app;
