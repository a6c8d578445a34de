//! The PIN's entry while the certificate is still being judged.

use crate::{PinAnswer, PinEntry, PinRequest, Problem, ProblemCode};
use cns_trust::CheckedCertificate;
use std::future::Future;
use std::pin::{Pin, pin};

/// Lets the person type while `judging` goes on, and gives no answer away before it ended well: no PIN reaches the card
/// of a certificate that turns out bad.
pub(crate) struct JudgedEntry<'a, P> {
    entry: &'a mut P,
    judging: Pin<Box<dyn Future<Output = Judged> + Send + 'a>>,
    judged: Option<Judged>,
}

type Judged = Result<CheckedCertificate, Problem>;

impl<'a, P: PinEntry> JudgedEntry<'a, P> {
    pub(crate) fn new(entry: &'a mut P, judging: impl Future<Output = Judged> + Send + 'a) -> Self {
        Self {
            entry,
            judging: Box::pin(judging),
            judged: None,
        }
    }

    /// How the judgement ended, beside how the PIN's entry ended: a refused certificate is why nothing was typed.
    pub(crate) fn both<T>(self, unlocked: Result<T, Problem>) -> Result<(T, CheckedCertificate), Problem> {
        match (self.judged, unlocked) {
            (Some(Err(refused)), _) => Err(refused),
            (_, Err(problem)) => Err(problem),
            (Some(Ok(certificate)), Ok(unlocked)) => Ok((unlocked, certificate)),
            (None, Ok(_)) => Err(ProblemCode::PinNotGiven.into()),
        }
    }
}

impl<P: PinEntry> PinEntry for JudgedEntry<'_, P> {
    async fn ask(&mut self, request: PinRequest) -> Option<PinAnswer> {
        let (judging, judged) = (&mut self.judging, &mut self.judged);
        let mut asked = pin!(self.entry.ask(request));
        let answer = loop {
            tokio::select! {
                biased;
                ended = judging.as_mut(), if judged.is_none() => {
                    if judged.insert(ended).is_err() {
                        return None;
                    }
                }
                answer = asked.as_mut() => break answer?,
            }
        };
        if judged.is_none() {
            *judged = Some(judging.as_mut().await);
        }
        // What was typed for a certificate that is refused goes no further, and wipes itself.
        matches!(judged, Some(Ok(_))).then_some(answer)
    }
}
