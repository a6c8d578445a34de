//! A report on a card says nothing of its holder.

use crate::bench::{FAMILIES, ST2021, open, open_watched, person, personality, slot, st2021, wait};
use crate::watched::Fault;
use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use cns_card::{CardError, CardProfiles, CardReport, ReportStep};
use cns_iso7816::{ChannelError, Ending};
use cns_virtual_card::VirtualCardHandle;
use cns_virtual_card::pki::Identity;

const OTHERS: [&str; 8] = [
    "cie3",
    "health-professional",
    "signature-dsd",
    "bank-emv",
    "sim",
    "passport",
    "unknown-java",
    "unknown-blank",
];

/// Every way in which the report can be written: as Rust shows it, and as its fields in hexadecimal and words.
fn in_every_form(report: &CardReport) -> Vec<String> {
    let mut written = hex(&report.atr);
    written += &format!(" {} {:?}", report.outcome, report.profile);
    for step in &report.steps {
        match step {
            ReportStep::Trying { what } => written += &format!("\n# {what}"),
            ReportStep::Apdu {
                command,
                header,
                sent,
                answer,
            } => written += &format!("\n{} {sent} {command} {answer:?}", hex(header)),
        }
    }
    // Words of ours, parts of which stand in any certificate: `port`, `ital`, `iona`.
    let profiles = CardProfiles::built_in();
    let ours = [
        &profiles.names()[..],
        &["CardReport", "passport", "health_professional"],
    ]
    .concat();
    let without_ours = |text: String| ours.iter().fold(text, |text, word| text.replace(word, ""));
    [format!("{report:?}"), format!("{report:#?}"), written]
        .map(without_ours)
        .to_vec()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02X}")).collect()
}

/// Says which run of four bytes or more of `secret` stands in `text`, in hexadecimal, as text or as Base64.
///
/// Runs of one byte over and over, such as the zeros of the padding, say nothing. Text that is made of hexadecimal
/// digits alone must be longer: a report is full of those.
fn leak(text: &str, secret: &[u8]) -> Option<String> {
    let dense: String = text.split_whitespace().collect::<String>().to_uppercase();
    let telling = |run: &[u8]| run.iter().any(|byte| *byte != run[0]);
    for run in secret.windows(4).filter(|run| telling(run)) {
        if dense.contains(&hex(run)) {
            return Some(hex(run));
        }
        let words = std::str::from_utf8(run).ok().filter(|words| {
            words.bytes().all(|byte| byte.is_ascii_graphic())
                && !words.bytes().all(|byte| byte.is_ascii_hexdigit())
        });
        if let Some(words) = words.filter(|words| text.contains(words)) {
            return Some(words.to_owned());
        }
    }
    for run in secret.windows(8).filter(|run| telling(run)) {
        if let Some(digits) = std::str::from_utf8(run)
            .ok()
            .filter(|digits| dense.contains(&digits.to_uppercase()))
        {
            return Some(digits.to_owned());
        }
    }
    for skipped in 0..3 {
        let encoded = STANDARD_NO_PAD.encode(secret.get(skipped..).unwrap_or_default());
        let runs = encoded.as_bytes().windows(6).filter(|run| telling(run));
        for run in runs.filter_map(|run| std::str::from_utf8(run).ok()) {
            if text.contains(run) {
                return Some(run.to_owned());
            }
        }
    }
    None
}

fn assert_silent(report: &CardReport, identity: &Identity, described: &str) {
    let card_id = identity.card_id();
    let secrets = [
        ("certificate", identity.certificate_der.clone()),
        ("personal data", identity.personal_data_file.clone()),
        ("codice fiscale", identity.codice_fiscale.clone().into_bytes()),
        ("card number", card_id.as_bytes().to_vec()),
        ("printed number", b"80380009990000001232".to_vec()),
        (
            "serial number",
            vec![0x80, 0x38, 0x00, 0x09, 0x99, 0x00, 0x00, 0x00, 0x12, 0x32],
        ),
        ("surname", b"ROSSI".to_vec()),
        ("name", b"MARIA".to_vec()),
    ];
    for text in in_every_form(report) {
        for (name, secret) in &secrets {
            assert_eq!(leak(&text, secret), None, "{described}: {name}");
        }
    }
}

#[test]
fn it_holds_no_name_code_number_or_byte_of_a_certificate() {
    let mut walked = 0;
    for (kind, profile, name) in FAMILIES {
        for name in [
            name,
            if name == "citizen-1024" {
                name
            } else {
                "citizen-luca"
            },
        ] {
            let identity = person(name);
            let report = wait(open(&slot(personality(kind), identity.clone())).report()).unwrap();
            assert_eq!(report.outcome, "cns", "{kind}");
            assert_eq!(report.profile.as_deref(), Some(profile), "{kind}");
            assert!(report.steps.len() > 30, "{kind}: {} steps", report.steps.len());
            assert_silent(&report, &identity, kind);
            walked += 1;
        }
    }
    for kind in OTHERS {
        let identity = person("citizen-good");
        let report = wait(open(&slot(personality(kind), identity.clone())).report()).unwrap();
        assert_silent(&report, &identity, kind);
        walked += 1;
    }
    println!("{walked} reports looked through");
}

#[test]
fn the_looking_through_finds_what_it_looks_for() {
    let secret = b"0000650469990801ROSSI05MARIA\x30\x82\x05\x70\x30\x82\x04\x58";
    for text in [
        "nothing but ROSS",
        "digits 04699908 alone",
        "30 82 05 70",
        "3082 0570",
        &STANDARD_NO_PAD.encode(&secret[1..]),
        &format!("{:?}", String::from_utf8_lossy(secret)),
    ] {
        assert!(leak(text, secret).is_some(), "{text}");
    }
    assert_eq!(leak("00A40800 4 SELECT Ok((58, 36864))", secret), None);
}

/// What differs between two people's reports of the same kind of card is at most how long their certificates are.
#[test]
fn two_people_have_the_same_report() {
    let without_lengths = |report: &CardReport| -> Vec<ReportStep> {
        let steps = report.steps.iter().cloned().map(|mut step| {
            if let ReportStep::Apdu { header, answer, .. } = &mut step
                && header[1] == 0xB0
                && let Ok((length, _)) = answer
            {
                *length = 0;
            }
            step
        });
        steps.collect()
    };
    for kind in [
        "classic-st2021",
        "idemia-2021",
        "ace2025",
        "st2022-nfc",
        "unknown-java",
    ] {
        let report = |name| wait(open(&slot(personality(kind), person(name))).report()).unwrap();
        let (maria, luca) = (report("citizen-good"), report("citizen-luca"));
        assert_eq!(without_lengths(&maria), without_lengths(&luca), "{kind}");
        assert_eq!(
            (maria.outcome, maria.profile),
            (luca.outcome, luca.profile),
            "{kind}"
        );
    }
}

#[test]
fn it_says_what_the_card_turned_out_to_be() {
    let rows = [
        ("cie3", "cie"),
        ("health-professional", "health_professional"),
        ("signature-dsd", "signature"),
        ("bank-emv", "bank"),
        ("sim", "sim"),
        ("passport", "passport"),
        ("unknown-java", "unknown"),
        ("unknown-blank", "unknown"),
    ];
    for (kind, outcome) in rows {
        let report = wait(open(&slot(personality(kind), person("citizen-good"))).report()).unwrap();
        assert_eq!(report.outcome, outcome, "{kind}");
        assert_eq!(report.profile, None, "{kind}");
    }
    // A card that says that it is a CNS has an application of the same name as the passport's.
    let mut kind = personality("passport");
    kind.atr = personality(ST2021).atr;
    let card = open(&slot(kind, person("citizen-good")));
    assert_eq!(wait(card.read()).unwrap_err(), CardError::UnknownCard);
    assert_eq!(wait(card.report()).unwrap().outcome, "unknown");
    let report = wait(open(&st2021("citizen-non-repudiation")).report()).unwrap();
    assert_eq!(report.outcome, "no_certificate");
}

fn tried(report: &CardReport) -> Vec<&str> {
    let trying = report.steps.iter().filter_map(|step| match step {
        ReportStep::Trying { what } => Some(what.as_str()),
        ReportStep::Apdu { .. } => None,
    });
    trying.collect()
}

#[test]
fn everything_is_tried_with_commands_that_read() {
    let slot = st2021("citizen-good");
    let (card, watch) = open_watched(&slot, None);
    let report = wait(card.report()).unwrap();
    let profiles = CardProfiles::built_in();
    let kinds = ["cie", "cie", "passport", "bank", "bank", "sim", "sim"];
    assert_eq!(tried(&report), [&profiles.names()[..], &kinds].concat());
    let sent = watch.log().commands.clone();
    assert!(
        sent.iter()
            .all(|command| matches!(command[1], 0xA4 | 0xB0 | 0xC0))
    );
    let headers: Vec<_> = sent.iter().map(|command| &command[..4]).collect();
    let reported: Vec<_> = report
        .steps
        .iter()
        .filter_map(|step| match step {
            ReportStep::Apdu { header, .. } => Some(&header[..]),
            ReportStep::Trying { .. } => None,
        })
        .collect();
    assert_eq!(headers, reported, "every APDU is in it");
    assert_eq!(
        watch.log().endings,
        [Ending::Reset],
        "the card is left as it was found"
    );
    // The card works on as if nothing had been.
    wait(card.read()).unwrap();
}

fn broken_report(slot: &VirtualCardHandle, fault: Fault) -> CardReport {
    wait(open_watched(slot, Some((4, fault))).0.report()).unwrap()
}

#[test]
fn a_card_that_fails_on_the_way_is_what_the_report_is_about() {
    let slot = st2021("citizen-good");
    for (fault, outcome, last) in [
        (Fault::RemovedBefore, "removed", ChannelError::Removed),
        (Fault::Reset, "reset", ChannelError::Reset),
    ] {
        let report = broken_report(&slot, fault);
        assert_eq!(report.outcome, outcome);
        assert!(
            matches!(report.steps.last(), Some(ReportStep::Apdu { answer: Err(error), .. }) if *error == last),
            "{fault:?}"
        );
    }
}
