//! Table `notice`: what a citizen is told in the area.

use crate::error::PortalError;
use crate::secret::random_id;
use crate::store::days;
use crate::store::{Store, Tx, instant, stored};
use cns_portal_api::{Notice, NoticeKind};
use sqlx::FromRow;
use time::{Date, OffsetDateTime};

/// What a citizen shall be told, in Italian.
pub(crate) struct Told<'a> {
    /// One line.
    pub(crate) title: &'a str,
    /// All of it.
    pub(crate) text: &'a str,
    /// The last day to do something about it.
    pub(crate) due: Option<Date>,
    /// The application it is about.
    pub(crate) application: Option<&'a str>,
}

/// Tells a citizen something, within the transaction of what happened.
pub(crate) async fn tell(
    transaction: &mut Tx<'_>,
    citizen_id: i64,
    kind: NoticeKind,
    told: &Told<'_>,
    now: OffsetDateTime,
) -> Result<(), PortalError> {
    sqlx::query(
        "INSERT INTO notice (public_id, citizen_id, kind, title, body, created_at, due, application)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(random_id())
    .bind(citizen_id)
    .bind(word(kind))
    .bind(told.title)
    .bind(told.text)
    .bind(stored(now))
    .bind(told.due.map(days::text))
    .bind(told.application)
    .execute(&mut **transaction)
    .await?;
    Ok(())
}

/// Tells a citizen something about who may come in: one line, and all of it.
pub(crate) async fn tell_of_safety(
    transaction: &mut Tx<'_>,
    citizen_id: i64,
    (title, text): (&str, &str),
    now: OffsetDateTime,
) -> Result<(), PortalError> {
    let told = Told {
        title,
        text,
        due: None,
        application: None,
    };
    tell(transaction, citizen_id, NoticeKind::Sicurezza, &told, now).await
}

impl Store {
    /// The notices of one citizen, newest first.
    pub(crate) async fn notices(&self, citizen_id: i64) -> Result<Vec<Notice>, PortalError> {
        let rows: Vec<Row> = sqlx::query_as(LIST)
            .bind(citizen_id)
            .fetch_all(self.reading())
            .await?;
        rows.into_iter().map(Row::read).collect()
    }

    /// Notes that a citizen read one of their notices. False when there is no such notice of theirs. The first
    /// reading counts.
    pub(crate) async fn read_notice(
        &self,
        citizen_id: i64,
        id: &str,
        now: OffsetDateTime,
    ) -> Result<bool, PortalError> {
        let found: Option<(i64,)> = sqlx::query_as(READ)
            .bind(stored(now))
            .bind(id)
            .bind(citizen_id)
            .fetch_optional(self.writer())
            .await?;
        Ok(found.is_some())
    }
}

pub(super) const LIST: &str =
    "SELECT public_id, kind, title, body, created_at, due, read_at, application FROM notice
    WHERE citizen_id = $1 ORDER BY id DESC LIMIT 200";

pub(super) const READ: &str =
    "UPDATE notice SET read_at = COALESCE(read_at, $1) WHERE public_id = $2 AND citizen_id = $3 RETURNING id";

#[derive(FromRow)]
struct Row {
    public_id: String,
    kind: String,
    title: String,
    body: String,
    created_at: i64,
    due: Option<String>,
    read_at: Option<i64>,
    application: Option<String>,
}

impl Row {
    fn read(self) -> Result<Notice, PortalError> {
        let stored = |column| PortalError::Stored { column };
        let kind = KINDS.iter().find(|(_, word)| *word == self.kind);
        Ok(Notice {
            id: self.public_id,
            kind: kind.ok_or(stored("notice.kind"))?.0,
            title: self.title,
            text: self.body,
            created_at: instant(self.created_at, "notice.created_at")?,
            due: self.due.map(|day| days::read("notice.due", &day)).transpose()?,
            read: self.read_at.is_some(),
            application: self.application,
        })
    }
}

const KINDS: [(NoticeKind, &str); 4] = [
    (NoticeKind::Avviso, "avviso"),
    (NoticeKind::Scadenza, "scadenza"),
    (NoticeKind::Comunicazione, "comunicazione"),
    (NoticeKind::Sicurezza, "sicurezza"),
];

fn word(kind: NoticeKind) -> &'static str {
    KINDS
        .iter()
        .find(|(own, _)| *own == kind)
        .map_or("avviso", |(_, word)| word)
}
