//! Cookies between the jar of the way in and that of a web view.

use cns_tls::HandedCookie;
use std::net::IpAddr;
use tauri::webview::Cookie;
use tauri::webview::cookie::{CookieBuilder, Expiration, SameSite};

/// A cookie as a web view takes it, with everything that the server said of it.
pub(super) fn to_web_view(handed: &HandedCookie) -> Cookie<'static> {
    let mut cookie = CookieBuilder::new(handed.name.clone(), handed.value.clone())
        .domain(domain(handed))
        .path(handed.path.clone())
        .secure(handed.secure)
        .http_only(handed.http_only);
    if let Some(same_site) = handed.same_site.as_deref().and_then(same_site) {
        cookie = cookie.same_site(same_site);
    }
    if let Some(expires) = handed.expires {
        cookie = cookie.expires(expires);
    }
    cookie.build()
}

/// The cookies as they are in the web view by now, for the log-out.
pub(super) fn from_web_view(cookies: &[Cookie<'_>]) -> Vec<HandedCookie> {
    let handed = |cookie: &Cookie<'_>| HandedCookie {
        name: cookie.name().to_owned(),
        value: cookie.value().to_owned(),
        domain: cookie.domain().unwrap_or_default().to_owned(),
        // The web view does not say. The log-out goes to the hosts of the profile, whichever it is.
        host_only: cookie.domain().is_none_or(is_address),
        path: cookie.path().unwrap_or("/").to_owned(),
        secure: cookie.secure().unwrap_or(false),
        http_only: cookie.http_only().unwrap_or(false),
        same_site: cookie.same_site().map(|same_site| same_site.to_string()),
        expires: cookie.expires().and_then(Expiration::datetime),
    };
    cookies.iter().map(handed).collect()
}

/// Web views take a domain with a dot before it for a suffix, and one without for a host. `Cookie::domain` hides one dot, so
/// that a suffix needs two. An address is never a suffix (RFC 6265 §5.1.3).
fn domain(handed: &HandedCookie) -> String {
    if handed.host_only || is_address(&handed.domain) {
        handed.domain.clone()
    } else {
        format!("..{}", handed.domain)
    }
}

fn is_address(domain: &str) -> bool {
    domain.trim_matches(['[', ']']).parse::<IpAddr>().is_ok()
}

fn same_site(text: &str) -> Option<SameSite> {
    [SameSite::Strict, SameSite::Lax, SameSite::None]
        .into_iter()
        .find(|same_site| same_site.to_string().eq_ignore_ascii_case(text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::OffsetDateTime;

    fn handed(domain: &str, host_only: bool) -> HandedCookie {
        HandedCookie {
            name: "session".to_owned(),
            value: "secret".to_owned(),
            domain: domain.to_owned(),
            host_only,
            path: "/area".to_owned(),
            secure: true,
            http_only: true,
            same_site: Some("Lax".to_owned()),
            expires: Some(OffsetDateTime::UNIX_EPOCH),
        }
    }

    #[test]
    fn a_cookie_goes_to_the_web_view_with_all_that_was_said_of_it() {
        for (domain, host_only, told) in [
            ("ente.example", true, "ente.example"),
            ("ente.example", false, ".ente.example"),
            ("127.0.0.1", false, "127.0.0.1"),
            ("[::1]", false, "[::1]"),
        ] {
            let cookie = to_web_view(&handed(domain, host_only));
            assert_eq!(cookie.domain(), Some(told));
            assert_eq!((cookie.name(), cookie.value()), ("session", "secret"));
            assert_eq!(cookie.path(), Some("/area"));
            assert_eq!((cookie.secure(), cookie.http_only()), (Some(true), Some(true)));
            assert_eq!(cookie.same_site(), Some(SameSite::Lax));
            assert_eq!(cookie.expires_datetime(), Some(OffsetDateTime::UNIX_EPOCH));
            assert_eq!(cookie.max_age(), None);
        }
    }

    #[test]
    fn a_cookie_comes_back_for_the_log_out() {
        let there = [to_web_view(&handed("127.0.0.1", true))];
        assert_eq!(from_web_view(&there), [handed("127.0.0.1", true)]);
    }
}
