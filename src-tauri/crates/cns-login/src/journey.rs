//! The login, from top to bottom.

use crate::insertion::until_removed;
use crate::judged_entry::JudgedEntry;
use crate::{
    CardChoice, Cards, FoundCard, Judge, Kept, PinAnswer, PinEntry, PinRefusal, PinRequest, Portal,
    PortalProfile, Problem, ProblemCode, Progress, Readers, Session, Slot, Vault, choose_card,
};
use cns_card::{CardError, Secret, UnlockedCard};
use cns_iso7816::ChannelError;
use cns_trust::{CheckedCertificate, FindingCode, Outcome, Verdict};

/// Logs in with the card: from an empty reader to an open session.
///
/// `reader` names one reader; without it the person chooses where several cards may be meant. Each step's result is the
/// next step's argument, and the card's removal at any moment ends the journey by dropping it. What has to be asked of
/// others about the certificate is asked while the person types; the PIN goes to the card when that has ended well.
///
/// # Errors
/// `browser_only` or `card_not_offered` before anything is asked; else the [`Problem`] that ended the journey.
pub async fn log_in<R: Readers, P: PinEntry + CardChoice, D: Portal, V: Vault>(
    ports: Ports<'_, R, P, D, V>,
    reader: Option<&str>,
    profile: &PortalProfile,
    judge: &Judge,
    tell: &(dyn Fn(Progress) + Sync),
) -> Result<LoggedIn, Problem> {
    profile.offered_card()?;
    let found = choose_card(ports.cards, reader, ports.person, tell).await?;
    let slot = &found.slot;
    let readers = ports.cards.readers();
    let session = until_removed(readers, slot, async {
        let host = profile.card_host();
        let (unlocked, certificate) =
            unlock_judged(ports.cards, &found, ports.person, host, judge, tell).await?;
        tell(Progress::Connecting {
            host: host.to_owned(),
        });
        ports.portal.log_in(unlocked, &certificate).await
    })
    .await
    .map_err(|problem| ports.cards.explain(slot, problem))?;
    match until_removed(readers, slot, ports.vault.keep(&session)).await {
        Ok(kept) => {
            tell(Progress::Inside {
                session: session.clone(),
                kept,
            });
            Ok(LoggedIn {
                session,
                kept,
                slot: found.slot,
            })
        }
        Err(problem) => {
            end(&session, ports.portal).await;
            Err(problem)
        }
    }
}

/// The world, as the journey sees it.
#[derive(Debug)]
pub struct Ports<'a, R, P, D, V> {
    /// The readers and the cards in them.
    pub cards: &'a Cards<R>,
    /// Where the card is chosen and the PIN is typed.
    pub person: &'a mut P,
    /// The portal.
    pub portal: &'a D,
    /// Where the session is kept.
    pub vault: &'a V,
}

/// The end of a good journey.
#[derive(Clone, Debug)]
pub struct LoggedIn {
    /// The session.
    pub session: Session,
    /// Where it is kept.
    pub kept: Kept,
    /// The reader and insertion whose card opened it.
    pub slot: Slot,
}

/// Shows the card and what is known of its certificate, has that judged in full while the person types, and gives the
/// unlocked card with the proof of its certificate.
///
/// # Errors
/// `certificate_refused` before the PIN goes to the card; else as [`unlock`].
pub(crate) async fn unlock_judged<R: Readers>(
    cards: &Cards<R>,
    found: &FoundCard,
    person: &mut impl PinEntry,
    host: &str,
    judge: &Judge,
    tell: &(dyn Fn(Progress) + Sync),
) -> Result<(UnlockedCard, CheckedCertificate), Problem> {
    let FoundCard { slot, card, contents } = found;
    let verdict = judge.at_once(contents);
    cards.ask_tries(card).await;
    let goes_on = judge.goes_on(&verdict);
    tell(Progress::Card {
        reader: slot.reader.clone(),
        contents: contents.clone(),
        verdict: verdict.clone(),
        tries_left: card.tries_left(),
        goes_on,
    });
    // Nobody is asked for a PIN before it is known whether the clock is at fault, and not the card.
    let verdict = match judge.may_be_the_clock(&verdict) {
        true => judge.in_full(contents).await,
        false => verdict,
    };
    let judging = async {
        if !goes_on {
            return accepted(verdict);
        }
        let verdict = judge.in_full(contents).await;
        tell(Progress::Judged {
            reader: slot.reader.clone(),
            contents: contents.clone(),
            verdict: verdict.clone(),
            tries_left: card.tries_left(),
        });
        accepted(verdict)
    };
    let mut entry = JudgedEntry::new(person, judging);
    let unlocked = unlock(found, &mut entry, host, tell).await;
    entry.both(unlocked)
}

/// Asks for the PIN until it is right, the card refuses for good, or the person gives up. Each VERIFY was typed.
///
/// # Errors
/// The problem of the last try, and `pin_not_given` when there was none.
pub async fn unlock(
    found: &FoundCard,
    entry: &mut impl PinEntry,
    host: &str,
    tell: &(dyn Fn(Progress) + Sync),
) -> Result<UnlockedCard, Problem> {
    let mut refused: Option<(PinRefusal, Problem)> = None;
    loop {
        let request = match &refused {
            None => PinRequest::first(found, host),
            Some((refusal, problem)) => PinRequest::again(found, host, *refusal, problem),
        };
        let Some(answer) = entry.ask(request).await else {
            return Err(refused.map_or(ProblemCode::PinNotGiven.into(), |(_, problem)| problem));
        };
        let unlocked = match answer {
            PinAnswer::Typed(pin) => found.card.unlock(pin).await,
            PinAnswer::OnThePad { spends_last_try } => {
                tell(Progress::OnThePad);
                found.card.unlock_on_pad(spends_last_try).await
            }
        };
        match unlocked {
            Ok(unlocked) => return Ok(unlocked),
            Err(error) => match asked_again_after(&error) {
                Some(refusal) => refused = Some((refusal, error.into())),
                None => return Err(error.into()),
            },
        }
    }
}

/// The refusals after which the person may answer again; any other end of a try is the end of the journey.
fn asked_again_after(error: &CardError) -> Option<PinRefusal> {
    let on_the_pad = matches!(
        error,
        CardError::PadTimeout
            | CardError::PadCancelled
            | CardError::PadPinLength
            | CardError::PadRefused
            | CardError::PadOnceMore
            | CardError::Channel(ChannelError::NoPinPad)
    );
    if matches!(error, CardError::WrongPin { .. }) {
        Some(PinRefusal::Wrong)
    } else if matches!(error, CardError::LastTryNotConfirmed { of: Secret::Pin }) {
        Some(PinRefusal::LastTryNotConfirmed)
    } else {
        on_the_pad.then_some(PinRefusal::Pad)
    }
}

/// The proof that the certificate was checked and not found bad.
fn accepted(verdict: Verdict) -> Result<CheckedCertificate, Problem> {
    verdict.accept().map_err(|refused| refusal(&refused))
}

/// Names the check that failed, with its facts; the person has seen all of them. What does not depend on the day comes
/// before what may be a wrong clock's fault alone.
fn refusal(verdict: &Verdict) -> Problem {
    let failed = || {
        verdict
            .findings
            .iter()
            .filter(|finding| finding.outcome == Outcome::Bad)
    };
    let whatever_the_day = failed().find(|finding| finding.code != FindingCode::Validity);
    let Some(finding) = whatever_the_day.or_else(|| failed().next()) else {
        return ProblemCode::CertificateRefused.into();
    };
    let mut problem = Problem::new(ProblemCode::CertificateRefused)
        .with("check", finding.code.name())
        .with("case", finding.case);
    if whatever_the_day.is_none() && verdict.finding(FindingCode::Clock).is_some() {
        problem = problem.with("clock", "suspected");
    }
    let facts = finding.facts.iter().cloned();
    facts.fold(problem, |problem, (name, value)| problem.with(name, value))
}

/// Ends a session that was opened and could not be kept: the card left, or there is nowhere to keep it.
async fn end(session: &Session, portal: &impl Portal) {
    if let Err(problem) = portal.log_out(session).await {
        tracing::warn!(
            problem = problem.code.name(),
            "a session that was not kept stays open on the portal"
        );
    }
}

#[cfg(test)]
mod tests;
