//! Names and what they lead to; what needs no name is tested from outside.

use super::*;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

/// What became of fetching from a server here under the name `ca.example`, which leads to `addresses`; and how many
/// look-ups and connections there were.
async fn fetched(allowed: &[&str], addresses: &[&str]) -> (Result<String, FetchError>, usize, usize) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    let connections = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&connections);
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            counted.fetch_add(1, Ordering::SeqCst);
            let mut head = [0; 1024];
            if stream.read(&mut head).unwrap_or(0) > 0 {
                stream
                    .write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nsi")
                    .unwrap();
            }
        }
    });
    let found: Vec<SocketAddr> = addresses
        .iter()
        .map(|address| SocketAddr::new(address.parse().unwrap(), 0))
        .collect();
    let lookups = Arc::new(AtomicUsize::new(0));
    let asked = Arc::clone(&lookups);
    let web = WebFetch {
        lookup: Arc::new(move |_| {
            asked.fetch_add(1, Ordering::SeqCst);
            let found = found.clone();
            Box::pin(async move { Ok(found) })
        }),
        ..WebFetch::new(AllowedHosts::parse(allowed).unwrap())
    };
    let mut body = Vec::new();
    let url = format!("http://ca.example:{port}/ca.crl");
    let result = web.fetch(request(&url), &mut body).await;
    (
        result.map(|fetched| fetched.host),
        lookups.load(Ordering::SeqCst),
        connections.load(Ordering::SeqCst),
    )
}

fn request(url: &str) -> FetchRequest<'_> {
    FetchRequest {
        url,
        purpose: FetchPurpose::Crl,
        post: None,
        limits: FetchLimits {
            body: 1024,
            whole: Duration::from_secs(10),
            connect: Duration::from_secs(10),
        },
    }
}

fn host() -> String {
    "ca.example".to_owned()
}

#[tokio::test]
async fn a_name_that_leads_here_is_looked_up_and_not_connected_to() {
    for addresses in [
        &["127.0.0.1"][..],
        &["127.0.0.1", "::1", "10.0.0.1"],
        &["::ffff:127.0.0.1"],
    ] {
        let refused = FetchError::HostNotAllowed { host: host() };
        assert_eq!(
            fetched(&["127.0.0.1"], addresses).await,
            (Err(refused), 1, 0),
            "{addresses:?}"
        );
    }
}

#[tokio::test]
async fn a_name_that_was_allowed_is_looked_up_once_and_connected_to_once() {
    assert_eq!(fetched(&["ca.example"], &["127.0.0.1"]).await, (Ok(host()), 1, 1));
}

#[tokio::test]
async fn a_name_without_an_address_is_unreachable() {
    let unreachable = FetchError::Unreachable { host: host() };
    assert_eq!(fetched(&[], &[]).await, (Err(unreachable), 1, 0));
}

#[tokio::test]
async fn a_look_up_that_hangs_costs_no_more_than_the_limit_to_connect() {
    let web = WebFetch {
        lookup: Arc::new(|_| Box::pin(std::future::pending())),
        ..WebFetch::new(AllowedHosts::default())
    };
    let mut hasty = request("http://ca.example/ca.crl");
    hasty.limits.connect = Duration::from_millis(100);
    let result = web.fetch(hasty, &mut Vec::new()).await;
    assert_eq!(result, Err(FetchError::Timeout { host: host() }));
}

#[test]
fn the_date_is_read_in_all_three_forms_and_no_other() {
    let expected = OffsetDateTime::from_unix_timestamp(784_111_777).ok();
    for (text, expected) in [
        ("Sun, 06 Nov 1994 08:49:37 GMT", expected),
        ("Sunday, 06-Nov-94 08:49:37 GMT", expected),
        ("Sun Nov  6 08:49:37 1994", expected),
        ("1994-11-06T08:49:37Z", None),
        ("", None),
        ("Sun, 06 Nov 99999 08:49:37 GMT", None),
        ("Sun, 31 Feb 1994 08:49:37 GMT", None),
    ] {
        let mut headers = HeaderMap::new();
        headers.insert(DATE, text.parse().unwrap());
        assert_eq!(date_of(&headers), expected, "{text}");
    }
    assert_eq!(date_of(&HeaderMap::new()), None);
}
