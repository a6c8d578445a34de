//! B: services.

use crate::tests::paper;
use crate::tests::people::{ADA_FO, GIULIA_NERI, MARIA_ROSSI};
use crate::tests::world::World;
use cns_portal_api::{Level, Services, paths};

async fn catalogue(world: &World) -> Services {
    serde_json::from_value(world.get(paths::SERVICES, None).await.body).unwrap()
}

#[tokio::test]
async fn r_10_looking_things_up_asks_for_a_pin_ordinario_and_no_more() {
    let services = catalogue(&World::new().await).await;
    for id in [
        "estratto_conto",
        "cedolino_pensione",
        "certificazione_unica",
        "domande",
        "assegni_familiari",
    ] {
        let service = services.items.iter().find(|service| service.id == id).unwrap();
        assert_eq!(service.level, Level::Ordinario, "{id}");
    }
    for id in [
        "assegno_unico",
        "assegno_nucleo",
        "isee",
        "variazione_indirizzo",
        "variazione_contatti",
    ] {
        let service = services.items.iter().find(|service| service.id == id).unwrap();
        assert_eq!(service.level, Level::Dispositivo, "{id}");
    }
}

#[tokio::test]
async fn r_10_a_pin_ordinario_reads_what_the_card_reads() {
    let world = World::new().await;
    let (_, pin) = world.working_pin(GIULIA_NERI).await;
    let card = world.enter(GIULIA_NERI).await;
    let me = world.get(paths::ME, Some(&pin)).await.body;
    assert_eq!((&me["method"], &me["kind"]), (&"pin".into(), &"ordinario".into()));
    for path in [
        paths::MY_SERVICES.to_owned(),
        paths::MY_CONTACTS.to_owned(),
        paths::MY_NOTICES.to_owned(),
        paths::MY_ACCESSES.to_owned(),
        paths::CONTRIBUTION_STATEMENT.to_owned(),
        paths::PENSION_SLIPS.to_owned(),
        paths::PENSION_SLIP.replace("{month}", "2026-10"),
        format!("{}?first=2026-09&second=2026-10", paths::PENSION_SLIP_COMPARISONS),
        paths::TAX_CERTIFICATES.to_owned(),
        paths::TAX_CERTIFICATE.replace("{year}", "2025"),
    ] {
        let by_pin = world.get(&path, Some(&pin)).await;
        assert_eq!(by_pin.status, 200, "{path}");
        assert_eq!(by_pin.body, world.get(&path, Some(&card)).await.body, "{path}");
    }
}

#[tokio::test]
async fn r_17_the_catalogue_has_the_services_that_the_sources_name() {
    let services = catalogue(&World::new().await).await;
    for id in [
        "estratto_conto",
        "certificazione_unica",
        "cedolino_pensione",
        "verifica_pensione",
        "assegni_familiari",
        "riscossione",
    ] {
        assert!(services.items.iter().any(|service| service.id == id), "{id}");
    }
}

#[tokio::test]
async fn r_17_what_is_there_is_printed_as_a_pdf_that_says_it_is_an_example() {
    let world = World::new().await;
    for person in [MARIA_ROSSI, ADA_FO] {
        let token = world.enter(person).await;
        for path in [
            paths::CONTRIBUTION_STATEMENT_PRINT.to_owned(),
            paths::PENSION_SLIP_PRINT.replace("{month}", "2025-12"),
            paths::TAX_CERTIFICATE_PRINT.replace("{year}", "2025"),
        ] {
            let print = world.get(&path, Some(&token)).await;
            assert_eq!(print.status, 200, "{path}: {}", print.body);
            assert_eq!(print.headers["content-type"], "application/pdf");
            paper::expect_sound(&print.bytes);
        }
    }
}

#[tokio::test]
async fn r_18_the_catalogue_is_there_before_any_login_and_names_the_service_to_come_back_to() {
    let world = World::new().await;
    let before = catalogue(&world).await;
    assert!(before.profiles.is_empty());
    let token = world.enter(MARIA_ROSSI).await;
    let after: Services =
        serde_json::from_value(world.get(paths::MY_SERVICES, Some(&token)).await.body).unwrap();
    for service in &after.items {
        assert!(
            before.items.iter().any(|known| known.id == service.id),
            "{}",
            service.id
        );
    }
}
