//! Which addresses are visited.
//!
//! A certificate is untrusted text, and the addresses in it could name the router at home, a printer, or a service that
//! listens on this computer only. What is not on the public internet is visited only where somebody allowed it by name.

use std::collections::BTreeSet;
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use url::{Host, Url};

/// The local hosts that may be visited after all. Without one, none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AllowedHosts(BTreeSet<String>);

impl AllowedHosts {
    /// These host names and address literals, as a person writes them: exact ones, without a port.
    ///
    /// # Errors
    /// [`NotAHost`] for the first that is neither.
    pub fn parse<S: AsRef<str>>(hosts: impl IntoIterator<Item = S>) -> Result<Self, NotAHost> {
        hosts
            .into_iter()
            .map(|host| normal(host.as_ref()).ok_or_else(|| NotAHost(host.as_ref().to_owned())))
            .collect::<Result<_, _>>()
            .map(Self)
    }

    /// Whether `host`, as an address writes it, is one of them.
    pub(crate) fn names(&self, host: &str) -> bool {
        normal(host).is_some_and(|host| self.0.contains(&host))
    }

    /// Whether the host of `url` may be looked for at all. Where it is a name, what the name stands for is judged when
    /// it is looked up.
    pub(crate) fn may_visit(&self, url: &Url) -> bool {
        let Some(host) = url.host() else { return false };
        let public = match host {
            Host::Ipv4(address) => is_public(IpAddr::V4(address)),
            Host::Ipv6(address) => is_public(IpAddr::V6(address)),
            Host::Domain(name) => !is_localhost(name),
        };
        public || self.names(&host.to_string())
    }
}

/// What was to be allowed is neither a host name nor an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotAHost(pub String);

impl fmt::Display for NotAHost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is not a host", self.0)
    }
}

impl std::error::Error for NotAHost {}

/// Whether an address is one of the public internet, by the IANA registries of special-purpose addresses (RFC 6890).
///
/// The few addresses that the registries single out as reachable inside a range that is not are refused with it.
pub(crate) fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let number = u32::from(address);
    !NOT_PUBLIC_V4
        .iter()
        .any(|(network, bits)| number >> (32 - bits) == u32::from(*network) >> (32 - bits))
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    // A translator reaches the IPv4 address in the last four bytes (RFC 6052 §2.1), and so does this computer itself
    // where the address is mapped (RFC 4291 §2.5.5.2).
    if within(address, NAT64, 96) || within(address, MAPPED, 96) {
        let [.., a, b, c, d] = address.octets();
        return is_public_v4(Ipv4Addr::new(a, b, c, d));
    }
    within(address, GLOBAL_UNICAST, 3)
        && !NOT_PUBLIC_V6
            .iter()
            .any(|(network, bits)| within(address, *network, *bits))
}

fn within(address: Ipv6Addr, network: Ipv6Addr, bits: u32) -> bool {
    u128::from(address) >> (128 - bits) == u128::from(network) >> (128 - bits)
}

/// Names for this computer, wherever they are asked for (RFC 6761 §6.3).
fn is_localhost(name: &str) -> bool {
    let name = name.trim_end_matches('.').to_ascii_lowercase();
    name == "localhost" || name.ends_with(".localhost")
}

/// A host as addresses write it; brackets around IPv6 may be left out, and a last dot says nothing here.
fn normal(host: &str) -> Option<String> {
    let host = host.trim_end_matches('.');
    let host = match host.parse::<Ipv6Addr>() {
        Ok(address) => Host::Ipv6(address),
        Err(_) => Host::parse(host).ok()?,
    };
    // Addresses may write more than names are made of; such a host can be neither a name nor allowed as one.
    let is_name = |name: &str| {
        name.bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
    };
    match &host {
        Host::Domain(name) if !is_name(name) => None,
        Host::Domain(_) | Host::Ipv4(_) | Host::Ipv6(_) => Some(host.to_string()),
    }
}

/// Ranges of IPv4 in which nobody is found by everybody: network, and bits of it.
const NOT_PUBLIC_V4: &[(Ipv4Addr, u32)] = &[
    // "This network", RFC 791.
    (Ipv4Addr::new(0, 0, 0, 0), 8),
    // Private, RFC 1918.
    (Ipv4Addr::new(10, 0, 0, 0), 8),
    (Ipv4Addr::new(172, 16, 0, 0), 12),
    (Ipv4Addr::new(192, 168, 0, 0), 16),
    // Behind a provider's own translation, RFC 6598.
    (Ipv4Addr::new(100, 64, 0, 0), 10),
    // Loopback, RFC 1122.
    (Ipv4Addr::new(127, 0, 0, 0), 8),
    // Link-local, RFC 3927; where clouds keep a machine's secrets.
    (Ipv4Addr::new(169, 254, 0, 0), 16),
    // IETF protocol assignments, RFC 6890.
    (Ipv4Addr::new(192, 0, 0, 0), 24),
    // Documentation, RFC 5737.
    (Ipv4Addr::new(192, 0, 2, 0), 24),
    (Ipv4Addr::new(198, 51, 100, 0), 24),
    (Ipv4Addr::new(203, 0, 113, 0), 24),
    // Relays of 6to4, RFC 7526.
    (Ipv4Addr::new(192, 88, 99, 0), 24),
    // Benchmarks, RFC 2544.
    (Ipv4Addr::new(198, 18, 0, 0), 15),
    // Multicast, RFC 5771.
    (Ipv4Addr::new(224, 0, 0, 0), 4),
    // Reserved, RFC 1112; the last one is the broadcast.
    (Ipv4Addr::new(240, 0, 0, 0), 4),
];

/// All that is global and for one receiver (RFC 4291 §2.4). Outside lie loopback, unspecified, unique local,
/// link-local and site-local addresses, multicast, and the translators' local prefix (RFC 8215).
const GLOBAL_UNICAST: Ipv6Addr = Ipv6Addr::new(0x2000, 0, 0, 0, 0, 0, 0, 0);

/// Ranges within it in which nobody is found by everybody, or which lead to an IPv4 address inside.
const NOT_PUBLIC_V6: &[(Ipv6Addr, u32)] = &[
    // IETF protocol assignments, RFC 2928: Teredo, benchmarks, names of hosts.
    (Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 23),
    // Documentation, RFC 3849 and RFC 9637.
    (Ipv6Addr::new(0x2001, 0x0DB8, 0, 0, 0, 0, 0, 0), 32),
    (Ipv6Addr::new(0x3FFF, 0, 0, 0, 0, 0, 0, 0), 20),
    // 6to4, RFC 7526.
    (Ipv6Addr::new(0x2002, 0, 0, 0, 0, 0, 0, 0), 16),
];

/// The translators' well-known prefix, RFC 6052.
const NAT64: Ipv6Addr = Ipv6Addr::new(0x64, 0xFF9B, 0, 0, 0, 0, 0, 0);

/// IPv4 addresses written as IPv6, RFC 4291 §2.5.5.2.
const MAPPED: Ipv6Addr = Ipv6Addr::new(0, 0, 0, 0, 0, 0xFFFF, 0, 0);

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(allowed: &AllowedHosts, host: &str, expected: bool) {
        let url = Url::parse(&format!("http://{host}/ca.crl")).unwrap();
        assert_eq!(allowed.may_visit(&url), expected, "{host}, read as {url}");
    }

    #[test]
    fn nothing_local_is_visited_however_it_is_written() {
        for host in LOCAL {
            check(&AllowedHosts::default(), host, false);
        }
    }

    #[test]
    fn what_is_public_is_visited_up_to_the_edges_of_what_is_not() {
        for host in PUBLIC {
            check(&AllowedHosts::default(), host, true);
        }
    }

    #[test]
    fn a_local_host_is_visited_where_it_was_allowed_by_name() {
        for host in LOCAL {
            let as_url = Url::parse(&format!("http://{host}/")).unwrap();
            let allowed = AllowedHosts::parse([as_url.host_str().unwrap()]).unwrap();
            check(&allowed, host, true);
            let other = if *host == "10.0.0.1" {
                "10.0.0.2"
            } else {
                "10.0.0.1"
            };
            check(&allowed, other, false);
        }
    }

    #[test]
    fn allowed_names_are_exact_ones() {
        let allowed = AllowedHosts::parse(["Prova.LOCALHOST.", "::1", "[fe80::1]", "0x7f.1"]).unwrap();
        for (host, expected) in [
            ("prova.localhost", true),
            ("prova.localhost.", true),
            ("PROVA.localhost:8080", true),
            ("altra.prova.localhost", false),
            ("localhost", false),
            ("[::1]", true),
            ("[0:0::1]:80", true),
            ("[::ffff:127.0.0.1]", false),
            ("[fe80::1]", true),
            ("[fe80::2]", false),
            ("127.0.0.1", true),
            ("2130706433", true),
            ("127.0.0.2", false),
        ] {
            check(&allowed, host, expected);
        }
    }

    #[test]
    fn what_is_no_host_cannot_be_allowed() {
        for text in [
            "",
            ".",
            "http://localhost",
            "localhost:80",
            "a b",
            "[::1",
            "10.0.0.0/8",
            "*",
            "*.localhost",
        ] {
            assert_eq!(
                AllowedHosts::parse([text]),
                Err(NotAHost(text.to_owned())),
                "{text}"
            );
        }
    }

    const LOCAL: &[&str] = &[
        "localhost",
        "localhost.",
        "LocalHost",
        "ocsp.localhost",
        "0.0.0.0",
        "0.1.2.3",
        "10.0.0.1",
        "10.255.255.255",
        "100.64.0.1",
        "100.127.255.255",
        "127.0.0.1",
        "127.255.255.254",
        "127.1",
        "2130706433",
        "0x7f000001",
        "0177.0.0.1",
        "0x7F.0.1",
        "%31%32%37.0.0.1",
        "１２７.0.0.1",
        "127.0.0.1.",
        "169.254.169.254",
        "2852039166",
        "172.16.0.1",
        "172.31.255.255",
        "192.0.0.1",
        "192.0.0.170",
        "192.0.2.1",
        "192.88.99.1",
        "192.168.1.1",
        "198.18.0.1",
        "198.19.255.255",
        "198.51.100.1",
        "203.0.113.1",
        "224.0.0.1",
        "239.255.255.250",
        "240.0.0.1",
        "255.255.255.255",
        "[::]",
        "[::1]",
        "[::127.0.0.1]",
        "[::8.8.8.8]",
        "[::ffff:127.0.0.1]",
        "[::ffff:10.0.0.1]",
        "[::ffff:a9fe:a9fe]",
        "[::ffff:0:127.0.0.1]",
        "[64:ff9b::192.168.1.1]",
        "[64:ff9b::7f00:1]",
        "[64:ff9b:1::8.8.8.8]",
        "[100::1]",
        "[2001::1]",
        "[2001:0:4136:e378:8000:63bf:3fff:fdd2]",
        "[2001:2::1]",
        "[2001:20::1]",
        "[2001:1ff:ffff::1]",
        "[2001:db8::1]",
        "[2002:7f00:1::1]",
        "[2002:808:808::1]",
        "[3fff::1]",
        "[3fff:fff:ffff::1]",
        "[4000::1]",
        "[5f00::1]",
        "[fc00::1]",
        "[fd12:3456:789a::1]",
        "[fe80::1]",
        "[fec0::1]",
        "[ff02::1]",
    ];

    const PUBLIC: &[&str] = &[
        "ocsp.esempio.example",
        "localhost.esempio.example",
        "notlocalhost",
        "1.0.0.0",
        "8.8.8.8",
        "134744072",
        "9.255.255.255",
        "11.0.0.0",
        "100.63.255.255",
        "100.128.0.0",
        "126.255.255.255",
        "128.0.0.1",
        "169.253.255.255",
        "169.255.0.0",
        "172.15.255.255",
        "172.32.0.0",
        "191.255.255.255",
        "192.0.1.0",
        "192.0.3.0",
        "192.88.98.255",
        "192.167.255.255",
        "192.169.0.0",
        "198.17.255.255",
        "198.20.0.0",
        "203.0.112.255",
        "203.0.114.0",
        "223.255.255.255",
        "[::ffff:8.8.8.8]",
        "[64:ff9b::8.8.8.8]",
        "[2000::1]",
        "[2001:200::1]",
        "[2001:4860:4860::8888]",
        "[2001:db7:ffff::1]",
        "[2001:db9::1]",
        "[2003::1]",
        "[2a00:1450::1]",
        "[3ffe::1]",
        "[3fff:1000::1]",
    ];
}
