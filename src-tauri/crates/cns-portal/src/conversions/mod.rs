//! The conversion of a PIN to dispositivo: a form, a document, somebody who looks at both.

mod life;
