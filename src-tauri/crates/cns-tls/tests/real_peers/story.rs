//! What the stories of this binary share: a PKI, a card, and one request.

use crate::peers::Peer;
use crate::pki::Pki;
use crate::software_card::SoftwareCard;
use cns_login::{Problem, ProblemCode};
use cns_tls::{Answer, CardSigner, GetOptions, Limits, TlsVersions, get};
use std::time::Duration;
use url::Url;

/// The certificates, with one citizen whose key has 2048 bits.
pub(crate) fn pki() -> Pki {
    let pki = Pki::new();
    pki.issue_citizen("citizen", 2048);
    pki
}

/// The citizen's card.
pub(crate) fn card(pki: &Pki) -> SoftwareCard {
    SoftwareCard::new(pki.folder(), "citizen")
}

/// An `openssl s_server` that demands a certificate of the citizens' root, and more of `arguments`.
pub(crate) fn demanding(pki: &Pki, arguments: &str) -> Peer {
    let (certificate, key, root) = (
        pki.argument("server.pem"),
        pki.argument("server.key"),
        pki.argument("citizen-root.pem"),
    );
    let mut all = vec![
        "-cert",
        &certificate,
        "-key",
        &key,
        "-CAfile",
        &root,
        "-no-CApath",
        "-no-CAstore",
    ];
    all.extend(["-Verify", "1", "-verify_return_error", "-www"]);
    all.extend(arguments.split_whitespace());
    Peer::s_server(&all)
}

/// Trust in the root that issued the server's certificate, and in nothing else.
pub(crate) fn options(pki: &Pki, tls: TlsVersions) -> GetOptions {
    GetOptions {
        server_ca: Some(pki.path("server-root.pem")),
        tls,
        ..GetOptions::default()
    }
}

/// The same, with little patience.
pub(crate) fn impatient(pki: &Pki) -> GetOptions {
    let limits = Limits {
        connect: Duration::from_millis(300),
        whole: Duration::from_millis(600),
        ..Limits::default()
    };
    GetOptions {
        limits,
        ..options(pki, TlsVersions::Both)
    }
}

/// One request, from a program that is not asynchronous.
pub(crate) fn open(
    url: &Url,
    card: impl CardSigner + 'static,
    options: &GetOptions,
) -> Result<Answer, Problem> {
    tokio::runtime::Builder::new_current_thread()
        .build()
        .expect("a runtime")
        .block_on(get(url, card, options))
}

/// The code of the problem in which a request ended.
#[track_caller]
pub(crate) fn code(result: &Result<Answer, Problem>) -> ProblemCode {
    match result {
        Ok(answer) => panic!("{} instead of a problem", answer.status),
        Err(problem) => problem.code,
    }
}

/// One fact of a problem.
pub(crate) fn fact<'a>(result: &'a Result<Answer, Problem>, name: &str) -> &'a str {
    let facts = &result.as_ref().expect_err("a problem").facts;
    facts
        .iter()
        .find(|(key, _)| *key == name)
        .map_or("", |(_, value)| value)
}
