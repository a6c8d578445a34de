//! The budget of commands, beside what OpenSC spends on the same card in the same run.

use journeys::apdus::Apdus;
use std::io::Write;

#[test]
fn reading_takes_at_most_fourteen_commands_and_signing_five_more() {
    let apdus = Apdus::count();
    // Past the test harness, which shows only what failing tests print.
    write!(std::io::stderr(), "\n{apdus}").unwrap();
    assert!(apdus.our_reading <= 14, "{apdus}");
    assert!(apdus.our_signing - apdus.our_reading <= 5, "{apdus}");
    assert!(apdus.opensc_reading > apdus.our_reading, "{apdus}");
}
