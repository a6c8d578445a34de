//! `cns check`: the verdict on a certificate, finding by finding.

use crate::args;
use crate::commands::card::certificate_json;
use crate::output::{Output, Report};
use crate::place;
use cns_login::{Problem, ProblemCode, finding_text, judge, until_removed};
use cns_reader::PcscReaders;
use cns_trust::{Clock, FixedClock, Outcome, SystemClock, TrustRoots, Verdict};
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject;
use serde_json::json;
use std::path::Path;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

pub(crate) async fn run(args: &args::Check, output: &Output) -> Result<Report, Problem> {
    let roots = TrustRoots::of_paths(&args.trust_roots)?;
    let clock = clock(args.at.as_deref())?;
    if args.offline {
        tracing::debug!("every check of this version is made offline");
    }
    let verdict = match &args.cert {
        Some(path) => cns_trust::check(&certificate_file(path)?, None, &roots, clock.now()),
        None => of_card(args, &roots, &*clock).await?,
    };
    Ok(report(&verdict, output))
}

async fn of_card(args: &args::Check, roots: &TrustRoots, clock: &dyn Clock) -> Result<Verdict, Problem> {
    let readers = PcscReaders::start();
    let slot = place::card_in_place(&readers, args.reader.as_deref())?;
    until_removed(&readers, &slot, async {
        let contents = place::open(&readers, &slot).await?.read().await?;
        Ok(judge(&contents, roots, clock))
    })
    .await
}

/// The clock of the check: the system's, or one that stands at the instant the person named.
fn clock(at: Option<&str>) -> Result<Box<dyn Clock>, Problem> {
    match at {
        None => Ok(Box::new(SystemClock)),
        Some(text) => match OffsetDateTime::parse(text, &Rfc3339) {
            Ok(instant) => Ok(Box::new(FixedClock(instant))),
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
