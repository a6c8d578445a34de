//! When a card ends: its certificate, and its plastic, which may differ.

use cns_card::CardContents;
use cns_trust::Verdict;
use time::Date;

/// Both ends of a card.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ends {
    /// The certificate's, after which no portal lets anybody in with it.
    pub certificate: Option<End>,
    /// The plastic's, as the card's own file says it.
    pub plastic: Option<End>,
}

/// One end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct End {
    /// The last day.
    pub day: Date,
    /// Days until then; negative when it is over.
    pub days_left: i64,
    /// How near it is.
    pub rung: Rung,
}

/// How near an end is: the ladder on which a person is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rung {
    /// More than 120 days.
    Far,
    /// 120 days at most.
    Within120,
    /// 60 days at most.
    Within60,
    /// 30 days at most.
    Within30,
    /// 7 days at most.
    Within7,
    /// It is over.
    Over,
}

impl Ends {
    /// Puts together what the certificate and, where there is one, the card say, as of the day (UTC) of the check.
    pub fn of(contents: Option<&CardContents>, verdict: &Verdict) -> Self {
        let today = verdict.checked_at.date();
        let certificate = verdict.certificate.as_ref();
        let personal = contents.and_then(|contents| contents.personal_data.as_ref());
        Self {
            certificate: certificate.map(|certificate| End::of(certificate.not_after.date(), today)),
            plastic: personal
                .and_then(|data| data.expires_on)
                .map(|day| End::of(day, today)),
        }
    }
}

impl End {
    /// The end on `day`, seen from `today`.
    pub fn of(day: Date, today: Date) -> Self {
        let days_left = (day - today).whole_days();
        Self {
            day,
            days_left,
            rung: Rung::of(days_left),
        }
    }
}

impl Rung {
    /// The rung as texts and faces name it, such as `within120`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Far => "far",
            Self::Within120 => "within120",
            Self::Within60 => "within60",
            Self::Within30 => "within30",
            Self::Within7 => "within7",
            Self::Over => "over",
        }
    }

    fn of(days_left: i64) -> Self {
        match days_left {
            ..0 => Self::Over,
            0..=7 => Self::Within7,
            8..=30 => Self::Within30,
            31..=60 => Self::Within60,
            61..=120 => Self::Within120,
            121.. => Self::Far,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::date;

    #[test]
    fn each_rung_begins_on_its_day() {
        let check = |days: i64, rung: Rung| {
            let today = date!(2026 - 11 - 22);
            let end = End::of(today + time::Duration::days(days), today);
            assert_eq!((end.days_left, end.rung), (days, rung));
        };
        check(-1, Rung::Over);
        check(0, Rung::Within7);
        check(7, Rung::Within7);
        check(8, Rung::Within30);
        check(30, Rung::Within30);
        check(31, Rung::Within60);
        check(60, Rung::Within60);
        check(61, Rung::Within120);
        check(120, Rung::Within120);
        check(121, Rung::Far);
    }
}
