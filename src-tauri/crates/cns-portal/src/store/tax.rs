//! Table `tax_certificate`: the Certificazioni Uniche that were issued. What was issued stays as it was.

use crate::error::PortalError;
use crate::store::Store;
use cns_portal_api::TaxPoint;

impl Store {
    /// The years for which a citizen has a certificate, and its number, newest first.
    pub(crate) async fn certificate_years(&self, citizen_id: i64) -> Result<Vec<i32>, PortalError> {
        let rows: Vec<(i64,)> = sqlx::query_as(YEARS)
            .bind(citizen_id)
            .fetch_all(self.reading())
            .await?;
        rows.into_iter()
            .map(|(year,)| i32::try_from(year).map_err(|_| stored("tax_certificate.year")))
            .collect()
    }

    /// Issues a certificate. One that is there stays as it is.
    pub(crate) async fn issue_certificate(
        &self,
        citizen_id: i64,
        year: i32,
        number: u32,
        points: &[TaxPoint],
    ) -> Result<(), PortalError> {
        let points = serde_json::to_string(points).map_err(|_| stored("tax_certificate.points"))?;
        sqlx::query(
            "INSERT INTO tax_certificate (citizen_id, year, number, points) VALUES ($1, $2, $3, $4)
             ON CONFLICT DO NOTHING",
        )
        .bind(citizen_id)
        .bind(i64::from(year))
        .bind(i64::from(number))
        .bind(points)
        .execute(self.writer())
        .await?;
        Ok(())
    }

    /// Reads a certificate: its number and its points.
    pub(crate) async fn certificate(
        &self,
        citizen_id: i64,
        year: i32,
    ) -> Result<Option<(u32, Vec<TaxPoint>)>, PortalError> {
        let row: Option<(i64, String)> = sqlx::query_as(ONE)
            .bind(citizen_id)
            .bind(i64::from(year))
            .fetch_optional(self.reading())
            .await?;
        row.map(|(number, points)| {
            Ok((
                u32::try_from(number).map_err(|_| stored("tax_certificate.number"))?,
                serde_json::from_str(&points).map_err(|_| stored("tax_certificate.points"))?,
            ))
        })
        .transpose()
    }
}

fn stored(column: &'static str) -> PortalError {
    PortalError::Stored { column }
}

pub(super) const YEARS: &str = "SELECT year FROM tax_certificate WHERE citizen_id = $1 ORDER BY year DESC";

pub(super) const ONE: &str = "SELECT number, points FROM tax_certificate WHERE citizen_id = $1 AND year = $2";
