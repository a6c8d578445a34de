//! A verdict, for programs and for people.

use crate::commands::card::{certificate_json, rfc3339};
use crate::output::{Output, Report};
use cns_card::CardContents;
use cns_login::{End, Ends, Headline, Rung, ends_text, finding_text};
use cns_trust::revocation::{Answers, Source};
use cns_trust::{Finding, FindingCode, ListFacts, Outcome, Verdict};
use serde_json::{Value, json};

/// What there is to tell about a certificate.
pub(crate) struct Told<'a> {
    pub(crate) verdict: &'a Verdict,
    /// What its card holds, if it came from one.
    pub(crate) contents: Option<&'a CardContents>,
    /// The official list that was used.
    pub(crate) list: Option<&'a ListFacts>,
    /// Whether people want to see what the findings rest on.
    pub(crate) details: bool,
}

impl Told<'_> {
    pub(crate) fn report(&self, output: &Output) -> Report {
        Report {
            json: self.json(output),
            text: self.text(output),
        }
    }

    fn json(&self, output: &Output) -> Value {
        let verdict = self.verdict;
        let findings: Vec<_> = verdict
            .findings
            .iter()
            .map(|finding| self.finding_json(finding, output))
            .collect();
        let ends = Ends::of(self.contents, verdict);
        json!({
            "verdict": verdict.outcome(),
            "headline": Headline::of(verdict).text(output.language),
            "checked_at": rfc3339(verdict.checked_at),
            "findings": findings,
            "revocation": verdict.answers().map(|answers| self.attempts_json(answers, output)),
            "trust_list": self.list.map(list_json),
            "ends": {
                "certificate": ends.certificate.as_ref().map(end_json),
                "plastic": ends.plastic.as_ref().map(end_json),
            },
            "certificate": verdict.certificate.as_ref().map(certificate_json),
        })
    }

    fn finding_json(&self, finding: &Finding, output: &Output) -> Value {
        let evidence = finding.evidence.as_ref();
        let checked_at = evidence.map_or(self.verdict.checked_at, |evidence| evidence.checked_at);
        json!({
            "code": finding.code,
            "outcome": finding.outcome,
            "case": finding.case,
            "text": finding_text(finding, output.language),
            "checked_at": rfc3339(checked_at),
            "source": evidence.map_or(self.nearest_source(finding.code), |evidence| evidence.source.as_str()),
            "age": evidence.and_then(|evidence| evidence.age()).map(|age| age.whole_seconds()),
            "kind": evidence.map(|_| kind(finding)),
            "next_update": evidence.and_then(|evidence| evidence.next_update).map(rfc3339),
        })
    }

    /// Where a finding comes from that rests on nothing from outside.
    fn nearest_source(&self, code: FindingCode) -> &'static str {
        let of_the_card = [
            FindingCode::CardId,
            FindingCode::PersonalData,
            FindingCode::KeyPossession,
        ];
        let of_others = [
            FindingCode::Revocation,
            FindingCode::TrustList,
            FindingCode::Clock,
        ];
        if of_the_card.contains(&code) {
            "card"
        } else if of_others.contains(&code) {
            "none"
        } else {
            "certificate"
        }
    }

    fn attempts_json(&self, answers: &Answers, output: &Output) -> Vec<Value> {
        let attempts = answers.attempts.iter();
        attempts
            .filter(|attempt| attempt.source != Source::Nobody)
            .map(|attempt| {
                let mut told = self.finding_json(&answers.finding_of(attempt), output);
                told["kind"] = json!(attempt.source.name());
                told["source"] = json!(attempt.source.host());
                told
            })
            .collect()
    }

    fn text(&self, output: &Output) -> String {
        let verdict = self.verdict;
        let mut text = format!("{}\n", Headline::of(verdict).text(output.language));
        for wanted in [Outcome::Bad, Outcome::Unknown, Outcome::Good] {
            let mark = match wanted {
                Outcome::Good => output.say("bene", "good"),
                Outcome::Unknown => output.say("non so", "unknown"),
                Outcome::Bad => output.say("male", "bad"),
            };
            let found = verdict
                .findings
                .iter()
                .filter(|finding| finding.outcome == wanted);
            for finding in found {
                let told = finding_text(finding, output.language);
                text.push_str(&format!("  [{mark}] {told}\n"));
            }
        }
        text.push_str(&ends_in_words(&Ends::of(self.contents, verdict), output));
        if self.details {
            text.push_str(&self.technical(output));
        }
        text
    }

    /// What the findings rest on, for whoever wants to know.
    fn technical(&self, output: &Output) -> String {
        let mut lines = vec![(
            output.say("Controllato", "Checked"),
            output.moment(self.verdict.checked_at),
        )];
        if let Some(certificate) = &self.verdict.certificate {
            lines.push((output.say("Autorità", "Issuer"), certificate.issuer.clone()));
            lines.push((
                output.say("Numero di serie", "Serial number"),
                certificate.serial.clone(),
            ));
            lines.push((output.say("Chiave", "Key"), certificate.key.clone()));
        }
        if let Some(list) = self.list {
            lines.push((
                output.say("Elenco ufficiale", "Official list"),
                format!(
                    "{} {} ({}), {}",
                    output.say("numero", "number"),
                    list.sequence,
                    list.origin,
                    output.moment(list.issued)
                ),
            ));
            if let Some(until) = list.next_update {
                lines.push((
                    output.say("Il prossimo elenco entro", "The next list is due by"),
                    output.moment(until),
                ));
            }
        }
        let mut text = format!("{}\n", output.say("Dettagli tecnici", "Technical details"));
        for (label, value) in lines {
            text.push_str(&format!("  {label}: {value}\n"));
        }
        let answers = self.verdict.answers();
        for attempt in answers.into_iter().flat_map(|answers| {
            let attempts = answers.attempts.iter();
            attempts.map(move |attempt| (attempt, answers.finding_of(attempt)))
        }) {
            let (attempt, finding) = attempt;
            if attempt.source == Source::Nobody {
                continue;
            }
            let (name, host) = (attempt.source.name(), attempt.source.host().unwrap_or_default());
            let told = finding_text(&finding, output.language);
            text.push_str(&format!("  {name} {host}: {told}{}\n", times(&finding, output)));
        }
        text
    }
}

/// What kind of source a finding rests on: `ocsp`, `crl`, `trust_list`.
fn kind(finding: &Finding) -> String {
    let way = finding.facts.iter().find(|(name, _)| *name == "way");
    way.map_or_else(|| finding.code.name().to_owned(), |(_, way)| way.to_lowercase())
}

/// When an answer was made, and until when it holds.
fn times(finding: &Finding, output: &Output) -> String {
    let Some(evidence) = &finding.evidence else {
        return String::new();
    };
    let made = evidence.produced_at.map(|at| output.moment(at));
    let until = evidence.next_update.map(|at| output.moment(at));
    match (made, until) {
        (Some(made), Some(until)) => {
            let (from, to) = (
                output.say("fatta", "made"),
                output.say("vale fino", "valid until"),
            );
            format!(" ({from}: {made}; {to}: {until})")
        }
        (Some(made), None) => format!(" ({made})"),
        (None, _) => String::new(),
    }
}

/// The ladder: how near the certificate's end is, what to do, and the plastic's own date where it is another one.
fn ends_in_words(ends: &Ends, output: &Output) -> String {
    let mut text = String::new();
    if let Some(end) = ends.certificate.filter(|end| end.rung != Rung::Far) {
        let date = [
            ("date", end.day.to_string()),
            ("left", left_in_words(&end, output)),
        ];
        let name = if end.rung == Rung::Over {
            "over_text"
        } else {
            "text"
        };
        for (name, facts) in [
            (end.rung.name(), &[][..]),
            (name, &date),
            ("todo", &[]),
            ("chip", &[]),
        ] {
            let told = ends_text(name, facts, output.language);
            let stop = if told.ends_with('.') { "" } else { "." };
            text.push_str(&format!("{told}{stop}\n"));
        }
    }
    let certificate = ends.certificate.map(|end| end.day);
    let plastic = ends
        .plastic
        .filter(|end| end.rung != Rung::Far && Some(end.day) != certificate);
    if let Some(end) = plastic {
        let name = if end.rung == Rung::Over {
            "plastic_over"
        } else {
            "plastic"
        };
        let told = ends_text(name, &[("date", end.day.to_string())], output.language);
        text.push_str(&format!("{told}\n"));
    }
    text
}

fn left_in_words(end: &End, output: &Output) -> String {
    let name = match end.days_left {
        ..=0 => "today",
        1 => "tomorrow",
        2.. => "days",
    };
    ends_text(name, &[("days", end.days_left.to_string())], output.language)
}

fn end_json(end: &End) -> Value {
    json!({"date": end.day.to_string(), "days_left": end.days_left, "rung": end.rung.name()})
}

fn list_json(list: &ListFacts) -> Value {
    let signer: String = list
        .signer_sha256
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    json!({
        "source": list.origin,
        "version": list.version,
        "sequence": list.sequence,
        "issued": rfc3339(list.issued),
        "next_update": list.next_update.map(rfc3339),
        "signer_sha256": signer,
    })
}
