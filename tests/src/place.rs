//! A private place: home, temporary folder and XDG folders of one story.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The folders of one person on one machine, empty at first and gone at the end.
#[derive(Debug)]
pub struct Place {
    root: tempfile::TempDir,
}

impl Place {
    /// Makes a place.
    ///
    /// # Panics
    /// When the system's temporary folder cannot be written.
    pub fn new() -> Self {
        // Sockets live in here, and a socket's path has room for about a hundred characters.
        let root = tempfile::Builder::new()
            .prefix("spj-")
            .tempdir_in("/tmp")
            .expect("a folder under /tmp");
        for folder in [HOME, TEMPORARY, RUNTIME, FILES] {
            let path = root.path().join(folder);
            fs::create_dir(&path).unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(0o700)).unwrap();
        }
        Self { root }
    }

    /// The home folder.
    pub fn home(&self) -> PathBuf {
        self.root.path().join(HOME)
    }

    /// The temporary folder.
    pub fn temporary(&self) -> PathBuf {
        self.root.path().join(TEMPORARY)
    }

    /// The folder of sockets, `XDG_RUNTIME_DIR`.
    pub fn runtime(&self) -> PathBuf {
        self.root.path().join(RUNTIME)
    }

    /// A path for a file of the story itself, outside the person's folders.
    pub fn file(&self, name: &str) -> PathBuf {
        self.root.path().join(FILES).join(name)
    }

    /// Writes a file of the story.
    ///
    /// # Panics
    /// When it cannot be written.
    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.file(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, content).unwrap();
        // Some of them are keys, and a portal does not start with keys that others may read.
        #[cfg(unix)]
        fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
        path
    }

    /// A command of this person: it sees this place's folders, and nothing of the surrounding environment.
    pub fn command(&self, program: impl AsRef<Path>) -> Command {
        let mut command = Command::new(program.as_ref());
        command
            .env_clear()
            .env("PATH", "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin")
            .env("HOME", self.home())
            .env("TMPDIR", self.temporary())
            .env("XDG_RUNTIME_DIR", self.runtime())
            .env("LANG", "C.UTF-8")
            // Without an address libdbus would start a bus of its own.
            .env("DBUS_SESSION_BUS_ADDRESS", "disabled:")
            .current_dir(self.home());
        command
    }
}

impl Default for Place {
    fn default() -> Self {
        Self::new()
    }
}

const HOME: &str = "home";
const TEMPORARY: &str = "tmp";
const RUNTIME: &str = "xdg";
const FILES: &str = "files";
