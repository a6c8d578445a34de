//! Fetching what certificates and settings name, from servers that mean well and from others.

use crate::peers::{Peer, free_port, hanging};
use crate::pki::Pki;
use crate::web::{Web, answer, hold};
use FetchPurpose::{Crl, Ocsp, TrustList};
use cns_tls::{AllowedHosts, ServerTrust, WebFetch};
use cns_trust::{Fetch, FetchError, FetchLimits, FetchPurpose, FetchRequest, Fetched, Pour};
use std::future::Future;
use std::io::Write;
use std::net::TcpStream;
use std::ops::ControlFlow;
use std::sync::mpsc;
use std::time::Duration;

/// Runs a future for a program that is not asynchronous: no timer, no network of its own.
pub(crate) fn now<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .build()
        .expect("a runtime")
        .block_on(future)
}

/// Goes to this computer, as every test must.
pub(crate) fn here() -> WebFetch {
    WebFetch::new(AllowedHosts::parse(["127.0.0.1", "localhost"]).expect("hosts"))
}

/// A request with the bounds of these tests.
pub(crate) fn request(url: &str, purpose: FetchPurpose) -> FetchRequest<'_> {
    FetchRequest {
        url,
        purpose,
        post: (purpose == Ocsp).then_some(b"domanda"),
        limits: FetchLimits {
            body: 1000,
            whole: Duration::from_secs(10),
            connect: Duration::from_secs(5),
        },
    }
}

/// The same with hardly any time.
fn hasty(url: &str, purpose: FetchPurpose) -> FetchRequest<'_> {
    let mut request = request(url, purpose);
    request.limits.whole = Duration::from_millis(400);
    request.limits.connect = Duration::from_millis(200);
    request
}

pub(crate) fn fetched(web: &WebFetch, request: FetchRequest<'_>) -> Result<(Fetched, Vec<u8>), FetchError> {
    let mut body = Vec::new();
    let fetched = now(web.fetch(request, &mut body))?;
    assert_eq!(fetched.bytes, body.len() as u64);
    Ok((fetched, body))
}

/// What a GET or, for OCSP, a POST ends in: the body, or why there is none.
pub(crate) fn outcome(url: &str, purpose: FetchPurpose) -> Result<String, FetchError> {
    fetched(&here(), request(url, purpose)).map(|(_, body)| String::from_utf8_lossy(&body).into_owned())
}

fn host() -> String {
    "127.0.0.1".to_owned()
}

fn unreachable() -> Result<String, FetchError> {
    Err(FetchError::Unreachable { host: host() })
}

pub(crate) fn redirected() -> Result<String, FetchError> {
    Err(FetchError::Redirected { host: host() })
}

#[track_caller]
fn check(said: impl Into<Vec<u8>>, expected: Result<&str, FetchError>) {
    let web = Web::saying(said);
    assert_eq!(outcome(&web.url("/ca.crl"), Crl), expected.map(str::to_owned));
    assert_eq!(web.asked(), ["GET /ca.crl"]);
}

#[test]
fn a_body_comes_whole_however_it_is_framed() {
    check(answer("200 OK", "", "lista"), Ok("lista"));
    check("HTTP/1.0 200 OK\r\n\r\nlista", Ok("lista"));
    check("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nlista", Ok("lista"));
    check(
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nli\r\n3\r\nsta\r\n0\r\n\r\n",
        Ok("lista"),
    );
    check(answer("200 OK", "", "x".repeat(1000)), Ok(&"x".repeat(1000)));
    check(answer("200 OK", "", ""), Ok(""));
}

#[test]
fn type_and_coding_of_a_body_are_not_believed_and_change_nothing() {
    check(
        answer("200 OK", "Content-Type: text/html\r\n", "lista"),
        Ok("lista"),
    );
    check(
        answer("200 OK", "Content-Encoding: gzip\r\n", "lista"),
        Ok("lista"),
    );
    check(
        answer("200 OK", "Content-Encoding: br\r\nSet-Cookie: a=b\r\n", "lista"),
        Ok("lista"),
    );
}

#[test]
fn a_body_larger_than_allowed_is_not_taken() {
    let too_large = || {
        Err(FetchError::TooLarge {
            host: host(),
            limit: 1000,
        })
    };
    check(answer("200 OK", "", "x".repeat(1001)), too_large());
    // Announced, and never sent.
    check("HTTP/1.1 200 OK\r\nContent-Length: 1001\r\n\r\n", too_large());
    check(
        "HTTP/1.1 200 OK\r\nContent-Length: 9223372036854775807\r\n\r\n",
        too_large(),
    );
    check(
        format!("HTTP/1.0 200 OK\r\n\r\n{}", "x".repeat(1001)),
        too_large(),
    );
    let chunks = "190\r\n".to_owned() + &"x".repeat(400) + "\r\n";
    check(
        format!(
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{}0\r\n\r\n",
            chunks.repeat(3)
        ),
        too_large(),
    );
}

#[test]
fn a_body_that_never_ends_is_left_at_the_limit() {
    let (told, gone) = mpsc::channel();
    let web = Web::new(move |_, stream| {
        drop(stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n"));
        while stream.write_all(&[b'x'; 4096]).is_ok() {}
        told.send(()).ok();
    });
    let mut taken = Counting(0);
    let mut wanted = request("", Crl);
    let url = web.url("/");
    wanted.url = &url;
    wanted.limits.body = 1_000_000;
    let result = now(here().fetch(wanted, &mut taken));
    assert_eq!(
        result,
        Err(FetchError::TooLarge {
            host: host(),
            limit: 1_000_000
        })
    );
    assert!(taken.0 <= 1_000_000, "{}", taken.0);
    // The connection is gone, so the server cannot go on.
    gone.recv_timeout(PATIENCE).expect("the connection ends");
}

#[test]
fn a_length_that_lies_cannot_make_a_whole_answer_of_half_a_one() {
    check(
        "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nlista",
        Err(FetchError::Unreachable { host: host() }),
    );
    check("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nlista", Ok("lis"));
    check(
        "HTTP/1.1 200 OK\r\nContent-Length: 18446744073709551616\r\n\r\nlista",
        Err(FetchError::Unreachable { host: host() }),
    );
    check(
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 3\r\n\r\nlista",
        Err(FetchError::Unreachable { host: host() }),
    );
    check(
        "HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nlista",
        Err(FetchError::Unreachable { host: host() }),
    );
    check(
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nlis",
        Err(FetchError::Unreachable { host: host() }),
    );
    check(
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nlista\r\n0\r\n\r\n",
        Err(FetchError::Unreachable { host: host() }),
    );
}

#[test]
fn what_is_no_http_is_no_answer() {
    for said in [
        "",
        "\r\n\r\n",
        "SSH-2.0-OpenSSH_9.2\r\n",
        "HTTP/1.1 \r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Le",
    ] {
        check(said, Err(FetchError::Unreachable { host: host() }));
    }
    let endless = format!("HTTP/1.1 200 OK\r\nX: {}\r\n\r\n", "x".repeat(2_000_000));
    check(endless, Err(FetchError::Unreachable { host: host() }));
    let many = format!("HTTP/1.1 200 OK\r\n{}\r\n", "X: x\r\n".repeat(1000));
    check(many, Err(FetchError::Unreachable { host: host() }));
}

#[test]
fn a_connection_that_breaks_is_no_answer() {
    let web = Web::interrupting("HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\nli");
    assert_eq!(outcome(&web.url("/"), Crl), unreachable());
    let nobody = format!("http://127.0.0.1:{}/", free_port());
    assert_eq!(outcome(&nobody, Crl), unreachable());
    assert_eq!(outcome(&nobody, Ocsp), unreachable());
}

#[test]
fn another_status_than_200_is_told() {
    for status in [201, 204, 206, 300, 304, 400, 401, 403, 404, 429, 500, 503] {
        let expected = FetchError::Status { host: host(), status };
        check(answer(&format!("{status} X"), "", ""), Err(expected));
    }
    // A redirect that leads nowhere.
    check(
        answer("302 Found", "", ""),
        Err(FetchError::Status {
            host: host(),
            status: 302,
        }),
    );
}

#[test]
fn the_date_is_the_server_s() {
    let date = |header: &str| {
        let web = Web::saying(answer("200 OK", header, ""));
        let url = web.url("/");
        fetched(&here(), request(&url, Crl)).unwrap().0.server_date
    };
    let told = date("Date: Sun, 22 Nov 2026 22:10:00 GMT\r\n").map(|date| date.unix_timestamp());
    assert_eq!(told, Some(1_795_385_400));
    assert_eq!((date(""), date("Date: oggi\r\n")), (None, None));
}

#[test]
fn time_runs_out_wherever_it_is_spent() {
    let timeout = || FetchError::Timeout { host: host() };
    let silent = Web::new(|_, stream| hold(stream));
    let stuck = Web::new(|_, stream| {
        drop(stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nlista"));
        hold(stream);
    });
    let dripping = Web::new(|_, stream| {
        drop(stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n"));
        drip(stream);
    });
    let dripping_head = Web::new(drip_after_head);
    let redirecting = Web::saying(answer(
        "302 Found",
        &format!("Location: {}\r\n", silent.url("/")),
        "",
    ));
    for web in [&silent, &stuck, &dripping, &dripping_head, &redirecting] {
        let url = web.url("/");
        assert_eq!(fetched(&here(), hasty(&url, Crl)).unwrap_err(), timeout());
    }
    // A server that takes the connection and no handshake.
    let (_listener, url) = hanging();
    let host = "localhost".to_owned();
    let stuck = fetched(&here(), hasty(url.as_str(), TrustList)).unwrap_err();
    assert_eq!(stuck, FetchError::Timeout { host });
}

fn drip(stream: &mut TcpStream) {
    while stream.write_all(b"x").is_ok() {
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn drip_after_head(_: &crate::web::Heard, stream: &mut TcpStream) {
    drop(stream.write_all(b"HTTP/1.1 200 OK\r\nX: "));
    drip(stream);
}

#[test]
fn who_has_enough_is_sent_no_more() {
    let web = Web::new(|_, stream| {
        drop(stream.write_all(b"HTTP/1.1 200 OK\r\n\r\nlista"));
        hold(stream);
    });
    let url = web.url("/");
    let stopped = now(here().fetch(request(&url, Crl), &mut Enough));
    assert_eq!(stopped, Err(FetchError::Stopped { host: host() }));
}

#[test]
fn dropping_the_future_ends_the_connection() {
    let (told, ended) = mpsc::channel();
    let (arrived_to, arrived) = tokio::sync::mpsc::unbounded_channel();
    let web = Web::new(move |_, stream| {
        arrived_to.send(()).ok();
        hold(stream);
        told.send(()).ok();
    });
    let url = web.url("/");
    now(async {
        let mut arrived = arrived;
        let (fetch, mut body) = (here(), Vec::new());
        let mut fetching = fetch.fetch(request(&url, Crl), &mut body);
        tokio::select! {
            _ = &mut fetching => panic!("there is no answer"),
            _ = arrived.recv() => {}
        }
    });
    ended.recv_timeout(PATIENCE).expect("the connection ends");
}

#[test]
fn a_list_comes_over_https_from_a_server_whose_root_is_trusted() {
    let pki = Pki::new();
    std::fs::write(pki.path("list.xml"), "<lista/>").unwrap();
    let tls = format!(
        "ssl_certificate {0}; ssl_certificate_key {1}; root {2};",
        pki.argument("server.pem"),
        pki.argument("server.key"),
        pki.folder().display()
    );
    let nginx = Peer::nginx(
        pki.folder(),
        &format!(
            "server {{ listen PORT0 ssl; {tls}
                location /down {{ return 302 http://localhost/list.xml; }}
                location /round {{ return 301 /list.xml; }} }}"
        ),
    );
    let list = nginx.url_of(0, "/list.xml");
    let trusting = |root: &str| here().trusting(ServerTrust::File(pki.path(root)));
    let outcome = |web: &WebFetch, path: &str| {
        let url = nginx.url_of(0, path);
        fetched(web, request(url.as_str(), TrustList))
            .map(|(fetched, body)| (fetched.server_date.is_some(), body))
    };
    let host = || "localhost".to_owned();
    let came = Ok((true, b"<lista/>".to_vec()));
    assert_eq!(outcome(&trusting("server-root.pem"), "/list.xml"), came);
    assert_eq!(outcome(&trusting("server-root.pem"), "/round"), came);
    assert_eq!(
        outcome(&trusting("server-root.pem"), "/down"),
        Err(FetchError::Redirected { host: host() })
    );
    for untrusting in [here(), trusting("other-root.pem"), trusting("no-such-file.pem")] {
        let refused = outcome(&untrusting, "/list.xml");
        assert_eq!(refused, Err(FetchError::ServerUntrusted { host: host() }));
    }
    let public_only =
        WebFetch::new(AllowedHosts::default()).trusting(ServerTrust::File(pki.path("server-root.pem")));
    let refused = fetched(&public_only, request(list.as_str(), TrustList));
    assert_eq!(refused.unwrap_err(), FetchError::HostNotAllowed { host: host() });
}

#[test]
fn a_list_comes_from_openssl_s_own_server_too() {
    let pki = Pki::new();
    let (certificate, key) = (pki.argument("server.pem"), pki.argument("server.key"));
    // `-www` answers every path with a page about the connection, over HTTP/1.0.
    let peer = Peer::s_server(&["-cert", &certificate, "-key", &key, "-www"]);
    let url = peer.url("/list.xml");
    let web = here().trusting(ServerTrust::File(pki.path("server-root.pem")));
    let mut wanted = request(url.as_str(), TrustList);
    wanted.limits.body = 100_000;
    let (_, body) = fetched(&web, wanted).unwrap();
    assert!(String::from_utf8_lossy(&body).contains("s_server"));
}

/// Counts bytes and keeps none.
struct Counting(u64);

impl Pour for Counting {
    fn pour(&mut self, piece: &[u8]) -> ControlFlow<()> {
        self.0 += piece.len() as u64;
        ControlFlow::Continue(())
    }
}

/// Wants no more than there is.
struct Enough;

impl Pour for Enough {
    fn pour(&mut self, _piece: &[u8]) -> ControlFlow<()> {
        ControlFlow::Break(())
    }
}

/// How long a test waits for what must come before it fails.
const PATIENCE: Duration = Duration::from_secs(20);
