//! What a body decides about its PIN.

use std::time::Duration;

/// The rules of a portal's PIN. What is a matter of law is not here: five wrong tries lock, halves go on two channels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PinRules {
    /// Whether the portal has a PIN of its own; without one the card alone opens it.
    pub enabled: bool,
    /// Whether the portal may have a PIN at all.
    pub status: PinStatus,
    /// Who makes the working PIN.
    pub change_by: ChangeBy,
    /// A working PIN older than this must be changed; `None` never. P6M by default.
    pub max_age: Option<MaxAge>,
    /// Which requests are verified by a call.
    pub verify_call: VerifyCall,
    /// Whether an application filed with a PIN ordinario is held with its date, or refused.
    pub hold: bool,
    /// An initial PIN that nobody uses ends after this.
    pub initial_life: Duration,
}

/// Age at which a PIN must be changed, in calendar months.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MaxAge {
    /// Months, 1 to 60.
    pub months: u8,
}

/// Whether the law lets this portal have a PIN of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PinStatus {
    /// The body is outside the rule that leaves SPID, CIE and CNS only.
    Allowed,
    /// It is not: the portal opens with the card alone.
    Forbidden,
}

/// Who makes the working PIN.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChangeBy {
    /// The portal.
    Generated,
    /// The person, if they like.
    Chosen,
}

/// Which requests are verified by a call before anything is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VerifyCall {
    /// Those that differ from the archive, and those from abroad.
    OnMismatch,
    /// All.
    Always,
}

impl PinRules {
    /// Whether the portal has a PIN, and may have one.
    pub(crate) fn is_offered(&self) -> bool {
        self.enabled && self.status == PinStatus::Allowed
    }
}

impl Default for PinRules {
    fn default() -> Self {
        Self {
            enabled: true,
            status: PinStatus::Allowed,
            change_by: ChangeBy::Generated,
            max_age: Some(MaxAge { months: 6 }),
            verify_call: VerifyCall::OnMismatch,
            hold: true,
            initial_life: Duration::from_secs(30 * 24 * 60 * 60),
        }
    }
}
