//! A profile that is not ours is read by the person before anything is done by it: it decides whom the card goes to.

use crate::desk::{Answer, Question};
use crate::person::Person;
use cns_contract::{OwnProfile, View};

impl Person {
    /// Waits until the person says that they have read it; false when they close the window instead.
    pub(crate) async fn reads(&mut self, profile: &OwnProfile) -> bool {
        let mut read = self.desk.ask(Question::OwnProfile);
        self.stage.show(View::OwnProfile {
            profile: profile.clone(),
        });
        loop {
            tokio::select! {
                answer = &mut read => return matches!(answer, Ok(Answer::GoOn)),
                act = self.acts.recv() => if act.is_none() {
                    return false;
                },
            }
        }
    }
}
