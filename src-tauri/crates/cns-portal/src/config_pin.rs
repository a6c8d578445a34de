//! The rules of the PIN, as the configuration file writes them.

use crate::error::ConfigError;
use crate::pin::{ChangeBy, MaxAge, PinRules, PinStatus, VerifyCall};
use serde::Deserialize;
use std::time::Duration;

/// What is not written keeps its default.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct PinFile {
    enabled: Option<bool>,
    status: Option<Status>,
    change_by: Option<By>,
    max_age_months: Option<u8>,
    verify_call: Option<Call>,
    hold: Option<bool>,
    initial_life_days: Option<u32>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Status {
    Allowed,
    Forbidden,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum By {
    Generated,
    Chosen,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Call {
    OnMismatch,
    Always,
}

impl PinFile {
    /// The rules.
    ///
    /// # Errors
    /// [`ConfigError::PinRule`] names the one that is out of its bounds.
    pub(crate) fn rules(&self) -> Result<PinRules, ConfigError> {
        let default = PinRules::default();
        let within = |name, value: u64, min, max| {
            if (min..=max).contains(&value) {
                Ok(value)
            } else {
                Err(ConfigError::PinRule { name, min, max })
            }
        };
        let max_age = match self.max_age_months {
            None => default.max_age,
            Some(0) => None,
            Some(months) => {
                within("max_age_months", u64::from(months), 0, 60)?;
                Some(MaxAge { months })
            }
        };
        let initial_life = match self.initial_life_days {
            None => default.initial_life,
            Some(days) => {
                Duration::from_secs(within("initial_life_days", u64::from(days), 1, 90)? * 24 * 60 * 60)
            }
        };
        Ok(PinRules {
            enabled: self.enabled.unwrap_or(default.enabled),
            status: match self.status {
                None => default.status,
                Some(Status::Allowed) => PinStatus::Allowed,
                Some(Status::Forbidden) => PinStatus::Forbidden,
            },
            change_by: match self.change_by {
                None => default.change_by,
                Some(By::Generated) => ChangeBy::Generated,
                Some(By::Chosen) => ChangeBy::Chosen,
            },
            max_age,
            verify_call: match self.verify_call {
                None => default.verify_call,
                Some(Call::OnMismatch) => VerifyCall::OnMismatch,
                Some(Call::Always) => VerifyCall::Always,
            },
            hold: self.hold.unwrap_or(default.hold),
            initial_life,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(text: &str) -> Result<PinRules, ConfigError> {
        toml::from_str::<PinFile>(text).unwrap().rules()
    }

    #[test]
    fn what_is_not_written_keeps_its_default() {
        assert_eq!(rules("").unwrap(), PinRules::default());
        let three = rules("max_age_months = 3").unwrap();
        assert_eq!(three.max_age, Some(MaxAge { months: 3 }));
        assert_eq!(rules("max_age_months = 0").unwrap().max_age, None);
        assert_eq!(
            rules("status = 'forbidden'").unwrap().status,
            PinStatus::Forbidden
        );
        assert_eq!(rules("change_by = 'chosen'").unwrap().change_by, ChangeBy::Chosen);
    }

    #[test]
    fn absurd_rules_are_refused() {
        for text in [
            "max_age_months = 61",
            "initial_life_days = 0",
            "initial_life_days = 91",
        ] {
            assert!(matches!(rules(text), Err(ConfigError::PinRule { .. })), "{text}");
        }
        assert!(toml::from_str::<PinFile>("max_attempts = 9").is_err());
    }
}
