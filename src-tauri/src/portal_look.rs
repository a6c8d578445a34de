//! A look at a portal of pages while the person fetches the card: what is wrong there is better known before the PIN.

use crate::events::Stage;
use crate::session::World;
use cns_contract::FindingSeen;
use cns_login::{Readers, Vault};
use cns_tls::look;

impl<R: Readers, D, V: Vault> World<'_, R, D, V> {
    /// Looks once without a card, and again when it is known who issued the card; never ends.
    pub(crate) async fn look_at_the_portal(&self, stage: &Stage) {
        if let Some(pages) = self.web {
            let mut issuer = pages.card_issuer.subscribe();
            loop {
                let known = issuer.borrow_and_update().clone();
                match look(&pages.way, known.as_deref(), self.clock).await {
                    Ok(found) => stage.set_look(found.iter().map(FindingSeen::from).collect()),
                    Err(problem) => tracing::warn!(problem = problem.code.name(), "no look at the portal"),
                }
                if issuer.changed().await.is_err() {
                    break;
                }
            }
        }
        std::future::pending().await
    }
}
