//! A way out of the portal.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use time::OffsetDateTime;
use zeroize::Zeroizing;

/// A way to send one message.
pub trait Channel: Send + Sync {
    /// Which way it is.
    fn kind(&self) -> ChannelKind;

    /// Sends one message. The same [`Outgoing::id`] may come again when the first answer was lost: a channel that can,
    /// makes one message of both.
    fn send<'a>(&'a self, message: &'a Outgoing) -> Sending<'a>;
}

/// What [`Channel::send`] gives.
pub type Sending<'a> = Pin<Box<dyn Future<Output = Result<(), SendError>> + Send + 'a>>;

/// The ways out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ChannelKind {
    /// Text message.
    Sms,
    /// E-mail.
    Email,
    /// Certified e-mail.
    Pec,
    /// A letter, for the print house.
    Letter,
}

impl ChannelKind {
    /// Every way, in the order in which a person would think of them.
    pub const ALL: [Self; 4] = [Self::Sms, Self::Email, Self::Pec, Self::Letter];

    /// The word for it in the database and on the wire.
    pub fn word(self) -> &'static str {
        match self {
            Self::Sms => "sms",
            Self::Email => "email",
            Self::Pec => "pec",
            Self::Letter => "letter",
        }
    }
}

/// Why a message was not sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SendError {
    /// It certainly was not.
    NotSent {
        /// Whether trying again makes sense.
        retry: bool,
    },
    /// The line broke after the last byte and before the answer: it may have been. A half in doubt is void, and
    /// another takes its place.
    InDoubt,
}

/// One message.
pub struct Outgoing {
    /// Stays the same over every try.
    pub id: String,
    /// Number or address; for a letter, the lines of the address.
    pub to: Zeroizing<String>,
    /// Subject; not sent by SMS.
    pub subject: String,
    /// What it says.
    pub body: Body,
    /// When the act happened that it tells of.
    pub made_at: OffsetDateTime,
    /// When it is tried, this time.
    pub at: OffsetDateTime,
}

/// What a message says: paragraphs, parted by empty lines. One that begins with [`HEADING`] is a heading; where one is
/// [`CODE`], stands the code.
pub struct Body {
    text: Zeroizing<String>,
    code: Option<Zeroizing<String>>,
}

/// The paragraph that stands for the code.
const CODE: &str = "{code}";

/// What a heading begins with.
const HEADING: &str = "## ";

/// One paragraph of a message.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Paragraph<'a> {
    /// What the following paragraphs are about.
    Heading(&'a str),
    /// Something to read.
    Text(&'a str),
    /// Something to type, symbol by symbol.
    Code(&'a str),
}

impl Body {
    /// Says the text, and the code where the text has [`CODE`].
    pub(crate) fn new(text: &str, code: Option<&str>) -> Self {
        let wiping = |text: &str| Zeroizing::new(text.to_owned());
        Self {
            text: wiping(text),
            code: code.map(wiping),
        }
    }

    /// Its paragraphs in their order.
    pub fn paragraphs(&self) -> impl Iterator<Item = Paragraph<'_>> {
        self.text
            .split("\n\n")
            .map(|text| match (text.trim(), &self.code) {
                (CODE, Some(code)) => Paragraph::Code(code),
                (text, _) => match text.strip_prefix(HEADING) {
                    Some(heading) => Paragraph::Heading(heading),
                    None => Paragraph::Text(text),
                },
            })
    }

    /// All of it as plain text.
    pub fn as_text(&self) -> Zeroizing<String> {
        // Grown in one piece: a text that moves leaves its beginning behind.
        let room = self.text.len() + self.code.as_ref().map_or(0, |code| code.len());
        let mut all = Zeroizing::new(String::with_capacity(room + 2));
        for paragraph in self.paragraphs() {
            if !all.is_empty() {
                all.push_str("\n\n");
            }
            let (Paragraph::Heading(text) | Paragraph::Text(text) | Paragraph::Code(text)) = paragraph;
            all.push_str(text);
        }
        all
    }
}

impl fmt::Debug for Outgoing {
    /// Prints nothing of what it holds.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Outgoing")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Paragraph<'_> {
    /// Prints nothing of what it holds.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[secret]")
    }
}

impl fmt::Debug for Body {
    /// Prints nothing of what it holds.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[secret]")
    }
}

/// The ways out that a portal has, at most one of each kind.
#[derive(Clone, Default)]
pub struct Channels(pub Vec<Arc<dyn Channel>>);

impl Channels {
    /// Which ways these are.
    pub(crate) fn kinds(&self) -> impl Iterator<Item = ChannelKind> + '_ {
        self.0.iter().map(|channel| channel.kind())
    }
}

impl fmt::Debug for Channels {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.kinds()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_stands_where_the_text_leaves_room_for_it() {
        let body = Body::new("Prima parte:\n\n{code}\n\nNon darla a nessuno.", Some("ABCDEFGH"));
        assert_eq!(
            *body.as_text(),
            "Prima parte:\n\nABCDEFGH\n\nNon darla a nessuno."
        );
        assert!(body.paragraphs().nth(1) == Some(Paragraph::Code("ABCDEFGH")));
        assert_eq!(*Body::new("Ciao", None).as_text(), "Ciao");
    }

    #[test]
    fn a_message_prints_nothing_of_itself() {
        let message = Outgoing {
            id: "1".to_owned(),
            to: Zeroizing::new("+390612345678".to_owned()),
            subject: "Prima parte".to_owned(),
            body: Body::new("{code}", Some("ABCDEFGH")),
            made_at: OffsetDateTime::UNIX_EPOCH,
            at: OffsetDateTime::UNIX_EPOCH,
        };
        assert_eq!(
            format!("{message:?} {:?}", message.body),
            "Outgoing { id: \"1\", .. } [secret]"
        );
    }
}
