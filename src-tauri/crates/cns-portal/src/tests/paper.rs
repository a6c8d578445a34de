//! The portal's paper, walked by `tests/peers/pdf.py`, which reads it with pikepdf.

use crate::tests::peers::tools;
use std::path::Path;
use std::process::Command;

/// Expects a document that assistive technology finds whole, and that says on every page that it is an example.
#[track_caller]
pub(crate) fn expect_sound(pdf: &[u8]) {
    let folder = tempfile::tempdir().unwrap();
    let document = folder.path().join("document.pdf");
    std::fs::write(&document, pdf).unwrap();
    let peer = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../tests/peers/pdf.py");
    let output = Command::new("python3")
        .args(["-s", "-B"])
        .arg(peer)
        .arg(&document)
        .arg("ESEMPIO")
        .env("PYTHONPATH", tools())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    assert!(output.status.success() && said.is_empty(), "{said}");
}
