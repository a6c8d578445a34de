//! `cns check`: the verdict on a certificate, finding by finding.

use crate::args;
use crate::commands::report::{may_be_created, not_written};
use crate::output::{Failed, Output, Report};
use crate::pin::{Terminal, ask_card};
use crate::place::{Place, released};
use crate::trust;
use crate::verdict::Told;
use cns_card::{CardContents, CardError, CardProfiles};
use cns_login::{Ends, FoundCard, Problem, ProblemCode, reminder_text, unlock, until_removed, write_new};
use cns_trust::{Clock, FixedClock, ListState, Outcome, SystemClock, Verdict};
use rand::RngCore;
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject;
use std::path::Path;
use std::sync::Arc;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

pub(crate) async fn run(
    args: &args::Check,
    profiles: CardProfiles,
    output: &Output,
) -> Result<Report, Failed> {
    if let Some(path) = &args.ics {
        may_be_created(path)?;
    }
    let clock = clock(args.at.as_deref())?;
    let judge = trust::judge(&args.trust, clock.clone())?;
    let (verdict, contents) = match &args.cert {
        Some(path) => (
            judge.certificate_in_full(&certificate_file(path)?, None).await,
            None,
        ),
        None => {
            let place = Place::new(profiles, output);
            let mut person = Terminal::of(args.pin, output)?;
            let found = place
                .found(args.reader.as_deref(), &mut person.choice, &|_| {})
                .await?;
            let mut verdict = judge.in_full(&found.contents).await;
            // Nobody types a PIN for a certificate that is bad already.
            if args.prove_key && verdict.outcome() != Outcome::Bad {
                let proved = prove_key(&place, &found, &mut person, args, output).await?;
                verdict = verdict.with_possession(proved);
            }
            (verdict, Some(found.contents.clone()))
        }
    };
    if let Some(path) = &args.ics {
        write_reminder(path, &verdict, contents.as_deref(), args, &*clock, output)?;
    }
    let trust = judge.trust().await;
    let list = match trust.list() {
        ListState::Used(facts) => Some(facts),
        ListState::None | ListState::Loading | ListState::Unusable(_) => None,
    };
    let told = Told {
        verdict: &verdict,
        contents: contents.as_deref(),
        list,
        details: args.details,
    };
    Ok(told.report(output))
}

/// Has the card sign something made up just now: whether its key is the certificate's.
async fn prove_key(
    place: &Place<'_>,
    found: &FoundCard,
    person: &mut Terminal<'_>,
    args: &args::Check,
    output: &Output,
) -> Result<bool, Problem> {
    let FoundCard { slot, card, .. } = found;
    let signed = until_removed(place.readers(), slot, async {
        ask_card(place, slot, args.pin.tries, output).await?;
        let what_for = output.say("prova della chiave", "proof of the key");
        let unlocked = unlock(found, person, what_for, &|_| {}).await?;
        let mut made_up = [0; 32];
        rand::thread_rng().fill_bytes(&mut made_up);
        let signed = tokio::task::spawn_blocking(move || {
            let scheme = unlocked.schemes().first().copied();
            scheme.map(|scheme| unlocked.sign(scheme, &made_up))
        });
        Ok(signed.await)
    })
    .await
    .map_err(|problem| place.cards.explain(slot, problem));
    released(card).await;
    match signed? {
        // The driver verifies each signature with the certificate's key.
        Ok(Some(Ok(_))) => Ok(true),
        Ok(Some(Err(CardError::SignatureMismatch))) | Ok(None) => Ok(false),
        Ok(Some(Err(error))) => Err(place.cards.explain(slot, error.into())),
        Err(_) => Err(ProblemCode::CardMute.into()),
    }
}

/// Writes the reminder that was asked for, into a new file.
fn write_reminder(
    path: &Path,
    verdict: &Verdict,
    contents: Option<&CardContents>,
    args: &args::Check,
    clock: &dyn Clock,
    output: &Output,
) -> Result<(), Problem> {
    let end = Ends::of(contents, verdict).certificate;
    let text = end.and_then(|end| reminder_text(&end, clock.now(), output.language));
    let text = text.ok_or_else(|| match &args.cert {
        Some(file) => unusable(file),
        None => Problem::new(ProblemCode::CardMalformed).with("file", "EF.C_Carta"),
    })?;
    write_new(path, &text).map_err(|error| not_written(path, error.kind()))
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
    let size = std::fs::metadata(path).map_err(|_| unusable(path))?.len();
    if size > LARGEST_FILE {
        return Err(unusable(path));
    }
    let bytes = std::fs::read(path).map_err(|_| unusable(path))?;
    match CertificateDer::from_pem_slice(&bytes) {
        Ok(certificate) => Ok(certificate.to_vec()),
        // Not PEM: the check itself says whether it is a certificate.
        Err(_) => Ok(bytes),
    }
}

fn unusable(path: &Path) -> Problem {
    Problem::new(ProblemCode::FileUnusable).with("path", path.display().to_string())
}

/// Far more than any certificate.
const LARGEST_FILE: u64 = 1 << 20;
