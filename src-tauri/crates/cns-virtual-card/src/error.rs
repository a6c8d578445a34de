//! Why a virtual card could not be made or served.

/// Every way in which making, issuing or serving can end badly.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum VirtualCardError {
    /// A synthetic key could not be generated.
    #[error("a key of {bits} bits could not be generated")]
    Key {
        /// Bits of the modulus.
        bits: usize,
    },
    /// The certificate library refused to issue.
    #[error("the certificate could not be issued")]
    Certificate(#[from] rcgen::Error),
    /// A date lies outside what a certificate can say.
    #[error("a date is out of range")]
    Date,
    /// A certificate has not what a change of it is about.
    #[error("a certificate has nothing to change there")]
    Change,
    /// No identity has this name.
    #[error("no identity is named {name}")]
    UnknownIdentity {
        /// The name asked for.
        name: String,
    },
    /// No personality has this name.
    #[error("no personality is named {name}")]
    UnknownPersonality {
        /// The name asked for.
        name: String,
    },
    /// A table of personalities could not be read.
    #[error("the table of personalities is malformed: {0}")]
    Table(#[from] toml::de::Error),
    /// A table of personalities names files that it does not have.
    #[error("the table has no tree named {name}")]
    UnknownTree {
        /// The name asked for.
        name: String,
    },
    /// A file does not hold what a personality wants to put into it.
    #[error("file {path} cannot hold {length} bytes")]
    FileTooSmall {
        /// The file's path.
        path: String,
        /// Length of the content.
        length: usize,
    },
    /// A PIN or PUK is not 5 to 8 digits.
    #[error("a PIN has 5 to 8 digits")]
    PinFormat,
    /// A line of faults could not be understood.
    #[error("not a fault: {line}")]
    FaultFormat {
        /// The line.
        line: String,
    },
    /// Talking to vpcd failed.
    #[error("vpcd: {kind}")]
    Vpcd {
        /// What the operating system says.
        kind: std::io::ErrorKind,
    },
}

impl From<std::io::Error> for VirtualCardError {
    fn from(error: std::io::Error) -> Self {
        Self::Vpcd { kind: error.kind() }
    }
}
