//! `cns pin`: the care of the card's PIN, one file per thing that can be done.

mod change;
mod status;
mod unblock;

use crate::args;
use crate::output::{Failed, Output, Report};
use crate::typing::{self, Lines};
use cns_card::{CardContents, CardPin, CardProfiles, NewPin, PinFacts};
use cns_login::{Advice, Problem, ProblemCode, TypedPin};
use std::fmt::Display;
use zeroize::Zeroizing;

pub(crate) async fn run(args: &args::Pin, profiles: CardProfiles, output: &Output) -> Result<Report, Failed> {
    match args {
        args::Pin::Status(args) => status::run(args, profiles, output).await,
        args::Pin::Change(args) => change::run(args, profiles, output).await,
        args::Pin::Unblock(args) => unblock::run(args, profiles, output).await,
    }
}

/// The new PIN on the next two lines of standard input, of which the second may be left out.
///
/// No card is touched: what cannot be a PIN at all is refused here.
fn new_pin_given(lines: &mut Lines) -> Result<TypedPin, Problem> {
    let mut new = lines.next().unwrap_or_default();
    let again = lines.next().filter(|line| !line.is_empty());
    new_pin_of(&mut new, again.as_deref().map(String::as_str))
}

fn new_pin_of(new: &mut Zeroizing<String>, again: Option<&str>) -> Result<TypedPin, Problem> {
    if CardPin::parse(new).is_err() {
        return Err(ProblemCode::NewPinFormat.into());
    }
    if again.is_some_and(|again| again != new.as_str()) {
        return Err(ProblemCode::NewPinDiffers.into());
    }
    // Taken, not copied: the digits stay in the one buffer that wipes itself.
    Ok(TypedPin::new(std::mem::take(&mut **new)))
}

/// Asks for a new PIN twice, until it is a good one; none when the person gives up. The card is not touched.
fn new_pin_prompted(contents: &CardContents, old: Option<&CardPin>, output: &Output) -> Option<TypedPin> {
    let facts = PinFacts::of(contents);
    output.advise(Advice::NewPinRules);
    loop {
        let mut new = typing::secret(output.say("PIN nuovo (da 5 a 8 cifre)", "New PIN (5 to 8 digits)"))?;
        let refused = match NewPin::choose(&new, &facts) {
            Err(error) => Some(Problem::from(error)),
            Ok(new) if old.is_some_and(|old| old.digits() == new.digits()) => {
                Some(ProblemCode::NewPinSame.into())
            }
            Ok(_) => None,
        };
        if let Some(problem) = refused {
            output.note_problem(&problem);
            continue;
        }
        let again = typing::secret(output.say("PIN nuovo, un'altra volta", "New PIN, once more"))?;
        match new_pin_of(&mut new, Some(&again)) {
            Ok(new) => return Some(new),
            Err(problem) => output.note_problem(&problem),
        }
    }
}

/// A number that is known, or the words for one that is not.
fn or_unknown<T: Display>(known: Option<T>, output: &Output) -> String {
    known.map_or_else(
        || output.say("non noto", "not known").to_owned(),
        |known| known.to_string(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_pin_has_the_form_of_one_and_is_the_same_both_times() {
        let rows = [
            ("27418", None, None),
            ("27418", Some("27418"), None),
            ("27418", Some("27419"), Some(ProblemCode::NewPinDiffers)),
            ("2741", None, Some(ProblemCode::NewPinFormat)),
            ("", None, Some(ProblemCode::NewPinFormat)),
            ("abcde", Some("abcde"), Some(ProblemCode::NewPinFormat)),
        ];
        for (new, again, refused) in rows {
            let mut typed = Zeroizing::new(new.to_owned());
            let ended = new_pin_of(&mut typed, again);
            assert_eq!(
                ended.err().map(|problem| problem.code),
                refused,
                "{new} {again:?}"
            );
        }
    }
}
