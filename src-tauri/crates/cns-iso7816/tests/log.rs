//! What the log shows of a conversation: everything but its content.
//!
//! One test in a process of its own: tracing remembers for the whole process who listens to a place in the code, and a
//! test beside it that listens to nothing would be remembered first.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use cns_iso7816::transcript::Transcript;
use cns_iso7816::{Channel, Command, Ending, Expected, FileOffset, commands, send, send_once};
use std::io::Write;
use std::sync::{Arc, Mutex};

/// A writer that keeps what is logged.
#[derive(Clone, Default)]
struct Kept(Arc<Mutex<Vec<u8>>>);

impl Write for Kept {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

fn sent(mut card: Transcript, command: &Command) {
    let act = &mut |line: &mut dyn cns_iso7816::Exchange| {
        let answered = if command.is_secret() {
            send_once(line, command)
        } else {
            send(line, command)
        };
        answered.unwrap();
    };
    card.transaction(Ending::Leave, act).unwrap();
    card.finished().unwrap();
}

#[test]
fn the_log_names_commands_and_status_words_and_shows_no_data() {
    let kept = Kept::default();
    let writer = kept.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_ansi(false)
        .with_writer(move || writer.clone())
        .finish();
    tracing::subscriber::with_default(subscriber, || {
        let pin = Transcript::new("3B00").answer("00 20 00 10 08 31 32 33 34 35 FF FF FF", "63 C2");
        sent(pin, &commands::verify(0x10, b"12345\xFF\xFF\xFF"));
        let file = Transcript::new("3B00").answer("00 B0 00 00 00", "52 53 53 4D 52 41 90 00");
        sent(
            file,
            &commands::read_binary(FileOffset::START, Expected::Short(0)),
        );
    });
    let log = String::from_utf8(kept.0.lock().unwrap().clone()).unwrap();
    for word in [
        "apdu",
        "VERIFY",
        "00200010",
        "63C2",
        "READ BINARY",
        "received=6",
        "sent=8",
    ] {
        assert!(log.contains(word), "{word} is not in {log}");
    }
    for secret in ["12345", "3132333435", "31 32", "49, 50", "RSSMRA", "525353"] {
        assert!(!log.contains(secret), "{secret} is in {log}");
    }
}
