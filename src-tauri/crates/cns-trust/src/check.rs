//! The check: a certificate, the card's own files, the roots and an instant go in, a verdict comes out.

use crate::codice_fiscale::{CodiceFiscale, CodiceFiscaleError};
use crate::common_name::CommonName;
use crate::revocation::{Answers, Question};
use crate::summary::summarise;
use crate::{
    Finding, FindingCode, Holder, TrustSource, Verdict, agreement, common_name, format, key, listing, name,
    policy, signature, usage, validity,
};
use time::OffsetDateTime;
use x509_parser::certificate::X509Certificate;

/// What the card's own files say, for the cross-checks. `None` is "not read".
#[derive(Clone, Copy, Default)]
pub struct CardFacts<'a> {
    /// EF.ID_Carta, 16 digits.
    pub card_id: Option<&'a str>,
    /// Codice fiscale of EF.Dati_personali.
    pub codice_fiscale: Option<&'a str>,
    /// EF.Dati_personali as it stands on the card.
    pub personal_data_file: Option<&'a [u8]>,
    /// Surname and given name of EF.Dati_personali.
    pub name: Option<(&'a str, &'a str)>,
}

impl std::fmt::Debug for CardFacts<'_> {
    /// Prints nothing of the person.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("CardFacts([personal])")
    }
}

/// Judges a CNS authentication certificate at the instant `at`. Offline: nothing is fetched.
///
/// With no card (`None`) the two findings that compare its files are left out: there is nothing to compare.
pub fn check(
    certificate_der: &[u8],
    card: Option<CardFacts<'_>>,
    trust: &dyn TrustSource,
    at: OffsetDateTime,
) -> Verdict {
    let certificate = match format::parse(certificate_der) {
        Ok(certificate) => certificate,
        Err(finding) => return Verdict::new(certificate_der, vec![finding], None, None, None, at),
    };
    let (common_name_finding, name) = common_name::examine(&certificate);
    let (signature_finding, signer) = signature::examine(&certificate, trust, at);
    let question = signer
        .trusted()
        .and_then(|anchor| Question::new(certificate_der, anchor));
    let mut findings = vec![
        format::examine(certificate_der, &certificate),
        signature_finding,
        key::examine(&certificate),
    ];
    // Before the validity, which a wrong clock makes wrong.
    findings.extend(listing::examine_clock(trust, at));
    findings.extend([
        validity::examine(&certificate, at),
        usage::examine_key_usage(&certificate),
        usage::examine_extended_key_usage(&certificate),
        policy::examine(&certificate),
        common_name_finding,
        examine_codice_fiscale(name.as_ref()),
    ]);
    if let Some(card) = &card {
        findings.push(agreement::examine_card_id(name.as_ref(), card));
        findings.push(agreement::examine_personal_data(name.as_ref(), card));
    }
    findings.extend(unasked(question.as_ref(), at));
    let issuer = name::for_people(certificate.issuer());
    findings.push(listing::examine(&signer, issuer, trust, at));
    let holder = name.map(|name| holder(name, &certificate, card));
    Verdict::new(
        certificate_der,
        findings,
        Some(summarise(&certificate)),
        holder,
        question,
        at,
    )
}

/// What is known of revocation before anybody is asked: whether there is anybody to ask.
fn unasked(question: Option<&Question>, at: OffsetDateTime) -> Vec<Finding> {
    match question {
        None => vec![Finding::unknown(FindingCode::Revocation, "not_verified")],
        Some(question) if question.has_addresses() => Answers::not_asked(question, at).findings(),
        Some(question) => Answers::new(question, Vec::new(), at).findings(),
    }
}

fn examine_codice_fiscale(name: Option<&CommonName>) -> Finding {
    let code = FindingCode::CodiceFiscale;
    let Some(name) = name else {
        return Finding::unknown(code, "no_common_name");
    };
    match CodiceFiscale::parse(&name.codice_fiscale) {
        Ok(_) => Finding::good(code),
        // The provisional code has eleven digits, which the shape of the common name already excludes.
        Err(CodiceFiscaleError::Shape | CodiceFiscaleError::Provisional) => Finding::bad(code, "shape"),
        Err(CodiceFiscaleError::BirthDate) => Finding::bad(code, "birth_date"),
        Err(CodiceFiscaleError::CheckCharacter) => Finding::bad(code, "check_character"),
    }
}

fn holder(name: CommonName, certificate: &X509Certificate<'_>, card: Option<CardFacts<'_>>) -> Holder {
    let on_card = card
        .and_then(|card| card.name)
        .map(|(surname, given)| (surname.to_owned(), given.to_owned()));
    let full_name = on_card
        .or_else(|| {
            Some((
                attribute(certificate, SURNAME)?,
                attribute(certificate, GIVEN_NAME)?,
            ))
        })
        .map(|(surname, given)| format!("{} {}", given.trim(), surname.trim()).trim().to_owned())
        .filter(|full_name| !full_name.is_empty());
    Holder {
        codice_fiscale: name.codice_fiscale,
        card_id: name.card_id,
        full_name,
        certificate_expires_on: certificate.validity().not_after.to_datetime().date(),
    }
}

fn attribute(certificate: &X509Certificate<'_>, oid: &str) -> Option<String> {
    let mut attributes = certificate.subject().iter_attributes();
    let found = attributes.find(|attribute| attribute.attr_type().to_id_string() == oid)?;
    name::string_value(found.attr_value())
}

const SURNAME: &str = "2.5.4.4";
const GIVEN_NAME: &str = "2.5.4.42";
