//! Applications: drafts, submission, the hold rule, what becomes of them.

mod acts;
mod forms;
pub(crate) mod life;
mod receipt;
mod said;
mod work;

pub(crate) use acts::converted;
pub(crate) use forms::is_contact;
pub(crate) use receipt::receipt;
