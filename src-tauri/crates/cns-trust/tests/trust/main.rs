//! What the check promises, seen from outside.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so")]

mod algorithms;
mod anchor;
mod answers;
mod asking;
mod check;
mod crl;
mod crl_bounds;
mod crl_entries;
mod crl_made;
mod crl_maker;
mod crl_parts;
mod crl_scope;
mod crl_signature;
mod format;
mod list;
mod list_bounds;
mod list_content;
mod list_load;
mod list_maker;
mod list_peer;
mod list_signature;
mod list_signers;
mod list_wrapping;
mod listing;
mod ocsp;
mod ocsp_maker;
mod ocsp_openssl;
mod ocsp_responder;
mod ocsp_vectors;
mod online;
mod online_script;
mod open_list;
mod question;
mod roots;
mod signature;
mod sources;
mod support;
mod verdict;
