//! `wrk`, and what it says.

use crate::house::House;
use std::process::Command;
use std::time::Duration;

/// What a run of `wrk` saw.
#[derive(Debug)]
pub(crate) struct Load {
    /// Answers a second.
    pub(crate) a_second: f64,
    /// Time of half of them, and of 99 in a hundred.
    pub(crate) median: Duration,
    pub(crate) p99: Duration,
    /// Answers in all.
    pub(crate) answers: u64,
    /// Whether an answer was none of the good ones.
    some_refused: bool,
}

/// Log-ins by PIN. The script is a file that only its owner reads, as the PIN asks.
pub(crate) fn log_ins(house: &House, pin: &str, connections: u32, time: &str) -> Load {
    let load = posted(house, &House::log_in_body(pin), connections, time);
    assert!(!load.some_refused, "a good PIN was refused");
    load
}

/// Log-ins that are refused, all of them.
pub(crate) fn refusals(house: &House, body: &str, time: &str) -> Load {
    let load = posted(house, body, 1, time);
    assert!(load.some_refused, "nothing was refused");
    load
}

fn posted(house: &House, body: &str, connections: u32, time: &str) -> Load {
    let script = house.place.write(
        "log-in.lua",
        format!(
            "wrk.method = \"POST\"\nwrk.headers[\"Content-Type\"] = \"application/json\"\nwrk.body = '{body}'\n"
        ),
    );
    let script = script.display().to_string();
    wrk(house, connections, time, &script, "/rest/v1/pin-sessions")
}

/// Reads of the estratto conto.
pub(crate) fn reads(house: &House, token: &str, connections: u32, time: &str) -> Load {
    let script = house.place.write(
        "read.lua",
        format!("wrk.headers[\"Authorization\"] = \"Bearer {token}\"\n"),
    );
    let script = script.display().to_string();
    let path = "/rest/v1/me/contribution-statement";
    let load = wrk(house, connections, time, &script, path);
    assert!(!load.some_refused, "a read was refused");
    load
}

fn wrk(house: &House, connections: u32, time: &str, script: &str, path: &str) -> Load {
    let threads = connections.min(2).to_string();
    let output = Command::new("wrk")
        .args([
            "--latency",
            "-t",
            &threads,
            "-c",
            &connections.to_string(),
            "-d",
            time,
            "-s",
            script,
        ])
        .arg(format!("https://localhost:{}{path}", house.office.port + 1))
        .output()
        .expect("wrk is installed: `cargo xtask bench portal` does it");
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{said}");
    let after = |word: &str| {
        let rest = said.lines().find_map(|line| line.trim().strip_prefix(word));
        rest.unwrap_or_else(|| panic!("{word}: {said}")).trim().to_owned()
    };
    let answers = said.lines().find_map(|line| line.split_once(" requests in "));
    Load {
        a_second: after("Requests/sec:").parse().unwrap(),
        median: duration(&after("50%")),
        p99: duration(&after("99%")),
        some_refused: said.contains("Non-2xx"),
        answers: answers.and_then(|(count, _)| count.trim().parse().ok()).unwrap(),
    }
}

/// `12.34ms`, `56.00us`, `1.20s`.
fn duration(text: &str) -> Duration {
    let (number, unit) = text.split_at(text.find(|sign: char| sign.is_alphabetic()).unwrap());
    let number: f64 = number.parse().unwrap();
    Duration::from_secs_f64(match unit {
        "us" => number / 1_000_000.0,
        "ms" => number / 1_000.0,
        "s" => number,
        _ => panic!("{text}"),
    })
}

/// Seconds with their parts.
pub(crate) fn seconds_of(duration: Duration) -> f64 {
    duration.as_secs_f64()
}
