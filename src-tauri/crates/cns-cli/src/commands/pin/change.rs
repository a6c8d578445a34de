//! `cns pin change`: the old PIN, and a new one that is not easy to guess.

use super::{new_pin_given, new_pin_prompted};
use crate::args::PinChange;
use crate::choice::TerminalChoice;
use crate::output::{Failed, Output, Report};
use crate::pin::{ask_card, given, last_try_wanted, prompted, say_whose, tell_of_pad};
use crate::place::Place;
use crate::typing::{self, Lines};
use cns_card::{CardPin, CardProfiles, Secret};
use cns_login::{Advice, FoundCard, Problem, ProblemCode, TypedPin, change_pin, change_pin_on_pad};
use serde_json::json;

pub(crate) async fn run(args: &PinChange, profiles: CardProfiles, output: &Output) -> Result<Report, Failed> {
    let typed = match args.stdin {
        true => Some(both_given(args)?),
        false => None,
    };
    if !args.stdin && !args.pin_pad && !typing::somebody_is_there() {
        return Err(ProblemCode::PinNotGiven.into());
    }
    let place = Place::new(profiles, output);
    let mut choice = TerminalChoice::new(output);
    let found = place.found(args.reader.as_deref(), &mut choice, &|_| {}).await?;
    ask_card(&place, &found.slot, args.tries, output).await?;
    if args.pin_pad {
        let last = args.tries.last_try || last_wanted(&found, output).ok_or(ProblemCode::PinLastTry)?;
        tell_of_pad(found.card.pin_pad(), Advice::PadChange, output);
        change_pin_on_pad(&place.cards, &found.slot, last).await?;
    } else {
        match typed {
            Some((old, new)) => change_pin(&place.cards, &found.slot, old, new).await?,
            None => change_at_prompts(&place, &found, args, output).await?,
        }
    }
    Ok(Report {
        json: json!({"changed": true, "reader": found.slot.reader, "tries_left": found.card.tries_left()}),
        text: format!("{}\n", Advice::PinChanged.text(output.language)),
    })
}

/// Old PIN and new PIN from standard input, before any card is touched.
fn both_given(args: &PinChange) -> Result<(CardPin, TypedPin), Problem> {
    let mut lines = Lines::of_stdin()?;
    let old = given(&mut lines, args.tries)?;
    Ok((old, new_pin_given(&mut lines)?))
}

/// Asks until the old PIN is right, the card refuses for good, or the person gives up. Each comparison was typed.
async fn change_at_prompts(
    place: &Place<'_>,
    found: &FoundCard,
    args: &PinChange,
    output: &Output,
) -> Result<(), Problem> {
    say_whose(found.holder_name().as_deref(), &found.slot.reader, output);
    let mut refused = ProblemCode::PinNotGiven.into();
    loop {
        let Some((old, new)) = both_prompted(found, args, output) else {
            return Err(refused);
        };
        match change_pin(&place.cards, &found.slot, old, new).await {
            Err(problem) if is_asked_again_after(problem.code) => {
                output.note_problem(&problem);
                refused = problem;
            }
            ended => return ended,
        }
    }
}

fn is_asked_again_after(code: ProblemCode) -> bool {
    matches!(
        code,
        ProblemCode::PinWrong | ProblemCode::PinWrongUncounted | ProblemCode::PinLastTry
    )
}

fn both_prompted(found: &FoundCard, args: &PinChange, output: &Output) -> Option<(CardPin, TypedPin)> {
    let last = args.tries.last_try || last_wanted(found, output)?;
    let old = prompted(
        output.say("PIN della carta di adesso", "The card's present PIN"),
        last,
        output,
    )?;
    let new = new_pin_prompted(&found.contents, Some(&old), output)?;
    Some((old, new))
}

fn last_wanted(found: &FoundCard, output: &Output) -> Option<bool> {
    let card = &found.card;
    let before = card
        .is_down_to_the_last(Secret::Pin)
        .then(|| Advice::before_the_last_try(Secret::Pin, card.tries_left()));
    last_try_wanted(before, output)
}
