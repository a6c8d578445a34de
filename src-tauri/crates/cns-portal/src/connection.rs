//! Connections: accepted within bounds, TLS within a time, requests until either side ends or a life is over.

use crate::client_certificate::PeerCertificate;
use crate::config::{HostName, Limits};
use crate::throttle::PeerAddress;
use axum::Router;
use axum::body::Body;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;
use tower::ServiceExt as _;

/// One host: a socket, its TLS, its routes.
pub(crate) struct Host {
    name: HostName,
    listener: TcpListener,
    tls: TlsAcceptor,
    app: Router,
    limits: Limits,
}

impl Host {
    pub(crate) fn new(
        name: HostName,
        listener: TcpListener,
        tls: Arc<rustls::ServerConfig>,
        app: Router,
        limits: Limits,
    ) -> Self {
        Self {
            name,
            listener,
            tls: tls.into(),
            app,
            limits,
        }
    }

    /// Serves until the other end of `stop` is dropped.
    pub(crate) async fn serve(self, mut stop: watch::Receiver<()>) {
        let room = Arc::new(Semaphore::new(self.limits.connections));
        let mut connections = JoinSet::new();
        loop {
            let accepted = tokio::select! {
                _ = stop.changed() => break,
                // When there is no room, callers wait in the system's own queue.
                accepted = accept(&self.listener, &room) => accepted,
            };
            while connections.try_join_next().is_some() {}
            let Some((stream, place)) = accepted else {
                // Out of file descriptors, mostly: they come back as connections end.
                tokio::time::sleep(PAUSE_AFTER_FAILED_ACCEPT).await;
                continue;
            };
            let connection = Connection {
                name: self.name,
                tls: self.tls.clone(),
                app: self.app.clone(),
                limits: self.limits,
                stop: stop.clone(),
            };
            connections.spawn(async move {
                connection.serve(stream).await;
                drop(place);
            });
        }
        drop(self.listener);
        let all_ended = async { while connections.join_next().await.is_some() {} };
        if tokio::time::timeout(self.limits.shutdown, all_ended)
            .await
            .is_err()
        {
            tracing::warn!(target: "portal", host = %self.name, "connections were cut at shut-down");
        }
    }
}

async fn accept(
    listener: &TcpListener,
    room: &Arc<Semaphore>,
) -> Option<(TcpStream, tokio::sync::OwnedSemaphorePermit)> {
    let place = Arc::clone(room).acquire_owned().await.ok()?;
    match listener.accept().await {
        Ok((stream, _)) => Some((stream, place)),
        Err(error) => {
            tracing::warn!(target: "portal", %error, "a connection could not be accepted");
            None
        }
    }
}

struct Connection {
    name: HostName,
    tls: TlsAcceptor,
    app: Router,
    limits: Limits,
    stop: watch::Receiver<()>,
}

impl Connection {
    async fn serve(mut self, stream: TcpStream) {
        let from = stream
            .peer_addr()
            .map_or_else(|_| PeerAddress::default(), |address| PeerAddress(address.ip()));
        let stream = tokio::select! {
            _ = self.stop.changed() => return,
            handshake = tokio::time::timeout(self.limits.handshake, self.tls.accept(stream)) => match handshake {
                Ok(Ok(stream)) => stream,
                Ok(Err(error)) => {
                    tracing::debug!(target: "portal", host = %self.name, %error, "no TLS connection");
                    return;
                }
                Err(_) => {
                    tracing::debug!(target: "portal", host = %self.name, "the TLS handshake took too long");
                    return;
                }
            },
        };
        let peer = stream.get_ref().1.peer_certificates().and_then(<[_]>::first);
        let peer = peer.map(|certificate| PeerCertificate(certificate.clone().into_owned()));

        let app = self.app;
        let service = hyper::service::service_fn(move |mut request: hyper::Request<Incoming>| {
            if let Some(peer) = &peer {
                request.extensions_mut().insert(peer.clone());
            }
            request.extensions_mut().insert(from);
            app.clone().oneshot(request.map(Body::new))
        });
        let mut http = http1::Builder::new();
        http.timer(TokioTimer::new())
            .header_read_timeout(self.limits.request)
            // A card's connection serves one exchange: the next login is the next signature.
            .keep_alive(self.name != HostName::Cns)
            .max_headers(64)
            .max_buf_size(32 * 1024);
        let connection = http.serve_connection(TokioIo::new(stream), service);
        tokio::pin!(connection);
        let life = match self.name {
            HostName::Cns => self.limits.cns_connection,
            HostName::Api | HostName::Operator => self.limits.api_connection,
        };
        let (ended, patience) = tokio::select! {
            ended = &mut connection => (Some(ended), Duration::ZERO),
            _ = self.stop.changed() => (None, self.limits.shutdown),
            () = tokio::time::sleep(life) => (None, self.limits.request),
        };
        let ended = match ended {
            Some(ended) => Ok(ended),
            None => {
                connection.as_mut().graceful_shutdown();
                // An answer that nobody reads is never sent: without a bound it would keep its place for ever.
                tokio::time::timeout(patience, connection).await
            }
        };
        match ended {
            Ok(Ok(())) => {}
            Ok(Err(error)) => {
                tracing::debug!(target: "portal", host = %self.name, %error, "a connection broke off");
            }
            Err(_) => tracing::debug!(target: "portal", host = %self.name, "a connection was cut"),
        }
    }
}

const PAUSE_AFTER_FAILED_ACCEPT: Duration = Duration::from_millis(100);
