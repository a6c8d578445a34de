//! Free TCP ports of the loopback interface.

use std::net::TcpListener;
use std::os::linux::net::SocketAddrExt;
use std::os::unix::net::{SocketAddr, UnixListener};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU16, Ordering};

/// A port that nobody listens on, and whose next one is free as well.
///
/// Ports come from below the range from which systems take ports for outgoing connections. They belong to this process
/// until it ends, also while nobody listens on them because a service is being started again, so that two stories never
/// meet.
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
        let Some(ours) = reserved(port) else { continue };
        if is_free(port) && is_free(port + 1) {
            RESERVED.lock().unwrap().push(ours);
            return port;
        }
    }
    panic!("no free port");
}

/// Takes the name of a pair of ports; nobody else on this machine can, until the process ends.
fn reserved(port: u16) -> Option<UnixListener> {
    let name = format!("journeys-port-{port}");
    let name = SocketAddr::from_abstract_name(name).ok()?;
    UnixListener::bind_addr(&name).ok()
}

fn is_free(port: u16) -> bool {
    TcpListener::bind(("0.0.0.0", port)).is_ok()
}

static RESERVED: Mutex<Vec<UnixListener>> = Mutex::new(Vec::new());
const FIRST: u16 = 20_000;
const SPAN: u16 = 12_000;
