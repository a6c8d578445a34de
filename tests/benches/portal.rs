//! What the portal carries, in one run: log-ins by PIN beside their bound as the reference implementation of Argon2id gives it, reads at 1, 16 and 256 connections, handshakes with the
//! card's certificate beside nginx with the same certificates, memory with many sessions, time with many citizens.
//!
//! `wrk` and `openssl s_time` ask; both are not ours, and everything is on the loopback of one machine, so who asks takes processor
//! time from who answers. The bench fails when an answer is wrong, and when the time of a log-in or of a read grows with the number
//! of citizens.

#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a bench speaks on standard output, and stops where it cannot go on"
)]

#[path = "portal/asked.rs"]
mod asked;
#[path = "portal/house.rs"]
mod house;

use asked::{Load, log_ins, reads, seconds_of};
use house::House;
use journeys::peers;
use std::process::ExitCode;
use std::time::Duration;

fn main() -> ExitCode {
    let house = House::with(10);
    println!("{:<46} {:>10} {:>10} {:>10}", "", "a second", "p50", "p99");

    handshakes(&house);
    let pin = house.issue_pin();
    let alone = log_ins(&house, &pin, 1, SHORT);
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    line("log-ins by PIN, one after another", &alone);
    let together = log_ins(&house, &pin, 16, LONG);
    line("log-ins by PIN, 16 at once", &together);
    let one = house.argon2id();
    println!(
        "{:<46} {:>10.0}   ({cores} cores, {:.1} ms each by the reference implementation, 19 MiB twice over)",
        "their bound: Argon2id alone",
        f64::from(u32::try_from(cores).unwrap_or(1)) / one.as_secs_f64(),
        seconds_of(one) * 1000.0
    );

    let token = house.log_in(&pin);
    for connections in [1, 16, 256] {
        line(
            &format!("estratto conto, {connections} connections"),
            &reads(&house, &token, connections, SHORT),
        );
    }

    let before = house.memory();
    let mut sessions = together.answers;
    while sessions < SESSIONS {
        sessions += log_ins(&house, &pin, 16, LONG).answers;
    }
    let after = house.memory();
    println!("\nmemory: {before} MB before, {after} MB with {sessions} live sessions");

    let alike = refusals(&house, &pin);

    let mut times = Vec::new();
    println!(
        "\n{:<46} {:>10} {:>10}",
        "citizens in the database", "read p50", "log-in p50"
    );
    for citizens in CITIZENS {
        let house = House::with(citizens);
        let pin = house.issue_pin();
        let token = house.log_in(&pin);
        let read = reads(&house, &token, 1, SHORT).median;
        let log_in = log_ins(&house, &pin, 1, SHORT).median;
        println!("{citizens:<46} {read:>10.2?} {log_in:>10.2?}");
        times.push((read, log_in));
    }
    let grows = |pick: fn(&(Duration, Duration)) -> Duration| {
        let (first, last) = (times.first().map(pick), times.last().map(pick));
        last > first.map(|first| first * 2 + Duration::from_millis(1))
    };
    if grows(|times| times.0) || grows(|times| times.1) {
        println!("\nGOAL NOT MET: the time grows with the number of citizens");
        return ExitCode::FAILURE;
    }
    println!("\ngoal met: the time stays flat");
    if !alike {
        println!("GOAL NOT MET: the time of a refusal tells what is wrong");
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}

/// Whether nobody, a wrong PIN and one that has ended are refused in the same time. In turns, for a machine has moods.
fn refusals(house: &House, pin: &str) -> bool {
    let kinds = [
        (
            "refused: nobody has this name",
            House::log_in_body_of(house::NOBODY, pin),
        ),
        ("refused: a wrong PIN", House::log_in_body("23456789")),
        ("refused: a PIN that has ended", House::log_in_body(pin)),
    ];
    let mut best = [Duration::MAX; 3];
    // The PIN has to end before it can be tried as one that has: until then the wrong one stands for a living PIN.
    let mut try_kind = |kind: usize| {
        let (_, body) = &kinds[kind];
        best[kind] = best[kind].min(asked::refusals(house, body, SHORT).median);
    };
    for _ in 0..TURNS {
        try_kind(0);
        try_kind(1);
    }
    house.revoke_pin();
    for _ in 0..TURNS {
        try_kind(2);
        try_kind(0);
    }
    println!();
    for ((name, _), time) in kinds.iter().zip(best) {
        println!("{name:<46} {:>10} {time:>10.2?}", "");
    }
    let (fastest, slowest) = (best.iter().min(), best.iter().max());
    fastest
        .zip(slowest)
        .is_some_and(|(fastest, slowest)| *slowest <= *fastest + *fastest / 20)
}

/// Whole handshakes with the card's certificate, ours and nginx's in turn.
fn handshakes(house: &House) {
    let nginx = peers::nginx(&house.place, &house.office.server, &house.cards);
    for _ in 0..2 {
        for (name, port) in [
            ("mutual TLS handshakes, ours", house.office.port),
            ("the same, nginx", nginx.port),
        ] {
            println!("{name:<46} {:>10.0}", house.handshakes(port));
        }
    }
}

fn line(name: &str, load: &Load) {
    println!(
        "{name:<46} {:>10.0} {:>10.2?} {:>10.2?}",
        load.a_second, load.median, load.p99
    );
}

const SHORT: &str = "5s";
const TURNS: usize = 3;
const LONG: &str = "20s";
const SESSIONS: u64 = 10_000;
const CITIZENS: [u32; 3] = [10, 10_000, 1_000_000];
