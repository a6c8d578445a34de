//! The conversion of a PIN to dispositivo: a form, a document, somebody who looks at both.

mod acts;
mod decision;
mod documents;
mod life;
mod said;

pub(crate) use acts::check_document;
pub(crate) use decision::document;
pub(crate) use documents::LARGEST_PAGE;
pub(crate) use said::PORTAL;
