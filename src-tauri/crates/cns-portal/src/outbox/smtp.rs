//! E-mail and PEC: one message, one connection, and it is known how far each came.
//!
//! A server has a message when it answers what follows the final dot, and not before. A line that breaks in between
//! leaves it in doubt; whatever breaks earlier certainly left nothing.

use crate::error::ConfigError;
use crate::outbox::channel::{Channel, ChannelKind, Outgoing, SendError, Sending};
use lettre::message::{Mailbox as Party, header};
use lettre::transport::smtp::Error as SmtpError;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{AsyncSmtpConnection, Certificate, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::ClientId;
use lettre::{Address, Message};
use std::fmt;
use std::path::Path;
use std::time::Duration;
use zeroize::Zeroizing;

/// A mail server that takes the portal's e-mail, or its PEC.
pub struct Smtp {
    kind: ChannelKind,
    host: String,
    port: u16,
    tls: Tls,
    login: Option<Credentials>,
    from: Party,
    patience: Duration,
}

/// How the line to the mail server is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SmtpTls {
    /// From the first byte (RFC 8314).
    Implicit,
    /// After `STARTTLS`, without which nothing is said.
    Starttls,
    /// Not at all: for a server on this computer.
    None,
}

enum Tls {
    Implicit(TlsParameters),
    Starttls(TlsParameters),
    None,
}

impl Smtp {
    /// A server by its name. Its certificate is judged as this computer judges certificates, and `issuer` is an issuer
    /// more, in PEM.
    ///
    /// # Errors
    /// [`ConfigError::Delivery`] when the sender is no address, TLS cannot be set up, or another computer would be
    /// talked to without it.
    pub fn new(
        kind: ChannelKind,
        (host, port): (&str, u16),
        (tls, issuer): (SmtpTls, Option<&Path>),
        from: &str,
    ) -> Result<Self, ConfigError> {
        let unusable = |name| ConfigError::Delivery { name };
        let parameters = || {
            let mut builder = TlsParameters::builder(host.to_owned());
            if let Some(path) = issuer {
                let pem = std::fs::read(path).map_err(|source| ConfigError::Unreadable {
                    path: path.to_owned(),
                    source,
                })?;
                let issuer = Certificate::from_pem(&pem).map_err(|_| ConfigError::Pem {
                    path: path.to_owned(),
                    wanted: "certificate",
                })?;
                builder = builder.add_root_certificate(issuer);
            }
            builder.build_rustls().map_err(|_| unusable("tls"))
        };
        let is_local = host == "localhost"
            || host
                .parse()
                .is_ok_and(|address: std::net::IpAddr| address.is_loopback());
        if tls == SmtpTls::None && !is_local {
            return Err(unusable("tls"));
        }
        Ok(Self {
            kind,
            host: host.to_owned(),
            port,
            tls: match tls {
                SmtpTls::Implicit => Tls::Implicit(parameters()?),
                SmtpTls::Starttls => Tls::Starttls(parameters()?),
                SmtpTls::None => Tls::None,
            },
            login: None,
            from: from.parse().map_err(|_| unusable("from"))?,
            patience: PATIENCE,
        })
    }

    /// Logs in before it sends.
    #[must_use]
    pub fn with_login(mut self, user: String, password: Zeroizing<String>) -> Self {
        self.login = Some(Credentials::new(user, password.as_str().to_owned()));
        self
    }

    /// Waits for the server no longer than this: once until the message begins, once from there to its answer.
    #[must_use]
    pub fn with_patience(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    async fn deliver(&self, message: &Outgoing) -> Result<(), SendError> {
        let to: Address = message.to.trim().parse().map_err(|_| NEVER)?;
        let bytes = self.written(message, to.clone())?;
        let opening = async {
            let mut connection = self.connect().await.map_err(|_| AGAIN)?;
            let parameters = vec![];
            let from = Mail::new(Some(self.from.email.clone()), parameters);
            connection.command(from).await.map_err(refused)?;
            connection.command(Rcpt::new(to, vec![])).await.map_err(refused)?;
            connection.command(Data).await.map_err(refused)?;
            Ok(connection)
        };
        let mut connection = tokio::time::timeout(self.patience, opening)
            .await
            .unwrap_or(Err(AGAIN))?;
        let answer = tokio::time::timeout(self.patience, connection.message(&bytes))
            .await
            .map_err(|_| SendError::InDoubt)?;
        match answer {
            // The server has it, whatever it says to the farewell.
            Ok(_) => {
                tokio::time::timeout(FAREWELL, connection.abort())
                    .await
                    .unwrap_or_default();
                Ok(())
            }
            Err(error) if error.status().is_some() => Err(refused(error)),
            Err(_) => Err(SendError::InDoubt),
        }
    }

    /// A line on which mail may be given: protected and logged in as the settings want it. Whatever goes wrong here is
    /// the server's or the configuration's fault, not the message's.
    async fn connect(&self) -> Result<AsyncSmtpConnection, SmtpError> {
        let hello = ClientId::default();
        let at_once = match &self.tls {
            Tls::Implicit(parameters) => Some(parameters.clone()),
            Tls::Starttls(_) | Tls::None => None,
        };
        let server = (self.host.as_str(), self.port);
        let mut connection =
            AsyncSmtpConnection::connect_tokio1(server, Some(self.patience), &hello, at_once, None).await?;
        if let Tls::Starttls(parameters) = &self.tls {
            connection.starttls(parameters.clone(), &hello).await?;
        }
        if let Some(login) = &self.login {
            connection
                .auth(&[Mechanism::Plain, Mechanism::Login], login)
                .await?;
        }
        Ok(connection)
    }

    /// The message as it crosses the line. Text with accents is quoted, so that every server takes it.
    fn written(&self, message: &Outgoing, to: Address) -> Result<Zeroizing<Vec<u8>>, SendError> {
        let domain = self.from.email.domain();
        let text = message.body.as_text();
        Message::builder()
            .from(self.from.clone())
            .to(Party::new(None, to))
            .subject(message.subject.as_str())
            .date(message.made_at.into())
            .message_id(Some(format!("<{}@{domain}>", message.id)))
            // Not to be answered by machines (RFC 3834).
            .header(header::MIME_VERSION_1_0)
            .header(header::ContentType::TEXT_PLAIN)
            .body(text.as_str().to_owned())
            .map(|message| Zeroizing::new(message.formatted()))
            .map_err(|_| NEVER)
    }
}

impl Channel for Smtp {
    fn kind(&self) -> ChannelKind {
        self.kind
    }

    fn send<'a>(&'a self, message: &'a Outgoing) -> Sending<'a> {
        Box::pin(self.deliver(message))
    }
}

impl fmt::Debug for Smtp {
    /// Prints nothing of the log-in.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Smtp")
            .field("kind", &self.kind)
            .field("host", &self.host)
            .field("port", &self.port)
            .finish_non_exhaustive()
    }
}

/// What a refusal means: `5yz` is about this message, and for ever (RFC 5321, 4.2.1); anything else may pass.
fn refused(error: SmtpError) -> SendError {
    SendError::NotSent {
        retry: !error.is_permanent(),
    }
}

const AGAIN: SendError = SendError::NotSent { retry: true };
const NEVER: SendError = SendError::NotSent { retry: false };

/// Two of these are less than the post gives a channel.
const PATIENCE: Duration = Duration::from_secs(25);
const FAREWELL: Duration = Duration::from_secs(2);
