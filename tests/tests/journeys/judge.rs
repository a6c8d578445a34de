//! OpenSC, which we did not write, judges the virtual card through the real pcscd.

use journeys::card::{Card, PIN};
use journeys::opensc::{self, OpenSc};
use journeys::patience;
use journeys::peers::openssl;
use journeys::place::Place;
use journeys::process::Process;
use journeys::programs;
use journeys::stack::Stack;
use std::path::{Path, PathBuf};

/// PKCS#1 v1.5 and PSS over SHA-256, as `pkcs11-tool` names them, and as `openssl dgst` verifies them.
const MECHANISMS: [(&[&str], &[&str]); 2] = [
    (&["--mechanism", "SHA256-RSA-PKCS"], &[]),
    (
        &["--mechanism", "SHA256-RSA-PKCS-PSS", "--salt-len", "32"],
        &["-sigopt", "rsa_padding_mode:pss", "-sigopt", "rsa_pss_saltlen:32"],
    ),
];

/// With extended commands where the card takes them; without, OpenSC chains or stays short.
fn check(personality: &str, with_long_commands: bool) {
    let (place, stack) = (Place::new(), Stack::start());
    let mut card = Card::of_kind(&stack, personality, "citizen-good");
    card.insert();
    stack.wait_for_card(true);
    let ours = place.write("card.der", &card.certificate);
    let opensc = OpenSc::new(&place, &stack).with_long_commands(with_long_commands);
    judge(&place, &opensc, opensc::id_on(personality), &ours);
    assert_eq!((card.tries_left(), card.signature_comparisons()), (3, 0));
}

/// Where OpenSC reads and cannot sign, it judges what it reads.
fn check_reading(personality: &str) {
    let (place, stack) = (Place::new(), Stack::start());
    let mut card = Card::of_kind(&stack, personality, "citizen-good");
    card.insert();
    stack.wait_for_card(true);
    let ours = place.write("card.der", &card.certificate);
    let opensc = OpenSc::new(&place, &stack);
    let label = opensc.label().expect("a label");
    assert!(label.contains("MARIA ROSSI"), "{label}");
    judge_reading(&place, &opensc, opensc::id_on(personality), &ours);
    assert_eq!((card.tries_left(), card.signature_comparisons()), (3, 0));
}

/// Has OpenSC read the certificate, and returns it as it read it.
fn judge_reading(place: &Place, opensc: &OpenSc<'_>, id: &str, ours: &Path) -> PathBuf {
    let read = place.write("read.pem", opensc.certificate(id).expect("a certificate"));
    let der = |form: &str, file: &Path| {
        let out = place.file("out.der");
        openssl(place, |o| {
            o.args(["x509", "-inform", form, "-outform", "DER", "-in"])
                .arg(file)
                .arg("-out")
                .arg(&out)
        });
        std::fs::read(out).unwrap()
    };
    assert!(
        der("PEM", &read) == der("DER", ours),
        "OpenSC reads another certificate than the card was issued with"
    );
    read
}

fn judge(place: &Place, opensc: &OpenSc<'_>, id: &str, ours: &Path) {
    let read = judge_reading(place, opensc, id, ours);
    let key = openssl(place, |o| o.args(["x509", "-pubkey", "-noout", "-in"]).arg(&read));
    let key = place.write("key.pem", key);
    let data = place.write("data", "Da firmare");
    for (mechanism, options) in MECHANISMS {
        let signature = opensc.sign(PIN, id, &data, mechanism).expect("a signature");
        let verified = openssl(place, |o| {
            o.args(["dgst", "-sha256", "-verify"])
                .arg(&key)
                .args(options)
                .arg("-signature")
                .arg(&signature)
                .arg(&data)
        });
        assert_eq!(verified.trim(), "Verified OK", "{mechanism:?}");
    }
}

#[test]
fn opensc_reads_logs_in_and_signs_with_the_card_of_2021() {
    check("classic-st2021", true);
}

#[test]
fn opensc_reads_logs_in_and_signs_with_the_card_of_2022() {
    check("st2022", true);
}

#[test]
fn opensc_reads_logs_in_and_signs_with_the_card_of_the_chambers_of_commerce() {
    check("infocamere-1204", false);
}

#[test]
fn opensc_reads_logs_in_and_signs_with_the_athena_of_1024_bits() {
    check("classic-athena", false);
}

#[test]
fn opensc_reads_the_cardos_with_which_it_cannot_sign() {
    check_reading("classic-cardos");
}

#[test]
fn opensc_takes_the_card_for_an_italian_cns() {
    let (place, stack) = (Place::new(), Stack::start());
    let card = Card::inserted(&stack, "citizen-good");
    let dump = OpenSc::new(&place, &stack).dump().expect("a card");
    assert!(dump.contains("CNS"), "{dump}");
    assert!(card.spent().apdus > 14);
}

#[test]
fn the_program_that_plugs_the_card_in_obeys_its_standard_input() {
    let (place, stack) = (Place::new(), Stack::start());
    let certificate = place.file("card.der");
    let mut command = place.command(programs::built("cns-vpcd"));
    command
        .args([
            "--port",
            &stack.port().to_string(),
            "--beside",
            "--write-certificate",
        ])
        .arg(&certificate);
    let mut program = Process::start_spoken_to(command);
    program.wait_for("its readiness", |said| said.contains("ready").then_some(()));
    stack.wait_for_card(false);
    program.type_line("insert");
    stack.wait_for_card(true);
    let opensc = OpenSc::new(&place, &stack).with_long_commands(true);
    judge(&place, &opensc, "01", &certificate);
    program.type_line("remove");
    stack.wait_for_card(false);
    program.type_line("tries");
    program.wait_for("the tries", |said| {
        said.contains(r#"{"tries_left":3}"#).then_some(())
    });
    program.type_line("comparisons");
    program.wait_for("the comparisons", |said| {
        said.contains(r#"{"pin":2,"puk":0,"signature_pin":0}"#)
            .then_some(())
    });
    let said = program.wait();
    for word in [r#""apdus":"#, r#""bytes_sent":"#, r#""bytes_received":"#] {
        assert!(said.contains(word), "{said}");
    }
}

#[test]
fn the_program_serves_both_slots_and_can_hold_an_answer_back() {
    let (place, stack) = (Place::new(), Stack::start());
    let mut command = place.command(programs::built("cns-vpcd"));
    let port = stack.port().to_string();
    command.args([
        "--port",
        &port,
        "--personality2",
        "classic-athena",
        "--link",
        "real",
    ]);
    let mut program = Process::start_spoken_to(command);
    stack.wait_for_card(true);
    stack.wait_for_second_card(true);
    program.type_line("pause");
    program.wait_for("the pause", |said| said.contains("paused").then_some(()));
    let mut command = place.command("opensc-tool");
    stack.lead(&mut command).arg("--name");
    let mut asking = Process::start(&command);
    patience::until(
        || "the first command of OpenSC".to_owned(),
        || {
            program.type_line("count");
            program.said().contains(r#""apdus":1,"#).then_some(())
        },
    );
    assert!(
        asking.runs() && !asking.said().contains("CNS"),
        "{}",
        asking.said()
    );
    program.type_line("resume");
    asking.wait_for("the name of the card", |said| said.contains("CNS").then_some(()));
    program.type_line("2 remove");
    stack.wait_for_second_card(false);
    stack.wait_for_card(true);
}
