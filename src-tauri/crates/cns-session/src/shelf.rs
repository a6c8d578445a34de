//! A fixed number of places in a keyring, each with one session or nothing.
//!
//! No keyring can be asked on every system what it holds, so sessions must be found by names known beforehand. An index
//! entry would be a second truth: a crash, or another Sportello at the same moment, could leave a session in the keyring
//! that no index names. With numbered places there is nothing to disagree with: whatever is in a place is found.

use crate::KeyringError;
use cns_login::{Session, SessionHandle};
use time::OffsetDateTime;
use zeroize::Zeroizing;

/// Numbered places that keep a few bytes each.
pub(crate) trait Places {
    /// What is in a place.
    fn read(&self, place: usize) -> Result<Option<Zeroizing<Vec<u8>>>, KeyringError>;

    /// Puts `secret` there, over whatever was.
    fn write(&self, place: usize, secret: &[u8]) -> Result<(), KeyringError>;

    /// Empties a place.
    fn erase(&self, place: usize) -> Result<(), KeyringError>;
}

/// Keeps a session: over an older state of the same one, or in a free place.
///
/// # Errors
/// `TooLong`, `Full`, or what the keyring says.
pub(crate) fn keep(places: &dyn Places, session: &Session, now: OffsetDateTime) -> Result<(), KeyringError> {
    let secret = encode(session)?;
    // Another Sportello may take the same place at the same moment: what was written is read back, and if it is
    // another's, the next free place is tried.
    for _ in 0..PLACES {
        let place = place_for(places, &session.handle, now)?;
        places.write(place, &secret)?;
        if places.read(place)?.is_some_and(|kept| *kept == *secret) {
            return Ok(());
        }
    }
    Err(KeyringError::Full)
}

/// The open sessions. Those past their end are forgotten on the way, and what cannot be understood is dropped.
///
/// # Errors
/// What the keyring says.
pub(crate) fn sessions(places: &dyn Places, now: OffsetDateTime) -> Result<Vec<Session>, KeyringError> {
    let mut open: Vec<Session> = Vec::new();
    for place in 0..PLACES {
        let Some(secret) = places.read(place)? else {
            continue;
        };
        match decode(&secret) {
            Some(session) if session.expires_at > now => {
                if open.iter().all(|other| other.handle != session.handle) {
                    open.push(session);
                }
            }
            Some(session) => {
                tracing::info!(
                    place,
                    portal = session.portal,
                    "a session past its end is forgotten"
                );
                erase_unless_changed(places, place, &secret)?;
            }
            None => {
                tracing::warn!(
                    place,
                    "what the keyring held there is not a session, and is dropped"
                );
                erase_unless_changed(places, place, &secret)?;
            }
        }
    }
    Ok(open)
}

/// Forgets a session, wherever it is.
///
/// # Errors
/// What the keyring says.
pub(crate) fn forget(places: &dyn Places, handle: &SessionHandle) -> Result<(), KeyringError> {
    for place in 0..PLACES {
        let Some(secret) = places.read(place)? else {
            continue;
        };
        if decode(&secret).is_some_and(|session| session.handle == *handle) {
            erase_unless_changed(places, place, &secret)?;
        }
    }
    Ok(())
}

/// The place that holds this session, or else the first free one, beginning where the handle says: two programs that
/// keep a session at the same moment seldom begin at the same place.
fn place_for(
    places: &dyn Places,
    handle: &SessionHandle,
    now: OffsetDateTime,
) -> Result<usize, KeyringError> {
    let start = handle.0.bytes().map(usize::from).sum::<usize>() % PLACES;
    let mut free = None;
    for place in (0..PLACES).map(|step| (start + step) % PLACES) {
        let kept = places.read(place)?.and_then(|secret| decode(&secret));
        match kept {
            Some(session) if session.handle == *handle => return Ok(place),
            Some(session) if session.expires_at > now => {}
            Some(_) | None => free = free.or(Some(place)),
        }
    }
    free.ok_or(KeyringError::Full)
}

fn erase_unless_changed(places: &dyn Places, place: usize, seen: &[u8]) -> Result<(), KeyringError> {
    match places.read(place)? {
        Some(secret) if *secret == seen => places.erase(place),
        Some(_) | None => Ok(()),
    }
}

fn encode(session: &Session) -> Result<Zeroizing<Vec<u8>>, KeyringError> {
    // All the room at once: a buffer that grows leaves copies of the token behind.
    let mut secret = Zeroizing::new(Vec::with_capacity(ROOM));
    serde_json::to_writer(&mut *secret, session).map_err(|_| KeyringError::Refused)?;
    match secret.len() {
        length if length > LIMIT => Err(KeyringError::TooLong { length }),
        _ => Ok(secret),
    }
}

fn decode(secret: &[u8]) -> Option<Session> {
    serde_json::from_slice(secret).ok()
}

/// One session for each portal: more than eight open at once nobody has.
const PLACES: usize = 8;
/// Windows keeps 2560 bytes in an entry (`CRED_MAX_CREDENTIAL_BLOB_SIZE`), the least of the three systems.
const LIMIT: usize = 2560;
const ROOM: usize = 4 * LIMIT;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vault::tests::{NOON, session};
    use std::cell::RefCell;
    use std::collections::BTreeMap;
    use time::Duration;

    /// Places in memory, and a rival who writes to a place right after us, so many times.
    #[derive(Default)]
    struct Table {
        held: RefCell<BTreeMap<usize, Vec<u8>>>,
        rivals: RefCell<Vec<Session>>,
    }

    impl Places for Table {
        fn read(&self, place: usize) -> Result<Option<Zeroizing<Vec<u8>>>, KeyringError> {
            Ok(self.held.borrow().get(&place).cloned().map(Zeroizing::new))
        }

        fn write(&self, place: usize, secret: &[u8]) -> Result<(), KeyringError> {
            let rival = self
                .rivals
                .borrow_mut()
                .pop()
                .map(|rival| encode(&rival).unwrap().to_vec());
            self.held
                .borrow_mut()
                .insert(place, rival.unwrap_or_else(|| secret.to_vec()));
            Ok(())
        }

        fn erase(&self, place: usize) -> Result<(), KeyringError> {
            self.held.borrow_mut().remove(&place);
            Ok(())
        }
    }

    fn handles(sessions: &[Session]) -> Vec<&str> {
        sessions.iter().map(|session| session.handle.0.as_str()).collect()
    }

    #[test]
    fn what_is_kept_is_found_until_it_is_forgotten() {
        let table = Table::default();
        let (one, two) = (session(1), session(2));
        keep(&table, &one, NOON).unwrap();
        keep(&table, &two, NOON).unwrap();
        assert_eq!(sessions(&table, NOON).unwrap(), [one.clone(), two.clone()]);
        forget(&table, &one.handle).unwrap();
        assert_eq!(sessions(&table, NOON).unwrap(), [two]);
    }

    #[test]
    fn a_session_kept_again_takes_no_second_place() {
        let table = Table::default();
        let mut one = session(1);
        keep(&table, &one, NOON).unwrap();
        one.expires_at += Duration::hours(1);
        keep(&table, &one, NOON).unwrap();
        assert_eq!(sessions(&table, NOON).unwrap(), [one]);
        assert_eq!(table.held.borrow().len(), 1);
    }

    #[test]
    fn a_session_past_its_end_is_forgotten_on_listing() {
        let table = Table::default();
        let one = session(1);
        keep(&table, &one, NOON).unwrap();
        assert_eq!(
            sessions(&table, one.expires_at - Duration::SECOND).unwrap().len(),
            1
        );
        assert_eq!(sessions(&table, one.expires_at).unwrap(), []);
        assert!(table.held.borrow().is_empty());
    }

    #[test]
    fn what_is_not_a_session_is_dropped_on_listing() {
        for rubbish in [&b""[..], b"{}", b"\xFF\xFE", b"[1,2", br#"{"portal":1}"#] {
            let table = Table::default();
            table.write(3, rubbish).unwrap();
            keep(&table, &session(1), NOON).unwrap();
            assert_eq!(sessions(&table, NOON).unwrap().len(), 1, "{rubbish:?}");
            assert_eq!(table.held.borrow().len(), 1, "{rubbish:?}");
        }
    }

    #[test]
    fn a_full_shelf_says_so_and_takes_the_place_of_an_ended_session() {
        let table = Table::default();
        for number in 0..8 {
            keep(&table, &session(number), NOON).unwrap();
        }
        assert_eq!(keep(&table, &session(9), NOON), Err(KeyringError::Full));
        assert_eq!(sessions(&table, NOON).unwrap().len(), 8);
        let later = session(0).expires_at;
        let mut newer = session(9);
        newer.expires_at = later + Duration::HOUR;
        keep(&table, &newer, later).unwrap();
        assert_eq!(
            handles(&sessions(&table, later).unwrap()),
            [newer.handle.0.as_str()]
        );
    }

    #[test]
    fn a_rival_at_the_same_place_costs_another_place_and_no_session() {
        let table = Table::default();
        table.rivals.borrow_mut().push(session(2));
        let one = session(1);
        keep(&table, &one, NOON).unwrap();
        let kept = sessions(&table, NOON).unwrap();
        assert_eq!(kept.len(), 2);
        assert!(kept.contains(&one) && kept.contains(&session(2)));
    }

    #[test]
    fn a_session_that_windows_could_not_keep_is_too_long_everywhere() {
        let table = Table::default();
        let mut one = session(1);
        one.holder_name = "X".repeat(LIMIT);
        assert!(matches!(keep(&table, &one, NOON), Err(KeyringError::TooLong { length }) if length > LIMIT));
        assert!(table.held.borrow().is_empty());
    }
}
