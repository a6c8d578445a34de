//! How long a person waits: Sportello beside AusweisApp2, in one run, on displays alike, both seen from outside.
//!
//! First paint: the first picture of the display with more than two dozen colours. The holder's name: the first
//! picture from which on the screen stays the same, with the card in the reader from the beginning; that picture must
//! differ from the one of a start without a card. Memory: the proportional share of the whole process tree.

#![expect(
    clippy::print_stdout,
    clippy::expect_used,
    reason = "a bench speaks on standard output"
)]

use journeys::card::Card;
use journeys::memory;
use journeys::place::Place;
use journeys::process::Process;
use journeys::programs;
use journeys::screen::Frame;
use journeys::stack::{Stack, is_root};
use journeys::window::Display;
use std::process::Command;
use std::time::{Duration, Instant};

/// What one start was like.
struct Start {
    paint: Duration,
    settled: Duration,
    memory: u64,
    last: Frame,
}

fn main() {
    let stack = Stack::start();
    let bare = sportello(&stack);
    let _card = Card::inserted(&stack, "citizen-good");
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..STARTS {
        ours.push(sportello(&stack));
        theirs.push(ausweisapp());
    }
    let with_card = ours.last().expect("a start");
    let changed = with_card.last.difference(&bare.last);
    assert!(
        changed > 0.1,
        "the card changed only {changed} of the picture: its screen was not reached"
    );
    println!("\nmedians of {STARTS} starts, warm, software rendering under Xvfb");
    println!(
        "{:<14} {:>12} {:>16} {:>12}",
        "", "first paint", "holder's name", "memory PSS"
    );
    tell("Sportello", &ours, true);
    tell("AusweisApp2", &theirs, false);
    println!("AusweisApp2 reads no CNS: it has no holder's name to show.");
}

fn sportello(stack: &Stack) -> Start {
    let place = Place::new();
    let display = Display::start(&place);
    let mut command = place.command(programs::built("sportello"));
    stack.lead(&mut command).arg("--offline");
    watch(&place, &display, command)
}

fn ausweisapp() -> Start {
    let place = Place::new();
    let display = Display::start(&place);
    // It looks for updates as it starts; here it finds no network.
    let mut command = place.command("unshare");
    if !is_root() {
        command.arg("--map-root-user");
    }
    command.args(["--net", "AusweisApp2", "--show"]);
    watch(&place, &display, command)
}

fn watch(place: &Place, display: &Display, mut command: Command) -> Start {
    command.env("DISPLAY", display.name());
    let started = Instant::now();
    let process = Process::start(&command);
    let mut frames: Vec<Frame> = Vec::new();
    let mut paint = None;
    while paint.is_none_or(|paint: Instant| paint.elapsed() < TIME_TO_SETTLE) {
        let frame = Frame::take(place, display);
        if paint.is_none() && frame.is_painted() {
            paint = Some(frame.at);
        }
        assert!(
            started.elapsed() < LONGEST_START,
            "nothing was painted:\n{}",
            process.said()
        );
        if frames.last().is_none_or(|last| last.difference(&frame) > SAME) {
            frames.push(frame);
        }
    }
    let last = frames.pop().expect("a frame");
    let paint = paint.expect("a paint").duration_since(started);
    Start {
        paint,
        settled: last.at.duration_since(started),
        memory: memory::of_tree(process.id()),
        last,
    }
}

fn tell(name: &str, starts: &[Start], has_name: bool) {
    let seconds = |time: fn(&Start) -> Duration| median(starts.iter().map(time).collect()).as_secs_f64();
    let settled = if has_name {
        format!("{:.2} s", seconds(|start| start.settled))
    } else {
        "-".to_owned()
    };
    let memory = median(starts.iter().map(|start| start.memory).collect());
    println!(
        "{name:<14} {:>10.2} s {settled:>16} {memory:>9} MB",
        seconds(|start| start.paint)
    );
}

fn median<T: Ord + Copy>(mut values: Vec<T>) -> T {
    values.sort_unstable();
    *values.get(values.len() / 2).expect("a value")
}

const STARTS: usize = 5;
const TIME_TO_SETTLE: Duration = Duration::from_secs(3);
const LONGEST_START: Duration = Duration::from_secs(30);

/// Two pictures that differ by less than this show the same screen: scroll bars fade, lights blink.
const SAME: f64 = 0.02;
