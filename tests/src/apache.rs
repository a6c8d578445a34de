//! Apache, as portals run it: hosts of its own on the loopback, each with an address, so that a browser tells them apart.

use crate::patience;
use crate::peers::ServerCertificate;
use crate::place::Place;
use crate::ports;
use crate::process::Process;
use std::fmt::Write as _;
use std::fs;
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use tempfile::TempDir;

/// A running Apache.
#[derive(Debug)]
pub struct Apache {
    /// The port of all its hosts.
    pub port: u16,
    /// What it says holds a line for each request: whose certificate, which TLS, the request, the status.
    pub process: Process,
    // Its workers are somebody else and cannot enter a place of ours.
    _pages: TempDir,
}

/// One of its hosts.
#[derive(Clone, Copy, Debug)]
pub struct Host<'a> {
    /// An address of the loopback.
    pub address: &'a str,
    /// What goes into its `<VirtualHost>`; `{pages}` is the folder of its pages and `{port}` the port.
    pub directives: &'a str,
    /// Its pages: path and content; `{port}` is the port.
    pub pages: &'a [(&'a str, &'a str)],
}

impl Apache {
    /// Starts one with these hosts.
    ///
    /// # Panics
    /// When it does not start.
    pub fn start(place: &Place, server: &ServerCertificate, client_ca: &Path, hosts: &[Host<'_>]) -> Self {
        Self::start_at(ports::free_pair(), place, server, client_ca, hosts)
    }

    /// The same on a port that somebody else has to know beforehand.
    ///
    /// # Panics
    /// When it does not start.
    pub fn start_at(
        port: u16,
        place: &Place,
        server: &ServerCertificate,
        client_ca: &Path,
        hosts: &[Host<'_>],
    ) -> Self {
        let pages = TempDir::new().unwrap();
        open_to_all(pages.path());
        let mut configuration = COMMON
            .replace("{place}", &place.file("apache").display().to_string())
            .replace("{certificate}", &server.certificate.display().to_string())
            .replace("{key}", &server.key.display().to_string())
            .replace("{client_ca}", &client_ca.display().to_string());
        fs::create_dir_all(place.file("apache")).unwrap();
        for host in hosts {
            let folder = pages.path().join(host.address);
            for (path, content) in host.pages {
                let file = folder.join(path);
                fs::create_dir_all(file.parent().unwrap()).unwrap();
                fs::write(&file, content.replace("{port}", &port.to_string())).unwrap();
            }
            fs::create_dir_all(&folder).unwrap();
            let directives = host
                .directives
                .replace("{pages}", &folder.display().to_string())
                .replace("{port}", &port.to_string());
            let address = host.address;
            write!(
                configuration,
                "Listen {address}:{port} https\n<VirtualHost {address}:{port}>\nServerName {address}\n\
                 DocumentRoot {}\nSSLEngine on\n{directives}\n</VirtualHost>\n",
                folder.display()
            )
            .unwrap();
        }
        open_below(pages.path());
        let file = place.write("apache/apache.conf", configuration);
        let mut command = place.command("apache2");
        command.args(["-D", "FOREGROUND", "-f"]).arg(file);
        let mut process = Process::start(&command);
        for host in hosts {
            process.wait_for("Apache", |_| TcpStream::connect((host.address, port)).ok());
        }
        Self {
            port,
            process,
            _pages: pages,
        }
    }

    /// Waits until its log holds a line with all of these.
    #[track_caller]
    pub fn has_logged(&self, words: &[&str]) {
        patience::until(
            || format!("a line with {words:?} in: {}", self.process.said()),
            || {
                let said = self.process.said();
                let is_it = |line: &str| words.iter().all(|word| line.contains(word));
                said.lines().any(is_it).then_some(())
            },
        );
    }
}

fn open_to_all(path: &Path) {
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
}

fn open_below(folder: &Path) {
    for entry in fs::read_dir(folder).unwrap().flatten() {
        if entry.path().is_dir() {
            open_to_all(&entry.path());
            open_below(&entry.path());
        } else {
            fs::set_permissions(entry.path(), fs::Permissions::from_mode(0o644)).unwrap();
        }
    }
}

const COMMON: &str = r#"
ServerRoot /usr/lib/apache2
LoadModule mpm_event_module modules/mod_mpm_event.so
LoadModule authz_core_module modules/mod_authz_core.so
LoadModule authn_core_module modules/mod_authn_core.so
LoadModule auth_mellon_module modules/mod_auth_mellon.so
LoadModule authz_user_module modules/mod_authz_user.so
LoadModule socache_shmcb_module modules/mod_socache_shmcb.so
LoadModule ssl_module modules/mod_ssl.so
LoadModule alias_module modules/mod_alias.so
LoadModule rewrite_module modules/mod_rewrite.so
LoadModule headers_module modules/mod_headers.so
LoadModule env_module modules/mod_env.so
LoadModule setenvif_module modules/mod_setenvif.so
LoadModule dir_module modules/mod_dir.so
LoadModule mime_module modules/mod_mime.so
User www-data
Group www-data
PidFile {place}/pid
Mutex file:{place} default
ErrorLog /dev/stderr
LogLevel warn ssl:info
LogFormat "%v kept=%k %{SSL_PROTOCOL}x verify=%{SSL_CLIENT_VERIFY}x user=%u dn=%{SSL_CLIENT_S_DN}x \"%r\" %>s cookie=%{Cookie}i" told
CustomLog /dev/stderr told
TypesConfig /etc/mime.types
AddDefaultCharset utf-8
DirectoryIndex index.html
SSLCertificateFile {certificate}
SSLCertificateKeyFile {key}
SSLCACertificateFile {client_ca}
SSLVerifyDepth 5
SSLProtocol -all +TLSv1.2 +TLSv1.3
Define ClientCa {client_ca}
"#;

/// The public template's directory, which asks for the card in the middle of a connection, over TLS 1.2 alone.
pub const TEMPLATE: &str = r#"
SSLProtocol -all +TLSv1.2
<Directory {pages}/secure>
    SSLVerifyClient optional
    SSLVerifyDepth 5
    SSLOptions +ExportCertData +StdEnvVars
    SSLUserName SSL_CLIENT_S_DN_CN
</Directory>
"#;
