//! A WebDriver client: the part of the protocol (W3C WebDriver §6 and on) that the stories need, over plain HTTP.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::time::Duration;

/// What the driver answered when it refused.
#[derive(Debug)]
pub struct Refused(pub String);

/// A page that is driven.
#[derive(Debug)]
pub struct Page {
    port: u16,
    session: String,
}

impl Page {
    /// Lets the driver on this port start the program and drive its page.
    ///
    /// # Errors
    /// [`Refused`] when the driver says no, or nothing within the time.
    pub fn open(port: u16, program: &Path, words: &[String], patience: Duration) -> Result<Self, Refused> {
        let options = json!({ "binary": program, "args": words });
        let wanted = json!({ "capabilities": { "alwaysMatch": { "webkitgtk:browserOptions": options } } });
        let answer = exchange(port, "POST", "/session", Some(&wanted), patience)?;
        let session = answer["sessionId"]
            .as_str()
            .ok_or_else(|| Refused(answer.to_string()))?
            .to_owned();
        let page = Self { port, session };
        page.ask("POST", "timeouts", Some(&json!({ "script": 20_000 })))?;
        Ok(page)
    }

    /// The window that is driven.
    ///
    /// # Panics
    /// When the driver refuses.
    pub fn handle(&self) -> String {
        let handle = self.ask("GET", "window", None).expect("a window");
        handle.as_str().expect("a handle").to_owned()
    }

    /// Every window.
    ///
    /// # Panics
    /// When the driver refuses.
    pub fn handles(&self) -> Vec<String> {
        let handles = self.ask("GET", "window/handles", None).expect("windows");
        let handles = handles.as_array().expect("a list").iter();
        handles
            .filter_map(|handle| handle.as_str().map(str::to_owned))
            .collect()
    }

    /// Drives another window from here on.
    ///
    /// # Panics
    /// When there is none of this handle.
    pub fn turn_to(&self, handle: &str) {
        let other = json!({ "handle": handle });
        self.ask("POST", "window", Some(&other)).expect("that window");
    }

    /// Runs a script in the page and returns what it returns.
    ///
    /// # Panics
    /// When the driver refuses.
    #[track_caller]
    pub fn run(&self, script: &str) -> Value {
        let body = json!({ "script": script, "args": [] });
        self.ask("POST", "execute/sync", Some(&body))
            .unwrap_or_else(|refused| panic!("{script}: {refused:?}"))
    }

    /// Runs a script whose last argument is called with the answer.
    ///
    /// # Panics
    /// When the driver refuses.
    #[track_caller]
    pub fn run_and_wait(&self, script: &str) -> Value {
        let body = json!({ "script": script, "args": [] });
        self.ask("POST", "execute/async", Some(&body))
            .unwrap_or_else(|refused| panic!("{script}: {refused:?}"))
    }

    /// Presses the element that matches, as with a pointer.
    ///
    /// # Panics
    /// When there is none, or it cannot be pressed.
    #[track_caller]
    pub fn press(&self, selector: &str) {
        self.on(selector, "click", &json!({}));
    }

    /// Types into the element that matches, key by key.
    ///
    /// # Panics
    /// When there is none, or it takes no keys.
    #[track_caller]
    pub fn type_into(&self, selector: &str, text: &str) {
        self.on(selector, "value", &json!({ "text": text }));
    }

    /// The text of the element that matches, when there is one.
    pub fn text(&self, selector: &str) -> Option<String> {
        let quoted = Value::from(selector);
        self.run(&format!(
            "return document.querySelector({quoted})?.innerText ?? null"
        ))
        .as_str()
        .map(str::to_owned)
    }

    /// Gives the window this size, in pixels.
    ///
    /// # Panics
    /// When the driver refuses.
    #[track_caller]
    pub fn resize(&self, width: u32, height: u32) {
        let size = json!({ "width": width, "height": height });
        self.ask("POST", "window/rect", Some(&size))
            .unwrap_or_else(|refused| panic!("{width} by {height}: {refused:?}"));
    }

    /// A picture of the page, as PNG.
    ///
    /// # Panics
    /// When the driver gives none.
    #[track_caller]
    pub fn picture(&self) -> Vec<u8> {
        // The driver hands out an older frame unless the page had time to paint the one that is meant.
        self.run_and_wait(
            "const done = arguments[arguments.length - 1];\
             requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => done(true), 150)));",
        );
        let picture = self.ask("GET", "screenshot", None).expect("a picture");
        STANDARD
            .decode(picture.as_str().expect("base64"))
            .expect("base64")
    }

    #[track_caller]
    fn on(&self, selector: &str, act: &str, body: &Value) {
        let by = json!({ "using": "css selector", "value": selector });
        let found = self
            .ask("POST", "element", Some(&by))
            .unwrap_or_else(|refused| panic!("{selector}: {refused:?}"));
        let element = found[ELEMENT].as_str().expect("an element");
        let path = format!("element/{element}/{act}");
        self.ask("POST", &path, Some(body))
            .unwrap_or_else(|refused| panic!("{act} {selector}: {refused:?}"));
    }

    fn ask(&self, method: &str, path: &str, body: Option<&Value>) -> Result<Value, Refused> {
        exchange(
            self.port,
            method,
            &format!("/session/{}/{path}", self.session),
            body,
            Duration::from_secs(30),
        )
    }
}

fn exchange(
    port: u16,
    method: &str,
    path: &str,
    body: Option<&Value>,
    patience: Duration,
) -> Result<Value, Refused> {
    let (status, text) =
        http(port, method, path, body, patience).map_err(|error| Refused(format!("no answer: {error}")))?;
    let value: Value = serde_json::from_str(&text).map_err(|_| Refused(text.clone()))?;
    if status == 200 {
        Ok(value["value"].clone())
    } else {
        Err(Refused(text))
    }
}

fn http(
    port: u16,
    method: &str,
    path: &str,
    body: Option<&Value>,
    patience: Duration,
) -> io::Result<(u16, String)> {
    let mut stream = TcpStream::connect(("127.0.0.1", port))?;
    stream.set_read_timeout(Some(patience))?;
    let body = body.map(Value::to_string).unwrap_or_default();
    let head = format!(
        "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Type: application/json; charset=utf-8\r\n\
         Content-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes())?;
    stream.write_all(body.as_bytes())?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    let answer = String::from_utf8_lossy(&answer).into_owned();
    let (head, text) = answer.split_once("\r\n\r\n").ok_or(io::ErrorKind::InvalidData)?;
    let status = head
        .split(' ')
        .nth(1)
        .and_then(|status| status.parse().ok())
        .ok_or(io::ErrorKind::InvalidData)?;
    Ok((status, text.to_owned()))
}

/// The key under which the protocol names an element (W3C WebDriver §12.1).
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";
