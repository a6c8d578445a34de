//! A card in a reader, spoken to through PC/SC.

use crate::error::{channel_error, open_problem};
use crate::pad::Pad;
use crate::sharing::patiently;
use cns_iso7816::{Atr, Channel, ChannelError, Ending, Exchange, PadRequest, PinPad};
use cns_login::{Problem, ProblemCode};
use pcsc::{
    Card, Context, Disposition, Error, MAX_BUFFER_SIZE_EXTENDED, Protocols, ReaderState, Scope, ShareMode,
    State, Transaction,
};
use std::ffi::{CStr, CString};
use std::time::Duration;

/// A connected card.
///
/// Dropping it leaves the card as it is, so that other programs lose nothing by our having looked at it. Only where a
/// transaction did not end as it should have is the card reset, so that no verified PIN stays behind.
///
/// It has a connection to the service of its own: pcsc-lite serves one call at a time on each, so one shared with the
/// thread that waits for insertions would make the card wait too.
pub struct PcscChannel {
    card: Connection,
    context: Context,
    reader: CString,
    atr: Atr,
    pad: Pad,
    answer: Box<[u8]>,
}

impl PcscChannel {
    /// Connects to the card in `reader`, without locking other programs out.
    ///
    /// Blocks: a card that has just been inserted may take a second to answer its reset, and pcsc-lite waits without
    /// end while another program is in a transaction. [`crate::PcscReaders`] opens a card within a bound.
    ///
    /// # Errors
    /// A [`Problem`]: `reader_not_found`, `no_card`, `card_mute`, `card_busy` when another program holds the card for
    /// itself and does not let go within three seconds, `service_not_running`, or `reader_failed` with the code of PC/SC.
    pub fn connect(reader: &str) -> Result<Self, Problem> {
        let name = CString::new(reader).map_err(|_| {
            Problem::new(ProblemCode::ReaderNotFound).with("reader", reader.replace('\0', " "))
        })?;
        let mut connected = Self::connect_by_name(&name);
        // Another program reset the card just as we came in, or the service was about to take the power from a card
        // that nobody used any more.
        if matches!(connected, Err(Error::ResetCard | Error::UnpoweredCard)) {
            std::thread::sleep(RESET_TAKES);
            connected = Self::connect_by_name(&name);
        }
        connected.map_err(|error| open_problem(error, reader))
    }

    fn connect_by_name(reader: &CStr) -> Result<Self, Error> {
        let context = Context::establish(Scope::User)?;
        let card = patiently(|| context.connect(reader, ShareMode::Shared, PROTOCOLS))?;
        let card = Connection {
            card: Some(card),
            settled: true,
        };
        let connected = card.card.as_ref().ok_or(Error::InvalidHandle)?;
        let atr = Atr::new(connected.status2_owned()?.atr());
        let pad = Pad::of(connected, &reader.to_string_lossy());
        let answer = vec![0; MAX_BUFFER_SIZE_EXTENDED].into_boxed_slice();
        Ok(Self {
            card,
            context,
            reader: reader.to_owned(),
            atr,
            pad,
            answer,
        })
    }
}

impl Channel for PcscChannel {
    fn atr(&self) -> &Atr {
        &self.atr
    }

    fn pin_pad(&self) -> PinPad {
        self.pad.kind()
    }

    fn transaction(
        &mut self,
        ending: Ending,
        act: &mut dyn FnMut(&mut dyn Exchange),
    ) -> Result<(), ChannelError> {
        let Connection { card, settled } = &mut self.card;
        let card = card.as_mut().ok_or(ChannelError::ReaderGone)?;
        let (transaction, began_after_a_reset) = begin(card, &self.atr)?;
        *settled &= ending == Ending::Leave;
        let mut exchange = PcscExchange {
            transaction: &transaction,
            context: &self.context,
            reader: &self.reader,
            pad: &self.pad,
            answer: &mut self.answer,
            began_after_a_reset,
        };
        act(&mut exchange);
        let ended = end(transaction, ending);
        // A card that is gone has forgotten everything; the next one in the reader is none of ours to reset.
        *settled |= ending == Ending::Reset && ended.map_or_else(is_gone, |()| true);
        ended
    }
}

/// The connection to the card, there until it is dropped.
struct Connection {
    card: Option<Card>,
    /// Whether the card was reset whenever a transaction was to end so.
    settled: bool,
}

impl Drop for Connection {
    fn drop(&mut self) {
        let disposition = if self.settled {
            Disposition::LeaveCard
        } else {
            Disposition::ResetCard
        };
        if let Some(card) = self.card.take()
            && let Err((_, error)) = card.disconnect(disposition)
        {
            tracing::debug!(?error, "the card was gone before it was let go");
        }
    }
}

impl std::fmt::Debug for PcscChannel {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PcscChannel")
            .field("reader", &self.reader)
            .field("atr", &self.atr)
            .finish_non_exhaustive()
    }
}

/// Begins a transaction with the card of this answer to reset, waiting for another program's to end.
///
/// PC/SC says once to each program that another one reset the card. Before an act that loses nothing, as each act
/// verifies what it needs; it is acknowledged by reconnecting, once. That news may hide an older one, that the card
/// was taken out and another put in, so the answer to reset is looked at again while nobody can change the card, and
/// the driver is told of the reset.
fn begin<'card>(card: &'card mut Card, atr: &Atr) -> Result<(Transaction<'card>, bool), ChannelError> {
    let mut was_reset = false;
    let transaction = match card.transaction2() {
        Ok(transaction) => transaction,
        Err((card, Error::ResetCard)) => {
            card.reconnect(ShareMode::Shared, PROTOCOLS, Disposition::LeaveCard)
                .map_err(channel_error)?;
            was_reset = true;
            card.transaction().map_err(channel_error)?
        }
        Err((_, error)) => return Err(channel_error(error)),
    };
    let status = transaction.status2_owned().map_err(channel_error)?;
    if may_be_of_one_card(atr, &Atr::new(status.atr())) {
        Ok((transaction, was_reset))
    } else {
        Err(ChannelError::Removed)
    }
}

/// Whether two answers to reset may come from one card.
///
/// A warm reset may take a card from its specific mode to the negotiable one (ISO/IEC 7816-3, 6.3), and other
/// interface bytes come with that. The historical bytes, which tell maker and model, stay.
fn may_be_of_one_card(first: &Atr, second: &Atr) -> bool {
    let same_model = match (first.historical_bytes(), second.historical_bytes()) {
        (Some(first), Some(second)) => !first.is_empty() && first == second,
        (Some(_) | None, Some(_) | None) => false,
    };
    first == second || same_model
}

/// Ends a transaction, and sees to it that a card that is to be reset is reset.
///
/// # Errors
/// Why it could not be ended, or not be reset.
fn end(transaction: Transaction<'_>, ending: Ending) -> Result<(), ChannelError> {
    let disposition = match ending {
        Ending::Leave => Disposition::LeaveCard,
        Ending::Reset => Disposition::ResetCard,
    };
    let Err((mut transaction, error)) = transaction.end(disposition) else {
        return Ok(());
    };
    let error = channel_error(error);
    if ending == Ending::Leave || is_gone(error) {
        return Err(error);
    }
    // The card may still hold the PIN for verified. Reconnecting resets it too, or takes its power for a moment; the
    // transaction that is dropped afterwards leaves it as it then is.
    let reset = [Disposition::ResetCard, Disposition::UnpowerCard]
        .into_iter()
        .any(|way| transaction.reconnect(ShareMode::Shared, PROTOCOLS, way).is_ok());
    tracing::warn!(%error, reset, "the card was not reset at the first attempt");
    if reset { Ok(()) } else { Err(error) }
}

/// Whether the card has lost its power, whatever else.
fn is_gone(error: ChannelError) -> bool {
    matches!(
        error,
        ChannelError::Removed | ChannelError::ReaderGone | ChannelError::ServiceGone
    )
}

struct PcscExchange<'a> {
    transaction: &'a Transaction<'a>,
    context: &'a Context,
    reader: &'a CStr,
    pad: &'a Pad,
    answer: &'a mut [u8],
    began_after_a_reset: bool,
}

impl Exchange for PcscExchange<'_> {
    fn began_after_a_reset(&self) -> bool {
        self.began_after_a_reset
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "this is inside a transaction: the type says so"
    )]
    fn exchange(&mut self, command: &[u8]) -> Result<Vec<u8>, ChannelError> {
        match self.transaction.transmit(command, self.answer) {
            Ok(answer) if answer.len() >= STATUS_WORD => Ok(answer.to_vec()),
            // Some drivers (vpcd is one) report success with nothing in it when the card is pulled.
            Ok([]) => Err(self.why_no_answer(Error::CommDataLost)),
            Ok(_) => Err(ChannelError::Garbled),
            Err(error) => Err(self.why_no_answer(error)),
        }
    }

    fn exchange_on_pad(&mut self, request: &PadRequest) -> Result<Vec<u8>, ChannelError> {
        let reader: &Card = self.transaction;
        self.pad
            .exchange(reader, request)
            .map_err(|failure| failure.channel_error(|error| self.why_no_answer(error)))
    }
}

impl PcscExchange<'_> {
    /// Says why the card gave no answer.
    ///
    /// A card pulled during a command is a failed transfer to the reader's driver; that the card is gone is noticed up
    /// to a second later. The person is better served by the cause, so it is waited for.
    fn why_no_answer(&self, error: Error) -> ChannelError {
        let first = channel_error(error);
        if !matches!(first, ChannelError::Transport { .. }) {
            return first;
        }
        let mut states = [ReaderState::new(self.reader, State::UNAWARE)];
        for timeout in [Duration::ZERO, REMOVAL_NOTICED, REMOVAL_NOTICED] {
            match self.context.get_status_change(timeout, &mut states) {
                Ok(()) | Err(Error::Timeout) => {}
                Err(error) => return channel_error(error),
            }
            let state = states[0].event_state();
            if state.intersects(State::UNKNOWN | State::UNAVAILABLE) {
                return ChannelError::ReaderGone;
            }
            if state.contains(State::EMPTY) {
                return ChannelError::Removed;
            }
            states[0].sync_current_state();
        }
        first
    }
}

const PROTOCOLS: Protocols = Protocols::T0.union(Protocols::T1);
const RESET_TAKES: Duration = Duration::from_millis(150);
/// Every answer ends with SW1 and SW2 (ISO/IEC 7816-4, 5.1).
const STATUS_WORD: usize = 2;
const REMOVAL_NOTICED: Duration = Duration::from_secs(1);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_card_is_told_from_another_and_not_from_itself_after_a_warm_reset() {
        let cold = [0x3B, 0xF2, 0x18, 0x00, 0x02, 0x10, 0x80, 0x43, 0x4E];
        let rows: [(&[u8], bool); 4] = [
            (&cold, true),
            (&[0x3B, 0x32, 0x18, 0x00, 0x43, 0x4E], true),
            (&[0x3B, 0x32, 0x18, 0x00, 0x43, 0x4F], false),
            (&[0x3B, 0x00], false),
        ];
        for (other, same) in rows {
            assert_eq!(
                may_be_of_one_card(&Atr::new(cold), &Atr::new(other)),
                same,
                "{other:02X?}"
            );
        }
        let [bare, other_bare] = [[0x3B, 0x00].as_slice(), &[0x3B, 0x80, 0x01, 0x81]].map(Atr::new);
        assert!(may_be_of_one_card(&bare, &bare) && !may_be_of_one_card(&bare, &other_bare));
    }
}
