//! `cns pin unblock`: the PUK, whose consequences are told before it is asked for.

use super::{new_pin_given, new_pin_prompted, or_unknown};
use crate::args::PinUnblock;
use crate::choice::TerminalChoice;
use crate::output::{Failed, Output, Report};
use crate::place::Place;
use crate::typing::{self, Lines};
use cns_card::{CardProfiles, CardPuk, Unblocked};
use cns_login::{FoundCard, Language, Problem, ProblemCode, TypedPin, unblock_pin};
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
    let rules = &found.contents.pin_rules;
    if rules.unblock.is_empty() {
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
    tell_consequences(found, output);
    let word = match output.language {
        Language::It => "sblocca",
        Language::En => "unblock",
    };
    if !typing::confirmed_by(word, output) {
        return None;
    }
    let last = args.last_try || last_puk_wanted(found.card.puk_tries_left(), output)?;
    let question = output.say("PUK della carta (8 cifre)", "PUK of the card (8 digits)");
    let puk = loop {
        match CardPuk::parse(&typing::secret(question)?) {
            Ok(puk) => break marked(puk, last),
            Err(format) => output.note_problem(&format.into()),
        }
    };
    let new = new_pin_prompted(&found.contents, None, output)?;
    Some((puk, new))
}

fn tell_consequences(found: &FoundCard, output: &Output) {
    let left = or_unknown(found.card.puk_tries_left(), output);
    output.warn(
        &format!(
            "Prima di usare il PUK:\n\
             - anche il PUK ha pochi tentativi (rimasti: {left});\n\
             - dopo troppi PUK sbagliati la tessera non entra più da nessuna parte, e ne serve una nuova;\n\
             - il PUK è sulla lettera della tessera e ha 8 cifre: non è il PIN del portale."
        ),
        &format!(
            "Before you use the PUK:\n\
             - the PUK has few tries as well (left: {left});\n\
             - after too many wrong PUKs the card can log in nowhere any more, and a new one is needed;\n\
             - the PUK is on the card's letter and has 8 digits: it is not the PIN of the portal."
        ),
    );
    if found.contents.pin_rules.unblock_is_experimental {
        output.warn(
            "- su questo tipo di tessera lo sblocco è sperimentale: può non riuscire. Il PUK viene provato una volta sola.",
            "- on this kind of card unblocking is experimental: it may fail. The PUK is tried only once.",
        );
    }
}

/// Before the last PUK try known: `Some(false)` where it is not, `None` where the person would rather not.
fn last_puk_wanted(tries_left: Option<u8>, output: &Output) -> Option<bool> {
    if tries_left != Some(1) {
        return Some(false);
    }
    output.warn(
        "Resta un solo tentativo di PUK: se è sbagliato, il PIN di questa tessera non si potrà più usare.\n\
         Se non sei sicuro fermati qui e chiedi alla tua ASL.",
        "One PUK try is left: if it is wrong, the PIN of this card can never be used again.\n\
         If you are not sure, stop here and ask your health authority.",
    );
    let word = match output.language {
        Language::It => "provo",
        Language::En => "try",
    };
    typing::confirmed_by(word, output).then_some(true)
}

fn marked(puk: CardPuk, last: bool) -> CardPuk {
    if last { puk.for_the_last_try() } else { puk }
}

fn report(found: &FoundCard, unblocked: Unblocked, output: &Output) -> Report {
    let (pin, text) = match unblocked {
        Unblocked::NewPin => (
            "new",
            output.say(
                "Il PIN è sbloccato: da adesso vale quello nuovo.",
                "The PIN is unblocked: the new one counts from now on.",
            ),
        ),
        Unblocked::SamePin => (
            "old",
            output.say(
                "Il PIN è sbloccato, ed è ancora quello di prima: questa tessera non ha preso quello nuovo.\n\
                 Se lo ricordi, puoi cambiarlo con «cns pin change».",
                "The PIN is unblocked, and is still the old one: this card did not take the new one.\n\
                 If you remember it, you can change it with `cns pin change`.",
            ),
        ),
    };
    Report {
        json: json!({
            "unblocked": true,
            "pin": pin,
            "reader": found.slot.reader,
            "experimental": found.contents.pin_rules.unblock_is_experimental,
        }),
        text: format!("{text}\n"),
    }
}
