//! The ways out against real servers: a mail server, an SMS gateway, a folder.

use crate::outbox::{
    Body, Channel, ChannelKind, Half, NewMessage, Outgoing, Purpose, SendError, Sms, Smtp, SmtpTls, Spool,
    Subject, Worker, put,
};
use crate::tests::on_postgres;
use crate::tests::outbox::half;
use crate::tests::paper;
use crate::tests::peers::Peer;
use crate::tests::pki::{self, NOW};
use crate::tests::world::{MovingClock, roots};
use crate::{Channels, Portal, Settings};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tempfile::TempDir;
use zeroize::Zeroizing;

fn message(text: &str, code: Option<&str>, to: &str) -> Outgoing {
    Outgoing {
        id: "0123456789abcdef0123456789abcdef".to_owned(),
        to: Zeroizing::new(to.to_owned()),
        subject: "È arrivata la prima parte".to_owned(),
        body: Body::new(text, code),
        made_at: NOW,
        at: NOW,
    }
}

fn smtp(peer: &Peer, kind: ChannelKind, tls: (SmtpTls, Option<&Path>)) -> Smtp {
    Smtp::new(
        kind,
        ("localhost", peer.port),
        tls,
        "Portale di esempio <portale@esempio.it>",
    )
    .unwrap()
}

const AGAIN: Result<(), SendError> = Err(SendError::NotSent { retry: true });
const NEVER: Result<(), SendError> = Err(SendError::NotSent { retry: false });
const DOUBT: Result<(), SendError> = Err(SendError::InDoubt);

#[tokio::test]
async fn what_a_mail_server_answers_decides_what_is_known_of_the_message() {
    for (answer, outcome, given) in [
        ("accept", Ok(()), 1),
        ("451", AGAIN, 0),
        ("550", NEVER, 0),
        ("drop-early", AGAIN, 0),
        ("data-451", AGAIN, 1),
        ("data-550", NEVER, 1),
        ("drop", DOUBT, 1),
        ("slow", DOUBT, 1),
    ] {
        let peer = Peer::start("smtp.py", &["--answers", answer]);
        let patience = if answer == "slow" { 500 } else { 20_000 };
        let channel = smtp(&peer, ChannelKind::Email, (SmtpTls::None, None))
            .with_patience(Duration::from_millis(patience));
        let sent = channel
            .send(&message(
                "Prima parte:\n\n{code}",
                Some("ABCD EFGH"),
                "anna@esempio.it",
            ))
            .await;
        assert_eq!(sent, outcome, "{answer}");
        assert_eq!(peer.said_at_least(given).await.len(), given, "{answer}");
    }
}

#[tokio::test]
async fn a_mail_says_what_it_should_and_keeps_its_name_over_every_try() {
    let peer = Peer::start("smtp.py", &[]);
    let channel = smtp(&peer, ChannelKind::Email, (SmtpTls::None, None));
    let text = "La città è più vicina:\n\n{code}\n\n.\n\n.. e qui finisce";
    for _ in 0..2 {
        channel
            .send(&message(text, Some("ABCD EFGH"), " anna@esempio.it"))
            .await
            .unwrap();
    }
    for said in peer.said_at_least(2).await {
        assert_eq!(said["id"], "<0123456789abcdef0123456789abcdef@esempio.it>");
        assert_eq!(said["subject"], "È arrivata la prima parte");
        assert_eq!(said["from"], "portale@esempio.it");
        assert_eq!(said["to"], serde_json::json!(["anna@esempio.it"]));
        assert_eq!(said["date"], "Sun, 22 Nov 2026 12:00:00 +0000");
        let received = said["text"].as_str().unwrap().replace("\r\n", "\n");
        assert_eq!(received.trim_end(), text.replace("{code}", "ABCD EFGH"));
    }
}

#[tokio::test]
async fn an_address_that_is_none_is_not_tried_and_injects_nothing() {
    let peer = Peer::start("smtp.py", &[]);
    let channel = smtp(&peer, ChannelKind::Email, (SmtpTls::None, None));
    for to in [
        "",
        "anna",
        "anna@esempio.it\r\nRCPT TO:<b@esempio.it>",
        "anna@esempio.it, b@esempio.it",
    ] {
        assert_eq!(channel.send(&message("Ciao", None, to)).await, NEVER, "{to}");
    }
    let mut odd = message("Ciao", None, "anna@esempio.it");
    odd.subject = "Ciao\r\nBcc: b@esempio.it".to_owned();
    channel.send(&odd).await.unwrap();
    let said = peer.said_at_least(1).await;
    assert_eq!(
        (said.len(), said[0]["to"].clone()),
        (1, serde_json::json!(["anna@esempio.it"]))
    );
}

/// A server certificate for the loopback, its key and its issuer, as files.
fn certificate(folder: &TempDir) -> (String, String, std::path::PathBuf) {
    let (chain, key) = pki::server_authority().server();
    let path = |name: &str| folder.path().join(name);
    std::fs::write(path("server.pem"), chain).unwrap();
    std::fs::write(path("server.key"), key).unwrap();
    std::fs::write(path("issuer.pem"), &pki::server_authority().root_pem).unwrap();
    let text = |name: &str| path(name).display().to_string();
    (text("server.pem"), text("server.key"), path("issuer.pem"))
}

#[tokio::test]
async fn mail_goes_over_tls_and_after_a_log_in_or_not_at_all() {
    let folder = tempfile::tempdir().unwrap();
    let (chain, key, issuer) = certificate(&folder);
    let login = ["--login", "portale:segreta"];
    let tls = |way| ["--tls", way, "--certificate", &chain, "--key", &key].map(str::to_owned);
    for (server, client, known, password, outcome) in [
        ("implicit", SmtpTls::Implicit, true, "segreta", Ok(())),
        ("starttls", SmtpTls::Starttls, true, "segreta", Ok(())),
        // The certificate is nobody's we know.
        ("implicit", SmtpTls::Implicit, false, "segreta", AGAIN),
        ("starttls", SmtpTls::Starttls, false, "segreta", AGAIN),
        // The server does not offer what the settings want.
        ("none", SmtpTls::Starttls, true, "segreta", AGAIN),
        ("none", SmtpTls::Implicit, true, "segreta", AGAIN),
        // A wrong password is put right by somebody, and the message waits.
        ("starttls", SmtpTls::Starttls, true, "altra", AGAIN),
    ] {
        let server_tls = tls(server);
        let mut arguments: Vec<&str> = login.to_vec();
        if server != "none" {
            arguments.extend(server_tls.iter().map(String::as_str));
        }
        let peer = Peer::start("smtp.py", &arguments);
        let issuer = known.then_some(issuer.as_path());
        let channel = smtp(&peer, ChannelKind::Pec, (client, issuer))
            .with_login("portale".to_owned(), Zeroizing::new(password.to_owned()))
            .with_patience(Duration::from_secs(5));
        let sent = channel.send(&message("Ciao", None, "anna@pec.esempio.it")).await;
        assert_eq!(sent, outcome, "{server} {client:?} {known} {password}");
        let said = peer.said_at_least(usize::from(outcome.is_ok())).await;
        assert_eq!(said.len(), usize::from(outcome.is_ok()));
        for said in said {
            assert_eq!((&said["tls"], &said["user"]), (&true.into(), &"portale".into()));
        }
        assert!(!format!("{channel:?}").contains("segreta"));
    }
}

const SMS_KEY: [u8; 32] = [7; 32];

fn gateway(answers: &str) -> Peer {
    let key: String = SMS_KEY.iter().map(|byte| format!("{byte:02x}")).collect();
    Peer::start("sms.py", &["--answers", answers, "--key", &key])
}

fn sms(peer: &Peer, key: &[u8]) -> Sms {
    Sms::new(
        &format!("http://127.0.0.1:{}/v1/messages", peer.port),
        None,
        "portal",
        key,
    )
    .unwrap()
}

#[tokio::test]
async fn a_gateway_checks_every_signature_and_its_answer_decides() {
    for (answer, key, outcome) in [
        ("200", SMS_KEY, Ok(())),
        ("202", SMS_KEY, Ok(())),
        ("503", SMS_KEY, AGAIN),
        ("500", SMS_KEY, AGAIN),
        ("429", SMS_KEY, AGAIN),
        ("408", SMS_KEY, AGAIN),
        ("400", SMS_KEY, NEVER),
        ("422", SMS_KEY, NEVER),
        ("0", SMS_KEY, DOUBT),
        ("200", [8; 32], NEVER),
    ] {
        let peer = gateway(answer);
        let text = message("Prima parte:\n\n{code}", Some("ABCD EFGH"), "+393330000001");
        assert_eq!(sms(&peer, &key).send(&text).await, outcome, "{answer}");
        let said = peer.said_at_least(1).await;
        assert_eq!(said[0]["verified"], key == SMS_KEY, "{answer}");
        assert_eq!(said[0]["key"], "0123456789abcdef0123456789abcdef");
        assert_eq!(said[0]["text"], "Prima parte:\n\nABCD EFGH");
        assert_eq!(said[0]["to"], "+393330000001");
    }
}

#[tokio::test]
async fn a_gateway_that_is_not_there_is_asked_again() {
    let gone = gateway("200").port;
    let channel = Sms::new(&format!("http://127.0.0.1:{gone}/"), None, "portal", &SMS_KEY).unwrap();
    assert_eq!(channel.send(&message("Ciao", None, "+39333")).await, DOUBT);
}

#[test]
fn a_gateway_is_asked_over_tls_or_on_this_computer() {
    for (url, good) in [
        ("http://127.0.0.1:9/x", true),
        ("http://[::1]:9/x", true),
        ("http://localhost/x", true),
        ("http://sms.example/x", false),
        ("http://127.0.0.1.example/x", false),
        ("https://sms.example/x", false),
        ("ftp://127.0.0.1/x", false),
        ("", false),
    ] {
        assert_eq!(Sms::new(url, None, "portal", &SMS_KEY).is_ok(), good, "{url}");
    }
    for key_id in ["", "a\"b", "a\r\nb"] {
        assert!(Sms::new("http://127.0.0.1/x", None, key_id, &SMS_KEY).is_err());
    }
}

/// A portal whose only way out this is.
async fn portal(channel: impl Channel + 'static, clock: &Arc<MovingClock>) -> (Portal, Worker) {
    let settings = Settings {
        channels: Channels(vec![Arc::new(channel)]),
        ..Settings::in_memory().unwrap()
    };
    let portal = Portal::open(
        &on_postgres::database(),
        Arc::new(roots()),
        settings,
        clock.clone(),
    )
    .await
    .unwrap();
    let worker = Worker::all(&portal).remove(0);
    (portal, worker)
}

#[tokio::test]
async fn a_gateway_that_is_busy_twice_gets_the_message_the_third_time_and_once() {
    let peer = gateway("503,0,200");
    let clock = MovingClock::at(NOW);
    let (portal, worker) = portal(sms(&peer, &SMS_KEY), &clock).await;
    let mut tx = portal.store().writing().await.unwrap();
    let text = half(Half::First, 1, ChannelKind::Sms, "+393330000001");
    put(&mut tx, portal.keys(), &text).await.unwrap();
    tx.commit().await.unwrap();
    for _ in 0..4 {
        worker.round().await.unwrap();
        clock.advance(Duration::from_secs(3600));
    }
    let said = peer.said_at_least(3).await;
    assert_eq!(said.len(), 3);
    assert!(said.iter().all(|request| request["key"] == said[0]["key"]));
    // The gateway that broke off had taken it: the third request is the same message to it.
    let seen: Vec<bool> = said
        .iter()
        .map(|request| request["replayed"].as_bool().unwrap())
        .collect();
    assert_eq!(seen, [false, false, true]);
}

/// What a letter says, as another program reads it.
fn said_by(letter: &Path) -> String {
    let text = std::process::Command::new("pdftotext")
        .args(["-layout".as_ref(), letter.as_os_str(), "-".as_ref()])
        .output()
        .unwrap();
    String::from_utf8(text.stdout).unwrap()
}

fn letters(folder: &Path) -> Vec<std::path::PathBuf> {
    let mut names: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    names.sort();
    names
}

#[tokio::test]
async fn a_letter_is_one_whole_file_however_often_it_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let spool = Spool::new(folder.path().join("a/spool")).unwrap();
    let clock = MovingClock::at(NOW);
    let (portal, worker) = portal(spool.clone(), &clock).await;
    let mut tx = portal.store().writing().await.unwrap();
    let message = NewMessage {
        channel: ChannelKind::Letter,
        purpose: Purpose::Half {
            half: Half::Second,
            issue: 1,
        },
        subject: Subject::Credential(1),
        to: "Anna Rossi\nVia Roma 1\n00184 Roma",
        subject_line: "Seconda parte del PIN",
        text: "## Seconda parte\n\n{code}\n\nNon darla a nessuno.",
        code: Some("WXYZ2345"),
        now: NOW,
    };
    put(&mut tx, portal.keys(), &message).await.unwrap();
    tx.commit().await.unwrap();

    // A worker that ended after the letter was written and before it was noted: the next writes the same letter.
    let held = worker.claim().await.unwrap().remove(0);
    let (_, outgoing) = worker.begin(held).await.unwrap().unwrap();
    worker.send(&outgoing).await.unwrap();
    let before = letters(&folder.path().join("a/spool"));
    let first = std::fs::read(&before[0]).unwrap();
    clock.advance(Duration::from_secs(24 * 60 * 60));
    while worker.round().await.unwrap() > 0 {
        clock.advance(Duration::from_secs(60));
    }
    let after = letters(&folder.path().join("a/spool"));
    assert_eq!((before.len(), &before), (1, &after));
    assert_eq!(std::fs::read(&after[0]).unwrap(), first);
    assert_eq!(
        after[0].file_name().unwrap().to_str().unwrap(),
        format!("{}.pdf", outgoing.id)
    );
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(
            (mode(&after[0]), mode(&folder.path().join("a/spool"))),
            (0o600, 0o700)
        );
    }
    paper::expect_sound(&first);
    let text = said_by(&after[0]);
    for part in [
        "Anna Rossi",
        "00184 Roma",
        "WXYZ 2345",
        "Seconda parte",
        "ESEMPIO",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
}

#[tokio::test]
async fn a_letter_says_once_to_whom_it_goes() {
    let to = "Anna Rossi\nVia Roma 1\n00184 Roma";
    for text in ["Ciao.", "Anna Rossi\nVia Roma 1\n00184 Roma\n\nCiao."] {
        let folder = tempfile::tempdir().unwrap();
        let spool = Spool::new(folder.path().to_owned()).unwrap();
        spool.send(&message(text, None, to)).await.unwrap();
        let said = said_by(&letters(folder.path())[0]);
        assert_eq!(said.matches("Via Roma 1").count(), 1, "{said}");
    }
}

#[tokio::test]
async fn a_name_in_any_script_keeps_no_letter_from_leaving() {
    let folder = tempfile::tempdir().unwrap();
    let spool = Spool::new(folder.path().to_owned()).unwrap();
    let letter = message("{code}", Some("WXYZ2345"), "Ђорђе \u{4e00} D'Alò\nVia Roma 1");
    spool.send(&letter).await.unwrap();
    let said = said_by(&letters(folder.path())[0]);
    assert!(said.contains("D'Alò") && said.contains("WXYZ 2345"), "{said}");
}

#[tokio::test]
async fn a_folder_that_is_gone_lets_the_letter_wait() {
    let folder = tempfile::tempdir().unwrap();
    let spool = Spool::new(folder.path().join("spool")).unwrap();
    std::fs::remove_dir(folder.path().join("spool")).unwrap();
    assert_eq!(spool.send(&message("Ciao", None, "Anna")).await, AGAIN);
}
