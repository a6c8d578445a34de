//! `cns pin change`: the old PIN, and a new one that is not easy to guess.

use super::{new_pin_given, new_pin_prompted};
use crate::args::PinChange;
use crate::choice::TerminalChoice;
use crate::output::{Failed, Output, Report};
use crate::pin::{ask_card, given, last_try_wanted, prompted, warn_of_pad};
use crate::place::Place;
use crate::typing::{self, Lines};
use cns_card::{CardPin, CardProfiles};
use cns_login::{FoundCard, Problem, ProblemCode, TypedPin, change_pin, until_removed};
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
    let asked = ask_card(&found.card, args.tries, output);
    until_removed(place.readers(), &found.slot, asked).await?;
    if args.pin_pad {
        let changed = on_the_pad(&found, args, output);
        until_removed(place.readers(), &found.slot, changed).await?;
    } else {
        let (old, new) = match typed {
            Some(typed) => typed,
            None => both_prompted(&found, args, output).ok_or(ProblemCode::PinNotGiven)?,
        };
        change_pin(&place.cards, &found.slot, old, new).await?;
    }
    Ok(Report {
        json: json!({"changed": true, "reader": found.slot.reader, "tries_left": found.card.tries_left()}),
        text: format!(
            "{}\n",
            output.say(
                "Il PIN della carta è cambiato: da adesso vale quello nuovo.",
                "The PIN of the card was changed: the new one counts from now on.",
            )
        ),
    })
}

/// Old PIN and new PIN from standard input, before any card is touched.
fn both_given(args: &PinChange) -> Result<(CardPin, TypedPin), Problem> {
    let mut lines = Lines::of_stdin()?;
    let old = given(&mut lines, args.tries)?;
    Ok((old, new_pin_given(&mut lines)?))
}

fn both_prompted(found: &FoundCard, args: &PinChange, output: &Output) -> Option<(CardPin, TypedPin)> {
    let last = args.tries.last_try || last_try_wanted(found.card.tries_left(), output)?;
    let old = prompted(
        output.say("PIN della carta di adesso", "The card's present PIN"),
        last,
        output,
    )?;
    let new = new_pin_prompted(&found.contents, Some(&old), output)?;
    Some((old, new))
}

async fn on_the_pad(found: &FoundCard, args: &PinChange, output: &Output) -> Result<(), Problem> {
    let last = match args.tries.last_try {
        true => true,
        false => last_try_wanted(found.card.tries_left(), output).ok_or(ProblemCode::PinLastTry)?,
    };
    warn_of_pad(found.card.pin_pad(), output);
    Ok(found.card.change_pin_on_pad(last).await?)
}
