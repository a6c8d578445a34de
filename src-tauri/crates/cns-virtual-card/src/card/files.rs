//! The file systems: elementary files at their paths, directories wherever a path passes through.
//!
//! The bare card is one, and each application is another with a root of its own.

use crate::pki::{Identity, personal_data};
use crate::{Content, FileRow, Framing, Personality, VirtualCardError};
use cns_iso7816::transcript::bytes_of;
use miniz_oxide::deflate::compress_to_vec_zlib;
use std::collections::{BTreeMap, BTreeSet};

/// Identifiers from a root, which is the empty path.
pub(crate) type Path = Vec<u16>;

/// What stands at a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Node<'a> {
    Directory,
    File(&'a [u8]),
}

/// Which file system: 0 is the bare card.
pub(crate) type Root = usize;

/// The level of compression that takes most time and least room.
const BEST: u8 = 9;

/// The bare card's number.
pub(crate) const BARE: Root = 0;

/// The files of a card.
#[derive(Debug)]
pub(crate) struct Files(Vec<System>);

#[derive(Debug, Default)]
struct System {
    /// Name of the application and what SELECT tells of it; the bare card has neither.
    name: Vec<u8>,
    information: Option<Vec<u8>>,
    files: BTreeMap<Path, Vec<u8>>,
    /// Directories that are there without a file in them.
    directories: BTreeSet<Path>,
}

impl Files {
    /// Puts a person's files where this kind of card has them.
    pub(crate) fn lay_out(personality: &Personality, identity: &Identity) -> Result<Self, VirtualCardError> {
        let mut bare = System::default();
        bare.fill(&personality.files, identity)?;
        let mut systems = vec![bare];
        for application in &personality.applications {
            let mut system = System {
                name: bytes_of(&application.aid),
                information: application.information.as_deref().map(bytes_of),
                ..System::default()
            };
            system.fill(&application.files, identity)?;
            systems.push(system);
        }
        let mut files = Self(systems);
        let key = personality.key.as_ref();
        let key = key.map(|key| (key.application.as_deref(), key.directory.as_deref()));
        let signature = personality.signature.as_ref();
        let signature = signature.map(|found| (found.application.as_deref(), found.directory.as_deref()));
        for (application, directory) in key.into_iter().chain(signature) {
            if let (Some(root), Some(path)) = (files.root_of(application), directory.and_then(parse_path))
                && let Some(system) = files.0.get_mut(root)
            {
                system.directories.insert(path);
            }
        }
        Ok(files)
    }

    /// Whether there is nothing at all.
    pub(crate) fn is_empty(&self) -> bool {
        matches!(self.0.as_slice(), [bare] if bare.files.is_empty())
    }

    /// The number of an application, by its name in hexadecimal; the bare card's without a name.
    pub(crate) fn root_of(&self, application: Option<&str>) -> Option<Root> {
        match application {
            None => Some(BARE),
            Some(hex) => self.application(&bytes_of(hex)),
        }
    }

    /// The number of an application, by its name.
    pub(crate) fn application(&self, name: &[u8]) -> Option<Root> {
        self.0
            .iter()
            .position(|system| !name.is_empty() && system.name == name)
    }

    /// Name of an application, and what SELECT tells of it, where that is anything of its own.
    pub(crate) fn told_of(&self, root: Root) -> Option<(&[u8], Option<&[u8]>)> {
        let system = self.0.get(root)?;
        Some((&system.name, system.information.as_deref()))
    }

    /// What stands at a path, if anything does.
    pub(crate) fn node(&self, root: Root, path: &[u16]) -> Option<Node<'_>> {
        let system = self.0.get(root)?;
        if let Some(content) = system.files.get(path) {
            return Some(Node::File(content));
        }
        // A card that shows nothing before an application is selected has no master file to show either.
        let is_root_of_application = path.is_empty() && root != BARE;
        let mut below = system.files.keys().chain(&system.directories);
        let is_directory = is_root_of_application || below.any(|file| file.starts_with(path));
        is_directory.then_some(Node::Directory)
    }

    /// Replaces a file wherever it is, or adds it to `otherwise`.
    pub(crate) fn put(
        &mut self,
        otherwise: Root,
        path: &str,
        content: Vec<u8>,
    ) -> Result<(), VirtualCardError> {
        let misplaced = || VirtualCardError::FileTooSmall {
            path: path.to_owned(),
            length: content.len(),
        };
        let parsed = parse_path(path).ok_or_else(misplaced)?;
        let root = self
            .0
            .iter()
            .position(|system| system.files.contains_key(&parsed))
            .unwrap_or(otherwise);
        let system = self.0.get_mut(root).ok_or_else(misplaced)?;
        system.files.insert(parsed, content);
        Ok(())
    }

    pub(crate) fn remove(&mut self, path: &str) {
        if let Some(path) = parse_path(path) {
            for system in &mut self.0 {
                system.files.remove(&path);
            }
        }
    }
}

impl System {
    fn fill(&mut self, rows: &[FileRow], identity: &Identity) -> Result<(), VirtualCardError> {
        for row in rows {
            let mut content = content(row, identity);
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
            let path = parse_path(&row.path).ok_or_else(too_small)?;
            self.files.insert(path, content);
        }
        Ok(())
    }
}

fn content(row: &FileRow, identity: &Identity) -> Vec<u8> {
    match &row.content {
        Content::Certificate => framed(row.framing, &identity.certificate_der),
        Content::SignatureCertificate => framed(row.framing, &identity.signature_certificate_der),
        Content::CardId => identity.card_id().as_bytes().to_vec(),
        Content::PersonalData => identity.personal_data_file.clone(),
        Content::SerialNumber => personal_data::gdo_file(identity.card_id()),
        Content::IasNumber => [vec![0, 0], personal_data::bcd(identity.card_id())].concat(),
        Content::Text(text) => text.as_bytes().to_vec(),
        Content::Bytes(hex) => bytes_of(hex),
    }
}

fn framed(framing: Framing, certificate: &[u8]) -> Vec<u8> {
    let length = |bytes: &[u8]| u16::try_from(bytes.len()).unwrap_or(u16::MAX);
    match framing {
        Framing::Raw => certificate.to_vec(),
        Framing::FiveBytes => {
            let [high, low] = length(certificate).to_be_bytes();
            [&[0x01, high, low, 0x00, 0x00], certificate].concat()
        }
        Framing::LittleEndianLength => [&length(certificate).to_le_bytes(), certificate].concat(),
        Framing::Compressed => {
            let data = compress_to_vec_zlib(certificate, BEST);
            [&[0x00, 0x00], length(&data).to_be_bytes().as_slice(), &data].concat()
        }
    }
}

/// Reads `1100/1101`.
pub(crate) fn parse_path(path: &str) -> Option<Path> {
    path.split('/')
        .map(|identifier| u16::from_str_radix(identifier, 16).ok())
        .collect()
}
