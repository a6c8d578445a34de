//! Rebuilds the crate when a migration is added: the macro that embeds them sees only those it embedded.

fn main() {
    std::io::Write::write_all(&mut std::io::stdout(), b"cargo::rerun-if-changed=migrations\n")
        .unwrap_or_default();
}
