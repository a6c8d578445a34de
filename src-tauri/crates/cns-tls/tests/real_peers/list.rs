//! The official lists as they were one day, served over TLS by a real server.

use crate::fetch::{here, now};
use crate::peers::{Nginx, Peer};
use crate::pki::Pki;
use cns_tls::{ServerTrust, WebFetch};
use cns_trust::{FetchError, Floor, ListAddresses, Pin, Pins, TrustList, TrustListError, load};
use std::path::Path;
use time::macros::date;

/// Whoever serves the lists, and the certificates for that.
struct Scene {
    pki: Pki,
    nginx: Nginx,
}

impl Scene {
    fn new() -> Self {
        let lists = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../../shared/data/tsl");
        assert!(
            lists.is_dir(),
            "the data of `../shared/data/tsl` is needed beside the project"
        );
        let pki = Pki::new();
        let tls = format!(
            "ssl_certificate {}; ssl_certificate_key {};",
            pki.argument("server.pem"),
            pki.argument("server.key")
        );
        let root = lists.display();
        let nginx = Peer::nginx(
            pki.folder(),
            &format!(
                "server {{ listen PORT0 ssl; {tls} root {root}; location /old/ {{ return 301 /$arg_to; }} }}"
            ),
        );
        Self { pki, nginx }
    }

    fn web(&self) -> WebFetch {
        here().trusting(ServerTrust::File(self.pki.path("server-root.pem")))
    }

    /// Loads the list of lists and the Italian list from these paths.
    fn load(&self, web: &WebFetch, paths: [&str; 2], seen: &mut Floor) -> Result<TrustList, TrustListError> {
        let [lotl, list] = paths.map(|path| self.nginx.url_of(0, path).to_string());
        let addresses = ListAddresses {
            lotl,
            list: Some(list),
        };
        let signer = Pin {
            sha256: SIGNER_OF_332,
            source: "sequence 332 itself".to_owned(),
            read_on: date!(2023 - 09 - 27),
        };
        let pins = Pins {
            lotl: vec![signer],
            ..Pins::default()
        };
        now(load(&addresses, web, &pins, seen))
    }
}

#[test]
fn the_official_lists_come_over_tls_and_are_believed() {
    let scene = Scene::new();
    let mut seen = Floor::default();
    let list = scene.load(&scene.web(), [LOTL, NEWER], &mut seen).unwrap();
    assert_eq!((list.facts().sequence, list.cas().len()), (194, 170));
    assert_eq!(list.facts().origin, "localhost");
    assert_eq!((seen.lotl, seen.italy), (332, 194));
    // Within a run, numbers do not go back.
    assert_eq!(
        scene
            .load(&scene.web(), [LOTL, OLDER], &mut seen)
            .unwrap_err()
            .reason(),
        &TrustListError::RolledBack {
            sequence: 188,
            floor: 194
        }
    );
    // A list that was moved says so, and stays on the same scheme.
    let moved = format!("/old/?to={}", NEWER.trim_start_matches('/'));
    let list = scene.load(&scene.web(), [LOTL, &moved], &mut seen).unwrap();
    assert_eq!(list.facts().sequence, 194);
}

#[test]
fn a_list_that_does_not_come_is_told_as_that() {
    let scene = Scene::new();
    let host = || "localhost".to_owned();
    let web = scene.web();
    let strict = here().trusting(ServerTrust::File(scene.pki.path("other-root.pem")));
    for (web, paths, expected) in [
        (
            &web,
            ["/missing.xml", NEWER],
            FetchError::Status {
                host: host(),
                status: 404,
            },
        ),
        (
            &web,
            [LOTL, "/missing.xml"],
            FetchError::Status {
                host: host(),
                status: 404,
            },
        ),
        (
            &strict,
            [LOTL, NEWER],
            FetchError::ServerUntrusted { host: host() },
        ),
    ] {
        let refused = scene.load(web, paths, &mut Floor::default()).unwrap_err();
        assert_eq!(
            refused.reason(),
            &TrustListError::NotFetched(expected),
            "{paths:?}"
        );
    }
}

const LOTL: &str = "/eu-lotl-seq332-20230927.xml";
const NEWER: &str = "/TSL-IT-seq194-20230926.xml";
const OLDER: &str = "/TSL-IT-seq188-20220726.xml";

/// Who signed the list of lists of that day; not pinned by the program, for that signer has been replaced.
const SIGNER_OF_332: [u8; 32] = [
    0xf7, 0xe8, 0xe4, 0xe5, 0x54, 0xfb, 0x7c, 0x7a, 0x8f, 0x6f, 0x36, 0x0e, 0x0c, 0xa2, 0xf5, 0x9d, 0x46,
    0x6c, 0x8f, 0x95, 0x39, 0xa2, 0x59, 0x63, 0xf5, 0xed, 0x37, 0xe9, 0x05, 0xf0, 0xc7, 0x97,
];
