//! From an error of the HTTP and TLS libraries to a problem with a name.
//!
//! The types of the errors decide, together with the facts of the handshake; never their English.

use crate::client::Limits;
use crate::connections::host_of;
use crate::handshake::Facts;
use crate::proxy;
use cns_login::{Problem, ProblemCode};
use rustls::{AlertDescription, CertificateError, PeerMisbehaved, ProtocolVersion};
use std::error::Error;
use std::io;
use url::Url;

/// Names the problem behind an error of a request to `host`.
pub(crate) fn explain(error: &reqwest::Error, facts: &Facts, host: &str, limits: Limits) -> Problem {
    // What the card itself said is the cause; what TLS made of it is a consequence.
    if let Some(problem) = &facts.card_problem {
        return at(host, problem.clone());
    }
    if error.is_timeout() {
        let waited = if error.is_connect() {
            limits.connect
        } else {
            limits.whole
        };
        return named(ProblemCode::PortalTimeout, host).with("seconds", waited.as_secs().to_string());
    }
    let tls = find::<rustls::Error>(error);
    if let Some(rustls::Error::InvalidCertificate(reason)) = tls {
        return named(ProblemCode::ServerUntrusted, host).with("reason", server_reason(reason));
    }
    if facts.nothing_in_common() {
        return nothing_in_common(facts, host);
    }
    match tls {
        Some(rustls::Error::AlertReceived(alert)) => after_alert(*alert, error.is_connect(), facts, host),
        Some(rustls::Error::PeerMisbehaved(PeerMisbehaved::TooManyRenegotiationRequests)) => {
            named(ProblemCode::RenegotiationAsked, host)
        }
        Some(other) => tls_failed(host, &reason_of(other)),
        None => without_tls(error, facts, host, limits),
    }
}

/// Names the problem behind a request to `url` that was not sent, or not answered; where a proxy is on the way it may be
/// the proxy's.
pub(crate) async fn not_sent(error: &reqwest::Error, facts: &Facts, url: &Url, limits: Limits) -> Problem {
    let problem = explain(error, facts, &host_of(url), limits);
    if !error.is_connect() || facts.version.is_some() {
        return problem;
    }
    proxy::chosen().or_its_own(problem, url, limits.connect).await
}

/// The server asked for the card with schemes that the card cannot do. Some servers say so with an alert, some
/// with an HTTP status, some by hanging up.
pub(crate) fn nothing_in_common(facts: &Facts, host: &str) -> Problem {
    named(ProblemCode::SchemeNotSupported, host).with("offered", facts.offered_text())
}

/// The server closed the connection and said why (RFC 5246 §7.2.2, RFC 8446 §6.2).
fn after_alert(alert: AlertDescription, in_handshake: bool, facts: &Facts, host: &str) -> Problem {
    let reason = || {
        if alert == AlertDescription::ProtocolVersion {
            "protocol_version".to_owned()
        } else {
            format!("alert {}", u8::from(alert))
        }
    };
    // In TLS 1.2 a handshake that was complete can only fail again when a second one was asked for. rustls
    // answers a HelloRequest with the warning `no_renegotiation`, and OpenSSL makes of it this fatal alert.
    let second_handshake = !in_handshake && facts.version == Some(ProtocolVersion::TLSv1_2);
    let about_handshake = matches!(
        alert,
        AlertDescription::HandshakeFailure | AlertDescription::NoRenegotiation
    );
    if second_handshake && about_handshake {
        return named(ProblemCode::RenegotiationAsked, host);
    }
    let about_certificate = matches!(
        alert,
        AlertDescription::NoCertificate
            | AlertDescription::BadCertificate
            | AlertDescription::UnsupportedCertificate
            | AlertDescription::CertificateRevoked
            | AlertDescription::CertificateExpired
            | AlertDescription::CertificateUnknown
            | AlertDescription::UnknownCA
            | AlertDescription::AccessDenied
            | AlertDescription::CertificateRequired
    );
    // A server's own rule about the certificate ends in `handshake_failure` too, after it has seen the signature.
    if facts.signatures > 0 && (about_certificate || about_handshake) {
        return named(ProblemCode::PortalRefusedCard, host).with("reason", reason());
    }
    tls_failed(host, &reason())
}

/// No TLS error: the network, or HTTP.
fn without_tls(error: &reqwest::Error, facts: &Facts, host: &str, limits: Limits) -> Problem {
    if find::<hyper::Error>(error).is_some_and(hyper::Error::is_parse) {
        return named(ProblemCode::PortalAnswerMalformed, host);
    }
    let kind = find::<io::Error>(error).map(io::Error::kind);
    if kind == Some(io::ErrorKind::TimedOut) {
        let seconds = limits.connect.as_secs().to_string();
        return named(ProblemCode::PortalTimeout, host).with("seconds", seconds);
    }
    // Once the server has proved its key, or hung up on our first words, it was reached.
    let hung_up = matches!(
        kind,
        Some(io::ErrorKind::UnexpectedEof | io::ErrorKind::ConnectionReset | io::ErrorKind::BrokenPipe)
    );
    if error.is_connect() && facts.version.is_none() && !hung_up {
        let reason = kind.filter(|kind| *kind != io::ErrorKind::Other);
        let reason = reason.map_or_else(|| "name_or_network".to_owned(), |kind| format!("{kind:?}"));
        return named(ProblemCode::PortalUnreachable, host).with("reason", reason);
    }
    // Anything that HTTP has to say by now is that the answer never came, or not to its end.
    let closed = hung_up || find::<hyper::Error>(error).is_some();
    tls_failed(host, if closed { "connection_closed" } else { "request" })
}

/// Why the server's certificate was not believed: a word for programs.
pub(crate) fn server_reason(error: &CertificateError) -> &'static str {
    if matches!(error, CertificateError::UnknownIssuer) {
        "unknown_issuer"
    } else if matches!(
        error,
        CertificateError::Expired | CertificateError::ExpiredContext { .. }
    ) {
        "expired"
    } else if matches!(
        error,
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. }
    ) {
        "not_valid_yet"
    } else if matches!(
        error,
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. }
    ) {
        "wrong_name"
    } else if matches!(error, CertificateError::Revoked) {
        "revoked"
    } else if matches!(
        error,
        CertificateError::InvalidPurpose | CertificateError::InvalidPurposeContext { .. }
    ) {
        "wrong_purpose"
    } else if matches!(
        error,
        CertificateError::BadEncoding | CertificateError::BadSignature
    ) {
        "malformed"
    } else {
        "not_acceptable"
    }
}

/// The kind of a TLS error, as a word; the rest of its text is for developers and goes to the log.
fn reason_of(error: &rustls::Error) -> String {
    tracing::debug!(%error, "TLS failed");
    let debug = format!("{error:?}");
    debug.split(['(', ' ', '{']).next().unwrap_or_default().to_owned()
}

/// The first error of type `E` in the chain.
///
/// An [`io::Error`] that wraps another error skips it in its own `source`, so it is opened by hand.
pub(crate) fn find<'a, E: Error + 'static>(error: &'a (dyn Error + 'static)) -> Option<&'a E> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(found) = error.downcast_ref::<E>() {
            return Some(found);
        }
        let inside = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        next = match inside {
            Some(inside) => Some(inside),
            None => error.source(),
        };
    }
    None
}

/// A problem with `host`.
pub(crate) fn named(code: ProblemCode, host: &str) -> Problem {
    Problem::new(code).with("host", host)
}

/// Adds the host to a problem that came from where it is not known, if the problem is about a host.
pub(crate) fn at(host: &str, problem: Problem) -> Problem {
    let about_host = matches!(
        problem.code,
        ProblemCode::TlsFailed | ProblemCode::SchemeNotSupported
    );
    let known = problem.facts.iter().any(|(name, _)| *name == "host");
    if about_host && !known {
        problem.with("host", host)
    } else {
        problem
    }
}

fn tls_failed(host: &str, reason: &str) -> Problem {
    named(ProblemCode::TlsFailed, host).with("reason", reason)
}
