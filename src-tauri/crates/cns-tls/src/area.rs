//! The reserved area, over HTTPS.

use crate::asking::filled;
use crate::portal::HttpsPortal;
use cns_login::{Area, Print, Problem, Session};
use cns_portal_api::{
    Accesses, Application, ApplicationForm, Applications, Contacts, NewApplication, NewIntegration, Notices,
    PensionSlip, PensionSlipComparison, PensionSlips, Services, TaxCertificate, TaxCertificates, paths,
};
use reqwest::header::IF_MATCH;
use reqwest::{Method, RequestBuilder};

impl Area for HttpsPortal {
    async fn catalogue(&self) -> Result<Services, Problem> {
        self.read_as_nobody(paths::SERVICES).await
    }

    async fn services(&self, session: &Session) -> Result<Services, Problem> {
        self.read(session, paths::MY_SERVICES).await
    }

    async fn contacts(&self, session: &Session) -> Result<Contacts, Problem> {
        self.read(session, paths::MY_CONTACTS).await
    }

    async fn notices(&self, session: &Session) -> Result<Notices, Problem> {
        self.read(session, paths::MY_NOTICES).await
    }

    async fn notice_read(&self, session: &Session, notice: &str) -> Result<(), Problem> {
        let path = filled(paths::MY_NOTICE_READINGS, "id", notice)?;
        self.ask(session, Method::POST, &path, |request| request)
            .await?
            .done()
    }

    async fn accesses(&self, session: &Session) -> Result<Accesses, Problem> {
        self.read(session, paths::MY_ACCESSES).await
    }

    async fn slips(&self, session: &Session) -> Result<PensionSlips, Problem> {
        self.read(session, paths::PENSION_SLIPS).await
    }

    async fn slip(&self, session: &Session, month: &str) -> Result<PensionSlip, Problem> {
        self.read(session, &filled(paths::PENSION_SLIP, "month", month)?)
            .await
    }

    async fn compare_slips(
        &self,
        session: &Session,
        first: &str,
        second: &str,
    ) -> Result<PensionSlipComparison, Problem> {
        let months = filled("first={month}", "month", first)?;
        let months = format!("{months}&{}", filled("second={month}", "month", second)?);
        let path = format!("{}?{months}", paths::PENSION_SLIP_COMPARISONS);
        self.read(session, &path).await
    }

    async fn tax_certificates(&self, session: &Session) -> Result<TaxCertificates, Problem> {
        self.read(session, paths::TAX_CERTIFICATES).await
    }

    async fn tax_certificate(&self, session: &Session, year: u16) -> Result<TaxCertificate, Problem> {
        let path = filled(paths::TAX_CERTIFICATE, "year", &year.to_string())?;
        self.read(session, &path).await
    }

    async fn print(&self, session: &Session, what: &Print) -> Result<Vec<u8>, Problem> {
        let path = match what {
            Print::Statement => paths::CONTRIBUTION_STATEMENT_PRINT.to_owned(),
            Print::Slip { month } => filled(paths::PENSION_SLIP_PRINT, "month", month)?,
            Print::TaxCertificate { year } => {
                filled(paths::TAX_CERTIFICATE_PRINT, "year", &year.to_string())?
            }
            Print::Application { id } => filled(paths::APPLICATION_PRINT, "id", id)?,
        };
        self.pdf(session, &path).await
    }

    async fn applications(&self, session: &Session) -> Result<Applications, Problem> {
        self.read(session, paths::APPLICATIONS).await
    }

    async fn application(&self, session: &Session, id: &str) -> Result<Application, Problem> {
        self.read(session, &filled(paths::APPLICATION, "id", id)?).await
    }

    async fn begin_application(
        &self,
        session: &Session,
        form: &ApplicationForm,
    ) -> Result<Application, Problem> {
        let new = NewApplication { form: form.clone() };
        self.ask(session, Method::POST, paths::APPLICATIONS, |request| {
            request.json(&new)
        })
        .await?
        .named_success()
    }

    async fn replace_application(
        &self,
        session: &Session,
        id: &str,
        version: u32,
        form: &ApplicationForm,
    ) -> Result<Application, Problem> {
        let path = filled(paths::APPLICATION, "id", id)?;
        let new = NewApplication { form: form.clone() };
        let put = |request: RequestBuilder| request.header(IF_MATCH, etag(version)).json(&new);
        self.ask(session, Method::PUT, &path, put).await?.named_success()
    }

    async fn submit_application(
        &self,
        session: &Session,
        id: &str,
        version: u32,
    ) -> Result<Application, Problem> {
        let path = filled(paths::APPLICATION_SUBMISSIONS, "id", id)?;
        let post = |request: RequestBuilder| request.header(IF_MATCH, etag(version));
        self.ask(session, Method::POST, &path, post)
            .await?
            .named_success()
    }

    async fn integrate_application(
        &self,
        session: &Session,
        id: &str,
        version: u32,
        text: &str,
    ) -> Result<Application, Problem> {
        let path = filled(paths::APPLICATION_INTEGRATIONS, "id", id)?;
        let answer = NewIntegration {
            text: text.to_owned(),
        };
        let post = |request: RequestBuilder| request.header(IF_MATCH, etag(version)).json(&answer);
        self.ask(session, Method::POST, &path, post)
            .await?
            .named_success()
    }
}

/// The version that was read, as `If-Match` carries it (RFC 9110 §8.8.3).
fn etag(version: u32) -> String {
    format!("\"{version}\"")
}
