//! What a page does by itself, as a browser with scripts would see it: nothing, lead on, or submit its form.
//!
//! Scripts are not run. The forms that hand a person on (SAML 2.0 bindings §3.5.4) are recognised by what they are: one
//! form, nothing in it that a person could fill in, and something that submits it.

use scraper::{ElementRef, Html, Selector};
use url::Url;
use zeroize::Zeroizing;

/// What a page does by itself.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Page {
    /// It leads on after a moment (`<meta http-equiv="refresh">`).
    Refresh(Url),
    /// It submits its form.
    Form(Form),
    /// It waits for the person.
    Waits,
}

/// A form that submits itself.
#[derive(PartialEq, Eq)]
pub(super) struct Form {
    pub(super) action: Url,
    /// Whether it is posted; else its fields are the query of a GET.
    pub(super) posts: bool,
    /// `application/x-www-form-urlencoded`. It may hold an assertion, which is as good as a session.
    pub(super) body: Zeroizing<String>,
}

impl std::fmt::Debug for Form {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Form")
            .field("host", &self.action.host_str())
            .field("posts", &self.posts)
            .finish_non_exhaustive()
    }
}

/// Reads a page that was served at `at`.
pub(super) fn read(html: &str, at: &Url) -> Page {
    // Scripts are on for the parser, so what stands in <noscript> is text, as in a browser that runs them.
    let document = Html::parse_document(html);
    let base = one(&document, "base[href]")
        .and_then(|base| at.join(base.attr("href")?).ok())
        .unwrap_or_else(|| at.clone());
    if let Some(form) = self_submitting(&document, &base) {
        return Page::Form(form);
    }
    match refresh(&document, &base) {
        Some(url) => Page::Refresh(url),
        None => Page::Waits,
    }
}

fn self_submitting(document: &Html, base: &Url) -> Option<Form> {
    let mut forms = all(document, "form");
    let (form, None) = (forms.next()?, forms.next()) else {
        return None;
    };
    let fields = hidden_fields(form)?;
    let carries_saml = fields.iter().any(|(name, _)| SAML.contains(&name.as_str()));
    if !carries_saml && !something_submits(document) {
        return None;
    }
    let mut action = base.join(form.attr("action").unwrap_or_default()).ok()?;
    action.set_fragment(None);
    let mut body = url::form_urlencoded::Serializer::new(String::new());
    body.extend_pairs(fields.iter().map(|(name, value)| (name, value.as_str())));
    Some(Form {
        action,
        posts: form
            .attr("method")
            .is_some_and(|method| method.eq_ignore_ascii_case("post")),
        body: Zeroizing::new(body.finish()),
    })
}

/// The fields of a form, where a person has nothing to do in it but to press a button.
fn hidden_fields(form: ElementRef<'_>) -> Option<Vec<(String, Zeroizing<String>)>> {
    let mut fields = Vec::new();
    for field in within(form, "input, select, textarea") {
        let kind = field.attr("type").unwrap_or("text").to_ascii_lowercase();
        match (field.value().name(), kind.as_str()) {
            ("input", "hidden") => {
                if let Some(name) = field.attr("name").filter(|name| !name.is_empty()) {
                    let value = field.attr("value").unwrap_or_default().to_owned();
                    fields.push((name.to_owned(), Zeroizing::new(value)));
                }
            }
            ("input", "submit" | "button" | "image") => {}
            _ => return None,
        }
        if fields.len() > FIELDS {
            return None;
        }
    }
    Some(fields)
}

/// Whether a script of the page submits a form. A script in a file of its own is not seen: then the person presses the button.
fn something_submits(document: &Html) -> bool {
    let submits = |script: &str| script.contains("submit(");
    all(document, "body[onload]").any(|body| body.attr("onload").is_some_and(submits))
        || all(document, "script").any(|script| script.text().any(submits))
}

/// Where the page leads after a moment (HTML, "refresh" state): `5; url=…`, with or without quotes.
fn refresh(document: &Html, base: &Url) -> Option<Url> {
    let meta = all(document, "meta[http-equiv][content]").find(|meta| {
        meta.attr("http-equiv")
            .is_some_and(|name| name.eq_ignore_ascii_case("refresh"))
    })?;
    refreshed(meta.attr("content")?, base)
}

/// Where the value of `Refresh` leads, in a header as in a page.
pub(super) fn refreshed(content: &str, base: &Url) -> Option<Url> {
    let (seconds, rest) = content.split_once([';', ','])?;
    let seconds: f32 = seconds.trim().parse().ok()?;
    if !(0.0..=A_MOMENT).contains(&seconds) {
        return None;
    }
    let rest = rest.trim();
    let address = match rest.get(..3) {
        Some(word) if word.eq_ignore_ascii_case("url") => rest.get(3..)?.trim_start().strip_prefix('=')?,
        _ => rest,
    };
    base.join(address.trim().trim_matches(['"', '\''])).ok()
}

fn one<'a>(document: &'a Html, selector: &str) -> Option<ElementRef<'a>> {
    all(document, selector).next()
}

fn all<'a>(document: &'a Html, selector: &str) -> impl Iterator<Item = ElementRef<'a>> {
    within(document.root_element(), selector)
}

fn within<'a>(element: ElementRef<'a>, selector: &str) -> impl Iterator<Item = ElementRef<'a>> {
    // The selectors are our own, and each is tried by a test.
    let found: Vec<ElementRef<'a>> = match Selector::parse(selector) {
        Ok(selector) => element.select(&selector).collect(),
        Err(_) => Vec::new(),
    };
    found.into_iter()
}

/// Fields that carry a SAML message or what goes with it: whoever sends them wants them sent on.
const SAML: [&str; 2] = ["SAMLRequest", "SAMLResponse"];
/// A page that leads on later than this is one that a person reads.
const A_MOMENT: f32 = 10.0;
const FIELDS: usize = 200;

#[cfg(test)]
mod tests {
    use super::*;

    const AT: &str = "https://portale.example/a/b?c";

    fn page(html: &str) -> Page {
        read(html, &AT.parse().unwrap())
    }

    #[track_caller]
    fn leads_to(html: &str, expected: &str) {
        assert_eq!(page(html), Page::Refresh(expected.parse().unwrap()), "{html}");
    }

    #[track_caller]
    fn submits(html: &str, action: &str, posts: bool, body: &str) {
        let form = Form {
            action: action.parse().unwrap(),
            posts,
            body: Zeroizing::new(body.to_owned()),
        };
        assert_eq!(page(html), Page::Form(form), "{html}");
    }

    #[test]
    fn a_refresh_leads_on_however_it_is_written() {
        leads_to(
            r#"<meta http-equiv=refresh content="0;url=/x">"#,
            "https://portale.example/x",
        );
        leads_to(
            r#"<META HTTP-EQUIV="Refresh" CONTENT=" 3 , URL = 'https://altro.example/y' ">"#,
            "https://altro.example/y",
        );
        leads_to(
            r#"<meta http-equiv="refresh" content="1; c">"#,
            "https://portale.example/a/c",
        );
        leads_to(
            r#"<base href="/base/"><meta http-equiv="refresh" content="0; URL=z">"#,
            "https://portale.example/base/z",
        );
    }

    #[test]
    fn what_does_not_lead_on_by_itself_waits() {
        for html in [
            "",
            "<p>Benvenuta",
            r#"<meta http-equiv="refresh" content="30">"#,
            r#"<meta http-equiv="refresh" content="300; url=/later">"#,
            r#"<noscript><meta http-equiv="refresh" content="0; url=/without-scripts"></noscript>"#,
            r#"<form action="/x"><input type=hidden name=a value=b></form>"#,
            r#"<body onload="document.forms[0].submit()"><form><input name=code></form>"#,
            r#"<body onload="submit()"><form><input type=hidden name=SAMLResponse><select name=s></select></form>"#,
            r#"<form><input type=hidden name=SAMLResponse></form><form></form>"#,
            r#"<form><input type=hidden name=SAMLResponse><input type=password name=p></form>"#,
        ] {
            assert_eq!(page(html), Page::Waits, "{html}");
        }
    }

    #[test]
    fn a_form_with_nothing_to_fill_in_submits_itself() {
        submits(
            r#"<body onload="document.forms[0].submit()"><form method="POST" action="https://sp.example/acs">
               <input type="hidden" name="SAMLResponse" value="PD94+/="><input type=hidden name=RelayState value="a b">
               <noscript><input type="submit" name="go" value="Continua"></noscript></form>"#,
            "https://sp.example/acs",
            true,
            "SAMLResponse=PD94%2B%2F%3D&RelayState=a+b",
        );
        submits(
            r#"<form name=f action=next><input type=hidden name=a value="&egrave;"><input type=submit></form>
               <script>document.f.submit();</script>"#,
            "https://portale.example/a/next",
            false,
            "a=%C3%A8",
        );
        // Without a script that is seen, what it carries says enough.
        submits(
            r#"<script src=/post.js></script><form method=post><input type=hidden name=SAMLRequest value=x></form>"#,
            AT,
            true,
            "SAMLRequest=x",
        );
    }

    #[test]
    fn an_assertion_is_not_printed() {
        let form = page(r#"<form method=post><input type=hidden name=SAMLResponse value=segreto></form>"#);
        assert!(!format!("{form:?}").contains("segreto"));
    }

    proptest::proptest! {
        #[test]
        fn no_page_makes_the_reader_panic(html in ".{0,400}") {
            page(&html);
        }

        #[test]
        fn no_refresh_makes_the_reader_panic(content in ".{0,40}") {
            page(&format!("<meta http-equiv=refresh content='{content}'>"));
        }
    }
}
