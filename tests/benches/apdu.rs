//! Commands that the card sees: ours beside OpenSC's, on the same card, in one run.

#![expect(clippy::print_stdout, reason = "a bench speaks on standard output")]

use journeys::apdus::Apdus;

fn main() {
    println!("{}", Apdus::count());
}
