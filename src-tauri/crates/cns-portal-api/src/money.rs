//! Money as the Italian interoperability model writes it.

use serde::{Deserialize, Serialize};

/// An amount: a decimal text with two digits after the point, and its currency (ISO 4217).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Money {
    /// Such as `"1234.50"`.
    pub amount: String,
    /// Such as `"EUR"`.
    pub currency: String,
}

impl Money {
    /// Writes an amount of euro given in cents.
    ///
    /// ```
    /// assert_eq!(cns_portal_api::Money::euro_cents(123_405).amount, "1234.05");
    /// ```
    pub fn euro_cents(cents: u64) -> Self {
        Self {
            amount: format!("{}.{:02}", cents / 100, cents % 100),
            currency: "EUR".to_owned(),
        }
    }

    /// Writes a signed amount of euro given in cents.
    ///
    /// ```
    /// assert_eq!(cns_portal_api::Money::signed_euro_cents(-205).amount, "-2.05");
    /// ```
    pub fn signed_euro_cents(cents: i64) -> Self {
        let mut money = Self::euro_cents(cents.unsigned_abs());
        if cents < 0 {
            money.amount.insert(0, '-');
        }
        money
    }
}
