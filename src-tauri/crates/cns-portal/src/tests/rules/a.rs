//! A: people and profiles.

use crate::tests::people::{
    ADA_FO, ANNA_VERDI, BRUNO_VERDI, GIULIA_NERI, LUCA_BIANCHI, MARIA_ROSSI, PAOLA_SCURA,
};
use crate::tests::world::{World, request};
use axum::body::Body;
use axum::http::Method;
use cns_portal_api::{ContributionStatement, Profile, Services, codes, paths};
use std::collections::BTreeSet;

async fn services(world: &World, codice_fiscale: &str) -> Services {
    let token = world.enter(codice_fiscale).await;
    let answer = world.get(paths::MY_SERVICES, Some(&token)).await;
    serde_json::from_value(answer.body).unwrap()
}

async fn sections(world: &World, codice_fiscale: &str) -> Vec<String> {
    let token = world.enter(codice_fiscale).await;
    let answer = world.get(paths::CONTRIBUTION_STATEMENT, Some(&token)).await;
    let statement: ContributionStatement = serde_json::from_value(answer.body).unwrap();
    statement
        .sections
        .into_iter()
        .map(|section| section.code)
        .collect()
}

#[tokio::test]
async fn r_01_a_person_has_one_profile_or_several_and_each_opens_its_services() {
    use Profile::*;
    let world = World::new().await;
    for (person, profiles) in [
        (ANNA_VERDI, vec![Cittadino, LavoratorePrivato]),
        (GIULIA_NERI, vec![Cittadino, Pensionato, GestioneSeparata]),
        (
            PAOLA_SCURA,
            vec![Cittadino, LavoratorePrivato, Azienda, Patronato],
        ),
    ] {
        let services = services(&world, person).await;
        assert_eq!(services.profiles, profiles);
        for service in services.items {
            assert!(
                service.profiles.iter().any(|profile| profiles.contains(profile)),
                "{}",
                service.id
            );
        }
    }
}

#[tokio::test]
async fn r_02_what_is_seen_follows_from_the_archive_and_not_from_what_is_asked_for() {
    let world = World::new().await;
    let token = world.enter(ANNA_VERDI).await;
    let own = world.get(paths::MY_SERVICES, Some(&token)).await.body;
    let asked = format!("{}?profile=pensionato", paths::MY_SERVICES);
    assert_eq!(world.get(&asked, Some(&token)).await.body, own);
    assert!(!own.to_string().contains("\"cedolino_pensione\""));
}

#[tokio::test]
async fn r_03_a_pensioners_service_is_closed_to_workers_and_a_workers_records_to_pensioners_of_another() {
    let world = World::new().await;
    for worker in [ANNA_VERDI, BRUNO_VERDI, LUCA_BIANCHI] {
        let token = world.enter(worker).await;
        for path in [
            paths::PENSION_SLIPS.to_owned(),
            paths::PENSION_SLIP.replace("{month}", "2026-10"),
            paths::PENSION_SLIP_PRINT.replace("{month}", "2026-10"),
            format!("{}?first=2026-09&second=2026-10", paths::PENSION_SLIP_COMPARISONS),
        ] {
            world
                .get(&path, Some(&token))
                .await
                .expect_problem(403, codes::NOT_YOUR_SERVICE);
        }
    }
    let pensioner = services(&world, ADA_FO).await.profiles;
    assert_eq!(pensioner, [Profile::Cittadino, Profile::Pensionato]);
}

#[tokio::test]
async fn r_03_each_worker_sees_the_records_of_their_own_management_only() {
    let world = World::new().await;
    assert_eq!(sections(&world, ANNA_VERDI).await, ["FPLD"]);
    assert_eq!(sections(&world, BRUNO_VERDI).await, ["CPDEL"]);
    assert_eq!(sections(&world, LUCA_BIANCHI).await, ["FPLS"]);
}

#[tokio::test]
async fn r_03_a_record_that_strayed_into_another_management_is_not_shown() {
    let world = World::new().await;
    assert_eq!(sections(&world, ANNA_VERDI).await, ["FPLD"]);
    for management in ["FPLS", "CTPS", "GS"] {
        world.stray_period(ANNA_VERDI, management).await;
    }
    assert_eq!(sections(&world, ANNA_VERDI).await, ["FPLD"]);
}

#[tokio::test]
async fn r_03_who_has_two_profiles_sees_the_records_of_both() {
    let world = World::new().await;
    let seen: BTreeSet<String> = sections(&world, MARIA_ROSSI).await.into_iter().collect();
    assert_eq!(seen, ["COM", "FPLD", "GS"].map(str::to_owned).into());
}

#[tokio::test]
async fn r_04_the_services_of_offices_are_shown_and_cannot_be_used_here() {
    let world = World::new().await;
    let services = services(&world, PAOLA_SCURA).await;
    let company = services
        .items
        .iter()
        .find(|service| service.id == "cassetto_aziendale");
    assert!(!company.unwrap().operable);
    // The slip of somebody who gave the patronato a mandate: there, and not to be used.
    let slip = services
        .items
        .iter()
        .find(|service| service.id == "cedolino_pensione");
    assert!(!slip.unwrap().operable);
    let token = world.enter(PAOLA_SCURA).await;
    world
        .get(paths::PENSION_SLIPS, Some(&token))
        .await
        .expect_problem(403, codes::NOT_YOUR_SERVICE);
}

#[tokio::test]
async fn r_05_employees_of_both_sectors_pensioners_and_others_use_one_area() {
    let world = World::new().await;
    for person in [
        ANNA_VERDI,
        BRUNO_VERDI,
        LUCA_BIANCHI,
        ADA_FO,
        GIULIA_NERI,
        MARIA_ROSSI,
    ] {
        let token = world.enter(person).await;
        for path in [
            paths::MY_SERVICES,
            paths::CONTRIBUTION_STATEMENT,
            paths::TAX_CERTIFICATES,
        ] {
            assert_eq!(world.get(path, Some(&token)).await.status, 200, "{path}");
        }
    }
}

#[tokio::test]
async fn r_06_everybody_sees_their_own_records_and_nobody_elses() {
    let world = World::new().await;
    let (maria, giulia) = (world.enter(MARIA_ROSSI).await, world.enter(GIULIA_NERI).await);
    for path in [
        paths::ME.to_owned(),
        paths::CONTRIBUTION_STATEMENT.to_owned(),
        paths::PENSION_SLIPS.to_owned(),
        paths::PENSION_SLIP.replace("{month}", "2026-10"),
        paths::TAX_CERTIFICATE.replace("{year}", "2025"),
    ] {
        let hers = world.get(&path, Some(&maria)).await;
        let others = world.get(&path, Some(&giulia)).await;
        assert_eq!(
            (hers.status.as_u16(), others.status.as_u16()),
            (200, 200),
            "{path}"
        );
        assert_ne!(hers.body, others.body, "{path}");
        assert!(!others.body.to_string().contains(MARIA_ROSSI), "{path}");
        assert!(!hers.body.to_string().contains(GIULIA_NERI), "{path}");
    }
}

#[tokio::test]
async fn r_07_a_notice_of_one_person_is_not_there_for_another() {
    let world = World::new().await;
    let (anna, bruno) = (world.enter(ANNA_VERDI).await, world.enter(BRUNO_VERDI).await);
    world.tell(ANNA_VERDI, "Solo per Anna").await;
    let notices = world.get(paths::MY_NOTICES, Some(&anna)).await;
    let id = notices.body["items"][0]["id"].as_str().unwrap();
    let reading = paths::MY_NOTICE_READINGS.replace("{id}", id);
    let read = |token: &str| world.ask_api(request(Method::POST, &reading, Some(token), Body::empty()));
    read(&bruno).await.expect_problem(404, codes::NOT_FOUND);
    assert_eq!(
        world.get(paths::MY_NOTICES, Some(&anna)).await.body["items"][0]["read"],
        false
    );
    assert_eq!(
        world.get(paths::MY_NOTICES, Some(&bruno)).await.body["items"],
        serde_json::json!([])
    );
    assert_eq!(read(&anna).await.status, 204);
    assert_eq!(
        world.get(paths::MY_NOTICES, Some(&anna)).await.body["items"][0]["read"],
        true
    );
}

#[tokio::test]
async fn r_07_a_pin_opens_the_area_of_its_applicant_and_of_nobody_else() {
    let world = World::new().await;
    let (pin, anna) = world.working_pin(ANNA_VERDI).await;
    let (_, bruno) = world.working_pin(BRUNO_VERDI).await;
    assert_ne!(world.type_pin(BRUNO_VERDI, &pin).await.status, 201);
    for (token, own, others) in [
        (&anna, ANNA_VERDI, BRUNO_VERDI),
        (&bruno, BRUNO_VERDI, ANNA_VERDI),
    ] {
        for path in [paths::ME, paths::CONTRIBUTION_STATEMENT] {
            let text = world.get(path, Some(token)).await.body.to_string();
            assert!(text.contains(own) && !text.contains(others), "{path}");
        }
    }
}

#[tokio::test]
async fn r_08_without_a_session_no_service_answers() {
    let world = World::new().await;
    let description = serde_json::to_value(crate::routes::description()).unwrap();
    let mut closed = 0;
    for (path, item) in description["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            if !operation["security"].to_string().contains("bearer") {
                continue;
            }
            let method = Method::from_bytes(method.to_uppercase().as_bytes()).unwrap();
            let path = path.replace("{month}", "2026-10").replace("{year}", "2025");
            let answer = world.ask_api(request(method, &path, None, Body::empty())).await;
            answer.expect_problem(401, codes::SESSION_ENDED);
            closed += 1;
        }
    }
    assert!(closed >= 15, "{closed}");
}
