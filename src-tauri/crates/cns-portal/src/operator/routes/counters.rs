//! `GET /operator/v1/metrics`: counters, for a Prometheus on the same computer, or for an operator. They name nobody.

use crate::operator::Operator;
use crate::operator::metrics::MEDIA_TYPE;
use crate::portal::Portal;
use crate::problem::Refusal;
use crate::throttle::PeerAddress;
use axum::extract::State;
use axum::http::{HeaderName, header};

pub(super) async fn metrics(
    State(portal): State<Portal>,
    PeerAddress(from): PeerAddress,
    operator: Option<Operator>,
) -> Result<([(HeaderName, &'static str); 1], String), Refusal> {
    if !from.is_loopback() && operator.is_none() {
        return Err(Refusal::Session);
    }
    Ok(([(header::CONTENT_TYPE, MEDIA_TYPE)], portal.metrics_text().await?))
}
