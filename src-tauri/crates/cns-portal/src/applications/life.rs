//! The life of an application: every state, every step, in one table.

use cns_portal_api::ApplicationState;
use time::{Date, Duration};

/// What happens to an application.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Step {
    /// Its holder files it with a PIN dispositivo or with the card.
    Filed,
    /// Its holder files it with a PIN ordinario: it is held, and its date is safe.
    FiledHeld,
    /// The holder's PIN became dispositivo, or the holder came with the card.
    Converted,
    /// Its holder takes it back before anybody has looked at it.
    Withdrawn,
    /// An operator begins to check it.
    TakenUp,
    /// Something is missing.
    Missing,
    /// Its holder brought what was missing.
    Brought,
    /// It waits for something that the holder need not bring.
    Suspended,
    /// It waits no longer.
    Resumed,
    /// Granted.
    Granted,
    /// Refused.
    Refused,
    /// Its holder asks that a refusal be looked at again.
    Reopened,
}

/// Every step that there is: from where, by what, to where.
pub(crate) const LIFE: &[(ApplicationState, Step, ApplicationState)] = {
    use ApplicationState::{
        Accolta, Acquisita, Annullata, Bozza, InEvidenza, InIstruttoria, InRiesame, Respinta, Sospesa,
        Trattenuta,
    };
    &[
        (Bozza, Step::Filed, Acquisita),
        (Bozza, Step::FiledHeld, Trattenuta),
        (Trattenuta, Step::Converted, Acquisita),
        (Trattenuta, Step::Withdrawn, Annullata),
        (Acquisita, Step::Withdrawn, Annullata),
        (Acquisita, Step::TakenUp, InIstruttoria),
        (InIstruttoria, Step::Missing, InEvidenza),
        (InEvidenza, Step::Brought, InIstruttoria),
        (InIstruttoria, Step::Suspended, Sospesa),
        (Sospesa, Step::Resumed, InIstruttoria),
        (InIstruttoria, Step::Granted, Accolta),
        (Sospesa, Step::Granted, Accolta),
        (InIstruttoria, Step::Refused, Respinta),
        (InEvidenza, Step::Refused, Respinta),
        (Sospesa, Step::Refused, Respinta),
        (Respinta, Step::Reopened, InRiesame),
        (InRiesame, Step::Granted, Accolta),
        (InRiesame, Step::Refused, Respinta),
    ]
};

/// Where a step leads, where it can be done.
pub(crate) fn next(state: ApplicationState, step: Step) -> Option<ApplicationState> {
    LIFE.iter()
        .find(|(from, by, _)| *from == state && *by == step)
        .map(|(_, _, to)| *to)
}

/// The step by which an operator brings an application from one state to another.
pub(crate) fn operators_step(from: ApplicationState, to: ApplicationState) -> Option<Step> {
    LIFE.iter()
        .find(|(before, by, after)| *before == from && *after == to && by.is_the_operators())
        .map(|(_, by, _)| *by)
}

impl Step {
    /// Whether an operator does it; the others are the holder's, or follow from another act.
    fn is_the_operators(self) -> bool {
        match self {
            Self::TakenUp
            | Self::Missing
            | Self::Suspended
            | Self::Resumed
            | Self::Granted
            | Self::Refused => true,
            Self::Filed
            | Self::FiledHeld
            | Self::Converted
            | Self::Withdrawn
            | Self::Brought
            | Self::Reopened => false,
        }
    }

    /// Whether whoever does it must say why, in words for the holder.
    pub(crate) fn needs_a_note(self) -> bool {
        matches!(self, Self::Missing | Self::Refused)
    }

    /// The last day for the holder to answer it. A refusal that was looked at again already is not opened twice.
    pub(crate) fn due(self, from: ApplicationState, today: Date) -> Option<Date> {
        match self {
            Self::Missing => today.checked_add(DAYS_TO_INTEGRATE),
            Self::Refused if from != ApplicationState::InRiesame => today.checked_add(DAYS_TO_REOPEN),
            Self::Refused
            | Self::Filed
            | Self::FiledHeld
            | Self::Converted
            | Self::Withdrawn
            | Self::TakenUp
            | Self::Brought
            | Self::Suspended
            | Self::Resumed
            | Self::Granted
            | Self::Reopened => None,
        }
    }
}

/// To bring what is missing.
const DAYS_TO_INTEGRATE: Duration = Duration::days(60);

/// To ask that a refusal be looked at again.
const DAYS_TO_REOPEN: Duration = Duration::days(30);

#[cfg(test)]
mod tests {
    use super::*;
    use ApplicationState::{
        Accolta, Acquisita, Annullata, Bozza, InEvidenza, InIstruttoria, InRiesame, Respinta, Sospesa,
        Trattenuta,
    };
    use std::collections::HashSet;
    use time::macros::date;

    const STATES: [ApplicationState; 10] = [
        Bozza,
        Trattenuta,
        Acquisita,
        InIstruttoria,
        InEvidenza,
        Sospesa,
        Accolta,
        Respinta,
        InRiesame,
        Annullata,
    ];

    #[test]
    fn a_step_leads_to_one_place() {
        let mut seen = HashSet::new();
        assert!(LIFE.iter().all(|(from, by, _)| seen.insert((from, by))));
        let mut ways = HashSet::new();
        assert!(
            LIFE.iter()
                .filter(|row| row.1.is_the_operators())
                .all(|(from, _, to)| ways.insert((from, to)))
        );
    }

    #[test]
    fn every_state_is_reached_from_a_draft_and_two_are_final() {
        let mut reached = HashSet::from([Bozza]);
        for _ in STATES {
            let more: Vec<_> = LIFE
                .iter()
                .filter(|row| reached.contains(&row.0))
                .map(|row| row.2)
                .collect();
            reached.extend(more);
        }
        assert_eq!(reached, HashSet::from(STATES));
        for state in STATES {
            let ends = !LIFE.iter().any(|row| row.0 == state);
            assert_eq!(ends, matches!(state, Accolta | Annullata), "{state:?}");
        }
    }

    #[test]
    fn what_is_held_is_moved_on_by_the_conversion_only() {
        let onward: Vec<_> = LIFE.iter().filter(|row| row.0 == Trattenuta).collect();
        assert_eq!(
            onward,
            [
                &(Trattenuta, Step::Converted, Acquisita),
                &(Trattenuta, Step::Withdrawn, Annullata)
            ]
        );
        for state in STATES {
            assert_eq!(operators_step(Trattenuta, state), None);
            assert_eq!(operators_step(Bozza, state), None);
            assert_eq!(operators_step(state, Trattenuta), None);
        }
    }

    #[test]
    fn sixty_days_to_bring_what_is_missing_and_thirty_to_ask_again_once() {
        let today = date!(2026 - 11 - 23);
        assert_eq!(
            Step::Missing.due(InIstruttoria, today),
            Some(date!(2027 - 01 - 22))
        );
        assert_eq!(
            Step::Refused.due(InIstruttoria, today),
            Some(date!(2026 - 12 - 23))
        );
        assert_eq!(Step::Refused.due(InRiesame, today), None);
        assert_eq!(Step::Granted.due(InRiesame, today), None);
    }
}
