//! The life of a conversion: every state, every step, in one table.

use cns_portal_api::ConversionState;

/// What happens to a conversion.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Step {
    /// All pages are there, and it was sent.
    Submitted,
    /// An operator began to look at its pages.
    LookedAt,
    /// The PIN is dispositivo.
    Granted,
    /// It is not.
    Refused,
}

/// Every step that there is: from where, by what, to where.
pub(crate) const LIFE: &[(ConversionState, Step, ConversionState)] = &[
    (ConversionState::Bozza, Step::Submitted, ConversionState::Inviata),
    (
        ConversionState::Inviata,
        Step::LookedAt,
        ConversionState::InVerifica,
    ),
    (
        ConversionState::InVerifica,
        Step::Granted,
        ConversionState::Accolta,
    ),
    (
        ConversionState::InVerifica,
        Step::Refused,
        ConversionState::Respinta,
    ),
];

/// Where a step leads, where it can be done.
pub(crate) fn next(state: ConversionState, step: Step) -> Option<ConversionState> {
    LIFE.iter()
        .find(|(from, by, _)| *from == state && *by == step)
        .map(|(_, _, to)| *to)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_decided_before_somebody_has_looked() {
        for (from, by, to) in LIFE {
            if matches!(by, Step::Granted | Step::Refused) {
                assert_eq!(*from, ConversionState::InVerifica, "{to:?}");
            }
        }
        assert_eq!(next(ConversionState::Inviata, Step::Granted), None);
    }

    #[test]
    fn a_decision_is_final() {
        for state in [ConversionState::Accolta, ConversionState::Respinta] {
            assert!(LIFE.iter().all(|row| row.0 != state));
        }
    }
}
