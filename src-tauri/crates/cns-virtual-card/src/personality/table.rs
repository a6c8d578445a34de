//! The table of kinds, and the trees of files that several of them share.

use crate::personality::FileRow;
use crate::{Personality, VirtualCardError};
use serde::Deserialize;
use std::collections::BTreeMap;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    #[serde(default)]
    trees: BTreeMap<String, Vec<FileRow>>,
    personality: Vec<Personality>,
}

/// Reads a table and plants its trees where they are named.
pub(super) fn parse(toml: &str) -> Result<Vec<Personality>, VirtualCardError> {
    let Table {
        trees,
        mut personality,
    } = toml::from_str(toml)?;
    for kind in &mut personality {
        plant(&trees, &mut kind.trees, &mut kind.files)?;
        for application in &mut kind.applications {
            plant(&trees, &mut application.trees, &mut application.files)?;
        }
    }
    Ok(personality)
}

fn plant(
    trees: &BTreeMap<String, Vec<FileRow>>,
    named: &mut Vec<String>,
    files: &mut Vec<FileRow>,
) -> Result<(), VirtualCardError> {
    let mut planted = Vec::new();
    for name in named.drain(..) {
        match trees.get(&name) {
            Some(tree) => planted.extend(tree.iter().cloned()),
            None => return Err(VirtualCardError::UnknownTree { name }),
        }
    }
    planted.append(files);
    *files = planted;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::personality::Content;
    use cns_iso7816::Atr;

    /// Whether an answer to reset must end in a check byte (ISO/IEC 7816-3 §8.2.5): unless T=0 alone is offered.
    fn has_check_byte(atr: &[u8]) -> bool {
        let (mut at, mut present, mut checked) = (1, atr[1] >> 4, false);
        while present & 0b1000 != 0 {
            at += present.count_ones() as usize;
            checked |= atr[at] & 0x0F != 0;
            present = atr[at] >> 4;
        }
        checked
    }

    #[test]
    fn every_answer_to_reset_is_whole_and_has_a_correct_check_byte() {
        for personality in Personality::all().unwrap() {
            let atr = personality.atr_bytes();
            let sum = atr[1..].iter().fold(0, |sum, byte| sum ^ byte);
            assert!(has_check_byte(&atr) && sum == 0, "{}", personality.name);
            let historical = Atr::new(atr.clone()).historical_bytes().unwrap().to_vec();
            assert!(
                atr[..atr.len() - 1].ends_with(&historical),
                "{}: bytes between the historical ones and the check byte",
                personality.name
            );
        }
    }

    #[test]
    fn names_are_given_once() {
        let mut names: Vec<String> = Personality::all()
            .unwrap()
            .into_iter()
            .map(|kind| kind.name)
            .collect();
        names.sort();
        let count = names.len();
        names.dedup();
        assert_eq!(names.len(), count);
    }

    #[test]
    fn every_cns_has_a_certificate_and_a_pin_and_nothing_else_has() {
        for personality in Personality::all().unwrap() {
            let files = personality
                .applications
                .iter()
                .flat_map(|application| &application.files);
            let certificates = personality
                .files
                .iter()
                .chain(files)
                .filter(|file| file.content == Content::Certificate)
                .count();
            assert_eq!(certificates > 0, personality.is_cns(), "{}", personality.name);
            assert!(
                !personality.is_cns() || !personality.pin_references.is_empty(),
                "{}",
                personality.name
            );
        }
        assert!(Personality::all_cns().unwrap().len() >= 12);
    }

    #[test]
    fn unknown_keys_names_and_trees_are_refused() {
        assert!(Personality::parse_table("[[personality]]\nname = \"x\"\ncolour = 1").is_err());
        assert!(matches!(
            Personality::parse_table("[[personality]]\nname = \"x\"\natr = \"3B 00\"\ntrees = [\"oak\"]"),
            Err(VirtualCardError::UnknownTree { .. })
        ));
        assert!(matches!(
            Personality::named("x"),
            Err(VirtualCardError::UnknownPersonality { .. })
        ));
    }
}
