//! What assistive technology finds in the documents, by `tests/peers/pdf.py`, which reads them with pikepdf.

use super::every_block;
use crate::{conversion_form, pdf};
use std::path::{Path, PathBuf};
use std::process::Command;
use time::macros::date;

/// What the peer misses in the document, a line each.
fn missed(document: &Path) -> Vec<String> {
    let peer = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../tests/peers/pdf.py");
    let output = Command::new("python3")
        .args(["-s", "-B"])
        .arg(peer)
        .arg(document)
        .arg("ESEMPIO")
        .env("PYTHONPATH", tools())
        .output()
        .unwrap();
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success(),
        "{complaint}: `cargo xtask tools` fetches what is needed"
    );
    let said = String::from_utf8(output.stdout).unwrap();
    said.lines().map(str::to_owned).collect()
}

/// The folder of other people's programs, beside the profile's folder that this test is built into.
fn tools() -> PathBuf {
    let this = std::env::current_exe().unwrap();
    this.ancestors().nth(3).unwrap().join("tools")
}

#[test]
fn every_document_is_a_tree_that_can_be_walked() {
    let folder = tempfile::tempdir().unwrap();
    for print in [
        every_block(),
        conversion_form("Portale", "Anna Rossi", "RSSNNA80A41H501U", Some("06 0000 0000")),
    ] {
        let path = folder.path().join("document.pdf");
        std::fs::write(&path, pdf(&print, date!(2026 - 11 - 23)).unwrap()).unwrap();
        assert_eq!(missed(&path), Vec::<String>::new(), "{}", print.title);
    }
}

#[test]
fn whoever_walks_sees_what_is_broken() {
    let folder = tempfile::tempdir().unwrap();
    let [whole, plain] = ["whole.pdf", "plain.pdf"].map(|name| folder.path().join(name));
    std::fs::write(&whole, pdf(&every_block(), date!(2026 - 11 - 23)).unwrap()).unwrap();
    let qpdf = Command::new("qpdf")
        .args(["--qdf", "--object-streams=disable"])
        .args([&whole, &plain])
        .status();
    assert!(qpdf.unwrap().success());
    let bytes = std::fs::read(&plain).unwrap();
    for (written, broken, finding) in [
        ("/Marked true", "/Marked null", "MarkInfo does not say Marked"),
        ("/Lang (it-IT)", "/Lung (it-IT)", "there is no Lang"),
        (
            "/DisplayDocTitle true",
            "/DisplayDocTitle null",
            "DisplayDocTitle is not set",
        ),
        ("<pdfuaid:part>1<", "<pdfuaid:part>2<", "pdfuaid:part is not 1"),
        ("/Scope /Column", "/Scxpe /Column", "a TH has no Scope"),
        ("/S /H2", "/S /H5", "H1 is followed by H5"),
        ("/S /TD", "/S /P ", "rows of a table have"),
        ("/ToUnicode", "/ToUnicxde", "has no ToUnicode"),
        ("/FontFile", "/FxntFile", "is not embedded"),
        ("/Artifact", "/Artefact", "are painted outside the structure"),
    ] {
        let changed = replaced(&bytes, written.as_bytes(), broken.as_bytes());
        if changed == bytes {
            panic!("{written} is not in the document");
        }
        let path = folder.path().join("broken.pdf");
        std::fs::write(&path, changed).unwrap();
        let missed = missed(&path);
        assert!(
            missed.iter().any(|line| line.contains(finding)),
            "{written}: {missed:?}"
        );
    }
}

/// The bytes, with something else of the same length wherever `from` is.
fn replaced(bytes: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let mut changed = bytes.to_vec();
    for at in 0..bytes.len() {
        if bytes[at..].starts_with(from) {
            changed[at..at + to.len()].copy_from_slice(to);
        }
    }
    changed
}
