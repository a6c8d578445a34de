//! The life of a portal's PIN, over HTTPS.

use crate::asking::filled;
use crate::opening::{Proof, session};
use crate::portal::HttpsPortal;
use crate::reply::Reply;
use cns_login::{
    Activation, ChosenContacts, Half, Method, PinMade, PinPortal, PortalCode, PortalPin, Problem,
    ProblemCode, Session, Tessera,
};
use cns_portal_api::{
    ActivationContacts, ActivationOpened, Conversion, DocumentSide, HalvesExpected, NewConversion,
    NewPinRequest, PinAbout, PinActivation, PinChange, PinChanged, PinConfirmation, PinLogin,
    PinRequestCheck, PinRequestLookup, PinRequestReceived, PinRequestStatus, PinRestore, PinRevocation,
    SessionOpened, paths,
};
use reqwest::header::CONTENT_TYPE;
use std::mem;

/// A name for a request, so that the same one sent twice is one request.
pub fn fresh_key() -> String {
    format!("{:032x}", rand::random::<u128>())
}

impl PinPortal for HttpsPortal {
    async fn check_request(&self, check: &PinRequestCheck) -> Result<(), Problem> {
        self.tell(paths::PIN_REQUEST_CHECKS, check).await?.done()
    }

    async fn request(&self, request: &NewPinRequest) -> Result<PinRequestReceived, Problem> {
        self.tell(paths::PIN_REQUESTS, request).await?.named_success()
    }

    async fn request_status(&self, receipt: &PortalCode) -> Result<PinRequestStatus, Problem> {
        let lookup = PinRequestLookup {
            receipt: receipt.reveal().to_owned(),
        };
        self.tell(paths::PIN_REQUEST_LOOKUPS, &lookup)
            .await?
            .named_success()
    }

    async fn activate(&self, person: &Tessera, first: &Half) -> Result<Activation, Problem> {
        let activation = PinActivation {
            codice_fiscale: person.codice_fiscale.clone(),
            tessera_number: person.number.clone(),
            tessera_expiry: person.expiry,
            first_half: first.reveal().to_owned(),
        };
        let mut opened: ActivationOpened = self
            .tell(paths::PIN_ACTIVATIONS, &activation)
            .await?
            .named_success()?;
        Ok(Activation::new(mem::take(&mut opened.activation)))
    }

    async fn choose_contacts(
        &self,
        activation: Activation,
        contacts: &ChosenContacts,
    ) -> Result<HalvesExpected, Problem> {
        let chosen = ActivationContacts {
            activation: activation.reveal().to_owned(),
            mobile: contacts.mobile.clone(),
            other: contacts.other.clone(),
            send_second_to: contacts.send_second_to,
        };
        self.tell(paths::PIN_ACTIVATION_CONTACTS, &chosen)
            .await?
            .named_success()
            .map_err(of_a_code)
    }

    async fn log_in_with_pin(&self, codice_fiscale: &str, pin: &PortalPin) -> Result<Session, Problem> {
        self.close_connections();
        let login = PinLogin {
            codice_fiscale: codice_fiscale.to_owned(),
            pin: pin.reveal().to_owned(),
        };
        self.opened(self.area()?, paths::PIN_SESSIONS, Proof::Pin(login))
            .await
    }

    async fn change_pin(
        &self,
        old: &Session,
        current: Option<&PortalPin>,
        chosen: Option<&PortalPin>,
    ) -> Result<PinMade, Problem> {
        let revealed = |pin: &PortalPin| pin.reveal().to_owned();
        let change = PinChange {
            current: current.map(revealed),
            chosen: chosen.map(revealed),
        };
        let put = |request: reqwest::RequestBuilder| request.json(&change);
        let asked = self.ask(old, reqwest::Method::PUT, paths::MY_PIN, put).await;
        let made = asked.and_then(|reply| made(reply, self, old));
        // Whoever does not know whether the PIN is a new one reads what to do about it.
        made.map_err(Problem::doubting_the_new_pin)
    }

    async fn about_pin(&self, session: &Session) -> Result<PinAbout, Problem> {
        self.read(session, paths::MY_PIN).await
    }

    async fn restore(&self, codice_fiscale: &str) -> Result<(), Problem> {
        let restore = PinRestore {
            codice_fiscale: codice_fiscale.to_owned(),
        };
        self.tell(paths::PIN_RESTORES, &restore).await?.done()
    }

    async fn confirm_restore(
        &self,
        codice_fiscale: &str,
        code: &PortalCode,
    ) -> Result<HalvesExpected, Problem> {
        let confirmation = confirmation(codice_fiscale, code);
        self.tell(paths::PIN_RESTORE_CONFIRMATIONS, &confirmation)
            .await?
            .named_success()
            .map_err(of_a_code)
    }

    async fn revoke(&self, person: &Tessera, contacts_lost: bool) -> Result<(), Problem> {
        let revocation = PinRevocation {
            codice_fiscale: person.codice_fiscale.clone(),
            tessera_number: person.number.clone(),
            tessera_expiry: person.expiry,
            contacts_lost,
        };
        self.tell(paths::PIN_REVOCATIONS, &revocation).await?.done()
    }

    async fn confirm_revoke(&self, codice_fiscale: &str, code: &PortalCode) -> Result<(), Problem> {
        let confirmation = confirmation(codice_fiscale, code);
        self.tell(paths::PIN_REVOCATION_CONFIRMATIONS, &confirmation)
            .await?
            .done()
            .map_err(of_a_code)
    }

    async fn start_conversion(
        &self,
        session: &Session,
        conversion: &NewConversion,
    ) -> Result<Conversion, Problem> {
        let post = |request: reqwest::RequestBuilder| request.json(conversion);
        self.ask(session, reqwest::Method::POST, paths::CONVERSIONS, post)
            .await?
            .named_success()
    }

    async fn send_document(
        &self,
        session: &Session,
        conversion: &str,
        side: DocumentSide,
        page: Vec<u8>,
    ) -> Result<Conversion, Problem> {
        let media = media_type(&page).ok_or(ProblemCode::DocumentRefused)?;
        let path = filled(paths::CONVERSION_DOCUMENT, "id", conversion)?;
        let path = filled(&path, "side", side_name(side))?;
        let put = |request: reqwest::RequestBuilder| request.header(CONTENT_TYPE, media).body(page);
        self.ask(session, reqwest::Method::PUT, &path, put)
            .await?
            .named_success()
    }

    async fn submit_conversion(&self, session: &Session, conversion: &str) -> Result<Conversion, Problem> {
        let path = filled(paths::CONVERSION_SUBMISSION, "id", conversion)?;
        let post = |request| request;
        self.ask(session, reqwest::Method::POST, &path, post)
            .await
            .and_then(Reply::named_success)
    }

    async fn conversion(&self, session: &Session, conversion: &str) -> Result<Conversion, Problem> {
        let path = filled(paths::CONVERSION, "id", conversion)?;
        self.read(session, &path).await
    }

    async fn conversion_form(&self, session: &Session) -> Result<Vec<u8>, Problem> {
        self.pdf(session, paths::CONVERSION_FORM).await
    }
}

/// What the portal made, and the session that goes on.
fn made(reply: Reply, portal: &HttpsPortal, old: &Session) -> Result<PinMade, Problem> {
    let host = reply.host.clone();
    let mut changed: PinChanged = reply.named_success()?;
    let new_pin = changed.new_pin.take().map(zeroize::Zeroizing::new);
    let new_pin = new_pin.map(|pin| PortalPin::parse(&pin)).transpose();
    let malformed = |_| crate::explain::named(ProblemCode::PortalAnswerMalformed, &host);
    let opened: SessionOpened = changed.session.clone();
    // The same name as before: where sessions are kept it takes the place of the one that is over.
    let session = session(
        opened,
        &portal.place(&old.api_url),
        Method::Pin,
        old.handle.clone(),
    )?;
    Ok(PinMade {
        new_pin: new_pin.map_err(malformed)?,
        session,
    })
}

fn confirmation(codice_fiscale: &str, code: &PortalCode) -> PinConfirmation {
    PinConfirmation {
        codice_fiscale: codice_fiscale.to_owned(),
        code: code.reveal().to_owned(),
    }
}

/// A portal says the same of a code as of a PIN; the person typed a code, and no PIN was compared.
fn of_a_code(problem: Problem) -> Problem {
    if problem.code == ProblemCode::CredentialsRefused {
        ProblemCode::PortalCodeRefused.into()
    } else {
        problem
    }
}

/// The name of a page in its path.
fn side_name(side: DocumentSide) -> &'static str {
    match side {
        DocumentSide::Front => "front",
        DocumentSide::Back => "back",
        DocumentSide::Form => "form",
    }
}

/// What a page is, by how it begins; nothing where the portal would not take it.
fn media_type(page: &[u8]) -> Option<&'static str> {
    let kinds: [(&[u8], _); 3] = [
        (b"\xFF\xD8\xFF", "image/jpeg"),
        (b"\x89PNG\r\n\x1A\n", "image/png"),
        (b"%PDF-", "application/pdf"),
    ];
    let kind = kinds.iter().find(|(start, _)| page.starts_with(start));
    kind.map(|(_, media)| *media)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_what_it_begins_with_and_not_what_it_is_called() {
        for (page, media) in [
            (&b"\xFF\xD8\xFF\xE0\0\x10JFIF"[..], Some("image/jpeg")),
            (b"\x89PNG\r\n\x1A\n\0", Some("image/png")),
            (b"%PDF-1.7\n", Some("application/pdf")),
            (b"<html>", None),
            (b"", None),
        ] {
            assert_eq!(media_type(page), media, "{page:?}");
        }
    }

    #[test]
    fn two_keys_are_never_one() {
        assert_ne!(fresh_key(), fresh_key());
        assert_eq!(fresh_key().len(), 32);
    }
}
