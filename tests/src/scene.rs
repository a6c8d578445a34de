//! The usual scene: a person, a reader, a card in it, and servers that know the card's authority.

use crate::card::{Card, PIN};
use crate::cns::{self, Ended};
use crate::keyring::Keyring;
use crate::peers::ServerCertificate;
use crate::place::Place;
use crate::portal::Portal;
use crate::stack::Stack;
use std::path::PathBuf;
use std::process::Command;

/// Everything that a story with a card needs first.
#[derive(Debug)]
pub struct Scene {
    /// The card, in the first reader.
    pub card: Card,
    /// The service.
    pub stack: Stack,
    /// The person's folders.
    pub place: Place,
    /// The authority of the cards, PEM.
    pub roots: PathBuf,
}

impl Scene {
    /// A scene with this person's card in the reader.
    pub fn with(identity: &str) -> Self {
        Self::with_pin(identity, PIN)
    }

    /// The same, where the card has this PIN.
    pub fn with_pin(identity: &str, pin: &str) -> Self {
        let place = Place::new();
        let stack = Stack::start();
        let card = Card::inserted_with_pin(&stack, identity, pin);
        let roots = Card::roots(&place);
        Self {
            card,
            stack,
            place,
            roots,
        }
    }

    /// Runs `cns --json login` to this portal with this PIN, beside an optional keyring.
    pub fn log_in(&self, portal: &Portal, keyring: Option<&Keyring>, pin: &str) -> Ended {
        let roots = self.roots.display().to_string();
        let portal = portal.words();
        let mut words = vec!["login", "--pin-stdin", "--trust-roots", &roots];
        words.extend(portal.iter().map(String::as_str));
        cns::run(&mut self.beside(keyring, &words), &format!("{pin}\n"))
    }

    /// A `cns --json` command in this scene, beside an optional keyring.
    pub fn beside(&self, keyring: Option<&Keyring>, words: &[&str]) -> Command {
        let mut command = self.command(words);
        if let Some(keyring) = keyring {
            keyring.lead(&mut command);
        }
        command
    }

    /// A certificate for the servers of this scene.
    pub fn server(&self) -> ServerCertificate {
        ServerCertificate::issue(&self.place)
    }

    /// A `cns --json` command in this scene.
    pub fn command(&self, words: &[&str]) -> Command {
        let mut command = cns::cns(&self.place, words);
        self.stack.lead(&mut command);
        command
    }

    /// Runs `cns --json` with these words and this on its standard input.
    pub fn cns(&self, words: &[&str], stdin: &str) -> Ended {
        cns::run(&mut self.command(words), stdin)
    }
}
