//! What a verdict costs: one certificate, the official list, and a CRL of 20 MiB beside OpenSSL, in one run.
//!
//! Whatever is measured for memory runs in a process of its own, whose high-water mark the system tells. The goals are
//! of a release build: under 2 ms for a certificate offline, under 150 ms for the list. The bench fails when one is missed,
//! and when the CRL makes memory grow.

#![expect(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a bench looks at the clock, speaks on standard output, and stops where it cannot go on"
)]

use cns_trust::revocation::crl::CrlReader;
use cns_trust::revocation::{Question, Status};
use cns_trust::{Outcome, Pins, Pour, TrustList, TrustRoots, check};
use cns_virtual_card::pki::chains::{AT, SOUND, chains};
use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::Read;
use std::ops::ControlFlow;
use std::path::Path;
use std::process::{Command, ExitCode, Stdio};
use std::time::{Duration, Instant};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words[..] {
        ["measure-list", path] => {
            load_list(Path::new(path));
            println!("{}", high_water_mark());
            ExitCode::SUCCESS
        }
        ["measure-crl", folder, at] => {
            let time = read_crl(Path::new(folder), OffsetDateTime::parse(at, &Rfc3339).unwrap());
            println!("{} {}", high_water_mark(), time.as_micros());
            ExitCode::SUCCESS
        }
        _ => bench(),
    }
}

fn bench() -> ExitCode {
    println!("{:<44} {:>10} {:>10}", "", "time", "memory");
    let certificate = one_certificate();
    line("check one certificate, offline", certificate, None);
    let (list, list_memory) = one_list();
    line("load, verify and read list 194 (2.4 MB)", list, Some(list_memory));
    let crl = Crl::made_by_openssl();
    let (time, memory) = crl.ours();
    line(
        &format!("CRL of {:.1} MiB, ours", crl.size_in_mib()),
        time,
        Some(memory),
    );
    let (checked, checked_memory) = crl.openssl(&[
        "crl", "-inform", "DER", "-noout", "-CAfile", "ca.pem", "-in", "list.crl",
    ]);
    line("the same, openssl crl -CAfile", checked, Some(checked_memory));
    let (verified, verified_memory) = crl.openssl(&[
        "verify",
        "-crl_check",
        "-CAfile",
        "ca.pem",
        "-CRLfile",
        "list.pem",
        "leaf.pem",
    ]);
    line(
        "the same, openssl verify -crl_check",
        verified,
        Some(verified_memory),
    );
    let missed: Vec<&str> = [
        (certificate < CERTIFICATE_GOAL, "a certificate takes 2 ms or more"),
        (list < LIST_GOAL, "the list takes 150 ms or more"),
        (memory < CRL_MEMORY_GOAL, "the CRL takes 16 MiB of memory or more"),
    ]
    .into_iter()
    .filter_map(|(is_met, what)| (!is_met).then_some(what))
    .collect();
    if missed.is_empty() {
        println!("\ngoals met: a certificate in under 2 ms, the list in under 150 ms, a CRL in flat memory");
        ExitCode::SUCCESS
    } else {
        println!("\nGOAL NOT MET: {}", missed.join("; "));
        ExitCode::FAILURE
    }
}

/// The time of checking a sound certificate below its anchor.
fn one_certificate() -> Duration {
    let chain = chains(1, 10)
        .unwrap()
        .into_iter()
        .find(|chain| chain.change == SOUND)
        .unwrap();
    let mut roots = TrustRoots::default();
    assert!(roots.add_der(chain.anchor));
    // The clock of the processor is too coarse for one.
    let many = least(5, || {
        for _ in 0..AT_ONCE {
            let verdict = check(&chain.leaf, None, &roots, AT);
            assert!(verdict.outcome() != Outcome::Bad && verdict.question().is_some());
        }
    });
    many / AT_ONCE
}

/// The time in this process, the memory of a process that does nothing else.
fn one_list() -> (Duration, u64) {
    let path =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../../shared/data/tsl/TSL-IT-seq194-20230926.xml");
    let time = least(21, || load_list(&path));
    let said = ourselves(&["measure-list", path.to_str().unwrap()]);
    (time, said.trim().parse().unwrap())
}

fn load_list(path: &Path) {
    let list = TrustList::read(&fs::read(path).unwrap(), &Pins::built_in().italy, 194).unwrap();
    assert_eq!(list.cas().len(), 170);
}

/// A CRL of OpenSSL's with so many entries that it is over 20 MiB, its CA, and a certificate that is not on it.
struct Crl {
    folder: tempfile::TempDir,
    at: String,
}

impl Crl {
    fn made_by_openssl() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let crl = Self {
            folder,
            at: OffsetDateTime::now_utc().format(&Rfc3339).unwrap(),
        };
        let mut index = String::new();
        for number in 0..ENTRIES {
            writeln!(
                index,
                "R\t400101000000Z\t260101000000Z,keyCompromise\t{:032X}\tunknown\t/CN={number}",
                number + (1 << 100)
            )
            .unwrap();
        }
        crl.write("index.txt", &index);
        crl.write("index.txt.attr", "unique_subject = no\n");
        crl.write("crlnumber", "01\n");
        crl.write("openssl.cnf", CONFIGURATION);
        let subject = [
            "-subj",
            "/C=IT/O=Ente di Prova/CN=Regione di Prova - CA Cittadini",
        ];
        crl.run(
            &[
                &[
                    "req",
                    "-x509",
                    "-newkey",
                    "rsa:2048",
                    "-nodes",
                    "-keyout",
                    "ca.key",
                    "-out",
                    "ca.pem",
                    "-days",
                    "30",
                    "-config",
                    "openssl.cnf",
                    "-extensions",
                    "authority",
                ],
                &subject[..],
            ]
            .concat(),
        );
        crl.run(&[
            "req",
            "-newkey",
            "rsa:2048",
            "-nodes",
            "-keyout",
            "leaf.key",
            "-out",
            "leaf.csr",
            "-subj",
            "/CN=Nessuno",
            "-config",
            "openssl.cnf",
        ]);
        crl.run(&[
            "x509",
            "-req",
            "-in",
            "leaf.csr",
            "-CA",
            "ca.pem",
            "-CAkey",
            "ca.key",
            "-set_serial",
            "7",
            "-days",
            "20",
            "-extfile",
            "openssl.cnf",
            "-extensions",
            "leaf",
            "-out",
            "leaf.pem",
        ]);
        crl.run(&["ca", "-gencrl", "-config", "openssl.cnf", "-out", "list.pem"]);
        crl.run(&["crl", "-in", "list.pem", "-outform", "DER", "-out", "list.crl"]);
        crl.run(&["x509", "-in", "ca.pem", "-outform", "DER", "-out", "ca.der"]);
        crl.run(&["x509", "-in", "leaf.pem", "-outform", "DER", "-out", "leaf.der"]);
        // The list begins now, which may be later than what the clock said above.
        Self {
            at: OffsetDateTime::now_utc().format(&Rfc3339).unwrap(),
            ..crl
        }
    }

    fn ours(&self) -> (Duration, u64) {
        let said = ourselves(&["measure-crl", self.folder.path().to_str().unwrap(), &self.at]);
        let (memory, micros) = said.trim().split_once(' ').unwrap();
        (
            Duration::from_micros(micros.parse().unwrap()),
            memory.parse().unwrap(),
        )
    }

    /// Time and memory of one run of OpenSSL's, which says that all is well.
    fn openssl(&self, words: &[&str]) -> (Duration, u64) {
        let mut measured = Command::new("python3");
        measured
            .args(["-c", MEASURE, "openssl"])
            .args(words)
            .current_dir(self.folder.path());
        let output = measured.stdin(Stdio::null()).output().expect("python3");
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(
            output.status.success(),
            "{said}{}",
            String::from_utf8_lossy(&output.stderr)
        );
        let (memory, micros) = said.lines().last().unwrap().split_once(' ').unwrap();
        (
            Duration::from_micros(micros.parse().unwrap()),
            memory.parse().unwrap(),
        )
    }

    fn size_in_mib(&self) -> f64 {
        let bytes = fs::metadata(self.folder.path().join("list.crl")).unwrap().len();
        bytes as f64 / f64::from(1 << 20)
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.folder.path().join(name), text).unwrap();
    }

    fn run(&self, words: &[&str]) {
        let output = Command::new("openssl")
            .args(words)
            .current_dir(self.folder.path())
            .output()
            .expect("openssl");
        assert!(
            output.status.success(),
            "{words:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
}

/// Reads the list as it would come from the network, in pieces of 16 KiB.
fn read_crl(folder: &Path, at: OffsetDateTime) -> Duration {
    let question = Question::new(
        &fs::read(folder.join("leaf.der")).unwrap(),
        &fs::read(folder.join("ca.der")).unwrap(),
    )
    .unwrap();
    let started = Instant::now();
    let mut reader = CrlReader::new(&question, &question.crl[0]);
    let mut file = File::open(folder.join("list.crl")).unwrap();
    let mut piece = [0; 16 * 1024];
    while let Ok(length @ 1..) = file.read(&mut piece) {
        assert_eq!(reader.pour(&piece[..length]), ControlFlow::Continue(()));
    }
    let (status, _) = reader.finish(at).unwrap();
    assert_eq!(status, Status::Good);
    started.elapsed()
}

/// Runs this program again, for one thing.
fn ourselves(words: &[&str]) -> String {
    let output = Command::new(std::env::current_exe().unwrap())
        .args(words)
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap()
}

/// The most memory that this process ever had, in KiB.
fn high_water_mark() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))
        .unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}

/// The least time on the processor of so many runs: what else the computer does is no cost of ours.
fn least(runs: usize, mut act: impl FnMut()) -> Duration {
    let times = (0..runs).map(|_| {
        let before = on_the_processor();
        act();
        on_the_processor() - before
    });
    times.min().unwrap()
}

/// How long this thread has run so far (proc(5), schedstat).
fn on_the_processor() -> Duration {
    let said = fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    Duration::from_nanos(said.split(' ').next().unwrap().parse().unwrap())
}

fn line(what: &str, time: Duration, memory: Option<u64>) {
    let memory = memory.map_or("-".to_owned(), |kib| format!("{:.1} MiB", kib as f64 / 1024.0));
    println!("{what:<44} {:>7.2} ms {memory:>10}", time.as_secs_f64() * 1000.0);
}

const CERTIFICATE_GOAL: Duration = Duration::from_millis(2);
const LIST_GOAL: Duration = Duration::from_millis(150);
const CRL_MEMORY_GOAL: u64 = 16 * 1024;
const ENTRIES: u128 = 460_000;
const AT_ONCE: u32 = 500;
const CONFIGURATION: &str = "\
[req]
distinguished_name = dn
[dn]
[ca]
default_ca = one
[authority]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
[leaf]
keyUsage = critical, digitalSignature
authorityKeyIdentifier = keyid
crlDistributionPoints = URI:http://crl.example/list.crl
[one]
database = index.txt
crlnumber = crlnumber
certificate = ca.pem
private_key = ca.key
default_md = sha256
default_crl_days = 10
crl_extensions = list
[list]
authorityKeyIdentifier = keyid
";
/// Starts what its words say, and tells its memory in KiB and its time in microseconds.
const MEASURE: &str = "
import resource, subprocess, sys, time
started = time.perf_counter()
subprocess.run(sys.argv[1:], check=True)
micros = int((time.perf_counter() - started) * 1e6)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, micros)
";
