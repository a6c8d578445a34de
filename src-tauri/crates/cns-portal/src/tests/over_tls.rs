//! The two sockets, asked by `curl` and by a client that cheats.

use crate::tests::curl::{Curl, walk_the_whole_way};
use crate::tests::pki::{self, Flaw, NOW, card};
use crate::tests::world::{MovingClock, endpoint, roots};
use crate::{Config, Database, Limits, Running, Settings, start};
use rustls::client::{ClientConfig, ResolvesClientCert};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{PrivateKeyDer, ServerName};
use rustls::sign::CertifiedKey;
use rustls::version::{TLS12, TLS13};
use rustls::{HandshakeKind, RootCertStore, SignatureScheme, SupportedProtocolVersion};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

async fn portal(limits: Limits) -> Running {
    let endpoint = || endpoint("127.0.0.1:0");
    let config = Config {
        cns: endpoint(),
        api: endpoint(),
        operator: None,
        database: Database::Memory,
        secret_files: Vec::new(),
        client_roots: roots(),
        settings: Settings {
            limits,
            ..Settings::in_memory().unwrap()
        },
    };
    start(config, MovingClock::at(NOW)).await.unwrap()
}

#[tokio::test]
async fn curl_walks_the_whole_way_in_tls_1_2_and_in_1_3() {
    let portal = portal(Limits::default()).await;
    for version in [
        ["--tlsv1.2", "--tls-max", "1.2"],
        ["--tlsv1.3", "--tls-max", "1.3"],
    ] {
        let curl = Curl::new(&version).with_card(&card(Flaw::None));
        walk_the_whole_way(&curl, portal.cns_addr(), portal.api_addr()).await;
    }
    portal.stop().await;
}

#[tokio::test]
async fn a_refused_certificate_gets_an_answer_and_not_an_alert() {
    let portal = portal(Limits::default()).await;
    for flaw in [Flaw::Expired, Flaw::AnotherPolicy, Flaw::UnknownIssuer] {
        let curl = Curl::new(&[]).with_card(&card(flaw));
        let got = curl
            .ask("POST", portal.cns_addr(), "/rest/v1/cns-exchanges", &[])
            .await;
        assert_eq!(
            (got.status, got.body["code"].as_str()),
            (403, Some("certificate_refused")),
            "{flaw:?}"
        );
    }
}

#[tokio::test]
async fn without_a_card_the_cns_host_says_nothing() {
    let portal = portal(Limits::default()).await;
    for version in ["1.2", "1.3"] {
        let curl = Curl::new(&["--tls-max", version]);
        let got = curl
            .ask("POST", portal.cns_addr(), "/rest/v1/cns-exchanges", &[])
            .await;
        assert_eq!(got.status, 0);
        assert_eq!(
            curl.ask("GET", portal.api_addr(), "/rest/v1/status", &[])
                .await
                .status,
            200
        );
    }
}

#[tokio::test]
async fn an_old_card_with_a_small_key_proves_itself() {
    let portal = portal(Limits::default()).await;
    for version in ["1.2", "1.3"] {
        let curl = Curl::new(&["--tls-max", version])
            .with_card(&card(Flaw::SmallKey))
            .with_small_keys_allowed();
        let got = curl
            .ask("POST", portal.cns_addr(), "/rest/v1/cns-exchanges", &[])
            .await;
        assert_eq!(got.status, 201, "TLS {version}: {got:?}");
    }
}

#[tokio::test]
async fn a_certificate_without_its_key_is_worth_nothing() {
    let portal = portal(Limits::default()).await;
    for version in [&TLS12, &TLS13] {
        let honest = client(version, &card(Flaw::None).key_pem);
        assert!(
            ask(&honest, portal.cns_addr())
                .await
                .unwrap()
                .starts_with("HTTP/1.1 201")
        );
        let stolen = client(version, &pki::thiefs_key());
        assert!(ask(&stolen, portal.cns_addr()).await.is_none(), "{version:?}");
    }
}

#[tokio::test]
async fn each_login_is_a_full_handshake() {
    let portal = portal(Limits::default()).await;
    for version in [&TLS12, &TLS13] {
        let client = client(version, &card(Flaw::None).key_pem);
        for _ in 0..3 {
            let mut stream = connect(&client, portal.cns_addr()).await.unwrap();
            assert_eq!(stream.get_ref().1.handshake_kind(), Some(HandshakeKind::Full));
            stream.write_all(REQUEST).await.unwrap();
            stream.read_to_end(&mut Vec::new()).await.unwrap();
        }
    }
}

#[tokio::test]
async fn who_says_nothing_is_not_waited_for() {
    let portal = portal(Limits {
        handshake: Duration::from_secs(1),
        ..Limits::default()
    })
    .await;
    let mut silent = TcpStream::connect(portal.cns_addr()).await.unwrap();
    let heard = tokio::time::timeout(Duration::from_secs(20), silent.read(&mut [0])).await;
    assert_eq!(heard.expect("the portal hangs up").unwrap_or(0), 0);
}

#[tokio::test]
async fn who_never_reads_gives_the_place_back() {
    let portal = portal(Limits {
        api_connection: Duration::from_secs(1),
        request: Duration::from_secs(1),
        connections: 1,
        ..Limits::default()
    })
    .await;
    let client = client(&TLS13, &card(Flaw::None).key_pem);
    let mut deaf = connect(&client, portal.api_addr()).await.unwrap();
    let hung_up = async { while deaf.write_all(STATUS).await.is_ok() {} };
    tokio::time::timeout(PATIENCE, hung_up)
        .await
        .expect("the portal hangs up");
    let next = tokio::time::timeout(PATIENCE, connect(&client, portal.api_addr())).await;
    next.expect("there is room for the next one").unwrap();
}

#[tokio::test]
async fn a_busy_connection_ends_with_its_life_between_two_requests() {
    let portal = portal(Limits {
        api_connection: Duration::from_secs(1),
        ..Limits::default()
    })
    .await;
    let client = client(&TLS13, &card(Flaw::None).key_pem);
    let mut busy = connect(&client, portal.api_addr()).await.unwrap();
    let until_closed = async {
        let mut answer = vec![0; 4096];
        while busy.write_all(STATUS).await.is_ok() {
            if busy.read(&mut answer).await.unwrap_or(0) == 0 {
                break;
            }
        }
    };
    tokio::time::timeout(PATIENCE, until_closed)
        .await
        .expect("the portal hangs up");
}

#[tokio::test]
async fn who_comes_when_all_places_are_taken_waits_for_one() {
    let portal = portal(Limits {
        connections: 1,
        ..Limits::default()
    })
    .await;
    let first = half_a_request(portal.api_addr()).await;
    let client = client(&TLS13, &card(Flaw::None).key_pem);
    let mut second = Box::pin(connect(&client, portal.api_addr()));
    let early = tokio::time::timeout(Duration::from_millis(500), &mut second).await;
    assert!(early.is_err(), "there was one place, and it was taken");
    drop(first);
    let mut second = tokio::time::timeout(PATIENCE, second).await.unwrap().unwrap();
    second.write_all(STATUS).await.unwrap();
    let mut answer = [0; 12];
    second.read_exact(&mut answer).await.unwrap();
    assert_eq!(&answer, b"HTTP/1.1 200");
}

#[tokio::test]
async fn an_idle_connection_does_not_hold_up_the_end() {
    let portal = portal(Limits::default()).await;
    let address = portal.api_addr();
    let client = client(&TLS13, &card(Flaw::None).key_pem);
    let mut idle = connect(&client, address).await.unwrap();
    idle.write_all(STATUS).await.unwrap();
    idle.read_exact(&mut [0; 12]).await.unwrap();
    tokio::time::timeout(Duration::from_secs(5), portal.stop())
        .await
        .expect("the portal ends");
    assert!(TcpStream::connect(address).await.is_err());
}

#[tokio::test]
async fn a_request_under_way_is_answered_before_the_end() {
    let portal = portal(Limits::default()).await;
    let mut stream = half_a_request(portal.api_addr()).await;
    let end = tokio::spawn(portal.stop());
    stream.write_all(br#"{"code":"nobodys"}"#).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(
        answer.starts_with("HTTP/1.1 403") && answer.contains("code_refused"),
        "{answer}"
    );
    end.await.unwrap();
}

#[tokio::test]
async fn a_request_that_never_ends_is_cut() {
    let portal = portal(Limits {
        shutdown: Duration::from_secs(1),
        ..Limits::default()
    })
    .await;
    let _stream = half_a_request(portal.api_addr()).await;
    tokio::time::timeout(Duration::from_secs(10), portal.stop())
        .await
        .expect("the portal ends");
}

/// Sends the head of a request, and waits until the portal asks for its body (RFC 9110 §10.1.1).
async fn half_a_request(api: SocketAddr) -> tokio_rustls::client::TlsStream<TcpStream> {
    let client = client(&TLS13, &card(Flaw::None).key_pem);
    let mut stream = connect(&client, api).await.unwrap();
    let head = "POST /rest/v1/sessions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n\
                Content-Length: 18\r\nExpect: 100-continue\r\n\r\n";
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut go_on = [0; 25];
    stream.read_exact(&mut go_on).await.unwrap();
    assert_eq!(&go_on, b"HTTP/1.1 100 Continue\r\n\r\n");
    stream
}

/// A client that shows Mario's certificate, and signs with whatever key it has.
fn client(version: &'static SupportedProtocolVersion, key_pem: &str) -> TlsConnector {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let key = provider
        .key_provider
        .load_private_key(PrivateKeyDer::from_pem_slice(key_pem.as_bytes()).unwrap());
    let certified = Arc::new(CertifiedKey::new(
        vec![card(Flaw::None).certificate],
        key.unwrap(),
    ));
    let mut roots = RootCertStore::empty();
    roots.add(pki::server_authority().root.clone()).unwrap();
    let config = ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(&[version])
        .unwrap()
        .with_root_certificates(roots)
        .with_client_cert_resolver(Arc::new(Always(certified)));
    TlsConnector::from(Arc::new(config))
}

#[derive(Debug)]
struct Always(Arc<CertifiedKey>);

impl ResolvesClientCert for Always {
    fn resolve(&self, _hints: &[&[u8]], _schemes: &[SignatureScheme]) -> Option<Arc<CertifiedKey>> {
        Some(self.0.clone())
    }

    fn has_certs(&self) -> bool {
        true
    }
}

async fn connect(
    client: &TlsConnector,
    address: SocketAddr,
) -> std::io::Result<tokio_rustls::client::TlsStream<TcpStream>> {
    let stream = TcpStream::connect(address).await?;
    client
        .connect(ServerName::try_from("localhost").unwrap(), stream)
        .await
}

/// The answer to an exchange, or nothing when the portal hangs up.
async fn ask(client: &TlsConnector, address: SocketAddr) -> Option<String> {
    let mut stream = connect(client, address).await.ok()?;
    stream.write_all(REQUEST).await.ok()?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.ok()?;
    String::from_utf8(answer).ok().filter(|answer| !answer.is_empty())
}

const REQUEST: &[u8] =
    b"POST /rest/v1/cns-exchanges HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";

const STATUS: &[u8] = b"GET /rest/v1/status HTTP/1.1\r\nHost: localhost\r\n\r\n";

/// How long the portal may be silent before a test that waits for it fails.
const PATIENCE: Duration = Duration::from_secs(20);
