//! An order for a certificate: the CNS profile by default, and every departure from it that a test needs.

use crate::VirtualCardError;
use crate::pki::authority::{ORGANIZATION, distinguished_name, key_identifier};
use crate::pki::{Citizen, Identity, PinCondition, PlasticDates, SyntheticKey, der, personal_data_file};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rcgen::{
    CertificateParams, CrlDistributionPoint, CustomExtension, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer,
    KeyUsagePurpose, SerialNumber,
};
use sha1::Sha1;
use sha2::{Digest, Sha256};
use time::{Duration, OffsetDateTime, Time};

/// What to issue. [`Issue::good`] follows the profile; change a field to depart from it.
#[derive(Clone, Debug)]
pub struct Issue {
    /// Who it is for.
    pub citizen: Citizen,
    /// Bits of the key.
    pub key_bits: usize,
    /// First instant of validity.
    pub not_before: OffsetDateTime,
    /// Last instant of validity.
    pub not_after: OffsetDateTime,
    /// The codice fiscale in personal data and CN.
    pub codice_fiscale: String,
    /// The codice fiscale in the CN alone, when it shall be another person's.
    pub common_name_codice_fiscale: Option<String>,
    /// The card number in the CN, when it shall not be the card's.
    pub common_name_card_id: Option<String>,
    /// The whole CN, when it shall not have the shape of a CNS.
    pub common_name: Option<String>,
    /// Key usage.
    pub usage: Usage,
    /// Extended key usage.
    pub extended: Extended,
    /// Certificate policy.
    pub policy: Policy,
    /// Whether surname and given name stand in the subject, as some providers do.
    pub names_in_subject: bool,
    /// Base URL of CRL and OCSP; `None` leaves both out.
    pub revocation_url: Option<String>,
    /// The state of the card's PIN.
    pub pin: PinCondition,
}

/// Key usage of a certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Usage {
    /// digitalSignature, as the profile asks.
    DigitalSignature,
    /// nonRepudiation: a certificate for signing documents, never for logging in.
    NonRepudiation,
    /// Both, which the profile forbids.
    Both,
}

/// Extended key usage of a certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extended {
    /// clientAuth, as the profile asks.
    ClientAuth,
    /// emailProtection alone.
    EmailProtection,
    /// None at all.
    Absent,
}

/// Certificate policy of a certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Policy {
    /// `1.3.76.16.2.1`, as the profile asks.
    Cns,
    /// `1.3.159.6.1.3.2.10`, Lombardy's, which the profile declares equivalent.
    Lombardy,
    /// The authority's own alone: not a CNS.
    OwnOnly,
    /// No policies at all.
    Absent,
}

impl Issue {
    /// A certificate by the profile, issued two years before `at` for six years.
    ///
    /// Only the day of `at` counts, so that two processes of one day issue the same certificate.
    pub fn good(citizen: Citizen, at: OffsetDateTime) -> Self {
        let day = at.replace_time(Time::MIDNIGHT);
        Self {
            codice_fiscale: citizen.codice_fiscale(),
            citizen,
            key_bits: 2048,
            not_before: day.saturating_sub(Duration::days(2 * 365)),
            not_after: day.saturating_add(Duration::days(4 * 365)) - Duration::SECOND,
            common_name_codice_fiscale: None,
            common_name_card_id: None,
            common_name: None,
            usage: Usage::DigitalSignature,
            extended: Extended::ClientAuth,
            policy: Policy::Cns,
            names_in_subject: true,
            revocation_url: Some("http://cns.sportello.example".to_owned()),
            pin: PinCondition::Ready { tries_left: 3 },
        }
    }

    pub(crate) fn carry_out(&self, issuer: &Issuer<'_, SyntheticKey>) -> Result<Identity, VirtualCardError> {
        let key = SyntheticKey::named(&format!("citizen {}", self.citizen.card_id), self.key_bits)?;
        let dates = PlasticDates {
            issued_on: self.not_before.date(),
            expires_on: self.not_after.date(),
        };
        let personal_data_file = personal_data_file(&self.citizen, &self.codice_fiscale, dates)?;
        let params = self.params(&key, &personal_data_file)?;
        let certificate = params.signed_by(&key, issuer)?;
        Ok(Identity {
            signature_certificate_der: self.signature_certificate(issuer)?,
            citizen: self.citizen.clone(),
            codice_fiscale: self.codice_fiscale.clone(),
            key,
            certificate_der: certificate.der().to_vec(),
            personal_data_file,
            pin: self.pin,
        })
    }

    /// The certificate of the qualified signature: the person's name, nonRepudiation alone.
    ///
    /// Its key is everybody's, for no card here can use it.
    fn signature_certificate(&self, issuer: &Issuer<'_, SyntheticKey>) -> Result<Vec<u8>, VirtualCardError> {
        let key = SyntheticKey::named("qualified signature", 1024)?;
        let order = Self {
            common_name: Some(format!("{} {}", self.citizen.name, self.citizen.surname)),
            usage: Usage::NonRepudiation,
            extended: Extended::Absent,
            policy: Policy::OwnOnly,
            ..self.clone()
        };
        let params = order.params(&key, &[])?;
        Ok(params.signed_by(&key, issuer)?.der().to_vec())
    }

    fn params(
        &self,
        key: &SyntheticKey,
        personal_data: &[u8],
    ) -> Result<CertificateParams, VirtualCardError> {
        // RFC 5280 §4.1.2.5: years before 1950 and after 9999 cannot be said.
        if [self.not_before, self.not_after]
            .iter()
            .any(|instant| !(1950..=9999).contains(&instant.year()))
        {
            return Err(VirtualCardError::Date);
        }
        let common_name = self.common_name(personal_data);
        let mut name = vec![
            (DnType::CountryName, "IT"),
            (DnType::OrganizationName, ORGANIZATION),
            (DnType::OrganizationalUnitName, "Regione Esempio"),
        ];
        if self.names_in_subject {
            name.push((DnType::from_oid(SURNAME), &self.citizen.surname));
            name.push((DnType::from_oid(GIVEN_NAME), &self.citizen.name));
        }
        name.push((DnType::CommonName, &common_name));

        let mut params = CertificateParams::default();
        params.distinguished_name = distinguished_name(&name)?;
        params.not_before = self.not_before;
        params.not_after = self.not_after;
        params.serial_number = Some(self.serial_number(&common_name));
        params.is_ca = IsCa::ExplicitNoCa;
        params.use_authority_key_identifier_extension = true;
        params.key_identifier_method = key_identifier(key);
        params.key_usages = match self.usage {
            Usage::DigitalSignature => vec![KeyUsagePurpose::DigitalSignature],
            Usage::NonRepudiation => vec![KeyUsagePurpose::ContentCommitment],
            Usage::Both => vec![
                KeyUsagePurpose::DigitalSignature,
                KeyUsagePurpose::ContentCommitment,
            ],
        };
        params.extended_key_usages = match self.extended {
            Extended::ClientAuth => vec![ExtendedKeyUsagePurpose::ClientAuth],
            Extended::EmailProtection => vec![ExtendedKeyUsagePurpose::EmailProtection],
            Extended::Absent => Vec::new(),
        };
        if let Some(policies) = self.policies() {
            params
                .custom_extensions
                .push(CustomExtension::from_oid_content(CERTIFICATE_POLICIES, policies));
        }
        if let Some(url) = &self.revocation_url {
            params.crl_distribution_points = vec![CrlDistributionPoint {
                uris: vec![format!("{url}/crl.crl")],
            }];
            let access = der::ocsp_access(&format!("{url}/ocsp"));
            params
                .custom_extensions
                .push(CustomExtension::from_oid_content(AUTHORITY_INFO_ACCESS, access));
        }
        Ok(params)
    }

    /// `<codice fiscale>/<ID_Carta>.<base64 of SHA-1 of EF.Dati_personali>`.
    fn common_name(&self, personal_data: &[u8]) -> String {
        self.common_name.clone().unwrap_or_else(|| {
            let code = self
                .common_name_codice_fiscale
                .as_ref()
                .unwrap_or(&self.codice_fiscale);
            let card_id = self.common_name_card_id.as_ref().unwrap_or(&self.citizen.card_id);
            format!(
                "{code}/{card_id}.{}",
                STANDARD.encode(Sha1::digest(personal_data))
            )
        })
    }

    fn policies(&self) -> Option<Vec<u8>> {
        let own = (OWN_POLICY, None);
        match self.policy {
            Policy::Cns => Some(der::certificate_policies(&[(CNS_POLICY, Some(CNS_NOTICE)), own])),
            Policy::Lombardy => Some(der::certificate_policies(&[(LOMBARDY_POLICY, None), own])),
            Policy::OwnOnly => Some(der::certificate_policies(&[own])),
            Policy::Absent => None,
        }
    }

    /// A number that is the same for the same order; positive and 16 bytes long (RFC 5280 §4.1.2.2).
    fn serial_number(&self, common_name: &str) -> SerialNumber {
        let digest = Sha256::digest(format!("{common_name}{self:?}"));
        let mut serial: Vec<u8> = digest.iter().copied().take(16).collect();
        if let Some(first) = serial.first_mut() {
            *first = *first & 0x3F | 0x40;
        }
        SerialNumber::from(serial)
    }
}

const CERTIFICATE_POLICIES: &[u64] = &[2, 5, 29, 32];
const AUTHORITY_INFO_ACCESS: &[u64] = &[1, 3, 6, 1, 5, 5, 7, 1, 1];
const SURNAME: &[u64] = &[2, 5, 4, 4];
const GIVEN_NAME: &[u64] = &[2, 5, 4, 42];
const CNS_POLICY: &[u128] = &[1, 3, 76, 16, 2, 1];
const LOMBARDY_POLICY: &[u128] = &[1, 3, 159, 6, 1, 3, 2, 10];
/// Under the arc of UUIDs (ITU-T X.667), where no register is needed.
const OWN_POLICY: &[u128] = &[2, 25, 0x5b1e_6c1c_90a4_4f0e_8d2f_3a71_c0de_0001];
/// The notice of the CNS certificate profile, word for word.
const CNS_NOTICE: &str = "Identifies X.509 authentication certificates issued for the italian National Service Card \
                          (CNS) project in according to the italian regulation";
