//! The stage itself stands: its parts are the real ones, and they go when the story goes.

use journeys::disk::Watch;
use journeys::keyring::Keyring;
use journeys::peers::{self, ServerCertificate};
use journeys::place::Place;
use journeys::stack::Stack;
use std::fs;

#[test]
fn two_services_run_side_by_side_and_stop_with_their_story() {
    let (first, mut second) = (Stack::start(), Stack::start());
    first.wait_for_card(false);
    second.wait_for_card(false);
    second.stop();
    second.run(true);
    second.wait_for_card(false);
}

#[test]
fn a_keyring_starts_empty_and_unlocked() {
    let place = Place::new();
    let keyring = Keyring::start(&place);
    assert_eq!(keyring.items(&place), Vec::<String>::new());
    keyring.stop();
}

#[test]
fn servers_that_we_did_not_write_demand_a_certificate() {
    let place = Place::new();
    let server = ServerCertificate::issue(&place);
    let peer = peers::s_server(&place, &server, &server.ca, &["-tls1_2"]);
    assert!(peer.url().starts_with("https://localhost:"));
    let nginx = peers::nginx(&place, &server, &server.ca);
    let answer = peers::openssl(&place, |o| {
        let ask = format!(
            "printf 'GET / HTTP/1.0\\r\\n\\r\\n' | openssl s_client -quiet -connect localhost:{} 2>/dev/null",
            nginx.port
        );
        *o = place.command("sh");
        o.args(["-c", &ask])
    });
    assert!(
        answer.contains("No required SSL certificate was sent"),
        "{answer}"
    );
}

#[test]
fn a_watch_sees_a_file_that_was_there_for_a_moment() {
    let place = Place::new();
    let old = place.home().join("old");
    fs::write(&old, "old").unwrap();
    let watch = Watch::start(vec![place.home()]);
    let brief = place.home().join("deep/brief");
    fs::create_dir(place.home().join("deep")).unwrap();
    fs::write(&brief, "secret 12345").unwrap();
    std::thread::sleep(std::time::Duration::from_millis(50));
    fs::remove_file(&brief).unwrap();
    let seen = watch.end();
    assert_eq!(seen.keys().collect::<Vec<_>>(), [&brief]);
    assert!(journeys::disk::holds(&seen[&brief], "12345"));
}
