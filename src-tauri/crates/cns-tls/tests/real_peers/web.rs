//! A web server that says what a test tells it to: a double for the transport only, where no real server would misbehave
//! on demand.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

/// A running server.
pub(crate) struct Web {
    address: SocketAddr,
    heard: Arc<Mutex<Vec<Heard>>>,
    closing: Arc<AtomicBool>,
}

/// One request.
#[derive(Clone, Debug)]
pub(crate) struct Heard {
    /// All up to the empty line.
    pub(crate) head: String,
    /// What follows, by its `Content-Length`.
    pub(crate) body: Vec<u8>,
}

impl Heard {
    /// `GET /path`.
    pub(crate) fn what(&self) -> String {
        let words: Vec<&str> = self.head.split(' ').take(2).collect();
        words.join(" ")
    }

    /// The path.
    pub(crate) fn path(&self) -> &str {
        self.head.split(' ').nth(1).unwrap_or_default()
    }

    /// Reads one; `None` where the connection ends first.
    fn read(stream: &mut TcpStream) -> Option<Self> {
        let mut head = Vec::new();
        let mut byte = [0];
        while !head.ends_with(b"\r\n\r\n") {
            stream.read_exact(&mut byte).ok()?;
            head.push(byte[0]);
        }
        let head = String::from_utf8(head).ok()?;
        let length = head.to_lowercase().lines().find_map(|line| {
            line.strip_prefix("content-length:")
                .and_then(|length| length.trim().parse().ok())
        });
        let mut body = vec![0; length.unwrap_or(0)];
        stream.read_exact(&mut body).ok()?;
        Some(Self { head, body })
    }
}

impl Web {
    /// A server that leaves each connection, its request read, to `answer`.
    pub(crate) fn new(answer: impl Fn(&Heard, &mut TcpStream) + Send + Sync + 'static) -> Self {
        Self::accepting(move |stream, heard| {
            if let Some(request) = Heard::read(stream) {
                heard.lock().unwrap().push(request.clone());
                answer(&request, stream);
            }
        })
    }

    /// A server that answers every request with these bytes.
    pub(crate) fn saying(answer: impl Into<Vec<u8>>) -> Self {
        let answer = answer.into();
        Self::new(move |_, stream| drop(stream.write_all(&answer)))
    }

    /// A server that says its piece without hearing anything, and hangs up on what was being said to it.
    pub(crate) fn interrupting(answer: &'static str) -> Self {
        Self::accepting(move |stream, heard| {
            // Once something has come, and before it was read: closing resets the connection then.
            stream.peek(&mut [0]).ok();
            heard.lock().unwrap().push(Heard {
                head: String::new(),
                body: Vec::new(),
            });
            drop(stream.write_all(answer.as_bytes()));
        })
    }

    fn accepting(serve: impl Fn(&mut TcpStream, &Mutex<Vec<Heard>>) + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("loopback");
        let web = Self {
            address: listener.local_addr().expect("bound"),
            heard: Arc::default(),
            closing: Arc::default(),
        };
        let (heard, closing) = (Arc::clone(&web.heard), Arc::clone(&web.closing));
        let serve = Arc::new(serve);
        thread::spawn(move || {
            for stream in listener.incoming() {
                let Ok(mut stream) = stream else { return };
                if closing.load(Ordering::SeqCst) {
                    return;
                }
                let (serve, heard) = (Arc::clone(&serve), Arc::clone(&heard));
                thread::spawn(move || serve(&mut stream, &heard));
            }
        });
        web
    }

    /// The port.
    pub(crate) fn port(&self) -> u16 {
        self.address.port()
    }

    /// The address of `path`, over http.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port())
    }

    /// The requests so far, as `GET /path`.
    pub(crate) fn asked(&self) -> Vec<String> {
        self.heard.lock().unwrap().iter().map(Heard::what).collect()
    }

    /// The last request.
    pub(crate) fn last(&self) -> Heard {
        self.heard.lock().unwrap().last().cloned().expect("a request")
    }
}

impl Drop for Web {
    fn drop(&mut self) {
        self.closing.store(true, Ordering::SeqCst);
        // Wakes the one who waits for the next connection.
        TcpStream::connect_timeout(&self.address, Duration::from_secs(1)).ok();
    }
}

/// A whole answer.
pub(crate) fn answer(status: &str, headers: &str, body: impl AsRef<[u8]>) -> Vec<u8> {
    let body = body.as_ref();
    let head = format!(
        "HTTP/1.1 {status}\r\n{headers}Content-Length: {}\r\n\r\n",
        body.len()
    );
    [head.as_bytes(), body].concat()
}

/// Holds a connection open until the other side ends it.
pub(crate) fn hold(stream: &mut TcpStream) {
    stream.read_to_end(&mut Vec::new()).ok();
}
