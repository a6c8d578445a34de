//! Words shared by client and portal: paths, bodies, and how people write what goes into them.
//!
//! It is the whole of what the two sides agree on, and acts on nothing: it knows neither HTTP nor TLS nor cards.
//! Money is decimal text, days are `YYYY-MM-DD`, instants are RFC 3339 in UTC, lists may be empty but are never null
//! (the Italian interoperability model, ModI).
//!
//! The way in has two steps on two hosts. The CNS host demands the card's certificate and gives a
//! [`CnsExchange`]; the API host takes its code, once, as a [`NewSession`] and gives a [`SessionOpened`].
//!
//! ```
//! let answer = r#"{"code":"b3BhcXVl","expires_in":60}"#;
//! let exchange: cns_portal_api::CnsExchange = serde_json::from_str(answer)?;
//! assert_eq!(exchange.expires_in, 60);
//! # Ok::<(), serde_json::Error>(())
//! ```

/// Writes `Debug` for types that hold secrets or personal data: their name, and nothing of what they hold.
macro_rules! redacted_debug {
    ($instead:literal: $($type:ident),*) => {$(
        impl std::fmt::Debug for $type {
            /// Prints nothing of what it holds.
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(concat!(stringify!($type), "(", $instead, ")"))
            }
        }
    )*};
}
use redacted_debug;

mod application;
mod area;
mod conversion;
mod money;
mod operator;
pub mod paths;
mod payment;
mod pin;
mod pin_request;
mod problem;
mod session;
mod statement;
pub mod written;

pub use application::{
    Application, ApplicationEvent, ApplicationForm, ApplicationKind, ApplicationState, Applications, Child,
    FamilyMember, NewApplication, NewIntegration, Relation, Share,
};
pub use area::{
    Access, Accesses, Contact, ContactKind, Contacts, Level, Notice, NoticeKind, Notices, Profile, Service,
    Services, Sex,
};
pub use conversion::{
    Conversion, ConversionChannel, ConversionState, DocumentKind, DocumentSeen, DocumentSide, NewConversion,
};
pub use money::Money;
pub use operator::{
    ApplicationCase, Campaign, CampaignStarted, Cases, ContactChange, ConversionCase, ConversionDecision,
    CounterIssue, CounterIssued, Identified, NewApplicationEvent, OperatorLogin, OperatorSession, Ordered,
    RevocationAtDesk, Verification, VerificationCase,
};
pub use payment::{
    ComparedLine, Payer, PaymentState, Pension, PensionSlip, PensionSlipComparison, PensionSlipRow,
    PensionSlips, SlipLine, TaxCertificate, TaxCertificates, TaxPoint,
};
pub use pin::{
    PIN_ALPHABET, PinAbout, PinChange, PinChanged, PinConfirmation, PinKind, PinLogin, PinRestore,
    PinRevocation, PinState, Scope,
};
pub use pin_request::{
    ActivationContacts, ActivationOpened, Address, CallSlot, ContactValue, ExpectedDelivery, HalvesExpected,
    NewContacts, NewPinRequest, PinActivation, PinHalf, PinRequestCheck, PinRequestLookup,
    PinRequestReceived, PinRequestStatus, Residence,
};
pub use problem::{Problem, codes};
pub use session::{CnsExchange, Me, NewSession, SessionOpened};
pub use statement::{
    ContributionPeriod, ContributionStatement, Employer, ManagementSection, Note, Person, Totals, Unit,
};

time::serde::format_description!(iso_date, Date, "[year]-[month]-[day]");
