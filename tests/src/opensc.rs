//! OpenSC's programs, the judge that we did not write.

use crate::place::Place;
use crate::stack::Stack;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Reads the authentication certificate as OpenSC does with its own settings, PEM.
///
/// # Panics
/// When OpenSC does not find one.
pub fn certificate(place: &Place, stack: &Stack) -> String {
    run(
        place,
        stack,
        |c| c.args(["--read-certificate", "01"]),
        "pkcs15-tool",
    )
}

/// Everything that OpenSC sees on the card.
///
/// # Panics
/// When OpenSC does not take it for a card.
pub fn dump(place: &Place, stack: &Stack) -> String {
    run(place, stack, |c| c.arg("--dump"), "pkcs15-tool")
}

/// Logs in with the PIN and signs a file with these mechanism options; returns the file of the signature.
///
/// # Panics
/// When OpenSC refuses.
pub fn sign(place: &Place, stack: &Stack, pin: &str, data: &Path, mechanism: &[&str]) -> PathBuf {
    let signature = place.file("signature");
    run(
        place,
        stack,
        |c| {
            c.arg("--module").arg(module()).args([
                "--login",
                "--pin",
                "env:PIN_OF_THE_STORY",
                "--sign",
                "--id",
                "01",
            ]);
            c.env("PIN_OF_THE_STORY", pin)
                .env("OPENSC_CONF", place.write("opensc.conf", LONG_COMMANDS))
                .args(mechanism)
                .arg("-i")
                .arg(data)
                .arg("-o")
                .arg(&signature)
        },
        "pkcs11-tool",
    );
    signature
}

fn run(
    place: &Place,
    stack: &Stack,
    words: impl FnOnce(&mut Command) -> &mut Command,
    program: &str,
) -> String {
    let mut command = place.command(program);
    stack.lead(&mut command);
    let output = words(&mut command)
        .output()
        .unwrap_or_else(|error| panic!("{program}: {error}"));
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}\n{error}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn module() -> PathBuf {
    let folders = std::fs::read_dir("/usr/lib")
        .expect("/usr/lib")
        .flatten()
        .map(|entry| entry.path());
    let places = folders.chain(["/usr/lib".into(), "/usr/lib64".into()]);
    places
        .flat_map(|folder| {
            [
                folder.join("opensc-pkcs11.so"),
                folder.join("pkcs11/opensc-pkcs11.so"),
            ]
        })
        .find(|path| path.is_file())
        .expect("opensc-pkcs11 is installed")
}

/// The virtual reader takes extended commands but does not say so; the card of 2021 understands nothing else for
/// a signature of 2048 bits, for it refuses chained commands.
const LONG_COMMANDS: &str = "\
app default {
    reader_driver pcsc {
        max_send_size = 65535;
        max_recv_size = 65536;
    }
}
";
