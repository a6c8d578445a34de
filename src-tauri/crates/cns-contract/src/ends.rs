//! When a card ends: its certificate, and its plastic, which may differ.

use cns_card::CardContents;
use cns_trust::Verdict;
use serde::Serialize;
use time::Date;
use ts_rs::TS;

/// Both ends of a card.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct EndsSeen {
    /// The certificate's, after which no portal lets anybody in with it.
    pub certificate: Option<EndSeen>,
    /// The plastic's, as the card says it.
    pub plastic: Option<EndSeen>,
}

/// One end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct EndSeen {
    /// The last day, `YYYY-MM-DD`.
    pub date: String,
    /// Days until then; negative when it is over.
    pub days_left: i32,
    /// How near it is.
    pub rung: RungSeen,
}

/// How near an end is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum RungSeen {
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

impl EndsSeen {
    /// Whether there is an end ahead of which a calendar can warn.
    pub fn may_be_reminded(&self) -> bool {
        let ends = self.certificate.as_ref();
        ends.is_some_and(|end| end.rung != RungSeen::Over)
    }

    /// Puts together what the certificate and the card say, as of the day of the check.
    pub fn of(contents: &CardContents, verdict: &Verdict) -> Self {
        let today = verdict.checked_at.date();
        let certificate = verdict.certificate.as_ref();
        let personal = contents.personal_data.as_ref();
        Self {
            certificate: certificate.map(|certificate| EndSeen::of(certificate.not_after.date(), today)),
            plastic: personal
                .and_then(|data| data.expires_on)
                .map(|date| EndSeen::of(date, today)),
        }
    }
}

impl EndSeen {
    fn of(date: Date, today: Date) -> Self {
        let days_left = (date - today).whole_days();
        Self {
            date: date.to_string(),
            days_left: i32::try_from(days_left).unwrap_or(i32::MAX),
            rung: RungSeen::of(days_left),
        }
    }
}

impl RungSeen {
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
        let check = |days: i64, rung: RungSeen| {
            let today = date!(2026 - 11 - 22);
            let end = EndSeen::of(today + time::Duration::days(days), today);
            assert_eq!((i64::from(end.days_left), end.rung), (days, rung));
        };
        check(-1, RungSeen::Over);
        check(0, RungSeen::Within7);
        check(7, RungSeen::Within7);
        check(8, RungSeen::Within30);
        check(30, RungSeen::Within30);
        check(31, RungSeen::Within60);
        check(60, RungSeen::Within60);
        check(61, RungSeen::Within120);
        check(120, RungSeen::Within120);
        check(121, RungSeen::Far);
    }
}
