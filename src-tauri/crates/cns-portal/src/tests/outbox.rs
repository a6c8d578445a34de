//! What waits to be sent.

use crate::error::PortalError;
use crate::keys::Keys;
use crate::outbox::{ChannelKind, Half, NewMessage, Purpose, Subject, put};
use crate::store::Store;
use crate::tests::on_postgres;
use crate::tests::pki::NOW;

pub(crate) fn half(half: Half, issue: i64, channel: ChannelKind, to: &'static str) -> NewMessage<'static> {
    NewMessage {
        channel,
        purpose: Purpose::Half { half, issue },
        subject: Subject::Credential(7),
        to,
        subject_line: "Una parte del PIN",
        text: "Una parte del PIN:\n\n{code}",
        code: Some("ABCDEFGH"),
        now: NOW,
    }
}

#[tokio::test]
async fn both_halves_of_one_issue_never_take_one_way() {
    use ChannelKind::{Email, Letter, Pec, Sms};
    let keys = Keys::random().unwrap();
    for (first, second, good) in [
        ((Email, "a@esempio.it"), (Letter, "Via Roma 1"), true),
        ((Sms, "+393330000001"), (Letter, "Via Roma 1"), true),
        ((Email, "a@esempio.it"), (Pec, "a@pec.esempio.it"), true),
        ((Sms, "+393330000001"), (Email, "a@esempio.it"), true),
        ((Sms, "+393330000001"), (Sms, "+393330000001"), false),
        ((Sms, "+393330000001"), (Sms, "+393330000002"), false),
        ((Email, "a@esempio.it"), (Email, "b@esempio.it"), false),
        ((Email, "a@esempio.it"), (Pec, " A@esempio.it"), false),
        ((Letter, "Via Roma 1"), (Letter, "Via Roma 1"), false),
    ] {
        let store = Store::open(&on_postgres::database()).await.unwrap();
        let mut tx = store.writing().await.unwrap();
        put(&mut tx, &keys, &half(Half::First, 1, first.0, first.1))
            .await
            .unwrap();
        let put_second = put(&mut tx, &keys, &half(Half::Second, 1, second.0, second.1)).await;
        match put_second {
            Ok(()) => assert!(good, "{first:?} {second:?}"),
            Err(PortalError::HalvesOnOneWay) => assert!(!good, "{first:?} {second:?}"),
            Err(error) => panic!("{error}"),
        }
        // The same half again, and the halves of another issue, are other matters.
        for other in [
            half(Half::First, 1, first.0, first.1),
            half(Half::Second, 2, first.0, first.1),
        ] {
            put(&mut tx, &keys, &other).await.unwrap();
        }
        tx.commit().await.unwrap();
        store.close().await;
    }
}

#[tokio::test]
async fn the_database_itself_refuses_halves_on_one_way() {
    let keys = Keys::random().unwrap();
    let store = Store::open(&on_postgres::database()).await.unwrap();
    let mut tx = store.writing().await.unwrap();
    let (sms, letter) = (ChannelKind::Sms, ChannelKind::Letter);
    put(&mut tx, &keys, &half(Half::First, 1, sms, "+393330000001"))
        .await
        .unwrap();
    put(&mut tx, &keys, &half(Half::Second, 1, letter, "Via Roma 1"))
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let copy =
        "INSERT INTO outbox (message, channel, purpose, half, issue, subject_kind, subject_id, way, sealed,
                                    state, attempts, not_before, created_at)
                SELECT 'other', channel, purpose, 'second', issue, subject_kind, subject_id, way, sealed,
                       state, attempts, not_before, created_at FROM outbox WHERE half = 'first'";
    for (statement, word) in [
        (copy, "both halves on one way"),
        (
            "UPDATE outbox SET channel = 'sms' WHERE half = 'second'",
            "does not change its way",
        ),
    ] {
        let mut tx = store.writing().await.unwrap();
        let refused = sqlx::query(statement).execute(&mut *tx).await.unwrap_err();
        assert!(refused.to_string().contains(word), "{refused}");
    }
}

#[tokio::test]
async fn what_waits_is_sealed() {
    let keys = Keys::random().unwrap();
    let store = Store::open(&on_postgres::database()).await.unwrap();
    let mut tx = store.writing().await.unwrap();
    let message = half(Half::First, 1, ChannelKind::Email, "a@esempio.it");
    put(&mut tx, &keys, &message).await.unwrap();
    tx.commit().await.unwrap();
    let (sealed, way): (Vec<u8>, Vec<u8>) = sqlx::query_as("SELECT sealed, way FROM outbox")
        .fetch_one(store.reading())
        .await
        .unwrap();
    for plain in ["ABCDEFGH", "esempio", "PIN"] {
        for bytes in [&sealed, &way] {
            assert!(
                !bytes
                    .windows(plain.len())
                    .any(|window| window == plain.as_bytes())
            );
        }
    }
}
