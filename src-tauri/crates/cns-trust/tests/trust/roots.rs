//! How roots are read: the real ones of the official list, and files that are none.

use crate::support::*;
use cns_trust::{RootsError, TrustRoots, TrustSource, summary};
use std::collections::HashMap;
use std::fs;
use std::path::Path;

fn real_roots() -> TrustRoots {
    let mut roots = TrustRoots::default();
    assert_eq!(roots.add_path(&shared_data("cns-ca")).unwrap(), 170);
    roots
}

/// One row of the list's index: the file's columns by name.
fn index() -> Vec<HashMap<String, String>> {
    let text = fs::read_to_string(shared_data("cns-ca").join("INDEX.tsv")).unwrap();
    let mut rows = text
        .lines()
        .map(|row| row.split('\t').map(str::to_owned).collect::<Vec<_>>());
    let header = rows.next().unwrap();
    rows.map(|row| header.iter().cloned().zip(row).collect())
        .collect()
}

#[test]
fn the_170_cas_of_the_official_list_load_and_load_once() {
    let mut roots = real_roots();
    assert_eq!(roots.add_path(&shared_data("cns-ca")).unwrap(), 0);
    assert_eq!(roots.roots().len(), 170);
}

#[test]
fn what_they_say_of_themselves_agrees_with_the_index_of_the_list() {
    let rows = index();
    assert_eq!(rows.len(), 170);
    for row in rows {
        let mut roots = TrustRoots::default();
        roots.add_path(&shared_data("cns-ca").join(&row["file"])).unwrap();
        let told = summary(&roots.roots()[0]).unwrap();
        // The index leaves this attribute's type as a number.
        assert_eq!(told.subject.replace("serialNumber=", "2.5.4.5="), row["subject"]);
        assert_eq!(told.issuer.replace("serialNumber=", "2.5.4.5="), row["issuer"]);
        assert_eq!(told.key, row["key"], "{}", row["file"]);
        assert_eq!(told.not_before.date().to_string(), row["not_before"]);
        assert_eq!(told.not_after.date().to_string(), row["not_after"]);
        assert_eq!(
            told.serial.trim_start_matches('0'),
            row["serial"].trim_start_matches('0'),
            "{}",
            row["file"]
        );
    }
}

#[test]
fn nineteen_names_give_two_roots_each_and_one_more_does_whose_two_differ_in_case() {
    let roots = real_roots();
    let mut by_text: HashMap<String, usize> = HashMap::new();
    let mut by_comparison: HashMap<String, usize> = HashMap::new();
    for der in roots.roots() {
        let subject = summary(der).unwrap().subject;
        by_comparison.insert(subject.to_lowercase(), roots.named(&subject_of(der)).len());
        *by_text.entry(subject).or_default() += 1;
    }
    assert_eq!(by_text.values().filter(|count| **count == 2).count(), 19);
    assert_eq!(by_comparison.values().filter(|count| **count == 2).count(), 20);
    assert_eq!(by_comparison.values().sum::<usize>(), 170);
}

#[test]
fn the_default_search_by_name_finds_what_the_index_finds() {
    struct Plain(Vec<Vec<u8>>);
    impl TrustSource for Plain {
        fn roots(&self) -> &[Vec<u8>] {
            &self.0
        }
    }
    let roots = real_roots();
    let plain = Plain(roots.roots().to_vec());
    for der in roots.roots().iter().step_by(10) {
        assert_eq!(plain.named(&subject_of(der)), roots.named(&subject_of(der)));
    }
    assert!(plain.named(b"nothing").is_empty() && roots.named(b"nothing").is_empty());
}

#[test]
fn a_file_may_hold_several_certificates_text_and_duplicates() {
    let (first, second) = (Ca::new("Prima"), Ca::new("Seconda"));
    let text = format!(
        "Prima CA\n{0}\nSeconda CA\n{1}\n{0}",
        pem(&first.der),
        pem(&second.der)
    );
    let mut roots = TrustRoots::default();
    assert_eq!(roots.add_pem(text.as_bytes(), "roots").unwrap(), 2);
    assert!(!roots.add_der(first.der.clone()));
    assert!(!roots.add_der(b"nothing".to_vec()));
    assert_eq!(roots.roots(), [first.der, second.der]);
}

#[test]
fn a_folder_gives_the_files_that_are_named_like_certificates() {
    let folder = tempfile::tempdir().unwrap();
    let (first, second, third) = (Ca::new("Prima"), Ca::new("Seconda"), Ca::new("Terza"));
    fs::write(folder.path().join("a.PEM"), pem(&first.der)).unwrap();
    fs::write(folder.path().join("b.cer"), &second.der).unwrap();
    fs::write(folder.path().join("c.crt"), pem(&third.der)).unwrap();
    fs::write(folder.path().join("README.txt"), "not a certificate").unwrap();
    fs::create_dir(folder.path().join("folder.pem")).unwrap();
    let mut roots = TrustRoots::default();
    assert_eq!(roots.add_path(folder.path()).unwrap(), 3);
    assert_eq!(roots.roots(), [first.der, second.der, third.der]);
}

#[test]
fn what_cannot_be_used_is_named_and_adds_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, content: &[u8]| {
        let path = folder.path().join(name);
        fs::write(&path, content).unwrap();
        path
    };
    let good = pem(&Ca::new("Prova").der);
    let mut roots = TrustRoots::default();
    let mut refused = |path: &Path| {
        let error = roots.add_path(path).unwrap_err();
        assert!(error.to_string().contains(&*path.to_string_lossy()));
        assert!(roots.roots().is_empty());
        error
    };
    assert!(matches!(
        refused(&folder.path().join("absent")),
        RootsError::Unreadable { .. }
    ));
    assert!(matches!(refused(&file("empty", b"")), RootsError::Empty { .. }));
    assert!(matches!(
        refused(&file("text", b"just words\n")),
        RootsError::Empty { .. }
    ));
    let half = format!("{good}-----BEGIN CERTIFICATE-----\nMIIB\n");
    assert!(matches!(
        refused(&file("half", half.as_bytes())),
        RootsError::Malformed { .. }
    ));
    let other = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    assert!(matches!(
        refused(&file("other", other.as_bytes())),
        RootsError::Malformed { .. }
    ));
    assert!(matches!(
        refused(&file("der", b"\x30\x82\x01\x00")),
        RootsError::Malformed { .. }
    ));
    assert!(matches!(
        refused(&file("large", &vec![b' '; 5 << 20])),
        RootsError::TooLarge { .. }
    ));
    let empty = tempfile::tempdir().unwrap();
    assert!(matches!(refused(empty.path()), RootsError::Empty { .. }));
}

fn pem(der: &[u8]) -> String {
    use base64::Engine;
    let body = base64::engine::general_purpose::STANDARD.encode(der);
    let lines: Vec<&str> = body
        .as_bytes()
        .chunks(64)
        .map(|line| std::str::from_utf8(line).unwrap())
        .collect();
    format!(
        "-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n",
        lines.join("\n")
    )
}
