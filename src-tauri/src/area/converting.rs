//! The conversion of the PIN: a document is named, its pages are sent, and somebody looks at them.

use super::{Next, Place, Room, elsewhere};
use crate::asked::Asked;
use crate::door::word_of;
use crate::forms::{self, Check};
use crate::session::WholePortal;
use cns_contract::InsidePage;
use cns_login::{Readers, Vault};
use cns_portal_api::{Conversion, ConversionState, DocumentKind, NewConversion, PinKind};

impl<R: Readers, D: WholePortal, V: Vault> Room<'_, R, D, V> {
    /// Begins a conversion, or goes on with the one that is under way.
    pub(super) async fn convert(&self) -> Result<Next, Next> {
        let session = self.live.session();
        if let Ok(about) = self.world.portal.about_pin(&session).await {
            if about.kind == PinKind::Dispositivo {
                let page = InsidePage::Documents {
                    state: word_of(&ConversionState::Accolta),
                    has: Vec::new(),
                    reason: None,
                    saved_in: None,
                    refused: None,
                };
                return Ok(elsewhere(self.ask(page).await).into());
            }
            if let Some(id) = about.conversion {
                return Ok(Place::Conversion(id).into());
            }
        }
        let mut form = forms::convert();
        loop {
            let typed = self.fill(&mut form).await?;
            let mut check = Check::of(&mut form, &typed);
            let kind = check.word::<DocumentKind>("document_kind");
            let number = check.text("document_number");
            let expiry = check.day("document_expiry");
            let (Some(document_kind), Some(document_number), Some(document_expiry)) = (kind, number, expiry)
            else {
                continue;
            };
            let conversion = NewConversion {
                document_kind,
                document_number: document_number.to_uppercase(),
                document_expiry,
            };
            match self.world.portal.start_conversion(&session, &conversion).await {
                Ok(begun) => return Ok(Place::Conversion(begun.id).into()),
                Err(problem) => {
                    self.refused(&problem)?;
                    forms::refuse(&mut form, &problem);
                }
            }
        }
    }

    /// The papers of a conversion, until they are sent; later, what became of it.
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "a wish that this place does not know leads elsewhere, whichever it is"
    )]
    pub(super) async fn conversion(&self, id: &str) -> Result<Next, Next> {
        let (session, portal) = (self.live.session(), self.world.portal);
        let mut conversion = self.got(portal.conversion(&session, id)).await?;
        let (mut saved_in, mut refused) = (None, None);
        loop {
            let asked = self.ask(page(&conversion, saved_in.take(), refused.take())).await;
            let went = match asked {
                Asked::Document { side, bytes } => portal.send_document(&session, id, side, bytes).await,
                Asked::Send => portal.submit_conversion(&session, id).await,
                Asked::Print(folder) => {
                    match self.save(portal.conversion_form(&session), &folder).await {
                        Ok(path) => saved_in = Some(path),
                        Err(problem) => refused = Some(self.refused(&problem)?),
                    }
                    continue;
                }
                asked => return Ok(elsewhere(asked).into()),
            };
            match went {
                Ok(now) => conversion = now,
                Err(problem) => refused = Some(self.refused(&problem)?),
            }
        }
    }
}

fn page(
    conversion: &Conversion,
    saved_in: Option<String>,
    refused: Option<cns_contract::ProblemSeen>,
) -> InsidePage {
    InsidePage::Documents {
        state: word_of(&conversion.state),
        has: conversion
            .documents
            .iter()
            .map(|document| word_of(&document.side))
            .collect(),
        reason: conversion.reason.clone(),
        saved_in,
        refused,
    }
}
