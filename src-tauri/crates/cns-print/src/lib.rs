//! The portal's paper: letters, forms and statements as tagged PDF (PDF/UA-1, ISO 14289-1).
//!
//! A document is a [`Print`]: a title and blocks in the order in which they are read. What it looks like is decided
//! here, once for all documents; a screen reader hears the same blocks in the same order. Nothing here asks the time
//! or the disk: the same document of the same day is the same bytes.

mod document;

pub use document::{Block, Language, Print, Table};
