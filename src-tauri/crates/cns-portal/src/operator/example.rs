//! The part of the body's own people, played for the example: there one person walks the whole way alone.

use crate::error::PortalError;
use crate::operator::Operator;
use crate::portal::Portal;
use crate::secret::Secret;
use cns_portal_api::ConversionDecision;

impl Portal {
    /// Does what waits, as a benevolent operator would: confirms every call, looks at every page, grants every
    /// conversion. Tells how many cases that were. No host offers this: only who runs the portal in their own process,
    /// as the example does, can call it.
    ///
    /// # Errors
    /// [`PortalError::Database`] when the cases cannot be read, or the account cannot be written.
    pub async fn play_operator(&self) -> Result<usize, PortalError> {
        let operator = Operator::of_the_example();
        // What operators do is signed with an account; nobody knows the password of this one.
        self.add_operator(operator.name(), &Secret::random().reveal())
            .await?;
        let calls = self.requests_to_verify().await?;
        for call in &calls {
            if let Err(refusal) = self.note_call(&call.id, true, operator.name()).await {
                tracing::warn!(?refusal, "a call of the example stays as it is");
            }
        }
        let conversions = self.conversion_cases().await?;
        for case in &conversions {
            for page in &case.documents {
                if let Err(refusal) = self.show_page(&operator, &case.id, page.side).await {
                    tracing::warn!(?refusal, "a page of the example stays unseen");
                }
            }
            let granted = ConversionDecision {
                granted: true,
                reason: None,
            };
            let decided = self.decide_conversion(&operator, &case.id, &granted).await;
            if let Err(refusal) = decided {
                tracing::warn!(?refusal, "a conversion of the example stays as it is");
            }
        }
        Ok(calls.len() + conversions.len())
    }
}
