//! How this crate asks the network: through whoever implements [`Fetch`]. Here is no socket.

use std::future::Future;
use std::ops::ControlFlow;
use std::pin::Pin;
use std::time::Duration;
use time::OffsetDateTime;

/// An answer that is on its way; boxed, so that its port can be held as `dyn`.
pub type Answering<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Fetches one address.
pub trait Fetch: Send + Sync {
    /// Sends one request and pours the body into `body`, piece by piece, as it comes.
    ///
    /// The bounds are the request's: whoever implements this keeps them.
    fn fetch<'a>(
        &'a self,
        request: FetchRequest<'a>,
        body: &'a mut (dyn Pour + Send),
    ) -> Answering<'a, Result<Fetched, FetchError>>;

    /// How long it has been at work, by a clock that only goes forward: what is left of a limit that several requests
    /// share is reckoned from it. A double that keeps no time leaves it at nothing.
    fn elapsed(&self) -> Duration {
        Duration::ZERO
    }
}

/// Takes a body piece by piece.
pub trait Pour {
    /// Takes the next piece; `Break` when no more is wanted, because it is enough or broken.
    fn pour(&mut self, piece: &[u8]) -> ControlFlow<()>;
}

impl Pour for Vec<u8> {
    fn pour(&mut self, piece: &[u8]) -> ControlFlow<()> {
        self.extend_from_slice(piece);
        ControlFlow::Continue(())
    }
}

/// One request.
#[derive(Clone, Copy, Debug)]
pub struct FetchRequest<'a> {
    /// The address, as it stands in a certificate, a list or a setting.
    pub url: &'a str,
    /// What it is for, which decides the scheme and the content types.
    pub purpose: FetchPurpose,
    /// The body of a POST; without it, a GET.
    pub post: Option<&'a [u8]>,
    /// What it may cost.
    pub limits: FetchLimits,
}

/// What is fetched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FetchPurpose {
    /// An OCSP response (RFC 6960 appendix A), over http.
    Ocsp,
    /// A CRL (RFC 5280 §4.2.1.13), over http.
    Crl,
    /// A trust list (ETSI TS 119 612), over https.
    TrustList,
}

/// What a request may cost.
#[derive(Clone, Copy, Debug)]
pub struct FetchLimits {
    /// Bytes of the body.
    pub body: u64,
    /// From the first lookup to the last byte, redirects included.
    pub whole: Duration,
    /// To connect to one address.
    pub connect: Duration,
}

/// What is known of an answer beside its body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fetched {
    /// The host that answered.
    pub host: String,
    /// Its `Date`. Nobody vouches for it: a hint, never a proof.
    pub server_date: Option<OffsetDateTime>,
    /// Bytes of the body.
    pub bytes: u64,
}

/// Why nothing came.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FetchError {
    /// It is no address, or one of a scheme that its purpose does not allow.
    #[error("not an address that may be asked")]
    Address,
    /// A private, loopback or otherwise local address, which nobody allowed by name.
    #[error("`{host}` is a local address and was not allowed")]
    HostNotAllowed {
        /// The host.
        host: String,
    },
    /// No answer came from there, or none that is HTTP, or not to its end.
    #[error("`{host}` gave no whole answer")]
    Unreachable {
        /// The host.
        host: String,
    },
    /// It took too long.
    #[error("`{host}` did not answer in time")]
    Timeout {
        /// The host.
        host: String,
    },
    /// It answered with another status than 200.
    #[error("`{host}` answered with status {status}")]
    Status {
        /// The host.
        host: String,
        /// HTTP status.
        status: u16,
    },
    /// It sends more than the limit.
    #[error("`{host}` sends more than {limit} bytes")]
    TooLarge {
        /// The host.
        host: String,
        /// Bytes.
        limit: u64,
    },
    /// It redirects a fourth time, to another scheme, or where a question cannot be repeated.
    #[error("`{host}` redirects too often, or elsewhere than it may")]
    Redirected {
        /// The host.
        host: String,
    },
    /// Its own certificate cannot be trusted (https).
    #[error("`{host}` could not be recognised")]
    ServerUntrusted {
        /// The host.
        host: String,
    },
    /// The reader of the body wanted no more of it.
    #[error("the answer was given up")]
    Stopped {
        /// The host.
        host: String,
    },
}

impl FetchError {
    /// The host that was asked, where there is one.
    pub fn host(&self) -> Option<&str> {
        match self {
            Self::Address => None,
            Self::HostNotAllowed { host }
            | Self::Unreachable { host }
            | Self::Timeout { host }
            | Self::Status { host, .. }
            | Self::TooLarge { host, .. }
            | Self::Redirected { host }
            | Self::ServerUntrusted { host }
            | Self::Stopped { host } => Some(host),
        }
    }
}
