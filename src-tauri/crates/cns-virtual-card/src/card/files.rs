//! The file system: elementary files at their paths, directories wherever a path passes through.

use crate::personality::Content;
use crate::pki::{Identity, personal_data::gdo_file};
use crate::{Personality, VirtualCardError};
use cns_iso7816::transcript::bytes_of;
use std::collections::BTreeMap;

/// Identifiers from the master file, which is the empty path.
pub(crate) type Path = Vec<u16>;

/// What stands at a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Node<'a> {
    Directory,
    File(&'a [u8]),
}

/// The files of a card.
#[derive(Debug)]
pub(crate) struct Files(BTreeMap<Path, Vec<u8>>);

impl Files {
    /// Puts a person's files where this kind of card has them.
    pub(crate) fn lay_out(personality: &Personality, identity: &Identity) -> Result<Self, VirtualCardError> {
        let mut files = BTreeMap::new();
        for row in &personality.files {
            let mut content = match &row.content {
                Content::Certificate => identity.certificate_der.clone(),
                Content::CardId => identity.card_id().as_bytes().to_vec(),
                Content::PersonalData => identity.personal_data_file.clone(),
                Content::SerialNumber => gdo_file(identity.card_id()),
                Content::Bytes(hex) => bytes_of(hex),
            };
            let length = content.len();
            let size = row.size.unwrap_or(length);
            let too_small = || VirtualCardError::FileTooSmall {
                path: row.path.clone(),
                length,
            };
            if size < length {
                return Err(too_small());
            }
            content.resize(size, 0);
            files.insert(parse_path(&row.path).ok_or_else(too_small)?, content);
        }
        Ok(Self(files))
    }

    /// What stands at a path, if anything does.
    pub(crate) fn node(&self, path: &[u16]) -> Option<Node<'_>> {
        if let Some(content) = self.0.get(path) {
            return Some(Node::File(content));
        }
        let is_directory = path.is_empty() || self.0.keys().any(|file| file.starts_with(path));
        is_directory.then_some(Node::Directory)
    }

    pub(crate) fn put(&mut self, path: &str, content: Vec<u8>) -> Result<(), VirtualCardError> {
        let length = content.len();
        let parsed = parse_path(path).ok_or(VirtualCardError::FileTooSmall {
            path: path.to_owned(),
            length,
        })?;
        self.0.insert(parsed, content);
        Ok(())
    }

    pub(crate) fn remove(&mut self, path: &str) {
        if let Some(path) = parse_path(path) {
            self.0.remove(&path);
        }
    }
}

/// Reads `1100/1101`.
pub(crate) fn parse_path(path: &str) -> Option<Path> {
    path.split('/')
        .map(|identifier| u16::from_str_radix(identifier, 16).ok())
        .collect()
}
