//! What the life of a portal's PIN needs from the portal.

use crate::{Half, PortalCode, PortalPin, Problem, Session};
use cns_portal_api::{
    ContactKind, ContactValue, Conversion, DocumentSide, HalvesExpected, NewConversion, NewPinRequest,
    PinAbout, PinRequestCheck, PinRequestReceived, PinRequestStatus,
};
use std::future::Future;
use time::Date;
use zeroize::Zeroizing;

/// A portal that has a PIN of its own: all that can be done about it.
///
/// Every error is a [`Problem`]; those that the portal gives a word for have a code of their own. What is answered to
/// everybody alike (restore, revocation) tells nothing of whether the person is known.
pub trait PinPortal: Send + Sync {
    /// Asks whether a codice fiscale is well formed: the first step of a request.
    ///
    /// # Errors
    /// `invalid_request` when it is not.
    fn check_request(&self, check: &PinRequestCheck) -> impl Future<Output = Result<(), Problem>> + Send;

    /// Asks for a PIN. The same request sent twice is one request.
    ///
    /// # Errors
    /// `invalid_request` when something is missing or malformed, `too_many_requests`.
    fn request(
        &self,
        request: &NewPinRequest,
    ) -> impl Future<Output = Result<PinRequestReceived, Problem>> + Send;

    /// How a request is going.
    ///
    /// # Errors
    /// `not_found` when no request has this receipt.
    fn request_status(
        &self,
        receipt: &PortalCode,
    ) -> impl Future<Output = Result<PinRequestStatus, Problem>> + Send;

    /// Activates: who has the first half shows the tessera too.
    ///
    /// # Errors
    /// `credentials_refused`, whatever does not go together.
    fn activate(
        &self,
        person: &Tessera,
        first: &Half,
    ) -> impl Future<Output = Result<Activation, Problem>> + Send;

    /// Names contacts and where the second half goes, which then leaves.
    ///
    /// # Errors
    /// `code_refused` when the activation has been used or is too old.
    fn choose_contacts(
        &self,
        activation: Activation,
        contacts: &ChosenContacts,
    ) -> impl Future<Output = Result<HalvesExpected, Problem>> + Send;

    /// Opens a session with codice fiscale and PIN. With an initial or an old PIN, its scope is changing it.
    ///
    /// # Errors
    /// `credentials_refused`, `too_many_requests`.
    fn log_in_with_pin(
        &self,
        codice_fiscale: &str,
        pin: &PortalPin,
    ) -> impl Future<Output = Result<Session, Problem>> + Send;

    /// Makes a new working PIN. The session goes on under a new name for the portal; the one given is over.
    ///
    /// `current` may be left out in a session that may only change the PIN; without `chosen` the portal makes one.
    ///
    /// # Errors
    /// `pin_not_acceptable`, `credentials_refused`.
    fn change_pin(
        &self,
        session: &Session,
        current: Option<&PortalPin>,
        chosen: Option<&PortalPin>,
    ) -> impl Future<Output = Result<PinMade, Problem>> + Send;

    /// What the holder may know of the PIN.
    ///
    /// # Errors
    /// `session_ended`; `not_found` when the holder has none.
    fn about_pin(&self, session: &Session) -> impl Future<Output = Result<PinAbout, Problem>> + Send;

    /// Asks for new halves; a confirmation code goes to a contact. The answer is the same for everybody.
    ///
    /// # Errors
    /// `too_many_requests`.
    fn restore(&self, codice_fiscale: &str) -> impl Future<Output = Result<(), Problem>> + Send;

    /// Confirms a restore with the code that came; new halves leave.
    ///
    /// # Errors
    /// `code_refused`.
    fn confirm_restore(
        &self,
        codice_fiscale: &str,
        code: &PortalCode,
    ) -> impl Future<Output = Result<HalvesExpected, Problem>> + Send;

    /// Asks that the PIN end. The answer is the same for everybody.
    ///
    /// # Errors
    /// `too_many_requests`.
    fn revoke(
        &self,
        person: &Tessera,
        contacts_lost: bool,
    ) -> impl Future<Output = Result<(), Problem>> + Send;

    /// Confirms a revocation with the code that came; the PIN has ended for good.
    ///
    /// # Errors
    /// `code_refused`.
    fn confirm_revoke(
        &self,
        codice_fiscale: &str,
        code: &PortalCode,
    ) -> impl Future<Output = Result<(), Problem>> + Send;

    /// Begins a conversion to dispositivo.
    ///
    /// # Errors
    /// `conflict` when one is under way, or the PIN is dispositivo already.
    fn start_conversion(
        &self,
        session: &Session,
        conversion: &NewConversion,
    ) -> impl Future<Output = Result<Conversion, Problem>> + Send;

    /// Sends one page: JPEG, PNG or PDF.
    ///
    /// # Errors
    /// `document_refused` when it is none of these, `document_too_large`.
    fn send_document(
        &self,
        session: &Session,
        conversion: &str,
        side: DocumentSide,
        page: Vec<u8>,
    ) -> impl Future<Output = Result<Conversion, Problem>> + Send;

    /// Hands the pages in.
    ///
    /// # Errors
    /// `conflict` when a page is missing.
    fn submit_conversion(
        &self,
        session: &Session,
        conversion: &str,
    ) -> impl Future<Output = Result<Conversion, Problem>> + Send;

    /// How a conversion is going.
    ///
    /// # Errors
    /// `not_found`.
    fn conversion(
        &self,
        session: &Session,
        conversion: &str,
    ) -> impl Future<Output = Result<Conversion, Problem>> + Send;

    /// The form to be signed by hand, as PDF.
    ///
    /// # Errors
    /// `session_ended`.
    fn conversion_form(&self, session: &Session) -> impl Future<Output = Result<Vec<u8>, Problem>> + Send;
}

/// A person as the tessera sanitaria names them.
#[derive(Clone, PartialEq, Eq)]
pub struct Tessera {
    /// Codice fiscale.
    pub codice_fiscale: String,
    /// The number on the back, 20 digits.
    pub number: String,
    /// The expiry printed on it.
    pub expiry: Date,
}

/// What the first step of an activation gives to the second. It wipes itself and is good once.
#[derive(Clone)]
pub struct Activation(Zeroizing<String>);

/// Contacts named at the activation, and where the second half goes.
#[derive(Clone, PartialEq, Eq)]
pub struct ChosenContacts {
    /// A mobile number.
    pub mobile: String,
    /// One contact more.
    pub other: ContactValue,
    /// Where the second half goes: one of the two, or a letter.
    pub send_second_to: ContactKind,
}

/// A working PIN was made.
#[derive(Clone, Debug)]
pub struct PinMade {
    /// The PIN where the portal made it: to be shown once.
    pub new_pin: Option<PortalPin>,
    /// The session, which goes on.
    pub session: Session,
}

impl Activation {
    /// Takes the activation as the portal gave it.
    pub fn new(activation: String) -> Self {
        Self(Zeroizing::new(activation))
    }

    /// The activation, for the portal alone.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

macro_rules! tells_nothing {
    ($($type:ident),*) => {$(
        impl std::fmt::Debug for $type {
            /// Prints nothing of what it holds.
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(concat!(stringify!($type), "([personal])"))
            }
        }
    )*};
}
tells_nothing!(Tessera, Activation, ChosenContacts);
