//! A body with its portal, and one home from which people go there.

use crate::cns::{self, Ended};
use crate::home::Home;
use crate::keyring::Keyring;
use crate::office::Office;
use crate::place::Place;
use crate::process::Process;
use std::process::Command;

/// A body, and somebody at home.
#[derive(Debug)]
pub struct Town {
    /// The folders of who is at home.
    pub place: Place,
    /// Their keyring.
    pub keyring: Keyring,
    /// The body.
    pub office: Office,
}

impl Town {
    /// Opens the office, in a place of its own.
    ///
    /// # Panics
    /// When one of its parts does not start.
    #[expect(clippy::new_without_default, reason = "it starts programs")]
    pub fn new() -> Self {
        let place = Place::new();
        let office = Office::open(&place);
        let keyring = Keyring::start(&place);
        Self {
            place,
            keyring,
            office,
        }
    }

    /// Who is at home.
    pub fn home(&self) -> Home<'_> {
        Home {
            place: &self.place,
            keyring: &self.keyring,
            office: &self.office,
        }
    }

    /// Logs in with this PIN. A wrong one makes the portal wait a while before it compares the next.
    #[track_caller]
    pub fn log_in(&self, code: &str, pin: &str) -> Ended {
        self.home().log_in_with_pin(code, pin)
    }

    /// A person at a terminal, who goes to the office.
    pub fn at_a_terminal(&self, words: &[&str]) -> Process {
        let office = self.office.words();
        let words: Vec<&str> = words
            .iter()
            .copied()
            .chain(office.iter().map(String::as_str))
            .collect();
        let lead = |command: &mut Command| {
            self.keyring.lead(command);
        };
        cns::at_a_terminal(lead, &self.place, &words)
    }
}
