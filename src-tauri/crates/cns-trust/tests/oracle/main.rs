//! No false accept: whatever we call good, OpenSSL's verifier calls good too.
//!
//! Compared is the worst of format, signature, key, validity, and revocation where a CRL is given. The whole verdict
//! would prove nothing: the certificates of other people's suites are no CNS, so we refuse nearly all of them for that.

#![expect(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a test that cannot go on says so"
)]

mod chains;
mod limbo;
mod openssl;
mod ours;
mod pkits;
