//! Memory of a process and of everything that it started.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

/// The proportional share (PSS) of a process tree, in MB.
///
/// # Panics
/// When `/proc` is not what it is on Linux.
pub fn of_tree(root: u32) -> u64 {
    let mut children: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    for entry in fs::read_dir("/proc").unwrap().flatten() {
        let Ok(id) = entry.file_name().to_string_lossy().parse::<u32>() else {
            continue;
        };
        let Ok(text) = fs::read_to_string(format!("/proc/{id}/stat")) else {
            continue;
        };
        // The name in brackets may hold blanks; the parent is the second field after it (proc(5)).
        let parent = text
            .rsplit(')')
            .next()
            .and_then(|rest| rest.split_whitespace().nth(1)?.parse().ok());
        children.entry(parent.unwrap_or_default()).or_default().push(id);
    }
    let (mut tree, mut next) = (BTreeSet::new(), vec![root]);
    while let Some(id) = next.pop() {
        if tree.insert(id) {
            next.extend(children.get(&id).into_iter().flatten());
        }
    }
    tree.into_iter().map(proportional_share).sum::<u64>() / 1024
}

fn proportional_share(id: u32) -> u64 {
    let text = fs::read_to_string(format!("/proc/{id}/smaps_rollup")).unwrap_or_default();
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix("Pss:"))
        .unwrap_or_default();
    line.split_whitespace()
        .next()
        .and_then(|kilobytes| kilobytes.parse().ok())
        .unwrap_or_default()
}
