//! What the same acts cost on the same card through the same service, when we do them and when OpenSC does.

use crate::card::{Card, PIN};
use crate::cns;
use crate::opensc::{OpenSc, id_on};
use crate::peers::{self, Peer, ServerCertificate, openssl};
use crate::place::Place;
use crate::stack::Stack;
use cns_virtual_card::Personality;
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// What a person wants of a card.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// The holder's name: `cns readers --names`, and `pkcs15-tool --list-info`, which is the least that OpenSC can be
    /// asked for it (`pkcs15-tool --dump`, `pkcs11-tool -L` and `-O` send more commands).
    Name,
    /// Everything that can be read without a PIN: `cns card`, and `pkcs15-tool --dump`.
    Reading,
    /// PIN and signature, from the start: `cns get` from a server that asks for the certificate, and
    /// `pkcs11-tool --login --sign`.
    Signature,
}

/// What an act cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cost {
    /// Commands to the card.
    pub apdus: u64,
    /// Bytes to the card.
    pub bytes_sent: u64,
    /// Bytes from the card.
    pub bytes_received: u64,
    /// From the start of the program to its end.
    pub time: Duration,
}

/// A service, a server, and one person's folders, for as many cards as one likes.
#[derive(Debug)]
pub struct Table {
    place: Place,
    stack: Stack,
    ca: PathBuf,
    server: Peer,
}

impl Act {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Name, Self::Reading, Self::Signature];
}

impl Table {
    /// Sets the table.
    pub fn set() -> Self {
        let place = Place::new();
        let stack = Stack::start();
        let roots = Card::roots(&place);
        let certificate = ServerCertificate::issue(&place);
        // Some of the cards have a key of 1024 bits, which OpenSSL's usual level refuses.
        let words = ["-tls1_3", "-cipher", "DEFAULT:@SECLEVEL=0"];
        let server = peers::s_server(&place, &certificate, &roots, &words);
        Self {
            place,
            stack,
            ca: certificate.ca,
            server,
        }
    }

    /// Puts Maria Rossi's card of this kind into the reader, and takes it out again after the acts.
    pub fn with_card<T>(&self, personality: Personality, acts: impl FnOnce(&Card) -> T) -> T {
        let mut card = Card::playing(&self.stack, personality, "citizen-good", PIN);
        card.insert();
        self.stack.wait_for_card(true);
        let outcome = acts(&card);
        // pcscd resets a card after a program that has ended. If the card goes just then, this pcscd never again sees one.
        self.stack.wait_for_card(true);
        card.remove();
        self.stack.wait_for_card(false);
        outcome
    }

    /// What an act of ours costs.
    ///
    /// # Errors
    /// What `cns` says when it does not come to its end.
    pub fn ours(&self, card: &Card, act: Act) -> Result<Cost, String> {
        let url = self.server.url();
        let ca = self.ca.display().to_string();
        let (words, stdin): (Vec<&str>, String) = match act {
            Act::Name => (vec!["readers", "--names"], String::new()),
            Act::Reading => (vec!["card"], String::new()),
            Act::Signature => (
                vec!["get", &url, "--server-ca", &ca, "--pin-stdin"],
                format!("{PIN}\n"),
            ),
        };
        let mut command = cns::cns(&self.place, &words);
        self.stack.lead(&mut command);
        measure(card, || {
            let ended = cns::run(&mut command, &stdin);
            let is_named = act == Act::Signature || ended.out.contains(HOLDER);
            match ended.code == 0 && is_named {
                true => Ok(()),
                false => Err(format!("{}{}", ended.out, ended.err)),
            }
        })
    }

    /// What an act of OpenSC's costs; it sends extended commands to a card that takes them, for it then needs fewer.
    ///
    /// # Errors
    /// What OpenSC says when it does not come to its end, or what it does not find.
    pub fn opensc(&self, card: &Card, act: Act) -> Result<Cost, String> {
        let opensc = OpenSc::new(&self.place, &self.stack).with_long_commands(card.personality.extended);
        let serial = self.serial_number(card);
        let data = self.place.write("data", "Da firmare");
        let mechanism = ["--mechanism", "SHA256-RSA-PKCS"];
        measure(card, || match act {
            Act::Name => contains(&opensc.label()?, HOLDER),
            Act::Reading => {
                let dump = opensc.dump()?;
                contains(&dump, HOLDER)?;
                contains(&dump, &serial)
            }
            Act::Signature => opensc
                .sign(PIN, id_on(&card.personality.name), &data, &mechanism)
                .map(|_| ()),
        })
    }

    /// The number of the authentication certificate, as OpenSC writes it.
    fn serial_number(&self, card: &Card) -> String {
        let file = self.place.write("card.der", &card.certificate);
        let said = openssl(&self.place, |o| {
            o.args(["x509", "-inform", "DER", "-noout", "-serial", "-in"])
                .arg(&file)
        });
        said.trim().trim_start_matches("serial=").to_owned()
    }
}

fn measure(card: &Card, act: impl FnOnce() -> Result<(), String>) -> Result<Cost, String> {
    card.wake();
    card.forget();
    let started = Instant::now();
    let done = act();
    let time = started.elapsed();
    let traffic = card.traffic();
    done.map(|()| Cost {
        apdus: traffic.apdus,
        bytes_sent: traffic.bytes_sent,
        bytes_received: traffic.bytes_received,
        time,
    })
}

fn contains(said: &str, wanted: &str) -> Result<(), String> {
    match said.contains(wanted) {
        true => Ok(()),
        false => Err(format!("{wanted} is not in what it said")),
    }
}

const HOLDER: &str = "MARIA ROSSI";
