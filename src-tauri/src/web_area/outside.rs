//! What lies outside a portal's allow-list: opened by the browser of the system, once the person has said so.

use std::io;
use std::process::{Command, Stdio};
use tauri::Url;

/// Whether the person can be asked about it at all: an address of the web, and no name of a program.
pub(super) fn may_be_asked_about(url: &Url) -> bool {
    matches!(url.scheme(), "https" | "http") && url.has_host()
}

/// Hands an address to the browser of the system.
pub(super) fn open(url: &Url) -> io::Result<()> {
    let (program, words) = OPENER;
    let mut command = Command::new(program);
    command.args(words).arg(url.as_str());
    let nobody = || Stdio::null();
    let mut child = command
        .stdin(nobody())
        .stdout(nobody())
        .stderr(nobody())
        .spawn()?;
    // Whoever hands on ends soon; somebody has to take note of it.
    std::thread::spawn(move || child.wait());
    Ok(())
}

#[cfg(target_os = "linux")]
const OPENER: (&str, &[&str]) = ("xdg-open", &[]);
#[cfg(target_os = "macos")]
const OPENER: (&str, &[&str]) = ("open", &[]);
// No shell, which would read the address's `&`.
#[cfg(windows)]
const OPENER: (&str, &[&str]) = ("rundll32.exe", &["url.dll,FileProtocolHandler"]);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_address_of_the_web_is_asked_about() {
        for (address, asked) in [
            ("https://www.example.org/a?b=c&d", true),
            ("http://www.example.org/", true),
            ("file:///etc/passwd", false),
            ("javascript:alert(1)", false),
            ("data:text/html,x", false),
            ("ms-settings:x", false),
        ] {
            assert_eq!(may_be_asked_about(&address.parse().unwrap()), asked, "{address}");
        }
    }
}
