//! K: the CNS.

use crate::tests::people::MARIA_ROSSI;
use crate::tests::world::World;
use cns_portal_api::paths;

#[tokio::test]
async fn r_84_after_the_card_everything_is_there_at_once() {
    let world = World::new().await;
    let token = world.enter(MARIA_ROSSI).await;
    for path in [
        paths::CONTRIBUTION_STATEMENT.to_owned(),
        paths::PENSION_SLIPS.to_owned(),
        paths::PENSION_SLIP.replace("{month}", "2026-11"),
        paths::TAX_CERTIFICATE.replace("{year}", "2025"),
        paths::MY_SERVICES.to_owned(),
        paths::MY_CONTACTS.to_owned(),
        paths::MY_NOTICES.to_owned(),
        paths::MY_ACCESSES.to_owned(),
    ] {
        assert_eq!(world.get(&path, Some(&token)).await.status, 200, "{path}");
    }
}
