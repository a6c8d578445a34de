//! Which card, where there are several: the person says so, or is told how to.

use crate::output::{Failed, Output};
use crate::typing;
use cns_login::{CardChoice, OfferedCard, Problem, ProblemCode};
use serde_json::{Value, json};

/// Where the person at the terminal says which card is meant; remembers what was offered.
pub(crate) struct TerminalChoice<'a> {
    output: &'a Output,
    offered: Vec<OfferedCard>,
}

impl<'a> TerminalChoice<'a> {
    pub(crate) fn new(output: &'a Output) -> Self {
        Self {
            output,
            offered: Vec::new(),
        }
    }

    /// The problem, with the cards that were offered if it is that nobody chose.
    pub(crate) fn failed(&self, problem: Problem) -> Failed {
        if problem.code == ProblemCode::SeveralCards {
            several(problem, &self.offered, self.output)
        } else {
            problem.into()
        }
    }
}

impl CardChoice for TerminalChoice<'_> {
    async fn choose(&mut self, offered: &[OfferedCard]) -> Option<usize> {
        self.offered = offered.to_vec();
        // A script must name the reader: what it would take today may be another's card tomorrow.
        if self.output.for_programs() || !typing::somebody_is_there() {
            return None;
        }
        self.output
            .warn("Ci sono più tessere:", "There are several cards:");
        for (place, card) in offered.iter().enumerate() {
            let line = format!("  {}. {}", place + 1, line(card, self.output));
            self.output.warn(&line, &line);
        }
        let question = self
            .output
            .say("Quale? Scrivi il numero: ", "Which one? Type its number: ");
        loop {
            let typed = typing::answer(self.output, question)?;
            if let Some(place) = place_of(&typed, offered.len()) {
                return Some(place);
            }
        }
    }
}

/// That there are several cards: each reader with its holder, and the way out.
pub(crate) fn several(problem: Problem, offered: &[OfferedCard], output: &Output) -> Failed {
    let cards: Vec<Value> = offered.iter().map(card_json).collect();
    let mut text: String = offered
        .iter()
        .map(|card| format!("  --reader \"{}\"  {}\n", card.slot.reader, held_by(card, output)))
        .collect();
    if !text.is_empty() {
        text.insert_str(
            0,
            output.say(
                "Indica il lettore della tessera che vuoi usare:\n",
                "Name the reader of the card that you want to use:\n",
            ),
        );
    }
    Failed::from(problem).showing("cards", json!(cards), &text)
}

/// One card for programs.
pub(crate) fn card_json(card: &OfferedCard) -> Value {
    json!({
        "reader": card.slot.reader,
        "holder": card.holder_name,
        "problem": card.problem.as_ref().map(|problem| problem.code.name()),
    })
}

/// One card for people: its reader and whose it is.
pub(crate) fn line(card: &OfferedCard, output: &Output) -> String {
    format!("{}: {}", card.slot.reader, held_by(card, output))
}

fn held_by(card: &OfferedCard, output: &Output) -> String {
    match (&card.holder_name, &card.problem) {
        (Some(holder), None) => format!("{} {holder}", output.say("tessera di", "card of")),
        (Some(holder), Some(problem)) => format!(
            "{} {holder} ({})",
            output.say("tessera di", "card of"),
            problem.what(output.language)
        ),
        (None, Some(problem)) => problem.what(output.language),
        (None, None) => output
            .say(
                "una tessera che non dice di chi è",
                "a card that does not say whose it is",
            )
            .to_owned(),
    }
}

fn place_of(typed: &str, count: usize) -> Option<usize> {
    let number: usize = typed.parse().ok()?;
    (1..=count).contains(&number).then(|| number - 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use cns_login::{CardPresence, Language, Slot};

    fn card(reader: &str, holder: Option<&str>, problem: Option<ProblemCode>) -> OfferedCard {
        OfferedCard {
            slot: Slot {
                reader: reader.to_owned(),
                card: CardPresence::Present,
                insertion: 1,
            },
            holder_name: holder.map(str::to_owned),
            problem: problem.map(Problem::from),
        }
    }

    #[test]
    fn a_number_names_a_card_that_was_offered_and_nothing_else() {
        for (typed, place) in [
            ("1", Some(0)),
            ("2", Some(1)),
            ("3", None),
            ("0", None),
            ("si", None),
        ] {
            assert_eq!(place_of(typed, 2), place, "{typed}");
        }
    }

    #[tokio::test]
    async fn a_program_is_never_chosen_for_and_sees_every_holder() {
        let output = Output::new(true, Language::It);
        let offered = [
            card("A", Some("MARIA ROSSI"), None),
            card("B", None, Some(ProblemCode::UnknownCard)),
        ];
        let mut choice = TerminalChoice::new(&output);
        assert_eq!(choice.choose(&offered).await, None);
        assert_eq!(
            choice.offered.iter().map(card_json).collect::<Vec<_>>(),
            [
                json!({"reader": "A", "holder": "MARIA ROSSI", "problem": null}),
                json!({"reader": "B", "holder": null, "problem": "unknown_card"}),
            ]
        );
    }
}
