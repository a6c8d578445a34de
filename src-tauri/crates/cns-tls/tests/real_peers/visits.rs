//! Whom a fetch visits: nobody local without leave, no further than three redirects, and nobody learns who asks.

use crate::fetch::{fetched, here, outcome, redirected, request};
use crate::web::{Web, answer};
use cns_tls::{AllowedHosts, WebFetch};
use cns_trust::FetchError;
use cns_trust::FetchPurpose::{Crl, Ocsp, TrustList};
use std::io::Write;

/// A chain of `redirects` by `status`, then the answer.
fn chain(redirects: usize, status: &'static str) -> Web {
    Web::new(move |heard, stream| {
        let step: usize = heard.path().trim_start_matches('/').parse().unwrap_or(0);
        let said = if step < redirects {
            answer(status, &format!("Location: /{}\r\n", step + 1), "altrove")
        } else {
            answer("200 OK", "", "lista")
        };
        drop(stream.write_all(&said));
    })
}

#[test]
fn three_redirects_are_followed_and_a_fourth_is_not() {
    for status in [
        "301 Moved Permanently",
        "302 Found",
        "303 See Other",
        "307 Temporary Redirect",
        "308 Permanent Redirect",
    ] {
        for redirects in 0..=5 {
            let web = chain(redirects, status);
            let expected = if redirects <= 3 {
                Ok("lista".to_owned())
            } else {
                redirected()
            };
            assert_eq!(outcome(&web.url("/0"), Crl), expected, "{redirects} by {status}");
            assert_eq!(web.asked().len(), redirects.min(3) + 1, "{redirects} by {status}");
        }
    }
}

#[test]
fn a_loop_ends() {
    let web = Web::saying(answer("302 Found", "Location: /\r\n", ""));
    assert_eq!(outcome(&web.url("/"), Crl), redirected());
    assert_eq!(web.asked().len(), 4);
}

#[test]
fn a_question_is_repeated_whole_or_not_at_all() {
    for (status, repeats) in [
        ("301 Moved Permanently", false),
        ("302 Found", false),
        ("303 See Other", false),
        ("307 Temporary Redirect", true),
        ("308 Permanent Redirect", true),
    ] {
        let web = chain(2, status);
        let expected = if repeats {
            Ok("lista".to_owned())
        } else {
            redirected()
        };
        assert_eq!(outcome(&web.url("/0"), Ocsp), expected, "{status}");
        let asked: &[&str] = if repeats {
            &["POST /0", "POST /1", "POST /2"]
        } else {
            &["POST /0"]
        };
        assert_eq!(web.asked(), asked, "{status}");
        assert_eq!(web.last().body, b"domanda", "{status}");
    }
}

#[test]
fn a_redirect_leads_to_no_other_scheme_and_to_nothing_local() {
    let refused = |host: &str| {
        Err(FetchError::HostNotAllowed {
            host: host.to_owned(),
        })
    };
    let forbidden = Web::saying(answer("200 OK", "", "segreto"));
    let port = forbidden.port();
    for (target, expected) in [
        ("https://127.0.0.1/".to_owned(), redirected()),
        ("ftp://127.0.0.1/".to_owned(), redirected()),
        ("file:///etc/passwd".to_owned(), redirected()),
        ("ldap://127.0.0.1/".to_owned(), redirected()),
        ("data:,lista".to_owned(), redirected()),
        ("http://".to_owned(), redirected()),
        (format!("http://nome:segreta@127.0.0.1:{port}/"), redirected()),
        (
            "http://169.254.169.254/latest/meta-data/".to_owned(),
            refused("169.254.169.254"),
        ),
        ("//192.168.1.1/".to_owned(), refused("192.168.1.1")),
        ("http://[::1]/".to_owned(), refused("[::1]")),
        ("http://0x7f000002/".to_owned(), refused("127.0.0.2")),
        (format!("http://127.0.0.2:{port}/"), refused("127.0.0.2")),
        (
            format!("http://prova.localhost:{port}/"),
            refused("prova.localhost"),
        ),
    ] {
        let web = Web::saying(answer("302 Found", &format!("Location: {target}\r\n"), ""));
        assert_eq!(outcome(&web.url("/"), Crl), expected, "{target}");
        assert_eq!(web.asked().len(), 1, "{target}");
    }
    assert_eq!(forbidden.asked(), Vec::<String>::new());
}

#[test]
fn nothing_local_is_visited_unless_it_was_allowed() {
    let web = Web::saying(answer("200 OK", "", "lista"));
    let port = web.port();
    for (allowed, host, visited) in [
        (&[][..], "127.0.0.1", false),
        (&[], "localhost", false),
        (&[], "[::ffff:127.0.0.1]", false),
        (&[], "2130706433", false),
        (&["localhost"], "127.0.0.1", false),
        (&["127.0.0.1"], "localhost", false),
        (&["10.0.0.1", "ca.example"], "127.0.0.1", false),
        (&["127.0.0.1"], "127.0.0.1", true),
        (&["127.0.0.1"], "2130706433", true),
        (&["LocalHost."], "localhost", true),
    ] {
        let fetch = WebFetch::new(AllowedHosts::parse(allowed).unwrap());
        let url = format!("http://{host}:{port}/");
        let before = web.asked().len();
        let result = fetched(&fetch, request(&url, Crl));
        assert_eq!(result.is_ok(), visited, "{host}, allowed {allowed:?}: {result:?}");
        assert_eq!(web.asked().len() - before, usize::from(visited), "{host}");
        if let Err(error) = result {
            assert!(matches!(error, FetchError::HostNotAllowed { .. }), "{error}");
        }
    }
}

#[test]
fn an_address_of_another_kind_than_its_purpose_s_is_not_asked() {
    for (url, purpose) in [
        ("", Crl),
        ("ca.crl", Crl),
        ("/ca.crl", Crl),
        ("https://localhost/ca.crl", Crl),
        ("https://localhost/ocsp", Ocsp),
        ("ldap://localhost/cn=ca", Crl),
        ("ftp://localhost/ca.crl", Crl),
        ("file:///etc/passwd", Crl),
        ("data:,lista", Crl),
        ("http://localhost:99999/", Crl),
        ("http:///", Crl),
        ("http://nome@localhost/", Crl),
        ("http://nome:segreta@localhost/", Crl),
        ("http://localhost/list.xml", TrustList),
        ("ftp://localhost/list.xml", TrustList),
    ] {
        assert_eq!(
            outcome(url, purpose),
            Err(FetchError::Address),
            "{url} for {purpose:?}"
        );
    }
}

#[test]
fn a_request_says_what_it_must_and_nothing_of_who_asks() {
    let web = Web::saying(answer("200 OK", "Set-Cookie: chi=io\r\n", ""));
    let fetch = here();
    let url = web.url("/ocsp?a=b#c");
    let names = |head: &str| -> Vec<String> {
        let mut names: Vec<_> = head
            .lines()
            .skip(1)
            .filter_map(|line| line.split_once(':'))
            .map(|(name, _)| name.to_lowercase())
            .collect();
        names.sort();
        names
    };
    for _ in 0..2 {
        fetched(&fetch, request(&url, Crl)).unwrap();
        let head = web.last().head;
        assert!(head.starts_with("GET /ocsp?a=b HTTP/1.1\r\n"), "{head}");
        assert_eq!(names(&head), ["accept", "host", "user-agent"], "{head}");
    }
    fetched(&fetch, request(&url, Ocsp)).unwrap();
    let asked = web.last();
    assert!(
        asked
            .head
            .to_lowercase()
            .contains("content-type: application/ocsp-request\r\n")
    );
    assert_eq!(asked.body, b"domanda");
    assert_eq!(
        names(&asked.head),
        ["accept", "content-length", "content-type", "host", "user-agent"]
    );
}
