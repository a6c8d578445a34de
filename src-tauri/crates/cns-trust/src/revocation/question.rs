//! Which certificate is asked about, of whom, and where.

/// One certificate and its issuer, with the addresses that the certificate names.
#[derive(Clone, PartialEq, Eq)]
pub struct Question {
    /// The certificate's serial number: the content of its INTEGER.
    pub serial: Vec<u8>,
    /// The certificate, DER.
    pub leaf_der: Vec<u8>,
    /// The anchor whose key signed it, DER.
    pub issuer_der: Vec<u8>,
    /// The OCSP addresses (RFC 5280 §4.2.2.1), http only, in their order.
    pub ocsp: Vec<String>,
    /// The CRLs (RFC 5280 §4.2.1.13) that lie at an http address, in their order.
    pub crl: Vec<CrlPoint>,
    /// How many further addresses are ldap, which nobody is asked over.
    pub ldap: usize,
}

/// One address of a CRL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CrlPoint {
    /// The address.
    pub url: String,
    /// The distribution point's name as the certificate writes it (DER of the DistributionPointName), to be compared
    /// with the list's own (RFC 5280 §6.3.3 b 2 i).
    pub name: Vec<u8>,
}

impl std::fmt::Debug for Question {
    /// Leaves the certificate out, which names a person.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Question")
            .field("ocsp", &self.ocsp)
            .field("crl", &self.crl)
            .field("ldap", &self.ldap)
            .finish_non_exhaustive()
    }
}
