//! Tables `document` and `document_look`: pages that people sent, sealed, and who has looked at them.

use crate::error::PortalError;
use crate::keys::Keys;
use crate::store::words::{meant, word};
use crate::store::{Tx, stored};
use cns_portal_api::{DocumentSeen, DocumentSide};
use sha2::{Digest as _, Sha256};
use time::OffsetDateTime;
use zeroize::Zeroizing;

/// Keeps a page; one that is there already on that side is replaced.
pub(crate) async fn put(
    tx: &mut Tx<'_>,
    keys: &Keys,
    conversion: &str,
    page: &DocumentSeen,
    content: &[u8],
) -> Result<(), PortalError> {
    sqlx::query(
        "INSERT INTO document (conversion_id, side, media, size, sha256, content)
         VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (conversion_id, side) DO UPDATE SET media = excluded.media, size = excluded.size,
         sha256 = excluded.sha256, content = excluded.content",
    )
    .bind(conversion)
    .bind(word(&page.side))
    .bind(&page.media)
    .bind(i64::try_from(page.bytes).unwrap_or(i64::MAX))
    .bind(Sha256::digest(content).to_vec())
    .bind(keys.seal(&place(conversion, page.side), content)?)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// What is known of the pages of a conversion.
pub(crate) async fn of(tx: &mut Tx<'_>, conversion: &str) -> Result<Vec<DocumentSeen>, PortalError> {
    let rows: Vec<(String, String, i64)> =
        sqlx::query_as("SELECT side, media, size FROM document WHERE conversion_id = $1 ORDER BY side")
            .bind(conversion)
            .fetch_all(&mut **tx)
            .await?;
    rows.into_iter()
        .map(|(side, media, bytes)| {
            Ok(DocumentSeen {
                side: meant(side, "document.side")?,
                media,
                bytes: u64::try_from(bytes).map_err(|_| PortalError::Stored {
                    column: "document.size",
                })?,
            })
        })
        .collect()
}

/// A page, opened.
pub(crate) struct Page {
    pub(crate) media: String,
    pub(crate) content: Zeroizing<Vec<u8>>,
}

/// Opens a page for an operator, and notes that they looked at this content of it.
pub(crate) async fn look_at(
    tx: &mut Tx<'_>,
    keys: &Keys,
    conversion: &str,
    side: DocumentSide,
    operator: &str,
    now: OffsetDateTime,
) -> Result<Option<Page>, PortalError> {
    let row: Option<(String, Vec<u8>, Vec<u8>)> =
        sqlx::query_as("SELECT media, sha256, content FROM document WHERE conversion_id = $1 AND side = $2")
            .bind(conversion)
            .bind(word(&side))
            .fetch_optional(&mut **tx)
            .await?;
    let Some((media, sha256, sealed)) = row else {
        return Ok(None);
    };
    sqlx::query(
        "INSERT INTO document_look (conversion_id, side, operator, sha256, at) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (conversion_id, side, operator) DO UPDATE SET sha256 = excluded.sha256, at = excluded.at",
    )
    .bind(conversion)
    .bind(word(&side))
    .bind(operator)
    .bind(sha256)
    .bind(stored(now))
    .execute(&mut **tx)
    .await?;
    let content = keys.open(&place(conversion, side), &sealed)?;
    Ok(Some(Page { media, content }))
}

/// How many pages of a conversion an operator has not looked at as they are.
pub(crate) async fn not_looked_at(
    tx: &mut Tx<'_>,
    conversion: &str,
    operator: &str,
) -> Result<i64, PortalError> {
    let (count,): (i64,) = sqlx::query_as(
        "SELECT COUNT(*) FROM document WHERE conversion_id = $1 AND NOT EXISTS (
             SELECT 1 FROM document_look WHERE document_look.conversion_id = document.conversion_id
             AND document_look.side = document.side AND document_look.sha256 = document.sha256
             AND document_look.operator = $2)",
    )
    .bind(conversion)
    .bind(operator)
    .fetch_one(&mut **tx)
    .await?;
    Ok(count)
}

fn place(conversion: &str, side: DocumentSide) -> String {
    format!("document.{conversion}.{}", word(&side))
}
