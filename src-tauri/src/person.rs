//! The person in front of the window: what they see, and what they wish for.

use crate::desk::Desk;
use crate::events::Stage;
use cns_contract::EndReason;
use cns_login::Language;
use std::sync::Arc;
use tokio::sync::mpsc;

/// Where the person looks and touches.
pub(crate) struct Person {
    pub(crate) stage: Arc<Stage>,
    pub(crate) desk: Arc<Desk>,
    pub(crate) acts: mpsc::Receiver<Act>,
}

/// What the person can wish for beside the answers to a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Act {
    /// Try again what ended badly.
    Retry,
    /// End the session.
    LogOut,
    /// Go on with the session that was found.
    UseSession,
    /// End the session that was found.
    EndSession,
    /// Do something for the card that is no login.
    Care(Care),
    /// Leave the card that is shown for another one.
    OtherCard,
    /// See the other ways into the portal.
    Door,
    /// End the session, for somebody else is to take their place.
    ChangePerson,
    /// Begin to play with the example card.
    StartDemo,
    /// Go back to the real readers.
    LeaveDemo,
}

/// What can be done for a card beside the login.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Care {
    /// Change its PIN.
    ChangePin,
    /// Unblock its PIN with the PUK.
    UnblockPin,
    /// Say what can be said of it without saying whose it is.
    Report,
    /// Write down when its certificate ends, for a calendar.
    Reminder(Language),
}

/// Why one world was left for another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// The example was asked for.
    StartDemo,
    /// The example is over.
    LeaveDemo,
    /// The window is gone.
    Closed,
}

/// Where the person turns from what is going on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Turn {
    /// Away from this world.
    Exit(Exit),
    /// To something that can be done for the card.
    Care(Care),
    /// To the ways into the portal that need no card.
    Door,
    /// To the beginning.
    Begin,
    /// To the beginning, with the same card.
    Again,
}

/// What to do with a session that was found.
pub(crate) enum Found {
    Use,
    End,
    Door,
    Closed,
}

/// A wish inside the reserved area.
pub(crate) enum Inside {
    Over(Over),
    Again,
}

/// The end of a stay in the reserved area.
pub(crate) enum Over {
    Ended(EndReason),
    Left(Exit),
}

impl Person {
    /// Resolves when the person turns away from a card that is looked for, read or shown.
    pub(crate) async fn turns_away(&mut self) -> Turn {
        loop {
            match self.acts.recv().await {
                Some(Act::StartDemo) if self.stage.current().demo_offered => {
                    return Turn::Exit(Exit::StartDemo);
                }
                Some(Act::OtherCard) if self.stage.offers_another_card() => return Turn::Begin,
                act => {
                    if let Some(turn) = self.turn(act) {
                        return turn;
                    }
                }
            }
        }
    }

    /// Waits until the person wants to begin again or turns elsewhere, or until the readers tell so.
    pub(crate) async fn again(&mut self, told_by_readers: impl Future<Output = ()>) -> Turn {
        let mut told_by_readers = std::pin::pin!(told_by_readers);
        loop {
            let act = tokio::select! {
                () = &mut told_by_readers => return Turn::Begin,
                act = self.acts.recv() => act,
            };
            match act {
                Some(Act::Retry) => return Turn::Again,
                Some(Act::OtherCard) if self.stage.offers_another_card() => return Turn::Begin,
                act => {
                    if let Some(turn) = self.turn(act) {
                        return turn;
                    }
                }
            }
        }
    }

    /// Where an act leads from every screen that is not inside a session; none when it leads nowhere.
    fn turn(&self, act: Option<Act>) -> Option<Turn> {
        match act {
            Some(Act::Care(care)) if self.stage.offers(care) => Some(Turn::Care(care)),
            Some(Act::Door) if self.stage.current().door_offered => Some(Turn::Door),
            Some(Act::LeaveDemo) if self.in_demo() => Some(Turn::Exit(Exit::LeaveDemo)),
            Some(_) => None,
            None => Some(Turn::Exit(Exit::Closed)),
        }
    }

    /// Waits for the answer to the session that is offered.
    pub(crate) async fn about_the_found_session(&mut self) -> Found {
        loop {
            match self.acts.recv().await {
                Some(Act::UseSession) => return Found::Use,
                Some(Act::EndSession) => return Found::End,
                Some(Act::Door) => return Found::Door,
                Some(_) => {}
                None => return Found::Closed,
            }
        }
    }

    /// Waits for a wish inside the reserved area.
    pub(crate) async fn inside(&mut self) -> Inside {
        loop {
            match self.acts.recv().await {
                Some(Act::LogOut) => return Inside::Over(Over::Ended(EndReason::LoggedOut)),
                Some(Act::ChangePerson) => return Inside::Over(Over::Ended(EndReason::PersonChanged)),
                Some(Act::Retry) => return Inside::Again,
                Some(Act::LeaveDemo) if self.in_demo() => return Inside::Over(Over::Left(Exit::LeaveDemo)),
                Some(_) => {}
                None => return Inside::Over(Over::Left(Exit::Closed)),
            }
        }
    }

    /// Resolves when the person leaves this world from the door.
    pub(crate) async fn leaves_the_door(&mut self) -> Exit {
        loop {
            match self.acts.recv().await {
                Some(Act::LeaveDemo) if self.in_demo() => return Exit::LeaveDemo,
                Some(Act::StartDemo) if self.stage.current().demo_offered => return Exit::StartDemo,
                Some(_) => {}
                None => return Exit::Closed,
            }
        }
    }

    fn in_demo(&self) -> bool {
        self.stage.current().demo.is_some()
    }
}
