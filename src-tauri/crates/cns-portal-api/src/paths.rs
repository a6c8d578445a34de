//! Paths of the API, below the base URL of each host.

/// `POST` on the CNS host: client certificate in, one-time code out.
pub const CNS_EXCHANGES: &str = "/rest/v1/cns-exchanges";
/// `POST`: one-time code in, session token out.
pub const SESSIONS: &str = "/rest/v1/sessions";
/// `POST`: codice fiscale and PIN in, session token out.
pub const PIN_SESSIONS: &str = "/rest/v1/pin-sessions";
/// `DELETE`: the session of the bearer token ends.
pub const CURRENT_SESSION: &str = "/rest/v1/sessions/current";
/// `POST`: first step of a request, is the code well formed.
pub const PIN_REQUEST_CHECKS: &str = "/rest/v1/pin-requests/checks";
/// `POST`: a whole request in, a receipt out.
pub const PIN_REQUESTS: &str = "/rest/v1/pin-requests";
/// `POST`: a receipt in, the state of the request out.
pub const PIN_REQUEST_LOOKUPS: &str = "/rest/v1/pin-requests/lookups";
/// `POST`: the first half and the tessera in, an activation out.
pub const PIN_ACTIVATIONS: &str = "/rest/v1/pin-activations";
/// `POST`: contacts in; the second half leaves.
pub const PIN_ACTIVATION_CONTACTS: &str = "/rest/v1/pin-activations/contacts";
/// `POST`: asks for new halves; 202 to everybody.
pub const PIN_RESTORES: &str = "/rest/v1/pin-restores";
/// `POST`: the code that came in; new halves leave.
pub const PIN_RESTORE_CONFIRMATIONS: &str = "/rest/v1/pin-restores/confirmations";
/// `POST`: asks that the PIN end; 202 to everybody.
pub const PIN_REVOCATIONS: &str = "/rest/v1/pin-revocations";
/// `POST`: the code that came in; the PIN ends.
pub const PIN_REVOCATION_CONFIRMATIONS: &str = "/rest/v1/pin-revocations/confirmations";
/// `GET`: the catalogue, before any log-in.
pub const SERVICES: &str = "/rest/v1/services";
/// `GET`: who the session belongs to.
pub const ME: &str = "/rest/v1/me";
/// `GET`: what the holder may know of the PIN. `PUT`: makes a new one.
pub const MY_PIN: &str = "/rest/v1/me/pin";
/// `GET`: the holder's profiles and services.
pub const MY_SERVICES: &str = "/rest/v1/me/services";
/// `GET`: the holder's contacts, masked.
pub const MY_CONTACTS: &str = "/rest/v1/me/contacts";
/// `GET`: the holder's notices.
pub const MY_NOTICES: &str = "/rest/v1/me/notices";
/// `POST`: the notice was read.
pub const MY_NOTICE_READINGS: &str = "/rest/v1/me/notices/{id}/readings";
/// `GET`: who came into the holder's area, and how.
pub const MY_ACCESSES: &str = "/rest/v1/me/accesses";
/// `GET`: the estratto conto contributivo.
pub const CONTRIBUTION_STATEMENT: &str = "/rest/v1/me/contribution-statement";
/// `GET`: the same as PDF.
pub const CONTRIBUTION_STATEMENT_PRINT: &str = "/rest/v1/me/contribution-statement/print";
/// `GET`: the months of a pension.
pub const PENSION_SLIPS: &str = "/rest/v1/me/pension-slips";
/// `GET`: one month, `YYYY-MM`.
pub const PENSION_SLIP: &str = "/rest/v1/me/pension-slips/{month}";
/// `GET`: the same as PDF.
pub const PENSION_SLIP_PRINT: &str = "/rest/v1/me/pension-slips/{month}/print";
/// `GET ?first=YYYY-MM&second=YYYY-MM`: two months side by side.
pub const PENSION_SLIP_COMPARISONS: &str = "/rest/v1/me/pension-slip-comparisons";
/// `GET`: years with a Certificazione Unica.
pub const TAX_CERTIFICATES: &str = "/rest/v1/me/tax-certificates";
/// `GET`: the Certificazione Unica of one tax year.
pub const TAX_CERTIFICATE: &str = "/rest/v1/me/tax-certificates/{year}";
/// `GET`: the same as PDF.
pub const TAX_CERTIFICATE_PRINT: &str = "/rest/v1/me/tax-certificates/{year}/print";
/// `GET`: the holder's applications. `POST`: a new draft.
pub const APPLICATIONS: &str = "/rest/v1/me/applications";
/// `GET`, `PUT` with `If-Match`, `DELETE`: a draft; `GET` later too.
pub const APPLICATION: &str = "/rest/v1/me/applications/{id}";
/// `POST`: files the draft.
pub const APPLICATION_SUBMISSIONS: &str = "/rest/v1/me/applications/{id}/submissions";
/// `POST`: brings what was missing, within 60 days; or asks that a refusal be looked at again, within 30.
pub const APPLICATION_INTEGRATIONS: &str = "/rest/v1/me/applications/{id}/integrations";
/// `GET`: the receipt as PDF.
pub const APPLICATION_PRINT: &str = "/rest/v1/me/applications/{id}/print";
/// `POST`: begins the conversion of the PIN.
pub const CONVERSIONS: &str = "/rest/v1/me/pin-conversions";
/// `GET`: a conversion.
pub const CONVERSION: &str = "/rest/v1/me/pin-conversions/{id}";
/// `PUT`: a page, `front`, `back` or `form`; the body is the file.
pub const CONVERSION_DOCUMENT: &str = "/rest/v1/me/pin-conversions/{id}/documents/{side}";
/// `POST`: sends the conversion.
pub const CONVERSION_SUBMISSION: &str = "/rest/v1/me/pin-conversions/{id}/submission";
/// `GET`: the form to sign by hand, as PDF.
pub const CONVERSION_FORM: &str = "/rest/v1/me/pin-conversions/form";
/// `GET`: is the portal up.
pub const STATUS: &str = "/rest/v1/status";
/// `GET`: this API, described.
pub const OPENAPI: &str = "/rest/v1/openapi.json";

/// Paths of the operators' listener.
pub mod operator {
    /// `POST`: an operator logs in.
    pub const SESSIONS: &str = "/operator/v1/sessions";
    /// `DELETE`: the operator's session ends.
    pub const CURRENT_SESSION: &str = "/operator/v1/sessions/current";
    /// `GET`: what waits.
    pub const CASES: &str = "/operator/v1/cases";
    /// `POST`: what came of the call.
    pub const VERIFICATIONS: &str = "/operator/v1/pin-requests/{id}/verifications";
    /// `GET`: a page, to look at. `PUT`: a page that came by fax; the body is the file.
    pub const CONVERSION_DOCUMENT: &str = "/operator/v1/conversions/{id}/documents/{side}";
    /// `POST`: decides a conversion.
    pub const CONVERSION_DECISIONS: &str = "/operator/v1/conversions/{id}/decisions";
    /// `POST`: papers that came by fax.
    pub const FAX_INTAKES: &str = "/operator/v1/fax-intakes";
    /// `POST`: somebody at the counter; their PIN becomes dispositivo.
    pub const COUNTER_IDENTIFICATIONS: &str = "/operator/v1/counter-identifications";
    /// `POST`: a PIN issued at the counter.
    pub const COUNTER_ISSUES: &str = "/operator/v1/counter-issues";
    /// `POST`: a request that came by phone.
    pub const PHONE_REQUESTS: &str = "/operator/v1/phone-requests";
    /// `POST`: letters with the first half.
    pub const CAMPAIGNS: &str = "/operator/v1/campaigns";
    /// `POST`: ends a PIN for somebody who was identified.
    pub const REVOCATIONS: &str = "/operator/v1/revocations";
    /// `GET`: an application, whole.
    pub const APPLICATION: &str = "/operator/v1/applications/{id}";
    /// `POST`: moves an application on.
    pub const APPLICATION_EVENTS: &str = "/operator/v1/applications/{id}/events";
    /// `POST`: adds or changes a contact.
    pub const CONTACTS: &str = "/operator/v1/contacts";
    /// `GET`: counters, in Prometheus' text format.
    pub const METRICS: &str = "/operator/v1/metrics";
}
