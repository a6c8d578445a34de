//! Was it issued for logging in?

use crate::{Finding, FindingCode};
use x509_parser::certificate::X509Certificate;

/// Key usage of the CNS profile: digitalSignature, and never nonRepudiation, which is for signing documents.
pub(crate) fn examine_key_usage(certificate: &X509Certificate<'_>) -> Finding {
    let code = FindingCode::KeyUsage;
    match certificate.key_usage() {
        Ok(Some(usage)) if usage.value.non_repudiation() => Finding::bad(code, "non_repudiation"),
        Ok(Some(usage)) if usage.value.digital_signature() => Finding::good(code),
        Ok(Some(_)) => Finding::bad(code, "no_digital_signature"),
        Ok(None) | Err(_) => Finding::bad(code, "missing"),
    }
}

/// Extended key usage of the CNS profile: clientAuth, by name.
pub(crate) fn examine_extended_key_usage(certificate: &X509Certificate<'_>) -> Finding {
    let code = FindingCode::ExtendedKeyUsage;
    match certificate.extended_key_usage() {
        Ok(Some(usage)) if usage.value.client_auth => Finding::good(code),
        Ok(Some(_)) => Finding::bad(code, "no_client_auth"),
        Ok(None) | Err(_) => Finding::bad(code, "missing"),
    }
}
