//! What operators do about conversions: take papers in, look at them, decide.

use crate::applications;
use crate::audit::{self, Actor, Entry};
use crate::conversions::acts::check_document;
use crate::conversions::life::{self, Step};
use crate::conversions::said;
use crate::error::PortalError;
use crate::keys::Index;
use crate::operator::Operator;
use crate::pin::form;
use crate::portal::Portal;
use crate::problem::Refusal;
use crate::secret::random_id;
use crate::store::applications::hold_citizen;
use crate::store::conversions::{self, StoredConversion};
use crate::store::documents::{self, Page};
use crate::store::notices;
use crate::store::{Citizen, Tx, citizens, pin_kind, word};
use cns_portal_api::{
    Conversion, ConversionCase, ConversionChannel, ConversionDecision, ConversionState, DocumentKind,
    DocumentSide, Identified, NewConversion, PinKind, PinState,
};
use time::OffsetDateTime;

impl Portal {
    /// The conversions that wait.
    pub(crate) async fn conversion_cases(&self) -> Result<Vec<ConversionCase>, PortalError> {
        let mut cases = Vec::new();
        for waiting in self.store().conversions_waiting().await? {
            let mut tx = self.store().reading().begin().await?;
            cases.push(ConversionCase {
                documents: documents::of(&mut tx, &waiting.id).await?,
                id: waiting.id,
                codice_fiscale: waiting.codice_fiscale,
                state: waiting.state,
            });
        }
        Ok(cases)
    }

    /// Shows a page to an operator, which is written down: only who has seen all pages decides.
    pub(crate) async fn show_page(
        &self,
        operator: &Operator,
        id: &str,
        side: DocumentSide,
    ) -> Result<Page, Refusal> {
        let now = self.now();
        let mut tx = self.store().writing().await?;
        let (mut found, citizen) = self.case(&mut tx, id).await?;
        if found.conversion.state == ConversionState::Bozza {
            return Err(Refusal::NotFound);
        }
        let page = documents::look_at(&mut tx, self.keys(), id, side, operator.name(), now)
            .await?
            .ok_or(Refusal::NotFound)?;
        if let Some(state) = life::next(found.conversion.state, Step::LookedAt) {
            found.conversion.state = state;
            conversions::change(&mut tx, &found.conversion).await?;
        }
        let person = self.keys().index(Index::Person, citizen.codice_fiscale.as_str());
        let entry = Entry {
            now,
            event: "page_looked_at",
            person: Some(&person),
            actor: Actor::Operator(operator.name()),
            facts: &[("conversion", id), ("side", &word(&side))],
        };
        audit::record(&mut tx, self.keys(), &entry).await?;
        tx.commit().await.map_err(PortalError::from)?;
        Ok(page)
    }

    /// Decides a conversion. Held applications go on by themselves, in the same transaction.
    pub(crate) async fn decide_conversion(
        &self,
        operator: &Operator,
        id: &str,
        decision: &ConversionDecision,
    ) -> Result<ConversionCase, Refusal> {
        let now = self.now();
        let reason = decision
            .reason
            .as_deref()
            .map(str::trim)
            .filter(|reason| !reason.is_empty());
        if (!decision.granted && reason.is_none())
            || reason.is_some_and(|reason| reason.chars().count() > LONGEST_REASON)
        {
            return Err(Refusal::Fields {
                reasons: vec!["reason".to_owned()],
            });
        }
        let mut tx = self.store().writing().await?;
        let (mut found, citizen) = self.case(&mut tx, id).await?;
        let step = if decision.granted {
            Step::Granted
        } else {
            Step::Refused
        };
        if matches!(
            found.conversion.state,
            ConversionState::Inviata | ConversionState::InVerifica
        ) && documents::not_looked_at(&mut tx, id, operator.name()).await? > 0
        {
            return Err(Refusal::PagesNotSeen);
        }
        found.conversion.state = life::next(found.conversion.state, step).ok_or(Refusal::Conflict)?;
        if decision.granted {
            self.make_dispositivo(&mut tx, &citizen, now).await?;
        } else {
            found.conversion.reason = reason.map(str::to_owned);
            let text = said::refused(reason.unwrap_or_default());
            notices::tell_of_safety(&mut tx, citizen.id, (said::REFUSED, &text), now).await?;
        }
        conversions::change(&mut tx, &found.conversion).await?;
        conversions::sign(&mut tx, id, operator.name(), now).await?;
        let actor = Actor::Operator(operator.name());
        self.note_conversion(&mut tx, &citizen.codice_fiscale, &found.conversion, actor, now)
            .await?;
        tx.commit().await.map_err(PortalError::from)?;
        Ok(case(found.conversion, &citizen))
    }

    /// Takes in papers that came by fax: the pages are put in one by one.
    pub(crate) async fn take_fax(
        &self,
        operator: &Operator,
        identified: &Identified,
    ) -> Result<ConversionCase, Refusal> {
        let now = self.now();
        let mut tx = self.store().writing().await?;
        let citizen = self.known(&mut tx, &identified.codice_fiscale).await?;
        let (channel, document) = (ConversionChannel::Fax, document(identified));
        let conversion = self
            .make_conversion(
                &mut tx,
                citizen.id,
                &citizen.codice_fiscale,
                document,
                channel,
                now,
            )
            .await?;
        let actor = Actor::Operator(operator.name());
        self.note_conversion(&mut tx, &citizen.codice_fiscale, &conversion, actor, now)
            .await?;
        tx.commit().await.map_err(PortalError::from)?;
        Ok(case(conversion, &citizen))
    }

    /// Puts in a page that came by fax. With the last of them the conversion is sent.
    pub(crate) async fn take_fax_page(
        &self,
        operator: &Operator,
        id: &str,
        side: DocumentSide,
        content: &[u8],
    ) -> Result<ConversionCase, Refusal> {
        let now = self.now();
        let mut tx = self.store().writing().await?;
        let (mut found, citizen) = self.case(&mut tx, id).await?;
        if found.conversion.channel != ConversionChannel::Fax {
            return Err(Refusal::NotFound);
        }
        self.put_page(&mut tx, &mut found.conversion, side, content)
            .await?;
        match self.submit(&mut tx, &mut found, now).await {
            Ok(()) => {
                let actor = Actor::Operator(operator.name());
                self.note_conversion(&mut tx, &citizen.codice_fiscale, &found.conversion, actor, now)
                    .await?;
            }
            // Pages are still to come.
            Err(Refusal::Fields { .. }) => {}
            Err(refusal) => return Err(refusal),
        }
        tx.commit().await.map_err(PortalError::from)?;
        Ok(case(found.conversion, &citizen))
    }

    /// Somebody stands at the counter with a document: the PIN becomes dispositivo at once.
    pub(crate) async fn convert_at_counter(
        &self,
        operator: &Operator,
        identified: &Identified,
    ) -> Result<ConversionCase, Refusal> {
        let now = self.now();
        let mut tx = self.store().writing().await?;
        let document = document(identified);
        check_document(&document, now)?;
        let citizen = self.known(&mut tx, &identified.codice_fiscale).await?;
        hold_citizen(&mut tx, citizen.id).await?;
        // Papers that are still on their way are not needed any more.
        if let Some(before) = conversions::under_way(&mut tx, self.keys(), citizen.id).await? {
            conversions::forget(&mut tx, &before.conversion.id).await?;
        }
        self.make_dispositivo(&mut tx, &citizen, now).await?;
        let new = StoredConversion {
            citizen_id: citizen.id,
            identified: document,
            conversion: Conversion {
                id: random_id(),
                state: ConversionState::Accolta,
                channel: ConversionChannel::Sportello,
                documents: Vec::new(),
                created_at: now,
                submitted_at: Some(now),
                reason: None,
            },
        };
        conversions::add(&mut tx, self.keys(), &new).await?;
        conversions::sign(&mut tx, &new.conversion.id, operator.name(), now).await?;
        let actor = Actor::Operator(operator.name());
        self.note_conversion(&mut tx, &citizen.codice_fiscale, &new.conversion, actor, now)
            .await?;
        tx.commit().await.map_err(PortalError::from)?;
        Ok(case(new.conversion, &citizen))
    }

    /// The PIN stays the same and becomes dispositivo; what was held because of it goes on.
    async fn make_dispositivo(
        &self,
        tx: &mut Tx<'_>,
        citizen: &Citizen,
        now: OffsetDateTime,
    ) -> Result<(), Refusal> {
        if !pin_kind::convert(tx, self.keys(), &citizen.codice_fiscale).await? {
            let held = pin_kind::find(tx, self.keys(), &citizen.codice_fiscale).await?;
            return Err(match held {
                Some((PinState::Active, PinKind::Dispositivo)) => Refusal::AlreadyDispositivo,
                Some(_) | None => Refusal::Conflict,
            });
        }
        applications::converted(tx, self.keys(), citizen.id, now).await?;
        notices::tell_of_safety(tx, citizen.id, said::GRANTED, now).await?;
        Ok(())
    }

    /// A conversion and its citizen, who is held until the transaction ends.
    async fn case(&self, tx: &mut Tx<'_>, id: &str) -> Result<(StoredConversion, Citizen), Refusal> {
        let found = conversions::by_id(tx, self.keys(), id)
            .await?
            .ok_or(Refusal::NotFound)?;
        hold_citizen(tx, found.citizen_id).await?;
        // It may have changed before the citizen was held.
        let found = conversions::by_id(tx, self.keys(), id)
            .await?
            .ok_or(Refusal::NotFound)?;
        let citizen = citizens::by_id(tx, found.citizen_id).await?;
        Ok((found, citizen))
    }

    /// The citizen of a codice fiscale.
    pub(crate) async fn known(&self, tx: &mut Tx<'_>, codice_fiscale: &str) -> Result<Citizen, Refusal> {
        let codice_fiscale = form::codice_fiscale(codice_fiscale)?;
        citizens::find(tx, &codice_fiscale)
            .await?
            .ok_or(Refusal::Conflict)
    }
}

fn case(conversion: Conversion, citizen: &Citizen) -> ConversionCase {
    ConversionCase {
        id: conversion.id,
        codice_fiscale: citizen.codice_fiscale.as_str().to_owned(),
        state: conversion.state,
        documents: conversion.documents,
    }
}

pub(crate) fn document(identified: &Identified) -> NewConversion {
    NewConversion {
        document_kind: DocumentKind::CartaIdentita,
        document_number: identified.document_number.clone(),
        document_expiry: identified.document_expiry,
    }
}

/// Characters of a reason.
const LONGEST_REASON: usize = 500;
