//! The one gate to the card, and the one place in the project that logs APDUs.

use crate::{ChannelError, Command, Exchange, PadRequest, Response, StatusWord, commands};
use zeroize::Zeroizing;

/// The most that one command may bring back, over all its GET RESPONSEs.
pub const MAX_RESPONSE: usize = 64 * 1024;

/// The most GET RESPONSEs that a READ BINARY may cost.
///
/// [`MAX_RESPONSE`] in parts of 256 bytes takes 256 of them. A card that gives a byte at a time would keep the
/// person waiting for minutes, each time it is asked for anything.
pub const MOST_PARTS_OF_A_FILE: usize = 300;

/// The most GET RESPONSEs that any other command may cost: a signature of 4096 bits takes two.
pub const MOST_PARTS: usize = 20;

/// Sends one command and returns the whole answer.
///
/// A `61xx` is followed by GET RESPONSE until nothing remains; a `6Cxx` is obeyed once by repeating the command
/// with the length the card names. A command that compares a PIN goes by [`send_once`]. Each APDU leaves one line at
/// trace level under the target `apdu`: the command's name, its header, the lengths and the status word. Data bytes
/// are never logged.
///
/// # Errors
/// Any [`ChannelError`] of the exchange; [`ChannelError::Garbled`] for an answer without a status word, beyond
/// [`MAX_RESPONSE`] or in more than [`MOST_PARTS`] or [`MOST_PARTS_OF_A_FILE`]; [`ChannelError::CommandTooLong`] when nothing was sent.
pub fn send(exchange: &mut dyn Exchange, command: &Command) -> Result<Response, ChannelError> {
    let mut response = send_once(exchange, command)?;
    // A secret is sent once for one typing, whatever the card answers.
    if let Some(length) = response.status().exact_length().filter(|_| !command.is_secret()) {
        response = send_once(exchange, &command.repeated_with(length))?;
    }
    if response.status().bytes_remaining().is_none() {
        return Ok(response);
    }
    let mut data = Zeroizing::new(response.data().to_vec());
    let mut status = response.status();
    let most_parts = if command.header()[1] == READ_BINARY {
        MOST_PARTS_OF_A_FILE
    } else {
        MOST_PARTS
    };
    let mut parts = 0;
    while let Some(remaining) = status.bytes_remaining() {
        if parts == most_parts {
            return Err(ChannelError::Garbled);
        }
        parts += 1;
        let part = send_once(exchange, &commands::get_response(remaining))?;
        // A card that promises more for ever without giving any would hold us here.
        let stalls = part.data().is_empty() && part.status().bytes_remaining().is_some();
        if stalls || data.len() + part.data().len() > MAX_RESPONSE {
            return Err(ChannelError::Garbled);
        }
        data.extend_from_slice(part.data());
        status = part.status();
    }
    Ok(Response::from_parts(data, status))
}

/// Sends one command as a chain of short ones (ISO/IEC 7816-4 §5.1.1.1) and returns the last answer, or the
/// first that is not a success.
///
/// # Errors
/// As [`send`].
pub fn send_chained(exchange: &mut dyn Exchange, command: &Command) -> Result<Response, ChannelError> {
    let mut response = Response::from_parts(Zeroizing::default(), StatusWord::OK);
    for link in command.chained() {
        response = send(exchange, &link)?;
        if !response.is_success() {
            break;
        }
    }
    Ok(response)
}

/// Sends one command and returns the card's own answer to it, whatever its status word asks for.
///
/// This is the way for VERIFY, CHANGE REFERENCE DATA and RESET RETRY COUNTER. Their status word is the verdict on
/// what the person typed; the status word of a GET RESPONSE sent after them is a verdict on the GET RESPONSE, and
/// would be taken for theirs.
///
/// # Errors
/// Any [`ChannelError`] of the exchange; [`ChannelError::Garbled`] for an answer without a status word;
/// [`ChannelError::CommandTooLong`] when nothing was sent.
pub fn send_once(exchange: &mut dyn Exchange, command: &Command) -> Result<Response, ChannelError> {
    let apdu = command.encode().map_err(|_| ChannelError::CommandTooLong)?;
    let answer = exchange.exchange(&apdu).and_then(Response::parse);
    log(command.name(), command.header(), command.data_len(), &answer);
    answer
}

/// Has the reader's own pad ask for a PIN and send it, and returns the card's own answer or the reader's.
///
/// # Errors
/// As [`send_once`], and [`ChannelError::NoPinPad`] where there is no pad that can do this.
pub fn send_on_pad(exchange: &mut dyn Exchange, request: &PadRequest) -> Result<Response, ChannelError> {
    let answer = exchange.exchange_on_pad(request).and_then(Response::parse);
    log(request.name(), request.header(), 0, &answer);
    answer
}

/// The instruction of READ BINARY (§11.3.3).
const READ_BINARY: u8 = 0xB0;

fn log(command: &str, [cla, ins, p1, p2]: [u8; 4], sent: usize, answer: &Result<Response, ChannelError>) {
    match answer {
        Ok(response) => tracing::trace!(
            target: "apdu",
            command,
            header = %format_args!("{cla:02X}{ins:02X}{p1:02X}{p2:02X}"),
            sent,
            received = response.data().len(),
            status = %response.status(),
        ),
        Err(error) => tracing::trace!(
            target: "apdu",
            command,
            header = %format_args!("{cla:02X}{ins:02X}{p1:02X}{p2:02X}"),
            sent,
            %error,
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transcript::{Transcript, bytes_of};
    use crate::{Channel, Ending, Expected, FileOffset};

    fn sent(channel: Transcript, command: &Command) -> Result<Response, ChannelError> {
        sent_by(send, channel, command)
    }

    fn sent_by(
        form: fn(&mut dyn Exchange, &Command) -> Result<Response, ChannelError>,
        mut channel: Transcript,
        command: &Command,
    ) -> Result<Response, ChannelError> {
        let mut result = Err(ChannelError::Removed);
        channel
            .transaction(Ending::Leave, &mut |exchange| result = form(exchange, command))
            .unwrap();
        channel.finished().unwrap();
        result
    }

    fn read() -> Command {
        commands::read_binary(FileOffset::START, Expected::Short(0))
    }

    #[test]
    fn more_bytes_are_fetched_until_none_remain() {
        let channel = Transcript::new("3B00")
            .answer("00 B0 00 00 00", "01 61 02")
            .answer("00 C0 00 00 02", "02 03 61 01")
            .answer("00 C0 00 00 01", "04 90 00");
        let response = sent(channel, &read()).unwrap();
        assert_eq!(
            (response.data(), response.status()),
            (&[1, 2, 3, 4][..], StatusWord::OK)
        );
    }

    #[test]
    fn the_exact_length_is_obeyed_once() {
        let channel = Transcript::new("3B00")
            .answer("00 B0 00 00 00", "6C 02")
            .answer("00 B0 00 00 02", "AA BB 90 00");
        assert_eq!(sent(channel, &read()).unwrap().data(), [0xAA, 0xBB]);
        let stubborn = Transcript::new("3B00")
            .answer("00 B0 00 00 00", "6C 02")
            .answer("00 B0 00 00 02", "6C 03");
        assert_eq!(sent(stubborn, &read()).unwrap().status(), StatusWord::new(0x6C03));
    }

    #[test]
    fn a_pin_is_never_sent_twice() {
        let channel = Transcript::new("3B00").answer("00 20 00 10 08 31 32 33 34 35 FF FF FF", "6C 00");
        let response = sent(channel, &commands::verify(0x10, b"12345\xFF\xFF\xFF")).unwrap();
        assert_eq!(response.status(), StatusWord::new(0x6C00));
    }

    #[test]
    fn the_verdict_on_a_pin_is_the_cards_first_answer() {
        for verdict in ["61 02", "6C 08", "63 C2", "90 00"] {
            let channel = Transcript::new("3B00").answer("00 20 00 10 08 31 32 33 34 35 FF FF FF", verdict);
            let response =
                sent_by(send_once, channel, &commands::verify(0x10, b"12345\xFF\xFF\xFF")).unwrap();
            assert_eq!(response.status().to_bytes()[..], bytes_of(verdict));
        }
    }

    #[test]
    fn an_answer_without_a_status_word_is_garbled() {
        for answer in ["", "90"] {
            assert_eq!(
                sent(Transcript::new("3B00").answer("00 B0 00 00 00", answer), &read()),
                Err(ChannelError::Garbled)
            );
        }
    }

    #[test]
    fn a_card_that_promises_for_ever_is_stopped() {
        let mut silent = Transcript::new("3B00").answer("00 B0 00 00 00", "61 10");
        silent = silent.answer("00 C0 00 00 10", "61 10");
        assert_eq!(sent(silent, &read()), Err(ChannelError::Garbled));
        let mut talkative = Transcript::new("3B00").answer("00 B0 00 00 00", "61 00");
        for _ in 0..=MAX_RESPONSE / 256 {
            talkative = talkative.answer("00 C0 00 00 00", &format!("{} 61 00", "AA".repeat(256)));
        }
        assert_eq!(sent(talkative, &read()), Err(ChannelError::Garbled));
    }

    #[test]
    fn a_card_that_gives_its_answer_in_crumbs_is_stopped() {
        let select = commands::select_mf();
        let rows = [
            (read(), "00 B0 00 00 00", MOST_PARTS_OF_A_FILE),
            (select, "00 A4 00 00 02 3F 00 00", MOST_PARTS),
        ];
        for (command, written, most) in rows {
            let mut crumbs = Transcript::new("3B00").answer(written, "61 01");
            for _ in 0..most {
                crumbs = crumbs.answer("00 C0 00 00 01", "AA 61 01");
            }
            assert_eq!(sent(crumbs, &command), Err(ChannelError::Garbled));
        }
    }

    #[test]
    fn a_chain_stops_at_the_first_refusal() {
        let mut channel =
            Transcript::new("3B00").answer(&format!("10 2A 80 86 FF 00 {}", "AA".repeat(254)), "6E 00");
        let mut result = None;
        let command = commands::pso_decipher(&[0xAA; 256], Expected::Short(0));
        channel
            .transaction(Ending::Leave, &mut |exchange| {
                result = Some(send_chained(exchange, &command))
            })
            .unwrap();
        channel.finished().unwrap();
        assert_eq!(result.unwrap().unwrap().status(), StatusWord::CLASS_UNKNOWN);
    }
}
