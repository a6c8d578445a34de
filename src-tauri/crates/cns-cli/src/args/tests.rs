use super::*;
use clap::CommandFactory;

fn parse(words: &str) -> Result<Args, clap::error::ErrorKind> {
    Args::try_parse_from(words.split(' ')).map_err(|error| error.kind())
}

#[test]
fn the_grammar_holds_together() {
    Args::command().debug_assert();
}

#[test]
fn a_table_of_cards_can_be_named_before_and_after_the_command() {
    for words in [
        "cns --card-profiles a.toml card",
        "cns card --card-profiles a.toml",
    ] {
        assert_eq!(
            parse(words).unwrap().card_profiles,
            Some("a.toml".into()),
            "{words}"
        );
    }
}

#[test]
fn what_cannot_be_taken_back_is_not_asked_for_by_half() {
    use clap::error::ErrorKind::{ArgumentConflict, MissingRequiredArgument, UnknownArgument};
    for (words, refused) in [
        ("cns pin unblock --stdin", MissingRequiredArgument),
        ("cns pin unblock --yes", MissingRequiredArgument),
        ("cns report --yes", MissingRequiredArgument),
        ("cns pin change --stdin --pin-pad", ArgumentConflict),
        ("cns login --portal x --pin-stdin --pin-pad", ArgumentConflict),
        ("cns login --portal x --with-pin --pin-stdin", ArgumentConflict),
        ("cns login --portal x --with-pin --reader y", ArgumentConflict),
        ("cns login --portal x --stdin", MissingRequiredArgument),
        ("cns pin-portal change --pin K7PQ2WXY", UnknownArgument),
        ("cns pin-portal convert --front a.png", MissingRequiredArgument),
        ("cns pin-portal status --receipt-stdin", MissingRequiredArgument),
        ("cns pin unblock --pin-pad", UnknownArgument),
        ("cns pin change --pin 12345", UnknownArgument),
        ("cns pin unblock --puk 87654321", UnknownArgument),
    ] {
        assert_eq!(parse(words).unwrap_err(), refused, "{words}");
    }
}

fn trust_of(words: &str) -> TrustArgs {
    let command = parse(words).unwrap().command;
    if let Command::Check(check) = command {
        check.trust
    } else if let Command::Login(login) = command {
        login.trust
    } else {
        panic!("{command:?}")
    }
}

#[test]
fn whom_to_ask_is_said_in_the_same_words_to_check_and_to_login() {
    use RevocationKind::{Crl, Ocsp};
    for command in ["cns check", "cns login --portal x"] {
        for (words, asked) in [
            ("", None),
            (" --revocation off", Some(RevocationAsked::Nobody)),
            (" --revocation ocsp", Some(RevocationAsked::All(vec![Ocsp]))),
            (
                " --revocation ocsp,crl",
                Some(RevocationAsked::All(vec![Ocsp, Crl])),
            ),
        ] {
            assert_eq!(
                trust_of(&format!("{command}{words}")).revocation,
                asked,
                "{words}"
            );
        }
        let words = "--trust-list lotl.xml --trust-list it.xml --allow-host 127.0.0.1 --offline";
        let said = trust_of(&format!("{command} {words}"));
        assert_eq!(said.trust_list, ["lotl.xml", "it.xml"]);
        assert_eq!(said.allow_host, ["127.0.0.1"]);
        assert!(said.offline);
    }
}

#[test]
fn what_cannot_be_trusted_or_asked_is_wrong_usage() {
    use clap::error::ErrorKind::{ArgumentConflict, ValueValidation};
    for (words, refused) in [
        (
            "cns check --trust-list http://list.example/it.xml",
            ValueValidation,
        ),
        (
            "cns check --trust-list ftp://list.example/it.xml",
            ValueValidation,
        ),
        ("cns check --revocation ldap", ValueValidation),
        ("cns check --revocation ocsp,off", ValueValidation),
        ("cns check --revocation ,", ValueValidation),
        ("cns check --allow-host http://10.0.0.1/", ValueValidation),
        ("cns check --cert a.pem --prove-key", ArgumentConflict),
        ("cns check --cert a.pem --reader x", ArgumentConflict),
    ] {
        assert_eq!(parse(words).unwrap_err(), refused, "{words}");
    }
}
