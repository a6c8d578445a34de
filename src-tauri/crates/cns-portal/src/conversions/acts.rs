//! What a holder does to have the PIN converted.

use crate::audit::{self, Actor, Entry};
use crate::conversions::life::{self, Step};
use crate::conversions::{documents, said};
use crate::error::PortalError;
use crate::keys::Index;
use crate::portal::{LiveSession, Portal};
use crate::problem::Refusal;
use crate::secret::random_id;
use crate::store::applications::hold_citizen;
use crate::store::conversions::{self, StoredConversion};
use crate::store::notices;
use crate::store::{Tx, documents as pages, pin_kind};
use cns_portal_api::{
    Conversion, ConversionChannel, ConversionState, DocumentSeen, DocumentSide, NewConversion, PinKind,
    PinState,
};
use cns_trust::CodiceFiscale;
use time::OffsetDateTime;

impl Portal {
    /// Begins a conversion. A draft that was there before gives way.
    pub(crate) async fn begin_conversion(
        &self,
        session: &LiveSession,
        identified: NewConversion,
    ) -> Result<Conversion, Refusal> {
        let now = self.now();
        let mut tx = self.store().writing().await?;
        let (citizen_id, holder) = (session.citizen.id, &session.citizen.codice_fiscale);
        let conversion = self
            .make_conversion(
                &mut tx,
                citizen_id,
                holder,
                identified,
                ConversionChannel::Online,
                now,
            )
            .await?;
        tx.commit().await.map_err(PortalError::from)?;
        Ok(conversion)
    }

    /// Makes the draft of a conversion, for whoever holds an active PIN ordinario.
    pub(super) async fn make_conversion(
        &self,
        tx: &mut Tx<'_>,
        citizen_id: i64,
        holder: &CodiceFiscale,
        identified: NewConversion,
        channel: ConversionChannel,
        now: OffsetDateTime,
    ) -> Result<Conversion, Refusal> {
        check_document(&identified, now)?;
        hold_citizen(tx, citizen_id).await?;
        match pin_kind::find(tx, self.keys(), holder).await? {
            Some((PinState::Active, PinKind::Ordinario)) => {}
            Some((_, PinKind::Dispositivo)) => return Err(Refusal::AlreadyDispositivo),
            Some(_) | None => return Err(Refusal::Conflict),
        }
        match conversions::under_way(tx, self.keys(), citizen_id).await? {
            Some(before) if before.conversion.state == ConversionState::Bozza => {
                conversions::forget(tx, &before.conversion.id).await?;
            }
            Some(_) => return Err(Refusal::Conflict),
            None => {}
        }
        let conversion = Conversion {
            id: random_id(),
            state: ConversionState::Bozza,
            channel,
            documents: Vec::new(),
            created_at: now,
            submitted_at: None,
            reason: None,
        };
        let new = StoredConversion {
            citizen_id,
            identified,
            conversion,
        };
        conversions::add(tx, self.keys(), &new).await?;
        Ok(new.conversion)
    }

    /// One of the holder's conversions.
    pub(crate) async fn conversion(&self, session: &LiveSession, id: &str) -> Result<Conversion, Refusal> {
        let mut tx = self.store().reading().begin().await.map_err(PortalError::from)?;
        let found = conversions::by_id(&mut tx, self.keys(), id).await?;
        found
            .filter(|found| found.citizen_id == session.citizen.id)
            .map(|found| found.conversion)
            .ok_or(Refusal::NotFound)
    }

    /// Takes a page of a draft.
    pub(crate) async fn take_page(
        &self,
        session: &LiveSession,
        id: &str,
        side: DocumentSide,
        content: &[u8],
    ) -> Result<Conversion, Refusal> {
        let mut tx = self.store().writing().await?;
        let mut found = self.own_conversion(&mut tx, session, id).await?;
        self.put_page(&mut tx, &mut found.conversion, side, content)
            .await?;
        tx.commit().await.map_err(PortalError::from)?;
        Ok(found.conversion)
    }

    /// Keeps a page of a draft, sealed.
    pub(super) async fn put_page(
        &self,
        tx: &mut Tx<'_>,
        conversion: &mut Conversion,
        side: DocumentSide,
        content: &[u8],
    ) -> Result<(), Refusal> {
        if content.len() > documents::LARGEST_PAGE {
            return Err(Refusal::BodyTooLarge);
        }
        let media = documents::media(content).ok_or(Refusal::PageKind)?;
        if conversion.state != ConversionState::Bozza {
            return Err(Refusal::Conflict);
        }
        let page = DocumentSeen {
            side,
            media: media.to_owned(),
            bytes: u64::try_from(content.len()).unwrap_or(u64::MAX),
        };
        pages::put(tx, self.keys(), &conversion.id, &page, content).await?;
        conversion.documents = pages::of(tx, &conversion.id).await?;
        Ok(())
    }

    /// Sends a conversion whose pages are all there.
    pub(crate) async fn send_conversion(
        &self,
        session: &LiveSession,
        id: &str,
    ) -> Result<Conversion, Refusal> {
        let now = self.now();
        let mut tx = self.store().writing().await?;
        let mut found = self.own_conversion(&mut tx, session, id).await?;
        check_document(&found.identified, now)?;
        self.submit(&mut tx, &mut found, now).await?;
        self.note_conversion(
            &mut tx,
            &session.citizen.codice_fiscale,
            &found.conversion,
            Actor::Person,
            now,
        )
        .await?;
        tx.commit().await.map_err(PortalError::from)?;
        Ok(found.conversion)
    }

    pub(super) async fn submit(
        &self,
        tx: &mut Tx<'_>,
        found: &mut StoredConversion,
        now: OffsetDateTime,
    ) -> Result<(), Refusal> {
        let conversion = &mut found.conversion;
        let lacking: Vec<String> = PAGES
            .iter()
            .filter(|(side, _)| conversion.documents.iter().all(|page| page.side != *side))
            .map(|(_, name)| format!("documents.{name}"))
            .collect();
        if conversion.state == ConversionState::Bozza && !lacking.is_empty() {
            return Err(Refusal::Fields { reasons: lacking });
        }
        conversion.state = life::next(conversion.state, Step::Submitted).ok_or(Refusal::Conflict)?;
        conversion.submitted_at = Some(now);
        conversions::change(tx, conversion).await?;
        notices::tell_of_safety(tx, found.citizen_id, said::SENT, now).await?;
        Ok(())
    }

    async fn own_conversion(
        &self,
        tx: &mut Tx<'_>,
        session: &LiveSession,
        id: &str,
    ) -> Result<StoredConversion, Refusal> {
        hold_citizen(tx, session.citizen.id).await?;
        conversions::by_id(tx, self.keys(), id)
            .await?
            .filter(|found| found.citizen_id == session.citizen.id)
            .ok_or(Refusal::NotFound)
    }

    pub(super) async fn note_conversion(
        &self,
        tx: &mut Tx<'_>,
        holder: &CodiceFiscale,
        conversion: &Conversion,
        actor: Actor<'_>,
        now: OffsetDateTime,
    ) -> Result<(), PortalError> {
        let person = self.keys().index(Index::Person, holder.as_str());
        let (event, channel) = (event(conversion.state), crate::store::word(&conversion.channel));
        let entry = Entry {
            now,
            event,
            person: Some(&person),
            actor,
            facts: &[("conversion", &conversion.id), ("channel", &channel)],
        };
        audit::record(tx, self.keys(), &entry).await
    }
}

fn event(state: ConversionState) -> &'static str {
    match state {
        ConversionState::Bozza => "conversion_begun",
        ConversionState::Inviata => "conversion_sent",
        ConversionState::InVerifica => "conversion_looked_at",
        ConversionState::Accolta => "conversion_granted",
        ConversionState::Respinta => "conversion_refused",
    }
}

/// A document identifies until its last day.
pub(crate) fn check_document(identified: &NewConversion, now: OffsetDateTime) -> Result<(), Refusal> {
    let number = identified.document_number.trim();
    let mut reasons = Vec::new();
    if !(MIN_NUMBER..=MAX_NUMBER).contains(&number.chars().count())
        || !number.chars().all(|letter| letter.is_ascii_alphanumeric())
    {
        reasons.push("document_number".to_owned());
    }
    if identified.document_expiry < now.date() {
        reasons.push("document_expiry".to_owned());
    }
    if reasons.is_empty() {
        Ok(())
    } else {
        Err(Refusal::Fields { reasons })
    }
}

/// The pages that a conversion consists of, and their names.
const PAGES: [(DocumentSide, &str); 3] = [
    (DocumentSide::Front, "front"),
    (DocumentSide::Back, "back"),
    (DocumentSide::Form, "form"),
];

/// Characters of a document's number.
const MIN_NUMBER: usize = 5;
const MAX_NUMBER: usize = 20;
