//! Table `contribution_period`: the rows of the estratto conto.

use crate::area::Registered;
use crate::career::{self, Kind, Management, NoteCode, Period};
use crate::error::PortalError;
use crate::store::days;
use crate::store::{Citizen, Store, Tx};
use cns_portal_api::Employer;
use sqlx::FromRow;

/// Writes rows down. Two that write at once write the same.
async fn put(transaction: &mut Tx<'_>, citizen_id: i64, periods: &[Period]) -> Result<(), PortalError> {
    for (position, period) in (0_i64..).zip(periods) {
        let notes: Vec<&str> = period.notes.iter().map(|note| note.code()).collect();
        sqlx::query(
            "INSERT INTO contribution_period (citizen_id, position, management, first_day, last_day, kind,
             for_right, for_amount, pay_cents, employer_name, employer_number, notes)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) ON CONFLICT DO NOTHING",
        )
        .bind(citizen_id)
        .bind(position)
        .bind(period.management.code())
        .bind(days::text(period.from))
        .bind(days::text(period.to))
        .bind(period.kind.code())
        .bind(i64::from(period.for_right))
        .bind(i64::from(period.for_amount))
        .bind(period.pay_cents.map(i64::from))
        .bind(period.employer.as_ref().map(|employer| employer.name.as_str()))
        .bind(
            period
                .employer
                .as_ref()
                .and_then(|employer| employer.number.as_deref()),
        )
        .bind(notes.join(" "))
        .execute(&mut **transaction)
        .await?;
    }
    Ok(())
}

impl Store {
    /// The career of one citizen; whoever asks first has it invented.
    pub(crate) async fn career(&self, citizen: &Citizen) -> Result<Vec<Period>, PortalError> {
        let written = self.periods(citizen.id).await?;
        if !written.is_empty() {
            return Ok(written);
        }
        let Registered {
            codice_fiscale,
            birth_date,
            traits,
            ..
        } = &citizen.registered;
        let made_on = citizen.statement_made_at.date();
        let invented = career::invent(codice_fiscale, *birth_date, traits.walk, made_on);
        if !invented.is_empty() {
            let mut transaction = self.writing().await?;
            put(&mut transaction, citizen.id, &invented).await?;
            transaction.commit().await?;
        }
        Ok(invented)
    }

    /// The rows of one citizen, in the order in which they were written.
    async fn periods(&self, citizen_id: i64) -> Result<Vec<Period>, PortalError> {
        let rows: Vec<Row> = sqlx::query_as(LIST)
            .bind(citizen_id)
            .fetch_all(self.reading())
            .await?;
        rows.into_iter().map(Row::read).collect()
    }
}

pub(super) const LIST: &str =
    "SELECT management, first_day, last_day, kind, for_right, for_amount, pay_cents, employer_name,
    employer_number, notes FROM contribution_period WHERE citizen_id = $1 ORDER BY position";

#[derive(FromRow)]
struct Row {
    management: String,
    first_day: String,
    last_day: String,
    kind: String,
    for_right: i64,
    for_amount: i64,
    pay_cents: Option<i64>,
    employer_name: Option<String>,
    employer_number: Option<String>,
    notes: String,
}

impl Row {
    fn read(self) -> Result<Period, PortalError> {
        let unexpected = |column| PortalError::Stored { column };
        let number = |column, number: i64| u32::try_from(number).map_err(|_| unexpected(column));
        Ok(Period {
            management: Management::from_code(&self.management)
                .ok_or(unexpected("contribution_period.management"))?,
            from: days::read("contribution_period.first_day", &self.first_day)?,
            to: days::read("contribution_period.last_day", &self.last_day)?,
            kind: Kind::from_code(&self.kind).ok_or(unexpected("contribution_period.kind"))?,
            for_right: number("contribution_period.for_right", self.for_right)?,
            for_amount: number("contribution_period.for_amount", self.for_amount)?,
            pay_cents: self
                .pay_cents
                .map(|cents| number("contribution_period.pay_cents", cents))
                .transpose()?,
            employer: self.employer_name.map(|name| Employer {
                name,
                number: self.employer_number,
            }),
            notes: self
                .notes
                .split_whitespace()
                .map(|code| NoteCode::from_code(code).ok_or(unexpected("contribution_period.notes")))
                .collect::<Result<_, _>>()?,
        })
    }
}
