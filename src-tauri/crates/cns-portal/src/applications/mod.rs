//! Applications: drafts, submission, the hold rule, what becomes of them.

mod life;
