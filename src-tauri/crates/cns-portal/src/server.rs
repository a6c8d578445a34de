//! Starts and stops the hosts and the post.

use crate::audit;
use crate::config::{Config, HostName};
use crate::connection::Host;
use crate::error::PortalError;
use crate::operator::operator_app;
use crate::outbox::Worker;
use crate::pin;
use crate::portal::Portal;
use crate::{routes, tls};
use cns_trust::Clock;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinSet;

/// The sockets of the hosts. Whoever starts the portal owns them, so that tests need no fixed port.
#[derive(Debug)]
pub struct Listeners {
    /// For the host that demands the card's certificate.
    pub cns: TcpListener,
    /// For the host that serves the area.
    pub api: TcpListener,
    /// For the host of the body's own people, where there is one.
    pub operator: Option<TcpListener>,
}

impl Listeners {
    /// Listens on the addresses of the configuration.
    ///
    /// # Errors
    /// [`PortalError::Listen`] when an address is taken or not ours.
    pub async fn bind(config: &Config) -> Result<Self, PortalError> {
        let operator = match &config.operator {
            Some(operator) => Some(bind(operator.endpoint.listen).await?),
            None => None,
        };
        Ok(Self {
            operator,
            cns: bind(config.cns.listen).await?,
            api: bind(config.api.listen).await?,
        })
    }
}

async fn bind(address: SocketAddr) -> Result<TcpListener, PortalError> {
    TcpListener::bind(address)
        .await
        .map_err(|source| PortalError::Listen { address, source })
}

/// Starts a portal on the addresses of its configuration.
///
/// # Errors
/// [`PortalError`] says what of the configuration, the sockets or the database cannot be used.
pub async fn start(config: Config, clock: Arc<dyn Clock>) -> Result<Running, PortalError> {
    start_on(Listeners::bind(&config).await?, config, clock).await
}

/// Starts a portal on sockets that are open already; the addresses of the configuration are not looked at.
///
/// # Errors
/// [`PortalError`] says what of the configuration or the database cannot be used.
pub async fn start_on(
    listeners: Listeners,
    config: Config,
    clock: Arc<dyn Clock>,
) -> Result<Running, PortalError> {
    let Config {
        cns,
        api,
        operator,
        database,
        client_roots,
        settings,
        ..
    } = config;
    let limits = settings.limits;
    let (cns_tls, api_tls) = (tls::cns_settings(cns.identity)?, tls::api_settings(api.identity)?);
    let address = |listener: &TcpListener| {
        listener
            .local_addr()
            .map_err(|source| PortalError::ListenerAddress { source })
    };
    let (cns_addr, api_addr) = (address(&listeners.cns)?, address(&listeners.api)?);
    let operator_addr = listeners.operator.as_ref().map(address).transpose()?;
    let operator_tls = match operator {
        Some(operator) => Some(tls::operator_settings(operator.endpoint.identity)?),
        None => None,
    };
    let portal = Portal::open(&database, Arc::new(client_roots), settings, clock).await?;

    // Whoever keeps the log elsewhere can show later that nothing was cut off the audit.
    let audit = audit::head(portal.store()).await?;
    tracing::info!(target: "portal", %audit, "the audit goes on from here");

    let (stop, stopped) = watch::channel(());
    let mut hosts = JoinSet::new();
    hosts.spawn(
        Host::new(
            HostName::Cns,
            listeners.cns,
            cns_tls,
            routes::cns_app(portal.clone()),
            limits,
        )
        .serve(stopped.clone()),
    );
    hosts.spawn(
        Host::new(
            HostName::Api,
            listeners.api,
            api_tls,
            routes::api_app(portal.clone()),
            limits,
        )
        .serve(stopped.clone()),
    );
    hosts.spawn(pin::work::run(portal.clone(), stopped.clone()));
    if let (Some(listener), Some(tls)) = (listeners.operator, operator_tls) {
        if portal.store().operators().await? == 0 {
            tracing::warn!(target: "portal", "nobody can log in at the operators' host: `cns-portal operator add`");
        }
        let app = operator_app(portal.clone());
        hosts.spawn(Host::new(HostName::Operator, listener, tls, app, limits).serve(stopped.clone()));
    }
    for worker in Worker::all(&portal) {
        hosts.spawn(worker.run(stopped.clone()));
    }
    if let Some(operator) = operator_addr {
        tracing::info!(target: "portal", %operator, "operators have a host");
    }
    tracing::info!(target: "portal", cns = %cns_addr, api = %api_addr, "ready");
    Ok(Running {
        cns_addr,
        api_addr,
        operator_addr,
        stop,
        hosts,
        portal,
    })
}

/// A portal that is running. It ends when it is told to [`stop`](Self::stop), or at once when this is dropped.
#[derive(Debug)]
pub struct Running {
    cns_addr: SocketAddr,
    api_addr: SocketAddr,
    operator_addr: Option<SocketAddr>,
    stop: watch::Sender<()>,
    hosts: JoinSet<()>,
    portal: Portal,
}

impl Running {
    /// Where the host listens that demands the card's certificate.
    pub fn cns_addr(&self) -> SocketAddr {
        self.cns_addr
    }

    /// Where the host listens that serves the area.
    pub fn api_addr(&self) -> SocketAddr {
        self.api_addr
    }

    /// Where the host of the body's own people listens, where there is one.
    pub fn operator_addr(&self) -> Option<SocketAddr> {
        self.operator_addr
    }

    /// The portal that serves, for whoever runs it in their own process.
    pub fn portal(&self) -> &Portal {
        &self.portal
    }

    /// Takes no new connection, lets requests that are being answered end within `limits.shutdown`, closes the
    /// database.
    pub async fn stop(mut self) {
        drop(self.stop);
        while self.hosts.join_next().await.is_some() {}
        self.portal.close().await;
    }
}
