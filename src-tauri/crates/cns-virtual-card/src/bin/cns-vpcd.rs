//! Plugs a virtual CNS into a real pcscd that has the vpcd driver, and obeys lines on standard input.
//!
//! Lines: `count`, `reset-count`, `remove`, `insert`, `pause`, `resume`, `fault AT KIND [VALUE]`, `no-faults`, `tries`,
//! `comparisons`; with `2 ` before it, a line is about the second card. Each is answered by one JSON line on standard
//! output. At the end of the input the count is told once more and the cards are out.

use clap::{Parser, ValueEnum};
use cns_virtual_card::pki::{self, Authority};
use cns_virtual_card::vpcd::Plug;
use cns_virtual_card::{
    EXAMPLE_PIN, Fault, Link, Personality, VirtualCard, VirtualCardError, VirtualCardHandle,
};
use std::io::{BufRead, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use zeroize::Zeroizing;

/// A CNS that does not exist, in the reader of vpcd.
#[derive(Debug, Parser)]
#[command(name = "cns-vpcd", version)]
struct Arguments {
    /// Where vpcd listens.
    #[arg(long, default_value = "127.0.0.1")]
    host: String,
    /// The port of the slot.
    #[arg(long, default_value_t = 35963)]
    port: u16,
    /// Kind of card.
    #[arg(long, default_value = "classic-st2021")]
    personality: String,
    /// Whose card, by meaning: `citizen-good`, `citizen-expired`, …
    #[arg(long, default_value = "citizen-good")]
    identity: String,
    /// Kind of a second card, in the second slot. It has the same PIN.
    #[arg(long)]
    personality2: Option<String>,
    /// Whose the second card is.
    #[arg(long, default_value = "citizen-luca")]
    identity2: String,
    /// The port of the second slot. Without it: the next one.
    #[arg(long)]
    port2: Option<u16>,
    /// How long the cards take for their answers.
    #[arg(long, value_enum, default_value_t)]
    link: LinkName,
    /// Reads the card's PIN from the first line of standard input. Without it the PIN is the example's, 12345.
    #[arg(long)]
    pin_stdin: bool,
    /// Writes the certificate of the test authority to this file, PEM.
    #[arg(long)]
    write_roots: Option<PathBuf>,
    /// Writes the card's certificate to this file, DER.
    #[arg(long)]
    write_certificate: Option<PathBuf>,
    /// The day at which the identity is what its name says, RFC 3339. Without it: today.
    #[arg(long)]
    at: Option<String>,
    /// Seconds to wait for a reader that does not listen yet.
    #[arg(long, default_value_t = 10)]
    patience: u64,
    /// Leaves the cards beside the reader until a line says `insert`.
    #[arg(long)]
    beside: bool,
}

#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum LinkName {
    /// As long as the cards of these years take.
    Real,
    /// No time at all.
    #[default]
    None,
}

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Where standard error is closed nobody wants to know.
            let _ = writeln!(std::io::stderr(), "cns-vpcd: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &Arguments) -> Result<(), VirtualCardError> {
    let at = match &arguments.at {
        Some(text) => OffsetDateTime::parse(text, &Rfc3339).map_err(|_| VirtualCardError::Date)?,
        None => today(),
    };
    let mut input = std::io::stdin().lock().lines();
    let pin = Zeroizing::new(match arguments.pin_stdin {
        true => input.next().transpose()?.unwrap_or_default(),
        false => EXAMPLE_PIN.to_owned(),
    });
    let pin = pin.trim_end();
    if let Some(path) = &arguments.write_roots {
        std::fs::write(path, Authority::example()?.certificate_pem())?;
    }
    let personality = Personality::named(&arguments.personality)?;
    let identity = pki::identity_for(&personality, &arguments.identity, at)?;
    if let Some(path) = &arguments.write_certificate {
        std::fs::write(path, &identity.certificate_der)?;
    }
    let card = VirtualCard::new(personality, identity, pin)?;
    let mut first = Desk::with(card, arguments, arguments.port);
    let mut second = match &arguments.personality2 {
        None => None,
        Some(name) => {
            let personality = Personality::named(name)?;
            let identity = pki::identity_for(&personality, &arguments.identity2, at)?;
            let port = arguments.port2.unwrap_or(arguments.port.saturating_add(1));
            let card = VirtualCard::new(personality, identity, pin)?;
            Some(Desk::with(card, arguments, port))
        }
    };
    if !arguments.beside {
        first.insert()?;
        second.as_mut().map_or(Ok(()), Desk::insert)?;
    }
    say(r#"{"event":"ready"}"#)?;
    for line in input {
        let line = line?;
        let line = line.trim();
        let answer = match (line.strip_prefix("2 "), &mut second) {
            (None, _) => first.obey(line)?,
            (Some(line), Some(second)) => second.obey(line)?,
            (Some(_), None) => r#"{"error":"no second card"}"#.to_owned(),
        };
        say(&answer)?;
    }
    first.plug = None;
    say(&first.count())
}

/// What the person at a slot does.
struct Desk {
    handle: VirtualCardHandle,
    reader: (String, u16),
    patience: Duration,
    plug: Option<Plug>,
}

impl Desk {
    fn with(card: VirtualCard, arguments: &Arguments, port: u16) -> Self {
        let handle = VirtualCardHandle::beside(card);
        handle.set_link(match arguments.link {
            LinkName::Real => Link::REAL,
            LinkName::None => Link::NONE,
        });
        Self {
            handle,
            reader: (arguments.host.clone(), port),
            patience: Duration::from_secs(arguments.patience),
            plug: None,
        }
    }

    fn obey(&mut self, line: &str) -> Result<String, VirtualCardError> {
        Ok(match line.split_once(' ').unwrap_or((line, "")) {
            ("count", "") => self.count(),
            ("reset-count", "") => {
                self.handle.reset_count();
                self.count()
            }
            ("tries", "") => format!(
                r#"{{"tries_left":{}}}"#,
                self.handle.with_card(|card| card.tries_left())
            ),
            ("comparisons", "") => self.comparisons(),
            ("pause", "") => {
                self.handle.pause();
                r#"{"event":"paused"}"#.to_owned()
            }
            ("resume", "") => {
                self.handle.resume();
                r#"{"event":"resumed"}"#.to_owned()
            }
            ("remove", "") => {
                self.handle.remove();
                self.plug = None;
                r#"{"event":"removed"}"#.to_owned()
            }
            ("insert", "") => {
                self.insert()?;
                r#"{"event":"inserted"}"#.to_owned()
            }
            ("no-faults", "") => {
                self.handle.set_faults([]);
                r#"{"event":"no-faults"}"#.to_owned()
            }
            ("fault", fault) => match Fault::parse(fault) {
                Ok(fault) => {
                    self.handle.set_faults([fault]);
                    r#"{"event":"fault-set"}"#.to_owned()
                }
                Err(_) => r#"{"error":"not a fault"}"#.to_owned(),
            },
            _ => r#"{"error":"not a command"}"#.to_owned(),
        })
    }

    fn insert(&mut self) -> Result<(), VirtualCardError> {
        // The old connection goes first: a slot of vpcd has room for one card.
        self.plug = None;
        self.plug = Some(Plug::into_reader(
            &self.handle,
            self.reader.clone(),
            self.patience,
        )?);
        Ok(())
    }

    fn count(&self) -> String {
        let traffic = self.handle.traffic();
        format!(
            r#"{{"apdus":{},"bytes_sent":{},"bytes_received":{}}}"#,
            traffic.apdus, traffic.bytes_sent, traffic.bytes_received
        )
    }

    fn comparisons(&self) -> String {
        self.handle.with_card(|card| {
            format!(
                r#"{{"pin":{},"puk":{},"signature_pin":{}}}"#,
                card.pin_comparisons(),
                card.puk_comparisons(),
                card.signature_pin_comparisons()
            )
        })
    }
}

fn say(line: &str) -> Result<(), VirtualCardError> {
    let mut output = std::io::stdout().lock();
    writeln!(output, "{line}")?;
    Ok(output.flush()?)
}

#[expect(
    clippy::disallowed_methods,
    reason = "the binary's only look at the clock, and only without --at"
)]
fn today() -> OffsetDateTime {
    OffsetDateTime::now_utc()
}
