//! The person at the terminal: where the card's PIN is typed, and what is said before a try is spent.

use crate::args::{PinSource, TriesCare};
use crate::choice::TerminalChoice;
use crate::output::Output;
use crate::place::Place;
use crate::typing::{self, Lines};
use cns_card::{CardPin, Secret};
use cns_login::{
    Advice, CardChoice, Language, OfferedCard, PinAnswer, PinEntry, PinPad, PinRefusal, PinRequest, Problem,
    ProblemCode, Slot, pin_status,
};

/// The person at the terminal, for one run.
pub(crate) struct Terminal<'a> {
    output: &'a Output,
    source: PinSource,
    /// Given once, on standard input; there is nobody to ask again.
    given: Option<CardPin>,
    pub(crate) choice: TerminalChoice<'a>,
}

impl<'a> Terminal<'a> {
    /// Reads the PIN from standard input if that is where it comes from, before any card is touched.
    pub(crate) fn of(source: PinSource, output: &'a Output) -> Result<Self, Problem> {
        let given = match source.pin_stdin {
            true => Some(given(&mut Lines::of_stdin()?, source.tries)?),
            false => None,
        };
        Ok(Self {
            output,
            source,
            given,
            choice: TerminalChoice::new(output),
        })
    }

    /// Asks at a prompt until the typing has the form of a PIN; an empty line gives up. Blocking is right here: nothing
    /// else goes on.
    fn prompt(&self, request: &PinRequest, last: bool) -> Option<CardPin> {
        let question = format!(
            "{} ({})",
            self.output.say("PIN della carta", "PIN of the card"),
            request.host
        );
        prompted(&question, last, self.output)
    }
}

impl PinEntry for Terminal<'_> {
    async fn ask(&mut self, request: PinRequest) -> Option<PinAnswer> {
        if self.source.pin_stdin {
            return self.given.take().map(PinAnswer::Typed);
        }
        if !typing::somebody_is_there() && (request.refused.is_some() || !self.source.pin_pad) {
            return None;
        }
        match &request.problem {
            Some(problem) => self.output.note_problem(problem),
            None => say_whose(request.holder_name.as_deref(), &request.reader, self.output),
        }
        let last_try = request.last_try || request.refused == Some(PinRefusal::LastTryNotConfirmed);
        let before = last_try.then(|| Advice::before_the_last_try(Secret::Pin, request.tries_left));
        let last = self.source.tries.last_try || last_try_wanted(before, self.output)?;
        if !self.source.pin_pad {
            return self.prompt(&request, last).map(PinAnswer::Typed);
        }
        if request.refused.is_some() && !again_on_the_pad(self.output) {
            return None;
        }
        tell_of_pad(request.pin_pad, Advice::PadVerify, self.output);
        Some(PinAnswer::OnThePad {
            spends_last_try: last,
        })
    }
}

impl CardChoice for Terminal<'_> {
    async fn choose(&mut self, offered: &[OfferedCard]) -> Option<usize> {
        self.choice.choose(offered).await
    }
}

/// Says whose card is about to be used, and where it is, before its PIN or PUK is asked for.
pub(crate) fn say_whose(holder_name: Option<&str>, reader: &str, output: &Output) {
    let whose = whose_card(holder_name, reader, output.language);
    output.warn(&whose, &whose);
}

fn whose_card(holder_name: Option<&str>, reader: &str, language: Language) -> String {
    match (holder_name, language) {
        (Some(name), Language::It) => format!("Tessera di {name}, nel lettore «{reader}»."),
        (None, Language::It) => format!("Tessera nel lettore «{reader}»."),
        (Some(name), Language::En) => format!("Card of {name}, in the reader “{reader}”."),
        (None, Language::En) => format!("Card in the reader “{reader}”."),
    }
}

/// The PIN on the next line of standard input.
pub(crate) fn given(lines: &mut Lines, tries: TriesCare) -> Result<CardPin, Problem> {
    let line = lines
        .next()
        .filter(|line| !line.is_empty())
        .ok_or(ProblemCode::PinNotGiven)?;
    Ok(marked(CardPin::parse(&line)?, tries.last_try))
}

/// Asks for the card's PIN until it has the form of one; none when the person gives up.
pub(crate) fn prompted(question: &str, last: bool, output: &Output) -> Option<CardPin> {
    typing::secret_read(question, output, CardPin::parse).map(|pin| marked(pin, last))
}

/// Before a try that may be the last: says what it costs and what to do instead, and asks whether it is wanted all the
/// same.
///
/// `Some(false)` where there is nothing to say before it, `None` where the person would rather not.
pub(crate) fn last_try_wanted(before: Option<Advice>, output: &Output) -> Option<bool> {
    let Some(advice) = before else {
        return Some(false);
    };
    output.advise(advice);
    let word = match output.language {
        Language::It => "provo",
        Language::En => "try",
    };
    typing::confirmed_by(word, output).then_some(true)
}

/// Asks the card for its tries, if that is wanted and this kind of card is known not to count the question.
pub(crate) async fn ask_card(
    place: &Place<'_>,
    slot: &Slot,
    tries: TriesCare,
    output: &Output,
) -> Result<(), Problem> {
    if !tries.ask_card {
        return Ok(());
    }
    let status = pin_status(&place.cards, slot, true).await?;
    if let Some(problem) = status.problem {
        return Err(problem);
    }
    match status.tries_left {
        Some(left) => output.note(
            &format!("Tentativi di PIN rimasti: {left}"),
            &format!("PIN tries left: {left}"),
        ),
        None => {
            let unknown = Advice::PinTriesUnknown.text(output.language);
            output.note(unknown, unknown);
        }
    }
    Ok(())
}

/// Says what to do on the reader's pad, and that some readers lie about theirs.
pub(crate) fn tell_of_pad(pad: PinPad, doing: Advice, output: &Output) {
    match pad {
        PinPad::Absent => {}
        PinPad::Present { .. } => output.advise(doing),
        PinPad::Doubtful => {
            output.advise(Advice::PadDoubtful);
            output.advise(doing);
        }
    }
}

fn again_on_the_pad(output: &Output) -> bool {
    let word = match output.language {
        Language::It => "riprova",
        Language::En => "again",
    };
    typing::confirmed_by(word, output)
}

fn marked(pin: CardPin, last: bool) -> CardPin {
    if last { pin.for_the_last_try() } else { pin }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(refused: Option<PinRefusal>) -> PinRequest {
        PinRequest {
            holder_name: None,
            reader: "A".to_owned(),
            tries_left: None,
            last_try: false,
            refused,
            problem: None,
            host: "localhost".to_owned(),
            pin_pad: PinPad::Absent,
        }
    }

    #[tokio::test]
    async fn a_pin_that_was_given_is_answered_once_and_never_again() {
        let output = Output::new(true, Language::It);
        let mut terminal = Terminal {
            output: &output,
            source: PinSource {
                pin_stdin: true,
                ..PinSource::default()
            },
            given: CardPin::parse("12345").ok(),
            choice: TerminalChoice::new(&output),
        };
        assert!(matches!(
            terminal.ask(request(None)).await,
            Some(PinAnswer::Typed(_))
        ));
        assert!(terminal.ask(request(Some(PinRefusal::Wrong))).await.is_none());
    }

    #[tokio::test]
    async fn the_pad_is_used_when_it_was_chosen_and_spends_the_last_try_only_when_told() {
        let output = Output::new(true, Language::It);
        for last_try in [false, true] {
            let source = PinSource {
                pin_pad: true,
                tries: TriesCare {
                    last_try,
                    ..TriesCare::default()
                },
                ..PinSource::default()
            };
            let answer = Terminal::of(source, &output).unwrap().ask(request(None)).await;
            assert!(
                matches!(answer, Some(PinAnswer::OnThePad { spends_last_try }) if spends_last_try == last_try),
                "{last_try}: {answer:?}"
            );
        }
    }

    #[test]
    fn before_the_pin_stands_whose_card_it_is_and_where() {
        let said = |name: Option<&str>, language| {
            let request = PinRequest {
                holder_name: name.map(str::to_owned),
                ..request(None)
            };
            whose_card(request.holder_name.as_deref(), &request.reader, language)
        };
        assert_eq!(
            said(Some("MARIA ROSSI"), Language::It),
            "Tessera di MARIA ROSSI, nel lettore «A»."
        );
        assert_eq!(said(None, Language::En), "Card in the reader “A”.");
    }

    #[test]
    fn only_what_may_be_the_last_try_is_asked_about() {
        let output = Output::new(true, Language::It);
        assert_eq!(last_try_wanted(None, &output), Some(false));
    }
}
