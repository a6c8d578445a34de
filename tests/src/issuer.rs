//! An authority run by the `openssl` command: it issues a certificate shaped like a CNS's, takes it back, and says so.

use crate::peers::openssl;
use crate::place::Place;
use crate::ports;
use crate::process::Process;
use cns_virtual_card::pki::Citizen;
use std::fs;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// The authority, and the addresses that its certificates name: nobody listens there yet.
#[derive(Debug)]
pub struct Issuer<'a> {
    place: &'a Place,
    port: u16,
}

impl<'a> Issuer<'a> {
    /// An authority in this place.
    ///
    /// # Panics
    /// When `openssl` refuses.
    pub fn new(place: &'a Place) -> Self {
        let issuer = Self {
            place,
            port: ports::free_pair(),
        };
        let addresses = format!(
            "authorityInfoAccess=OCSP;URI:http://127.0.0.1:{}/\ncrlDistributionPoints=URI:http://127.0.0.1:{}/\n",
            issuer.port,
            issuer.port + 1
        );
        place.write("issuer/ca.cnf", format!("{CONFIGURATION}{addresses}"));
        place.write("issuer/index.txt", "");
        place.write("issuer/number", "01\n");
        place.write("issuer/serial", "6000000000000001\n");
        issuer.openssl(
            "req -config ca.cnf -x509 -extensions authority -newkey rsa:2048 -nodes -days 3650 -keyout ca.key -out ca.pem \
             -subj /C=IT/O=Sportello-Esempio/CN=CA-delle-storie",
        );
        let citizen = Citizen::maria_rossi();
        // Any digest will do: there is no card to compare it with.
        let name = format!("{}\\/{}.{}", citizen.codice_fiscale(), citizen.card_id, DIGEST);
        issuer.openssl(&format!(
            "req -config ca.cnf -newkey rsa:2048 -nodes -keyout leaf.key -out leaf.csr -subj /C=IT/CN={name}"
        ));
        issuer
    }

    /// Its own certificate, the root.
    pub fn root(&self) -> String {
        self.file("ca.pem").display().to_string()
    }

    /// Issues a certificate; `dates` are in the words of `openssl ca`.
    pub fn issue(&self, dates: &str) -> String {
        self.openssl(&format!(
            "ca -batch -config ca.cnf -notext -preserveDN -extensions leaf -in leaf.csr -out leaf.pem {dates}"
        ));
        self.file("leaf.pem").display().to_string()
    }

    /// Takes the last one back; `why` is in the words of `openssl ca`.
    pub fn revoke(&self, why: &str) {
        self.openssl(&format!("ca -config ca.cnf -revoke leaf.pem {why}"));
    }

    /// Gives out its list of what it took back.
    pub fn list(&self) -> Heard {
        let heard = Heard::at(self.port + 1, Vec::new());
        heard.renew(self);
        heard
    }

    /// `openssl ocsp`, which answers from the register as it is.
    pub fn responder(&self) -> Process {
        let mut command = self.place.command("openssl");
        let words = "ocsp -ndays 1 -index index.txt -CA ca.pem -rsigner ca.pem -rkey ca.key -port";
        command.args(words.split(' ')).arg(self.port.to_string());
        command.current_dir(self.file(""));
        let mut process = Process::start(&command);
        process.wait_for("the responder", |said| said.contains("ACCEPT").then_some(()));
        process
    }

    /// Ears at both addresses, and no mouth.
    pub fn nobody(&self) -> [Heard; 2] {
        [self.port, self.port + 1].map(|port| Heard::at(port, Vec::new()))
    }

    fn file(&self, name: &str) -> PathBuf {
        self.place.file("issuer").join(name)
    }

    #[track_caller]
    fn openssl(&self, line: &str) {
        openssl(self.place, |o| {
            o.args(line.split_whitespace()).current_dir(self.file(""))
        });
    }
}

/// A server over http that gives one file, and counts who comes.
#[derive(Debug)]
pub struct Heard {
    connections: Arc<AtomicUsize>,
    file: Arc<std::sync::Mutex<Vec<u8>>>,
}

impl Heard {
    fn at(port: u16, file: Vec<u8>) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", port)).expect("a free port");
        let heard = Self {
            connections: Arc::default(),
            file: Arc::new(file.into()),
        };
        let (connections, file) = (Arc::clone(&heard.connections), Arc::clone(&heard.file));
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                connections.fetch_add(1, Ordering::SeqCst);
                // Whoever has gone away meanwhile hears nothing.
                let _gone = answer(stream, &file.lock().unwrap());
            }
        });
        heard
    }

    /// How many connections there were.
    pub fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }

    /// Gives the list that the authority has made since.
    ///
    /// # Panics
    /// When it cannot be made.
    pub fn renew(&self, issuer: &Issuer<'_>) {
        issuer.openssl("ca -config ca.cnf -gencrl -out list.pem");
        issuer.openssl("crl -in list.pem -outform DER -out list.der");
        *self.file.lock().unwrap() = fs::read(issuer.file("list.der")).unwrap();
    }
}

fn answer(mut stream: TcpStream, file: &[u8]) -> std::io::Result<()> {
    let mut asked = [0; 4096];
    let _ = stream.read(&mut asked)?;
    let length = file.len();
    write!(
        stream,
        "HTTP/1.1 200 OK\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n"
    )?;
    stream.write_all(file)
}

const DIGEST: &str = "2jmj7l5rSw0yVb\\/vlWAYkK\\/YBwk=";

const CONFIGURATION: &str = "\
[req]
distinguished_name=name
string_mask=utf8only
[name]
[ca]
default_ca=all
[all]
dir=.
database=index.txt
serial=serial
crlnumber=number
new_certs_dir=.
certificate=ca.pem
private_key=ca.key
default_md=sha256
default_crl_days=7
crl_extensions=list
policy=any
unique_subject=no
string_mask=utf8only
[any]
countryName=optional
commonName=supplied
[authority]
basicConstraints=critical,CA:TRUE,pathlen:0
keyUsage=critical,keyCertSign,cRLSign
subjectKeyIdentifier=hash
[list]
authorityKeyIdentifier=keyid
[leaf]
basicConstraints=CA:FALSE
keyUsage=critical,digitalSignature
extendedKeyUsage=clientAuth
certificatePolicies=1.3.76.16.2.1
subjectKeyIdentifier=hash
authorityKeyIdentifier=keyid
";
