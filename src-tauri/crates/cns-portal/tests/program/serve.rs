//! Configuration in, two hosts up, a whole way in, and an orderly end.

use crate::curl::{Curl, walk_the_whole_way};
use crate::pki;
use crate::running::{Program, write_config, write_files, write_private};
use tokio::process::Command;

#[tokio::test]
async fn it_serves_the_whole_way_logs_it_and_ends_when_told() {
    for signal in ["-TERM", "-INT"] {
        let folder = tempfile::tempdir().unwrap();
        let mut program = Program::serve(&write_config(folder.path()));
        let (cns, api) = program.addresses().await;
        walk_the_whole_way(&Curl::new(&[]).with_card(&pki::card(pki::Flaw::None)), cns, api).await;

        let (code, lines) = program.end_with(signal).await;
        assert_eq!(code, Some(0), "{lines:#?}");
        let requests = lines.iter().filter(|line| line.contains(" request: ")).count();
        assert_eq!(requests, 7, "{lines:#?}");
        assert!(
            lines
                .iter()
                .all(|line| !line.contains(pki::MARIO) && !line.contains("Rossi")),
            "{lines:#?}"
        );
        assert!(folder.path().join("data/portal.sqlite").exists());
    }
}

#[tokio::test]
async fn no_log_filter_brings_the_person_into_the_log() {
    for filter in ["trace", "trace,rustls=trace,hyper=trace,sqlx=trace"] {
        let folder = tempfile::tempdir().unwrap();
        let mut program = Program::serve_logging(&write_config(folder.path()), Some(filter));
        let (cns, api) = program.addresses().await;
        for version in ["1.2", "1.3"] {
            let curl = Curl::new(&["--tls-max", version]).with_card(&pki::card(pki::Flaw::None));
            walk_the_whole_way(&curl, cns, api).await;
        }
        let (_, lines) = program.end_with("-TERM").await;
        assert!(lines.iter().any(|line| line.contains("DEBUG")), "{lines:#?}");
        for personal in [pki::MARIO, "Rossi", "ROSSI", "Mario"] {
            for written in ways_to_write(personal) {
                let line = lines.iter().find(|line| line.contains(&written));
                assert_eq!(line, None, "{personal}");
            }
        }
    }
}

/// A text as a log may hold it: as it is, and as the bytes of a certificate print.
fn ways_to_write(text: &str) -> [String; 4] {
    let hexadecimal: String = text.bytes().map(|byte| format!("{byte:02x}")).collect();
    let decimal = format!("{:?}", text.as_bytes());
    let decimal = decimal.trim_matches(['[', ']']).to_owned();
    [text.to_owned(), hexadecimal.to_uppercase(), hexadecimal, decimal]
}

#[tokio::test]
async fn the_sample_configuration_can_be_used_as_it_is() {
    let output = Command::new(env!("CARGO_BIN_EXE_cns-portal"))
        .arg("sample-config")
        .output()
        .await
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success() && output.stderr.is_empty());

    let folder = tempfile::tempdir().unwrap();
    write_files(
        folder.path(),
        [
            "cns-certificate.pem",
            "cns-key.pem",
            "api-certificate.pem",
            "api-key.pem",
        ],
    );
    for (api, operator) in [
        ("api-certificate.pem", "operator-certificate.pem"),
        ("api-key.pem", "operator-key.pem"),
    ] {
        std::fs::copy(folder.path().join(api), folder.path().join(operator)).unwrap();
    }
    let config = folder.path().join("portal.toml");
    // Ports that are free, whatever else runs on this computer.
    let free = text
        .replace(":8443", ":0")
        .replace(":8444", ":0")
        .replace(":8445", ":0");
    std::fs::write(&config, free).unwrap();
    let mut program = Program::serve(&config);
    program.addresses().await;
    assert_eq!(program.end_with("-TERM").await.0, Some(0));
}

#[tokio::test]
async fn a_configuration_that_cannot_be_used_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let good = write_config(folder.path());
    let text = std::fs::read_to_string(&good).unwrap();
    for (text, named) in [
        (text.replace("[cns]", "[cns]\nport = 1"), "unknown field `port`"),
        (
            text.replace("cns.key", "missing.key"),
            "missing.key` cannot be read",
        ),
        (
            text.replace("cns.key", "cns.pem"),
            "cns.pem` holds no usable private key",
        ),
        (
            text.replace("cns.key", "api.key"),
            "the certificate and key of the CNS host cannot be used",
        ),
        (
            text.replace(r#"["roots"]"#, "[]"),
            "`client_roots` names no certificate",
        ),
        (
            format!("{text}\n[limits]\nsession_idle_seconds = 0\n"),
            "`limits.session_idle_seconds` must be between",
        ),
        (
            text.replace("data/", "nowhere/"),
            "nowhere/portal.sqlite` cannot be opened",
        ),
        (
            text.replace(r#"keys = "keys""#, ""),
            "`keys` is missing: `cns-portal make-keys FOLDER` makes them",
        ),
        (
            text.replace(r#"keys = "keys""#, r#"keys = "data""#),
            "pepper.key` cannot be read",
        ),
        ("client_roots = 1".to_owned(), "is not a valid configuration"),
    ] {
        std::fs::write(folder.path().join("bad.toml"), text).unwrap();
        let output = Command::new(env!("CARGO_BIN_EXE_cns-portal"))
            .args(["serve", "--config"])
            .arg(folder.path().join("bad.toml"))
            .output()
            .await
            .unwrap();
        let told = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{told}");
        // What the doctor minds may stand before it.
        let (_, last) = told.split_at(told.find("cns-portal: ").unwrap());
        assert!(last.contains(named), "{named}: {told}");
        assert!(output.stdout.is_empty());
    }
}

#[tokio::test]
async fn an_unsafe_configuration_is_told_by_the_doctor_and_not_served() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let config = write_config(folder.path());
    let run = async |command: &str| {
        let mut program = Command::new(env!("CARGO_BIN_EXE_cns-portal"));
        let output = program
            .args([command, "--config"])
            .arg(&config)
            .output()
            .await
            .unwrap();
        let said = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
        (output.status.code(), said)
    };
    let (code, said) = run("doctor").await;
    assert_eq!(code, Some(0), "{said}");

    let good = std::fs::read_to_string(&config).unwrap();
    let pepper = folder.path().join("keys/pepper.key");
    let key = std::fs::read_to_string(&pepper).unwrap();
    for (break_it, code) in [(0, "weak_key"), (1, "secret_file_readable"), (2, "pin_forbidden")] {
        match break_it {
            0 => std::fs::write(&pepper, "00".repeat(32)).unwrap(),
            1 => std::fs::set_permissions(&pepper, PermissionsExt::from_mode(0o644)).unwrap(),
            _ => std::fs::write(&config, format!("{good}\n[pin]\nstatus = \"forbidden\"\n")).unwrap(),
        }
        for command in ["doctor", "serve"] {
            let (status, said) = run(command).await;
            assert_eq!(status, Some(1), "{said}");
            assert!(said.contains(code), "{command} {code}: {said}");
        }
        write_private(&pepper, &key);
        std::fs::write(&config, &good).unwrap();
    }
}

#[tokio::test]
async fn wrong_usage_is_exit_code_2() {
    for arguments in [&[][..], &["serve"], &["fly"], &["serve", "--config"]] {
        let output = Command::new(env!("CARGO_BIN_EXE_cns-portal"))
            .args(arguments)
            .output()
            .await
            .unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
    }
}
