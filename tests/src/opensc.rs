//! OpenSC's programs, the judge that we did not write.

use crate::place::Place;
use crate::stack::Stack;
use std::path::{Path, PathBuf};
use std::process::Command;

/// OpenSC at one PC/SC service. What it cannot do is told in its own words.
#[derive(Clone, Copy, Debug)]
pub struct OpenSc<'a> {
    place: &'a Place,
    stack: &'a Stack,
    sends_long_commands: bool,
}

/// What OpenSC said on its standard output, or, when it refused, on its standard error.
pub type Said = Result<String, String>;

impl<'a> OpenSc<'a> {
    /// As its makers set it up.
    pub fn new(place: &'a Place, stack: &'a Stack) -> Self {
        Self {
            place,
            stack,
            sends_long_commands: false,
        }
    }

    /// Told that the reader takes extended commands, which the virtual one does without saying so.
    ///
    /// The card of 2021 understands nothing else for a signature of 2048 bits, for it refuses chained commands.
    #[must_use]
    pub fn with_long_commands(self, sends_long_commands: bool) -> Self {
        Self {
            sends_long_commands,
            ..self
        }
    }

    /// The card's label, which is its holder's name: the least that OpenSC can be asked for it.
    ///
    /// # Errors
    /// What OpenSC says when it does not take it for a card.
    pub fn label(&self) -> Said {
        self.run("pkcs15-tool", |c| c.arg("--list-info"))
    }

    /// Everything that OpenSC sees on the card.
    ///
    /// # Errors
    /// As [`OpenSc::label`].
    pub fn dump(&self) -> Said {
        self.run("pkcs15-tool", |c| c.arg("--dump"))
    }

    /// The certificate of this id, PEM.
    ///
    /// # Errors
    /// What OpenSC says when it does not find one.
    pub fn certificate(&self, id: &str) -> Said {
        self.run("pkcs15-tool", |c| c.args(["--read-certificate", id]))
    }

    /// Logs in with the PIN and signs a file with the key of this id and these mechanism options; returns the file of
    /// the signature.
    ///
    /// # Errors
    /// What OpenSC says when it refuses.
    pub fn sign(&self, pin: &str, id: &str, data: &Path, mechanism: &[&str]) -> Result<PathBuf, String> {
        let signature = self.place.file("signature");
        let said = self.run("pkcs11-tool", |c| {
            c.arg("--module").arg(module()).args([
                "--login",
                "--pin",
                "env:PIN_OF_THE_STORY",
                "--sign",
                "--id",
                id,
            ]);
            c.env("PIN_OF_THE_STORY", pin)
                .args(mechanism)
                .arg("-i")
                .arg(data)
                .arg("-o")
                .arg(&signature)
        });
        said.map(|_| signature)
    }

    fn run(&self, program: &str, words: impl FnOnce(&mut Command) -> &mut Command) -> Said {
        let mut command = self.place.command(program);
        self.stack.lead(&mut command);
        if self.sends_long_commands {
            command.env("OPENSC_CONF", self.place.write("opensc.conf", LONG_COMMANDS));
        }
        let output = words(&mut command)
            .output()
            .unwrap_or_else(|error| panic!("{program}: {error}"));
        let text = |bytes| String::from_utf8_lossy(bytes).into_owned();
        match output.status.success() {
            true => Ok(text(&output.stdout)),
            false => Err(text(&output.stderr)),
        }
    }
}

/// The id that OpenSC gives to the authentication key of a kind of card and to its certificate.
pub fn id_on(personality: &str) -> &'static str {
    match personality {
        // It takes the number of the key for the id.
        "infocamere-1204" => "21",
        _ => "01",
    }
}

/// Its PKCS#11 module.
///
/// # Panics
/// When it is not installed.
pub fn module() -> PathBuf {
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

/// OpenSC's settings for a reader that takes extended commands without saying so.
pub const LONG_COMMANDS: &str = "\
app default {
    reader_driver pcsc {
        max_send_size = 65535;
        max_recv_size = 65536;
    }
}
";
