//! What the portal counts, in Prometheus' text format (0.0.4). Labels are the routes' templates: nobody is in them.

use crate::error::PortalError;
use crate::portal::Portal;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// Counters of one process.
#[derive(Default)]
pub(crate) struct Metrics {
    answers: Mutex<BTreeMap<(&'static str, String, u16), Answered>>,
}

#[derive(Clone, Copy, Default)]
struct Answered {
    count: u64,
    time: Duration,
}

impl Metrics {
    /// Counts an answer.
    pub(crate) fn answered(&self, method: &'static str, route: &str, status: u16, took: Duration) {
        let mut answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        let answered = answers.entry((method, route.to_owned(), status)).or_default();
        answered.count += 1;
        answered.time += took;
    }

    fn write(&self, text: &mut String) {
        let answers = self
            .answers
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        head(
            text,
            "portal_answers_total",
            "counter",
            "Answers, by route and status",
        );
        for ((method, route, status), answered) in &answers {
            line(
                text,
                &format!("portal_answers_total{{method=\"{method}\",route=\"{route}\",status=\"{status}\"}}"),
                answered.count,
            );
        }
        head(
            text,
            "portal_answer_seconds_total",
            "counter",
            "Time spent on answers, by route and status",
        );
        for ((method, route, status), answered) in &answers {
            line(
                text,
                &format!(
                    "portal_answer_seconds_total{{method=\"{method}\",route=\"{route}\",status=\"{status}\"}}"
                ),
                answered.time.as_secs_f64(),
            );
        }
    }
}

impl Portal {
    /// All counters, and what waits in the database.
    pub(crate) async fn metrics_text(&self) -> Result<String, PortalError> {
        let mut text = String::new();
        self.metrics().write(&mut text);
        let waiting = self
            .store()
            .counts(self.now(), self.limits().session_idle)
            .await?;
        for (name, about, count) in waiting {
            head(&mut text, name, "gauge", about);
            line(&mut text, name, count);
        }
        Ok(text)
    }
}

fn head(text: &mut String, name: &str, kind: &str, about: &str) {
    // Writing into a text cannot fail.
    let _ = writeln!(text, "# HELP {name} {about}.\n# TYPE {name} {kind}");
}

fn line(text: &mut String, name: &str, value: impl std::fmt::Display) {
    let _ = writeln!(text, "{name} {value}");
}

/// The media type of the text.
pub(crate) const MEDIA_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";
