//! Tables `application`, `application_event`, `protocol_counter`.

use crate::error::PortalError;
use crate::keys::Keys;
use crate::store::days;
use crate::store::words::{meant, word};
use crate::store::{Store, Tx, instant, stored};
use cns_portal_api::{Application, ApplicationEvent, ApplicationForm, ApplicationState, Level, Profile};
use sqlx::{AssertSqlSafe, FromRow};
use time::{Date, OffsetDateTime};
use zeroize::Zeroizing;

/// An application, and whose it is.
pub(crate) struct StoredApplication {
    pub(crate) citizen_id: i64,
    pub(crate) application: Application,
}

/// Something that happens to an application.
pub(crate) struct Event<'a> {
    pub(crate) state: ApplicationState,
    /// Who did it: `applicant`, `portal`, or an operator's name after a colon.
    pub(crate) actor: &'a str,
    /// For the applicant.
    pub(crate) note: Option<&'a str>,
    pub(crate) at: OffsetDateTime,
}

/// Keeps every other act about a citizen's applications and conversions waiting until the transaction ends: an
/// application that is filed and a PIN that is converted at the same moment come one after the other. A row that is
/// written is locked in both databases; nothing of it changes.
pub(crate) async fn hold_citizen(tx: &mut Tx<'_>, citizen_id: i64) -> Result<(), PortalError> {
    sqlx::query("UPDATE citizen SET statement_made_at = statement_made_at WHERE id = $1")
        .bind(citizen_id)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Makes a draft.
pub(crate) async fn add(
    tx: &mut Tx<'_>,
    keys: &Keys,
    citizen_id: i64,
    application: &Application,
    now: OffsetDateTime,
) -> Result<(), PortalError> {
    sqlx::query(
        "INSERT INTO application (id, citizen_id, kind, profile, state, version, form, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(&application.id)
    .bind(citizen_id)
    .bind(word(&application.form.kind()))
    .bind(word(&application.profile))
    .bind(word(&application.state))
    .bind(i64::from(application.version))
    .bind(seal(keys, &application.id, &application.form)?)
    .bind(stored(now))
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Writes what may change of an application, and makes it the next version.
pub(crate) async fn change(
    tx: &mut Tx<'_>,
    keys: &Keys,
    application: &mut Application,
) -> Result<(), PortalError> {
    application.version = application.version.saturating_add(1);
    sqlx::query(
        "UPDATE application SET kind = $1, profile = $2, state = $3, version = $4, form = $5, protocol = $6,
         filed_at = $7, level = $8, due = $9 WHERE id = $10",
    )
    .bind(word(&application.form.kind()))
    .bind(word(&application.profile))
    .bind(word(&application.state))
    .bind(i64::from(application.version))
    .bind(seal(keys, &application.id, &application.form)?)
    .bind(&application.protocol)
    .bind(application.filed_at.map(stored))
    .bind(application.level.as_ref().map(word))
    .bind(application.due.map(days::text))
    .bind(&application.id)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Adds an event to those of an application, in the database and in what was read of it.
pub(crate) async fn tell_event(
    tx: &mut Tx<'_>,
    keys: &Keys,
    application: &mut Application,
    event: &Event<'_>,
) -> Result<(), PortalError> {
    let position = i64::try_from(application.events.len()).unwrap_or(i64::MAX);
    let note = event
        .note
        .map(|note| keys.seal(&note_place(&application.id, position), note.as_bytes()))
        .transpose()?;
    sqlx::query(
        "INSERT INTO application_event (application_id, position, at, state, actor, note)
         VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(&application.id)
    .bind(position)
    .bind(stored(event.at))
    .bind(word(&event.state))
    .bind(event.actor)
    .bind(note)
    .execute(&mut **tx)
    .await?;
    application.events.push(ApplicationEvent {
        at: instant(stored(event.at), "application_event.at")?,
        state: event.state,
        note: event.note.map(str::to_owned),
    });
    Ok(())
}

/// Takes a draft away.
pub(crate) async fn forget(tx: &mut Tx<'_>, id: &str) -> Result<(), PortalError> {
    sqlx::query("DELETE FROM application WHERE id = $1")
        .bind(id)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// The next protocol number of a year. Numbers have no gaps: whoever takes one waits for whoever took the last.
pub(crate) async fn next_protocol(tx: &mut Tx<'_>, year: i32) -> Result<String, PortalError> {
    let (number,): (i64,) = sqlx::query_as(
        "INSERT INTO protocol_counter (year, last_number) VALUES ($1, 1)
         ON CONFLICT (year) DO UPDATE SET last_number = protocol_counter.last_number + 1
         RETURNING last_number",
    )
    .bind(i64::from(year))
    .fetch_one(&mut **tx)
    .await?;
    Ok(format!("{year}.{number:07}"))
}

/// Reads one application, for a transaction that holds its citizen.
pub(crate) async fn by_id(
    tx: &mut Tx<'_>,
    keys: &Keys,
    id: &str,
) -> Result<Option<StoredApplication>, PortalError> {
    let row: Option<Row> = sqlx::query_as(AssertSqlSafe(format!("{SELECT} WHERE id = $1")))
        .bind(id)
        .fetch_optional(&mut **tx)
        .await?;
    let Some(row) = row else { return Ok(None) };
    let events: Vec<EventRow> = sqlx::query_as(AssertSqlSafe(format!(
        "{EVENTS} WHERE application_id = $1 {BY_POSITION}"
    )))
    .bind(id)
    .fetch_all(&mut **tx)
    .await?;
    row.read(keys, &events).map(Some)
}

/// The applications of a citizen that are in one state, oldest first, for a transaction that holds the citizen.
pub(crate) async fn in_state(
    tx: &mut Tx<'_>,
    keys: &Keys,
    citizen_id: i64,
    state: ApplicationState,
) -> Result<Vec<Application>, PortalError> {
    let ids: Vec<(String,)> = sqlx::query_as(
        "SELECT id FROM application WHERE citizen_id = $1 AND state = $2 ORDER BY filed_at, created_at, id",
    )
    .bind(citizen_id)
    .bind(word(&state))
    .fetch_all(&mut **tx)
    .await?;
    let mut found = Vec::with_capacity(ids.len());
    for (id,) in ids {
        found.extend(by_id(tx, keys, &id).await?.map(|found| found.application));
    }
    Ok(found)
}

/// How many drafts a citizen has.
pub(crate) async fn drafts(tx: &mut Tx<'_>, citizen_id: i64) -> Result<i64, PortalError> {
    let (count,): (i64,) =
        sqlx::query_as("SELECT COUNT(*) FROM application WHERE citizen_id = $1 AND state = $2")
            .bind(citizen_id)
            .bind(word(&ApplicationState::Bozza))
            .fetch_one(&mut **tx)
            .await?;
    Ok(count)
}

/// The ids of applications that were due before a day, and whose they are.
pub(crate) async fn overdue(tx: &mut Tx<'_>, today: Date) -> Result<Vec<(String, i64)>, PortalError> {
    Ok(sqlx::query_as(
        "SELECT id, citizen_id FROM application WHERE state = $1 AND due < $2 ORDER BY due, id LIMIT 100",
    )
    .bind(word(&ApplicationState::InEvidenza))
    .bind(days::text(today))
    .fetch_all(&mut **tx)
    .await?)
}

impl Store {
    /// One application of a citizen. `None` when there is none of theirs by that id.
    pub(crate) async fn application(
        &self,
        keys: &Keys,
        citizen_id: i64,
        id: &str,
    ) -> Result<Option<Application>, PortalError> {
        Ok(self
            .some_applications(keys, citizen_id, Some(id))
            .await?
            .into_iter()
            .next())
    }

    /// The applications of a citizen, newest first.
    pub(crate) async fn applications(
        &self,
        keys: &Keys,
        citizen_id: i64,
    ) -> Result<Vec<Application>, PortalError> {
        self.some_applications(keys, citizen_id, None).await
    }

    async fn some_applications(
        &self,
        keys: &Keys,
        citizen_id: i64,
        id: Option<&str>,
    ) -> Result<Vec<Application>, PortalError> {
        let rows: Vec<Row> = sqlx::query_as(AssertSqlSafe(format!(
            "{SELECT} WHERE citizen_id = $1 AND id = COALESCE($2, id) ORDER BY created_at DESC, id LIMIT 200"
        )))
        .bind(citizen_id)
        .bind(id)
        .fetch_all(self.reading())
        .await?;
        let events: Vec<EventRow> = sqlx::query_as(AssertSqlSafe(format!(
            "{EVENTS} WHERE application_id IN
             (SELECT id FROM application WHERE citizen_id = $1 AND id = COALESCE($2, id)) {BY_POSITION}"
        )))
        .bind(citizen_id)
        .bind(id)
        .fetch_all(self.reading())
        .await?;
        rows.into_iter()
            .map(|row| Ok(row.read(keys, &events)?.application))
            .collect()
    }
}

const SELECT: &str =
    "SELECT id, citizen_id, profile, state, version, form, protocol, filed_at, level, due FROM application";
const EVENTS: &str = "SELECT application_id, position, at, state, note FROM application_event";
const BY_POSITION: &str = "ORDER BY application_id, position";

#[derive(FromRow)]
struct Row {
    id: String,
    citizen_id: i64,
    profile: String,
    state: String,
    version: i64,
    form: Vec<u8>,
    protocol: Option<String>,
    filed_at: Option<i64>,
    level: Option<String>,
    due: Option<String>,
}

#[derive(FromRow)]
struct EventRow {
    application_id: String,
    position: i64,
    at: i64,
    state: String,
    note: Option<Vec<u8>>,
}

impl Row {
    fn read(self, keys: &Keys, events: &[EventRow]) -> Result<StoredApplication, PortalError> {
        let form = keys.open(&form_place(&self.id), &self.form)?;
        let form: ApplicationForm = serde_json::from_slice(&form).map_err(|_| PortalError::Stored {
            column: "application.form",
        })?;
        let profile: Profile = meant(self.profile, "application.profile")?;
        let level: Option<Level> = self
            .level
            .map(|level| meant(level, "application.level"))
            .transpose()?;
        let events = events
            .iter()
            .filter(|event| event.application_id == self.id)
            .map(|event| event.read(keys))
            .collect::<Result<_, _>>()?;
        Ok(StoredApplication {
            citizen_id: self.citizen_id,
            application: Application {
                state: meant(self.state, "application.state")?,
                version: u32::try_from(self.version).map_err(|_| PortalError::Stored {
                    column: "application.version",
                })?,
                protocol: self.protocol,
                profile,
                form,
                filed_at: self
                    .filed_at
                    .map(|at| instant(at, "application.filed_at"))
                    .transpose()?,
                level,
                due: self
                    .due
                    .map(|due| days::read("application.due", &due))
                    .transpose()?,
                events,
                id: self.id,
            },
        })
    }
}

impl EventRow {
    fn read(&self, keys: &Keys) -> Result<ApplicationEvent, PortalError> {
        let note = match &self.note {
            Some(sealed) => {
                let note = keys.open(&note_place(&self.application_id, self.position), sealed)?;
                let note = String::from_utf8(note.to_vec()).map_err(|_| PortalError::Stored {
                    column: "application_event.note",
                })?;
                Some(note)
            }
            None => None,
        };
        Ok(ApplicationEvent {
            at: instant(self.at, "application_event.at")?,
            state: meant(self.state.clone(), "application_event.state")?,
            note,
        })
    }
}

/// A form holds names of children and an account: it is sealed.
fn seal(keys: &Keys, id: &str, form: &ApplicationForm) -> Result<Vec<u8>, PortalError> {
    let plain = serde_json::to_vec(form).map_err(|_| PortalError::Sealing)?;
    keys.seal(&form_place(id), &Zeroizing::new(plain))
}

fn form_place(id: &str) -> String {
    format!("application.{id}")
}

fn note_place(id: &str, position: i64) -> String {
    format!("application_event.{id}.{position}")
}
