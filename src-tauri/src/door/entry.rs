//! The log-in with the portal's PIN, and the new PIN that a first or an old one has to become.

use super::{Left, Next, Step, Threshold};
use crate::area::{Place, way_in};
use crate::asked::Asked;
use crate::desk::{Answer, Question};
use crate::forms::{self, Check};
use crate::session::WholePortal;
use cns_contract::{FormSeen, Inside, InsidePage, KeptWhere, ProblemSeen, View};
use cns_login::{
    ChangeRequest, Halves, NewPortalPin, PortalPin, PortalPinEntry, PortalPinRequest, Problem, ProblemCode,
    Readers, Scope, Session, TypedLogin, Vault, make_pin,
};
use time::format_description::well_known::Rfc3339;

impl<R: Readers, D: WholePortal, V: Vault> Threshold<'_, R, D, V> {
    /// Opens a session with codice fiscale and PIN, and leads to `first`.
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
            drop(pin);
            match self.entered(opened, initial).await {
                Ok((session, kept)) => {
                    return Next::Left(Left::In { session, kept, first });
                }
                Err(problem) => {
                    if problem.code == ProblemCode::CredentialsRefused {
                        refusals += 1;
                    }
                    // The portal never says that a PIN is locked. Whoever was refused so often here reads what it means.
                    if refusals
                        >= self
                            .world
                            .profile
                            .offered_pin()
                            .map_or(u8::MAX, |pin| pin.max_attempts)
                    {
                        return Step::Locked.into();
                    }
                    if problem.code == ProblemCode::PortalPinNotGiven {
                        return Step::Door.into();
                    }
                    forms::refuse(&mut form, &problem);
                }
            }
        }
    }

    /// Has the PIN changed where that comes first, and keeps the session.
    async fn entered(
        &self,
        opened: Result<Session, Problem>,
        initial: bool,
    ) -> Result<(Session, cns_login::Kept), Problem> {
        let mut session = opened?;
        if session.scope == Scope::ChangePin {
            let mut dialog = NewPinDialog {
                threshold: self,
                session: &session,
                case: if initial { "initial" } else { "expired" },
            };
            let made = make_pin(&mut dialog, self.world.portal, &session, self.world.profile).await;
            match made {
                Ok(changed) => session = changed,
                Err(problem) => {
                    self.world.close_quietly(&session).await;
                    return Err(problem);
                }
            }
        }
        match self.world.vault.keep(&session).await {
            Ok(kept) => Ok((session, kept)),
            Err(problem) => {
                self.world.close_quietly(&session).await;
                Err(problem)
            }
        }
    }
}

/// The window as the place where a PIN is changed before anything else.
struct NewPinDialog<'a, 'b, R, D, V> {
    threshold: &'a Threshold<'b, R, D, V>,
    session: &'a Session,
    /// Why it has to be changed.
    case: &'static str,
}

impl<R: Readers, D: WholePortal, V: Vault> NewPinDialog<'_, '_, R, D, V> {
    async fn told(&self, page: InsidePage) -> Asked {
        let Threshold { stage, desk, .. } = self.threshold;
        let asked = desk.ask(Question::Portal);
        let inside = Box::new(Inside {
            expires_at: self.session.expires_at.format(&Rfc3339).unwrap_or_default(),
            kept: KeptWhere::Memory,
            card_inside: false,
            way_in: way_in(self.session),
            page,
        });
        stage.show_of(self.session, View::Inside { inside });
        match asked.await {
            Ok(Answer::Portal(asked)) => asked,
            _ => Asked::Back,
        }
    }
}

impl<R: Readers, D: WholePortal, V: Vault> PortalPinEntry for NewPinDialog<'_, '_, R, D, V> {
    async fn ask(&mut self, _: PortalPinRequest) -> Option<TypedLogin> {
        None
    }

    async fn change(&mut self, request: ChangeRequest) -> Option<NewPortalPin> {
        let mut form = forms::change_pin(self.case, false, request.may_choose);
        form.refused = request.problem.as_ref().map(ProblemSeen::from);
        loop {
            let page = InsidePage::Form { form: form.clone() };
            let Asked::Filled(typed) = self.told(page).await else {
                return None;
            };
            forms::keep(&mut form, &typed);
            if !request.may_choose {
                return Some(NewPortalPin::Generated);
            }
            if let Some(pin) = chosen(&mut form, &typed) {
                return Some(NewPortalPin::Chosen(pin));
            }
        }
    }

    async fn show(&mut self, pin: PortalPin) {
        self.threshold.desk.put_new_portal_pin(pin);
        let page = InsidePage::NewPortalPin {
            dispositivo: self.session.kind == Some(cns_login::PinKind::Dispositivo),
            generated: true,
            then: "services".to_owned(),
        };
        self.told(page).await;
        drop(self.threshold.desk.take_new_portal_pin());
    }
}

/// The PIN that was chosen, if it was typed twice alike.
pub(crate) fn chosen(form: &mut FormSeen, typed: &crate::asked::Typed) -> Option<PortalPin> {
    let mut check = Check::of(form, typed);
    let (pin, again) = (check.pin("chosen"), check.pin("chosen_again"));
    let (pin, again) = (pin?, again?);
    if pin == again {
        return Some(pin);
    }
    check.fault("chosen_again", "differs")
}
