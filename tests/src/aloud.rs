//! What a story that goes well has to say: how much it went through.

use std::io::Write;

/// Says one line past the test harness, which shows only what failing tests print.
pub fn say(line: &str) {
    let mut stdout = std::io::stdout().lock();
    // Nobody may listen any more.
    let _unheard = stdout.write_all(format!("{line}\n").as_bytes());
}
