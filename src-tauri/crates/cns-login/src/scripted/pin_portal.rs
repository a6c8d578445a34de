//! A portal with a PIN, in memory: takes one PIN, makes one new one.

use crate::{
    Activation, ChosenContacts, Half, Method, PinMade, PinPortal, Portal, PortalCode, PortalPin, Problem,
    ProblemCode, Session, SessionHandle, Tessera, Token, masked_code,
};
use cns_card::UnlockedCard;
use cns_portal_api::{
    ContributionStatement, Conversion, DocumentSide, HalvesExpected, NewConversion, NewPinRequest, PinAbout,
    PinKind, PinRequestCheck, PinRequestReceived, PinRequestStatus, PinState, Scope,
};
use cns_trust::CheckedCertificate;
use std::sync::Mutex;
use time::OffsetDateTime;

/// Takes this PIN and no other; an initial one opens the change only.
pub(crate) struct ScriptedPinPortal {
    pin: PortalPin,
    until: OffsetDateTime,
    refused_choice: Mutex<Option<PortalPin>>,
    /// Every PIN that was sent.
    pub(crate) sent: Mutex<Vec<String>>,
    pub(crate) logged_out: Mutex<u32>,
}

impl ScriptedPinPortal {
    /// The PIN that it makes.
    pub(crate) const MADE: &str = "N3WPXNPX";

    pub(crate) fn with(pin: &str, until: OffsetDateTime) -> Self {
        Self {
            pin: PortalPin::parse(pin).unwrap(),
            until,
            refused_choice: Mutex::default(),
            sent: Mutex::default(),
            logged_out: Mutex::default(),
        }
    }

    /// Will not take this choice of a new PIN.
    pub(crate) fn refuse_choice(&self, pin: &str) {
        *self.refused_choice.lock().unwrap() = PortalPin::parse(pin).ok();
    }

    fn session(&self, scope: Scope) -> Session {
        Session {
            portal: "riferimento".to_owned(),
            api_url: "https://localhost:8444".parse().unwrap(),
            server_ca: None,
            handle: SessionHandle("00".repeat(16)),
            token: Token::new("example".to_owned()),
            holder_name: "MARIA ROSSI".to_owned(),
            masked_code: Some(masked_code("RSSMRA85T10A562S")),
            method: Method::Pin,
            kind: Some(PinKind::Ordinario),
            scope,
            expires_at: self.until,
        }
    }
}

fn nothing_expected() -> Result<HalvesExpected, Problem> {
    Ok(HalvesExpected { expected: Vec::new() })
}

fn not_there<T>() -> Result<T, Problem> {
    Err(ProblemCode::NotFound.into())
}

impl PinPortal for ScriptedPinPortal {
    async fn check_request(&self, _: &PinRequestCheck) -> Result<(), Problem> {
        Ok(())
    }

    async fn request(&self, _: &NewPinRequest) -> Result<PinRequestReceived, Problem> {
        Ok(PinRequestReceived {
            receipt: "AAAABBBBCCCCDDDD".to_owned(),
            expected: Vec::new(),
        })
    }

    async fn request_status(&self, _: &PortalCode) -> Result<PinRequestStatus, Problem> {
        Ok(PinRequestStatus {
            state: PinState::Requested,
            received_at: self.until,
            expected: Vec::new(),
        })
    }

    async fn activate(&self, _: &Tessera, _: &Half) -> Result<Activation, Problem> {
        Ok(Activation::new("example".to_owned()))
    }

    async fn choose_contacts(&self, _: Activation, _: &ChosenContacts) -> Result<HalvesExpected, Problem> {
        nothing_expected()
    }

    async fn log_in_with_pin(&self, _: &str, pin: &PortalPin) -> Result<Session, Problem> {
        self.sent.lock().unwrap().push(pin.reveal().to_owned());
        match *pin == self.pin {
            true if pin.is_initial() => Ok(self.session(Scope::ChangePin)),
            true => Ok(self.session(Scope::Full)),
            false => Err(ProblemCode::CredentialsRefused.into()),
        }
    }

    async fn change_pin(
        &self,
        _: &Session,
        _: Option<&PortalPin>,
        chosen: Option<&PortalPin>,
    ) -> Result<PinMade, Problem> {
        if chosen.is_some() && chosen == self.refused_choice.lock().unwrap().as_ref() {
            return Err(ProblemCode::PinNotAcceptable.into());
        }
        Ok(PinMade {
            new_pin: match chosen {
                None => PortalPin::parse(Self::MADE).ok(),
                Some(_) => None,
            },
            session: self.session(Scope::Full),
        })
    }

    async fn about_pin(&self, _: &Session) -> Result<PinAbout, Problem> {
        not_there()
    }

    async fn restore(&self, _: &str) -> Result<(), Problem> {
        Ok(())
    }

    async fn confirm_restore(&self, _: &str, _: &PortalCode) -> Result<HalvesExpected, Problem> {
        nothing_expected()
    }

    async fn revoke(&self, _: &Tessera, _: bool) -> Result<(), Problem> {
        Ok(())
    }

    async fn confirm_revoke(&self, _: &str, _: &PortalCode) -> Result<(), Problem> {
        Ok(())
    }

    async fn start_conversion(&self, _: &Session, _: &NewConversion) -> Result<Conversion, Problem> {
        not_there()
    }

    async fn send_document(
        &self,
        _: &Session,
        _: &str,
        _: DocumentSide,
        _: Vec<u8>,
    ) -> Result<Conversion, Problem> {
        not_there()
    }

    async fn submit_conversion(&self, _: &Session, _: &str) -> Result<Conversion, Problem> {
        not_there()
    }

    async fn conversion(&self, _: &Session, _: &str) -> Result<Conversion, Problem> {
        not_there()
    }

    async fn conversion_form(&self, _: &Session) -> Result<Vec<u8>, Problem> {
        not_there()
    }
}

impl Portal for ScriptedPinPortal {
    async fn log_in(&self, _: UnlockedCard, _: &CheckedCertificate) -> Result<Session, Problem> {
        Err(ProblemCode::PortalRefusedCard.into())
    }

    async fn statement(&self, _: &Session) -> Result<ContributionStatement, Problem> {
        not_there()
    }

    async fn log_out(&self, _: &Session) -> Result<(), Problem> {
        *self.logged_out.lock().unwrap() += 1;
        Ok(())
    }
}
