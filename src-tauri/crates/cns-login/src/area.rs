//! What a person does in the reserved area once inside, whichever way they came in.

use crate::{Problem, Session};
use cns_portal_api::{
    Accesses, Application, ApplicationForm, Applications, Contacts, Notices, PensionSlip,
    PensionSlipComparison, PensionSlips, Services, TaxCertificate, TaxCertificates,
};
use std::future::Future;

/// The reserved area of a portal.
///
/// Each question may end in `session_ended`, in `pin_change_required` while the PIN is waiting to be changed, and in
/// `not_your_service` or `level_too_low` where the portal's walls stand.
pub trait Area: Send + Sync {
    /// The catalogue, before any log-in.
    ///
    /// # Errors
    /// A [`Problem`] when the portal cannot be asked.
    fn catalogue(&self) -> impl Future<Output = Result<Services, Problem>> + Send;

    /// The holder's profiles and services.
    ///
    /// # Errors
    /// A [`Problem`], as everywhere here.
    fn services(&self, session: &Session) -> impl Future<Output = Result<Services, Problem>> + Send;

    /// The holder's contacts, masked.
    ///
    /// # Errors
    /// A [`Problem`], as everywhere here.
    fn contacts(&self, session: &Session) -> impl Future<Output = Result<Contacts, Problem>> + Send;

    /// The holder's notices, newest first.
    ///
    /// # Errors
    /// A [`Problem`], as everywhere here.
    fn notices(&self, session: &Session) -> impl Future<Output = Result<Notices, Problem>> + Send;

    /// Says that a notice was read.
    ///
    /// # Errors
    /// `not_found`.
    fn notice_read(
        &self,
        session: &Session,
        notice: &str,
    ) -> impl Future<Output = Result<(), Problem>> + Send;

    /// Who came into the holder's area, and how.
    ///
    /// # Errors
    /// A [`Problem`], as everywhere here.
    fn accesses(&self, session: &Session) -> impl Future<Output = Result<Accesses, Problem>> + Send;

    /// The months of a pension.
    ///
    /// # Errors
    /// A [`Problem`], as everywhere here.
    fn slips(&self, session: &Session) -> impl Future<Output = Result<PensionSlips, Problem>> + Send;

    /// One month, `YYYY-MM`.
    ///
    /// # Errors
    /// `not_found`.
    fn slip(
        &self,
        session: &Session,
        month: &str,
    ) -> impl Future<Output = Result<PensionSlip, Problem>> + Send;

    /// Two months side by side.
    ///
    /// # Errors
    /// `not_found`.
    fn compare_slips(
        &self,
        session: &Session,
        first: &str,
        second: &str,
    ) -> impl Future<Output = Result<PensionSlipComparison, Problem>> + Send;

    /// Years with a Certificazione Unica.
    ///
    /// # Errors
    /// A [`Problem`], as everywhere here.
    fn tax_certificates(
        &self,
        session: &Session,
    ) -> impl Future<Output = Result<TaxCertificates, Problem>> + Send;

    /// The Certificazione Unica of one tax year.
    ///
    /// # Errors
    /// `not_found`.
    fn tax_certificate(
        &self,
        session: &Session,
        year: u16,
    ) -> impl Future<Output = Result<TaxCertificate, Problem>> + Send;

    /// One of the portal's prints, as PDF.
    ///
    /// # Errors
    /// `not_found`.
    fn print(&self, session: &Session, what: &Print)
    -> impl Future<Output = Result<Vec<u8>, Problem>> + Send;

    /// The holder's applications, newest first.
    ///
    /// # Errors
    /// A [`Problem`], as everywhere here.
    fn applications(&self, session: &Session) -> impl Future<Output = Result<Applications, Problem>> + Send;

    /// One application.
    ///
    /// # Errors
    /// `not_found`.
    fn application(
        &self,
        session: &Session,
        id: &str,
    ) -> impl Future<Output = Result<Application, Problem>> + Send;

    /// Begins an application: a draft, which nobody works on.
    ///
    /// # Errors
    /// `invalid_request`.
    fn begin_application(
        &self,
        session: &Session,
        form: &ApplicationForm,
    ) -> impl Future<Output = Result<Application, Problem>> + Send;

    /// Replaces what a draft says; `version` is the one that was read.
    ///
    /// # Errors
    /// `changed_meanwhile`, `conflict` when it is no draft any more.
    fn replace_application(
        &self,
        session: &Session,
        id: &str,
        version: u32,
        form: &ApplicationForm,
    ) -> impl Future<Output = Result<Application, Problem>> + Send;

    /// Files a draft. With an ordinario PIN it keeps its date and waits for the conversion.
    ///
    /// # Errors
    /// `changed_meanwhile`, `conflict` when it was filed already.
    fn submit_application(
        &self,
        session: &Session,
        id: &str,
        version: u32,
    ) -> impl Future<Output = Result<Application, Problem>> + Send;

    /// Answers what the portal asked for about an application.
    ///
    /// # Errors
    /// `conflict` when nothing was asked.
    fn integrate_application(
        &self,
        session: &Session,
        id: &str,
        version: u32,
        text: &str,
    ) -> impl Future<Output = Result<Application, Problem>> + Send;
}

/// What the portal prints.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Print {
    /// The estratto conto contributivo.
    Statement,
    /// The slip of one month, `YYYY-MM`.
    Slip {
        /// The month.
        month: String,
    },
    /// The Certificazione Unica of one tax year.
    TaxCertificate {
        /// The year.
        year: u16,
    },
    /// What an application says, with its protocol number.
    Application {
        /// Its id.
        id: String,
    },
}
