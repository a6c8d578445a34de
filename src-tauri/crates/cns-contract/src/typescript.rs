//! The TypeScript face of the contract.

use crate::{CardPicked, NotTaken, PinChange, PinTyped, PinUnblock, PortalWish, Screen};
use std::collections::BTreeMap;
use ts_rs::{ExportError, TS, TypeVisitor};

/// The files of `ui/src/contract`: name and content, one per type.
///
/// # Errors
/// [`ExportError`] when a type cannot be told in TypeScript.
pub fn typescript_files() -> Result<BTreeMap<String, String>, ExportError> {
    let mut files = Files {
        found: BTreeMap::new(),
        failed: None,
    };
    files.visit::<Screen>();
    files.visit::<PinTyped>();
    files.visit::<PinChange>();
    files.visit::<PinUnblock>();
    files.visit::<PortalWish>();
    files.visit::<CardPicked>();
    files.visit::<NotTaken>();
    match files.failed {
        Some(error) => Err(error),
        None => Ok(files.found),
    }
}

struct Files {
    found: BTreeMap<String, String>,
    failed: Option<ExportError>,
}

impl TypeVisitor for Files {
    fn visit<T: TS + 'static + ?Sized>(&mut self) {
        // Types of the language itself, such as `string`, have no file but may contain types that have one.
        if let Some(path) = T::output_path() {
            let name = path.display().to_string();
            if self.found.contains_key(&name) {
                return;
            }
            match T::export_to_string() {
                Ok(text) => self.found.insert(name, text),
                Err(error) => {
                    self.failed = Some(error);
                    return;
                }
            };
        }
        T::visit_dependencies(self);
        T::visit_generics(self);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    #[test]
    fn the_committed_typescript_is_fresh() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../ui/src/contract");
        let committed: BTreeMap<String, String> = std::fs::read_dir(&folder)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .map(|path| {
                let name = path.file_name().unwrap().to_string_lossy().into_owned();
                (name, std::fs::read_to_string(path).unwrap())
            })
            .collect();
        let fresh = typescript_files().unwrap();
        assert_eq!(
            committed.keys().collect::<Vec<_>>(),
            fresh.keys().collect::<Vec<_>>(),
            "run `cargo xtask contract`"
        );
        for (name, text) in fresh {
            assert_eq!(committed[&name], text, "{name}: run `cargo xtask contract`");
        }
    }
}
