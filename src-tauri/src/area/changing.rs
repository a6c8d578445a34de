//! A new PIN: because the person wants one, or because the session is good for nothing else before.

use super::{Next, Place, Room, WhyChange, elsewhere};
use crate::asked::{Asked, Typed};
use crate::forms::{self, Check};
use crate::session::WholePortal;
use cns_contract::{EndReason, FormSeen, InsidePage};
use cns_login::{Kept, PortalPin, Readers, Session, Vault};

impl<R: Readers, D: WholePortal, V: Vault> Room<'_, R, D, V> {
    /// Has the portal make a new PIN, or take the one that the person chooses, and shows it once.
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "a wish that this place does not know leads elsewhere, whichever it is"
    )]
    pub(super) async fn change(&self, why: WhyChange, then: Place) -> Result<Next, Next> {
        let may_choose = match self.world.profile.offered_pin() {
            Ok(rules) => rules.may_be_chosen(),
            Err(problem) => return Ok(self.failed(&problem).await),
        };
        let wished = why == WhyChange::Wish;
        let mut form = forms::change_pin(why.name(), wished, may_choose);
        loop {
            let typed = match self.ask(InsidePage::Form { form: form.clone() }).await {
                Asked::Filled(typed) if typed.form() == form.name => typed,
                Asked::Back if wished => return Ok(then.into()),
                // Behind the only place that is open there is nothing but the way out.
                Asked::Back => return Ok(Next::Over(EndReason::LoggedOut)),
                asked => return Ok(elsewhere(asked).into()),
            };
            forms::keep(&mut form, &typed);
            let current = match wished {
                true => Check::of(&mut form, &typed).pin("current"),
                false => None,
            };
            let new = match may_choose {
                true => chosen(&mut form, &typed),
                false => None,
            };
            if (wished && current.is_none()) || (may_choose && new.is_none()) {
                continue;
            }
            drop(typed);
            let session = self.live.session();
            let made = self
                .world
                .portal
                .change_pin(&session, current.as_ref(), new.as_ref())
                .await;
            match made {
                Ok(made) => {
                    self.goes_on(made.session).await;
                    let generated = made.new_pin.is_some();
                    if let Some(pin) = made.new_pin {
                        self.desk.put_new_portal_pin(pin);
                    }
                    self.ask(InsidePage::NewPortalPin { generated }).await;
                    drop(self.desk.take_new_portal_pin());
                    return Ok(then.into());
                }
                Err(problem) => {
                    self.refused(&problem)?;
                    forms::refuse(&mut form, &problem);
                }
            }
        }
    }

    /// The session goes on under a new name for the portal: the old one is worth nothing, here and in the keyring.
    async fn goes_on(&self, session: Session) {
        let kept = self.world.vault.keep(&session).await.unwrap_or_else(|problem| {
            tracing::warn!(
                problem = problem.code.name(),
                "the session goes on in memory only"
            );
            Kept::Memory
        });
        self.live.goes_on_as(session, kept);
    }
}

/// The PIN that was chosen, if it was typed twice alike.
fn chosen(form: &mut FormSeen, typed: &Typed) -> Option<PortalPin> {
    let mut check = Check::of(form, typed);
    let (pin, again) = (check.pin("chosen"), check.pin("chosen_again"));
    let (pin, again) = (pin?, again?);
    if pin == again {
        return Some(pin);
    }
    check.fault("chosen_again", "differs")
}
