//! What the log says, and what it never says.

use crate::outbox::ChannelKind;
use crate::tests::pins::ANNA;
use crate::tests::pki::{Flaw, MARIO, card};
use crate::tests::world::{World, request};
use axum::body::Body;
use axum::http::Method;
use cns_portal_api::paths;
use std::io::Write;
use std::sync::{Mutex, Once};
use std::thread::ThreadId;

#[tokio::test]
async fn one_line_per_request_and_nothing_of_the_person() {
    listen();
    let world = World::new().await;
    let code = world.code(&card(Flaw::None)).await;
    let opened = world.open_session(&code).await;
    let token = opened.body["token"].as_str().unwrap().to_owned();
    world
        .get(&format!("{}?secret={MARIO}", paths::ME), Some(&token))
        .await;
    world.get(paths::CONTRIBUTION_STATEMENT, Some(&token)).await;
    world.show_card(&card(Flaw::Expired)).await;
    world
        .ask_api(request(
            Method::from_bytes(MARIO.as_bytes()).unwrap(),
            "/x",
            None,
            Body::empty(),
        ))
        .await;
    world.get(&format!("/{MARIO}"), Some(&token)).await;
    world.log_out(&token).await;

    nothing_of_the_pin(&world).await;

    let lines = LINES.lock().unwrap();
    let all: String = lines.iter().map(|(_, line)| line.as_str()).collect();
    for personal in [MARIO, "Rossi", "ROSSI", "Mario", &code, &token] {
        assert!(!all.contains(personal), "{all}");
    }
    let here = std::thread::current().id();
    let requests: Vec<&str> = lines
        .iter()
        .filter(|(thread, line)| *thread == here && line.contains(" INFO request: "))
        .take(8)
        .map(|(_, line)| line.as_str())
        .collect();
    assert_eq!(requests.len(), 8, "{requests:?}");
    for (line, expected) in [
        (
            requests[0],
            r#"method="POST" route="/rest/v1/cns-exchanges" status=201"#,
        ),
        (
            requests[2],
            r#"at="2026-11-22T12:00:00Z" method="GET" route="/rest/v1/me" status=200"#,
        ),
        (
            requests[4],
            r#"method="POST" route="/rest/v1/cns-exchanges" status=403"#,
        ),
        (requests[5], r#"method="other" route="unmatched" status=404"#),
        (
            requests[7],
            r#"method="DELETE" route="/rest/v1/sessions/current" status=204"#,
        ),
    ] {
        assert!(line.contains(expected) && line.contains("request_id="), "{line}");
    }
}

/// Lives the life of a PIN, and searches the log for whatever is nobody else's business.
async fn nothing_of_the_pin(world: &World) {
    let receipt = world.ask_for_pin(ANNA).await;
    world.deliver().await;
    let halves = world.code_by(ChannelKind::Sms) + &world.code_by(ChannelKind::Letter);
    world.mistype(ANNA, 1).await;
    let token = world.enter_with_pin(ANNA, &halves).await;
    let (pin, token) = world.make_pin(&token, &serde_json::json!({})).await;
    let restored = world.restored_pin(ANNA).await;
    world.revoke(ANNA).await;
    let lines = LINES.lock().unwrap();
    for (_, line) in lines.iter() {
        for secret in [
            ANNA,
            "Verdi",
            "3331234567",
            "anna@example.org",
            &receipt,
            &halves[..8],
            &halves[8..],
            &pin,
            &token,
            &restored[..8],
            &restored[8..],
        ] {
            assert!(!line.contains(secret), "{line}");
        }
    }
}

/// Keeps what is logged from here on.
///
/// One subscriber for the whole process: a callsite that another test's thread reaches first would otherwise be
/// switched off for this one. It keeps the lines of every thread, and every one of them is searched.
pub(crate) fn listen() {
    static LISTENS: Once = Once::new();
    LISTENS.call_once(|| {
        let subscriber = tracing_subscriber::fmt()
            .with_writer(|| Collector)
            .with_ansi(false)
            .with_max_level(tracing::Level::TRACE)
            .finish();
        tracing::subscriber::set_global_default(subscriber).unwrap();
    });
}

/// What one thread wrote between the first line that holds one text and the next that holds the other.
pub(crate) fn lines_between(before: &str, after: &str) -> Vec<String> {
    let lines = LINES.lock().unwrap();
    let start = lines.iter().position(|(_, line)| line.contains(before)).unwrap();
    let thread = lines[start].0;
    let own = lines[start + 1..].iter().filter(|(by, _)| *by == thread);
    own.map(|(_, line)| line.clone())
        .take_while(|line| !line.contains(after))
        .collect()
}

static LINES: Mutex<Vec<(ThreadId, String)>> = Mutex::new(Vec::new());

/// Keeps log lines in memory, each with the thread that wrote it.
struct Collector;

impl Write for Collector {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let line = String::from_utf8_lossy(bytes).into_owned();
        LINES.lock().unwrap().push((std::thread::current().id(), line));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
