//! Commands that the card sees: ours beside OpenSC's, on the same card, in one run.

fn main() {}
