//! Lists of revoked certificates that OpenSSL made, fetched from where a certificate says they are.

use crate::asked::{GOOD, Told, UNKNOWN, address, ask, ask_of, reread, revoked};
use crate::authority::{Authority, DELEGATE};
use crate::fetch::here;
use crate::peers::free_port;
use crate::web::{Web, answer};
use cns_tls::{AllowedHosts, WebFetch};
use cns_trust::revocation::{Online, Reason, RevocationKind, Unchecked};
use cns_trust::{Clock, FetchError, SystemClock};
use std::fs;
use std::io::Write;

/// An authority, a server for its list, and a citizen's certificate that names it.
struct Scene {
    authority: Authority,
    web: Web,
}

impl Scene {
    fn new() -> Self {
        let authority = Authority::new();
        let web = authority.web();
        authority.issue_citizen(&[], &[web.url("/list.crl")]);
        Self { authority, web }
    }

    #[track_caller]
    fn check(&self, what: &str, expected: Told) {
        assert_eq!(
            ask(&self.authority, SystemClock.now()),
            [('c', expected)],
            "{what}"
        );
    }
}

fn host() -> String {
    "127.0.0.1".to_owned()
}

#[test]
fn every_reason_for_which_a_certificate_is_on_a_list_is_told() {
    let scene = Scene::new();
    let url = scene.web.url("/list.crl");
    for (why, expected) in [
        ("", Ok(("revoked", None))),
        ("-crl_reason unspecified", revoked(Reason::Unspecified)),
        ("-crl_reason keyCompromise", revoked(Reason::KeyCompromise)),
        ("-crl_reason CACompromise", revoked(Reason::CaCompromise)),
        (
            "-crl_reason affiliationChanged",
            revoked(Reason::AffiliationChanged),
        ),
        ("-crl_reason superseded", revoked(Reason::Superseded)),
        (
            "-crl_reason cessationOfOperation",
            revoked(Reason::CessationOfOperation),
        ),
        ("-crl_reason certificateHold", revoked(Reason::CertificateHold)),
        (
            "-crl_hold holdInstructionReject",
            revoked(Reason::CertificateHold),
        ),
        // In a list that is complete in itself, this takes nothing back.
        ("-crl_reason removeFromCRL", GOOD),
    ] {
        // The certificates before it stay on the list.
        scene.authority.issue_citizen(&[], std::slice::from_ref(&url));
        scene.authority.list("list.crl", KEY, "");
        scene.check(why, GOOD);
        scene.authority.revoke_citizen(why);
        scene.authority.list("list.crl", KEY, "");
        scene.check(why, expected);
    }
}

#[test]
fn a_list_counts_within_its_scope() {
    let scene = Scene::new();
    let here = scene.web.url("/list.crl");
    let point = |lines: &str| format!("{KEY}issuingDistributionPoint=critical,@point\n[point]\n{lines}");
    let critical = |oid: &str| Err(Unchecked::CriticalExtension { oid: oid.to_owned() });
    for (extensions, expected) in [
        (String::new(), GOOD),
        (KEY.to_owned(), GOOD),
        (format!("{KEY}1.2.3.4=ASN1:NULL"), GOOD),
        (point(&format!("fullname=URI:{here}")), GOOD),
        (point(&format!("fullname=URI:{here}\nonlyuser=TRUE")), GOOD),
        (point("onlyuser=TRUE"), GOOD),
        (point(&format!("fullname=URI:{here}x")), Err(Unchecked::Scope)),
        (point("onlyCA=TRUE"), Err(Unchecked::Scope)),
        (point("onlyAA=TRUE"), Err(Unchecked::Scope)),
        (point("onlysomereasons=keyCompromise"), Err(Unchecked::Scope)),
        (point("indirectCRL=TRUE"), Err(Unchecked::Indirect)),
        (
            format!("{KEY}2.5.29.27=critical,DER:020101"),
            Err(Unchecked::Delta),
        ),
        (format!("{KEY}1.2.3.4=critical,ASN1:NULL"), critical("1.2.3.4")),
        (
            format!("{KEY}2.5.29.28=critical,DER:0500"),
            Err(Unchecked::Malformed),
        ),
        (
            "2.5.29.35=DER:3006800401020304".to_owned(),
            Err(Unchecked::WrongIssuer),
        ),
    ] {
        scene.authority.list("list.crl", &extensions, "");
        scene.check(&extensions, expected);
    }
    scene.authority.revoke_citizen("-crl_reason keyCompromise");
    scene
        .authority
        .list("list.crl", &point("onlysomereasons=keyCompromise"), "");
    scene.check(
        "who is on a list of some reasons is revoked",
        revoked(Reason::KeyCompromise),
    );
}

#[test]
fn a_list_counts_in_its_time() {
    let scene = Scene::new();
    let list = |from: &str, until: &str| {
        let times = format!("-crl_lastupdate {from} -crl_nextupdate {until}");
        scene.authority.list("list.crl", KEY, &times);
        ask(&scene.authority, SystemClock.now())
    };
    assert_eq!(list("20200101000000Z", "20900101000000Z"), [('c', GOOD)]);
    let late = list("20200101000000Z", "20210101000000Z");
    assert!(
        matches!(&late[..], [('c', Err(Unchecked::Expired { .. }))]),
        "{late:?}"
    );
    let early = list("20890101000000Z", "20900101000000Z");
    assert!(
        matches!(&early[..], [('c', Err(Unchecked::FromTheFuture { .. }))]),
        "{early:?}"
    );
}

#[test]
fn only_the_issuer_s_own_signature_makes_a_list() {
    let scene = Scene::new();
    for digest in ["sha384", "sha512"] {
        scene.authority.list("list.crl", KEY, &format!("-md {digest}"));
        scene.check(digest, GOOD);
    }
    scene.authority.list("list.crl", KEY, "-md sha1");
    let weak = ask(&scene.authority, SystemClock.now());
    assert!(
        matches!(&weak[..], [('c', Err(Unchecked::WeakSignature { .. }))]),
        "{weak:?}"
    );

    // An authority of the same name, with another key.
    let other = Authority::new();
    for (extensions, expected) in [(KEY, Unchecked::WrongIssuer), ("", Unchecked::BadSignature)] {
        other.list("list.crl", extensions, "");
        fs::copy(other.path("list.crl"), scene.authority.path("list.crl")).unwrap();
        scene.check(extensions, Err(expected));
    }

    scene.authority.list("list.crl", KEY, "");
    scene.check("its own again", GOOD);
    let whole = fs::read(scene.authority.path("list.crl")).unwrap();
    // The last byte is the signature's, and so is the one a hundred before it.
    for place in [whole.len() - 1, whole.len() - 100] {
        let mut changed = whole.clone();
        changed[place] ^= 1;
        fs::write(scene.authority.path("list.crl"), changed).unwrap();
        scene.check("a changed byte", Err(Unchecked::BadSignature));
    }
    for length in [0, 1, 100, whole.len() / 2, whole.len() - 1] {
        fs::write(scene.authority.path("list.crl"), &whole[..length]).unwrap();
        scene.check("broken off", Err(Unchecked::Malformed));
    }
    fs::copy(scene.authority.path("list.pem"), scene.authority.path("list.crl")).unwrap();
    scene.check("PEM", Err(Unchecked::Malformed));
}

#[test]
fn an_authority_that_may_sign_no_lists_has_none() {
    let scene = Scene::new();
    scene.authority.list("list.crl", KEY, "");
    scene.check("before", GOOD);
    scene.authority.certify_anew("no_lists");
    scene.check("after", Err(Unchecked::WrongIssuer));
}

#[test]
fn a_long_list_is_read_to_its_end() {
    let scene = Scene::new();
    let register = fs::read_to_string(scene.authority.path("index.txt")).unwrap();
    let others: String = (0..20_000)
        .map(|number| {
            format!(
                "R\t300101000000Z\t261101000000Z,superseded\t{:016X}\tunknown\t/CN={number}\n",
                number + 1
            )
        })
        .collect();
    scene.authority.write("index.txt", &(others.clone() + &register));
    scene.authority.list("list.crl", KEY, "");
    assert!(fs::metadata(scene.authority.path("list.crl")).unwrap().len() > 500_000);
    scene.check("not among them", GOOD);
    scene.authority.revoke_citizen("-crl_reason superseded");
    scene.authority.list("list.crl", KEY, "");
    scene.check("the last of them", revoked(Reason::Superseded));
}

#[test]
fn a_list_that_does_not_come_is_told_as_that() {
    let authority = Authority::new();
    let status = |status| FetchError::Status { host: host(), status };
    let redirected = || FetchError::Redirected { host: host() };
    for (said, expected) in [
        (answer("404 Not Found", "", ""), status(404)),
        (answer("503 Service Unavailable", "", ""), status(503)),
        (
            b"HTTP/1.1 200 OK\r\nContent-Length: 33554433\r\n\r\n".to_vec(),
            FetchError::TooLarge {
                host: host(),
                limit: 32 * 1024 * 1024,
            },
        ),
        (answer("302 Found", "Location: /\r\n", ""), redirected()),
        (
            answer("302 Found", "Location: https://127.0.0.1/\r\n", ""),
            redirected(),
        ),
        (
            answer("302 Found", "Location: ldap://127.0.0.1/\r\n", ""),
            redirected(),
        ),
        (
            answer("302 Found", "Location: http://169.254.169.254/\r\n", ""),
            FetchError::HostNotAllowed {
                host: "169.254.169.254".to_owned(),
            },
        ),
    ] {
        let web = Web::saying(said);
        authority.issue_citizen(&[], &[web.url("/list.crl")]);
        let told = ask(&authority, SystemClock.now());
        assert_eq!(told, [('c', Err(Unchecked::Fetch(expected)))]);
    }
    let web = Web::saying(answer("200 OK", "", "<html>"));
    authority.issue_citizen(&[], &[web.url("/list.crl")]);
    assert_eq!(
        ask(&authority, SystemClock.now()),
        [('c', Err(Unchecked::Malformed))]
    );
    let public_only = Online::new(WebFetch::new(AllowedHosts::default()));
    let refused = Unchecked::Fetch(FetchError::HostNotAllowed { host: host() });
    let before = web.asked().len();
    assert_eq!(
        ask_of(&public_only, &authority, SystemClock.now()),
        [('c', Err(refused))]
    );
    assert_eq!(web.asked().len(), before);
}

#[test]
fn a_list_that_was_moved_is_found() {
    let scene = Scene::new();
    scene.authority.list("moved.crl", KEY, "");
    let (target, path) = (scene.web.url("/moved.crl"), "/list.crl");
    let moved = Web::new(move |_, stream| {
        let sign = answer("301 Moved Permanently", &format!("Location: {target}\r\n"), "");
        drop(stream.write_all(&sign));
    });
    scene.authority.issue_citizen(&[], &[moved.url(path)]);
    scene.check("moved", GOOD);
}

#[test]
fn the_list_is_read_where_no_responder_answers() {
    let authority = Authority::new();
    let web = authority.web();
    let dead = format!("http://127.0.0.1:{}/", free_port());
    let unreachable = || Err(Unchecked::Fetch(FetchError::Unreachable { host: host() }));
    let missing = || {
        Err(Unchecked::Fetch(FetchError::Status {
            host: host(),
            status: 404,
        }))
    };
    let lists = [web.url("/no-such.crl"), web.url("/list.crl")];
    authority.issue_citizen(&[dead], &lists);
    authority.list("list.crl", KEY, "");
    let told = ask(&authority, SystemClock.now());
    assert_eq!(told, [('o', unreachable()), ('c', missing()), ('c', GOOD)]);
    authority.revoke_citizen("-crl_reason superseded");
    authority.list("list.crl", KEY, "");
    let told = ask(&authority, SystemClock.now());
    let taken_back = revoked(Reason::Superseded);
    assert_eq!(told, [('o', unreachable()), ('c', missing()), ('c', taken_back)]);
}

#[test]
fn the_list_is_read_where_the_responder_s_answer_does_not_settle_it() {
    let authority = Authority::new();
    let web = authority.web();
    authority.write("empty.txt", "");
    authority.issue_responder("responder", DELEGATE);
    authority.issue_responder("revocable", &DELEGATE.replace("noCheck=ignored\n", ""));
    authority.list("list.crl", KEY, "");
    for (arguments, expected) in [
        ("", vec![('o', GOOD)]),
        ("-index empty.txt", vec![('o', UNKNOWN), ('c', GOOD)]),
        ("-badsig", vec![('o', Err(Unchecked::BadSignature)), ('c', GOOD)]),
        (
            "-rsigner revocable.pem",
            vec![('o', Err(Unchecked::ResponderUnchecked)), ('c', GOOD)],
        ),
    ] {
        let responder = authority.responder(arguments);
        authority.issue_citizen(&[address(&responder)], &[web.url("/list.crl")]);
        reread(&authority, &responder);
        let before = web.asked().len();
        assert_eq!(ask(&authority, SystemClock.now()), expected, "{arguments}");
        assert_eq!(web.asked().len() - before, expected.len() - 1, "{arguments}");
    }
}

#[test]
fn who_asks_everybody_hears_everybody() {
    use RevocationKind::{Crl, Ocsp};
    let authority = Authority::new();
    let web = authority.web();
    authority.issue_responder("responder", DELEGATE);
    let responder = authority.responder("");
    authority.issue_citizen(&[address(&responder)], &[web.url("/list.crl")]);
    reread(&authority, &responder);
    authority.list("list.crl", KEY, "");
    let taken_back = || revoked(Reason::KeyCompromise);
    let all = |kinds: &[RevocationKind]| {
        let online = Online::new(here()).asking_all(kinds.to_vec());
        ask_of(&online, &authority, SystemClock.now())
    };
    assert_eq!(all(&[Ocsp, Crl]), [('o', GOOD), ('c', GOOD)]);
    // The register knows it, the list not yet.
    authority.revoke_citizen("-crl_reason keyCompromise");
    reread(&authority, &responder);
    assert_eq!(all(&[Ocsp, Crl]), [('o', taken_back()), ('c', GOOD)]);
    assert_eq!(all(&[Ocsp]), [('o', taken_back())]);
    assert_eq!(all(&[Crl]), [('c', GOOD)]);
    // The list knows it, a responder with an old register does not.
    authority.list("list.crl", KEY, "");
    assert_eq!(all(&[Ocsp, Crl]), [('o', taken_back()), ('c', taken_back())]);
    assert_eq!(all(&[Crl]), [('c', taken_back())]);
}

/// The key identifier, as lists should have it.
const KEY: &str = "authorityKeyIdentifier=keyid\n";
