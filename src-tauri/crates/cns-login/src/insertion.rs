//! Waiting for a card, and noticing that it left.

use crate::{CardPresence, Problem, ProblemCode, Progress, Readers, ReadersSnapshot, Slot};
use std::future::Future;
use std::time::Duration;
use tokio::sync::watch;

/// Waits until there are cards: one in `reader` when it is named, else any.
///
/// What is missing meanwhile is told: the service, a reader, a card.
///
/// # Errors
/// `service_not_running` when the readers are watched no more.
pub(crate) async fn wait_for_cards(
    readers: &impl Readers,
    reader: Option<&str>,
    tell: &(dyn Fn(Progress) + Sync),
) -> Result<Vec<Slot>, Problem> {
    let mut watch = readers.watch();
    loop {
        let missing = match in_place(&watch.borrow_and_update(), reader) {
            Ok(slots) => return Ok(slots),
            Err(problem) if problem.code == ProblemCode::NoCard => Progress::NoCard,
            Err(problem) if problem.code == ProblemCode::ServiceNotRunning => Progress::NoService,
            Err(_) => Progress::NoReader,
        };
        tell(missing);
        next_change(&mut watch).await?;
    }
}

/// Resolves when the cards in place are no longer these.
///
/// # Errors
/// `service_not_running` when the readers are watched no more.
pub(crate) async fn no_longer_in_place(
    readers: &impl Readers,
    reader: Option<&str>,
    slots: &[Slot],
) -> Result<(), Problem> {
    let mut watch = readers.watch();
    while in_place(&watch.borrow_and_update(), reader).is_ok_and(|now| now == slots) {
        next_change(&mut watch).await?;
    }
    Ok(())
}

/// The card that is in place in this snapshot: in `reader` when it is named, else in the first reader that has one.
///
/// # Errors
/// `service_not_running`, `no_reader`, `reader_not_found`, `no_card` or `card_mute`.
pub fn inserted(snapshot: &ReadersSnapshot, reader: Option<&str>) -> Result<Slot, Problem> {
    let present = |slot: &Slot| slot.card == CardPresence::Present;
    let mut slots = in_place(snapshot, reader)?;
    match slots.iter().position(present) {
        Some(place) => Ok(slots.swap_remove(place)),
        None => Err(ProblemCode::CardMute.into()),
    }
}

/// The cards that are in place in this snapshot, mute ones too: in `reader` when it is named, else in all.
///
/// # Errors
/// `service_not_running`, `no_reader`, `reader_not_found` or `no_card`.
pub(crate) fn in_place(snapshot: &ReadersSnapshot, reader: Option<&str>) -> Result<Vec<Slot>, Problem> {
    if !snapshot.service_running {
        return Err(ProblemCode::ServiceNotRunning.into());
    }
    if snapshot.slots.is_empty() {
        return Err(ProblemCode::NoReader.into());
    }
    let mut slots = snapshot.slots.clone();
    slots.retain(|slot| reader.is_none_or(|name| slot.reader == name));
    if slots.is_empty() {
        return Err(Problem::new(ProblemCode::ReaderNotFound).with("reader", reader.unwrap_or_default()));
    }
    slots.retain(|slot| slot.card != CardPresence::Absent);
    if slots.is_empty() {
        return Err(ProblemCode::NoCard.into());
    }
    Ok(slots)
}

/// Runs `act` while the card stays in `slot`; its removal ends `act` by dropping it.
///
/// # Errors
/// `card_removed`, `reader_gone` or `service_not_running` when the card left; otherwise what `act` gives.
pub async fn until_removed<T>(
    readers: &impl Readers,
    slot: &Slot,
    act: impl Future<Output = Result<T, Problem>>,
) -> Result<T, Problem> {
    let ended = tokio::select! {
        biased;
        reason = removed(readers, slot) => return Err(reason),
        ended = act => ended,
    };
    match ended {
        // A card pulled in the middle of a command shows first as a failed transport; the service notices the
        // removal itself up to a second later.
        Err(problem) if told_by_the_reader(problem.code) => {
            let reason = tokio::time::timeout(REMOVAL_IS_NOTICED_WITHIN, removed(readers, slot)).await;
            Err(reason.unwrap_or(problem))
        }
        ended => ended,
    }
}

/// Resolves when the card has left `slot`, with the problem that names how.
pub async fn removed(readers: &impl Readers, slot: &Slot) -> Problem {
    let mut watch = readers.watch();
    loop {
        if let Some(reason) = why_gone(&watch.borrow_and_update(), slot) {
            return reason.into();
        }
        if let Err(problem) = next_change(&mut watch).await {
            return problem;
        }
    }
}

/// Why the card is no longer in `slot`; none while it is.
pub(crate) fn why_gone(snapshot: &ReadersSnapshot, slot: &Slot) -> Option<ProblemCode> {
    if !snapshot.service_running {
        return Some(ProblemCode::ServiceNotRunning);
    }
    match snapshot.slots.iter().find(|other| other.reader == slot.reader) {
        None => Some(ProblemCode::ReaderGone),
        Some(now) if now.card != CardPresence::Present || now.insertion != slot.insertion => {
            Some(ProblemCode::CardRemoved)
        }
        Some(_) => None,
    }
}

async fn next_change(watch: &mut watch::Receiver<ReadersSnapshot>) -> Result<(), Problem> {
    watch
        .changed()
        .await
        .map_err(|_| ProblemCode::ServiceNotRunning.into())
}

fn told_by_the_reader(code: ProblemCode) -> bool {
    matches!(
        code,
        ProblemCode::CardRemoved
            | ProblemCode::NoCard
            | ProblemCode::ReaderNotFound
            | ProblemCode::CardReset
            | ProblemCode::CardMute
            | ProblemCode::CardRefused
            | ProblemCode::CardMalformed
            | ProblemCode::ReaderFailed
            | ProblemCode::ReaderGone
            | ProblemCode::ServiceNotRunning
            | ProblemCode::TlsFailed
            | ProblemCode::PortalUnreachable
    )
}

/// pcscd asks a reader for its card about twice a second; a virtual reader has needed 1.3 s.
const REMOVAL_IS_NOTICED_WITHIN: Duration = Duration::from_secs(2);

#[cfg(test)]
mod tests {
    use super::*;
    use cns_iso7816::Channel;
    use std::sync::Mutex;

    struct Scripted(watch::Sender<ReadersSnapshot>);

    impl Readers for Scripted {
        fn watch(&self) -> watch::Receiver<ReadersSnapshot> {
            self.0.subscribe()
        }

        async fn open(&self, _reader: &str) -> Result<Box<dyn Channel>, Problem> {
            Err(ProblemCode::CardBusy.into())
        }
    }

    fn slot(reader: &str, card: CardPresence, insertion: u32) -> Slot {
        Slot {
            reader: reader.to_owned(),
            card,
            insertion,
        }
    }

    fn running(slots: &[Slot]) -> ReadersSnapshot {
        ReadersSnapshot {
            service_running: true,
            slots: slots.to_vec(),
        }
    }

    use CardPresence::{Absent, Mute, Present};

    #[test]
    fn the_card_in_place_is_found_or_what_is_missing_is_named() {
        let check =
            |snapshot: &ReadersSnapshot, reader: Option<&str>, expected: Result<&str, ProblemCode>| {
                let found = inserted(snapshot, reader);
                assert_eq!(
                    found
                        .as_ref()
                        .map(|slot| slot.reader.as_str())
                        .map_err(|p| p.code),
                    expected
                );
            };
        check(
            &ReadersSnapshot::default(),
            None,
            Err(ProblemCode::ServiceNotRunning),
        );
        check(&running(&[]), None, Err(ProblemCode::NoReader));
        let two = running(&[slot("A", Absent, 0), slot("B", Present, 1)]);
        check(&two, None, Ok("B"));
        check(&two, Some("A"), Err(ProblemCode::NoCard));
        check(&two, Some("C"), Err(ProblemCode::ReaderNotFound));
        check(&running(&[slot("A", Mute, 1)]), None, Err(ProblemCode::CardMute));
        check(
            &running(&[slot("A", Mute, 1), slot("B", Present, 1)]),
            None,
            Ok("B"),
        );
    }

    #[tokio::test]
    async fn waiting_tells_what_is_missing_and_ends_with_the_card() {
        let readers = Scripted(watch::Sender::default());
        let told = Mutex::new(Vec::new());
        let tell = |progress: Progress| {
            let step = format!("{progress:?}");
            // Each step of the script follows what was told, so the order is certain without a clock.
            readers.0.send_replace(match step.as_str() {
                "NoService" => running(&[]),
                "NoReader" => running(&[slot("A", Absent, 0)]),
                _ => running(&[slot("A", Present, 1)]),
            });
            told.lock().unwrap().push(step);
        };
        let found = wait_for_cards(&readers, None, &tell).await.unwrap();
        assert_eq!(found, [slot("A", Present, 1)]);
        assert_eq!(*told.lock().unwrap(), ["NoService", "NoReader", "NoCard"]);
    }

    #[tokio::test]
    async fn a_card_that_left_ends_the_act_with_the_reason() {
        let here = slot("A", Present, 7);
        for (after, reason) in [
            (running(&[slot("A", Absent, 7)]), ProblemCode::CardRemoved),
            (running(&[slot("A", Present, 8)]), ProblemCode::CardRemoved),
            (running(&[slot("A", Mute, 7)]), ProblemCode::CardRemoved),
            (running(&[]), ProblemCode::ReaderGone),
            (ReadersSnapshot::default(), ProblemCode::ServiceNotRunning),
        ] {
            let readers = Scripted(watch::Sender::new(running(std::slice::from_ref(&here))));
            let act = async {
                readers.0.send_replace(after);
                std::future::pending::<Result<(), Problem>>().await
            };
            let ended = until_removed(&readers, &here, act).await;
            assert_eq!(ended.map_err(|problem| problem.code), Err(reason));
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_failed_transport_is_called_removal_when_the_card_is_gone_a_moment_later() {
        let here = slot("A", Present, 1);
        let readers = Scripted(watch::Sender::new(running(std::slice::from_ref(&here))));
        for code in [ProblemCode::ReaderFailed, ProblemCode::NoCard] {
            readers.0.send_replace(running(std::slice::from_ref(&here)));
            let failing = async { Err::<(), _>(Problem::from(code)) };
            let removal = async {
                tokio::time::sleep(Duration::from_secs(1)).await;
                readers.0.send_replace(running(&[slot("A", Absent, 1)]));
            };
            let (ended, ()) = tokio::join!(until_removed(&readers, &here, failing), removal);
            assert_eq!(
                ended.map_err(|problem| problem.code),
                Err(ProblemCode::CardRemoved)
            );
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_failed_transport_with_the_card_in_place_stays_what_it_is() {
        let here = slot("A", Present, 1);
        let readers = Scripted(watch::Sender::new(running(std::slice::from_ref(&here))));
        let ended = until_removed(&readers, &here, async {
            Err::<(), _>(ProblemCode::ReaderFailed.into())
        })
        .await;
        assert_eq!(
            ended.map_err(|problem| problem.code),
            Err(ProblemCode::ReaderFailed)
        );
    }
}
