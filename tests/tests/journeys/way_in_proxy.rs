//! The ways in where the only way out is a proxy.

use crate::way_in::Way;
use journeys::apache::{Host, TEMPLATE};
use journeys::card::PIN;
use journeys::cns;
use journeys::patience;
use journeys::squid::Squid;
use serde_json::Value;

/// A host that demands the card everywhere, one that demands it in a folder, and one that the proxy does not lead to.
const HOSTS: [Host<'static>; 3] = [
    Host {
        address: "127.0.0.1",
        directives: "SSLVerifyClient require",
        pages: &[("index.html", "<h1>Area riservata</h1>")],
    },
    Host {
        address: "127.0.0.2",
        directives: TEMPLATE,
        pages: &[("secure/index.html", "<h1>Area riservata</h1>")],
    },
    Host {
        address: "127.0.0.3",
        directives: "SSLVerifyClient require",
        pages: &[("index.html", "<h1>Altrove</h1>")],
    },
];

/// Waits until the proxy has written down that it was asked for this: it does so when a connection is over.
#[track_caller]
fn was_asked(squid: &Squid, request: &str) {
    patience::until(
        || format!("{request} in {}", squid.asked()),
        || squid.asked().contains(request).then_some(()),
    );
}

/// The status of the last page.
fn arrived(told: &Value) -> u64 {
    let hops = told["hops"].as_array().unwrap();
    hops.last().unwrap()["status"].as_u64().unwrap()
}

#[test]
fn a_card_gets_in_through_a_proxy_by_both_transports_and_the_proxy_sees_names_only() {
    let way = Way::new();
    let apache = way.apache(&HOSTS);
    let squid = Squid::open(&way.scene.place);
    let proxy = format!("--proxy=http://127.0.0.1:{}", squid.port);
    for place in ["127.0.0.1:{port}/", "127.0.0.2:{port}/secure/"] {
        let place = place.replace("{port}", &apache.port.to_string());
        let told = way.follow(&format!("https://{place}"), &[&proxy]).done();
        assert_eq!(arrived(&told), 200, "{told}");
        assert_eq!(way.spent(), (1, 1), "{place}");
    }
    for host in ["127.0.0.1", "127.0.0.2"] {
        was_asked(&squid, &format!("CONNECT {host}:{} ", apache.port));
    }
    let asked = squid.asked();
    assert!(!asked.contains("secure") && !asked.contains("GET"), "{asked}");
}

#[test]
fn a_proxy_that_wants_a_password_gets_it_and_without_it_no_pin_is_spent() {
    let way = Way::new();
    let apache = way.apache(&HOSTS);
    let squid = Squid::with_password(&way.scene.place);
    let url = |host: &str| format!("https://{host}:{}/secure/", apache.port);
    let ca = way.server.ca.display().to_string();
    let get = |host: &str, proxy: &str, lines: &str| {
        way.scene.card.forget();
        let url = url(host);
        let proxy = format!("--proxy={proxy}");
        let mut words = vec!["get", &url, "--follow", "--pin-stdin", "--server-ca", &ca, &proxy];
        if proxy.contains('@') {
            words.push("--proxy-password-stdin");
        }
        way.scene.cns(&words, lines)
    };
    let place = format!("127.0.0.1:{}", squid.port);
    let known = format!("http://{}@{place}", Squid::NAME);

    let told = get("127.0.0.2", &known, &format!("{}\n{PIN}\n", Squid::PASSWORD)).done();
    assert_eq!(arrived(&told), 200, "{told}");

    for (proxy, lines) in [
        (format!("http://{place}"), format!("{PIN}\n")),
        (known.clone(), format!("sbagliata\n{PIN}\n")),
    ] {
        for host in ["127.0.0.1", "127.0.0.2"] {
            let refused = get(host, &proxy, &lines);
            assert_eq!(refused.problem(), "proxy_wants_password", "{host}");
            assert_eq!(way.spent().1, 0, "{host}: nothing is signed for a proxy");
            assert!(!refused.out.contains("sbagliata"), "{}", refused.out);
        }
    }
    assert!(!squid.asked().contains(Squid::PASSWORD));
}

#[test]
fn what_a_proxy_does_wrong_has_a_name_of_its_own() {
    let way = Way::new();
    let apache = way.apache(&HOSTS);
    let squid = Squid::open(&way.scene.place);
    let nobody = journeys::ports::free_pair();
    let open = format!("http://127.0.0.1:{}", squid.port);
    for (host, proxy, expected) in [
        ("127.0.0.3", open.clone(), "proxy_refused"),
        (
            "127.0.0.1",
            format!("http://127.0.0.1:{nobody}"),
            "proxy_unreachable",
        ),
        ("127.0.0.1", "https://127.0.0.1:1".to_owned(), "proxy_unusable"),
        ("127.0.0.1", "socks5://127.0.0.1:1".to_owned(), "proxy_unusable"),
        (
            "127.0.0.1",
            format!("http://mario:password@127.0.0.1:{nobody}"),
            "proxy_unusable",
        ),
    ] {
        let proxy = format!("--proxy={proxy}");
        let refused = way.follow(&format!("https://{host}:{}/", apache.port), &[&proxy]);
        assert_eq!(refused.problem(), expected, "{host} by {proxy}");
        assert_eq!(way.spent().1, 0, "{proxy}");
    }
}

#[test]
fn the_computer_s_own_proxy_is_used_without_a_word_and_finds_names_that_only_it_knows() {
    let way = Way::new();
    let apache = way.apache(&HOSTS);
    let squid = Squid::open(&way.scene.place);
    let ca = way.server.ca.display().to_string();
    let follow = |host: &str, more: &[&str]| {
        way.scene.card.forget();
        let url = format!("https://{host}:{}/", apache.port);
        let mut words = vec!["get", &url, "--follow", "--pin-stdin", "--server-ca", &ca];
        words.extend(more);
        let mut command = way.scene.command(&words);
        command.env("HTTPS_PROXY", format!("http://127.0.0.1:{}", squid.port));
        cns::run(&mut command, &format!("{PIN}\n"))
    };
    let told = follow("portale.example", &[]).done();
    assert_eq!(arrived(&told), 200, "{told}");
    was_asked(&squid, "CONNECT portale.example:");
    // This computer itself needs no proxy, and one can be told to use none.
    assert_eq!(arrived(&follow("127.0.0.3", &[]).done()), 200);
    assert!(!squid.asked().contains("127.0.0.3"));
    assert_eq!(arrived(&follow("127.0.0.3", &["--proxy=direct"]).done()), 200);
}
