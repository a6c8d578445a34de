//! `cns get --follow`: the way in to portals of pages, on servers that we did not write.

use journeys::apache::{Apache, Host, TEMPLATE};
use journeys::card::PIN;
use journeys::cns::Ended;
use journeys::peers::{self, ServerCertificate};
use journeys::saml::Federation;
use journeys::scene::Scene;
use serde_json::Value;

/// A scene, and a certificate for its servers.
pub(crate) struct Way {
    pub(crate) scene: Scene,
    pub(crate) server: ServerCertificate,
}

impl Way {
    pub(crate) fn new() -> Self {
        let scene = Scene::with("citizen-good");
        let server = scene.server();
        Self { scene, server }
    }

    pub(crate) fn apache(&self, hosts: &[Host<'_>]) -> Apache {
        Apache::start(&self.scene.place, &self.server, &self.scene.roots, hosts)
    }

    /// Walks from this address; more words name hosts.
    pub(crate) fn follow(&self, url: &str, more: &[&str]) -> Ended {
        self.scene.card.forget();
        let ca = self.server.ca.display().to_string();
        let mut words = vec!["get", url, "--follow", "--pin-stdin", "--server-ca", &ca];
        words.extend(more);
        self.scene.cns(&words, &format!("{PIN}\n"))
    }

    /// PINs verified and signatures made.
    pub(crate) fn spent(&self) -> (usize, usize) {
        let spent = self.scene.card.spent();
        (spent.verifies, spent.signatures)
    }
}

/// The hops: what led there, the path and the status, and whether the card signed.
fn hops(arrival: &Value) -> Vec<(String, String, u64, bool)> {
    let text = |hop: &Value, field: &str| hop[field].as_str().unwrap_or_default().to_owned();
    let hops = arrival["hops"].as_array().unwrap().iter();
    hops.map(|hop| {
        let address = text(hop, "address");
        let path = address.splitn(4, '/').nth(3).unwrap_or_default().to_owned();
        (
            text(hop, "by"),
            path,
            hop["status"].as_u64().unwrap(),
            hop["signature_scheme"].is_string(),
        )
    })
    .collect()
}

#[track_caller]
fn walked(arrival: &Value, expected: &[(&str, &str, u64, bool)]) {
    let expected: Vec<_> = expected
        .iter()
        .map(|(by, path, status, signed)| ((*by).to_owned(), (*path).to_owned(), *status, *signed))
        .collect();
    assert_eq!(hops(arrival), expected, "{arrival:#}");
}

#[test]
fn apache_that_demands_the_card_of_a_whole_host_gets_one_signature() {
    let way = Way::new();
    let apache = way.apache(&[Host {
        address: "127.0.0.1",
        directives: "SSLVerifyClient require\nRedirect /in https://127.0.0.1:{port}/area/",
        pages: &[("area/index.html", "<h1>Dentro</h1>")],
    }]);
    let arrival = way
        .follow(&format!("https://127.0.0.1:{}/in", apache.port), &[])
        .done();
    walked(
        &arrival,
        &[("entry", "in", 302, true), ("redirect", "area/", 200, false)],
    );
    assert_eq!(way.spent(), (1, 1));
    apache.has_logged(&["verify=SUCCESS", &way.scene.card.codice_fiscale, "/area/"]);
}

#[test]
fn nginx_that_demands_the_card_of_a_whole_host_gets_one_signature() {
    let way = Way::new();
    let nginx = peers::nginx(&way.scene.place, &way.server, &way.scene.roots);
    let arrival = way.follow(&nginx.url(), &[]).done();
    walked(&arrival, &[("entry", "", 200, true)]);
    assert_eq!(way.spent(), (1, 1));
}

#[test]
fn a_host_of_one_version_of_tls_is_spoken_to_in_that_one() {
    let way = Way::new();
    let directives = |version: &str| format!("SSLProtocol -all +TLSv{version}\nSSLVerifyClient require");
    let (older, newer) = (directives("1.2"), directives("1.3"));
    let pages = &[("index.html", "<h1>Dentro</h1>")];
    let host = |address, directives| Host {
        address,
        directives,
        pages,
    };
    let apache = way.apache(&[host("127.0.0.1", &older), host("127.0.0.2", &newer)]);
    for (address, version) in [("127.0.0.1", "1.2"), ("127.0.0.2", "1.3")] {
        let url = format!("https://{address}:{}/", apache.port);
        let arrival = way.follow(&url, &[]).done();
        walked(&arrival, &[("entry", "", 200, true)]);
        assert_eq!(arrival["hops"][0]["tls_version"], version);
        assert_eq!(way.spent(), (1, 1), "{version}");
        apache.has_logged(&[&format!("TLSv{version}"), "verify=SUCCESS"]);
    }
}

#[test]
fn the_public_template_of_apache_asks_in_the_middle_and_gets_its_signature() {
    let way = Way::new();
    let apache = way.apache(&[Host {
        address: "127.0.0.1",
        directives: TEMPLATE,
        pages: &[
            ("secure/index.html", "<h1>Dentro</h1>"),
            ("secure/more.html", "<h1>Ancora</h1>"),
        ],
    }]);
    for more in [&[][..], &["--tls", "1.2"]] {
        let url = format!("https://127.0.0.1:{}/secure/", apache.port);
        let arrival = way.follow(&url, more).done();
        walked(&arrival, &[("entry", "secure/", 200, true)]);
        assert_eq!(arrival["hops"][0]["tls_version"], "1.2");
        assert_eq!(way.spent(), (1, 1), "{more:?}");
    }
    // The template's own user name is the whole CN.
    let user = format!("user={}/", way.scene.card.codice_fiscale);
    apache.has_logged(&["TLSv1.2", "verify=SUCCESS", &user, "/secure/"]);
}

#[test]
fn who_asks_late_over_both_versions_is_reached_over_tls_1_2() {
    let way = Way::new();
    let late = "<Location /secure>\nSSLVerifyClient require\n</Location>";
    let apache = way.apache(&[Host {
        address: "127.0.0.1",
        directives: late,
        pages: &[("secure/index.html", "<h1>Dentro</h1>")],
    }]);
    let url = format!("https://127.0.0.1:{}/secure/", apache.port);
    let arrival = way.follow(&url, &[]).done();
    walked(&arrival, &[("entry", "secure/", 200, true)]);
    assert_eq!(way.spent(), (1, 1));
    apache.has_logged(&["TLSv1.2", "verify=SUCCESS", "/secure/"]);
}

#[test]
fn who_asks_late_over_tls_1_3_alone_is_named_and_costs_no_signature() {
    let way = Way::new();
    let late = "SSLProtocol -all +TLSv1.3\n<Location /secure>\nSSLVerifyClient require\n</Location>";
    let apache = way.apache(&[Host {
        address: "127.0.0.1",
        directives: late,
        pages: &[("secure/index.html", "<h1>Dentro</h1>")],
    }]);
    let url = format!("https://127.0.0.1:{}/secure/", apache.port);
    assert_eq!(way.follow(&url, &[]).problem(), "late_certificate");
    assert_eq!(way.spent(), (1, 0));
}

/// A service, and who vouches for the person: redirect, the card, a form that submits itself, a cookie, the area.
const SERVICE: &str = r#"
RewriteEngine on
RewriteRule ^/login$ https://127.0.0.2:{port}/sso?SAMLRequest=abc [R=302,L]
RewriteCond %{REQUEST_METHOD} POST
RewriteRule ^/acs$ /area/ [R=303,L,CO=session:secret:127.0.0.1:10:/area:secure:httponly]
RewriteCond %{HTTP_COOKIE} !session=secret
RewriteRule ^/area/ - [F]
"#;
const VOUCHER: &str = "SSLVerifyClient require\nRewriteEngine on\nRewriteRule ^/sso$ /post.html [PT]";
const POST: &str = r#"<!doctype html><title>Un attimo</title>
<body onload="document.forms[0].submit()"><form method="post" action="https://127.0.0.1:{port}/acs">
<input type="hidden" name="SAMLResponse" value="PHNhbWw+"><input type="hidden" name="RelayState" value="x">
<noscript><input type="submit" value="Continua"></noscript></form>"#;

#[test]
fn a_service_sends_the_person_to_the_card_and_a_form_brings_them_back_into_the_area() {
    let way = Way::new();
    let apache = way.apache(&[
        Host {
            address: "127.0.0.1",
            directives: SERVICE,
            pages: &[("area/index.html", "<h1>Area riservata</h1>")],
        },
        Host {
            address: "127.0.0.2",
            directives: VOUCHER,
            pages: &[("post.html", POST)],
        },
    ]);
    let url = format!("https://127.0.0.1:{}/login", apache.port);
    let arrival = way.follow(&url, &["--card-host", "127.0.0.2"]).done();
    walked(
        &arrival,
        &[
            ("entry", "login", 302, false),
            ("redirect", "sso", 200, true),
            ("form", "acs", 303, false),
            ("redirect", "area/", 200, false),
        ],
    );
    assert_eq!(way.spent(), (1, 1));
    assert_eq!(arrival["cookies"], 1);
    // The host of the card is asked for nothing where it was not named.
    assert_eq!(way.follow(&url, &[]).problem(), "host_not_allowed");
    assert_eq!(way.spent().1, 0);
    // A host that may be visited and may not ask for the card gets none.
    assert_eq!(
        way.follow(&url, &["--host", "127.0.0.2", "--card-host", "127.0.0.3"])
            .problem(),
        "tls_failed"
    );
    assert_eq!(way.spent(), (0, 0));
}

#[test]
fn a_host_that_closes_after_each_answer_still_gets_one_signature() {
    let way = Way::new();
    let apache = way.apache(&[Host {
        address: "127.0.0.1",
        directives: "KeepAlive Off\nSSLVerifyClient require\nRedirect /in https://127.0.0.1:{port}/more\n\
                     Redirect /more https://127.0.0.1:{port}/area/",
        pages: &[("area/index.html", "<h1>Dentro</h1>")],
    }]);
    for version in ["1.2", "1.3"] {
        let url = format!("https://127.0.0.1:{}/in", apache.port);
        let arrival = way.follow(&url, &["--tls", version]).done();
        walked(
            &arrival,
            &[
                ("entry", "in", 302, true),
                ("redirect", "more", 302, false),
                ("redirect", "area/", 200, false),
            ],
        );
        assert_eq!(way.spent(), (1, 1), "TLS {version}");
    }
}

#[test]
fn a_host_that_renegotiates_twice_is_refused_the_second_time_and_signed_for_once() {
    let way = Way::new();
    let directives = format!(
        "{TEMPLATE}\n<Directory {{pages}}/secure2>\nSSLVerifyClient require\nSSLCipherSuite ECDHE-RSA-AES256-GCM-SHA384\n\
         </Directory>"
    );
    let apache = way.apache(&[Host {
        address: "127.0.0.1",
        directives: &directives,
        pages: &[
            (
                "secure/index.html",
                "<meta http-equiv=refresh content='0; url=/secure2/'>",
            ),
            ("secure2/index.html", "<h1>Oltre</h1>"),
        ],
    }]);
    let url = format!("https://127.0.0.1:{}/secure/", apache.port);
    let ended = way.follow(&url, &[]);
    assert_eq!(ended.problem(), "renegotiation_refused", "{}", ended.out);
    assert_eq!(way.spent(), (1, 1));
}

#[test]
fn two_hosts_in_a_row_ask_for_the_card_and_each_gets_one_signature_for_one_pin() {
    let way = Way::new();
    let apache = way.apache(&[
        Host {
            address: "127.0.0.2",
            directives: "SSLVerifyClient require\nRedirect /in https://127.0.0.3:{port}/in",
            pages: &[],
        },
        Host {
            address: "127.0.0.3",
            directives: "SSLVerifyClient require\nRedirect /in https://127.0.0.3:{port}/area/",
            pages: &[("area/index.html", "<h1>Dentro</h1>")],
        },
    ]);
    let url = format!("https://127.0.0.2:{}/in", apache.port);
    let words = ["--card-host", "127.0.0.2", "--card-host", "127.0.0.3"];
    let arrival = way.follow(&url, &words).done();
    walked(
        &arrival,
        &[
            ("entry", "in", 302, true),
            ("redirect", "in", 302, true),
            ("redirect", "area/", 200, false),
        ],
    );
    assert_eq!(way.spent(), (1, 2), "one PIN, one signature for each host");
}

#[test]
fn a_saml_service_and_its_provider_hand_the_person_round_to_the_card_and_back_into_the_area() {
    let way = Way::new();
    let federation = Federation::start(&way.scene.place, &way.server, &way.scene.roots);
    let url = format!("https://127.0.0.1:{}/area/", federation.service.port);
    let ended = way.follow(&url, &["--card-host", "127.0.0.2"]);
    assert_eq!(
        ended.code,
        0,
        "{} {}",
        ended.out,
        federation.service.process.said()
    );
    let arrival = ended.done();
    let by: Vec<String> = hops(&arrival)
        .into_iter()
        .map(|(by, path, status, signed)| {
            format!("{by} {path} {status}{}", if signed { " signed" } else { "" })
        })
        .collect();
    assert_eq!(
        by,
        [
            "entry area/ 303",
            "redirect mellon/login 303",
            "redirect sso 200 signed",
            "form mellon/postResponse 303",
            "redirect area/ 200",
        ],
        "{arrival:#}"
    );
    assert_eq!(way.spent(), (1, 1));
    let code = &way.scene.card.codice_fiscale;
    federation
        .service
        .has_logged(&[&format!("user={code}"), "/area/", " 200 "]);
    assert!(
        federation
            .provider
            .said()
            .contains(&format!("vouches for {code}"))
    );
}
