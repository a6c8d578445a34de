//! A look at servers that we did not write: nothing is signed, and each has its sentence.

use crate::peers::{Peer, free_port, local_url};
use crate::pki::Pki;
use cns_login::{Language, LookFinding, WebEntry};
use cns_tls::{Limits, ServerTrust, TlsVersions, Way, look};
use cns_trust::{Clock as _, FixedClock, Outcome, SystemClock, issuer_name};
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject;
use time::{Duration, OffsetDateTime};
use url::Url;

fn way(pki: &Pki, trust: &str, entry: &Url) -> Way {
    Way {
        hosts: vec!["localhost".to_owned()],
        web: WebEntry::at(entry.clone(), vec!["localhost".to_owned()]),
        trust: ServerTrust::File(pki.path(trust)),
        tls: TlsVersions::Both,
        limits: Limits::default(),
    }
}

fn looked_at(way: &Way, issuer: Option<&[u8]>, now: Option<OffsetDateTime>) -> Vec<LookFinding> {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let found = match now {
        Some(now) => runtime.block_on(look(way, issuer, &FixedClock(now))),
        None => runtime.block_on(look(way, issuer, &SystemClock)),
    };
    let found = found.unwrap();
    for finding in &found {
        for language in [Language::It, Language::En] {
            let text = finding.text(language);
            assert!(text.contains("localhost") && !text.contains('{'), "{text}");
        }
    }
    found
}

#[track_caller]
fn case<'a>(found: &'a [LookFinding], code: &str) -> (&'static str, Outcome, &'a LookFinding) {
    let finding = found.iter().find(|finding| finding.code.name() == code);
    let finding = finding.unwrap_or_else(|| panic!("{code} is not in {found:?}"));
    (finding.case, finding.outcome, finding)
}

fn s_server(pki: &Pki, certificate: &str, more: &str) -> Peer {
    let (chain, key) = (
        pki.argument(&format!("{certificate}.pem")),
        pki.argument(&format!("{certificate}.key")),
    );
    let mut words = vec!["-cert", &chain, "-key", &key, "-www"];
    words.extend(more.split_whitespace());
    Peer::s_server(&words)
}

#[test]
fn which_tls_a_server_speaks_is_told_by_one_handshake_each() {
    let pki = Pki::new();
    for (only, expected) in [
        ("", "both"),
        ("-tls1_2", "only"),
        ("-tls1_3", "only"),
        ("-tls1_1 -cipher DEFAULT@SECLEVEL=0", "bad"),
    ] {
        let peer = s_server(&pki, "server", only);
        let found = looked_at(&way(&pki, "server-root.pem", &peer.url("/")), None, None);
        assert_eq!(case(&found, "reachable").0, "good");
        let (told, _, finding) = case(&found, "tls_versions");
        assert_eq!(told, expected, "{only}");
        if expected == "only" {
            let version = only.trim_start_matches("-tls").replace('_', ".");
            assert!(finding.text(Language::It).contains(&version), "{version}");
        }
    }
}

#[test]
fn a_certificate_that_is_not_good_is_told_with_its_reason_before_any_pin() {
    let pki = Pki::new();
    pki.issue_server("expired", "localhost", true);
    pki.issue_server("other", "altro.example", false);
    for (certificate, trust, expected) in [
        ("server", "server-root.pem", "good"),
        ("expired", "server-root.pem", "expired"),
        ("other", "server-root.pem", "wrong_name"),
        ("server", "other-root.pem", "unknown_issuer"),
    ] {
        let peer = s_server(&pki, certificate, "");
        let found = looked_at(&way(&pki, trust, &peer.url("/")), None, None);
        let (told, outcome, finding) = case(&found, "chain");
        assert_eq!(told, expected);
        assert_eq!(outcome == Outcome::Good, expected == "good");
        if expected == "unknown_issuer" {
            assert!(
                finding
                    .text(Language::En)
                    .contains("Radice di prova per i server")
            );
        }
        // A server that is not good is not spoken to.
        assert_eq!(
            found.iter().any(|finding| finding.code.name() == "clock"),
            expected == "good"
        );
    }
}

#[test]
fn whose_cards_a_server_takes_is_compared_with_the_card_and_only_warned_of() {
    let pki = Pki::new();
    pki.issue_citizen("una", 2048);
    pki.issue_citizen("altra", 2048);
    let issuer = |name: &str| {
        let certificate = CertificateDer::from_pem_file(pki.path(&format!("{name}.pem"))).unwrap();
        issuer_name(&certificate).unwrap()
    };
    let (one, other) = (issuer("una"), issuer("altra"));
    let root = pki.argument("una-root.pem");
    for version in ["-tls1_2", "-tls1_3"] {
        let asking = s_server(&pki, "server", &format!("{version} -Verify 2 -CAfile {root}"));
        for (card, expected) in [(None, "count"), (Some(&one), "good"), (Some(&other), "left_out")] {
            let card = card.map(Vec::as_slice);
            let found = looked_at(&way(&pki, "server-root.pem", &asking.url("/")), card, None);
            let (told, outcome, finding) = case(&found, "issuers");
            assert_eq!(told, expected, "{version}");
            assert_ne!(outcome, Outcome::Bad);
            if told == "left_out" {
                assert!(finding.text(Language::It).contains("Radice-altra"));
            }
        }
    }
    let silent = s_server(&pki, "server", "");
    let found = looked_at(&way(&pki, "server-root.pem", &silent.url("/")), Some(&one), None);
    assert_eq!(case(&found, "issuers").0, "later");
}

#[test]
fn a_clock_that_is_wrong_is_told_by_how_much_and_in_which_direction() {
    let pki = Pki::new();
    let here = pki.folder().display();
    let nginx = Peer::nginx(
        pki.folder(),
        &format!(
            "server {{ listen PORT0 ssl; ssl_certificate {here}/server.pem; ssl_certificate_key {here}/server.key; }}"
        ),
    );
    let now = SystemClock.now();
    for (off, expected) in [(0, "good"), (1, "good"), (-90, "behind"), (90, "ahead")] {
        let ours = now + Duration::minutes(off);
        let found = looked_at(
            &way(&pki, "server-root.pem", &nginx.url_of(0, "/")),
            None,
            Some(ours),
        );
        let (told, _, finding) = case(&found, "clock");
        assert_eq!(told, expected, "{off}");
        let text = finding.text(Language::It);
        assert_eq!(
            text.contains("90 minuti") || text.contains("89 minuti"),
            off.abs() == 90,
            "{text}"
        );
    }
}

#[test]
fn where_nobody_answers_that_is_all_there_is_to_tell() {
    let pki = Pki::new();
    let found = looked_at(
        &way(&pki, "server-root.pem", &local_url(free_port(), "/")),
        None,
        None,
    );
    assert_eq!(found.len(), 1);
    assert_eq!(
        (case(&found, "reachable").0, case(&found, "reachable").1),
        ("bad", Outcome::Bad)
    );
}
