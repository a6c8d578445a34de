//! What can be said of a card without saying whose it is.

use crate::CardError;
use crate::desk::Desk;
use crate::habits::Habits;
use crate::probe::is_of_kind;
use crate::read::read;
use crate::recognise::{candidates, says_cns};
use crate::shelf::Shelf;
use crate::table::ProfileTable;
use cns_iso7816::{Atr, ChannelError, Exchange, Recorder};

/// A conversation with a card, without a single byte of what was in it: commands' headers, lengths, status words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CardReport {
    /// The answer to reset, which tells the model and not the person.
    pub atr: Vec<u8>,
    /// What the conversation came to: `cns`, the kind of another card, `unknown`, or the name of an error.
    pub outcome: String,
    /// The name of the profile that fitted.
    pub profile: Option<String>,
    /// The conversation, in order.
    pub steps: Vec<ReportStep>,
}

/// One line of the conversation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReportStep {
    /// What the driver is about to try: words of the table of profiles.
    Trying {
        /// The profile's name, or what is looked for.
        what: String,
    },
    /// One APDU.
    Apdu {
        /// Name of the command in ISO/IEC 7816-4.
        command: &'static str,
        /// CLA, INS, P1, P2.
        header: [u8; 4],
        /// Bytes of data that were sent.
        sent: usize,
        /// Bytes of data that came back, and the status word; or why none came.
        answer: Result<(usize, u16), ChannelError>,
    },
}

/// What an unknown card gave away, so that the person sees that it was read at all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Glimpse {
    /// The answer to reset.
    pub atr: Vec<u8>,
    /// EF.ID_Carta and EF.Dati_personali, where they could be read.
    pub greeting: crate::Greeting,
}

impl CardReport {
    pub(crate) fn begun(atr: &Atr) -> Self {
        Self {
            atr: atr.as_bytes().to_vec(),
            outcome: UNKNOWN.to_owned(),
            profile: None,
            steps: Vec::new(),
        }
    }

    pub(crate) fn end_badly(&mut self, error: &CardError) {
        self.outcome = name_of(error).to_owned();
    }
}

/// Walks through every profile and then through every kind that is known not to be a CNS, reading what needs no PIN.
///
/// A card whose answer to reset already says that it is no CNS is not spoken to.
pub(crate) fn inspect(line: &mut dyn Exchange, table: &ProfileTable, atr: &Atr, report: &mut CardReport) {
    let mut profiles = match candidates(table, atr) {
        Ok(candidates) => candidates,
        Err(error) => return report.end_badly(&error),
    };
    let others = table.profiles.iter().filter(|profile| {
        let known = profiles
            .iter()
            .any(|candidate| std::ptr::eq(*candidate, *profile));
        !known
    });
    profiles.extend(others.collect::<Vec<_>>());
    // The card's own files come first: no command leaves an application for certain.
    profiles.sort_by_key(|profile| profile.application.is_some());

    let (mut habits, mut shelf) = (Habits::default(), Shelf::default());
    let mut walk = Walk {
        line,
        habits: &mut habits,
        shelf: &mut shelf,
        report,
    };
    let mut sure = false;
    for profile in profiles {
        match walk.step(&profile.name, |desk| read(desk, profile, atr)) {
            Ok(found) if !sure => {
                sure = found.is_named_as_a_cns;
                if sure || walk.report.profile.is_none() {
                    walk.report.profile = Some(profile.name.clone());
                    "cns".clone_into(&mut walk.report.outcome);
                }
            }
            Err(error @ (CardError::Channel(_) | CardError::Endless)) => {
                return walk.report.end_badly(&error);
            }
            Err(error) if walk.report.outcome == UNKNOWN => walk.report.end_badly(&error),
            Ok(_) | Err(_) => {}
        }
    }
    for refusal in table
        .refusals
        .iter()
        .filter(|refusal| refusal.application.is_some())
    {
        let kind = refusal.kind.name();
        match walk.step(kind, |desk| is_of_kind(desk, refusal)) {
            Ok(true) if walk.report.outcome == UNKNOWN && !says_cns(atr) => {
                kind.clone_into(&mut walk.report.outcome)
            }
            Ok(_) => {}
            Err(error) => return walk.report.end_badly(&error),
        }
    }
}

struct Walk<'walk> {
    line: &'walk mut dyn Exchange,
    habits: &'walk mut Habits,
    shelf: &'walk mut Shelf,
    report: &'walk mut CardReport,
}

impl Walk<'_> {
    fn step<T>(
        &mut self,
        what: &str,
        act: impl FnOnce(&mut Desk<'_>) -> Result<T, CardError>,
    ) -> Result<T, CardError> {
        self.report.steps.push(ReportStep::Trying {
            what: what.to_owned(),
        });
        let mut recorder = Recorder::new(self.line);
        let outcome = act(&mut Desk::new(&mut recorder, self.habits, self.shelf));
        let passed = recorder.passed().into_iter().map(|passed| ReportStep::Apdu {
            command: passed.command,
            header: passed.header,
            sent: passed.sent,
            answer: passed.answer,
        });
        self.report.steps.extend(passed);
        outcome.map_err(|error| self.shelf.why(error))
    }
}

const UNKNOWN: &str = "unknown";

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "no error of a PIN or of a signature can come from reading"
)]
fn name_of(error: &CardError) -> &'static str {
    match error {
        CardError::NotACns { kind } => kind,
        CardError::UnknownCard => UNKNOWN,
        CardError::NoCertificate => "no_certificate",
        CardError::Malformed { .. } => "malformed",
        CardError::TooLarge { .. } => "too_large",
        CardError::Endless => "endless",
        CardError::Channel(ChannelError::Removed) => "removed",
        CardError::Channel(ChannelError::Reset) => "reset",
        CardError::Channel(ChannelError::Garbled) => "garbled",
        CardError::Channel(_) => "no_answer",
        _ => "refused",
    }
}
