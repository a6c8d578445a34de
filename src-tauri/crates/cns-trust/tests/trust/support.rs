//! A test PKI: CAs and citizens that exist nowhere, issued to the profile of the CNS.

use cns_trust::{FindingCode, Outcome, TrustRoots, Verdict};
use rcgen::{
    BasicConstraints, CertificateParams, CustomExtension, DistinguishedName, DnType, ExtendedKeyUsagePurpose,
    IsCa, Issuer, KeyPair, KeyUsagePurpose, PublicKeyData,
};
use time::OffsetDateTime;
use time::macros::datetime;

pub(crate) const NOW: OffsetDateTime = datetime!(2026-11-22 12:00 UTC);
pub(crate) const CODICE_FISCALE: &str = "RSSMRA80A41Z999C";
pub(crate) const CARD_ID: &str = "6999000000123455";
pub(crate) const COMMON_NAME: &str = "RSSMRA80A41Z999C/6999000000123455.SnaYnbG8+RUsRy0/QTOeTnTZP7M=";
pub(crate) const PERSONAL_DATA: &[u8] =
    b"0000650469990801022024083101203005ROSSI05MARIA080101198001F0010RSSMRA80A41Z999C0004Z999000004H5010000";

/// A CA that signs citizens' certificates.
pub(crate) struct Ca {
    pub(crate) params: CertificateParams,
    pub(crate) key: KeyPair,
    pub(crate) der: Vec<u8>,
}

impl Ca {
    pub(crate) fn new(name: &str) -> Self {
        Self::with(name, |_| {})
    }

    pub(crate) fn with(name: &str, change: impl FnOnce(&mut CertificateParams)) -> Self {
        let mut params = CertificateParams::default();
        params.distinguished_name = DistinguishedName::new();
        params.distinguished_name.push(DnType::CountryName, "IT");
        params
            .distinguished_name
            .push(DnType::OrganizationName, "Ente di Prova");
        params.distinguished_name.push(DnType::CommonName, name);
        params.not_before = datetime!(2020-01-01 00:00 UTC);
        params.not_after = datetime!(2040-01-01 00:00 UTC);
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        change(&mut params);
        let key = KeyPair::generate().unwrap();
        let der = params.self_signed(&key).unwrap().der().to_vec();
        Self { params, key, der }
    }

    /// Signs what `change` makes of the profile's certificate.
    pub(crate) fn issue(&self, change: impl FnOnce(&mut CertificateParams)) -> Vec<u8> {
        self.issue_for(&KeyPair::generate().unwrap(), change)
    }

    pub(crate) fn issue_for(
        &self,
        key: &impl PublicKeyData,
        change: impl FnOnce(&mut CertificateParams),
    ) -> Vec<u8> {
        let mut params = citizen();
        change(&mut params);
        let issuer = Issuer::from_params(&self.params, &self.key);
        params.signed_by(key, &issuer).unwrap().der().to_vec()
    }

    pub(crate) fn roots(&self) -> TrustRoots {
        roots([self])
    }
}

pub(crate) fn roots<'a>(cas: impl IntoIterator<Item = &'a Ca>) -> TrustRoots {
    let mut roots = TrustRoots::default();
    for ca in cas {
        assert!(roots.add_der(ca.der.clone()));
    }
    roots
}

/// The profile's certificate of the invented Maria Rossi.
pub(crate) fn citizen() -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name = subject(&[COMMON_NAME]);
    params.not_before = datetime!(2024-02-01 00:00 UTC);
    params.not_after = datetime!(2030-01-31 23:59:59 UTC);
    params.is_ca = IsCa::ExplicitNoCa;
    params.key_usages = vec![
        KeyUsagePurpose::DigitalSignature,
        KeyUsagePurpose::KeyEncipherment,
    ];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
    params.use_authority_key_identifier_extension = true;
    params.custom_extensions = vec![policies(&[CNS_POLICY])];
    params
}

pub(crate) fn subject(common_names: &[&str]) -> DistinguishedName {
    let mut name = DistinguishedName::new();
    name.push(DnType::CountryName, "IT");
    name.push(DnType::OrganizationName, "TS-CNS");
    name.push(DnType::OrganizationalUnitName, "Regione di Prova");
    for common_name in common_names {
        name.push(DnType::CommonName, *common_name);
    }
    name
}

/// 1.3.76.16.2.1.
pub(crate) const CNS_POLICY: &[u8] = &[0x2b, 0x4c, 0x10, 0x02, 0x01];

/// An extension `certificatePolicies` with these object identifiers (encoded, without header).
pub(crate) fn policies(oids: &[&[u8]]) -> CustomExtension {
    let policies: Vec<u8> = oids.iter().flat_map(|oid| sequence(&tlv(0x06, oid))).collect();
    CustomExtension::from_oid_content(&[2, 5, 29, 32], sequence(&policies))
}

pub(crate) fn sequence(content: &[u8]) -> Vec<u8> {
    tlv(0x30, content)
}

pub(crate) fn tlv(tag: u8, content: &[u8]) -> Vec<u8> {
    let mut out = vec![tag];
    let [high, low] = u16::try_from(content.len()).unwrap().to_be_bytes();
    match (high, low) {
        (0, 0..0x80) => out.push(low),
        (0, _) => out.extend([0x81, low]),
        _ => out.extend([0x82, high, low]),
    }
    out.extend_from_slice(content);
    out
}

/// The outcome and case of one finding.
pub(crate) fn case(verdict: &Verdict, code: FindingCode) -> (Outcome, &'static str) {
    let finding = verdict
        .finding(code)
        .unwrap_or_else(|| panic!("no finding {code:?}"));
    (finding.outcome, finding.case)
}

/// Every finding is one of the table, with exactly the facts that the table lists.
pub(crate) fn assert_in_table(verdict: &Verdict) {
    for finding in &verdict.findings {
        let facts: Vec<&str> = finding.facts.iter().map(|(name, _)| *name).collect();
        assert!(
            finding
                .code
                .cases()
                .any(|(case, placeholders)| case == finding.case && placeholders == facts),
            "{finding:?} is not in the table"
        );
    }
}

/// A folder of the data that stands beside the project; a test that needs it fails without it.
pub(crate) fn shared_data(folder: &str) -> std::path::PathBuf {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../../../shared/data")
        .join(folder);
    assert!(
        path.is_dir(),
        "the data of `../shared/data/{folder}` is needed beside the project"
    );
    path
}

/// The subject of a certificate, DER.
pub(crate) fn subject_of(der: &[u8]) -> Vec<u8> {
    use x509_parser::prelude::{FromDer, X509Certificate};
    X509Certificate::from_der(der)
        .unwrap()
        .1
        .subject()
        .as_raw()
        .to_vec()
}
