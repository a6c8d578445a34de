//! How often somebody may try, and how fast. It is kept in the database: a restart forgives nobody, and two portals on
//! one database count together.
//!
//! A try is counted before anything is compared, and taken back when it was good: whoever is killed, or asks twenty
//! times at once, has not guessed for free. People are counted by an index of the codice fiscale, so that somebody
//! whom the portal does not know is slowed down as much as somebody whom it knows.

use crate::error::PortalError;
use crate::keys::{Index, Keys};
use crate::store::{Store, Tx, stored, throttle};
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use std::cell::Cell;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::time::Duration;
use time::OffsetDateTime;

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Act {
    /// Log-in with a PIN, and the present PIN at a change.
    PinLogin,
    /// First half and tessera.
    Activation,
    /// Asking for new halves.
    Restore,
    /// Asking that a PIN end.
    Revocation,
    /// A code that confirms.
    Code,
    /// A request.
    Request,
    /// Following a request, and the first step of one.
    Lookup,
    /// An operator's log-in, by name.
    Operator,
}

/// A try that was let through. It counts as bad until [`Throttle::good`] takes it back.
#[derive(Debug)]
pub(crate) struct Admitted {
    act: Act,
    person: Option<Vec<u8>>,
    address: Option<Vec<u8>>,
    /// Which bad try in a row this is for the person, the first being 1.
    pub(crate) number: u32,
}

/// Too many: come back after so long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TooMany {
    pub(crate) retry_after: Duration,
}

/// What an address may still do of one act, as `X-RateLimit-*` tells it (ModI). It says nothing of a person: who
/// asks about two people reads the same numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Allowance {
    limit: u32,
    remaining: u32,
    /// After this all of them are there again.
    reset: Duration,
}

tokio::task_local! {
    /// The allowance of the request that is being answered, once something of it was counted.
    static ALLOWANCE: Cell<Option<Allowance>>;
}

/// Answers, and writes beside the answer what is left of what was counted for it.
pub(crate) async fn told<R>(
    answering: impl Future<Output = R>,
    headers: impl FnOnce(&mut R) -> &mut HeaderMap,
) -> R {
    let answer = async {
        let answer = answering.await;
        (answer, ALLOWANCE.get().get())
    };
    let (mut answer, allowance) = ALLOWANCE.scope(Cell::new(None), answer).await;
    if let Some(allowance) = allowance {
        allowance.write(headers(&mut answer));
    }
    answer
}

impl Allowance {
    /// Keeps it for the answer. Where nobody asked over HTTP there is nobody to tell.
    fn tell(self) {
        ALLOWANCE
            .try_with(|told| told.set(Some(self)))
            .unwrap_or_default();
    }

    fn write(self, headers: &mut HeaderMap) {
        for (name, value) in [
            ("x-ratelimit-limit", u64::from(self.limit)),
            ("x-ratelimit-remaining", u64::from(self.remaining)),
            ("x-ratelimit-reset", whole_seconds(self.reset)),
        ] {
            headers.insert(HeaderName::from_static(name), HeaderValue::from(value));
        }
    }
}

/// A part of a second is a second: who comes back then is let through.
pub(crate) fn whole_seconds(time: Duration) -> u64 {
    time.as_secs() + u64::from(time.subsec_nanos() > 0)
}

/// How the tries of one act are bounded.
struct Bounds {
    /// For one person: how long to wait after so many tries in a row.
    person: fn(u32) -> Duration,
    /// For one person: after this without a try all are forgotten.
    person_window: Duration,
    /// For one address: so many in the window.
    address: (u32, Duration),
    /// Whether a good try is taken back.
    only_bad: bool,
}

impl Act {
    fn word(self) -> &'static str {
        match self {
            Self::PinLogin => "pin_login",
            Self::Activation => "activation",
            Self::Restore => "restore",
            Self::Revocation => "revocation",
            Self::Code => "code",
            Self::Request => "request",
            Self::Lookup => "lookup",
            Self::Operator => "operator",
        }
    }

    fn bounds(self) -> Bounds {
        let bad = |person, person_window, address| Bounds {
            person,
            person_window,
            address,
            only_bad: true,
        };
        let all = |person, person_window, address| Bounds {
            person,
            person_window,
            address,
            only_bad: false,
        };
        match self {
            // 1, 2, 4, 8 seconds; from the fifth the PIN is locked, and who guesses on gains nothing.
            Self::PinLogin | Self::Operator => bad(doubling, MONTH, (20, 15 * MINUTE)),
            Self::Activation | Self::Code => bad(three_then_half_an_hour, MONTH, (20, 15 * MINUTE)),
            Self::Restore | Self::Revocation => all(three_a_day, DAY, (30, HOUR)),
            Self::Request => all(no_pause, DAY, (10, HOUR)),
            Self::Lookup => all(no_pause, DAY, (60, MINUTE)),
        }
    }
}

/// Lets a try through and counts it, or says when to come back; then nothing is counted.
pub(crate) async fn admit(
    store: &Store,
    keys: &Keys,
    act: Act,
    person: Option<&str>,
    from: IpAddr,
    now: OffsetDateTime,
) -> Result<Result<Admitted, TooMany>, PortalError> {
    let bounds = act.bounds();
    let person = person.map(|person| keys.index(Index::Person, person));
    let address = keys.index(Index::Address, &network(from).to_string());
    let mut tx = store.writing().await?;
    let mut number = 1;
    if let Some(person) = &person {
        let row = throttle::read(&mut tx, store, act.word(), person, now).await?;
        if let Some(retry_after) = row.wait(now) {
            return Ok(Err(TooMany { retry_after }));
        }
        number = row.tries_within(bounds.person_window, now).saturating_add(1);
        let not_before = now + (bounds.person)(number);
        throttle::write(&mut tx, act.word(), person, number, now, not_before).await?;
    }
    let (most, window) = bounds.address;
    let word = act.word();
    let row = throttle::read(&mut tx, store, word, &address, now).await?;
    let (hits, since) = row.hits(window, now);
    let reset = Duration::try_from(since + window - now).unwrap_or_default();
    Allowance {
        limit: most,
        remaining: most.saturating_sub(hits + 1),
        reset,
    }
    .tell();
    if hits >= most {
        // Dropped without a commit: the person's try is not counted either.
        return Ok(Err(TooMany { retry_after: reset }));
    }
    throttle::write(&mut tx, word, &address, hits + 1, since, since).await?;
    tx.commit().await?;
    Ok(Ok(Admitted {
        act,
        person,
        address: Some(address),
        number,
    }))
}

impl Admitted {
    /// A try that nobody counts, where counting is switched off.
    pub(crate) fn uncounted(act: Act) -> Self {
        Self {
            act,
            person: None,
            address: None,
            number: 1,
        }
    }

    /// The try was good: it is taken back, and with it all the person's bad ones.
    pub(crate) async fn good(self, tx: &mut Tx<'_>) -> Result<(), PortalError> {
        if !self.act.bounds().only_bad {
            return Ok(());
        }
        if let Some(person) = &self.person {
            throttle::forget(tx, self.act.word(), person).await?;
        }
        if let Some(address) = &self.address {
            throttle::take_back(tx, self.act.word(), address).await?;
        }
        Ok(())
    }
}

/// Forgets a person's bad tries: they have a new PIN.
pub(crate) async fn forgive(tx: &mut Tx<'_>, act: Act, person: &[u8]) -> Result<(), PortalError> {
    throttle::forget(tx, act.word(), person).await
}

/// Forgets rows too old to slow anybody down.
pub(crate) async fn sweep(tx: &mut Tx<'_>, now: OffsetDateTime) -> Result<(), PortalError> {
    throttle::forget_before(tx, stored(now - MONTH)).await
}

/// The part of an address that is counted: a household has a /64 of IPv6 to itself.
fn network(from: IpAddr) -> IpAddr {
    match from {
        IpAddr::V4(_) => from,
        IpAddr::V6(six) => match six.to_ipv4_mapped() {
            Some(four) => IpAddr::V4(four),
            None => {
                let [a, b, c, d, ..] = six.segments();
                IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
            }
        },
    }
}

/// Whose connection a request came on. Without a socket, as in a test, it is nobody's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PeerAddress(pub(crate) IpAddr);

impl Default for PeerAddress {
    fn default() -> Self {
        Self(IpAddr::V4(Ipv4Addr::UNSPECIFIED))
    }
}

fn doubling(number: u32) -> Duration {
    Duration::from_secs(1_u64 << number.saturating_sub(1).min(4))
}

fn three_then_half_an_hour(number: u32) -> Duration {
    if number.is_multiple_of(3) {
        30 * MINUTE
    } else {
        Duration::ZERO
    }
}

fn three_a_day(number: u32) -> Duration {
    if number.is_multiple_of(3) {
        DAY
    } else {
        Duration::ZERO
    }
}

fn no_pause(_number: u32) -> Duration {
    Duration::ZERO
}

const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(60 * 60);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);
const MONTH: Duration = Duration::from_secs(30 * 24 * 60 * 60);
