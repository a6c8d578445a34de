//! The cookies of one way in, by the rules of browsers (RFC 6265, and `SameSite` and name prefixes of RFC 6265bis).

use cookie::SameSite;
use cookie_store::{Cookie, CookieExpiration, CookieStore, RawCookie};
use std::fmt;
use time::OffsetDateTime;
use url::Url;

/// The jar. It lives as long as the way in, and nothing of it is written anywhere.
#[derive(Default)]
pub(super) struct Jar(CookieStore);

/// A cookie as the window of the area gets it.
#[derive(Clone, PartialEq, Eq)]
pub struct HandedCookie {
    /// Its name.
    pub name: String,
    /// Its value: as good as the session.
    pub value: String,
    /// The host, or the suffix of hosts, that it goes to.
    pub domain: String,
    /// Whether it goes to that host only.
    pub host_only: bool,
    /// The path that it goes to.
    pub path: String,
    /// Whether only https carries it.
    pub secure: bool,
    /// Whether scripts cannot read it.
    pub http_only: bool,
    /// `Strict`, `Lax` or `None`; nothing where the server did not say.
    pub same_site: Option<String>,
    /// When it ends; nothing for one that lasts as long as the window.
    pub expires: Option<OffsetDateTime>,
}

impl fmt::Debug for HandedCookie {
    /// Prints no value.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HandedCookie")
            .field("name", &self.name)
            .field("domain", &self.domain)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Jar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Jar({} cookies)", self.0.iter_unexpired().count())
    }
}

impl Jar {
    /// A jar of cookies that were handed on.
    pub(super) fn of(cookies: &[HandedCookie]) -> Self {
        let mut jar = Self::default();
        for handed in cookies {
            let mut cookie = RawCookie::new(handed.name.clone(), handed.value.clone());
            cookie.set_path(handed.path.clone());
            cookie.set_secure(handed.secure);
            if !handed.host_only {
                cookie.set_domain(handed.domain.clone());
            }
            if let Ok(from) = Url::parse(&format!("https://{}/", handed.domain)) {
                let _refused = jar.0.insert_raw(&cookie, &from);
            }
        }
        jar
    }

    /// Takes what an answer from `url` sets. What a browser would not take is left out, and so is what is too much.
    pub(super) fn take<'a>(&mut self, set_cookie: impl Iterator<Item = &'a str>, url: &Url) {
        for text in set_cookie.take(COOKIES_OF_ONE_ANSWER) {
            let Ok(cookie) = RawCookie::parse(text.to_owned()) else {
                continue;
            };
            let fits = cookie.name().len() + cookie.value().len() <= COOKIE;
            let room = self.0.iter_any().count() < COOKIES;
            if fits && room && prefix_is_kept(&cookie, url) && !spans_everybody(&cookie, url) {
                // One that the rules refuse is one that a browser would have refused.
                let _refused = self.0.insert_raw(&cookie, url);
            }
        }
    }

    /// The `Cookie` header for a request: `from` is the page that it comes from, none for the first.
    pub(super) fn header(&self, url: &Url, from: Option<&Url>, posts: bool) -> Option<String> {
        let same_site = from.is_none_or(|from| same_site(from, url));
        let goes = |cookie: &&Cookie<'_>| same_site || crosses_sites(cookie, posts);
        let mut header = String::new();
        for cookie in self.0.matches(url).into_iter().filter(goes) {
            let pair = format!("{}={}", cookie.name(), cookie.value());
            if header.len() + pair.len() > HEADER {
                break;
            }
            if !header.is_empty() {
                header.push_str("; ");
            }
            header.push_str(&pair);
        }
        (!header.is_empty()).then_some(header)
    }

    /// Every cookie, for the window of the area.
    pub(super) fn handed(&self) -> Vec<HandedCookie> {
        self.0.iter_unexpired().map(handed).collect()
    }
}

fn handed(cookie: &Cookie<'static>) -> HandedCookie {
    use cookie_store::CookieDomain::{Empty, HostOnly, NotPresent, Suffix};
    let (domain, host_only) = match &cookie.domain {
        HostOnly(host) => (host.clone(), true),
        Suffix(suffix) => (suffix.clone(), false),
        NotPresent | Empty => (String::new(), true),
    };
    let expires = match &cookie.expires {
        CookieExpiration::AtUtc(time) => Some(*time),
        CookieExpiration::SessionEnd => None,
    };
    HandedCookie {
        name: cookie.name().to_owned(),
        value: cookie.value().to_owned(),
        domain,
        host_only,
        path: String::from(&cookie.path),
        secure: cookie.secure().unwrap_or(false),
        http_only: cookie.http_only().unwrap_or(false),
        same_site: cookie.same_site().map(|same_site| same_site.to_string()),
        expires,
    }
}

/// Whether a cookie goes along from another site: `Strict` never, `Lax` with a GET (RFC 6265bis §5.5.7).
fn crosses_sites(cookie: &Cookie<'_>, posts: bool) -> bool {
    match cookie.same_site() {
        Some(SameSite::Strict) => false,
        Some(SameSite::Lax) => !posts,
        Some(SameSite::None) | None => true,
    }
}

/// `__Secure-` and `__Host-` promise something (RFC 6265bis §4.1.3).
fn prefix_is_kept(cookie: &RawCookie<'_>, url: &Url) -> bool {
    let secure = cookie.secure() == Some(true) && url.scheme() == "https";
    if cookie.name().starts_with("__Host-") {
        return secure && cookie.domain().is_none() && cookie.path() == Some("/");
    }
    !cookie.name().starts_with("__Secure-") || secure
}

/// Whether its domain is a suffix under which everybody has hosts.
fn spans_everybody(cookie: &RawCookie<'_>, url: &Url) -> bool {
    cookie.domain().is_some_and(|domain| {
        let domain = domain.trim_start_matches('.').to_ascii_lowercase();
        url.host_str() != Some(&domain) && psl::domain_str(&domain).is_none()
    })
}

/// Whether two addresses are of one site: the same registrable domain, or the same host where there is none.
fn same_site(one: &Url, other: &Url) -> bool {
    let site = |url: &Url| {
        let host = url.host_str().unwrap_or_default().to_owned();
        match url.domain().and_then(psl::domain_str) {
            Some(site) => site.to_owned(),
            None => host,
        }
    };
    one.scheme() == other.scheme() && site(one) == site(other)
}

/// The size of a cookie, the number of cookies: what browsers take (RFC 6265 §6.1).
const COOKIE: usize = 4096;
const COOKIES: usize = 300;
/// No server of today reads a longer header; nginx takes 32 KiB in all, Apache 8 in one line.
const HEADER: usize = 32 * 1024;
const COOKIES_OF_ONE_ANSWER: usize = 50;

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        text.parse().unwrap()
    }

    #[track_caller]
    fn sent(set: &str, from: &str, to: &str) -> Option<String> {
        let mut jar = Jar::default();
        jar.take([set].into_iter(), &url(from));
        jar.header(&url(to), None, false)
    }

    #[test]
    fn a_cookie_goes_where_a_browser_would_send_it() {
        let entry = "https://idp.ente.example/login";
        for (set, to, goes) in [
            ("a=1", "https://idp.ente.example/x", true),
            ("a=1", "https://sp.ente.example/", false),
            ("a=1; Domain=ente.example", "https://sp.ente.example/", true),
            ("a=1; Domain=sp.ente.example", "https://sp.ente.example/", false),
            ("a=1; Domain=altro.example", "https://altro.example/", false),
            ("a=1; Domain=example", "https://sp.ente.example/", false),
            ("a=1; Path=/login", "https://idp.ente.example/login/2", true),
            ("a=1; Path=/login", "https://idp.ente.example/area", false),
            ("a=1; Secure", "http://idp.ente.example/", false),
            ("a=1; Max-Age=0", "https://idp.ente.example/", false),
            ("__Host-a=1; Secure; Path=/", "https://idp.ente.example/", true),
            ("__Host-a=1; Path=/", "https://idp.ente.example/", false),
            (
                "__Host-a=1; Secure; Path=/; Domain=ente.example",
                "https://idp.ente.example/",
                false,
            ),
            ("__Secure-a=1", "https://idp.ente.example/", false),
        ] {
            assert_eq!(sent(set, entry, to).is_some(), goes, "{set} to {to}");
        }
    }

    #[test]
    fn cookies_that_were_handed_on_go_where_they_went() {
        let (mut jar, from) = (Jar::default(), url("https://sp.ente.example/area/"));
        let sets = ["a=1; Path=/area; Secure", "b=2; Domain=ente.example; Path=/"];
        jar.take(sets.into_iter(), &from);
        let again = Jar::of(&jar.handed());
        for to in [
            "https://sp.ente.example/area/x",
            "https://idp.ente.example/",
            "https://sp.ente.example/",
        ] {
            let mut pairs = [&jar, &again].map(|jar| jar.header(&url(to), None, false));
            for pair in pairs.iter_mut().flatten() {
                let mut sorted: Vec<&str> = pair.split("; ").collect();
                sorted.sort_unstable();
                *pair = sorted.join("; ");
            }
            assert!(pairs[0] == pairs[1] && pairs[0].is_some(), "{to}: {pairs:?}");
        }
    }

    #[test]
    fn a_suffix_that_is_everybodys_takes_no_cookie() {
        for suffix in ["it", "co.uk", "fvg.it"] {
            let from = format!("https://ente.{suffix}/");
            let set = format!("a=1; Domain={suffix}");
            assert_eq!(sent(&set, &from, &from), None, "{set}");
        }
    }

    #[test]
    fn same_site_is_kept_across_sites() {
        let (sp, idp) = (url("https://sp.ente.example/"), url("https://idp.altro.example/"));
        for (same_site, by_get, by_post) in [
            ("; SameSite=Strict", false, false),
            ("; SameSite=Lax", true, false),
            ("; SameSite=None; Secure", true, true),
            ("", true, true),
        ] {
            let mut jar = Jar::default();
            jar.take([format!("a=1{same_site}").as_str()].into_iter(), &sp);
            assert_eq!(
                jar.header(&sp, Some(&idp), false).is_some(),
                by_get,
                "{same_site}"
            );
            assert_eq!(
                jar.header(&sp, Some(&idp), true).is_some(),
                by_post,
                "{same_site}"
            );
            assert!(jar.header(&sp, Some(&sp), true).is_some(), "{same_site}");
        }
    }

    #[test]
    fn a_bomb_of_cookies_fills_no_memory() {
        let mut jar = Jar::default();
        let from = url("https://idp.ente.example/");
        for answer in 0..100 {
            let many: Vec<String> = (0..100).map(|cookie| format!("c{answer}-{cookie}=1")).collect();
            jar.take(many.iter().map(String::as_str), &from);
        }
        let large = format!("large={}", "x".repeat(COOKIE));
        jar.take([large.as_str()].into_iter(), &from);
        assert_eq!(jar.handed().len(), COOKIES);
        assert!(jar.header(&from, None, false).unwrap().len() <= HEADER);
    }

    #[test]
    fn a_cookie_is_handed_with_its_attributes_and_prints_no_value() {
        let mut jar = Jar::default();
        let set = "sid=segreto; Domain=ente.example; Path=/area; Secure; HttpOnly; SameSite=Lax; Max-Age=600";
        jar.take([set].into_iter(), &url("https://sp.ente.example/area"));
        let [cookie] = jar.handed().try_into().unwrap();
        assert!(cookie.secure && cookie.http_only && !cookie.host_only && cookie.expires.is_some());
        assert_eq!(cookie.same_site.as_deref(), Some("Lax"));
        assert_eq!(
            (cookie.domain.as_str(), cookie.path.as_str()),
            ("ente.example", "/area")
        );
        assert!(!format!("{cookie:?} {jar:?}").contains("segreto"));
    }
}
