//! Is it signed by somebody we trust?
//!
//! A citizen's certificate is signed directly by a CA that the user's roots name: there is no chain to build. An
//! anchor is a name and a key (RFC 5280 §6.1.1 d), so its own key usage is not applied: one CA of the official list
//! lacks keyCertSign. Nineteen issuer names of that list belong to two keys each, so the name alone selects nothing.

use crate::algorithms::{self, Unverified, Worth};
use crate::listing::stale_since;
use crate::roots::{ListState, Standing};
use crate::summary::{day, key_text};
use crate::{Finding, FindingCode, TrustSource, authority, name};
use time::OffsetDateTime;
use x509_parser::certificate::X509Certificate;
use x509_parser::extensions::{AuthorityKeyIdentifier, GeneralName, KeyIdentifier, ParsedExtension};
use x509_parser::prelude::FromDer;

/// Who signed it, as far as that was verified.
pub(crate) enum Signer<'a> {
    /// A root whose key verified the signature.
    Verified(Anchor<'a>),
    /// Nobody that we know of bears the issuer's name.
    Unknown,
    /// The signature is wrong, or could not be verified.
    Unverified,
}

impl<'a> Signer<'a> {
    /// The root whose key verified the signature, if it may be trusted: only then is the certificate's word on whom
    /// to ask for revocation taken. A CA that lost its standing may have lost its key, so it is not among them.
    pub(crate) fn trusted(&self) -> Option<&'a [u8]> {
        match self {
            Self::Verified(anchor) if anchor.is_trusted() => Some(anchor.der),
            Self::Verified(_) | Self::Unknown | Self::Unverified => None,
        }
    }
}

/// A root whose key verified a signature.
pub(crate) struct Anchor<'a> {
    der: &'a [u8],
    /// Why it is trusted, or is not after all.
    pub(crate) standing: Standing,
    constraint: Option<String>,
    is_sound: bool,
    from: OffsetDateTime,
    until: OffsetDateTime,
}

impl<'a> Anchor<'a> {
    fn new(der: &'a [u8], root: &X509Certificate<'a>, trust: &dyn TrustSource, at: OffsetDateTime) -> Self {
        Self {
            der,
            standing: trust.standing(der, at),
            constraint: constraint(root),
            is_sound: authority::is_sound(der, root),
            from: root.validity().not_before.to_datetime(),
            until: root.validity().not_after.to_datetime(),
        }
    }

    fn is_trusted(&self) -> bool {
        matches!(self.standing, Standing::NamedByUser | Standing::Listed)
            && self.constraint.is_none()
            && self.is_sound
    }

    /// Outside its own validity: the case that tells so, and the nearer end of it.
    fn out_of_date(&self, at: OffsetDateTime) -> Option<(&'static str, OffsetDateTime)> {
        match at {
            early if early < self.from => Some(("root_not_yet", self.from)),
            late if late.unix_timestamp() > self.until.unix_timestamp() => {
                Some(("root_out_of_date", self.until))
            }
            _ => None,
        }
    }

    /// Of two roots with one name and one key, the one that says more for the certificate counts.
    fn rank(&self, at: OffsetDateTime) -> (u8, bool, bool, bool) {
        let standing = match self.standing {
            Standing::NamedByUser | Standing::Listed => 0,
            Standing::Deprecated { .. } => 1,
            Standing::NotAnAnchor => 2,
        };
        (
            standing,
            self.constraint.is_some(),
            !self.is_sound,
            self.out_of_date(at).is_some(),
        )
    }
}

/// Looks for the root that signed the certificate.
pub(crate) fn examine<'a>(
    leaf: &X509Certificate<'_>,
    trust: &'a dyn TrustSource,
    at: OffsetDateTime,
) -> (Finding, Signer<'a>) {
    let issuer = name::for_people(leaf.issuer());
    let oid = leaf.signature_algorithm.algorithm.to_id_string();
    let rule = match algorithms::of_signature(&oid) {
        Some(rule) if rule.on_certificate != Worth::Refused => rule,
        known => {
            let name = known.map_or(oid, |rule| rule.name.to_owned());
            return (not_allowed(issuer, name), Signer::Unverified);
        }
    };
    let open = open_list(trust, &issuer, at);
    if trust.roots().is_empty() {
        let no_roots = || Finding::unknown(FindingCode::Signature, "no_roots").with("issuer", issuer);
        let awaited = open.filter(|finding| finding.case == "awaiting_list");
        return (awaited.unwrap_or_else(no_roots), Signer::Unverified);
    }
    let candidates: Vec<(&[u8], X509Certificate<'_>)> = trust
        .named(leaf.issuer().as_raw())
        .into_iter()
        .filter_map(|der| Some((der, X509Certificate::from_der(der).ok()?.1)))
        .filter(|(_, root)| root.is_ca() && identifiers_agree(leaf, root))
        .collect();
    if candidates.is_empty() {
        let untrusted = || Finding::bad(FindingCode::Signature, "untrusted_issuer").with("issuer", issuer);
        return (open.unwrap_or_else(untrusted), Signer::Unknown);
    }
    let verified_by = |root: &X509Certificate<'_>| {
        algorithms::verify(
            root.public_key(),
            &leaf.signature_algorithm,
            &leaf.signature_value,
            leaf.tbs_certificate.as_ref(),
        )
    };
    let anchor = candidates
        .iter()
        .filter(|(_, root)| verified_by(root).is_ok())
        .map(|(der, root)| Anchor::new(der, root, trust, at))
        .min_by_key(|anchor| anchor.rank(at));
    // A list that is not at hand may name another key of the same name; where the certificate says which key it was,
    // and that one did not sign, no list can help.
    let is_its_key = |(_, root): &(_, X509Certificate<'_>)| names_key_of(leaf, root);
    if let Some(finding) = open.filter(|_| anchor.is_none() && !candidates.iter().any(is_its_key)) {
        return (finding, Signer::Unverified);
    }
    let Some(anchor) = anchor else {
        // The verifier takes RSA below 2048 bits for SHA-1 only, as old CNS CAs used it, and no unusual curve.
        let is_unfit = |root: &X509Certificate<'_>| match algorithms::of_key(root.public_key()) {
            Worth::Sound => false,
            Worth::Legacy => rule.on_certificate == Worth::Sound,
            Worth::Refused => true,
        };
        let has_odd_parameters =
            |(_, root): &(_, X509Certificate<'_>)| verified_by(root) == Err(Unverified::Parameters);
        let finding = match candidates.iter().find(|(_, root)| is_unfit(root)) {
            _ if candidates.iter().all(has_odd_parameters) => not_allowed(issuer, rule.name.to_owned()),
            Some((_, root)) => not_allowed(issuer, format!("{}, {}", rule.name, key_text(root.public_key()))),
            None => Finding::bad(FindingCode::Signature, "bad_signature").with("issuer", issuer),
        };
        return (finding, Signer::Unverified);
    };
    let finding = if anchor.standing == Standing::NotAnAnchor {
        Finding::bad(FindingCode::Signature, "longer_chain").with("issuer", issuer)
    } else if let Some(oid) = &anchor.constraint {
        Finding::bad(FindingCode::Signature, "constrained_anchor")
            .with("issuer", issuer)
            .with("oid", oid)
    } else if !anchor.is_sound {
        Finding::bad(FindingCode::Signature, "untrusted_issuer").with("issuer", issuer)
    } else if let Some((case, end)) = anchor.out_of_date(at) {
        Finding::unknown(FindingCode::Signature, case)
            .with("issuer", issuer)
            .with("date", day(end))
    } else if rule.on_certificate == Worth::Legacy {
        Finding::unknown(FindingCode::Signature, "legacy")
            .with("issuer", issuer)
            .with("algorithm", rule.name)
    } else if authority_key(leaf).is_none_or(|identifier| identifier.key_identifier.is_none()) {
        Finding::unknown(FindingCode::Signature, "no_key_identifier").with("issuer", issuer)
    } else {
        Finding::good(FindingCode::Signature).with("issuer", issuer)
    };
    (finding, Signer::Verified(anchor))
}

/// Why others than those at hand may be trusted as well, if so: that says nothing against the certificate.
fn open_list(trust: &dyn TrustSource, issuer: &str, at: OffsetDateTime) -> Option<Finding> {
    let unknown = |case| Finding::unknown(FindingCode::Signature, case).with("issuer", issuer);
    match trust.list() {
        ListState::None => None,
        ListState::Loading => Some(unknown("awaiting_list")),
        ListState::Unusable(_) => Some(unknown("list_unusable")),
        ListState::Used(facts) => {
            stale_since(facts, at).map(|end| unknown("list_stale").with("date", day(end)))
        }
    }
}

fn not_allowed(issuer: String, algorithm: String) -> Finding {
    Finding::bad(FindingCode::Signature, "not_allowed")
        .with("issuer", issuer)
        .with("algorithm", algorithm)
}

/// A condition that a root puts on what it signs and that is not applied here: names or policies that it allows, or a
/// critical extension that we do not know. None of the official list has one.
fn constraint(root: &X509Certificate<'_>) -> Option<String> {
    root.extensions().iter().find_map(|extension| {
        let oid = extension.oid.to_id_string();
        let is_known = KNOWN_ON_ROOTS.contains(&oid.as_str())
            && !matches!(extension.parsed_extension(), ParsedExtension::ParseError { .. });
        let binds = CONSTRAINTS.contains(&oid.as_str()) || (extension.critical && !is_known);
        binds.then_some(oid)
    })
}

/// Whether the leaf's authority key identifier names this root, as far as both say anything (RFC 5280 §4.2.1.1).
fn identifiers_agree(leaf: &X509Certificate<'_>, root: &X509Certificate<'_>) -> bool {
    let Some(authority) = authority_key(leaf) else {
        return true;
    };
    let key_agrees = match (&authority.key_identifier, subject_key(root)) {
        (Some(wanted), Some(offered)) => wanted == offered,
        _ => true,
    };
    let serial_agrees = authority
        .authority_cert_serial
        .is_none_or(|serial| serial == root.raw_serial());
    let issuer = name::comparison_key(root.issuer());
    let is_issuer = |name: &GeneralName<'_>| matches!(name, GeneralName::DirectoryName(name) if name::comparison_key(name) == issuer);
    let issuer_agrees = authority
        .authority_cert_issuer
        .as_ref()
        .is_none_or(|names| names.iter().any(is_issuer));
    key_agrees && serial_agrees && issuer_agrees
}

/// Whether the leaf names this very key as the one that signed it.
fn names_key_of(leaf: &X509Certificate<'_>, root: &X509Certificate<'_>) -> bool {
    let named = authority_key(leaf).and_then(|authority| authority.key_identifier.as_ref());
    named.is_some() && named == subject_key(root)
}

fn subject_key<'a>(root: &'a X509Certificate<'_>) -> Option<&'a KeyIdentifier<'a>> {
    root.extensions().iter().find_map(|extension| {
        let ParsedExtension::SubjectKeyIdentifier(identifier) = extension.parsed_extension() else {
            return None;
        };
        Some(identifier)
    })
}

fn authority_key<'a>(leaf: &'a X509Certificate<'_>) -> Option<&'a AuthorityKeyIdentifier<'a>> {
    leaf.extensions().iter().find_map(|extension| {
        let ParsedExtension::AuthorityKeyIdentifier(identifier) = extension.parsed_extension() else {
            return None;
        };
        Some(identifier)
    })
}

/// Name constraints and policy constraints (RFC 5280 §4.2.1.10 and §4.2.1.11), critical or not.
const CONSTRAINTS: &[&str] = &["2.5.29.30", "2.5.29.36"];

/// What a root may mark critical without harm (key identifiers never are, RFC 5280 §4.2.1.1): its name and its key are what counts (RFC 5280 §6.1.1 d), and the
/// policy of the CNS must stand in the citizen's certificate by its own number.
const KNOWN_ON_ROOTS: &[&str] = &[
    "2.5.29.15", // Key usage.
    "2.5.29.17", // Subject alternative name.
    "2.5.29.19", // Basic constraints.
    "2.5.29.31", // CRL distribution points.
    "2.5.29.32", // Certificate policies.
];
