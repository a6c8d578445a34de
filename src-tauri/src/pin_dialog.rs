//! Where the journey asks the person: which card is meant, and what its PIN is.

use crate::desk::{Answer, Desk, Question};
use crate::events::Stage;
use cns_contract::{CardOffered, PinPadSeen, ProblemSeen, Purpose, View};
use cns_login::{CardChoice, OfferedCard, PinAnswer, PinEntry, PinRefusal, PinRequest};
use std::sync::Arc;

/// The window as a place to choose a card and to type its PIN, for one journey.
pub(crate) struct PinDialog {
    desk: Arc<Desk>,
    stage: Arc<Stage>,
}

impl PinDialog {
    /// A dialog on `stage`, answered through `desk`.
    pub(crate) fn new(desk: Arc<Desk>, stage: Arc<Stage>) -> Self {
        Self { desk, stage }
    }

    fn back_to_the_card(&self, tries_left: Option<u8>) {
        self.desk.open_entry();
        self.stage.show_card_again(tries_left);
    }
}

impl Drop for PinDialog {
    /// The card is gone, or done with: nobody waits any more.
    fn drop(&mut self) {
        self.desk.close();
    }
}

impl PinEntry for PinDialog {
    /// The first question of a card waits until the person asks to go in. "Back" leads to the card and not to the
    /// end of the journey: nothing has happened yet that would need undoing.
    async fn ask(&mut self, request: PinRequest) -> Option<PinAnswer> {
        if request.tries_left == Some(0) {
            // No way leads in from here: the card stays on the screen, and what helps is the PUK.
            return std::future::pending().await;
        }
        let refused = request.problem.as_ref().map(ProblemSeen::from);
        let last_try = request.last_try || request.refused == Some(PinRefusal::LastTryNotConfirmed);
        loop {
            if let Some(asked) = self.desk.entry() {
                asked.await.ok()?;
            }
            if last_try {
                let asked = self.desk.ask(Question::LastTry);
                self.stage.show(View::LastTry {
                    purpose: Purpose::LogIn {
                        host: request.host.clone(),
                    },
                    tries_left: request.tries_left,
                    refused: refused.clone(),
                    may_unblock_pin: self.stage.may_unblock_pin(),
                });
                if !matches!(asked.await.ok()?, Answer::GoOn) {
                    self.back_to_the_card(request.tries_left);
                    continue;
                }
            }
            let typed = self.desk.ask(Question::Pin);
            self.stage.show(View::PinOfTheCard {
                host: request.host.clone(),
                tries_left: request.tries_left,
                refused: refused.clone(),
                pin_pad: PinPadSeen::from(request.pin_pad),
                checking: self.stage.is_checking(),
            });
            match typed.await.ok()? {
                Answer::Pin(pin) if last_try => return Some(PinAnswer::Typed(pin.for_the_last_try())),
                Answer::Pin(pin) => return Some(PinAnswer::Typed(pin)),
                Answer::OnThePad => {
                    return Some(PinAnswer::OnThePad {
                        spends_last_try: last_try,
                    });
                }
                Answer::Back
                | Answer::GoOn
                | Answer::Card(_)
                | Answer::NewPin { .. }
                | Answer::Puk { .. }
                | Answer::SaveIn(_)
                | Answer::Portal(_) => self.back_to_the_card(request.tries_left),
            }
        }
    }
}

impl CardChoice for PinDialog {
    async fn choose(&mut self, offered: &[OfferedCard]) -> Option<usize> {
        loop {
            let asked = self.desk.ask(Question::WhichCard);
            self.stage.show(View::Cards {
                cards: offered.iter().map(CardOffered::from).collect(),
                asked: true,
            });
            let Answer::Card(picked) = asked.await.ok()? else {
                continue;
            };
            let place = offered.iter().position(|card| {
                card.slot.reader == picked.reader && card.slot.insertion == picked.insertion
            });
            if place.is_some() {
                return place;
            }
        }
    }
}
