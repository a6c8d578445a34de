//! `cns check`: the verdict on a certificate, finding by finding.

use crate::args;
use crate::choice::TerminalChoice;
use crate::commands::card::certificate_json;
use crate::output::{Failed, Output, Report};
use crate::place::Place;
use cns_card::CardProfiles;
use cns_login::{Judge, Problem, ProblemCode, finding_text};
use cns_trust::revocation::NotAsked;
use cns_trust::{Clock, FixedClock, Outcome, SystemClock, TrustRoots, Verdict};
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject;
use serde_json::json;
use std::path::Path;
use std::sync::Arc;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

pub(crate) async fn run(
    args: &args::Check,
    profiles: CardProfiles,
    output: &Output,
) -> Result<Report, Failed> {
    let roots = TrustRoots::of_paths(&args.trust_roots)?;
    let judge = Judge::new(Arc::new(roots), Arc::new(NotAsked), clock(args.at.as_deref())?);
    if args.offline {
        tracing::debug!("every check of this version is made offline");
    }
    let verdict = match &args.cert {
        Some(path) => judge.certificate_in_full(&certificate_file(path)?, None).await,
        None => {
            let place = Place::new(profiles, output);
            let mut choice = TerminalChoice::new(output);
            let found = place.found(args.reader.as_deref(), &mut choice, &|_| {}).await?;
            judge.in_full(&found.contents).await
        }
    };
    Ok(report(&verdict, output))
}

/// The clock of the check: the system's, or one that stands at the instant the person named.
fn clock(at: Option<&str>) -> Result<Arc<dyn Clock>, Problem> {
    match at {
        None => Ok(Arc::new(SystemClock)),
        Some(text) => match OffsetDateTime::parse(text, &Rfc3339) {
            Ok(instant) => Ok(Arc::new(FixedClock(instant))),
            Err(error) => {
                use clap::CommandFactory;
                args::Args::command()
                    .error(
                        clap::error::ErrorKind::ValueValidation,
                        format!("--at {text}: {error}"),
                    )
                    .exit()
            }
        },
    }
}

/// A certificate from a PEM or DER file.
fn certificate_file(path: &Path) -> Result<Vec<u8>, Problem> {
    let unusable = || Problem::new(ProblemCode::FileUnusable).with("path", path.display().to_string());
    let size = std::fs::metadata(path).map_err(|_| unusable())?.len();
    if size > LARGEST_FILE {
        return Err(unusable());
    }
    let bytes = std::fs::read(path).map_err(|_| unusable())?;
    match CertificateDer::from_pem_slice(&bytes) {
        Ok(certificate) => Ok(certificate.to_vec()),
        // Not PEM: the check itself says whether it is a certificate.
        Err(_) => Ok(bytes),
    }
}

fn report(verdict: &Verdict, output: &Output) -> Report {
    let findings: Vec<_> = verdict
        .findings
        .iter()
        .map(|finding| {
            json!({
                "code": finding.code,
                "outcome": finding.outcome,
                "text": finding_text(finding, output.language),
            })
        })
        .collect();
    let mut text = format!("{}\n", in_words(verdict.outcome(), output));
    for finding in &verdict.findings {
        let mark = match finding.outcome {
            Outcome::Good => output.say("bene", "good"),
            Outcome::Unknown => output.say("non so", "unknown"),
            Outcome::Bad => output.say("male", "bad"),
        };
        text.push_str(&format!(
            "  [{mark}] {}\n",
            finding_text(finding, output.language)
        ));
    }
    let json = json!({
        "verdict": verdict.outcome(),
        "findings": findings,
        "certificate": verdict.certificate.as_ref().map(certificate_json),
    });
    Report { json, text }
}

fn in_words(outcome: Outcome, output: &Output) -> &str {
    match outcome {
        Outcome::Good => output.say("Il certificato è a posto.", "The certificate is fine."),
        Outcome::Unknown => output.say(
            "Non ho potuto controllare tutto: questo non vuol dire che il certificato non sia valido.",
            "I could not check everything: that does not mean that the certificate is not valid.",
        ),
        Outcome::Bad => output.say(
            "Con questo certificato non si può entrare.",
            "This certificate cannot log in.",
        ),
    }
}

/// Far more than any certificate.
const LARGEST_FILE: u64 = 1 << 20;
