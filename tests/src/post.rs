//! The post: a mail server that is not ours, and the folder from which a print house takes letters.

use crate::patience;
use crate::place::Place;
use crate::process::Process;
use crate::programs;
use serde_json::Value;
use std::path::{Path, PathBuf};

/// A mail server and a spool.
#[derive(Debug)]
pub struct Post {
    spool: PathBuf,
    port: u16,
    server: Process,
}

/// A message as the mail server was given it.
#[derive(Debug)]
pub struct Mail {
    /// To whom.
    pub to: String,
    /// What it says, subject first.
    pub text: String,
}

impl Post {
    /// Opens a mail server, and a folder for letters.
    ///
    /// # Panics
    /// When the server does not start: `cargo xtask tools` installs what it needs.
    pub fn open(place: &Place) -> Self {
        let mut command = place.command("python3");
        let project = Path::new(env!("CARGO_MANIFEST_DIR"));
        command
            .arg("-B")
            .arg(project.join("peers/smtp.py"))
            .env("PYTHONPATH", programs::tools())
            .env("PYTHONWARNINGS", "ignore");
        // It ends with its standard input, as every server of the stage does.
        let mut server = Process::start_spoken_to(command);
        let port = server.wait_for("the mail server", |said| said.lines().next()?.trim().parse().ok());
        Self {
            spool: place.file("letters"),
            port,
            server,
        }
    }

    /// What the portal's configuration says of it.
    pub fn configuration(&self) -> String {
        let server = format!("host = \"127.0.0.1\"\nport = {}\ntls = \"none\"\n", self.port);
        format!(
            "[delivery]\nspool = \"{}\"\n[delivery.email]\n{server}from = \"portale@esempio.it\"\n\
             [delivery.pec]\n{server}from = \"portale@pec.esempio.it\"\n",
            self.spool.display()
        )
    }

    /// Every message that the server was given, oldest first.
    ///
    /// # Panics
    /// When the server says something else.
    pub fn mails(&self) -> Vec<Mail> {
        let said = self.server.said();
        let lines = said
            .split_inclusive('\n')
            .skip(1)
            .filter(|line| line.ends_with('\n'));
        let mails = lines.map(|line| {
            let mail: Value = serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
            Mail {
                to: mail["to"][0].as_str().unwrap_or_default().to_owned(),
                text: format!(
                    "{}\n{}",
                    mail["subject"].as_str().unwrap_or_default(),
                    mail["text"].as_str().unwrap_or_default()
                ),
            }
        });
        mails.collect()
    }

    /// Waits for the message to this address that says this.
    #[track_caller]
    pub fn mail(&self, to: &str, saying: &str) -> Mail {
        let is_it = |mail: &Mail| mail.to == to && mail.text.contains(saying);
        patience::until(
            || format!("the mail to {to} that says {saying}: {:?}", self.mails()),
            || self.mails().into_iter().find(is_it),
        )
    }

    /// Waits for the message to this address that says this, and gives what stands in it as a code.
    #[track_caller]
    pub fn code_by_mail(&self, to: &str, saying: &str) -> String {
        let texts = || -> Vec<String> {
            let mails = self.mails().into_iter().filter(|mail| mail.to == to);
            mails.map(|mail| mail.text).collect()
        };
        patience::until(
            || format!("the mail to {to} that says {saying}: {:?}", self.mails()),
            || newest_code(&texts(), &[saying]),
        )
    }

    /// Every letter that lies in the spool, as text, by the program of the print house.
    ///
    /// # Panics
    /// When a letter is no PDF.
    pub fn letters(&self, place: &Place) -> Vec<String> {
        let files = std::fs::read_dir(&self.spool).into_iter().flatten().flatten();
        let pdfs = files
            .map(|file| file.path())
            .filter(|file| file.extension().is_some_and(|end| end == "pdf"));
        pdfs.map(|pdf| {
            let mut command = place.command("pdftotext");
            let output = command.arg("-layout").arg(&pdf).arg("-").output();
            let output = output.expect("pdftotext");
            assert!(output.status.success(), "{} is no letter", pdf.display());
            String::from_utf8_lossy(&output.stdout).into_owned()
        })
        .collect()
    }

    /// Waits for the letter that says this, and gives what stands in it as a code.
    #[track_caller]
    pub fn code_by_letter(&self, place: &Place, saying: &[&str]) -> String {
        patience::until(
            || format!("the letter that says {saying:?}: {:?}", self.letters(place)),
            || newest_code(&self.letters(place), saying),
        )
    }
}

/// The code of the last message that says this.
fn newest_code(messages: &[String], saying: &[&str]) -> Option<String> {
    let is_it = |text: &&String| saying.iter().all(|words| text.contains(words));
    code_of(messages.iter().rev().find(is_it)?)
}

/// The line that holds a half or a code and nothing else.
fn code_of(text: &str) -> Option<String> {
    text.lines().find_map(|line| {
        let symbols: String = line.chars().filter(|sign| !" -\u{a0}".contains(*sign)).collect();
        (symbols.len() == 8 && symbols.chars().all(|sign| ALPHABET.contains(sign))).then_some(symbols)
    })
}

/// The symbols of halves and codes, said once more: a stage trusts nobody's constant.
const ALPHABET: &str = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
