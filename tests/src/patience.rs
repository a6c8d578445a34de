//! Waiting for something outside this process, with a bound.

use std::thread;
use std::time::{Duration, Instant};

/// How long a part may take to do what it was asked.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// Asks again and again until there is an answer.
///
/// # Panics
/// When there is none in time; the message names what did not happen.
#[track_caller]
pub fn until<T>(what: impl Fn() -> String, mut ask: impl FnMut() -> Option<T>) -> T {
    let started = Instant::now();
    loop {
        if let Some(answer) = ask() {
            return answer;
        }
        assert!(started.elapsed() < PATIENCE, "not in time: {}", what());
        thread::sleep(Duration::from_millis(10));
    }
}
