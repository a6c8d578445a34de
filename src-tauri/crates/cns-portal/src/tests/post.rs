//! The workers of the post, ended at every point at which they can end.

use crate::outbox::{
    Channel, ChannelKind, Channels, Half, NewMessage, Outgoing, Purpose, SendError, Sending, Subject, Worker,
    put,
};
use crate::tests::outbox::half;
use crate::tests::pki::NOW;
use crate::tests::world::{World, roots};
use crate::tests::{on_postgres, world::MovingClock};
use crate::{Database, Portal, Settings};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// A way out that answers as it is told to, and remembers what left.
#[derive(Clone)]
struct Scripted {
    kind: ChannelKind,
    answers: Arc<Mutex<VecDeque<Result<(), SendError>>>>,
    left: Arc<Mutex<Vec<(String, String)>>>,
}

impl Channel for Scripted {
    fn kind(&self) -> ChannelKind {
        self.kind
    }

    fn send<'a>(&'a self, message: &'a Outgoing) -> Sending<'a> {
        Box::pin(async move {
            let answer = self.answers.lock().unwrap().pop_front().unwrap_or(Ok(()));
            if !matches!(answer, Err(SendError::NotSent { .. })) {
                let text = message.body.as_text().to_string();
                self.left.lock().unwrap().push((message.id.clone(), text));
            }
            answer
        })
    }
}

/// A portal with one scripted way out.
struct Post {
    portal: Portal,
    clock: Arc<MovingClock>,
    channel: Scripted,
}

impl Post {
    async fn by(kind: ChannelKind, answers: &[Result<(), SendError>]) -> Self {
        Self::on(&on_postgres::database(), kind, answers).await
    }

    /// Goes on with a database whose messages are none of its business.
    async fn on(database: &Database, kind: ChannelKind, answers: &[Result<(), SendError>]) -> Self {
        let channel = Scripted {
            kind,
            answers: Arc::new(Mutex::new(answers.iter().copied().collect())),
            left: Arc::default(),
        };
        let clock = MovingClock::at(NOW);
        let settings = Settings {
            channels: Channels(vec![Arc::new(channel.clone())]),
            ..Settings::in_memory().unwrap()
        };
        let portal = Portal::open(database, Arc::new(roots()), settings, clock.clone())
            .await
            .unwrap();
        sqlx::query("DELETE FROM outbox")
            .execute(portal.store().reading())
            .await
            .unwrap();
        Self {
            portal,
            clock,
            channel,
        }
    }

    async fn put(&self, message: &NewMessage<'_>) {
        let mut tx = self.portal.store().writing().await.unwrap();
        put(&mut tx, self.portal.keys(), message).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// A worker that has just been started.
    fn worker(&self) -> Worker {
        Worker::all(&self.portal).remove(0)
    }

    /// The state of the only message, how often it was begun, and whether it still says anything.
    async fn row(&self) -> (String, i64, bool) {
        let (state, attempts, sealed): (String, i64, Option<Vec<u8>>) =
            sqlx::query_as("SELECT state, attempts, sealed FROM outbox")
                .fetch_one(self.portal.store().reading())
                .await
                .unwrap();
        (state, attempts, sealed.is_some())
    }

    async fn expect(&self, state: &str, attempts: i64) {
        let is_open = matches!(state, "waiting" | "claimed" | "sending");
        assert_eq!(self.row().await, (state.to_owned(), attempts, is_open));
    }

    fn left(&self) -> usize {
        self.channel.left.lock().unwrap().len()
    }
}

const AGAIN: Result<(), SendError> = Err(SendError::NotSent { retry: true });
const NEVER: Result<(), SendError> = Err(SendError::NotSent { retry: false });
const DOUBT: Result<(), SendError> = Err(SendError::InDoubt);

fn of(purpose: Purpose, channel: ChannelKind) -> NewMessage<'static> {
    NewMessage {
        purpose,
        subject: Subject::Citizen(1),
        ..half(Half::First, 1, channel, "a@esempio.it")
    }
}

const FIRST: Purpose = Purpose::Half {
    half: Half::First,
    issue: 1,
};

/// Where a worker ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    BeforeClaim,
    AfterClaim,
    AfterBegin,
    AfterLastByte,
    AfterAnswer,
    AfterSettling,
}

/// Lets a worker go as far as `end`.
async fn work_until(post: &Post, end: End) {
    let worker = post.worker();
    if end == End::BeforeClaim {
        return;
    }
    let held = worker.claim().await.unwrap().remove(0);
    if end == End::AfterClaim {
        return;
    }
    let (held, message) = worker.begin(held).await.unwrap().unwrap();
    if end == End::AfterBegin {
        return;
    }
    // The channel had it all: whether its answer came back or not, nobody noted it.
    let answer = worker.send(&message).await;
    if matches!(end, End::AfterLastByte | End::AfterAnswer) {
        return;
    }
    worker.settle(&held, answer).await.unwrap();
}

#[tokio::test]
async fn a_worker_that_ends_anywhere_loses_nothing_and_sends_no_half_twice() {
    use ChannelKind::{Email, Letter, Pec, Sms};
    let database = on_postgres::database();
    for end in [
        End::BeforeClaim,
        End::AfterClaim,
        End::AfterBegin,
        End::AfterLastByte,
        End::AfterAnswer,
        End::AfterSettling,
    ] {
        for (channel, purpose) in [
            (Email, FIRST),
            (Pec, FIRST),
            (Email, Purpose::Code),
            (Pec, Purpose::Notice),
            (Sms, FIRST),
            (Letter, FIRST),
        ] {
            let post = Post::on(&database, channel, &[]).await;
            post.put(&of(purpose, channel)).await;
            work_until(&post, end).await;
            let (before, ..) = post.row().await;

            // Nobody touches what another may still be carrying.
            let next = post.worker();
            let carried = next.round().await.unwrap();
            let is_free = matches!(end, End::BeforeClaim);
            assert_eq!(carried, usize::from(is_free), "{end:?} {channel:?}: {before}");

            post.clock.advance(Duration::from_secs(121));
            while next.round().await.unwrap() > 0 {}
            post.clock.advance(Duration::from_secs(61));
            while next.round().await.unwrap() > 0 {}
            let is_void = matches!(end, End::AfterBegin | End::AfterLastByte | End::AfterAnswer)
                && matches!(channel, Email | Pec)
                && purpose == FIRST;
            let (state, _, is_open) = post.row().await;
            assert_eq!(
                (state.as_str(), is_open),
                (if is_void { "in_doubt" } else { "sent" }, false),
                "{end:?} {channel:?} {purpose:?}"
            );
            let left = post.channel.left.lock().unwrap().clone();
            // By SMS and letter the same message goes again under the same name, and is one for whoever gets it.
            assert!(left.iter().all(|(id, _)| *id == left[0].0));
            if matches!(channel, Email | Pec) && purpose == FIRST {
                assert!(left.len() <= 1, "{end:?} {channel:?}: {}", left.len());
            } else {
                assert!(!left.is_empty(), "{end:?} {channel:?}");
            }
            post.portal.close().await;
        }
    }
}

#[tokio::test]
async fn what_could_not_be_sent_is_tried_again_ever_more_slowly_and_in_the_end_not_at_all() {
    let post = Post::by(ChannelKind::Sms, &[AGAIN; 7]).await;
    post.put(&of(Purpose::Code, ChannelKind::Sms)).await;
    let worker = post.worker();
    for (tries, minutes) in [(1, 1), (2, 5), (3, 30), (4, 120), (5, 720)] {
        assert_eq!(worker.round().await.unwrap(), 1);
        post.expect("waiting", tries).await;
        post.clock.advance(Duration::from_secs(minutes * 60 - 1));
        assert_eq!(worker.round().await.unwrap(), 0, "try {tries}");
        post.clock.advance(Duration::from_secs(1));
    }
    assert_eq!(worker.round().await.unwrap(), 1);
    post.expect("failed", 6).await;
    assert_eq!((worker.round().await.unwrap(), post.left()), (0, 0));
}

#[tokio::test]
async fn each_answer_of_a_channel_has_its_consequence() {
    use ChannelKind::{Email, Letter, Pec, Sms};
    let database = on_postgres::database();
    for (channel, purpose, answer, state) in [
        (Email, FIRST, Ok(()), "sent"),
        (Email, FIRST, AGAIN, "waiting"),
        (Email, FIRST, NEVER, "failed"),
        (Email, FIRST, DOUBT, "in_doubt"),
        (Pec, FIRST, DOUBT, "in_doubt"),
        (Email, Purpose::Notice, DOUBT, "waiting"),
        (Pec, Purpose::Code, DOUBT, "waiting"),
        (Sms, FIRST, DOUBT, "waiting"),
        (Letter, FIRST, DOUBT, "waiting"),
        (Letter, FIRST, NEVER, "failed"),
    ] {
        let post = Post::on(&database, channel, &[answer]).await;
        post.put(&of(purpose, channel)).await;
        assert_eq!(post.worker().round().await.unwrap(), 1);
        post.expect(state, 1).await;
        post.portal.close().await;
    }
}

#[tokio::test]
async fn a_worker_that_slept_too_long_changes_nothing_any_more() {
    let post = Post::by(ChannelKind::Email, &[]).await;
    post.put(&of(FIRST, ChannelKind::Email)).await;
    let (slow, quick) = (post.worker(), post.worker());

    // It took the message, slept over its lease, and another took it.
    let held = slow.claim().await.unwrap().remove(0);
    post.clock.advance(Duration::from_secs(61));
    let taken = quick.claim().await.unwrap().remove(0);
    assert!(slow.begin(held).await.unwrap().is_none());

    // The other began, slept over its lease too, and the message was given up.
    let (held, message) = quick.begin(taken).await.unwrap().unwrap();
    post.clock.advance(Duration::from_secs(121));
    assert_eq!(slow.recover().await.unwrap(), 1);
    post.expect("in_doubt", 1).await;
    let answer = quick.send(&message).await;
    quick.settle(&held, answer).await.unwrap();
    post.expect("in_doubt", 1).await;
    assert_eq!(post.left(), 1);
}

#[tokio::test]
async fn many_workers_share_the_post_and_send_nothing_twice() {
    let post = Post::by(ChannelKind::Email, &[]).await;
    for _ in 0..60 {
        post.put(&of(Purpose::Notice, ChannelKind::Email)).await;
    }
    let mut workers = tokio::task::JoinSet::new();
    for _ in 0..4 {
        let worker = post.worker();
        workers.spawn(async move { while worker.round().await.unwrap() > 0 {} });
    }
    while let Some(ended) = workers.join_next().await {
        ended.unwrap();
    }
    let mut ids: Vec<String> = post
        .channel
        .left
        .lock()
        .unwrap()
        .iter()
        .map(|(id, _)| id.clone())
        .collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!((ids.len(), post.left()), (60, 60));
}

#[tokio::test]
async fn the_mailbox_of_the_demo_shows_what_arrived_and_the_database_forgets_it() {
    let world = World::new().await;
    let mut tx = world.portal.store().writing().await.unwrap();
    let message = half(Half::First, 1, ChannelKind::Email, "a@esempio.it");
    put(&mut tx, world.portal.keys(), &message).await.unwrap();
    tx.commit().await.unwrap();
    assert!(world.mailbox.delivered().borrow().is_empty());
    world.deliver().await;
    let delivered = world.mailbox.delivered().borrow().clone();
    assert_eq!(delivered.len(), 1);
    assert_eq!(*delivered[0].text, "Una parte del PIN:\n\nABCDEFGH");
    assert_eq!(
        (delivered[0].channel, delivered[0].to.as_str()),
        (ChannelKind::Email, "a@esempio.it")
    );
    assert!(!format!("{delivered:?}").contains("ABCDEFGH"));
    let (kept,): (i64,) = sqlx::query_as("SELECT COUNT(*) FROM outbox WHERE sealed IS NOT NULL")
        .fetch_one(world.portal.store().reading())
        .await
        .unwrap();
    assert_eq!(kept, 0);
    let (noted,): (i64,) = sqlx::query_as("SELECT COUNT(*) FROM audit WHERE event = 'message_sent'")
        .fetch_one(world.portal.store().reading())
        .await
        .unwrap();
    assert_eq!(noted, 1);
}

#[tokio::test]
async fn a_running_worker_is_woken_and_stops_when_it_is_told_to() {
    let post = Post::by(ChannelKind::Sms, &[]).await;
    let (stop, stopped) = tokio::sync::watch::channel(());
    let running = tokio::spawn(post.worker().run(stopped));
    post.put(&of(Purpose::Code, ChannelKind::Sms)).await;
    post.portal.wake_post();
    while post.left() == 0 {
        tokio::task::yield_now().await;
    }
    drop(stop);
    running.await.unwrap();
    post.expect("sent", 1).await;
}
