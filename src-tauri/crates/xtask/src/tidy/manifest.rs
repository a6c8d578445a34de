//! The workspace's manifest: each member and each dependency says why it is there.

use crate::{Failure, repository};
use std::path::Path;

/// Every member and every dependency carries a comment.
pub(super) fn every_line_says_why() -> Result<Vec<String>, Failure> {
    let text = repository::text(Path::new("Cargo.toml"))?.unwrap_or_default();
    Ok(silent_lines(&text)
        .into_iter()
        .map(|line| format!("Cargo.toml: no comment says why: {line}"))
        .collect())
}

fn silent_lines(manifest: &str) -> Vec<&str> {
    let mut section = "";
    let mut list = "";
    let mut above = String::new();
    let mut silent = Vec::new();
    for line in manifest.lines().map(str::trim) {
        if line.starts_with('[') {
            section = line;
        } else if let Some(name) = line.strip_suffix("= [") {
            list = name.trim();
        } else if line == "]" {
            list = "";
        } else if line.starts_with('#') {
            above.push_str(line);
            continue;
        } else if !line.is_empty() {
            let is_member = section == "[workspace]" && list == "members";
            // Our own crates say why they exist where they are members.
            let is_dependency = section == "[workspace.dependencies]" && !line.contains("path = \"src-tauri");
            // A long reason stands above its line, and names what it is about.
            let name = line.split([' ', '=']).next().unwrap_or_default();
            let has_reason = line.contains(" # ") || above.to_lowercase().contains(name);
            if (is_member || is_dependency) && !has_reason && !is_inside_a_list(line) {
                silent.push(line);
            }
        }
        above.clear();
    }
    silent
}

/// A dependency may spread its features over lines of their own; its comment stands where it begins or ends.
fn is_inside_a_list(line: &str) -> bool {
    line.starts_with('"') && !line.contains('/')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_without_a_comment_is_found() {
        let manifest = "[workspace]\nmembers = [\n    \"tests\", # Stories.\n    \"src-tauri/x\",\n]\n\
            [workspace.dependencies]\n# The keyring, in two lines.\nkeyring = \"3\"\ncns-card = { path = \"src-tauri/crates/cns-card\" }\n# Group.\n\
            url = \"2\" # Hosts.\nbare = \"1\"\n";
        assert_eq!(silent_lines(manifest), ["\"src-tauri/x\",", "bare = \"1\""]);
    }
}
