//! What a way in costs: ours beside curl with OpenSC's PKCS#11 module, on the same card and the same servers, in one run.
//!
//! The card takes its time as a real one was measured (see `card.rs`). From the PIN typed (the card sees VERIFY) to the end of
//! the program, which has the first page of the area by then; commands to the card; requests and connections, as Apache counts
//! them. curl follows redirects only, so no form stands on these ways.

#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a bench speaks on standard output, and stops where it cannot go on"
)]

use journeys::apache::{Apache, Host, TEMPLATE};
use journeys::card::PIN;
use journeys::opensc;
use journeys::peers::ServerCertificate;
use journeys::scene::Scene;
use std::io::Write as _;
use std::process::{Command, ExitCode, Stdio};
use std::thread;
use std::time::{Duration, Instant};

fn main() -> ExitCode {
    let scene = Scene::with("citizen-good");
    let server = scene.server();
    let apache = Apache::start(&scene.place, &server, &scene.roots, &hosts());
    scene.card.take_ones_time();
    let bench = Bench {
        scene,
        server,
        apache,
    };
    println!("{:<34} {:>42} {:>42}", "", "ours", "curl, OpenSC's module");
    let columns = "  APDUs   asks  lines   from PIN      whole";
    println!("{:<34} {columns} {columns}", "");
    let mut slower = Vec::new();
    for (name, path) in WAYS {
        let ours = middle(|| bench.ours(path));
        let theirs = middle(|| bench.curl(path));
        println!("{name:<34} {} {}", line(&ours), line(&theirs));
        if ours.whole > theirs.whole {
            slower.push(name);
        }
    }
    if slower.is_empty() {
        println!("\ngoal met: every way in takes us less time than curl");
        return ExitCode::SUCCESS;
    }
    println!("\nGOAL NOT MET: slower than curl: {slower:?}");
    ExitCode::FAILURE
}

/// The ways, each by its first address.
const WAYS: [(&str, &str); 3] = [
    ("a host that demands the card", "https://127.0.0.2:{port}/area/"),
    (
        "a service, a voucher, the service",
        "https://127.0.0.1:{port}/login",
    ),
    (
        "asked in the middle (template)",
        "https://127.0.0.3:{port}/secure/",
    ),
];

fn hosts() -> [Host<'static>; 3] {
    let area: &[(&str, &str)] = &[("area/index.html", "<h1>Area</h1>")];
    [
        Host {
            address: "127.0.0.1",
            directives: "RewriteEngine on\nRewriteRule ^/login$ https://127.0.0.2:{port}/sso [R=302,L]\n\
                         RewriteRule ^/back$ /area/ [R=303,L,CO=session:secret:127.0.0.1:10:/area:secure:httponly]",
            pages: area,
        },
        Host {
            address: "127.0.0.2",
            directives: "SSLVerifyClient require\nRewriteEngine on\nRewriteRule ^/sso$ https://127.0.0.1:{port}/back [R=302,L]",
            pages: area,
        },
        Host {
            address: "127.0.0.3",
            directives: TEMPLATE,
            pages: &[("secure/index.html", "<h1>Area</h1>")],
        },
    ]
}

struct Bench {
    scene: Scene,
    server: ServerCertificate,
    apache: Apache,
}

#[derive(Clone, Copy, Debug)]
struct Cost {
    apdus: usize,
    requests: usize,
    connections: usize,
    from_pin: Duration,
    whole: Duration,
}

impl Bench {
    fn ours(&self, address: &str) -> Cost {
        let (ca, url) = (self.server.ca.display().to_string(), self.url(address));
        let card_hosts = ["127.0.0.2", "127.0.0.3"].map(|host| ["--card-host", host]);
        let mut words = vec!["get", &url, "--follow", "--pin-stdin", "--server-ca", &ca];
        words.extend(card_hosts.as_flattened());
        self.cost(self.scene.command(&words), &format!("{PIN}\n"))
    }

    fn curl(&self, address: &str) -> Cost {
        let place = &self.scene.place;
        let configuration = ENGINE.replace("{module}", &opensc::module().display().to_string());
        let pin = place.write("pin", PIN);
        let mut curl = place.command("curl");
        self.scene.stack.lead(&mut curl);
        // The card of 2021 takes a signature's command in one piece only.
        curl.env("OPENSC_CONF", place.write("opensc.conf", opensc::LONG_COMMANDS));
        curl.env("OPENSSL_CONF", place.write("openssl-engine.cnf", configuration))
            .args(["--silent", "--show-error", "--fail", "--location", "--cookie", ""])
            .args([
                "--engine",
                "pkcs11",
                "--cert-type",
                "ENG",
                "--key-type",
                "ENG",
                "--cacert",
            ])
            .arg(&self.server.ca)
            .args(["--cert", &format!("pkcs11:{TOKEN};type=cert;id=%01"), "--key"])
            .arg(format!(
                "pkcs11:{TOKEN};type=private;id=%01;pin-source=file:{}",
                pin.display()
            ))
            .arg(self.url(address));
        self.cost(curl, "")
    }

    fn url(&self, address: &str) -> String {
        address.replace("{port}", &self.apache.port.to_string())
    }

    fn cost(&self, mut command: Command, stdin: &str) -> Cost {
        let card = &self.scene.card;
        card.wake();
        card.forget();
        let before = self.logged();
        let begun = Instant::now();
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(stdin.as_bytes()).unwrap();
        let typed = loop {
            if card.spent().verifies > 0 || child.try_wait().unwrap().is_some() {
                break Instant::now();
            }
            thread::sleep(Duration::from_millis(1));
        };
        let ended = child.wait_with_output().unwrap();
        let end = Instant::now();
        assert!(
            ended.status.success(),
            "{}: {}",
            command.get_program().display(),
            String::from_utf8_lossy(&ended.stderr)
        );
        let spent = card.spent();
        assert!(
            spent.verifies > 0 && spent.signatures > 0,
            "the card was not asked for"
        );
        let after = self.logged();
        Cost {
            apdus: spent.apdus,
            requests: after.0 - before.0,
            connections: after.1 - before.1,
            from_pin: end - typed,
            whole: end - begun,
        }
    }

    /// Requests, and those that were the first on their connection.
    fn logged(&self) -> (usize, usize) {
        let said = self.apache.process.said();
        let requests = said.lines().filter(|line| line.contains(" HTTP/1.1\" "));
        let first = requests.clone().filter(|line| line.contains(" kept=0 "));
        (requests.count(), first.count())
    }
}

/// The run of the middle time.
fn middle(mut run: impl FnMut() -> Cost) -> Cost {
    let mut costs: Vec<Cost> = std::iter::repeat_with(&mut run).take(RUNS).collect();
    costs.sort_by_key(|cost| cost.whole);
    costs[RUNS / 2]
}

fn line(cost: &Cost) -> String {
    format!(
        "{:>7} {:>6} {:>6} {:>8.2} s {:>8.2} s",
        cost.apdus,
        cost.requests,
        cost.connections,
        cost.from_pin.as_secs_f64(),
        cost.whole.as_secs_f64()
    )
}

const RUNS: usize = 3;
/// OpenSC sees a card with two PINs as two tokens, and the engine wants to know which.
const TOKEN: &str = "token=MARIA%20ROSSI%20%28PIN%20CNS0%29";
const ENGINE: &str = "\
openssl_conf = init
[init]
engines = engines
[engines]
pkcs11 = pkcs11
[pkcs11]
engine_id = pkcs11
MODULE_PATH = {module}
init = 0
";
