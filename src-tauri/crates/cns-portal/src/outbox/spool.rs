//! Letters, as PDF files in a folder from which a print house takes them.
//!
//! A letter's file is called as its message, and is whole when it is there: it is written under another name, brought
//! to the disk, then renamed. The same name is the same letter, and a print house that has printed it prints no other.

use crate::error::ConfigError;
use crate::outbox::channel::{Channel, ChannelKind, Outgoing, Paragraph, SendError, Sending};
use cns_print::{Block, Language, Print};
use std::fs::{DirBuilder, File, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// The folder of the letters.
#[derive(Clone, Debug)]
pub struct Spool {
    folder: PathBuf,
}

impl Spool {
    /// Makes the folder, if it is not there, so that only its owner reads it.
    ///
    /// # Errors
    /// [`ConfigError::Unwritable`] when it cannot be made.
    pub fn new(folder: PathBuf) -> Result<Self, ConfigError> {
        let mut builder = DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder
            .create(&folder)
            .map_err(|source| ConfigError::Unwritable {
                path: folder.clone(),
                source,
            })?;
        Ok(Self { folder })
    }

    async fn deliver(&self, message: &Outgoing) -> Result<(), SendError> {
        let (letter, made_on) = (letter(message), message.made_at.date());
        let (folder, name) = (self.folder.clone(), message.id.clone());
        let written = tokio::task::spawn_blocking(move || {
            // What the font cannot write today it cannot write tomorrow.
            let pdf = cns_print::pdf(&letter, made_on)
                .map(Zeroizing::new)
                .map_err(|error| {
                    tracing::error!(target: "portal", %error, "a letter cannot be made");
                    SendError::NotSent { retry: false }
                })?;
            write(&folder, &name, &pdf).map_err(|error| {
                tracing::warn!(target: "portal", %error, "a letter cannot be written");
                SendError::NotSent { retry: true }
            })
        });
        written.await.unwrap_or(Err(SendError::InDoubt))
    }
}

impl Channel for Spool {
    fn kind(&self) -> ChannelKind {
        ChannelKind::Letter
    }

    fn send<'a>(&'a self, message: &'a Outgoing) -> Sending<'a> {
        Box::pin(self.deliver(message))
    }
}

fn letter(message: &Outgoing) -> Print {
    let block = |paragraph| match paragraph {
        Paragraph::Heading(text) => Block::Heading(2, text.to_owned()),
        Paragraph::Text(text) => Block::Text(text.to_owned()),
        Paragraph::Code(code) => Block::Code(code.to_owned()),
    };
    // A letter says to whom it goes, and some texts do not begin with that.
    let to = message.to.trim();
    let is_addressed = message
        .body
        .paragraphs()
        .any(|paragraph| paragraph == Paragraph::Text(to));
    let address = (!is_addressed).then(|| Block::Text(to.to_owned()));
    Print {
        title: message.subject.clone(),
        language: Language::Italian,
        example: true,
        blocks: address
            .into_iter()
            .chain(message.body.paragraphs().map(block))
            .collect(),
    }
}

fn write(folder: &Path, name: &str, pdf: &[u8]) -> std::io::Result<()> {
    let (draft, letter) = (
        folder.join(format!(".{name}.tmp")),
        folder.join(format!("{name}.pdf")),
    );
    let mut options = OpenOptions::new();
    options.create(true).truncate(true).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&draft)?;
    file.write_all(pdf)?;
    file.sync_all()?;
    drop(file);
    std::fs::rename(&draft, &letter)?;
    // The name is on the disk when the folder is.
    #[cfg(unix)]
    File::open(folder)?.sync_all()?;
    Ok(())
}
