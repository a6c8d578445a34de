//! Connections end when their person leaves: nothing of one stays open for the next.

use crate::peers::hanging;
use crate::portal::{EXCHANGE, OPENED, Scene};
use crate::story::{card, options, pki};
use cns_login::Portal;
use cns_tls::TlsVersions::Both;
use cns_tls::get;
use std::io::Read;
use tokio::runtime::{Builder, Runtime};

fn runtime() -> Runtime {
    Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .expect("a runtime")
}

#[test]
fn dropping_a_request_closes_its_connection() {
    let pki = pki();
    let (listener, url) = hanging();
    let runtime = runtime();
    let (card, options) = (card(&pki), options(&pki, Both));
    let request = runtime.spawn(async move { get(&url, card, &options).await });
    let (mut connection, _) = listener.accept().unwrap();
    request.abort();
    // Ends only when the other side closes.
    connection.read_to_end(&mut Vec::new()).unwrap();
}

#[test]
fn logging_out_closes_the_connections_of_the_session() {
    // The first host closes after each answer by itself, so that what nginx notices is the second.
    let cns = format!("keepalive_timeout 0; {EXCHANGE}");
    let (mut scene, inserted) = Scene::new(&cns, &format!("{OPENED} location / {{ return 204; }}"));
    let runtime = runtime();
    runtime.block_on(async {
        let session = scene
            .portal
            .log_in(inserted.card, &inserted.certificate)
            .await
            .unwrap();
        // The same portal value lives on, as it does in a window that waits for the next card.
        scene.portal.log_out(&session).await.unwrap();
    });
    // nginx keeps idle connections for 75 seconds; this is our side hanging up.
    scene.nginx.wait_for("closed keepalive connection");
}
