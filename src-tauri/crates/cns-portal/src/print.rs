//! Answers that are paper.

use crate::problem::Refusal;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use cns_print::Print;
use time::Date;

/// A PDF as an answer: shown, not saved, unless the person says so.
pub(crate) struct Pdf(Vec<u8>);

/// Draws a document, aside from what waits for the network.
pub(crate) async fn pdf(print: Print, made_on: Date) -> Result<Pdf, Refusal> {
    let drawn = tokio::task::spawn_blocking(move || cns_print::pdf(&print, made_on)).await;
    match drawn {
        Ok(Ok(bytes)) => Ok(Pdf(bytes)),
        Ok(Err(error)) => {
            tracing::error!(target: "portal", %error, "a document cannot be printed");
            Err(Refusal::Unavailable)
        }
        Err(_) => Err(Refusal::Unavailable),
    }
}

impl IntoResponse for Pdf {
    fn into_response(self) -> Response {
        let headers = [
            (header::CONTENT_TYPE, HeaderValue::from_static("application/pdf")),
            (header::CONTENT_DISPOSITION, HeaderValue::from_static("inline")),
        ];
        (headers, self.0).into_response()
    }
}
