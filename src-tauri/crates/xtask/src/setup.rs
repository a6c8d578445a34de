//! The set-up: which system packages are missing, and how they come here.

use crate::{Failure, shell};
use std::process::Command;

/// What a build or a test needs from the system.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Need {
    /// The terminal face: a C compiler, PC/SC, D-Bus.
    Terminal,
    /// The window: WebKit as well.
    Window,
    /// The tests: everything that plays a part in a story.
    Tests,
    /// The benches: whom we compare ourselves with, and what looks at windows.
    Benches,
}

/// Makes sure that a Node which the web side's tools run on is here, and npm.
pub(crate) fn node() -> Result<(), Failure> {
    let said = shell::output(Command::new("node").arg("--version")).unwrap_or_default();
    let npm = shell::find("npm").is_some();
    let needed = format!(
        "Node {}.{} or newer and npm are needed",
        OLDEST_NODE.0, OLDEST_NODE.1
    );
    match version(&said) {
        Some(found) if found >= OLDEST_NODE && npm => Ok(()),
        found => {
            let what = match found {
                Some((major, minor)) => format!("{needed}; here is Node {major}.{minor}"),
                None => needed,
            };
            let line = System::here().map_or("see nodejs.org", System::node_line);
            Err(Failure::Missing {
                what,
                line: line.to_owned(),
            })
        }
    }
}

/// Makes sure that the system packages for this need are here: installs them with apt where this process may,
/// else says in one line what to paste.
pub(crate) fn packages(need: Need) -> Result<(), Failure> {
    let Some(system) = System::here() else {
        println!("This system's package manager is not known: the build will say what is missing.");
        return Ok(());
    };
    let missing = system.missing(need);
    if missing.is_empty() {
        return Ok(());
    }
    println!("System packages that are missing: {}", missing.join(" "));
    if system == System::Apt
        && let Some(sudo) = may_install()
    {
        let mut update = privileged(sudo);
        shell::run(update.args(["apt-get", "update", "-q"]))?;
        let mut install = privileged(sudo);
        install.env("DEBIAN_FRONTEND", "noninteractive");
        return shell::run(
            install
                .args(["apt-get", "install", "-y", "-q", "--no-install-recommends"])
                .args(&missing),
        );
    }
    let what = "System packages are missing; paste this line, then start again:".to_owned();
    Err(Failure::Missing {
        what,
        line: format!("{} {}", system.install_line(), missing.join(" ")),
    })
}

/// A system, told by the program that installs its packages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum System {
    Apt,
    Dnf,
    Pacman,
    Brew,
    Winget,
}

impl System {
    fn here() -> Option<Self> {
        if cfg!(windows) {
            return Some(Self::Winget);
        }
        if cfg!(target_os = "macos") {
            return Some(Self::Brew);
        }
        let linux = [
            ("apt-get", Self::Apt),
            ("dnf", Self::Dnf),
            ("pacman", Self::Pacman),
        ];
        linux
            .into_iter()
            .find(|(program, _)| shell::find(program).is_some())
            .map(|(_, system)| system)
    }

    fn install_line(self) -> &'static str {
        match self {
            Self::Apt => "sudo apt-get install -y --no-install-recommends",
            Self::Dnf => "sudo dnf install -y",
            Self::Pacman => "sudo pacman -S --needed",
            Self::Brew => "brew install",
            Self::Winget => "winget install",
        }
    }

    fn node_line(self) -> &'static str {
        match self {
            // Debian 12 and Ubuntu 22.04 hold an older Node.
            Self::Apt => "sudo apt-get install -y nodejs npm   (where that is too old: see nodejs.org)",
            Self::Dnf => "sudo dnf install -y nodejs npm",
            Self::Pacman => "sudo pacman -S --needed nodejs npm",
            Self::Brew => "brew install node",
            Self::Winget => "winget install OpenJS.NodeJS.LTS",
        }
    }

    fn packages(self, need: Need) -> Vec<&'static str> {
        let (terminal, window, tests): (&[&str], &[&str], &[&str]) = match self {
            Self::Apt => (APT_TERMINAL, APT_WINDOW, APT_TESTS),
            Self::Dnf => (DNF_TERMINAL, DNF_WINDOW, &[]),
            Self::Pacman => (PACMAN_TERMINAL, PACMAN_WINDOW, &[]),
            // macOS brings WebKit and PC/SC with it; the C compiler comes with Rust's own prerequisites.
            Self::Brew => (&["cmake"], &[], &[]),
            // Windows brings PC/SC; WebView2 is missing on some Windows 10.
            Self::Winget => (
                &["Kitware.CMake", "LLVM.LLVM", "NASM.NASM"],
                &["Microsoft.EdgeWebView2Runtime"],
                &[],
            ),
        };
        match need {
            Need::Terminal => terminal.to_vec(),
            Need::Window => [terminal, window].concat(),
            Need::Tests => [terminal, window, tests].concat(),
            Need::Benches if self == Self::Apt => APT_BENCHES.to_vec(),
            Need::Benches => Vec::new(),
        }
    }

    fn missing(self, need: Need) -> Vec<&'static str> {
        self.packages(need)
            .into_iter()
            .filter(|package| !self.has(package))
            .collect()
    }

    fn has(self, package: &str) -> bool {
        match self {
            Self::Apt => shell::output(
                Command::new("dpkg-query")
                    .args(["-W", "-f=${Status}"])
                    .arg(package),
            )
            .is_ok_and(|status| status.ends_with(" installed")),
            Self::Dnf => shell::succeeds(Command::new("rpm").args(["-q", "--whatprovides", package])),
            Self::Pacman => shell::succeeds(Command::new("pacman").args(["-Q", package])),
            Self::Brew => shell::succeeds(Command::new("brew").args(["list", package])),
            Self::Winget => {
                shell::succeeds(Command::new("winget").args(["list", "--exact", "--id", package]))
            }
        }
    }
}

/// Whether this process may install packages, and if so whether it goes through sudo.
fn may_install() -> Option<bool> {
    let is_root = shell::output(Command::new("id").arg("-u")).is_ok_and(|user| user.trim() == "0");
    if is_root {
        return Some(false);
    }
    shell::succeeds(Command::new("sudo").args(["-n", "true"])).then_some(true)
}

fn privileged(sudo: bool) -> Command {
    if sudo {
        let mut command = Command::new("sudo");
        command.arg("-n");
        command
    } else {
        Command::new("env")
    }
}

/// Major and minor number of what `node --version` says.
fn version(said: &str) -> Option<(u32, u32)> {
    let mut numbers = said.trim().trim_start_matches('v').split('.').map(str::parse);
    Some((numbers.next()?.ok()?, numbers.next()?.ok()?))
}

/// Vite asks for it.
const OLDEST_NODE: (u32, u32) = (20, 19);

const APT_TERMINAL: &[&str] = &[
    "build-essential",
    // BoringSSL is built from its source, and its header read by libclang.
    "cmake",
    "libclang-dev",
    "libdbus-1-dev",
    "libpcsclite-dev",
    "pcscd",
    "pkg-config",
];
const APT_WINDOW: &[&str] = &["libwebkit2gtk-4.1-dev"];
const APT_TESTS: &[&str] = &[
    "apache2",
    "curl",
    "dbus",
    "faketime",
    "gnome-keyring",
    "libapache2-mod-auth-mellon",
    "nginx-light",
    "opensc",
    "openssl",
    "poppler-utils",
    "postgresql",
    "procps",
    "python3",
    "python3-pip",
    "qpdf",
    "squid",
    "util-linux",
    "vsmartcard-vpcd",
    "webkit2gtk-driver",
    "x11-apps",
    "xmlsec1",
    "xvfb",
];
const APT_BENCHES: &[&str] = &["argon2", "ausweisapp2", "libengine-pkcs11-openssl", "wrk"];
const DNF_TERMINAL: &[&str] = &[
    "gcc",
    "gcc-c++",
    "clang-devel",
    "cmake",
    "dbus-devel",
    "pcsc-lite",
    "pcsc-lite-devel",
    "pkgconf-pkg-config",
];
const DNF_WINDOW: &[&str] = &["webkit2gtk4.1-devel"];
const PACMAN_TERMINAL: &[&str] = &["base-devel", "clang", "cmake", "dbus", "pcsclite", "ccid"];
const PACMAN_WINDOW: &[&str] = &["webkit2gtk-4.1"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_of_node_is_its_first_two_numbers() {
        for (said, expected) in [
            ("v20.20.2\n", Some((20, 20))),
            ("v20.9.0", Some((20, 9))),
            ("v18", None),
            ("", None),
            ("node", None),
        ] {
            assert_eq!(version(said), expected, "{said:?}");
        }
        assert!((20, 9) < OLDEST_NODE && (20, 19) >= OLDEST_NODE && (22, 0) >= OLDEST_NODE);
    }

    #[test]
    fn every_need_holds_the_smaller_one() {
        for system in [
            System::Apt,
            System::Dnf,
            System::Pacman,
            System::Brew,
            System::Winget,
        ] {
            let terminal = system.packages(Need::Terminal);
            let window = system.packages(Need::Window);
            let tests = system.packages(Need::Tests);
            assert!(
                terminal.iter().all(|package| window.contains(package)),
                "{system:?}"
            );
            assert!(window.iter().all(|package| tests.contains(package)), "{system:?}");
        }
    }
}
