//! What reading a card and signing with it costs: ours beside OpenSC's, on every kind of CNS, in one run.
//!
//! Both speak to the same virtual card through the same real pcscd. The card takes its time as a real one was measured:
//! 25 ms a command, 100 ms per 256 bytes read, 50 ms a PIN, 600 ms a signature. See `side_by_side.rs` for which commands
//! of which program are compared. OpenSC is the distribution's, ours is built for development.
//!
//! The goal: a name on the screen in under a quarter of OpenSC's time on the cards of the classic layout. The bench
//! fails when it is missed, or when we cannot do something with a card.

#![expect(clippy::print_stdout, reason = "a bench speaks on standard output")]

use cns_virtual_card::{Content, Personality};
use journeys::card::Card;
use journeys::side_by_side::{Act, Cost, Table};
use std::process::ExitCode;

fn main() -> ExitCode {
    let table = Table::set();
    let (mut faults, mut refusals) = (Vec::new(), Vec::new());
    println!("{HEAD}");
    for personality in kinds() {
        let name = personality.name.clone();
        table.with_card(personality, |card| {
            card.take_ones_time();
            for act in Act::ALL {
                let (ours, theirs) = compare(&table, card, &name, act);
                faults.extend(fault(&name, act, &ours, &theirs));
                refusals.extend(theirs.err().map(|said| format!("{name}, {}: {said}", word(act))));
            }
        });
    }
    println!("{FOOT}");
    for refusal in &refusals {
        let said: Vec<&str> = refusal
            .lines()
            .map(str::trim)
            .filter(|line| !line.is_empty())
            .collect();
        println!("  {}", said.join(" "));
    }
    for fault in &faults {
        println!("\n{fault}");
    }
    if faults.is_empty() {
        println!("\ngoal met: on every classic card that OpenSC reads, a name in under {GOAL} of its time");
        ExitCode::SUCCESS
    } else {
        println!("\nGOAL NOT MET");
        ExitCode::FAILURE
    }
}

/// Does one act with both and prints its line.
fn compare(table: &Table, card: &Card, name: &str, act: Act) -> (Outcome, Outcome) {
    let runs = if is_goal(name, act) { RUNS } else { 1 };
    let ours = middle(runs, || table.ours(card, act));
    let before = card.signature_comparisons();
    let theirs = middle(runs, || table.opensc(card, act));
    let touched = card.signature_comparisons() - before;
    println!("{}", line(name, act, &ours, &theirs, touched));
    (ours, theirs)
}

/// What is wrong with it, if anything is.
fn fault(name: &str, act: Act, ours: &Outcome, theirs: &Outcome) -> Option<String> {
    match (ours, theirs) {
        (Err(said), _) => Some(format!("{name}, {}: we fail: {said}", word(act))),
        (Ok(ours), Ok(theirs)) if is_goal(name, act) && ratio(ours, theirs) >= GOAL => Some(format!(
            "{name}: the goal is missed: {:.3} of OpenSC's time, and it should be under {GOAL}",
            ratio(ours, theirs)
        )),
        (Ok(_), _) => None,
    }
}

/// Every CNS, and first the card of 2021 as it is where nobody bought a qualified signature: the fairest to OpenSC,
/// which reads that certificate as well.
fn kinds() -> Vec<Personality> {
    let mut kinds = Personality::all_cns().unwrap_or_default();
    let bare = kinds.iter().find(|kind| kind.name == "classic-st2021").cloned();
    if let Some(mut bare) = bare {
        "classic-st2021, no DS".clone_into(&mut bare.name);
        bare.signature = None;
        bare.files
            .retain(|file| file.content != Content::SignatureCertificate);
        kinds.insert(0, bare);
    }
    kinds
}

/// Whether the goal is about this: the name, on a card of the classic layout.
fn is_goal(name: &str, act: Act) -> bool {
    act == Act::Name && (name.starts_with("classic") || name == "st2022")
}

/// The run of the middle time, or the first that failed.
fn middle(runs: usize, mut run: impl FnMut() -> Outcome) -> Outcome {
    let mut costs = (0..runs).map(|_| run()).collect::<Result<Vec<_>, _>>()?;
    costs.sort_by_key(|cost| cost.time);
    costs
        .get(costs.len() / 2)
        .copied()
        .ok_or_else(|| "no run".to_owned())
}

fn line(name: &str, act: Act, ours: &Outcome, theirs: &Outcome, touched: u64) -> String {
    let compared = match (ours, theirs) {
        (Ok(ours), Ok(theirs)) => format!("{:>6.3}", ratio(ours, theirs)),
        (Ok(_) | Err(_), _) => format!("{:>6}", "-"),
    };
    let note = match touched {
        0 => "",
        _ => "  compared the PIN with the one of the qualified signature",
    };
    format!(
        "{name:<22} {:<9} {} {} {compared}{note}",
        word(act),
        numbers(ours),
        numbers(theirs)
    )
}

fn numbers(cost: &Outcome) -> String {
    match cost {
        Ok(cost) => format!(
            "{:>5} {:>6} {:>6} {:>6.2} s",
            cost.apdus,
            cost.bytes_sent,
            cost.bytes_received,
            cost.time.as_secs_f64()
        ),
        Err(_) => format!("{:>28}", "cannot"),
    }
}

fn ratio(ours: &Cost, theirs: &Cost) -> f64 {
    ours.time.as_secs_f64() / theirs.time.as_secs_f64()
}

fn word(act: Act) -> &'static str {
    match act {
        Act::Name => "name",
        Act::Reading => "reading",
        Act::Signature => "signature",
    }
}

const HEAD: &str = "
                                             Sportello                        OpenSC
card                   act       APDUs   sent  recv.   time   APDUs   sent  recv.   time    ratio";

const FOOT: &str = "
What OpenSC said where it could not. Where a kind's habits are a guess (see personalities.toml), so is what OpenSC makes
of them.";

/// What an act cost, or why it was not done.
type Outcome = Result<Cost, String>;

/// Runs of what the goal is about.
const RUNS: usize = 3;

/// Of OpenSC's time, for a name.
const GOAL: f64 = 0.25;
