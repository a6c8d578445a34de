//! The person in front of the window: what they see, and what they wish for.

use crate::events::Stage;
use crate::pin_dialog::Desk;
use cns_contract::EndReason;
use std::sync::Arc;
use tokio::sync::mpsc;

/// Where the person looks and touches.
pub(crate) struct Person {
    pub(crate) stage: Arc<Stage>,
    pub(crate) desk: Arc<Desk>,
    pub(crate) acts: mpsc::Receiver<Act>,
}

/// What the person can wish for beside the PIN.
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
    /// Begin to play with the example card.
    StartDemo,
    /// Go back to the real readers.
    LeaveDemo,
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

/// What to do with a session that was found.
pub(crate) enum Found {
    Use,
    End,
    Closed,
}

/// A wish inside the reserved area.
pub(crate) enum Inside {
    Over(Over),
    StatementAgain,
}

/// The end of a stay in the reserved area.
pub(crate) enum Over {
    Ended(EndReason),
    Left(Exit),
}

impl Person {
    /// Resolves when the person goes over to the example or back, or closes the window.
    pub(crate) async fn left(&mut self) -> Exit {
        loop {
            match self.acts.recv().await {
                Some(Act::StartDemo) if self.stage.current().demo_offered => return Exit::StartDemo,
                Some(Act::LeaveDemo) if self.in_demo() => return Exit::LeaveDemo,
                Some(_) => {}
                None => return Exit::Closed,
            }
        }
    }

    /// Waits until the person wants to begin again, or until the readers tell so.
    pub(crate) async fn again(&mut self, told_by_readers: impl Future<Output = ()>) -> Option<Exit> {
        let mut told_by_readers = std::pin::pin!(told_by_readers);
        loop {
            let act = tokio::select! {
                () = &mut told_by_readers => return None,
                act = self.acts.recv() => act,
            };
            match act {
                Some(Act::Retry) => return None,
                Some(Act::LeaveDemo) if self.in_demo() => return Some(Exit::LeaveDemo),
                Some(_) => {}
                None => return Some(Exit::Closed),
            }
        }
    }

    /// Waits for the answer to the session that is offered.
    pub(crate) async fn about_the_found_session(&mut self) -> Found {
        loop {
            match self.acts.recv().await {
                Some(Act::UseSession) => return Found::Use,
                Some(Act::EndSession) => return Found::End,
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
                Some(Act::Retry) => return Inside::StatementAgain,
                Some(Act::LeaveDemo) if self.in_demo() => return Inside::Over(Over::Left(Exit::LeaveDemo)),
                Some(_) => {}
                None => return Inside::Over(Over::Left(Exit::Closed)),
            }
        }
    }

    fn in_demo(&self) -> bool {
        self.stage.current().demo.is_some()
    }
}
