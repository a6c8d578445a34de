//! The question for the tries left: an empty VERIFY, which some cards count as a wrong PIN.

use crate::CardError;
use crate::applications::go_to_key;
use crate::read::{Reading, is_the_same};
use crate::thread::{Keeper, in_one_transaction};
use crate::tries::Tries;
use crate::verdict::Verdict;
use crate::verify::{References, by_reference, pin_references};
use cns_iso7816::{Ending, Exchange, commands, send_once};

/// What the question has cost on this card so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Asking {
    /// The card does not answer it, or counts it: it is not asked again.
    is_given_up: bool,
    /// The number fell though nobody typed.
    is_found_counting: bool,
    /// Two answers in a row, without a typing between them, were the same.
    is_proved_free: bool,
    /// The last answer, as long as nobody has typed since.
    last: Option<u8>,
}

impl Asking {
    /// A typing changes the number: what was answered before says nothing of what is answered after.
    pub(crate) fn somebody_types(&mut self) {
        self.last = None;
    }

    /// Takes an answer; the question is given up when the number fell though nobody typed.
    fn hear(&mut self, tries_left: u8) {
        match self.last.replace(tries_left) {
            Some(last) if tries_left < last => {
                tracing::warn!("the card counts the question for its tries: it is not asked again");
                self.is_given_up = true;
                self.is_found_counting = true;
            }
            Some(_) => self.is_proved_free = true,
            None => {}
        }
    }
}

impl Keeper {
    /// Asks for the tries left by an empty VERIFY, where the profile says that this costs none.
    ///
    /// What the card has told in this insertion is not asked again. The first question is asked twice in a row: where
    /// the profile is wrong and the question costs a try, the second answer shows it, and no third is asked.
    pub(crate) fn ask_tries_left(&mut self) -> Result<Option<u8>, CardError> {
        if let Some(known) = self.tries.pin.known() {
            return Ok(Some(known));
        }
        let reading = self.read()?;
        let Self {
            channel,
            profiles,
            tries,
            references,
            habits,
            ..
        } = self;
        let kind = channel.atr().clone();
        let mut asking = *tries.asking();
        let is_risky = !asking.is_proved_free && tries.pin.are_down_to_the_last();
        let is_free = reading.contents.pin_rules.tries_may_be_asked && !profiles.is_found_counting(&kind);
        if !is_free || asking.is_given_up || is_risky {
            return Err(CardError::TriesNotAsked);
        }
        // Where this thread hangs in the middle, another one is not to ask.
        tries.asking().is_given_up = true;
        let told = in_one_transaction(&mut **channel, Ending::Leave, |line| {
            is_the_same(line, habits, &reading)?;
            go_to_key(line, &reading.profile)?;
            let first = ask(line, &reading, references, &mut asking, &tries.pin)?;
            match first {
                // A second question could be the one that blocks the PIN.
                Some(2..) if !asking.is_proved_free && !asking.is_given_up => {
                    ask(line, &reading, references, &mut asking, &tries.pin)
                }
                told => Ok(told),
            }
        });
        *tries.asking() = asking;
        if asking.is_found_counting {
            profiles.finds_counting(&kind);
        }
        told
    }
}

/// Asks once. Whatever is neither a number nor a state of the PIN ends the habit.
fn ask(
    line: &mut dyn Exchange,
    reading: &Reading,
    references: &mut References,
    asking: &mut Asking,
    tries: &Tries,
) -> Result<Option<u8>, CardError> {
    let verdict = by_reference(
        &mut references.pin,
        pin_references(&reading.pin),
        |reference| match send_once(line, &commands::verify_nothing(reference)) {
            Ok(response) => Ok(Verdict::of(response.status())),
            Err(error) => {
                if !error.is_before_sending() {
                    asking.is_given_up = true;
                    tries.in_doubt();
                }
                Err(error.into())
            }
        },
    )?;
    match verdict {
        Verdict::Wrong {
            tries_left: Some(left),
        } => {
            asking.hear(left);
            tries.told(left);
            Ok(Some(left))
        }
        Verdict::Blocked => {
            tries.told(0);
            Ok(Some(0))
        }
        Verdict::NotUsable => Err(CardError::PinNotUsable),
        // Another program has verified the PIN: the card has nothing to count.
        Verdict::Right => Ok(None),
        Verdict::Wrong { tries_left: None } | Verdict::Unclear(_) => {
            asking.is_given_up = true;
            tries.in_doubt();
            Ok(None)
        }
        Verdict::NotAllowed | Verdict::NoSuchReference | Verdict::NotUnderstood(_) => {
            asking.is_given_up = true;
            Ok(None)
        }
    }
}
