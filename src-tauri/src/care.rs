//! What is done for a card beside the login: its PIN changed or unblocked, a report on it made.
//!
//! Each is a story on the same insertion: the card is not read again, and its tries are known from before.

use crate::desk::{Answer, Question};
use crate::person::{Care, Exit, Person, Turn};
use crate::report::{self, Paper};
use crate::session::{WholePortal, World};
use cns_card::{Card, Secret, Weakness};
use cns_contract::{PinPadSeen, ProblemSeen, Purpose, Unsure, View};
use cns_login::{
    End, Language, Problem, ProblemCode, Readers, Slot, Vault, change_pin, change_pin_on_pad, reminder_text,
    report_text, unblock_pin, until_removed,
};
use time::Date;
use time::macros::format_description;

/// How such a story ended.
pub(crate) enum Cared {
    /// The person went back to the card.
    Back,
    /// It did not go as it should.
    Badly(Trouble),
    /// The person left.
    Exit(Exit),
}

/// A problem, and what nobody knows since.
pub(crate) struct Trouble {
    pub(crate) problem: Problem,
    pub(crate) unsure: Option<Unsure>,
}

impl From<Problem> for Trouble {
    fn from(problem: Problem) -> Self {
        Self {
            problem,
            unsure: None,
        }
    }
}

impl<R: Readers, D: WholePortal, V: Vault> World<'_, R, D, V> {
    /// Plays such a story for the card in `slot`, and any other that the person turns to on the way.
    pub(crate) async fn care(&self, mut care: Care, slot: &Slot, person: &mut Person) -> Cared {
        let (stage, desk) = (person.stage.clone(), person.desk.clone());
        loop {
            let table = Table {
                world: self,
                slot,
                stage: &stage,
                desk: &desk,
            };
            let turn = tokio::select! {
                biased;
                turn = person.turns_away() => turn,
                ended = table.play(care) => {
                    desk.close();
                    return ended.map_or_else(Cared::Badly, |()| Cared::Back);
                }
            };
            desk.close();
            match turn {
                Turn::Care(other) => care = other,
                Turn::Begin | Turn::Again | Turn::Door => return Cared::Back,
                Turn::Exit(exit) => return Cared::Exit(exit),
            }
        }
    }
}

/// Where such a story plays.
struct Table<'a, R, D, V> {
    world: &'a World<'a, R, D, V>,
    slot: &'a Slot,
    stage: &'a crate::events::Stage,
    desk: &'a crate::desk::Desk,
}

impl<R: Readers, D: WholePortal, V: Vault> Table<'_, R, D, V> {
    async fn play(&self, care: Care) -> Result<(), Trouble> {
        let card = self.here(self.world.cards.card(self.slot)).await?;
        match care {
            Care::ChangePin => self.change(&card).await,
            Care::UnblockPin => self.unblock(&card).await,
            Care::Report => self.report(&card).await,
            Care::Reminder(language) => self.reminder(language).await,
        }
    }

    async fn change(&self, card: &Card) -> Result<(), Trouble> {
        let mut refused = None;
        loop {
            let tries_left = card.tries_left();
            let last_try = card.is_down_to_the_last(Secret::Pin);
            if last_try {
                let view = View::LastTry {
                    purpose: Purpose::ChangePin,
                    tries_left,
                    refused: refused.clone(),
                    may_unblock_pin: self.stage.may_unblock_pin(),
                };
                let Answer::GoOn = self.ask(Question::LastTry, view).await? else {
                    return Ok(());
                };
            }
            let view = View::ChangePin {
                tries_left,
                weaknesses: weaknesses(),
                refused,
                pin_pad: PinPadSeen::for_a_change(card.pin_pad()),
            };
            let (cards, slot) = (self.world.cards, self.slot);
            let answer = self.ask(Question::NewPin, view).await?;
            let changed = if let Answer::NewPin { old, new } = answer {
                let old = if last_try { old.for_the_last_try() } else { old };
                change_pin(cards, slot, old, new).await
            } else if let Answer::OnThePad = answer {
                let purpose = Purpose::ChangePin;
                self.stage.show(View::OnThePad { purpose });
                change_pin_on_pad(cards, slot, last_try).await
            } else {
                return Ok(());
            };
            match changed {
                Ok(()) => {
                    self.forget_the_pin_of_the_example();
                    self.ask(Question::Read, View::PinChanged).await?;
                    return Ok(());
                }
                Err(problem) => refused = Some(in_place(problem, Unsure::PinChanged)?),
            }
        }
    }

    async fn unblock(&self, card: &Card) -> Result<(), Trouble> {
        let rules = self.here(async { Ok(card.read().await?) }).await?;
        let experimental = rules.pin_rules.unblock_is_experimental;
        let mut refused = None;
        let mut understood = false;
        loop {
            let puk_tries_left = card.puk_tries_left();
            let last_try = card.is_down_to_the_last(Secret::Puk);
            if last_try || !understood {
                let view = View::BeforeUnblocking {
                    puk_tries_left,
                    last_try,
                    experimental,
                    refused: refused.clone(),
                };
                let Answer::GoOn = self.ask(Question::BeforeUnblocking, view).await? else {
                    return Ok(());
                };
                understood = true;
            }
            let view = View::UnblockPin {
                puk_tries_left,
                experimental,
                weaknesses: weaknesses(),
                refused,
            };
            let Answer::Puk { puk, new } = self.ask(Question::Puk, view).await? else {
                return Ok(());
            };
            let puk = if last_try { puk.for_the_last_try() } else { puk };
            match unblock_pin(self.world.cards, self.slot, puk, new).await {
                Ok(unblocked) => {
                    let same_pin = unblocked == cns_card::Unblocked::SamePin;
                    if !same_pin {
                        self.forget_the_pin_of_the_example();
                    }
                    self.ask(Question::Read, View::PinUnblocked { same_pin }).await?;
                    return Ok(());
                }
                Err(problem) => refused = Some(in_place(problem, Unsure::PinUnblocked)?),
            }
        }
    }

    async fn report(&self, card: &Card) -> Result<(), Trouble> {
        let view = |text: Option<&String>, saved_in, problem| View::Report {
            text: text.cloned(),
            saved_in,
            problem,
        };
        self.stage.show(view(None, None, None));
        let made = self.here(async { Ok(card.report().await?) }).await?;
        let text = report_text(&made, &self.slot.reader);
        let (mut saved_in, mut problem) = (None, None);
        loop {
            let shown = view(Some(&text), saved_in.take(), problem.take());
            let Answer::SaveIn(folder) = self.ask(Question::Report, shown).await? else {
                return Ok(());
            };
            match report::save(Paper::Report, &text, &folder, self.world.clock.now()) {
                Ok(path) => saved_in = Some(path.display().to_string()),
                Err(error) => problem = Some((&error).into()),
            }
        }
    }

    async fn reminder(&self, language: Language) -> Result<(), Trouble> {
        let card = self.stage.card();
        let Some(seen) = card.and_then(|card| card.ends.certificate) else {
            return Ok(());
        };
        let now = self.world.clock.now();
        let day = Date::parse(&seen.date, format_description!("[year]-[month]-[day]"));
        let text = day
            .ok()
            .and_then(|day| reminder_text(&End::of(day, now.date()), now, language));
        let Some(text) = text else {
            return Ok(());
        };
        let (mut saved_in, mut problem) = (None, None);
        loop {
            let shown = View::Reminder {
                text: text.clone(),
                date: seen.date.clone(),
                saved_in: saved_in.take(),
                problem: problem.take(),
            };
            let Answer::SaveIn(folder) = self.ask(Question::Reminder, shown).await? else {
                return Ok(());
            };
            match report::save(Paper::Reminder, &text, &folder, self.world.clock.now()) {
                Ok(path) => saved_in = Some(path.display().to_string()),
                Err(error) => problem = Some((&error).into()),
            }
        }
    }

    /// Asks the person; the card's removal takes the question back.
    async fn ask(&self, question: Question, view: View) -> Result<Answer, Trouble> {
        let asked = self.desk.ask(question);
        self.stage.show(view);
        self.here(async { Ok(asked.await.unwrap_or(Answer::Back)) }).await
    }

    async fn here<T>(&self, act: impl Future<Output = Result<T, Problem>>) -> Result<T, Trouble> {
        Ok(until_removed(self.world.cards.readers(), self.slot, act).await?)
    }

    fn forget_the_pin_of_the_example(&self) {
        #[cfg(feature = "demo")]
        self.stage.set_demo(|demo| demo.pin = None);
    }
}

/// What a new PIN must not be; which of them one is, the card's story tells when it was typed.
fn weaknesses() -> Vec<String> {
    Weakness::ALL
        .iter()
        .map(|weakness| weakness.name().to_owned())
        .collect()
}

/// A problem that the next typing may mend is told above it. What else ends the story, and says so if nobody knows
/// what the card did.
fn in_place(problem: Problem, unsure: Unsure) -> Result<ProblemSeen, Trouble> {
    // A card that refuses has answered: without a doubt about the PIN or the PUK it has done nothing.
    let no_answer = problem.code.may_hide_a_verdict() && problem.code != ProblemCode::CardRefused;
    if no_answer || problem.is_in_doubt() {
        return Err(Trouble {
            problem,
            unsure: Some(unsure),
        });
    }
    if problem.retriable() {
        return Ok((&problem).into());
    }
    Err(problem.into())
}
