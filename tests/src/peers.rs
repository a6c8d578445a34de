//! Servers that we did not write, and the certificates that they show.

use crate::patience;
use crate::place::Place;
use crate::ports;
use crate::process::Process;
use crate::programs;
use std::fs;
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;

/// A certificate authority for servers, made by the `openssl` command, and one server certificate by it.
#[derive(Clone, Debug)]
pub struct ServerCertificate {
    /// The authority's certificate.
    pub ca: PathBuf,
    /// The server's certificate, for `localhost` and four addresses of the loopback.
    pub certificate: PathBuf,
    /// The server's key.
    pub key: PathBuf,
}

impl ServerCertificate {
    /// Issues one.
    ///
    /// # Panics
    /// When `openssl` refuses.
    pub fn issue(place: &Place) -> Self {
        let extensions = place.write("server.ext", SERVER_EXTENSIONS);
        let (ca, ca_key) = (place.file("server-ca.pem"), place.file("server-ca.key"));
        let (certificate, key, request) = (
            place.file("server.pem"),
            place.file("server.key"),
            place.file("server.csr"),
        );
        let new_key = ["-newkey", "rsa:2048", "-nodes", "-sha256"];
        openssl(place, |o| {
            o.args([
                "req",
                "-x509",
                "-days",
                "30",
                "-subj",
                "/CN=Server CA of the stories",
            ])
            .args(new_key);
            o.arg("-keyout").arg(&ca_key).arg("-out").arg(&ca)
        });
        openssl(place, |o| {
            o.args(["req", "-subj", "/CN=localhost"])
                .args(new_key)
                .arg("-keyout")
                .arg(&key)
                .arg("-out")
                .arg(&request)
        });
        openssl(place, |o| {
            o.args(["x509", "-req", "-days", "30", "-sha256", "-CAcreateserial"])
                .arg("-in")
                .arg(&request);
            o.arg("-CA")
                .arg(&ca)
                .arg("-CAkey")
                .arg(&ca_key)
                .arg("-extfile")
                .arg(&extensions);
            o.arg("-out").arg(&certificate)
        });
        Self { ca, certificate, key }
    }
}

/// Runs the `openssl` command and returns what it said on standard output.
///
/// # Panics
/// When it refuses.
#[track_caller]
pub fn openssl(place: &Place, words: impl FnOnce(&mut Command) -> &mut Command) -> String {
    let mut command = place.command("openssl");
    let output = words(&mut command).output().expect("openssl");
    assert!(
        output.status.success(),
        "{command:?}\n{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// A server that runs and listens on a loopback port.
#[derive(Debug)]
pub struct Peer {
    /// The port.
    pub port: u16,
    /// The process: what it says is what the server saw.
    pub process: Process,
}

impl Peer {
    /// The address of a page.
    pub fn url(&self) -> String {
        format!("https://localhost:{}/", self.port)
    }

    fn listening(mut self) -> Self {
        let port = self.port;
        self.process.wait_for("the server's port", |_| {
            TcpStream::connect(("127.0.0.1", port)).ok()
        });
        self
    }
}

/// `openssl s_server` that demands a certificate by one of these authorities and answers with its own account of the
/// connection. More words choose protocol and schemes.
pub fn s_server(place: &Place, server: &ServerCertificate, client_ca: &Path, words: &[&str]) -> Peer {
    let mut words = words.to_vec();
    words.extend(["-www", "-Verify", "2", "-verify_return_error"]);
    s_server_raw(place, server, client_ca, &words)
}

/// `openssl s_server` with nothing but these words.
pub fn s_server_raw(place: &Place, server: &ServerCertificate, client_ca: &Path, words: &[&str]) -> Peer {
    let port = ports::free_pair();
    let mut command = place.command("openssl");
    command.args(["s_server", "-accept", &format!("127.0.0.1:{port}"), "-no_dhe"]);
    command
        .arg("-cert")
        .arg(&server.certificate)
        .arg("-key")
        .arg(&server.key)
        .arg("-CAfile")
        .arg(client_ca);
    command.args(words);
    let mut process = Process::start_spoken_to(command);
    process.wait_for("s_server", |said| said.contains("ACCEPT").then_some(()));
    Peer { port, process }
}

/// nginx that demands a certificate by this authority.
pub fn nginx(place: &Place, server: &ServerCertificate, client_ca: &Path) -> Peer {
    nginx_that(place, server, client_ca, SAYS)
}

/// The same, which sends everybody on to this address.
pub fn nginx_leading_to(place: &Place, server: &ServerCertificate, client_ca: &Path, url: &str) -> Peer {
    nginx_that(place, server, client_ca, &format!("302 {url}"))
}

fn nginx_that(place: &Place, server: &ServerCertificate, client_ca: &Path, answers: &str) -> Peer {
    let port = ports::free_pair();
    let folder = place.file("nginx");
    fs::create_dir_all(&folder).unwrap();
    let text = NGINX
        .replace("{port}", &port.to_string())
        .replace("{folder}", &folder.display().to_string())
        .replace("{answers}", answers)
        .replace("{certificate}", &server.certificate.display().to_string())
        .replace("{key}", &server.key.display().to_string())
        .replace("{client_ca}", &client_ca.display().to_string());
    let configuration = place.write("nginx/nginx.conf", text);
    let mut command = place.command("nginx");
    command
        .arg("-p")
        .arg(&folder)
        .arg("-c")
        .arg(configuration)
        .args(["-e", "stderr"]);
    Peer {
        port,
        process: Process::start(&command),
    }
    .listening()
}

/// A host for the card that does one thing wrong at each path, see `peers/hostile.py`.
///
/// # Panics
/// When it does not start.
pub fn hostile(place: &Place, server: &ServerCertificate, client_ca: &Path) -> Peer {
    let port = ports::free_pair();
    let mut command = place.command("python3");
    command
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("peers/hostile.py"))
        .arg(port.to_string())
        .args([&server.certificate, &server.key])
        .arg(client_ca);
    let mut process = Process::start(&command);
    process.wait_for("the hostile host", |said| said.contains("ready").then_some(()));
    Peer { port, process }
}

/// A host that asks for the card in the middle of a connection, and by then shows this other certificate.
///
/// # Panics
/// When it does not start: `cargo xtask tools` installs what it needs.
pub fn two_faced(
    place: &Place,
    server: &ServerCertificate,
    other: &ServerCertificate,
    client_ca: &Path,
) -> Peer {
    let port = ports::free_pair();
    let mut command = place.command("python3");
    command
        .arg("-B")
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("peers/renegotiates.py"))
        .arg(port.to_string())
        .args([&server.certificate, &server.key])
        .args([&other.certificate, &other.key])
        .arg(client_ca)
        .env("PYTHONPATH", programs::tools())
        .env("PYTHONWARNINGS", "ignore");
    let mut process = Process::start(&command);
    process.wait_for("the host with two faces", |said| {
        said.contains("ready").then_some(())
    });
    Peer { port, process }
}

/// A host that takes connections and never says a word.
pub fn silent() -> (u16, TcpListener) {
    patience::until(
        || "a free port".to_owned(),
        || {
            let port = ports::free_pair();
            TcpListener::bind(("127.0.0.1", port))
                .ok()
                .map(|listener| (port, listener))
        },
    )
}

const SERVER_EXTENSIONS: &str = "\
basicConstraints=CA:FALSE
keyUsage=digitalSignature,keyEncipherment
extendedKeyUsage=serverAuth
subjectAltName=DNS:localhost,DNS:portale.example,IP:127.0.0.1,IP:127.0.0.2,IP:127.0.0.3,IP:127.0.0.4
";

const SAYS: &str = r#"200 "verify=$ssl_client_verify protocol=$ssl_protocol subject=$ssl_client_s_dn\n""#;
const NGINX: &str = r#"
daemon off;
master_process off;
pid {folder}/pid;
error_log stderr info;
events {}
http {
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    server {
        listen 127.0.0.1:{port} ssl;
        ssl_certificate {certificate};
        ssl_certificate_key {key};
        ssl_client_certificate {client_ca};
        ssl_verify_client on;
        ssl_verify_depth 2;
        ssl_protocols TLSv1.2 TLSv1.3;
        location / {
            default_type text/plain;
            return {answers};
        }
    }
}
"#;
