//! A message as an act gives it, and how it waits.

use crate::error::PortalError;
use crate::keys::{Index, Keys};
use crate::outbox::channel::{Body, ChannelKind, Outgoing};
use crate::secret::random_id;
use crate::store::outbox::Held;
use crate::store::{Tx, outbox};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use zeroize::{Zeroize as _, Zeroizing};

/// A message to be sent.
pub(crate) struct NewMessage<'a> {
    /// By which way.
    pub(crate) channel: ChannelKind,
    /// What for.
    pub(crate) purpose: Purpose,
    /// Whose fate depends on it.
    pub(crate) subject: Subject,
    /// Number or address; for a letter, the lines of the address.
    pub(crate) to: &'a str,
    /// Subject of the e-mail, title of the letter; an SMS has none.
    pub(crate) subject_line: &'a str,
    /// Paragraphs, parted by empty lines. One that is `{code}` stands for the code, one that begins with `## ` is a
    /// heading.
    pub(crate) text: &'a str,
    /// A half, or a code.
    pub(crate) code: Option<&'a str>,
    /// The instant of the act.
    pub(crate) now: OffsetDateTime,
}

/// What a message is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// Carries half a PIN. When in doubt it is void.
    Half {
        /// Which.
        half: Half,
        /// Counts the issues of the subject's halves: the two halves of one issue never take one way.
        issue: i64,
    },
    /// Carries a code that confirms something.
    Code,
    /// Tells something.
    Notice,
}

/// Half of an initial PIN.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Half {
    First,
    Second,
}

/// Whose fate depends on a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Subject {
    /// A PIN, by its row.
    Credential(i64),
    /// A request for a PIN, by its row.
    Request(i64),
    /// A citizen, by their row.
    Citizen(i64),
}

/// Leaves a message with the outbox, in the transaction of the act that wants it sent. It leaves when the transaction
/// is committed; [`Portal::wake_post`](crate::Portal::wake_post) makes it leave at once.
///
/// # Errors
/// [`PortalError::HalvesOnOneWay`] when the other half of the same issue takes the same channel or goes to the same
/// address; [`PortalError::Database`].
pub(crate) async fn put(tx: &mut Tx<'_>, keys: &Keys, message: &NewMessage<'_>) -> Result<(), PortalError> {
    let id = random_id();
    let waiting = Waiting {
        to: message.to.to_owned(),
        subject: message.subject_line.to_owned(),
        text: message.text.to_owned(),
        code: message.code.map(str::to_owned),
    };
    let plain = Zeroizing::new(serde_json::to_vec(&waiting).map_err(|_| PortalError::Sealing)?);
    let row = outbox::NewRow {
        channel: message.channel,
        purpose: message.purpose,
        subject: message.subject,
        way: keys.index(Index::Contact, &message.to.trim().to_lowercase()),
        sealed: keys.seal(&place(&id), &plain)?,
        message: id,
        now: message.now,
    };
    outbox::put(tx, &row).await
}

/// Opens what was sealed by [`put`].
pub(crate) fn open(keys: &Keys, held: &Held, now: OffsetDateTime) -> Result<Outgoing, PortalError> {
    let plain = keys.open(&place(&held.message), &held.sealed)?;
    let waiting: Waiting = serde_json::from_slice(&plain).map_err(|_| PortalError::Stored {
        column: "outbox.sealed",
    })?;
    Ok(Outgoing {
        id: held.message.clone(),
        to: Zeroizing::new(waiting.to.clone()),
        subject: waiting.subject.clone(),
        body: Body::new(&waiting.text, waiting.code.as_deref()),
        made_at: held.made_at,
        at: now,
    })
}

/// A message as it is sealed. It wipes itself.
#[derive(Serialize, Deserialize)]
struct Waiting {
    to: String,
    subject: String,
    text: String,
    code: Option<String>,
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.to.zeroize();
        self.text.zeroize();
        self.code.zeroize();
    }
}

fn place(id: &str) -> String {
    format!("outbox.{id}")
}

impl Purpose {
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Half { .. } => "half",
            Self::Code => "code",
            Self::Notice => "notice",
        }
    }

    pub(crate) fn of_words(word: &str, half: Option<&str>, issue: Option<i64>) -> Option<Self> {
        match (word, half, issue) {
            ("half", Some(half), Some(issue)) => Some(Self::Half {
                half: Half::of_word(half)?,
                issue,
            }),
            ("code", None, None) => Some(Self::Code),
            ("notice", None, None) => Some(Self::Notice),
            _ => None,
        }
    }
}

impl Half {
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::First => "first",
            Self::Second => "second",
        }
    }

    fn of_word(word: &str) -> Option<Self> {
        [Self::First, Self::Second]
            .into_iter()
            .find(|half| half.word() == word)
    }
}

impl Subject {
    pub(crate) fn words(self) -> (&'static str, i64) {
        match self {
            Self::Credential(id) => ("credential", id),
            Self::Request(id) => ("request", id),
            Self::Citizen(id) => ("citizen", id),
        }
    }

    pub(crate) fn of_words(kind: &str, id: i64) -> Option<Self> {
        match kind {
            "credential" => Some(Self::Credential(id)),
            "request" => Some(Self::Request(id)),
            "citizen" => Some(Self::Citizen(id)),
            _ => None,
        }
    }
}
