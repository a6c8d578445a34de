//! Why a portal profile was not taken.

/// What is wrong with a profile.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ProfileError {
    /// Not TOML, an unknown key, a missing key, a value of the wrong kind; the parser's own word is kept.
    #[error("{message}")]
    Syntax {
        /// The parser's message with line and column.
        message: String,
    },
    /// An address that is not https.
    #[error("`{url}` is not an https address")]
    NotHttps {
        /// The address.
        url: String,
    },
    /// An address whose host is not on the allow-list.
    #[error("the host `{host}` is not in `hosts`")]
    HostNotAllowed {
        /// The host.
        host: String,
    },
    /// An entry of the allow-list that would let in more than one body's hosts.
    #[error("`{host}` in `hosts` is too wide")]
    HostTooWide {
        /// The entry.
        host: String,
    },
    /// A schema version this program does not know.
    #[error("schema {schema} is not known")]
    Schema {
        /// The version found.
        schema: u32,
    },
    /// An address that this kind of portal cannot do without.
    #[error("`{key}` is missing")]
    Missing {
        /// The key.
        key: &'static str,
    },
    /// An address that this kind of portal has no use for.
    #[error("`{key}` does not go with this `kind`")]
    Needless {
        /// The key.
        key: &'static str,
    },
}
