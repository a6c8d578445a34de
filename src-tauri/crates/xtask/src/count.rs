//! Counts tests from what the test programs really said.

use serde_json::Value;

/// How many passed, and how many did not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Count {
    pub(crate) passed: u64,
    pub(crate) failed: u64,
}

impl Count {
    /// One check that is not made of tests.
    pub(crate) fn one(passed: bool) -> Self {
        Self {
            passed: u64::from(passed),
            failed: u64::from(!passed),
        }
    }

    /// Adds another count.
    pub(crate) fn add(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
    }

    /// The sum of the results that `cargo test` told. A test that was ignored was not passed.
    ///
    /// Each binary says first how many tests it runs, and in its result line how they ended: lines that do not fit are
    /// what some test printed, such as the output of a test binary that it started itself. A binary that never
    /// told its result crashed, and is one failure; so is a cargo that failed for another reason than a test.
    pub(crate) fn of_cargo(said: &str, ended_well: bool) -> Self {
        let mut count = Self::default();
        let mut announced = None;
        for line in said.lines() {
            if line.starts_with("running ") && announced.is_none() {
                announced = first_number(line);
            } else if line.starts_with("test result: ") {
                let (passed, failed) = (number_before(line, "passed"), number_before(line, "failed"));
                let ignored = number_before(line, "ignored");
                if announced == Some(passed + failed + ignored + number_before(line, "measured")) {
                    announced = None;
                    count.add(Self {
                        passed,
                        failed: failed + ignored,
                    });
                }
            }
        }
        count.failed += u64::from(announced.is_some());
        count.failed += u64::from(!ended_well && count.failed == 0);
        count
    }

    /// The totals of Vitest's JSON report.
    pub(crate) fn of_vitest(report: &str, ended_well: bool) -> Self {
        let report: Value = serde_json::from_str(report).unwrap_or_default();
        let total = report["numTotalTests"].as_u64().unwrap_or_default();
        let passed = report["numPassedTests"].as_u64().unwrap_or_default();
        let failed = total.saturating_sub(passed);
        Self {
            passed,
            failed: failed + u64::from(failed == 0 && (!ended_well || total == 0)),
        }
    }
}

fn first_number(line: &str) -> Option<u64> {
    line.split(' ').nth(1)?.parse().ok()
}

fn number_before(line: &str, word: &str) -> u64 {
    let words: Vec<&str> = line
        .split([' ', ';', '.'])
        .filter(|word| !word.is_empty())
        .collect();
    words
        .windows(2)
        .find(|pair| pair.get(1) == Some(&word))
        .and_then(|pair| pair.first()?.parse().ok())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TWO_BINARIES: &str = "\
running 3 tests
test a ... ok
test result: ok. 3 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s

running 13 tests
---- b stdout ----
running 1 test
test result: FAILED. 0 passed; 1 failed; 0 ignored; 0 measured; 12 filtered out; finished in 0.10s
test result: FAILED. 10 passed; 2 failed; 1 ignored; 0 measured; 0 filtered out; finished in 1.20s
";

    #[test]
    fn every_binary_counts_once_and_ignoring_is_failing() {
        assert_eq!(
            Count::of_cargo(TWO_BINARIES, false),
            Count {
                passed: 13,
                failed: 3
            }
        );
    }

    #[test]
    fn a_binary_that_crashes_is_one_failure() {
        let crashed = "running 4 tests\ntest a ... ok\n";
        assert_eq!(Count::of_cargo(crashed, false), Count { passed: 0, failed: 1 });
    }

    #[test]
    fn a_build_that_fails_is_one_failure() {
        assert_eq!(Count::of_cargo("", false), Count { passed: 0, failed: 1 });
        assert_eq!(Count::of_cargo("", true), Count::default());
    }

    #[test]
    fn vitest_counts_by_its_report() {
        let report = r#"{"numTotalTests": 5, "numPassedTests": 4, "numFailedTests": 1}"#;
        assert_eq!(Count::of_vitest(report, false), Count { passed: 4, failed: 1 });
        assert_eq!(Count::of_vitest("", false), Count { passed: 0, failed: 1 });
        let report = r#"{"numTotalTests": 5, "numPassedTests": 5}"#;
        assert_eq!(Count::of_vitest(report, true), Count { passed: 5, failed: 0 });
    }
}
