use super::*;

const GOOD: &str = include_str!("../../profiles/riferimento.toml");

fn check(find: &str, replace: &str) -> Result<PortalProfile, ProfileError> {
    assert!(GOOD.contains(find), "{find}");
    PortalProfile::parse(&GOOD.replace(find, replace))
}

#[test]
fn every_shipped_profile_is_valid_and_bears_its_own_id() {
    for (id, toml) in SHIPPED {
        assert_eq!(PortalProfile::parse(toml).expect(id).id, *id);
    }
}

#[test]
fn an_unknown_key_is_refused_at_every_level() {
    for (find, replace) in [
        ("schema = 1", "schema = 1\ncolour = \"red\""),
        ("[tls]", "[tls]\ncolour = \"red\""),
        ("[cns]", "[cns]\ncolour = \"red\""),
    ] {
        assert!(
            matches!(check(find, replace), Err(ProfileError::Syntax { .. })),
            "{replace}"
        );
    }
}

#[test]
fn only_https_and_only_hosts_of_the_allow_list_pass() {
    assert!(matches!(
        check("https://localhost:8443", "http://localhost:8443"),
        Err(ProfileError::NotHttps { .. })
    ));
    assert_eq!(
        check("https://localhost:8444", "https://elsewhere.example"),
        Err(ProfileError::HostNotAllowed {
            host: "elsewhere.example".to_owned()
        })
    );
    assert_eq!(
        check("https://localhost:8444", "https://localhost.elsewhere.example"),
        Err(ProfileError::HostNotAllowed {
            host: "localhost.elsewhere.example".to_owned()
        })
    );
}

#[test]
fn a_schema_from_the_future_is_named() {
    assert_eq!(
        check("schema = 1", "schema = 2"),
        Err(ProfileError::Schema { schema: 2 })
    );
}

proptest::proptest! {
    #[test]
    fn no_text_makes_the_parser_panic(text in ".{0,400}") {
        let _ = PortalProfile::parse(&text);
    }

    #[test]
    fn no_cut_or_flip_of_a_good_profile_makes_the_parser_panic(at in 0usize..600, byte in 0u8..128) {
        let mut bytes = GOOD.as_bytes().to_vec();
        let at = at % bytes.len();
        bytes[at] = byte;
        let _ = PortalProfile::parse(&String::from_utf8_lossy(&bytes));
        let _ = PortalProfile::parse(&String::from_utf8_lossy(&bytes[..at]));
    }
}

#[test]
fn each_kind_of_portal_has_the_addresses_it_needs_and_no_other() {
    let inps = include_str!("../../profiles/inps.toml");
    let changed = |find: &str, replace: &str| {
        assert!(inps.contains(find), "{find}");
        PortalProfile::parse(&inps.replace(find, replace))
    };
    for (profile, error) in [
        (
            check("exchange_url = \"https://localhost:8443\"\n", ""),
            ProfileError::Missing {
                key: "cns.exchange_url",
            },
        ),
        (
            check("api_url = \"https://localhost:8444\"\n", ""),
            ProfileError::Missing { key: "api_url" },
        ),
        (
            check("[pin]\n", "entry_url = \"https://localhost/\"\n[pin]\n"),
            ProfileError::Needless { key: "cns.entry_url" },
        ),
        (
            changed("entry_url", "api_url"),
            ProfileError::Needless { key: "cns.api_url" },
        ),
        (
            changed("entry_url = \"https://www.inps.it/\"\n", ""),
            ProfileError::Missing { key: "cns.entry_url" },
        ),
        (
            changed("https://www.inps.it/", "https://www.inps.example/"),
            ProfileError::HostNotAllowed {
                host: "www.inps.example".to_owned(),
            },
        ),
    ] {
        assert_eq!(profile, Err(error));
    }
}

#[test]
fn the_pin_of_inps_is_told_as_ended_and_never_asked_for() {
    let inps = PortalProfile::named("inps").unwrap();
    let refused = inps.offered_pin().unwrap_err();
    assert_eq!(
        (refused.code, refused.fact("reason")),
        (ProblemCode::PinNotOffered, Some("residual"))
    );
    assert!(refused.meaning(Language::It).contains("è finito"));
    assert_eq!(inps.offered_card().unwrap_err().code, ProblemCode::BrowserOnly);
    let pin = inps.pin.as_ref().unwrap();
    for language in [Language::It, Language::En] {
        assert!(pin.note_in(language).unwrap().contains("2021"));
    }
    assert!(!inps.takes_card() && inps.api_url().is_none() && inps.entry_url().is_some());
    for source in &inps.sources {
        assert!(
            source.contains("2026-"),
            "{source} has no day on which it was read"
        );
    }
}

#[test]
fn a_portal_without_a_way_in_for_cards_names_its_area_beside_its_pin() {
    let cns = GOOD.find("[cns]").unwrap()..GOOD.find("[pin]").unwrap();
    let mut toml = GOOD.to_owned();
    toml.replace_range(cns, "");
    let toml = toml.replace("[pin]\n", "[pin]\napi_url = \"https://localhost:8444\"\n");
    let profile = PortalProfile::parse(&toml).unwrap();
    assert_eq!(
        profile.offered_card().unwrap_err().code,
        ProblemCode::CardNotOffered
    );
    assert!(profile.offered_pin().is_ok());
    assert_eq!(profile.api_host(), "localhost");
}

#[test]
fn a_real_portal_is_called_verified_by_nobody_and_each_statement_about_it_has_a_day() {
    for id in PortalProfile::shipped_ids().filter(|id| *id != "riferimento") {
        let profile = PortalProfile::named(id).unwrap();
        assert_eq!(profile.status, PortalStatus::Unverified, "{id}");
        assert!(!profile.sources.is_empty(), "{id}");
        for source in &profile.sources {
            assert!(
                source.contains("read") && source.contains(" on 2026-1"),
                "{id}: {source}"
            );
        }
        assert_ne!(
            profile.name_in(Language::It),
            profile.name_in(Language::En),
            "{id}"
        );
        // A suffix is named only where no source tells the hosts apart, and the card goes to hosts with a name.
        let web = profile.web.iter().flat_map(|web| &web.card_hosts);
        assert!(
            web.clone()
                .all(|host| profile.sources.iter().any(|source| source.contains(host)))
        );
        for url in profile.addresses() {
            let host = url.host_str().unwrap();
            let told = profile.sources.iter().any(|source| source.contains(host));
            assert!(told || id == "inps", "{id}: no source names {host}");
        }
    }
}

#[test]
fn what_no_source_tells_of_an_area_is_not_made_up() {
    let agency = PortalProfile::named("agenzia-entrate").unwrap();
    let web = agency.web.as_ref().unwrap();
    assert!(web.area_url.is_none() && web.log_out_url.is_none());
    assert!(!web.is_area(&web.entry_url));
    assert!(web.asks_for_card("telematicisc.agenziaentrate.gov.it"));
    assert_eq!(agency.offered_pin().unwrap_err().code, ProblemCode::PinNotOffered);
}

#[test]
fn the_numbers_to_call_are_data_each_with_its_source() {
    for id in ["riferimento", "inps"] {
        let profile = PortalProfile::named(id).unwrap();
        let mut numbers = profile.contacts.iter();
        assert!(numbers.any(|contact| contact.by == ReachedBy::Phone), "{id}");
    }
    for id in PortalProfile::shipped_ids() {
        let profile = PortalProfile::named(id).unwrap();
        for contact in &profile.contacts {
            assert!(
                !contact.source.is_empty() && contact.historical,
                "{id} {}",
                contact.number
            );
            assert_ne!(contact.label_in(Language::It), contact.label_in(Language::En));
        }
    }
}

#[test]
fn an_age_is_some_months_or_none() {
    for (age, months) in [
        ("P6M", Some(6)),
        ("P3M", Some(3)),
        ("P60M", Some(60)),
        ("none", None),
    ] {
        let profile = check("max_age = \"P6M\"", &format!("max_age = \"{age}\"")).unwrap();
        assert_eq!(profile.pin.unwrap().max_age, MaxAge { months });
    }
    for age in ["P0M", "P61M", "6M", "P6", "P-6M", "", "P6D"] {
        let profile = check("max_age = \"P6M\"", &format!("max_age = \"{age}\""));
        assert!(matches!(profile, Err(ProfileError::Syntax { .. })), "{age}");
    }
}

/// A portal of pages, as a body may describe it.
const PAGES: &str = r#"
schema = 1
id = "pagine"
name = { it = "Portale di pagine" }
owner = "Ente d'esempio"
kind = "web"
status = "unverified"
hosts = ["servizi.ente.example", "idp.ente.example", "*.servizi.ente.example"]

[web]
entry_url = "https://servizi.ente.example/accedi"
card_hosts = ["idp.ente.example"]
renegotiating_hosts = ["idp.ente.example"]
area_url = "https://servizi.ente.example/area/"
log_out_url = "https://servizi.ente.example/esci"
extra_step = "otp_possible"
"#;

#[test]
fn a_portal_of_pages_says_where_its_way_begins_and_ends_and_who_may_ask_for_the_card() {
    let profile = PortalProfile::parse(PAGES).unwrap();
    let web = profile.web.as_ref().unwrap();
    assert!(web.asks_for_card("IDP.ente.example") && !web.asks_for_card("servizi.ente.example"));
    assert!(web.renegotiates("idp.ente.example") && web.extra_step == ExtraStep::OtpPossible);
    for (host, allowed) in [
        ("servizi.ente.example", true),
        ("a.servizi.ente.example", true),
        ("a.b.servizi.ente.example", true),
        ("xservizi.ente.example", false),
        ("ente.example", false),
        (".servizi.ente.example", false),
    ] {
        assert_eq!(profile.allows_host(host), allowed, "{host}");
    }
    for (url, inside) in [
        ("https://servizi.ente.example/area/", true),
        ("https://servizi.ente.example/area", true),
        ("https://servizi.ente.example/area/x?y", true),
        ("https://servizi.ente.example/areas", false),
        ("https://servizi.ente.example:444/area/", false),
        ("https://idp.ente.example/area/", false),
    ] {
        assert_eq!(web.is_area(&url.parse().unwrap()), inside, "{url}");
    }
}

#[test]
fn a_way_in_that_would_lead_the_card_astray_is_no_profile() {
    let not_allowed = |host: &str| ProfileError::HostNotAllowed {
        host: host.to_owned(),
    };
    let too_wide = |host: &str| ProfileError::HostTooWide {
        host: host.to_owned(),
    };
    let wide = |host: &str| ("\"*.servizi.ente.example\"".to_owned(), format!("\"{host}\""));
    for ((find, replace), error) in [
        (
            (
                "card_hosts = [\"idp.ente.example\"]".to_owned(),
                "card_hosts = []".to_owned(),
            ),
            ProfileError::Missing {
                key: "web.card_hosts",
            },
        ),
        (
            (
                "card_hosts = [\"idp".to_owned(),
                "card_hosts = [\"altro".to_owned(),
            ),
            not_allowed("altro.ente.example"),
        ),
        (
            (
                "card_hosts = [\"idp.ente".to_owned(),
                "card_hosts = [\"*.servizi.ente".to_owned(),
            ),
            not_allowed("*.servizi.ente.example"),
        ),
        (
            (
                "renegotiating_hosts = [\"idp".to_owned(),
                "renegotiating_hosts = [\"servizi".to_owned(),
            ),
            not_allowed("servizi.ente.example"),
        ),
        (
            (
                "https://servizi.ente.example/accedi".to_owned(),
                "https://altro.example/".to_owned(),
            ),
            not_allowed("altro.example"),
        ),
        (wide("*.it"), too_wide("*.it")),
        (wide("*.fvg.it"), too_wide("*.fvg.it")),
        (wide("*"), too_wide("*")),
        (wide("servizi.*.example"), too_wide("servizi.*.example")),
        (
            ("kind = \"web\"".to_owned(), "kind = \"browser\"".to_owned()),
            too_wide("*.servizi.ente.example"),
        ),
    ] {
        assert!(PAGES.contains(&find), "{find}");
        let changed = PortalProfile::parse(&PAGES.replacen(&find, &replace, 1));
        if find.starts_with("kind") {
            assert!(changed.is_err());
        } else {
            assert_eq!(changed, Err(error), "{replace}");
        }
    }
}
