//! The one thread that waits for the readers.

use crate::insertions::Insertions;
use crate::stop::Stop;
use cns_login::{CardPresence, ReadersSnapshot, Slot};
use pcsc::{Context, Error, PNP_NOTIFICATION, ReaderState, Scope, State};
use std::ffi::CString;
use std::sync::mpsc::SyncSender;
use std::time::Duration;
use tokio::sync::watch;

/// Follows the readers until `stop` is asked; tells `first_look` once when the first snapshot is published.
pub(crate) fn run(publish: &watch::Sender<ReadersSnapshot>, first_look: &SyncSender<()>, stop: &Stop) {
    let mut insertions = Insertions::default();
    while !stop.asked() {
        let outcome = Context::establish(Scope::User).and_then(|context| {
            stop.waits_on(Some(context.clone()));
            Watcher {
                context: &context,
                publish,
                first_look,
                stop,
                insertions: &mut insertions,
            }
            .follow()
        });
        stop.waits_on(None);
        let Err(error) = outcome else { return };
        tracing::debug!(?error, "the smart card service does not answer");
        insertions.lose_all();
        tell(publish, first_look, ReadersSnapshot::default());
        // The one wait by the clock: no system tells its programs that the service has come back, so it is asked again,
        // and only while it is down.
        stop.pause(SERVICE_RETRY);
    }
}

/// What one connection to the service needs.
struct Watcher<'a> {
    context: &'a Context,
    publish: &'a watch::Sender<ReadersSnapshot>,
    first_look: &'a SyncSender<()>,
    stop: &'a Stop,
    insertions: &'a mut Insertions,
}

/// A reader as it was last seen.
struct Known {
    slot: Slot,
    name: CString,
    seen: Option<ReaderState>,
}

impl Watcher<'_> {
    /// Publishes every change until `stop` is asked.
    ///
    /// # Errors
    /// Whatever PC/SC says when the service goes.
    fn follow(mut self) -> Result<(), Error> {
        let mut known: Vec<Known> = Vec::new();
        let mut plug_and_play = Some(ReaderState::new(PNP_NOTIFICATION(), State::UNAWARE));
        let mut first = true;
        let mut contradictions = 0;
        while !self.stop.asked() {
            let names = self.context.list_readers_owned()?;
            let replugged = names.iter().ne(known.iter().map(|reader| &reader.name));
            if replugged {
                known = self.recognise(known, names);
            }
            // A change of readers is published before the next wait; a reader never asked about answers at once.
            let timeout = match (first || replugged, &plug_and_play) {
                (true, _) => Some(Duration::ZERO),
                (false, Some(_)) => None,
                (false, None) => Some(LISTING_INTERVAL),
            };
            match self.wait(timeout, &mut known, &mut plug_and_play) {
                // Both are answers: the second one says that nothing changed in the time given.
                Ok(()) | Err(Error::Timeout) => contradictions = 0,
                Err(Error::Cancelled) => continue,
                // A reader left between the listing and the wait: list again. Drivers that list a reader and then
                // deny it would keep us busy for ever, so that is not believed for long.
                Err(Error::UnknownReader) if contradictions < CONTRADICTIONS_BELIEVED => {
                    contradictions += 1;
                    continue;
                }
                Err(error) => return Err(error),
            }
            // macOS does not know the pseudo reader and says so: there, and only there, the list is asked for again.
            if first
                && plug_and_play
                    .as_ref()
                    .is_some_and(|state| state.event_state().contains(State::UNKNOWN))
            {
                plug_and_play = None;
            }
            first = false;
            let slots = known.iter().map(|reader| reader.slot.clone()).collect();
            tell(
                self.publish,
                self.first_look,
                ReadersSnapshot {
                    service_running: true,
                    slots,
                },
            );
        }
        Ok(())
    }

    /// Waits for a change and takes note of it.
    fn wait(
        &mut self,
        timeout: Option<Duration>,
        known: &mut [Known],
        plug_and_play: &mut Option<ReaderState>,
    ) -> Result<(), Error> {
        let mut states: Vec<ReaderState> = known.iter_mut().map(Known::take_state).collect();
        let readers = states.len();
        states.extend(plug_and_play.take());
        let answer = self.context.get_status_change(timeout, &mut states);
        *plug_and_play = states.drain(readers..).next();
        if answer.is_ok()
            && let Some(state) = plug_and_play
        {
            state.sync_current_state();
        }
        for (reader, mut state) in known.iter_mut().zip(states) {
            if answer.is_ok() {
                state.sync_current_state();
                let card = presence(state.event_state());
                reader.slot.card = card;
                reader.slot.insertion =
                    self.insertions
                        .observe(&reader.slot.reader, card, state.event_count());
            }
            reader.seen = Some(state);
        }
        answer
    }

    /// Keeps what is known of the readers that stay, in the service's order, and takes note of those that left.
    fn recognise(&mut self, mut known: Vec<Known>, names: Vec<CString>) -> Vec<Known> {
        for gone in known.iter().filter(|reader| !names.contains(&reader.name)) {
            self.insertions.lose(&gone.slot.reader);
        }
        names
            .into_iter()
            .map(|name| match known.iter().position(|reader| reader.name == name) {
                Some(position) => known.swap_remove(position),
                None => Known::new(name, self.insertions),
            })
            .collect()
    }
}

impl Known {
    fn new(name: CString, insertions: &mut Insertions) -> Self {
        let reader = name.to_string_lossy().into_owned();
        let insertion = insertions.observe(&reader, CardPresence::Absent, 0);
        Self {
            slot: Slot {
                reader,
                card: CardPresence::Absent,
                insertion,
            },
            name,
            seen: None,
        }
    }

    fn take_state(&mut self) -> ReaderState {
        self.seen
            .take()
            .unwrap_or_else(|| ReaderState::new(self.name.clone(), State::UNAWARE))
    }
}

fn presence(state: State) -> CardPresence {
    if !state.contains(State::PRESENT) {
        CardPresence::Absent
    } else if state.contains(State::MUTE) {
        CardPresence::Mute
    } else {
        CardPresence::Present
    }
}

fn tell(publish: &watch::Sender<ReadersSnapshot>, first_look: &SyncSender<()>, snapshot: ReadersSnapshot) {
    publish.send_if_modified(|current| {
        let changed = *current != snapshot;
        *current = snapshot;
        changed
    });
    // Full or nobody listening: the first look has been told already.
    let _ = first_look.try_send(());
}

const SERVICE_RETRY: Duration = Duration::from_secs(1);
const LISTING_INTERVAL: Duration = Duration::from_secs(1);
const CONTRADICTIONS_BELIEVED: u32 = 3;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_flags_of_pcsc_become_a_presence() {
        for (state, card) in [
            (State::EMPTY | State::CHANGED, CardPresence::Absent),
            (State::PRESENT | State::CHANGED, CardPresence::Present),
            (
                State::PRESENT | State::INUSE | State::EXCLUSIVE,
                CardPresence::Present,
            ),
            (State::PRESENT | State::UNPOWERED, CardPresence::Present),
            (State::PRESENT | State::MUTE, CardPresence::Mute),
            (
                State::UNKNOWN | State::UNAVAILABLE | State::CHANGED,
                CardPresence::Absent,
            ),
        ] {
            assert_eq!(presence(state), card, "{state:?}");
        }
    }
}
