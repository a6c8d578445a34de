//! The judge of a certificate: whom we trust, who says whether it was revoked, what time it is.

use cns_card::CardContents;
use cns_trust::revocation::{Question, RevocationSource};
use cns_trust::{CardFacts, Clock, FindingCode, Outcome, TrustSource, Verdict, check};
use std::fmt;
use std::sync::Arc;
use tokio::sync::watch;

/// Judges certificates: at once with what is at hand, or in full with what has to be asked for.
#[derive(Clone)]
pub struct Judge {
    at_hand: Arc<dyn TrustSource>,
    later: watch::Receiver<Option<Arc<dyn TrustSource>>>,
    revocation: Arc<dyn RevocationSource>,
    clock: Arc<dyn Clock>,
}

impl Judge {
    /// A judge who knows already whom to trust.
    pub fn new(
        trust: Arc<dyn TrustSource>,
        revocation: Arc<dyn RevocationSource>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        let (_, later) = watch::channel(Some(trust.clone()));
        Self::awaiting(trust, later, revocation, clock)
    }

    /// A judge for whom the official list is on its way: `later` is empty until it came, or until it is known that it
    /// will not. Meanwhile `at_hand` counts.
    pub fn awaiting(
        at_hand: Arc<dyn TrustSource>,
        later: watch::Receiver<Option<Arc<dyn TrustSource>>>,
        revocation: Arc<dyn RevocationSource>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self {
            at_hand,
            later,
            revocation,
            clock,
        }
    }

    /// Judges what was read from a card by what is at hand; nobody is asked and nothing is waited for.
    pub fn at_once(&self, contents: &CardContents) -> Verdict {
        self.certificate_at_once(&contents.certificate_der, Some(facts_of(contents)))
    }

    /// Judges what was read from a card, with the official list and the word of those who can say that the
    /// certificate was revoked.
    pub async fn in_full(&self, contents: &CardContents) -> Verdict {
        self.certificate_in_full(&contents.certificate_der, Some(facts_of(contents)))
            .await
    }

    /// The same as [`Judge::at_once`] for a certificate and what is known of its card.
    pub fn certificate_at_once(&self, der: &[u8], card: Option<CardFacts<'_>>) -> Verdict {
        let settled = self.later.borrow().clone();
        let trust = settled.unwrap_or_else(|| self.at_hand.clone());
        let verdict = self.checked(der, card, &*trust);
        let is_bad = verdict.outcome() == Outcome::Bad;
        if self.would_ask(&verdict) && !is_bad {
            verdict.while_asking()
        } else {
            self.unless_it_is_the_clock(verdict)
        }
    }

    /// The same as [`Judge::in_full`] for a certificate and what is known of its card.
    pub async fn certificate_in_full(&self, der: &[u8], card: Option<CardFacts<'_>>) -> Verdict {
        let trust = self.trust().await;
        let verdict = self.checked(der, card, &*trust);
        match verdict.question() {
            Some(question) if self.would_ask(&verdict) || self.may_be_the_clock(&verdict) => {
                let answers = self.revocation.ask(question, self.clock.now()).await;
                self.as_of_its_clock(verdict.with_answers(&answers))
            }
            Some(_) | None => self.unless_it_is_the_clock(verdict),
        }
    }

    /// Says why nobody is asked about a certificate that is bad already; where nothing but the day speaks against it,
    /// somebody still may be.
    fn unless_it_is_the_clock(&self, verdict: Verdict) -> Verdict {
        if self.revocation.asks() && !self.may_be_the_clock(&verdict) {
            verdict.without_asking()
        } else {
            verdict
        }
    }

    /// Whether the full judgement may still differ from this one. What is bad stays bad.
    pub fn goes_on(&self, verdict: &Verdict) -> bool {
        // The list may have come since this judgement was made without it.
        let is_without_list = self.later.borrow().is_none() || awaits_list(verdict);
        verdict.outcome() != Outcome::Bad && (is_without_list || self.would_ask(verdict))
    }

    /// Whether nothing but the day speaks against the certificate, and somebody can be asked who tells the time as well:
    /// a wrong clock is to be suspected before the card is blamed. The full judgement says which it is; it stays bad.
    pub fn may_be_the_clock(&self, verdict: &Verdict) -> bool {
        let mut bad = verdict
            .findings
            .iter()
            .filter(|finding| finding.outcome == Outcome::Bad)
            .peekable();
        let is_the_day = bad.peek().is_some() && bad.all(|finding| finding.code == FindingCode::Validity);
        let can_be_asked = verdict.question().is_some_and(Question::has_addresses);
        self.clock.is_this_computers() && self.revocation.asks() && can_be_asked && is_the_day
    }

    /// The clock that it judges by.
    pub fn clock(&self) -> &dyn Clock {
        &*self.clock
    }

    fn checked(&self, der: &[u8], card: Option<CardFacts<'_>>, trust: &dyn TrustSource) -> Verdict {
        self.as_of_its_clock(check(der, card, trust, self.clock.now()))
    }

    /// This computer's clock is suspected only where it was the one that counted.
    fn as_of_its_clock(&self, verdict: Verdict) -> Verdict {
        if self.clock.is_this_computers() {
            verdict
        } else {
            verdict.at_a_chosen_instant()
        }
    }

    fn would_ask(&self, verdict: &Verdict) -> bool {
        let is_worth_it = verdict.outcome() != Outcome::Bad || self.revocation.asks_of_bad_ones();
        self.revocation.asks() && is_worth_it && verdict.question().is_some()
    }

    /// Those who are trusted, once that is settled; those at hand where nobody settles it any more.
    pub async fn trust(&self) -> Arc<dyn TrustSource> {
        let mut later = self.later.clone();
        let settled = later.wait_for(Option::is_some).await;
        settled
            .ok()
            .and_then(|trust| trust.clone())
            .unwrap_or_else(|| self.at_hand.clone())
    }
}

impl fmt::Debug for Judge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Judge")
    }
}

fn awaits_list(verdict: &Verdict) -> bool {
    let list = verdict.finding(FindingCode::TrustList);
    list.is_some_and(|finding| finding.case == "loading")
}

fn facts_of(contents: &CardContents) -> CardFacts<'_> {
    let personal = contents.personal_data.as_ref();
    CardFacts {
        card_id: contents.card_id.as_deref(),
        codice_fiscale: personal.and_then(|data| data.codice_fiscale.as_deref()),
        personal_data_file: contents.personal_data_file.as_deref(),
        name: personal.and_then(|data| Some((data.surname.as_deref()?, data.name.as_deref()?))),
    }
}
