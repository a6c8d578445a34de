//! The portal's paper: letters, forms and statements as tagged PDF (PDF/UA-1, ISO 14289-1).
//!
//! A document is a [`Print`]: a title and blocks in the order in which they are read. What it looks like is decided
//! here, once for all documents; a screen reader hears the same blocks in the same order. Nothing here asks the time
//! or the disk: the same document of the same day is the same bytes.
//!
//! ```
//! use cns_print::{Block, Language, Print, pdf};
//! let print = Print {
//!     title: "Ricevuta".to_owned(),
//!     language: Language::Italian,
//!     example: true,
//!     blocks: vec![Block::Text("Abbiamo ricevuto la tua domanda.".to_owned())],
//! };
//! let bytes = pdf(&print, time::macros::date!(2026 - 11 - 23))?;
//! assert!(bytes.starts_with(b"%PDF-"));
//! # Ok::<(), cns_print::PrintError>(())
//! ```

mod document;
mod font;
mod form;
mod layout;
mod page;
mod record;
mod words;

pub use document::{Block, Language, Print, Table};
pub use form::conversion_form;
pub use record::{application_receipt, pension_slip, statement, tax_certificate};

use time::Date;

/// Makes the PDF of a document, at most 40 pages.
///
/// # Errors
/// [`PrintError::TooLong`], or [`PrintError::Refused`] when the document would not be accessible.
pub fn pdf(print: &Print, made_on: Date) -> Result<Vec<u8>, PrintError> {
    page::draw(print, &layout::layout(print)?, made_on)
}

/// Why a document cannot be made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PrintError {
    /// It has more than 40 pages.
    #[error("the document is longer than 40 pages")]
    TooLong,
    /// The font in the program cannot be read.
    #[error("the font cannot be read")]
    Font,
    /// The document would break a rule of PDF/UA, such as a character that the font does not have.
    #[error("the document would not be accessible: {rule}")]
    Refused {
        /// The rule's name. It holds nothing of the text.
        rule: String,
    },
}

impl PrintError {
    fn refused(error: &impl std::fmt::Debug) -> Self {
        // Names only: what stands behind them may repeat the text.
        let rule = format!("{error:?}");
        let name: String = rule
            .chars()
            .take_while(|character| character.is_alphanumeric() || "([".contains(*character))
            .collect();
        Self::Refused { rule: name }
    }
}

#[cfg(test)]
mod tests;
