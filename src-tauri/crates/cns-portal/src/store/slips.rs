//! Tables `pension_slip` and `slip_line`: the months of a pension, written when they are first asked for.

use crate::area::Registered;
use crate::area::slips::{self, Line, Rata, Slip};
use crate::error::PortalError;
use crate::store::days;
use crate::store::{Citizen, Store, Tx};
use sqlx::FromRow;
use time::Date;

/// A month, in the list.
pub(crate) struct SlipSum {
    pub(crate) rata: Rata,
    pub(crate) value_date: Date,
    pub(crate) net_cents: i64,
}

impl Store {
    /// Writes down the months that have come since somebody last asked.
    pub(crate) async fn bring_slips_up_to(&self, citizen: &Citizen, today: Date) -> Result<(), PortalError> {
        let Some(pension) = &citizen.registered.traits.pension else {
            return Ok(());
        };
        let (first, last) = slips::months(pension, today)?;
        let (written,): (Option<String>,) = sqlx::query_as(LAST)
            .bind(citizen.id)
            .fetch_one(self.reading())
            .await?;
        let written = written.and_then(|month| Rata::parse(&month));
        let mut rata = written.map_or(first, Rata::next);
        if rata > last {
            return Ok(());
        }
        let mut transaction = self.writing().await?;
        while rata <= last {
            put(&mut transaction, citizen.id, &citizen.registered, rata).await?;
            rata = rata.next();
        }
        transaction.commit().await?;
        Ok(())
    }

    /// The months of one citizen, newest first.
    pub(crate) async fn slip_sums(&self, citizen_id: i64) -> Result<Vec<SlipSum>, PortalError> {
        let rows: Vec<(String, String, i64)> = sqlx::query_as(SUMS)
            .bind(citizen_id)
            .fetch_all(self.reading())
            .await?;
        rows.into_iter()
            .map(|(month, value_date, net_cents)| {
                Ok(SlipSum {
                    rata: rata(&month)?,
                    value_date: days::read("pension_slip.value_date", &value_date)?,
                    net_cents,
                })
            })
            .collect()
    }

    /// The months of one citizen from one to another, both among them, oldest first.
    pub(crate) async fn slips(
        &self,
        citizen_id: i64,
        first: Rata,
        last: Rata,
    ) -> Result<Vec<Slip>, PortalError> {
        let heads: Vec<Head> = sqlx::query_as(HEADS)
            .bind(citizen_id)
            .bind(first.to_string())
            .bind(last.to_string())
            .fetch_all(self.reading())
            .await?;
        let lines: Vec<(String, String, i64)> = sqlx::query_as(LINES)
            .bind(citizen_id)
            .bind(first.to_string())
            .bind(last.to_string())
            .fetch_all(self.reading())
            .await?;
        heads.into_iter().map(|head| head.read(&lines)).collect()
    }
}

/// Writes a month down. Two that write at once write the same.
async fn put(
    transaction: &mut Tx<'_>,
    citizen_id: i64,
    person: &Registered,
    rata: Rata,
) -> Result<(), PortalError> {
    let Some(slip) = slips::invent(person, rata)? else {
        return Ok(());
    };
    sqlx::query(
        "INSERT INTO pension_slip (citizen_id, month, value_date, paid_to, category, number, since, gross_cents)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING",
    )
    .bind(citizen_id)
    .bind(rata.to_string())
    .bind(days::text(slip.value_date))
    .bind(&slip.paid_to)
    .bind(&slip.category)
    .bind(&slip.number)
    .bind(days::text(slip.since))
    .bind(slip.gross_cents)
    .execute(&mut **transaction)
    .await?;
    for (position, (line, cents)) in (0_i64..).zip(&slip.lines) {
        sqlx::query(
            "INSERT INTO slip_line (citizen_id, month, position, code, amount_cents) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT DO NOTHING",
        )
        .bind(citizen_id)
        .bind(rata.to_string())
        .bind(position)
        .bind(line.words().0)
        .bind(*cents)
        .execute(&mut **transaction)
        .await?;
    }
    Ok(())
}

pub(super) const LAST: &str = "SELECT MAX(month) FROM pension_slip WHERE citizen_id = $1";

pub(super) const SUMS: &str =
    "SELECT pension_slip.month, pension_slip.value_date, CAST(SUM(slip_line.amount_cents) AS BIGINT)
    FROM pension_slip JOIN slip_line
    ON slip_line.citizen_id = pension_slip.citizen_id AND slip_line.month = pension_slip.month
    WHERE pension_slip.citizen_id = $1
    GROUP BY pension_slip.month, pension_slip.value_date ORDER BY pension_slip.month DESC";

pub(super) const HEADS: &str =
    "SELECT month, value_date, paid_to, category, number, since, gross_cents FROM pension_slip
    WHERE citizen_id = $1 AND month >= $2 AND month <= $3 ORDER BY month";

pub(super) const LINES: &str = "SELECT month, code, amount_cents FROM slip_line
    WHERE citizen_id = $1 AND month >= $2 AND month <= $3 ORDER BY month, position";

#[derive(FromRow)]
struct Head {
    month: String,
    value_date: String,
    paid_to: String,
    category: String,
    number: String,
    since: String,
    gross_cents: i64,
}

impl Head {
    fn read(self, lines: &[(String, String, i64)]) -> Result<Slip, PortalError> {
        let lines = lines
            .iter()
            .filter(|(month, _, _)| *month == self.month)
            .map(|(_, code, cents)| {
                let line = Line::from_code(code).ok_or(PortalError::Stored {
                    column: "slip_line.code",
                });
                line.map(|line| (line, *cents))
            })
            .collect::<Result<_, _>>()?;
        Ok(Slip {
            rata: rata(&self.month)?,
            value_date: days::read("pension_slip.value_date", &self.value_date)?,
            paid_to: self.paid_to,
            category: self.category,
            number: self.number,
            since: days::read("pension_slip.since", &self.since)?,
            gross_cents: self.gross_cents,
            lines,
        })
    }
}

fn rata(month: &str) -> Result<Rata, PortalError> {
    Rata::parse(month).ok_or(PortalError::Stored {
        column: "pension_slip.month",
    })
}
