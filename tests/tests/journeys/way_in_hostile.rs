//! `cns get --follow` against a host that does everything wrong: each way has its name, its bounds, and leaks nothing.

use crate::way_in::Way;
use journeys::card::PIN;
use journeys::cns;
use journeys::patience;
use journeys::peers::{self, ServerCertificate};
use journeys::place::Place;
use std::net::TcpListener;
use std::process::Command;
use std::time::{Duration, Instant};

/// Paths, what must be said, and the most that it may take.
const WRONGS: [(&str, &str, Duration); 14] = [
    ("loop", "walk_too_long", QUICK),
    ("refresh", "walk_too_long", QUICK),
    ("reset", "tls_failed", QUICK),
    ("foreign", "host_not_allowed", QUICK),
    ("elsewhere", "host_not_allowed", QUICK),
    ("cleartext", "not_https", QUICK),
    ("nowhere", "portal_answer_malformed", QUICK),
    ("huge", "portal_answer_too_large", QUICK),
    ("endless", "portal_answer_too_large", QUICK),
    ("chunked", "portal_answer_too_large", QUICK),
    ("headers", "tls_failed", QUICK),
    ("truncated", "tls_failed", QUICK),
    ("hang", "portal_timeout", Duration::from_secs(45)),
    ("error", "page_refused", QUICK),
];

#[test]
fn whatever_a_host_does_wrong_has_a_name_within_bounds_and_costs_one_signature_at_most() {
    let way = Way::new();
    let host = peers::hostile(&way.scene.place, &way.server, &way.scene.roots);
    // Where the pages want to lead: a host that nobody named, where somebody listens.
    let stranger = TcpListener::bind(("127.0.0.4", host.port)).unwrap();
    stranger.set_nonblocking(true).unwrap();
    for (path, problem, most) in WRONGS {
        let begun = Instant::now();
        let ended = way.follow(&format!("https://127.0.0.1:{}/{path}", host.port), &[]);
        let (took, told) = (begun.elapsed(), format!("{}{}", ended.out, ended.err));
        assert_eq!(ended.problem(), problem, "{path}: {told}");
        assert!(took < most, "{path} took {took:?}");
        assert_eq!(way.spent(), (1, 1), "{path}");
        assert!(
            !told.contains("segreto") && !told.contains("c2VncmV0bw"),
            "{path}: {told}"
        );
    }
    assert!(
        stranger.accept().is_err(),
        "somebody came to a host that nobody named"
    );
    let asked = |path: &str| {
        host.process
            .said()
            .lines()
            .filter(|line| line.ends_with(path))
            .count()
    };
    assert_eq!(
        (asked("GET /loop"), asked("GET /refresh")),
        (20, 20),
        "hops, and not one more"
    );
}

#[test]
fn ten_gibibytes_and_a_page_without_end_are_refused_in_the_memory_of_a_few_pages() {
    let way = Way::new();
    let host = peers::hostile(&way.scene.place, &way.server, &way.scene.roots);
    let ca = way.server.ca.display().to_string();
    let follow = |path: &str, most: &str| {
        let url = format!("https://127.0.0.1:{}/{path}", host.port);
        let words = ["get", &url, "--follow", "--pin-stdin", "--server-ca", &ca];
        let mut within = Command::new("prlimit");
        within.arg(format!("--data={most}"));
        cns::run(
            cns::wrapped(&mut within, &way.scene.command(&words)),
            &format!("{PIN}\n"),
        )
    };
    // One says beforehand how much comes, one says nothing, one says it piece by piece.
    for path in ["huge", "endless", "chunked"] {
        let ended = follow(path, MEMORY);
        assert_eq!(
            ended.problem(),
            "portal_answer_too_large",
            "{path}: {}",
            ended.out
        );
    }
    // And the line is closed: what was on its way by then is all that was sent.
    for path in ["/endless", "/chunked"] {
        let sent = patience::until(
            || format!("the end of {path}: {}", host.process.said()),
            || poured(&host.process.said(), path),
        );
        assert!(sent <= MOST_SENT_MIB, "{path}: {sent} MiB");
    }
    // The limit is one: with a tenth of it nothing runs.
    assert_ne!(follow("plain", TOO_LITTLE).code, 0);
    assert_eq!(follow("plain", MEMORY).code, 0);
}

/// How many MiB the host says that it got rid of at this path.
fn poured(said: &str, path: &str) -> Option<u64> {
    let end = format!(" MiB at {path}");
    let line = said.lines().find(|line| line.ends_with(&end))?;
    line.trim_end_matches(&end)
        .trim_start_matches("poured ")
        .parse()
        .ok()
}

#[test]
fn a_bomb_of_cookies_is_taken_in_part_and_sent_back_in_less() {
    let way = Way::new();
    let host = peers::hostile(&way.scene.place, &way.server, &way.scene.roots);
    let arrival = way
        .follow(&format!("https://127.0.0.1:{}/bomb?0", host.port), &[])
        .done();
    let cookies = arrival["cookies"].as_u64().unwrap();
    assert!((1..=300).contains(&cookies), "{cookies}");
}

#[test]
fn a_host_that_becomes_another_in_the_middle_is_refused_and_gets_no_signature() {
    let way = Way::new();
    let elsewhere = Place::new();
    let other = ServerCertificate::issue(&elsewhere);
    let host = peers::two_faced(&way.scene.place, &way.server, &other, &way.scene.roots);
    let ended = way.follow(&host.url(), &["--tls", "1.2"]);
    assert_eq!(ended.problem(), "renegotiation_refused", "{}", ended.out);
    assert_eq!(way.spent(), (1, 0));
}

/// Bytes of data that the program may have, its threads' stacks among them: 8 MiB are the most that it takes of a page.
const MEMORY: &str = "67108864";
/// What is read of a page, and what the systems at both ends hold of a connection meanwhile.
const MOST_SENT_MIB: u64 = 24;
const TOO_LITTLE: &str = "1048576";
const QUICK: Duration = Duration::from_secs(15);
