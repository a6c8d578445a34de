//! The area around the services: accesses, contacts, notices; and that it stays fast with many people.

use crate::area::contacts;
use crate::outbox::ChannelKind;
use crate::seed;
use crate::store::notices::{self, Told};
use crate::store::{archive, citizens, contacts as stored};
use crate::tests::people::{ANNA_VERDI, BRUNO_VERDI};
use crate::tests::world::World;
use cns_portal_api::{Address, ContactKind, NoticeKind, paths};
use cns_trust::CodiceFiscale;
use std::time::Duration;

impl World {
    /// The row of whoever has this codice fiscale.
    pub(crate) async fn citizen(&self, codice_fiscale: &str) -> i64 {
        let mut transaction = self.portal.store().writing().await.unwrap();
        let codice_fiscale = CodiceFiscale::parse(codice_fiscale).unwrap();
        let id = citizens::find_or_make(&mut transaction, &codice_fiscale, None, self.portal.now()).await;
        transaction.commit().await.unwrap();
        id.unwrap()
    }

    /// Tells somebody something.
    pub(crate) async fn tell(&self, codice_fiscale: &str, title: &str) {
        let citizen = self.citizen(codice_fiscale).await;
        let told = Told {
            title,
            text: "Una prova.",
            due: None,
            application: None,
        };
        let mut transaction = self.portal.store().writing().await.unwrap();
        let now = self.portal.now();
        notices::tell(&mut transaction, citizen, NoticeKind::Avviso, &told, now)
            .await
            .unwrap();
        transaction.commit().await.unwrap();
    }

    /// Writes a row of another management into somebody's career.
    pub(crate) async fn stray_period(&self, codice_fiscale: &str, management: &'static str) {
        let citizen = self.citizen(codice_fiscale).await;
        let mut transaction = self.portal.store().writing().await.unwrap();
        sqlx::query(
            "INSERT INTO contribution_period (citizen_id, position, management, first_day, last_day, kind, for_right,
             for_amount, notes) SELECT $1, COUNT(*), $2, '2020-01-01', '2020-12-31', 'employee', 1, 1, ''
             FROM contribution_period WHERE citizen_id = $3",
        )
        .bind(citizen)
        .bind(management)
        .bind(citizen)
        .execute(&mut *transaction)
        .await
        .unwrap();
        transaction.commit().await.unwrap();
    }
}

#[tokio::test]
async fn every_way_in_is_written_down_newest_first_for_its_holder_alone() {
    let world = World::new().await;
    world.enter(ANNA_VERDI).await;
    world.clock.advance(Duration::from_secs(90));
    let token = world.enter(ANNA_VERDI).await;
    let accesses = world.get(paths::MY_ACCESSES, Some(&token)).await.body;
    let at: Vec<&str> = accesses["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["at"].as_str().unwrap())
        .collect();
    assert_eq!(at, ["2026-11-22T12:01:30Z", "2026-11-22T12:00:00Z"]);
    assert_eq!(accesses["items"][0]["method"], "cns");
    assert_eq!(accesses["items"][0]["succeeded"], true);
    let bruno = world.enter(BRUNO_VERDI).await;
    let own = world.get(paths::MY_ACCESSES, Some(&bruno)).await.body;
    assert_eq!(own["items"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn the_list_of_accesses_ends_at_a_hundred() {
    let world = World::new().await;
    let mut token = String::new();
    for _ in 0..103 {
        token = world.enter(ANNA_VERDI).await;
    }
    let accesses = world.get(paths::MY_ACCESSES, Some(&token)).await.body;
    assert_eq!(accesses["items"].as_array().unwrap().len(), 100);
}

#[tokio::test]
async fn contacts_are_shown_masked_and_verified_ones_say_so() {
    let world = World::new().await;
    let token = world.enter(ANNA_VERDI).await;
    assert_eq!(
        world.get(paths::MY_CONTACTS, Some(&token)).await.body["items"],
        serde_json::json!([])
    );
    let (id, now, keys) = (
        world.citizen(ANNA_VERDI).await,
        world.portal.now(),
        world.portal.keys(),
    );
    let mut transaction = world.portal.store().writing().await.unwrap();
    for (kind, value) in [
        (ContactKind::Email, "anna@example.org"),
        (ContactKind::Mobile, "+393331234456"),
    ] {
        stored::set(&mut transaction, keys, id, kind, value, now)
            .await
            .unwrap();
    }
    stored::verify(&mut transaction, id, ContactKind::Mobile, now)
        .await
        .unwrap();
    // The same value again changes nothing.
    let before = stored::set(
        &mut transaction,
        keys,
        id,
        ContactKind::Mobile,
        "+393331234456",
        now,
    )
    .await
    .unwrap();
    assert!(before.is_none());
    transaction.commit().await.unwrap();
    let contacts = world.get(paths::MY_CONTACTS, Some(&token)).await.body;
    let shown: Vec<_> = contacts["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| {
            (
                row["kind"].as_str().unwrap(),
                row["masked"].as_str().unwrap(),
                row["verified"].as_bool().unwrap(),
            )
        })
        .collect();
    assert_eq!(
        shown,
        [("mobile", "···· 456", true), ("email", "a···@example.org", false)]
    );
}

#[tokio::test]
async fn a_contact_that_is_replaced_is_told_and_the_new_one_is_not_verified() {
    let world = World::new().await;
    let token = world.enter(ANNA_VERDI).await;
    let (id, now, keys) = (
        world.citizen(ANNA_VERDI).await,
        world.portal.now(),
        world.portal.keys(),
    );
    let mut transaction = world.portal.store().writing().await.unwrap();
    for value in ["anna@example.org", "other@example.net", "other@example.net"] {
        contacts::change(&mut transaction, keys, id, ContactKind::Email, value, now)
            .await
            .unwrap();
        stored::verify(&mut transaction, id, ContactKind::Email, now)
            .await
            .unwrap();
    }
    contacts::change(
        &mut transaction,
        keys,
        id,
        ContactKind::Email,
        "third@example.net",
        now,
    )
    .await
    .unwrap();
    transaction.commit().await.unwrap();
    world.deliver().await;
    let mut told: Vec<String> = world
        .mailbox
        .delivered()
        .borrow()
        .iter()
        .map(|message| message.to.to_string())
        .collect();
    // Those that leave together leave in any order.
    told.sort();
    assert_eq!(told, ["anna@example.org", "other@example.net"]);
    let contacts = world.get(paths::MY_CONTACTS, Some(&token)).await.body;
    assert_eq!(contacts["items"][0]["masked"], "t···@example.net");
    assert_eq!(contacts["items"][0]["verified"], false);
    let notices = world.get(paths::MY_NOTICES, Some(&token)).await.body;
    assert_eq!(notices["items"][0]["kind"], "sicurezza");
    assert_eq!(notices["items"].as_array().unwrap().len(), 3);
    let text = notices.to_string();
    assert!(!text.contains("third@") && !text.contains("anna@"), "{text}");
}

#[tokio::test]
async fn who_moves_house_is_told_on_every_contact_and_the_archive_has_the_new_address() {
    let world = World::new().await;
    let token = world.enter(ANNA_VERDI).await;
    let (id, now, keys) = (
        world.citizen(ANNA_VERDI).await,
        world.portal.now(),
        world.portal.keys(),
    );
    let codice_fiscale = CodiceFiscale::parse(ANNA_VERDI).unwrap();
    let person = world.registered(ANNA_VERDI).await;
    let address = Address {
        street: "Via Nuova 9".to_owned(),
        ..person.address.clone()
    };
    let mut transaction = world.portal.store().writing().await.unwrap();
    for (kind, value) in [
        (ContactKind::Email, "anna@example.org"),
        (ContactKind::Mobile, "+393331234456"),
        (ContactKind::Landline, "+390612345678"),
    ] {
        stored::set(&mut transaction, keys, id, kind, value, now)
            .await
            .unwrap();
    }
    contacts::change_address(&mut transaction, keys, id, &codice_fiscale, &address, now)
        .await
        .unwrap();
    let kept = archive::find(&mut transaction, &codice_fiscale)
        .await
        .unwrap()
        .unwrap();
    transaction.commit().await.unwrap();
    assert!(kept.address == address);
    world.deliver().await;
    let by: Vec<ChannelKind> = world
        .mailbox
        .delivered()
        .borrow()
        .iter()
        .map(|message| message.channel)
        .collect();
    assert_eq!(by, [ChannelKind::Sms, ChannelKind::Email]);
    let notices = world.get(paths::MY_NOTICES, Some(&token)).await.body;
    assert_eq!(
        notices["items"][0]["title"],
        "Il tuo indirizzo di residenza è cambiato"
    );
}

#[tokio::test]
async fn whoever_was_seeded_may_come_in_and_seeding_again_changes_nobody() {
    let world = World::new().await;
    let (store, now) = (world.portal.store(), world.portal.now());
    // More than one transaction holds.
    for people in [300, 10_250, 10_250] {
        seed::fill(store, people, now).await.unwrap();
    }
    let (people, citizens): (i64, i64) =
        sqlx::query_as("SELECT (SELECT COUNT(*) FROM archive), (SELECT COUNT(*) FROM citizen)")
            .fetch_one(store.reading())
            .await
            .unwrap();
    assert_eq!((people, citizens), (10_258, 10_258));
    for number in [0, 299, 10_249] {
        let person = seed::invent(number, now.date()).unwrap();
        let token = world.enter(person.codice_fiscale.as_str()).await;
        let me = world.get(paths::ME, Some(&token)).await.body;
        assert_eq!(me["full_name"], person.full_name());
        let statement = world.get(paths::CONTRIBUTION_STATEMENT, Some(&token)).await.body;
        let born = statement["subject"]["birth_date"].as_str().unwrap().to_owned();
        assert_eq!(born, person.birth_date.to_string());
    }
}
