//! Through which proxy the internet is reached: one rule for every connection of the program, whoever makes it.
//!
//! A proxy is a matter of the computer and not of a portal, so it is said once, before the first connection. Only proxies
//! that are spoken to in the clear are used: to one that wants TLS for itself, a client with the card would have to be kept
//! from offering the card. What goes through is end to end encrypted all the same (RFC 9110 §9.3.6).

use crate::connections::host_of;
use crate::explain::named;
use cns_login::{Problem, ProblemCode};
use http_body_util::Empty;
use hyper::body::Bytes;
use hyper::client::conn::http1;
use hyper::header::{HOST, HeaderValue, PROXY_AUTHORIZATION};
use hyper::{Method, Request, StatusCode, Uri, upgrade};
use hyper_util::client::proxy::matcher::Matcher;
use hyper_util::rt::TokioIo;
use std::io;
use std::net::IpAddr;
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::time::timeout;
use url::Url;
use zeroize::Zeroizing;

/// How the internet is reached.
#[derive(Clone, Debug)]
pub struct Proxy {
    rules: Option<Arc<Matcher>>,
    /// Whether this computer's own addresses are reached through it too.
    loopback: bool,
}

impl Proxy {
    /// As the computer is set: by `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY`, and where those say nothing by the
    /// system's settings on Windows and macOS. This computer itself is reached directly.
    pub fn system() -> Self {
        Self {
            rules: Some(Arc::new(Matcher::from_system())),
            loopback: false,
        }
    }

    /// Through none.
    pub fn direct() -> Self {
        Self {
            rules: None,
            loopback: false,
        }
    }

    /// What a person named: `system`, `direct`, or an address.
    ///
    /// # Errors
    /// `proxy_unusable`
    pub fn named(word: &str) -> Result<Self, Problem> {
        match (word, Url::parse(word)) {
            ("system", _) => Ok(Self::system()),
            ("direct", _) => Ok(Self::direct()),
            (_, Ok(url)) => Self::at(&url, None),
            (_, Err(_)) => Err(named(ProblemCode::ProxyUnusable, word)),
        }
    }

    /// Through this one, `http://host:port` or `http://name@host:port`, wherever it leads. The password is kept for the run:
    /// each connection says it anew.
    ///
    /// # Errors
    /// `proxy_unusable` where the address is another, or holds a password, which does not belong there.
    pub fn at(url: &Url, password: Option<&str>) -> Result<Self, Problem> {
        let unusable = || named(ProblemCode::ProxyUnusable, url.host_str().unwrap_or_default());
        if url.scheme() != "http" || url.host_str().is_none() || url.password().is_some() {
            return Err(unusable());
        }
        let mut place = url.clone();
        let written = password.map(|password| Zeroizing::new(password.replace('%', "%25")));
        let written = written.as_ref().map(|password| password.as_str());
        place.set_password(written).map_err(|()| unusable())?;
        Ok(Self {
            rules: Some(Arc::new(Matcher::builder().all(String::from(place)).build())),
            loopback: true,
        })
    }

    /// The proxy on the way to this address; none where the way is direct.
    ///
    /// # Errors
    /// `proxy_unusable` where the computer's settings name one of a kind that is not used.
    fn on_the_way_to(&self, url: &Url) -> Result<Option<Stop>, Problem> {
        let Some(rules) = &self.rules else {
            return Ok(None);
        };
        if !self.loopback && is_this_computer(url) {
            return Ok(None);
        }
        let origin = url.origin().ascii_serialization();
        let Some(found) = origin.parse().ok().and_then(|uri: Uri| rules.intercept(&uri)) else {
            return Ok(None);
        };
        let place = found.uri();
        match (place.scheme_str(), place.host()) {
            (Some("http"), Some(host)) => Ok(Some(Stop {
                host: host.to_owned(),
                port: place.port_u16().unwrap_or(80),
                who: found.basic_auth().cloned(),
            })),
            (_, host) => Err(named(ProblemCode::ProxyUnusable, host.unwrap_or_default())),
        }
    }

    /// Connects to the host of this address, by CONNECT where a proxy is on the way (RFC 9110 §9.3.6).
    ///
    /// # Errors
    /// `portal_unreachable`; `proxy_unusable`, `proxy_unreachable`, `proxy_wants_password`, `proxy_refused`.
    pub(crate) async fn connect(&self, url: &Url) -> Result<TcpStream, Problem> {
        let host = host_of(url);
        let port = url.port_or_known_default().unwrap_or(443);
        let Some(stop) = self.on_the_way_to(url)? else {
            let stream = TcpStream::connect((bare(&host), port)).await;
            return stream.map_err(|error| {
                named(ProblemCode::PortalUnreachable, &host).with("reason", format!("{:?}", error.kind()))
            });
        };
        let stream = TcpStream::connect((bare(&stop.host), stop.port)).await;
        let stream = stream.map_err(|error| stop.unreachable(&error))?;
        stop.tunnel(stream, &format!("{host}:{port}")).await
    }

    /// The problem of a connection to this address that did not come about, or the proxy's, where it is the proxy that does
    /// not let through: it is asked once more, for it says so to nobody but whoever asks.
    pub(crate) async fn or_its_own(&self, problem: Problem, url: &Url, wait: Duration) -> Problem {
        match self.on_the_way_to(url) {
            Ok(None) => problem,
            Ok(Some(_)) => match timeout(wait, self.connect(url)).await {
                Ok(Err(own)) => own,
                Ok(Ok(_)) | Err(_) => problem,
            },
            Err(own) => own,
        }
    }

    /// The same rule for `reqwest`, one proxy for each scheme.
    ///
    /// # Errors
    /// `proxy_unusable`
    pub(crate) fn in_reqwest(&self) -> Result<Vec<reqwest::Proxy>, Problem> {
        let stops = self.stops()?.into_iter();
        let proxies = stops.map(|(scheme, stop)| {
            let rule = self.clone();
            let proxy = reqwest::Proxy::custom(move |url| {
                let stop = rule.on_the_way_to(url).ok().flatten();
                stop.filter(|_| url.scheme() == scheme)
                    .and_then(|stop| stop.url())
            });
            match stop.who {
                Some(who) => proxy.custom_http_auth(who),
                None => proxy,
            }
        });
        Ok(proxies.collect())
    }

    /// The hosts of the proxies, wherever they are: whoever goes out looks up their names first.
    pub(crate) fn hosts(&self) -> Vec<String> {
        let stops = self.stops().unwrap_or_default().into_iter();
        stops.map(|(_, stop)| stop.host).collect()
    }

    /// The proxy on the way to a host that no exception names, for each scheme that has one: whatever is on the way there is on
    /// the way to everywhere.
    fn stops(&self) -> Result<Vec<(&'static str, Stop)>, Problem> {
        let mut stops = Vec::new();
        for scheme in ["https", "http"] {
            if let Ok(anywhere) = Url::parse(&format!("{scheme}://anywhere.invalid/"))
                && let Some(stop) = self.on_the_way_to(&anywhere)?
            {
                stops.push((scheme, stop));
            }
        }
        Ok(stops)
    }
}

/// Says how this program reaches the internet; before its first connection, for the first word counts.
pub fn go_through(proxy: Proxy) {
    if CHOSEN.set(proxy).is_err() {
        tracing::warn!("the proxy was chosen already");
    }
}

/// What was said, or what the computer is set to.
pub(crate) fn chosen() -> &'static Proxy {
    CHOSEN.get_or_init(Proxy::system)
}

static CHOSEN: OnceLock<Proxy> = OnceLock::new();

/// A proxy on the way.
#[derive(Debug)]
struct Stop {
    host: String,
    port: u16,
    /// What it is told about who asks; marked as sensitive, so that nothing prints it.
    who: Option<HeaderValue>,
}

impl Stop {
    fn url(&self) -> Option<Url> {
        Url::parse(&format!("http://{}:{}/", self.host, self.port)).ok()
    }

    fn unreachable(&self, error: &io::Error) -> Problem {
        named(ProblemCode::ProxyUnreachable, &self.host).with("reason", format!("{:?}", error.kind()))
    }

    async fn tunnel(&self, stream: TcpStream, target: &str) -> Result<TcpStream, Problem> {
        let refused = |reason: &str| named(ProblemCode::ProxyRefused, &self.host).with("reason", reason);
        let lost = |error: hyper::Error| {
            tracing::debug!(%error, "the proxy did not answer");
            refused("no_answer")
        };
        let (mut sender, connection) = http1::handshake::<_, Empty<Bytes>>(TokioIo::new(stream))
            .await
            .map_err(lost)?;
        tokio::spawn(connection.with_upgrades());
        let mut request = Request::new(Empty::new());
        *request.method_mut() = Method::CONNECT;
        *request.uri_mut() = target.parse().map_err(|_| refused("name"))?;
        let name = HeaderValue::from_str(target).map_err(|_| refused("name"))?;
        request.headers_mut().insert(HOST, name);
        if let Some(who) = &self.who {
            request.headers_mut().insert(PROXY_AUTHORIZATION, who.clone());
        }
        let answer = sender.send_request(request).await.map_err(lost)?;
        match answer.status() {
            StatusCode::PROXY_AUTHENTICATION_REQUIRED => {
                Err(named(ProblemCode::ProxyWantsPassword, &self.host))
            }
            status if !status.is_success() => Err(refused(status.as_str())),
            _ => {
                let open = upgrade::on(answer).await.map_err(lost)?;
                let parts = open
                    .downcast::<TokioIo<TcpStream>>()
                    .map_err(|_| refused("no_tunnel"))?;
                // A server waits for our first word. What comes before it is the proxy's, and not TLS.
                if !parts.read_buf.is_empty() {
                    return Err(refused("no_tunnel"));
                }
                Ok(parts.io.into_inner())
            }
        }
    }
}

fn is_this_computer(url: &Url) -> bool {
    let Some(host) = url.host_str() else {
        return false;
    };
    let address: Result<IpAddr, _> = bare(host).parse();
    address.map_or_else(
        |_| host.eq_ignore_ascii_case("localhost"),
        |address| address.is_loopback(),
    )
}

/// A host without the brackets of IPv6.
fn bare(host: &str) -> &str {
    host.trim_start_matches('[').trim_end_matches(']')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        text.parse().unwrap()
    }

    fn set(https: &str, no: &str) -> Proxy {
        Proxy {
            rules: Some(Arc::new(
                Matcher::builder()
                    .https(https.to_owned())
                    .no(no.to_owned())
                    .build(),
            )),
            loopback: false,
        }
    }

    #[test]
    fn the_computer_s_proxy_is_on_the_way_to_all_but_the_exceptions_and_the_computer_itself() {
        let proxy = set("http://proxy.example:3128", "dentro.example");
        for (to, expected) in [
            ("https://portale.example/a?b=c", true),
            ("https://dentro.example/", false),
            ("https://127.0.0.1:8443/", false),
            ("https://[::1]/", false),
            ("https://localhost/", false),
            ("http://portale.example/", false),
        ] {
            let stop = proxy.on_the_way_to(&url(to)).unwrap();
            assert_eq!(
                stop.map(|stop| (stop.host, stop.port)),
                expected.then(|| ("proxy.example".to_owned(), 3128)),
                "{to}"
            );
        }
        assert!(
            Proxy::direct()
                .on_the_way_to(&url("https://portale.example/"))
                .unwrap()
                .is_none()
        );
    }

    #[test]
    fn a_proxy_of_one_scheme_is_known_by_its_host_to_whoever_goes_out_by_that_one() {
        assert_eq!(set("http://proxy.example:3128", "").hosts(), ["proxy.example"]);
        assert_eq!(set("http://proxy.example:3128", "*").hosts(), [""; 0]);
        assert_eq!(Proxy::direct().hosts(), [""; 0]);
    }

    #[test]
    fn one_that_is_named_by_hand_is_on_the_way_to_everywhere_and_its_password_is_never_shown() {
        let by_hand = Proxy::at(
            &url("http://mario@proxy.example:3128"),
            Some("p@ss:wörd/%41segreta"),
        )
        .unwrap();
        let stop = by_hand
            .on_the_way_to(&url("https://127.0.0.1/"))
            .unwrap()
            .unwrap();
        // `mario:p@ss:wörd/%41segreta`, RFC 7617.
        assert_eq!(
            stop.who.as_ref().unwrap(),
            "Basic bWFyaW86cEBzczp3w7ZyZC8lNDFzZWdyZXRh"
        );
        let shown = format!("{by_hand:?} {stop:?} {:?}", by_hand.in_reqwest().unwrap());
        for secret in ["segreta", "bWFyaW86", "p%40ss"] {
            assert!(!shown.contains(secret), "{secret} in {shown}");
        }
    }

    #[test]
    fn a_proxy_of_a_kind_that_is_not_used_is_refused_by_name_and_not_gone_around() {
        for text in [
            "https://proxy.example",
            "socks5://proxy.example",
            "http://mario:p@proxy.example",
        ] {
            let refused = Proxy::at(&url(text), None).unwrap_err();
            assert_eq!(refused.code, ProblemCode::ProxyUnusable, "{text}");
        }
        for settings in ["https://proxy.example:8443", "socks5://proxy.example:1080"] {
            let proxy = set(settings, "");
            assert_eq!(
                proxy.in_reqwest().unwrap_err().code,
                ProblemCode::ProxyUnusable,
                "{settings}"
            );
        }
    }
}
