//! `cns pin unblock`: the PUK, whose consequences are told before it is asked for.

use super::{new_pin_given, new_pin_prompted};
use crate::args::PinUnblock;
use crate::choice::TerminalChoice;
use crate::output::{Failed, Output, Report};
use crate::pin::{last_try_wanted, say_whose};
use crate::place::Place;
use crate::typing::{self, Lines};
use cns_card::{CardProfiles, CardPuk, Secret, Unblocked};
use cns_login::{Advice, FoundCard, Language, Problem, ProblemCode, TypedPin, unblock_pin};
use serde_json::json;

pub(crate) async fn run(
    args: &PinUnblock,
    profiles: CardProfiles,
    output: &Output,
) -> Result<Report, Failed> {
    let typed = match args.stdin {
        true => Some(both_given(args)?),
        false => None,
    };
    if !args.stdin && !typing::somebody_is_there() {
        return Err(ProblemCode::NotConfirmed.into());
    }
    let place = Place::new(profiles, output);
    let mut choice = TerminalChoice::new(output);
    let found = place.found(args.reader.as_deref(), &mut choice, &|_| {}).await?;
    if found.contents.pin_rules.unblock.is_empty() {
        return Err(ProblemCode::UnblockNotSupported.into());
    }
    let (puk, new) = match typed {
        Some(typed) => typed,
        None => both_prompted(&found, args, output).ok_or(ProblemCode::NotConfirmed)?,
    };
    let unblocked = unblock_pin(&place.cards, &found.slot, puk, new).await?;
    Ok(report(&found, unblocked, output))
}

/// PUK and new PIN from standard input, before any card is touched.
fn both_given(args: &PinUnblock) -> Result<(CardPuk, TypedPin), Problem> {
    let mut lines = Lines::of_stdin()?;
    let puk = marked(CardPuk::parse(&lines.next().unwrap_or_default())?, args.last_try);
    Ok((puk, new_pin_given(&mut lines)?))
}

fn both_prompted(found: &FoundCard, args: &PinUnblock, output: &Output) -> Option<(CardPuk, TypedPin)> {
    say_whose(found.holder_name().as_deref(), &found.slot.reader, output);
    tell_consequences(found, output);
    let word = match output.language {
        Language::It => "sblocca",
        Language::En => "unblock",
    };
    if !typing::confirmed_by(word, output) {
        return None;
    }
    let known = found.card.puk_tries_left();
    let before = found
        .card
        .is_down_to_the_last(Secret::Puk)
        .then(|| Advice::before_the_last_try(Secret::Puk, known));
    let last = args.last_try || last_try_wanted(before, output)?;
    let question = output.say("PUK della carta (8 cifre)", "PUK of the card (8 digits)");
    let puk = typing::secret_read(question, output, CardPuk::parse).map(|puk| marked(puk, last))?;
    let new = new_pin_prompted(&found.contents, None, output)?;
    Some((puk, new))
}

fn tell_consequences(found: &FoundCard, output: &Output) {
    output.advise(Advice::UnblockConsequences);
    match found.card.puk_tries_left() {
        Some(left) => output.warn(
            &format!("Tentativi di PUK rimasti: {left}"),
            &format!("PUK tries left: {left}"),
        ),
        None => output.advise(Advice::PukTriesUnknown),
    }
    if found.contents.pin_rules.unblock_is_experimental {
        output.advise(Advice::UnblockExperimental);
    }
    output.advise(Advice::WhereIsThePuk);
}

fn marked(puk: CardPuk, last: bool) -> CardPuk {
    if last { puk.for_the_last_try() } else { puk }
}

fn report(found: &FoundCard, unblocked: Unblocked, output: &Output) -> Report {
    let (pin, text) = match unblocked {
        Unblocked::NewPin => ("new", Advice::UnblockedNewPin),
        Unblocked::SamePin => ("old", Advice::UnblockedSamePin),
    };
    Report {
        json: json!({
            "unblocked": true,
            "pin": pin,
            "reader": found.slot.reader,
            "experimental": found.contents.pin_rules.unblock_is_experimental,
        }),
        text: format!("{}\n", text.text(output.language)),
    }
}
