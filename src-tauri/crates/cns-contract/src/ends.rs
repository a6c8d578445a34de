//! When a card ends, as the page sees it.

use cns_login::{End, Ends, Rung};
use serde::Serialize;
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

impl From<Ends> for EndsSeen {
    fn from(ends: Ends) -> Self {
        Self {
            certificate: ends.certificate.map(EndSeen::from),
            plastic: ends.plastic.map(EndSeen::from),
        }
    }
}

impl From<End> for EndSeen {
    fn from(end: End) -> Self {
        Self {
            date: end.day.to_string(),
            days_left: i32::try_from(end.days_left).unwrap_or(i32::MAX),
            rung: end.rung.into(),
        }
    }
}

impl From<Rung> for RungSeen {
    fn from(rung: Rung) -> Self {
        match rung {
            Rung::Far => Self::Far,
            Rung::Within120 => Self::Within120,
            Rung::Within60 => Self::Within60,
            Rung::Within30 => Self::Within30,
            Rung::Within7 => Self::Within7,
            Rung::Over => Self::Over,
        }
    }
}

impl EndsSeen {
    /// Whether there is an end ahead of which a calendar can warn.
    pub fn may_be_reminded(&self) -> bool {
        let ends = self.certificate.as_ref();
        ends.is_some_and(|end| end.rung != RungSeen::Over)
    }
}
