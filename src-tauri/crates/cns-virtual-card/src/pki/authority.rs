//! The test authority: named like a region's "CA Cittadini", and plainly nobody's.

use crate::VirtualCardError;
use crate::pki::{Identity, Issue, SyntheticKey};
use rcgen::{
    BasicConstraints, CertificateParams, CertificateRevocationListParams, CertifiedIssuer, DistinguishedName,
    DnType, DnValue, IsCa, KeyIdMethod, KeyUsagePurpose, RevokedCertParams, SerialNumber,
};
use sha1::Sha1;
use sha2::Digest;
use time::macros::datetime;
use time::{Duration, OffsetDateTime};

/// A certification authority of invented cards. It is the same, byte for byte, in every process.
pub struct Authority {
    issuer: CertifiedIssuer<'static, SyntheticKey>,
}

impl Authority {
    /// The authority that everybody in the tests trusts.
    ///
    /// # Errors
    /// [`VirtualCardError`] when its key or certificate cannot be made.
    pub fn example() -> Result<Self, VirtualCardError> {
        Self::with_key("authority")
    }

    /// An authority of the same name with another key: nobody trusts it, and its name proves nothing.
    ///
    /// # Errors
    /// As [`Authority::example`].
    pub fn foreign() -> Result<Self, VirtualCardError> {
        Self::with_key("foreign authority")
    }

    /// Its certificate, DER.
    pub fn certificate_der(&self) -> &[u8] {
        self.issuer.der()
    }

    /// Its certificate, PEM.
    pub fn certificate_pem(&self) -> String {
        self.issuer.pem()
    }

    /// Its key, PEM: anybody can compute it, and a program that speaks for the authority is given it.
    ///
    /// # Errors
    /// [`VirtualCardError::Key`] when it cannot be written.
    pub fn key_pem(&self) -> Result<String, VirtualCardError> {
        self.issuer.key().pkcs1_pem()
    }

    /// Issues a certificate to a person.
    ///
    /// # Errors
    /// [`VirtualCardError`] when key, personal data or certificate cannot be made.
    pub fn issue(&self, issue: &Issue) -> Result<Identity, VirtualCardError> {
        issue.carry_out(&self.issuer)
    }

    /// Its revocation list, DER, made at the instant `at` and good for a day: these serial numbers, revoked since then.
    ///
    /// # Errors
    /// [`VirtualCardError::Certificate`] when it cannot be signed.
    pub fn revocation_list(
        &self,
        revoked: &[(Vec<u8>, OffsetDateTime)],
        at: OffsetDateTime,
    ) -> Result<Vec<u8>, VirtualCardError> {
        let revoked_certs = revoked
            .iter()
            .map(|(serial, since)| RevokedCertParams {
                serial_number: SerialNumber::from(serial.clone()),
                revocation_time: *since,
                reason_code: None,
                invalidity_date: None,
            })
            .collect();
        let list = CertificateRevocationListParams {
            this_update: at,
            next_update: at + Duration::DAY,
            crl_number: SerialNumber::from(1_u64),
            issuing_distribution_point: None,
            revoked_certs,
            key_identifier_method: key_identifier(self.issuer.key()),
        };
        Ok(list.signed_by(&self.issuer)?.der().to_vec())
    }

    fn with_key(name: &str) -> Result<Self, VirtualCardError> {
        let key = SyntheticKey::named(name, 2048)?;
        let mut params = CertificateParams::default();
        params.distinguished_name = distinguished_name(&[
            (DnType::CountryName, "IT"),
            (DnType::OrganizationName, ORGANIZATION),
            (DnType::OrganizationalUnitName, "Servizi di Certificazione"),
            (DnType::CommonName, "Regione Esempio - CA Cittadini"),
        ])?;
        params.serial_number = Some(1_u64.into());
        params.not_before = datetime!(2010-01-01 0:00 UTC);
        params.not_after = datetime!(2060-01-01 0:00 UTC);
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        params.key_identifier_method = key_identifier(&key);
        Ok(Self {
            issuer: CertifiedIssuer::self_signed(params, key)?,
        })
    }
}

impl std::fmt::Debug for Authority {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Authority(synthetic)")
    }
}

/// A name in the order given; the country is a `PrintableString`, all else UTF-8 (RFC 5280 §4.1.2.4).
pub(crate) fn distinguished_name(parts: &[(DnType, &str)]) -> Result<DistinguishedName, VirtualCardError> {
    let mut name = DistinguishedName::new();
    for (kind, value) in parts {
        let value = if *kind == DnType::CountryName {
            DnValue::PrintableString((*value).try_into()?)
        } else {
            DnValue::Utf8String((*value).to_owned())
        };
        name.push(kind.clone(), value);
    }
    Ok(name)
}

/// SHA-1 of the public key (RFC 5280 §4.2.1.2, method 1), as Italian authorities do.
pub(crate) fn key_identifier(key: &SyntheticKey) -> KeyIdMethod {
    KeyIdMethod::PreSpecified(Sha1::digest(key.public_pkcs1_der()).to_vec())
}

/// The provider's name in authority and card certificates.
pub(crate) const ORGANIZATION: &str = "Sportello Esempio";
