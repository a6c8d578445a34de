//! What is done for somebody on the phone or at the counter: calls, PINs, contacts.

use crate::conversions::{check_document, document};
use crate::operator::Operator;
use crate::pin::Origin;
use crate::portal::Portal;
use crate::problem::Refusal;
use crate::request::Json;
use crate::request_parts::Place;
use crate::throttle::PeerAddress;
use axum::extract::State;
use axum::http::StatusCode;
use cns_portal_api::{
    Campaign, CampaignStarted, ContactChange, CounterIssue, CounterIssued, NewPinRequest, PinRequestReceived,
    RevocationAtDesk, Verification,
};
use cns_trust::CodiceFiscale;

/// What came of a call.
pub(super) async fn note_call(
    State(portal): State<Portal>,
    operator: Operator,
    Place(id): Place<String>,
    Json(verification): Json<Verification>,
) -> Result<StatusCode, Refusal> {
    portal
        .note_call(&id, verification.confirmed, operator.name())
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A PIN in a sealed envelope.
pub(super) async fn issue_at_counter(
    State(portal): State<Portal>,
    operator: Operator,
    Json(issue): Json<CounterIssue>,
) -> Result<(StatusCode, axum::Json<CounterIssued>), Refusal> {
    check_document(&document(&issue.identified), portal.now())?;
    let letter = portal.issue_at_counter(&issue, operator.name()).await?;
    Ok((StatusCode::CREATED, axum::Json(CounterIssued { letter })))
}

/// A request by phone.
pub(super) async fn take_request(
    State(portal): State<Portal>,
    _: Operator,
    from: PeerAddress,
    Json(request): Json<NewPinRequest>,
) -> Result<(StatusCode, axum::Json<PinRequestReceived>), Refusal> {
    let received = portal.request_pin(request, Origin::Phone, from).await?;
    Ok((StatusCode::CREATED, axum::Json(received)))
}

/// Letters to people without a PIN.
pub(super) async fn offer_by_letter(
    State(portal): State<Portal>,
    operator: Operator,
    Json(campaign): Json<Campaign>,
) -> Result<(StatusCode, axum::Json<CampaignStarted>), Refusal> {
    if campaign.people.is_empty() || campaign.people.len() > MOST_LETTERS {
        return Err(Refusal::Fields {
            reasons: vec!["people".to_owned()],
        });
    }
    let mut started = CampaignStarted {
        letters: 0,
        left_out: 0,
    };
    for person in &campaign.people {
        if portal.offer_by_letter(person, operator.name()).await? {
            started.letters += 1;
        } else {
            started.left_out += 1;
        }
    }
    Ok((StatusCode::CREATED, axum::Json(started)))
}

/// The end of a PIN.
pub(super) async fn revoke(
    State(portal): State<Portal>,
    operator: Operator,
    Json(revocation): Json<RevocationAtDesk>,
) -> Result<StatusCode, Refusal> {
    let identified = &revocation.identified;
    check_document(&document(identified), portal.now())?;
    let holder = CodiceFiscale::parse(&identified.codice_fiscale).map_err(|_| Refusal::Fields {
        reasons: vec!["identified.codice_fiscale".to_owned()],
    })?;
    if portal.revoke_at_desk(&holder, operator.name()).await? {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(Refusal::Conflict)
    }
}

/// A contact, for somebody who was identified.
pub(super) async fn set_contact(
    State(portal): State<Portal>,
    operator: Operator,
    Json(change): Json<ContactChange>,
) -> Result<StatusCode, Refusal> {
    portal.set_contact(&operator, &change).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Letters of one campaign.
const MOST_LETTERS: usize = 500;
