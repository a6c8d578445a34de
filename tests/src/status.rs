//! Who says whether a card's certificate was revoked: OpenSSL, with the key of the cards' authority.

use crate::peers::openssl;
use crate::place::Place;
use crate::ports;
use crate::process::Process;
use cns_virtual_card::pki::Authority;
use std::fs;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

/// A host, before there is a card whose certificate names it.
#[derive(Debug)]
pub struct StatusHost {
    port: u16,
}

impl StatusHost {
    /// A host of this computer.
    pub fn new() -> Self {
        Self {
            port: ports::free_pair(),
        }
    }

    /// The address below which a certificate names its OCSP and its CRL.
    pub fn address(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// `openssl ocsp`, which says of this certificate (DER) that it is good, or since when and why it is revoked, such
    /// as `261101000000Z,keyCompromise`.
    ///
    /// # Panics
    /// When it does not come up.
    pub fn responder(&self, place: &Place, certificate: &[u8], revoked: Option<&str>) -> Process {
        let files = Files::of(place, certificate, revoked);
        let mut command = place.command("openssl");
        command.args(["ocsp", "-port", &self.port.to_string(), "-ndays", "1"]);
        command.arg("-index").arg(&files.index);
        command.arg("-CA").arg(&files.authority);
        command.arg("-rsigner").arg(&files.authority);
        command.arg("-rkey").arg(&files.key);
        let mut process = Process::start(&command);
        process.wait_for("the responder", |said| said.contains("ACCEPT").then_some(()));
        process
    }

    /// A revocation list by `openssl ca`, which waits at the gate until it is opened.
    ///
    /// # Panics
    /// When it cannot be made or served.
    pub fn list_at_a_gate(&self, place: &Place, certificate: &[u8], revoked: Option<&str>) -> Gate {
        let files = Files::of(place, certificate, revoked);
        let (pem, der) = (place.file("status/list.pem"), place.file("status/list.der"));
        openssl(place, |o| {
            o.args(["ca", "-gencrl", "-config"]).arg(&files.config);
            o.arg("-cert")
                .arg(&files.authority)
                .arg("-keyfile")
                .arg(&files.key);
            o.arg("-out").arg(&pem)
        });
        openssl(place, |o| {
            o.args(["crl", "-outform", "DER", "-in"]).arg(&pem);
            o.arg("-out").arg(&der)
        });
        let list = fs::read(der).unwrap();
        let listener = TcpListener::bind(("127.0.0.1", self.port)).expect("the port of the list");
        let (open, opened) = channel();
        thread::spawn(move || serve(&listener, &list, &opened));
        Gate(open)
    }
}

impl Default for StatusHost {
    fn default() -> Self {
        Self::new()
    }
}

/// What keeps a list back.
#[derive(Debug)]
pub struct Gate(Sender<()>);

impl Gate {
    /// Lets it through, to whoever asked and to whoever will.
    pub fn open(self) {
        drop(self.0);
    }
}

fn serve(listener: &TcpListener, list: &[u8], opened: &Receiver<()>) {
    for stream in listener.incoming().flatten() {
        // Ends with an error when the gate is open, which is all that ever comes.
        let _ = opened.recv();
        // Whoever has gone away meanwhile asks again or not.
        let _ = answer(stream, list);
    }
}

fn answer(mut stream: TcpStream, list: &[u8]) -> std::io::Result<()> {
    let mut request = [0; 4096];
    let _ = stream.read(&mut request)?;
    write!(
        stream,
        "HTTP/1.1 200 OK\r\nContent-Type: application/pkix-crl\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        list.len()
    )?;
    stream.write_all(list)
}

/// What OpenSSL answers from.
struct Files {
    authority: PathBuf,
    key: PathBuf,
    index: PathBuf,
    config: PathBuf,
}

impl Files {
    fn of(place: &Place, certificate: &[u8], revoked: Option<&str>) -> Self {
        let authority = Authority::example().expect("the authority");
        let leaf = place.write("status/leaf.der", certificate);
        let serial = openssl(place, |o| {
            o.args(["x509", "-inform", "DER", "-noout", "-serial", "-in"])
                .arg(leaf)
        });
        let serial = serial.trim().trim_start_matches("serial=");
        let state = revoked.map_or_else(
            || "V\t491231235959Z\t".to_owned(),
            |why| format!("R\t491231235959Z\t{why}"),
        );
        let index = place.write("status/index.txt", format!("{state}\t{serial}\tunknown\t/CN=x\n"));
        place.write("status/number", "01\n");
        let config = CONFIG.replace("{folder}", &place.file("status").display().to_string());
        Self {
            authority: place.write("status/authority.pem", authority.certificate_pem()),
            key: place.write("status/authority.key", authority.key_pem().expect("its key")),
            index,
            config: place.write("status/ca.conf", config),
        }
    }
}

const CONFIG: &str = "\
[ca]
default_ca = ours
[ours]
database = {folder}/index.txt
crlnumber = {folder}/number
default_md = sha256
default_crl_days = 7
crl_extensions = of_the_list
[of_the_list]
authorityKeyIdentifier = keyid
";
