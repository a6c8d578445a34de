//! The log-in with the portal's PIN, from top to bottom.

use crate::{
    Halves, Kept, PinMade, PinPortal, Portal, PortalPin, PortalProfile, Problem, ProblemCode, Progress,
    Session, Vault,
};
use cns_portal_api::{PinKind, Scope};
use std::future::Future;

/// Logs in with codice fiscale and PIN: from nothing to an open session.
///
/// An initial or an old PIN opens one door only, behind which a new PIN is made; the session then goes on. Each PIN that is
/// sent was typed for it: what the portal refuses is never sent again by itself.
///
/// # Errors
/// `pin_not_offered`, `portal_pin_not_given`, or the [`Problem`] that the portal ended the journey with.
pub async fn log_in_with_pin<P: PortalPinEntry, D: PinPortal + Portal, V: Vault>(
    ports: PinPorts<'_, P, D, V>,
    profile: &PortalProfile,
    tell: &(dyn Fn(Progress) + Sync),
) -> Result<PinLoggedIn, Problem> {
    profile.offered_pin()?;
    let session = let_in(ports.person, ports.portal, profile, tell).await?;
    let session = match session.scope {
        Scope::Full => session,
        Scope::ChangePin => match make_pin(ports.person, ports.portal, &session, profile).await {
            Ok(session) => session,
            Err(problem) => {
                end(&session, ports.portal).await;
                return Err(problem);
            }
        },
    };
    match ports.vault.keep(&session).await {
        Ok(kept) => {
            tell(Progress::Inside {
                session: session.clone(),
                kept,
            });
            Ok(PinLoggedIn { session, kept })
        }
        Err(problem) => {
            end(&session, ports.portal).await;
            Err(problem)
        }
    }
}

/// The world, as the log-in with the portal's PIN sees it.
#[derive(Debug)]
pub struct PinPorts<'a, P, D, V> {
    /// Where the PIN is typed and the new one is shown.
    pub person: &'a mut P,
    /// The portal.
    pub portal: &'a D,
    /// Where the session is kept.
    pub vault: &'a V,
}

/// The end of a good log-in with the portal's PIN.
#[derive(Clone, Debug)]
pub struct PinLoggedIn {
    /// The session.
    pub session: Session,
    /// Where it is kept.
    pub kept: Kept,
}

/// Where the person types the portal's PIN, and where a new one is shown.
pub trait PortalPinEntry: Send {
    /// Asks for codice fiscale and PIN. `None` means that the person gave up, or that there is nobody to ask again.
    fn ask(&mut self, request: PortalPinRequest) -> impl Future<Output = Option<TypedLogin>> + Send;

    /// Asks how the new PIN is to be made. `None` means that the person gave up.
    fn change(&mut self, request: ChangeRequest) -> impl Future<Output = Option<NewPortalPin>> + Send;

    /// Shows a PIN that the portal made, once, and returns when the person says that they have it.
    fn show(&mut self, pin: PortalPin) -> impl Future<Output = ()> + Send;
}

/// What the person must know before typing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PortalPinRequest {
    /// The host that codice fiscale and PIN go to.
    pub host: String,
    /// Why what was typed before was not taken.
    pub problem: Option<Problem>,
}

/// Codice fiscale and PIN, as typed.
#[derive(Clone)]
pub struct TypedLogin {
    /// Codice fiscale.
    pub codice_fiscale: String,
    /// The PIN, whole.
    pub pin: PortalPin,
}

/// A new PIN has to be made, for the one typed was the initial one or is too old: what the person must know about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangeRequest {
    /// What the PIN allows: who has an ordinario is told what that prevents, and where to convert it.
    pub kind: Option<PinKind>,
    /// Whether the person may choose it.
    pub may_choose: bool,
    /// Why the one chosen before was not taken.
    pub problem: Option<Problem>,
}

/// How a new PIN is made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NewPortalPin {
    /// By the portal.
    Generated,
    /// By the person.
    Chosen(PortalPin),
}

impl From<(String, Halves)> for TypedLogin {
    fn from((codice_fiscale, halves): (String, Halves)) -> Self {
        Self {
            codice_fiscale,
            pin: halves.into(),
        }
    }
}

impl std::fmt::Debug for TypedLogin {
    /// Prints nothing of the person.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TypedLogin([personal])")
    }
}

/// Makes the new PIN that a session is for, and gives the session that goes on. What the portal made is shown once.
///
/// # Errors
/// `portal_pin_not_given` when the person gave up, and whatever the portal says.
async fn make_pin(
    person: &mut impl PortalPinEntry,
    portal: &impl PinPortal,
    session: &Session,
    profile: &PortalProfile,
) -> Result<Session, Problem> {
    let may_choose = profile.offered_pin()?.may_be_chosen();
    let mut refused: Option<Problem> = None;
    loop {
        let request = ChangeRequest {
            kind: session.kind,
            may_choose,
            problem: refused.clone(),
        };
        let Some(new) = person.change(request).await else {
            return Err(refused.unwrap_or_else(|| ProblemCode::PortalPinNotGiven.into()));
        };
        let chosen = match &new {
            NewPortalPin::Generated => None,
            NewPortalPin::Chosen(pin) => Some(pin),
        };
        match portal.change_pin(session, None, chosen).await {
            Ok(PinMade { new_pin, session }) => {
                if let Some(pin) = new_pin {
                    person.show(pin).await;
                }
                return Ok(session);
            }
            Err(problem) if problem.code == ProblemCode::PinNotAcceptable => refused = Some(problem),
            Err(problem) => return Err(problem),
        }
    }
}

/// Asks for the PIN until the portal takes it, refuses for another reason, or the person gives up.
async fn let_in(
    person: &mut impl PortalPinEntry,
    portal: &impl PinPortal,
    profile: &PortalProfile,
    tell: &(dyn Fn(Progress) + Sync),
) -> Result<Session, Problem> {
    let host = profile.api_host();
    let mut refused: Option<Problem> = None;
    loop {
        let request = PortalPinRequest {
            host: host.to_owned(),
            problem: refused.clone(),
        };
        let Some(typed) = person.ask(request).await else {
            return Err(refused.unwrap_or_else(|| ProblemCode::PortalPinNotGiven.into()));
        };
        tell(Progress::Connecting {
            host: host.to_owned(),
        });
        match portal.log_in_with_pin(&typed.codice_fiscale, &typed.pin).await {
            Ok(session) => return Ok(session),
            Err(problem) if asked_again_after(problem.code) => refused = Some(problem),
            Err(problem) => return Err(problem),
        }
    }
}

/// The refusals after which the person may type again.
fn asked_again_after(code: ProblemCode) -> bool {
    matches!(
        code,
        ProblemCode::CredentialsRefused | ProblemCode::TooManyRequests
    )
}

/// Ends a session that was opened and is not gone on with.
async fn end(session: &Session, portal: &impl Portal) {
    if let Err(problem) = portal.log_out(session).await {
        tracing::warn!(
            problem = problem.code.name(),
            "a session that was not kept stays open on the portal"
        );
    }
}

#[cfg(test)]
mod tests;
