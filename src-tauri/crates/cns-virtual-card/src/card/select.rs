//! SELECT (ISO/IEC 7816-4 §11.1.1) and the file control information it answers with.

use crate::VirtualCard;
use crate::card::Answer;
use crate::card::apdu::Apdu;
use crate::card::files::{Node, Path};
use cns_iso7816::StatusWord;

impl VirtualCard {
    /// Selects by identifier, path, parent or application name. A SELECT that fails changes nothing.
    pub(super) fn select(&mut self, apdu: &Apdu) -> Answer {
        let (p1, p2) = apdu.parameters();
        if !matches!(p2, 0x00 | 0x0C) {
            return Err(StatusWord::WRONG_PARAMETERS);
        }
        if p1 == 0x04 {
            return self.select_application(apdu.data(), p2);
        }
        let path = match p1 {
            0x00 => self.by_identifier(apdu.data())?,
            0x03 if apdu.data().is_empty() => self.parent()?,
            0x03 => return Err(StatusWord::WRONG_LENGTH),
            0x08 => identifiers(apdu.data())?,
            0x09 => [self.session.directory.clone(), identifiers(apdu.data())?].concat(),
            _ => return Err(StatusWord::WRONG_PARAMETERS),
        };
        let information = self.information(&path)?;
        match self.visible(&path) {
            Some(Node::File(_)) => {
                self.session.directory = path.get(..path.len() - 1).unwrap_or_default().to_vec();
                self.session.file = Some(path);
            }
            Some(Node::Directory) | None => {
                self.session.directory = path;
                self.session.file = None;
            }
        }
        Ok(if p2 == 0x0C { Vec::new() } else { information })
    }

    /// What stands at a path of the selected application, or of the bare card.
    pub(super) fn visible(&self, path: &[u16]) -> Option<Node<'_>> {
        self.files.node(self.session.root, path)
    }

    fn select_application(&mut self, name: &[u8], p2: u8) -> Answer {
        let root = self.files.application(name).ok_or(StatusWord::FILE_NOT_FOUND)?;
        self.session.root = root;
        self.session.directory = Path::new();
        self.session.file = None;
        Ok(match self.files.told_of(root) {
            _ if p2 == 0x0C => Vec::new(),
            Some((_, Some(information))) => information.to_vec(),
            Some((name, None)) => template(&directory(0x3F00, Some(name))),
            None => Vec::new(),
        })
    }

    fn by_identifier(&self, data: &[u8]) -> Result<Path, StatusWord> {
        match identifiers(data)?.as_slice() {
            [0x3F00] => Ok(Path::new()),
            [identifier] => {
                let mut path = self.session.directory.clone();
                path.push(*identifier);
                Ok(path)
            }
            [] if data.is_empty() => Ok(Path::new()),
            _ => Err(StatusWord::WRONG_LENGTH),
        }
    }

    fn parent(&self) -> Result<Path, StatusWord> {
        self.session
            .directory
            .split_last()
            .map(|(_, parent)| parent.to_vec())
            .ok_or(StatusWord::FILE_NOT_FOUND)
    }

    fn information(&self, path: &[u16]) -> Answer {
        let identifier = path.last().copied().unwrap_or(0x3F00);
        match self.visible(path) {
            None => Err(StatusWord::FILE_NOT_FOUND),
            Some(Node::Directory) => Ok(template(&directory(identifier, None))),
            Some(Node::File(content)) => {
                let mut fields = Vec::new();
                if !self.personality.hides_size {
                    let true_size = two_bytes(content.len());
                    let claimed = self.personality.claims_size.map(u16::to_be_bytes);
                    fields.extend(field(0x80, &claimed.unwrap_or(true_size)));
                }
                fields.extend(field(0x82, &[0x01, 0x00, 0x00]));
                fields.extend(field(0x83, &identifier.to_be_bytes()));
                fields.extend(field(0x85, &[0x01]));
                fields.extend(field(
                    0x86,
                    &[0x00, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF],
                ));
                fields.extend(tail());
                Ok(template(&fields))
            }
        }
    }
}

fn identifiers(data: &[u8]) -> Result<Path, StatusWord> {
    if !data.len().is_multiple_of(2) {
        return Err(StatusWord::WRONG_LENGTH);
    }
    Ok(data
        .chunks_exact(2)
        .map(|pair| u16::from_be_bytes([pair[0], pair[1]]))
        .collect())
}

fn directory(identifier: u16, name: Option<&[u8]>) -> Vec<u8> {
    let mut fields = field(0x81, &[0x70, 0x2C]);
    fields.extend(field(0x82, &[0x38, 0x00, 0x00]));
    if let Some(name) = name {
        fields.extend(field(0x84, name));
    }
    fields.extend(field(0x83, &identifier.to_be_bytes()));
    fields.extend(field(0x85, &[0x01]));
    fields.extend(field(0x86, &[0xFF; 9]));
    fields.extend(tail());
    fields
}

/// Life cycle "activated", and no secure messaging on any command.
fn tail() -> Vec<u8> {
    [field(0x8A, &[0x05]), field(0xCB, &[0xFF; 24])].concat()
}

fn template(fields: &[u8]) -> Vec<u8> {
    field(0x6F, fields)
}

/// A data object; everything in a file's control information is shorter than 128 bytes.
fn field(tag: u8, value: &[u8]) -> Vec<u8> {
    let mut bytes = vec![tag, value.len().to_le_bytes()[0]];
    bytes.extend_from_slice(value);
    bytes
}

fn two_bytes(length: usize) -> [u8; 2] {
    u16::try_from(length).unwrap_or(u16::MAX).to_be_bytes()
}
