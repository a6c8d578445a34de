//! Which official list is consulted: the person's word, an administrator's, or the official addresses.

use cns_trust::{
    Fetch, Floor, ListAddresses, ListFile, Pins, TrustList, TrustListError, from_files, load_beside,
    read_list_file,
};
use std::path::{Path, PathBuf};

/// Where the official list of the authorities comes from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum OfficialList {
    /// None is consulted.
    #[default]
    Off,
    /// It comes from the official addresses.
    Published,
    /// It comes from these files, or from this address.
    Named {
        /// Files, each of which says itself what it is.
        files: Vec<PathBuf>,
        /// The address of the Italian list, in the place of the one that the list of lists names.
        address: Option<String>,
    },
}

impl OfficialList {
    /// What was said: `words` by the person, each a file, an address or `off`; else `administrator` by the variable
    /// [`OFFICIAL_LIST_VARIABLE`]. Where nothing was said, roots that the person names stand for themselves; without
    /// them the official addresses are asked.
    ///
    /// ```
    /// use cns_login::OfficialList;
    ///
    /// let nothing_said = OfficialList::of(&[], None, false);
    /// assert_eq!(nothing_said, OfficialList::Published);
    /// assert_eq!(OfficialList::of(&[], None, true), OfficialList::Off);
    /// assert_eq!(OfficialList::of(&["off".to_owned()], Some("/etc/list.xml"), false), OfficialList::Off);
    /// ```
    pub fn of(words: &[String], administrator: Option<&str>, roots_are_named: bool) -> Self {
        let administrators: Vec<String> = administrator
            .filter(|word| !word.is_empty())
            .map(str::to_owned)
            .into_iter()
            .collect();
        let said = if words.is_empty() { &administrators } else { words };
        if said.is_empty() {
            return if roots_are_named {
                Self::Off
            } else {
                Self::Published
            };
        }
        if said.iter().any(|word| word == "off") {
            return Self::Off;
        }
        let (addresses, files): (Vec<&String>, Vec<&String>) = said.iter().partition(|word| is_address(word));
        Self::Named {
            files: files.into_iter().map(PathBuf::from).collect(),
            address: addresses.first().map(|address| (*address).clone()),
        }
    }

    /// Loads it, over `fetch` where it may be asked, beside the list that came with the program, if one did: that is the
    /// floor, and what is used when nothing newer comes. `None` when no list is consulted.
    pub async fn load(
        &self,
        fetch: Option<&dyn Fetch>,
        packaged: Option<&Path>,
        pins: &Pins,
    ) -> Option<Result<TrustList, TrustListError>> {
        let packaged: Vec<Read> = packaged
            .and_then(|path| Read::of(path).ok())
            .into_iter()
            .collect();
        let packaged: Vec<ListFile<'_>> = packaged.iter().map(Read::file).collect();
        let mut seen = Floor::default();
        match (self, fetch) {
            (Self::Off, _) => None,
            (Self::Published, Some(fetch)) => {
                Some(load_beside(&packaged, &ListAddresses::default(), fetch, pins, &mut seen).await)
            }
            (Self::Published | Self::Named { address: Some(_), .. }, None) if packaged.is_empty() => None,
            (Self::Published | Self::Named { address: Some(_), .. }, None) => {
                Some(from_files(&packaged, pins, &mut seen))
            }
            (
                Self::Named {
                    address: Some(list), ..
                },
                Some(fetch),
            ) => {
                let addresses = ListAddresses {
                    list: Some(list.clone()),
                    ..ListAddresses::default()
                };
                Some(load_beside(&packaged, &addresses, fetch, pins, &mut seen).await)
            }
            (Self::Named { files, address: None }, _) => {
                // What the package brings is the floor here as well.
                let _ = from_files(&packaged, pins, &mut seen);
                Some(named(files, pins, &mut seen))
            }
        }
    }
}

/// A scheme is the same in capitals (RFC 3986 §3.1).
fn is_address(word: &str) -> bool {
    let scheme = word.get(..SCHEME.len());
    scheme.is_some_and(|scheme| scheme.eq_ignore_ascii_case(SCHEME))
}

/// The list that came with the program: beside it, or where a package of the system puts it.
pub fn packaged_list(program: &Path) -> Option<PathBuf> {
    let folder = program.parent()?;
    [
        folder.join(PACKAGED),
        folder.join("../share/sportello").join(PACKAGED),
    ]
    .into_iter()
    .find(|path| path.is_file())
}

fn named(files: &[PathBuf], pins: &Pins, seen: &mut Floor) -> Result<TrustList, TrustListError> {
    let read: Vec<Read> = files
        .iter()
        .map(|path| Read::of(path))
        .collect::<Result<_, _>>()?;
    let files: Vec<ListFile<'_>> = read.iter().map(Read::file).collect();
    from_files(&files, pins, seen)
}

/// A file's content, and its name.
struct Read {
    xml: Vec<u8>,
    name: String,
}

impl Read {
    fn of(path: &Path) -> Result<Self, TrustListError> {
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        Ok(Self {
            xml: read_list_file(path)?,
            name,
        })
    }

    fn file(&self) -> ListFile<'_> {
        ListFile {
            xml: &self.xml,
            origin: &self.name,
        }
    }
}

/// The variable by which an administrator says where the official list comes from.
pub const OFFICIAL_LIST_VARIABLE: &str = "SPORTELLO_TRUST_LIST";
const SCHEME: &str = "https://";
const PACKAGED: &str = "trust-list.xml";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_persons_word_comes_first_then_the_administrators_then_the_roots_that_were_named() {
        let check = |words: &[&str], administrator, roots, expected: OfficialList| {
            let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
            assert_eq!(
                OfficialList::of(&words, administrator, roots),
                expected,
                "{words:?}"
            );
        };
        let file = |name: &str| OfficialList::Named {
            files: vec![name.into()],
            address: None,
        };
        let address = OfficialList::Named {
            files: Vec::new(),
            address: Some("https://list.example/it.xml".to_owned()),
        };
        check(&[], None, false, OfficialList::Published);
        check(&[], Some(""), false, OfficialList::Published);
        check(&[], None, true, OfficialList::Off);
        check(&[], Some("/etc/list.xml"), true, file("/etc/list.xml"));
        check(&["a.xml"], Some("/etc/list.xml"), true, file("a.xml"));
        check(&["off"], Some("/etc/list.xml"), false, OfficialList::Off);
        check(&[], Some("off"), false, OfficialList::Off);
        check(&["https://list.example/it.xml"], None, false, address);
        let capitals = OfficialList::Named {
            files: Vec::new(),
            address: Some("HTTPS://list.example/it.xml".to_owned()),
        };
        check(&["HTTPS://list.example/it.xml"], None, false, capitals);
    }

    #[tokio::test]
    async fn a_list_that_is_off_is_not_loaded_and_a_file_that_is_not_there_is_named() {
        let pins = Pins::built_in();
        assert!(OfficialList::Off.load(None, None, &pins).await.is_none());
        assert!(OfficialList::Published.load(None, None, &pins).await.is_none());
        let gone = OfficialList::of(&["/nowhere/list.xml".to_owned()], None, false);
        let loaded = gone.load(None, None, &pins).await;
        assert!(
            matches!(loaded, Some(Err(TrustListError::Unreadable { .. }))),
            "{loaded:?}"
        );
    }
}
