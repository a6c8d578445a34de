//! Free TCP ports of the loopback interface.

use std::net::TcpListener;
use std::sync::atomic::{AtomicU16, Ordering};

/// A port that nobody listens on, and whose next one is free as well.
///
/// Ports come from below the range from which systems take ports for outgoing connections, and no port is given
/// out twice by one process, so that two stories never meet.
///
/// # Panics
/// When all ports are taken.
pub fn free_pair() -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    // Two test processes on one machine begin at different places.
    let start = u16::try_from(std::process::id() % 400).unwrap_or_default() * 20;
    for _ in 0..SPAN / 2 {
        let offset = start.wrapping_add(NEXT.fetch_add(2, Ordering::Relaxed)) % SPAN;
        let port = FIRST + offset;
        if is_free(port) && is_free(port + 1) {
            return port;
        }
    }
    panic!("no free port");
}

fn is_free(port: u16) -> bool {
    TcpListener::bind(("0.0.0.0", port)).is_ok()
}

const FIRST: u16 = 20_000;
const SPAN: u16 = 12_000;
