//! A log-in whose caller leaves while the portal opens the session, as when the card is pulled.

use crate::portal::{EXCHANGE, Scene, now};
use cns_login::Portal as _;
use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

/// What stands behind nginx: it says each request that it hears, and answers when it is told what.
struct Backend {
    heard: UnboundedReceiver<String>,
    answers: mpsc::Sender<String>,
}

impl Backend {
    /// The backend, and nginx's rule that leads to it.
    fn new() -> (Self, String) {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let rule = format!(
            "location / {{ proxy_pass http://{}; }}",
            listener.local_addr().unwrap()
        );
        let (hear, heard) = unbounded_channel();
        let (answers, answer) = mpsc::channel::<String>();
        thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                if hear.send(request(&mut stream)).is_err() {
                    return;
                }
                let Ok(answer) = answer.recv() else { return };
                // nginx hangs up when its own caller did.
                stream.write_all(answer.as_bytes()).ok();
            }
        });
        (Self { heard, answers }, rule)
    }

    async fn hears(&mut self) -> String {
        let heard = tokio::time::timeout(PATIENCE, self.heard.recv()).await;
        heard.expect("a request comes").expect("the backend stands")
    }

    fn answers(&self, status: &str, body: &str) {
        let length = body.len();
        let answer = format!("HTTP/1.0 {status}\r\nContent-Length: {length}\r\n\r\n{body}");
        self.answers.send(answer).unwrap();
    }
}

/// Reads a whole request.
fn request(stream: &mut TcpStream) -> String {
    let (mut read, mut byte) = (String::new(), [0]);
    while !read.ends_with("\r\n\r\n") {
        stream.read_exact(&mut byte).unwrap();
        read.push(char::from(byte[0]));
    }
    let length = read
        .lines()
        .find_map(|line| line.strip_prefix("Content-Length: "));
    let mut body = vec![0; length.map_or(0, |length| length.parse().unwrap())];
    stream.read_exact(&mut body).unwrap();
    read + &String::from_utf8(body).unwrap()
}

#[test]
fn leaves_no_session_open_on_the_portal() {
    let (mut backend, rule) = Backend::new();
    let (scene, inserted) = Scene::new(EXCHANGE, &rule);
    now(async {
        let mut caller = Box::pin(scene.portal.log_in(inserted.card, &inserted.certificate));
        tokio::select! {
            _ = &mut caller => panic!("the portal has not answered"),
            heard = backend.hears() => assert!(heard.starts_with("POST /base/rest/v1/sessions "), "{heard}"),
        }
        drop(caller);
        backend.answers("201 Created", OPENED);
        let ended = async {
            let heard = backend.hears().await;
            backend.answers("204 No Content", "");
            heard
        };
        let (heard, ()) = tokio::join!(ended, scene.portal.settled());
        assert!(
            heard.starts_with("DELETE /base/rest/v1/sessions/current "),
            "{heard}"
        );
        assert!(
            heard.to_lowercase().contains("authorization: bearer a-token\r\n"),
            "{heard}"
        );
    });
}

#[test]
fn has_nothing_to_end_where_the_portal_opened_nothing() {
    let (mut backend, rule) = Backend::new();
    let (scene, inserted) = Scene::new(EXCHANGE, &rule);
    now(async {
        let mut caller = Box::pin(scene.portal.log_in(inserted.card, &inserted.certificate));
        tokio::select! {
            _ = &mut caller => panic!("the portal has not answered"),
            _ = backend.hears() => {}
        }
        drop(caller);
        backend.answers("403 Forbidden", "{}");
        scene.portal.settled().await;
        assert!(backend.heard.try_recv().is_err());
    });
}

#[test]
fn is_not_what_a_caller_did_who_waited() {
    let (mut backend, rule) = Backend::new();
    let (scene, inserted) = Scene::new(EXCHANGE, &rule);
    now(async {
        backend.answers("201 Created", OPENED);
        let session = scene.portal.log_in(inserted.card, &inserted.certificate).await;
        assert_eq!(session.unwrap().token.reveal(), "a-token");
        assert!(backend.hears().await.starts_with("POST "));
        scene.portal.settled().await;
        assert!(backend.heard.try_recv().is_err());
    });
}

const OPENED: &str = r#"{"token":"a-token","expires_at":"2030-01-02T03:04:05Z","idle_timeout":900,
    "me":{"codice_fiscale":"RSSMRA80A41H501W","full_name":"Maria Rossi","method":"cns","level":3}}"#;

/// How long nothing may come before a test that waits for it fails.
const PATIENCE: Duration = Duration::from_secs(20);
