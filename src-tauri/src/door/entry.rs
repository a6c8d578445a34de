//! The log-in with the portal's PIN.

use super::{Entered, Left, Next, Step, Threshold};
use crate::area::{Place, WhyChange};
use crate::forms::{self, Check};
use crate::session::WholePortal;
use cns_login::{Halves, Kept, PortalPin, Problem, ProblemCode, Readers, Scope, Session, Vault};

impl<R: Readers, D: WholePortal, V: Vault> Threshold<'_, R, D, V> {
    /// Opens a session with codice fiscale and PIN, and leads to `first`. An initial or an old PIN leads to a new one
    /// before.
    pub(super) async fn log_in(&self, initial: bool, first: Place) -> Next {
        let mut form = forms::log_in(initial);
        let mut refusals = 0;
        loop {
            let typed = match self.fill(&mut form).await {
                Ok(typed) => typed,
                // The way to the halves keeps where it was to lead.
                Err(Step::LogIn { initial, .. }) => return Step::LogIn { initial, then: first }.into(),
                Err(step) => return step.into(),
            };
            let mut check = Check::of(&mut form, &typed);
            let codice_fiscale = check.codice_fiscale("codice_fiscale");
            let pin = if initial {
                let (one, two) = (check.half("first_half"), check.half("second_half"));
                one.zip(two)
                    .map(|(first, second)| PortalPin::from(Halves { first, second }))
            } else {
                check.pin("pin")
            };
            let (Some(codice_fiscale), Some(pin)) = (codice_fiscale, pin) else {
                continue;
            };
            drop(typed);
            let opened = self.world.portal.log_in_with_pin(&codice_fiscale, &pin).await;
            let entered = match opened {
                Ok(session) => self.entered(session, pin.is_initial(), first.clone()).await,
                Err(problem) => Err(problem),
            };
            drop(pin);
            let problem = match entered {
                Ok(entered) => return Next::Left(Left::In(Box::new(entered))),
                Err(problem) => problem,
            };
            if problem.code == ProblemCode::CredentialsRefused {
                refusals += 1;
            }
            // The portal never says that a PIN is locked. Whoever was refused so often here reads what it means.
            let rules = self.world.profile.offered_pin();
            if refusals >= rules.map_or(u8::MAX, |pin| pin.max_attempts) {
                return Step::Locked.into();
            }
            forms::refuse(&mut form, &problem);
        }
    }

    /// Keeps the session, unless it is good for a new PIN only: that one is kept when the PIN is made.
    async fn entered(&self, session: Session, by_halves: bool, first: Place) -> Result<Entered, Problem> {
        if session.scope == Scope::ChangePin {
            let why = if by_halves {
                WhyChange::Initial
            } else {
                WhyChange::Expired
            };
            let then = Box::new(first);
            return Ok(Entered {
                session,
                kept: Kept::Memory,
                first: Place::Change { why, then },
            });
        }
        match self.world.vault.keep(&session).await {
            Ok(kept) => Ok(Entered { session, kept, first }),
            Err(problem) => {
                self.world.close_quietly(&session).await;
                Err(problem)
            }
        }
    }
}
