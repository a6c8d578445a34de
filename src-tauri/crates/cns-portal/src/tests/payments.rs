//! What the institute has paid, as it is served.

use crate::tests::people::{ADA_FO, ANNA_VERDI, GIULIA_NERI, MARIA_ROSSI};
use crate::tests::world::World;
use cns_portal_api::{
    Money, PaymentState, PensionSlip, PensionSlipComparison, PensionSlips, TaxCertificate, TaxCertificates,
    codes, paths,
};
use std::time::Duration;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

async fn read<T: serde::de::DeserializeOwned>(world: &World, path: &str, token: &str) -> T {
    let answer = world.get(path, Some(token)).await;
    assert_eq!(answer.status, 200, "{path}: {}", answer.body);
    serde_json::from_value(answer.body).unwrap()
}

fn cents(money: &Money) -> i64 {
    assert_eq!(money.currency, "EUR");
    money.amount.replace('.', "").parse().unwrap()
}

fn slip_path(month: &str) -> String {
    paths::PENSION_SLIP.replace("{month}", month)
}

#[tokio::test]
async fn every_month_adds_up_and_december_has_the_thirteenth() {
    let world = World::new().await;
    for person in [MARIA_ROSSI, ADA_FO, GIULIA_NERI] {
        let token = world.enter(person).await;
        let months: PensionSlips = read(&world, paths::PENSION_SLIPS, &token).await;
        assert!(
            months
                .items
                .is_sorted_by(|newer, older| newer.month > older.month)
        );
        for row in &months.items {
            let slip: PensionSlip = read(&world, &slip_path(&row.month), &token).await;
            assert_eq!(
                (&slip.month, &slip.net, slip.state),
                (&row.month, &row.net, row.state)
            );
            assert_eq!(
                cents(&slip.net),
                slip.lines.iter().map(|line| cents(&line.amount)).sum::<i64>()
            );
            assert_eq!(cents(&slip.gross) - cents(&slip.withheld), cents(&slip.net));
            assert!(cents(&slip.withheld) >= 0);
            let thirteenth = slip.lines.iter().any(|line| line.code == "tredicesima");
            assert_eq!(thirteenth, row.month.ends_with("-12"), "{}", row.month);
            assert_eq!(slip.subject.codice_fiscale, person);
            assert!(slip.notice.contains("Dati di esempio"));
        }
    }
}

#[tokio::test]
async fn the_months_go_from_the_first_of_the_pension_to_the_one_that_is_ordered() {
    let world = World::new().await;
    let token = world.enter(GIULIA_NERI).await;
    let months: PensionSlips = read(&world, paths::PENSION_SLIPS, &token).await;
    let [newest, .., oldest] = &*months.items else {
        panic!()
    };
    // 22 November: December is ordered already, since the twentieth.
    assert_eq!(
        (newest.month.as_str(), newest.state),
        ("2026-12", PaymentState::Disposto)
    );
    assert_eq!(
        (oldest.month.as_str(), oldest.state),
        ("2025-08", PaymentState::Pagato)
    );
    assert_eq!(months.items.len(), 17);
    world.clock.advance(40 * DAY);
    let token = world.enter(GIULIA_NERI).await;
    let later: PensionSlips = read(&world, paths::PENSION_SLIPS, &token).await;
    assert_eq!(later.items[0].month, "2027-01");
    assert!(
        later.items[1..]
            .iter()
            .map(|row| (&row.month, &row.net))
            .eq(months.items.iter().map(|row| (&row.month, &row.net)))
    );
}

#[tokio::test]
async fn two_months_are_compared_line_by_line_whichever_comes_first() {
    let world = World::new().await;
    let token = world.enter(ADA_FO).await;
    let ask = |first: &str, second: &str| {
        format!(
            "{}?first={first}&second={second}",
            paths::PENSION_SLIP_COMPARISONS
        )
    };
    let compared: PensionSlipComparison = read(&world, &ask("2025-11", "2025-12"), &token).await;
    let turned: PensionSlipComparison = read(&world, &ask("2025-12", "2025-11"), &token).await;
    assert!(compared == turned);
    assert_eq!(
        (compared.first.as_str(), compared.second.as_str()),
        ("2025-11", "2025-12")
    );
    for line in compared.lines.iter().chain([&compared.net]) {
        assert_eq!(
            cents(&line.second) - cents(&line.first),
            cents(&line.difference),
            "{}",
            line.text
        );
    }
    let sum = |of: fn(&cns_portal_api::ComparedLine) -> &Money| {
        compared.lines.iter().map(|line| cents(of(line))).sum::<i64>()
    };
    assert_eq!(sum(|line| &line.first), cents(&compared.net.first));
    assert_eq!(sum(|line| &line.second), cents(&compared.net.second));
    let thirteenth = compared
        .lines
        .iter()
        .find(|line| line.text.contains("Tredicesima"))
        .unwrap();
    assert_eq!(cents(&thirteenth.first), 0);
    assert!(cents(&thirteenth.second) > 0);
}

#[tokio::test]
async fn the_certificate_of_a_year_is_made_of_its_months() {
    let world = World::new().await;
    let token = world.enter(ADA_FO).await;
    let years: TaxCertificates = read(&world, paths::TAX_CERTIFICATES, &token).await;
    assert_eq!(years.items, [2025, 2024]);
    for year in years.items {
        let path = paths::TAX_CERTIFICATE.replace("{year}", &year.to_string());
        let certificate: TaxCertificate = read(&world, &path, &token).await;
        let point = |number: u16| {
            let found = certificate
                .points
                .iter()
                .find(|point| point.point == number)
                .unwrap();
            found.amount.as_ref().map(cents)
        };
        let (mut gross, mut withheld) = (0, 0);
        for month in 1..=12 {
            let slip: PensionSlip = read(&world, &slip_path(&format!("{year}-{month:02}")), &token).await;
            gross += cents(&slip.gross);
            let tax = slip
                .lines
                .iter()
                .filter(|line| ["irpef", "detrazioni"].contains(&line.code.as_str()));
            withheld -= tax.map(|line| cents(&line.amount)).sum::<i64>();
        }
        assert_eq!(point(3), Some(gross));
        assert_eq!(point(21), Some(withheld));
        assert_eq!(point(21), Some(point(361).unwrap() - point(367).unwrap()));
        let days = certificate.points.iter().find_map(|point| point.days);
        assert_eq!(days, Some(if year == 2024 { 366 } else { 365 }));
        assert!(certificate.notice.contains("Dati di esempio"));
    }
}

#[tokio::test]
async fn who_was_paid_nothing_has_no_certificate_and_what_is_not_there_is_not_found() {
    let world = World::new().await;
    let anna = world.enter(ANNA_VERDI).await;
    let years: TaxCertificates = read(&world, paths::TAX_CERTIFICATES, &anna).await;
    assert!(years.items.is_empty());
    let ada = world.enter(ADA_FO).await;
    for month in [
        "2023-12",
        "2027-01",
        "2026-13",
        "x",
        "%20",
        "2026-1",
        "2026-10-01",
        "%FF",
    ] {
        world
            .get(&slip_path(month), Some(&ada))
            .await
            .expect_problem(404, codes::NOT_FOUND);
    }
    for year in ["2023", "2026", "+2025", "02025", "x", "%FF", "99999999"] {
        let path = paths::TAX_CERTIFICATE.replace("{year}", year);
        world
            .get(&path, Some(&ada))
            .await
            .expect_problem(404, codes::NOT_FOUND);
        world
            .get(&path, Some(&anna))
            .await
            .expect_problem(404, codes::NOT_FOUND);
    }
    for query in ["", "?first=2026-10", "?second=2026-10"] {
        let path = format!("{}{query}", paths::PENSION_SLIP_COMPARISONS);
        world
            .get(&path, Some(&ada))
            .await
            .expect_problem(400, codes::MALFORMED_REQUEST);
    }
    let path = format!("{}?first=2026-10&second=2030-01", paths::PENSION_SLIP_COMPARISONS);
    world
        .get(&path, Some(&ada))
        .await
        .expect_problem(404, codes::NOT_FOUND);
}
