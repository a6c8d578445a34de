//! The official lists: what is read of the real ones.

use crate::support::shared_data;
use cns_trust::{Floor, TrustListError, TrustRoots, TrustSource, WhichList, from_files, read_list_file};
use cns_trust::{ListFile, ListState, ListedStanding, Lotl, Pin, Pins, Standing, TrustAnchors, TrustList};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;
use time::OffsetDateTime;
use time::macros::{date, datetime};

/// Issue 194 of the Italian list, 26 September 2023.
pub(crate) const ITALY_194: &str = "TSL-IT-seq194-20230926.xml";
/// Issue 188, 26 July 2022.
const ITALY_188: &str = "TSL-IT-seq188-20220726.xml";
/// Issue 332 of the EU list of lists, 27 September 2023.
pub(crate) const LOTL_332: &str = "eu-lotl-seq332-20230927.xml";

static LIST: LazyLock<TrustList> =
    LazyLock::new(|| TrustList::read(&real(ITALY_194), &Pins::built_in().italy, 194).unwrap());

#[test]
fn the_italian_list_names_170_cas_of_which_168_are_anchors() {
    let cas = LIST.cas();
    assert_eq!(cas.len(), 170);
    assert_eq!(cas.iter().filter(|ca| ca.self_signed).count(), 168);
    let recognised = cas.iter().filter(|ca| ca.standing == ListedStanding::Recognised);
    assert_eq!(recognised.count(), 169);
    let facts = LIST.facts();
    assert_eq!((facts.version, facts.sequence), (5, 194));
    assert_eq!(facts.issued, datetime!(2023-09-26 1:00 UTC));
    assert_eq!(facts.next_update, Some(datetime!(2024-03-26 0:00 UTC)));
    assert_eq!(
        hexadecimal(&facts.signer_sha256),
        "33e8dc700a86aae83f225cf13146aac53aee88e57f2af5aff125931381fa876b"
    );
}

/// The index beside the certificates was made by another program, from the same lists.
#[test]
fn the_italian_list_names_whom_the_index_names() {
    let index = std::fs::read_to_string(shared_data("cns-ca").join("INDEX.tsv")).unwrap();
    let mut rows = index.lines().map(|line| line.split('\t').collect::<Vec<_>>());
    let header = rows.next().unwrap();
    let column = |name| header.iter().position(|field| *field == name).unwrap();
    let columns = [
        column("sha256"),
        column("self_signed"),
        column("status"),
        column("since"),
    ];
    let expected: BTreeSet<[String; 4]> = rows
        .map(|row| columns.map(|column| row[column].to_owned()))
        .collect();
    let found: BTreeSet<[String; 4]> = LIST
        .cas()
        .iter()
        .map(|ca| {
            let standing = match &ca.standing {
                ListedStanding::Recognised => "recognisedatnationallevel",
                ListedStanding::Deprecated => "deprecatedatnationallevel",
                ListedStanding::Other(other) => other,
            };
            let since = ca.since.format(&time::format_description::well_known::Rfc3339);
            let self_signed = if ca.self_signed { "True" } else { "False" };
            [
                hexadecimal(&Sha256::digest(&ca.der)),
                self_signed.to_owned(),
                standing.to_owned(),
                since.unwrap(),
            ]
        })
        .collect();
    assert_eq!(found, expected);
}

#[test]
fn of_the_listed_cas_167_are_trusted_today_and_168_before_one_was_withdrawn() {
    let anchors = TrustAnchors::new(TrustRoots::default()).with_list(Ok(LIST.clone()));
    assert_eq!(anchors.roots().len(), 170);
    let standings = |at: OffsetDateTime| {
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        for root in anchors.roots() {
            *counts
                .entry(format!("{:?}", anchors.standing(root, at)))
                .or_default() += 1;
        }
        counts.into_values().collect::<Vec<_>>()
    };
    // In the order of the names: Deprecated, Listed, NotAnAnchor.
    assert_eq!(standings(datetime!(2026-11-22 12:00 UTC)), [1, 167, 2]);
    assert_eq!(standings(datetime!(2023-09-25 22:00 UTC)), [1, 167, 2]);
    assert_eq!(standings(datetime!(2023-09-25 21:59:59 UTC)), [168, 2]);
    let ListState::Used(facts) = anchors.list() else {
        panic!("the list is in use");
    };
    assert_eq!(facts.sequence, 194);
}

#[test]
fn every_listed_ca_is_found_by_its_name() {
    let anchors = TrustAnchors::new(TrustRoots::default()).with_list(Ok(LIST.clone()));
    for ca in LIST.cas() {
        let subject = crate::support::subject_of(&ca.der);
        assert!(anchors.named(&subject).contains(&ca.der.as_slice()));
    }
}

#[test]
fn the_users_word_on_a_root_stands_before_the_lists() {
    let withdrawn = LIST
        .cas()
        .iter()
        .find(|ca| ca.standing == ListedStanding::Deprecated)
        .unwrap();
    let below = LIST.cas().iter().find(|ca| !ca.self_signed).unwrap();
    let at = datetime!(2026-11-22 12:00 UTC);
    for ca in [withdrawn, below] {
        let mut named = TrustRoots::default();
        assert!(named.add_der(ca.der.clone()));
        let anchors = TrustAnchors::new(named).with_list(Ok(LIST.clone()));
        assert_eq!(anchors.standing(&ca.der, at), Standing::NamedByUser);
        assert_eq!(anchors.roots().len(), 170);
    }
}

#[test]
fn without_a_list_only_the_users_roots_are_there() {
    let der = LIST.cas()[0].der.clone();
    let mut named = TrustRoots::default();
    assert!(named.add_der(der.clone()));
    let anchors = TrustAnchors::new(named).with_list(Ok(LIST.clone()));
    for anchors in [
        anchors.clone().with_list(Err(TrustListError::Changed)),
        anchors.awaiting_list(),
    ] {
        assert_eq!(anchors.roots(), std::slice::from_ref(&der));
        let other = &LIST.cas()[1].der;
        let at = datetime!(2026-11-22 12:00 UTC);
        assert_eq!(anchors.standing(other, at), Standing::NotAnAnchor);
    }
}

#[test]
fn an_older_list_is_read_unless_a_newer_one_is_known() {
    let pins = Pins::built_in();
    let list = TrustList::read(&real(ITALY_188), &pins.italy, 188).unwrap();
    let recognised = list
        .cas()
        .iter()
        .filter(|ca| ca.standing == ListedStanding::Recognised);
    assert_eq!((list.cas().len(), recognised.count()), (170, 170));
    let error = TrustList::read(&real(ITALY_188), &pins.italy, pins.floor.italy).unwrap_err();
    assert_eq!(
        error,
        TrustListError::RolledBack {
            sequence: 188,
            floor: 194
        }
    );
}

#[test]
fn the_list_of_lists_names_the_four_italian_signers_that_are_compiled_in() {
    let lotl = Lotl::read(&real(LOTL_332), &[lotl_signer_of_2023()], 332).unwrap();
    let named: BTreeSet<[u8; 32]> = lotl.italy().iter().map(|pin| pin.sha256).collect();
    let compiled: BTreeSet<[u8; 32]> = Pins::built_in().italy.iter().map(|pin| pin.sha256).collect();
    assert_eq!((named.len(), named), (4, compiled));
    assert_eq!(lotl.location(), "https://eidas.agid.gov.it/TL/TSL-IT.xml");
    assert_eq!(lotl.facts().sequence, 332);
}

/// Its signer's certificate ended in January 2024, and the compiled pins begin in 2026.
#[test]
fn the_list_of_lists_of_2023_is_not_signed_by_anybody_who_may_sign_today() {
    let pins = Pins::built_in();
    let error = Lotl::read(&real(LOTL_332), &pins.lotl, 332).unwrap_err();
    assert_eq!(
        error,
        TrustListError::SignerNotPinned {
            sha256: hexadecimal(&lotl_signer_of_2023().sha256)
        }
    );
}

#[test]
fn the_compiled_pins_are_those_of_the_file() {
    let pins = Pins::built_in();
    assert_eq!((pins.lotl.len(), pins.italy.len()), (6, 4));
    assert_eq!(
        pins.floor,
        Floor {
            lotl: 332,
            italy: 194
        }
    );
    for pin in pins.lotl.iter().chain(&pins.italy) {
        assert!(!pin.source.is_empty());
        assert_eq!(pin.read_on, date!(2026 - 11 - 22));
    }
}

#[test]
fn files_say_themselves_what_they_are() {
    let italy = real(ITALY_194);
    let lotl = real(LOTL_332);
    let [italy, lotl] =
        [("italia.xml", &italy), ("lotl.xml", &lotl)].map(|(origin, xml)| ListFile { xml, origin });
    let mut pins = Pins::built_in();
    pins.lotl = vec![lotl_signer_of_2023()];
    let mut without_italy = pins.clone();
    without_italy.italy = Vec::new();
    let numbers = Floor {
        lotl: 332,
        italy: 194,
    };
    for (files, pins, expected) in [
        (&[italy][..], &pins, Floor { lotl: 0, ..numbers }),
        // The list of lists alone says who may sign.
        (&[italy, lotl], &without_italy, numbers),
        (&[lotl, italy], &without_italy, numbers),
    ] {
        let mut seen = Floor::default();
        let list = from_files(files, pins, &mut seen).unwrap();
        assert_eq!((list.facts().origin.as_str(), seen), ("italia.xml", expected));
    }
    let only_lotl = from_files(&[lotl], &pins, &mut Floor::default()).unwrap_err();
    let territory = "EU".to_owned();
    assert_eq!(only_lotl, TrustListError::WrongList { territory });
    let signer_unknown = from_files(&[italy], &without_italy, &mut Floor::default()).unwrap_err();
    assert!(matches!(
        signer_unknown.reason(),
        TrustListError::SignerNotPinned { .. }
    ));
    assert_eq!(signer_unknown.which(), Some(WhichList::Italian));
    let without_lotl = Pins {
        lotl: Vec::new(),
        ..pins.clone()
    };
    let of_lists = from_files(&[italy, lotl], &without_lotl, &mut Floor::default()).unwrap_err();
    assert!(matches!(
        of_lists.reason(),
        TrustListError::SignerNotPinned { .. }
    ));
    assert_eq!(of_lists.which(), Some(WhichList::OfLists));
    let mut seen = Floor { lotl: 0, italy: 195 };
    let older = from_files(&[italy], &pins, &mut seen).unwrap_err();
    let (sequence, floor) = (194, 195);
    assert_eq!(older.reason(), &TrustListError::RolledBack { sequence, floor });
    assert_eq!(
        from_files(&[], &pins, &mut seen).unwrap_err(),
        TrustListError::Malformed
    );
}

#[test]
fn a_file_is_read_up_to_the_size_of_a_list() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("list.xml");
    let limit = 16 * 1024 * 1024;
    for (length, fits) in [(0, true), (limit, true), (limit + 1, false)] {
        std::fs::File::create(&path).unwrap().set_len(length).unwrap();
        match read_list_file(&path) {
            Ok(xml) => assert!(fits && u64::try_from(xml.len()).unwrap() == length),
            Err(error) => assert!(!fits && error == TrustListError::TooLarge { limit }),
        }
    }
    let missing = folder.path().join("missing.xml");
    let error = read_list_file(&missing).unwrap_err();
    assert!(matches!(error, TrustListError::Unreadable { path } if path.ends_with("missing.xml")));
}

/// The signer of the list of lists 332, whose certificate ended in January 2024: known to tests alone.
pub(crate) fn lotl_signer_of_2023() -> Pin {
    let xml = String::from_utf8(real(LOTL_332)).unwrap();
    let certificate = xml.rsplit("<ds:X509Certificate>").next().unwrap();
    let certificate = certificate.split("</").next().unwrap();
    let der = base64::Engine::decode(&base64::engine::general_purpose::STANDARD, certificate).unwrap();
    let sha256: [u8; 32] = Sha256::digest(der).into();
    assert!(hexadecimal(&sha256).starts_with("f7e8e4e5") && hexadecimal(&sha256).ends_with("c797"));
    Pin {
        sha256,
        source: "the list itself, as read in 2023".to_owned(),
        read_on: date!(2026 - 11 - 22),
    }
}

pub(crate) fn real(name: &str) -> Vec<u8> {
    std::fs::read(shared_data("tsl").join(name)).unwrap()
}

pub(crate) fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
