//! DER as a tree that can be bent (ITU-T X.690): what is read is written back byte for byte.

/// One element.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Node {
    pub(super) tag: u8,
    pub(super) value: Value,
}

/// What stands in an element.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Value {
    Bytes(Vec<u8>),
    Nodes(Vec<Node>),
}

impl Node {
    /// A primitive element.
    pub(super) fn bytes(tag: u8, bytes: impl Into<Vec<u8>>) -> Self {
        Self {
            tag,
            value: Value::Bytes(bytes.into()),
        }
    }

    /// A constructed element.
    pub(super) fn nodes(tag: u8, nodes: impl Into<Vec<Self>>) -> Self {
        Self {
            tag,
            value: Value::Nodes(nodes.into()),
        }
    }

    /// A sequence.
    pub(super) fn sequence(nodes: impl Into<Vec<Self>>) -> Self {
        Self::nodes(SEQUENCE, nodes)
    }

    /// An object identifier, given as its content.
    pub(super) fn oid(content: &[u8]) -> Self {
        Self::bytes(OBJECT_IDENTIFIER, content)
    }

    /// Reads one element that fills the bytes.
    pub(super) fn read(bytes: &[u8]) -> Option<Self> {
        let mut nodes = Self::read_all(bytes)?;
        let only = nodes.pop()?;
        nodes.is_empty().then_some(only)
    }

    fn read_all(mut bytes: &[u8]) -> Option<Vec<Self>> {
        let mut nodes = Vec::new();
        while !bytes.is_empty() {
            let (header, length) = match *bytes {
                [_, length @ ..=0x7F, ..] => (2, usize::from(length)),
                [_, 0x81, length, ..] => (3, usize::from(length)),
                [_, 0x82, high, low, ..] => (4, usize::from(u16::from_be_bytes([high, low]))),
                _ => return None,
            };
            let content = bytes.get(header..header + length)?;
            let tag = *bytes.first()?;
            nodes.push(if tag & CONSTRUCTED == 0 {
                Self::bytes(tag, content)
            } else {
                Self::nodes(tag, Self::read_all(content)?)
            });
            bytes = bytes.get(header + length..)?;
        }
        Some(nodes)
    }

    /// The element as DER.
    pub(super) fn write(&self) -> Vec<u8> {
        let content = match &self.value {
            Value::Bytes(bytes) => bytes.clone(),
            Value::Nodes(nodes) => nodes.iter().flat_map(Self::write).collect(),
        };
        let mut out = vec![self.tag];
        let length = content.len().to_be_bytes();
        let short: Vec<u8> = length.into_iter().skip_while(|byte| *byte == 0).collect();
        match short.as_slice() {
            [] => out.push(0),
            [only @ ..=0x7F] => out.push(*only),
            several => {
                out.push(0x80 | several.len().to_le_bytes()[0]);
                out.extend_from_slice(several);
            }
        }
        out.extend(content);
        out
    }

    /// What stands in a constructed element; nothing in a primitive one.
    pub(super) fn children(&self) -> &[Self] {
        match &self.value {
            Value::Nodes(nodes) => nodes,
            Value::Bytes(_) => &[],
        }
    }

    /// The same, to be changed.
    pub(super) fn children_mut(&mut self) -> Option<&mut Vec<Self>> {
        match &mut self.value {
            Value::Nodes(nodes) => Some(nodes),
            Value::Bytes(_) => None,
        }
    }

    /// The bytes of a primitive element; nothing in a constructed one.
    pub(super) fn content(&self) -> &[u8] {
        match &self.value {
            Value::Bytes(bytes) => bytes,
            Value::Nodes(_) => &[],
        }
    }

    /// The element at the end of this path of positions.
    pub(super) fn at(&mut self, path: &[usize]) -> Option<&mut Self> {
        path.iter()
            .try_fold(self, |node, position| node.children_mut()?.get_mut(*position))
    }
}

pub(super) const BOOLEAN: u8 = 0x01;
pub(super) const INTEGER: u8 = 0x02;
pub(super) const BIT_STRING: u8 = 0x03;
pub(super) const OCTET_STRING: u8 = 0x04;
pub(super) const NULL: u8 = 0x05;
pub(super) const OBJECT_IDENTIFIER: u8 = 0x06;
pub(super) const UTF8_STRING: u8 = 0x0C;
pub(super) const SEQUENCE: u8 = 0x30;
pub(super) const SET: u8 = 0x31;
const CONSTRUCTED: u8 = 0x20;
