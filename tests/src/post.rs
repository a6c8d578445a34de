//! The post: a mail server and a gateway for SMS that are not ours, and the folder from which a print house takes letters.

use crate::patience;
use crate::place::Place;
use crate::process::Process;
use crate::programs;
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

/// A mail server, a gateway for SMS and a spool. It remembers each code that it gave out and gives none twice: whoever asks
/// for a second code waits for it, however late its message comes.
#[derive(Debug)]
pub struct Post {
    spool: PathBuf,
    mail_port: u16,
    mail_server: Process,
    sms_port: u16,
    sms_gateway: Process,
    sms_key: PathBuf,
    given: Mutex<Vec<String>>,
}

/// A message as the mail server or the gateway was given it.
#[derive(Debug)]
pub struct Mail {
    /// To whom.
    pub to: String,
    /// What it says; a mail with its subject first.
    pub text: String,
}

impl Post {
    /// Opens a mail server, a gateway, and a folder for letters.
    ///
    /// # Panics
    /// When one of them does not start: `cargo xtask tools` installs what it needs.
    pub fn open(place: &Place) -> Self {
        let (mail_server, mail_port) = peer(place, "smtp.py", &[]);
        let (sms_gateway, sms_port) = peer(place, "sms.py", &["--key", SMS_KEY]);
        Self {
            spool: place.file("letters"),
            mail_port,
            mail_server,
            sms_port,
            sms_gateway,
            sms_key: place.write("sms.key", SMS_KEY),
            given: Mutex::default(),
        }
    }

    /// What the portal's configuration says of it.
    pub fn configuration(&self) -> String {
        let server = format!(
            "host = \"127.0.0.1\"\nport = {}\ntls = \"none\"\n",
            self.mail_port
        );
        format!(
            "[delivery]\nspool = \"{}\"\n[delivery.email]\n{server}from = \"portale@esempio.it\"\n\
             [delivery.pec]\n{server}from = \"portale@pec.esempio.it\"\n\
             [delivery.sms]\nurl = \"http://127.0.0.1:{}/v1/messages\"\nkey_id = \"portal\"\nkey = \"{}\"\n",
            self.spool.display(),
            self.sms_port,
            self.sms_key.display()
        )
    }

    /// Every message that the server was given, oldest first.
    ///
    /// # Panics
    /// When the server says something else.
    pub fn mails(&self) -> Vec<Mail> {
        let mails = told(&self.mail_server).into_iter();
        let mails = mails.map(|mail| Mail {
            to: mail["to"][0].as_str().unwrap_or_default().to_owned(),
            text: format!(
                "{}\n{}",
                mail["subject"].as_str().unwrap_or_default(),
                mail["text"].as_str().unwrap_or_default()
            ),
        });
        mails.collect()
    }

    /// Every SMS that the gateway has taken, oldest first.
    ///
    /// # Panics
    /// When the portal's signature on one of them is not good.
    pub fn texts(&self) -> Vec<Mail> {
        let taken = told(&self.sms_gateway).into_iter().map(|sms| {
            assert_eq!(sms["verified"], true, "the signature of an SMS");
            Mail {
                to: sms["to"].as_str().unwrap_or_default().to_owned(),
                text: sms["text"].as_str().unwrap_or_default().to_owned(),
            }
        });
        taken.collect()
    }

    /// Waits for an SMS to this number that says this and has a code not yet given out, and gives it.
    #[track_caller]
    pub fn code_by_sms(&self, to: &str, saying: &str) -> String {
        let texts = || -> Vec<String> {
            let texts = self.texts().into_iter().filter(|text| text.to == to);
            texts.map(|text| text.text).collect()
        };
        patience::until(
            || format!("the SMS to {to} that says {saying}: {:?}", self.texts()),
            || self.new_code(&texts(), &[saying]),
        )
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

    /// Waits for a message to this address that says this and has a code not yet given out, and gives it.
    #[track_caller]
    pub fn code_by_mail(&self, to: &str, saying: &str) -> String {
        let texts = || -> Vec<String> {
            let mails = self.mails().into_iter().filter(|mail| mail.to == to);
            mails.map(|mail| mail.text).collect()
        };
        patience::until(
            || format!("the mail to {to} that says {saying}: {:?}", self.mails()),
            || self.new_code(&texts(), &[saying]),
        )
    }

    /// Every letter that lies in the spool, as text, by the program of the print house; the oldest first.
    ///
    /// # Panics
    /// When a letter is no PDF.
    pub fn letters(&self, place: &Place) -> Vec<String> {
        let files = std::fs::read_dir(&self.spool).into_iter().flatten().flatten();
        let mut pdfs: Vec<_> = files
            .map(|file| file.path())
            .filter(|file| file.extension().is_some_and(|end| end == "pdf"))
            .collect();
        pdfs.sort_by_key(|pdf| (pdf.as_os_str().len(), pdf.clone()));
        let texts = pdfs.into_iter().map(|pdf| {
            let mut command = place.command("pdftotext");
            let output = command.arg("-layout").arg(&pdf).arg("-").output();
            let output = output.expect("pdftotext");
            assert!(output.status.success(), "{} is no letter", pdf.display());
            String::from_utf8_lossy(&output.stdout).into_owned()
        });
        texts.collect()
    }

    /// The code of the last of these messages that says this, unless it was given out before.
    fn new_code(&self, messages: &[String], saying: &[&str]) -> Option<String> {
        let is_it = |text: &&String| saying.iter().all(|words| text.contains(words));
        let code = code_of(messages.iter().rev().find(is_it)?)?;
        let mut given = self
            .given
            .lock()
            .expect("nobody failed while a code was given out");
        (!given.contains(&code)).then(|| {
            given.push(code.clone());
            code
        })
    }

    /// Waits for a letter that says this and has a code not yet given out, and gives it.
    #[track_caller]
    pub fn code_by_letter(&self, place: &Place, saying: &[&str]) -> String {
        patience::until(
            || format!("the letter that says {saying:?}: {:?}", self.letters(place)),
            || self.new_code(&self.letters(place), saying),
        )
    }
}

/// One of the parts that other people play; it ends with its standard input, as every server of the stage does. It says
/// first where it listens.
fn peer(place: &Place, script: &str, words: &[&str]) -> (Process, u16) {
    let mut command = place.command("python3");
    command
        .arg("-B")
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("peers").join(script))
        .args(words)
        .env("PYTHONPATH", programs::tools())
        .env("PYTHONWARNINGS", "ignore");
    let mut process = Process::start_spoken_to(command);
    let port = process.wait_for(script, |said| said.lines().next()?.trim().parse().ok());
    (process, port)
}

/// The messages of which such a part has told.
fn told(peer: &Process) -> Vec<Value> {
    let said = peer.said();
    let lines = said
        .split_inclusive('\n')
        .skip(1)
        .filter(|line| line.ends_with('\n'));
    let values =
        lines.map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}")));
    values.collect()
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
/// What the portal signs its SMS with.
const SMS_KEY: &str = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
