//! From a name to the addresses that may be connected to.
//!
//! Whoever owns a name decides what it leads to, and may decide otherwise a moment later. So there is one look-up, and the
//! connection is made to what was judged, never to the name again.

use crate::addresses::{AllowedHosts, is_public};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::future::Future;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::{fmt, io};

/// Asks for a name's addresses and keeps those that may be visited: they are the only ones that are connected to.
pub(crate) struct PublicOnly {
    pub(crate) allowed: AllowedHosts,
    pub(crate) lookup: Lookup,
    /// The proxies on the way, which may be anywhere.
    pub(crate) proxies: Vec<String>,
}

impl Resolve for PublicOnly {
    fn resolve(&self, name: Name) -> Resolving {
        let is_proxy = |proxy: &String| proxy.eq_ignore_ascii_case(name.as_str());
        let any = self.allowed.names(name.as_str()) || self.proxies.iter().any(is_proxy);
        let looking_up = (self.lookup)(name.as_str().to_owned());
        Box::pin(async move {
            let found = looking_up.await?;
            let (public, local): (Vec<_>, Vec<_>) = found
                .into_iter()
                .partition(|address| any || is_public(address.ip()));
            if public.is_empty() && !local.is_empty() {
                return Err(NotPublic.into());
            }
            Ok(Box::new(public.into_iter()) as Addrs)
        })
    }
}

/// A name leads to local addresses only.
#[derive(Debug)]
pub(crate) struct NotPublic;

impl fmt::Display for NotPublic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name leads to local addresses only")
    }
}

impl std::error::Error for NotPublic {}

/// Finds the addresses of a name.
pub(crate) type Lookup = Arc<dyn Fn(String) -> LookingUp + Send + Sync>;
pub(crate) type LookingUp = Pin<Box<dyn Future<Output = io::Result<Vec<SocketAddr>>> + Send>>;

/// Asks the system, as every program does.
pub(crate) fn by_the_system() -> Lookup {
    Arc::new(|name| Box::pin(look_up(name)))
}

async fn look_up(name: String) -> io::Result<Vec<SocketAddr>> {
    Ok(tokio::net::lookup_host((name, 0)).await?.collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::IpAddr;

    /// What is left of the addresses of `name`.
    async fn left(name: &str, allowed: &[&str], addresses: &[&str]) -> Result<Vec<IpAddr>, bool> {
        let found: Vec<SocketAddr> = addresses
            .iter()
            .map(|address| SocketAddr::new(address.parse().unwrap(), 0))
            .collect();
        let resolver = PublicOnly {
            allowed: AllowedHosts::parse(allowed).unwrap(),
            lookup: Arc::new(move |_| {
                let found = found.clone();
                Box::pin(async move { Ok(found) })
            }),
            proxies: Vec::new(),
        };
        match resolver.resolve(name.parse().unwrap()).await {
            Ok(left) => Ok(left.map(|address| address.ip()).collect()),
            Err(error) => Err(error.is::<NotPublic>()),
        }
    }

    #[tokio::test]
    async fn of_a_name_s_addresses_only_the_public_ones_are_left() {
        let rows: &[(&[&str], &[&str])] = &[
            (&["8.8.8.8"], &["8.8.8.8"]),
            (&["127.0.0.1", "8.8.8.8", "::1"], &["8.8.8.8"]),
            (&["fd00::1", "2a00:1450::1", "192.168.1.1"], &["2a00:1450::1"]),
            (&[], &[]),
        ];
        for (found, expected) in rows {
            let expected: Vec<IpAddr> = expected.iter().map(|address| address.parse().unwrap()).collect();
            assert_eq!(
                left("ca.example", &["altra.example"], found).await,
                Ok(expected),
                "{found:?}"
            );
        }
    }

    #[tokio::test]
    async fn a_name_that_leads_nowhere_public_is_refused() {
        let rows: &[&[&str]] = &[
            &["127.0.0.1"],
            &["::1"],
            &["::ffff:10.0.0.1"],
            &["10.0.0.1", "169.254.169.254", "fe80::1"],
        ];
        for found in rows {
            assert_eq!(
                left("ca.example", &["127.0.0.1"], found).await,
                Err(true),
                "{found:?}"
            );
        }
    }

    #[tokio::test]
    async fn an_allowed_name_may_lead_anywhere() {
        let found = ["127.0.0.1", "8.8.8.8"];
        let left = left("CA.example", &["ca.example"], &found).await.unwrap();
        assert_eq!(left.len(), 2);
    }
}
