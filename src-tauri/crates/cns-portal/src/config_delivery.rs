//! The ways out, as the configuration file writes them.

use crate::error::ConfigError;
use crate::keys;
use crate::outbox::{Channel, ChannelKind, Channels, Sms, Smtp, SmtpTls, Spool};
use serde::Deserialize;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use zeroize::Zeroizing;

/// What is not written is a way that the portal does not have.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct DeliveryFile {
    spool: Option<PathBuf>,
    email: Option<MailFile>,
    pec: Option<MailFile>,
    sms: Option<SmsFile>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MailFile {
    host: String,
    port: u16,
    tls: Protection,
    issuer: Option<PathBuf>,
    from: String,
    login: Option<PathBuf>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Protection {
    Implicit,
    Starttls,
    None,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SmsFile {
    url: String,
    issuer: Option<PathBuf>,
    key_id: String,
    key: PathBuf,
}

impl DeliveryFile {
    /// The ways out, with the files that nobody else may read added to `secret_files`. Relative paths start at
    /// `folder`.
    ///
    /// # Errors
    /// [`ConfigError`] names the file or the key that cannot be used.
    pub(crate) fn channels(
        &self,
        folder: &Path,
        secret_files: &mut Vec<PathBuf>,
    ) -> Result<Channels, ConfigError> {
        let mut channels: Vec<Arc<dyn Channel>> = Vec::new();
        for (kind, mail) in [(ChannelKind::Email, &self.email), (ChannelKind::Pec, &self.pec)] {
            if let Some(mail) = mail {
                channels.push(Arc::new(mail.channel(kind, folder, secret_files)?));
            }
        }
        if let Some(sms) = &self.sms {
            let (key, issuer) = (
                folder.join(&sms.key),
                sms.issuer.as_ref().map(|path| folder.join(path)),
            );
            let channel = Sms::new(&sms.url, issuer.as_deref(), &sms.key_id, &*keys::read_key(&key)?)?;
            secret_files.push(key);
            channels.push(Arc::new(channel));
        }
        if let Some(spool) = &self.spool {
            let spool = folder.join(spool);
            channels.push(Arc::new(Spool::new(spool.clone())?));
            secret_files.push(spool);
        }
        Ok(Channels(channels))
    }
}

impl MailFile {
    fn channel(
        &self,
        kind: ChannelKind,
        folder: &Path,
        secret_files: &mut Vec<PathBuf>,
    ) -> Result<Smtp, ConfigError> {
        let tls = match self.tls {
            Protection::Implicit => SmtpTls::Implicit,
            Protection::Starttls => SmtpTls::Starttls,
            Protection::None => SmtpTls::None,
        };
        let issuer = self.issuer.as_ref().map(|path| folder.join(path));
        let server = (self.host.as_str(), self.port);
        let channel = Smtp::new(kind, server, (tls, issuer.as_deref()), &self.from)?;
        let Some(login) = &self.login else {
            return Ok(channel);
        };
        let path = folder.join(login);
        let (user, password) = read_login(&path)?;
        secret_files.push(path);
        Ok(channel.with_login(user, password))
    }
}

/// Two lines: the user, the password.
fn read_login(path: &Path) -> Result<(String, Zeroizing<String>), ConfigError> {
    let text = std::fs::read_to_string(path).map_err(|source| ConfigError::Unreadable {
        path: path.to_owned(),
        source,
    })?;
    let text = Zeroizing::new(text);
    let mut lines = text.lines().map(str::trim_end);
    match (lines.next(), lines.next()) {
        (Some(user), Some(password)) if !user.is_empty() && !password.is_empty() => {
            Ok((user.to_owned(), Zeroizing::new(password.to_owned())))
        }
        _ => Err(ConfigError::Delivery { name: "login" }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The ways out that this text gives in a folder with a key and a login.
    fn channels(text: &str) -> Result<Vec<(ChannelKind, usize)>, ConfigError> {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        std::fs::write(path("sms.key"), "0f".repeat(32)).unwrap();
        std::fs::write(path("login"), "portale\nsegreta\n").unwrap();
        std::fs::write(path("half-a-login"), "portale\n").unwrap();
        let file: DeliveryFile = toml::from_str(text).unwrap();
        let mut secret = Vec::new();
        let channels = file.channels(folder.path(), &mut secret)?;
        Ok(channels
            .0
            .iter()
            .map(|channel| (channel.kind(), secret.len()))
            .collect())
    }

    #[test]
    fn a_way_out_is_there_when_it_is_written_and_its_secrets_are_the_doctors() {
        use ChannelKind::{Email, Letter, Pec, Sms};
        let mail = "host = 'mail.example'\nport = 587\ntls = 'starttls'\nfrom = 'Portale <p@esempio.it>'\n";
        let sms = "[sms]\nurl = 'http://127.0.0.1:9/v1'\nkey_id = 'portale'\nkey = 'sms.key'\n";
        for (text, expected) in [
            (String::new(), vec![]),
            ("spool = 'letters'".to_owned(), vec![(Letter, 1)]),
            (format!("[email]\n{mail}"), vec![(Email, 0)]),
            (format!("[pec]\n{mail}login = 'login'"), vec![(Pec, 1)]),
            (sms.to_owned(), vec![(Sms, 1)]),
            (
                format!("spool = 'x'\n{sms}[email]\n{mail}[pec]\n{mail}login = 'login'"),
                vec![(Email, 3), (Pec, 3), (Sms, 3), (Letter, 3)],
            ),
        ] {
            assert_eq!(channels(&text).unwrap(), expected, "{text}");
        }
    }

    #[test]
    fn what_cannot_be_used_is_named() {
        let mail = |change: (&str, &str)| {
            "[email]\nhost = 'mail.example'\nport = 587\ntls = 'starttls'\nfrom = 'p@esempio.it'\n"
                .replace(change.0, change.1)
        };
        for (text, name) in [
            (mail(("p@esempio.it", "nobody")), "from"),
            // A password or a half would cross the network for everybody to read.
            (mail(("starttls", "none")), "tls"),
            (mail(("587\n", "587\nlogin = 'half-a-login'\n")), "login"),
            (
                "[sms]\nurl = 'http://sms.example'\nkey_id = 'p'\nkey = 'sms.key'".to_owned(),
                "url",
            ),
            (
                "[sms]\nurl = 'https://sms.example'\nkey_id = 'p'\nkey = 'sms.key'".to_owned(),
                "issuer",
            ),
        ] {
            let refused = channels(&text).unwrap_err();
            assert!(
                matches!(refused, ConfigError::Delivery { name: found } if found == name),
                "{text}: {refused}"
            );
        }
        assert!(channels(&mail(("'mail.example'", "'127.0.0.1'")).replace("starttls", "none")).is_ok());
    }

    #[test]
    fn the_sample_shows_every_way_out() {
        let shown: String = crate::SAMPLE_CONFIG
            .lines()
            .skip_while(|line| !line.starts_with("[delivery]"))
            .take_while(|line| !line.starts_with("[pin]") && !line.starts_with("[limits]"))
            .filter_map(|line| {
                let line = line.strip_prefix("#: ").unwrap_or(line);
                (!line.starts_with('#')).then(|| format!("{line}\n"))
            })
            .collect();
        #[derive(Deserialize)]
        struct Shown {
            delivery: DeliveryFile,
        }
        let Shown { delivery } = toml::from_str(&shown).unwrap();
        assert!(delivery.spool.is_some() && delivery.sms.is_some_and(|sms| sms.issuer.is_some()));
        for mail in [delivery.email, delivery.pec] {
            assert!(mail.is_some_and(|mail| mail.issuer.is_some() && mail.login.is_some()));
        }
    }
}
