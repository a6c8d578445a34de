//! Looks at a configuration before it is used: a portal that would be unsafe does not start.
//!
//! Each finding says what is wrong and what to do about it. [`Weight::Unsafe`] keeps the portal from starting,
//! [`Weight::Mind`] is told and no more.

use crate::config::{Config, Database};
use crate::outbox::ChannelKind;
use crate::pin::PinStatus;
use serde::Serialize;
use std::collections::BTreeSet;
use std::fmt;
use std::net::SocketAddr;
use std::path::Path;

/// Something that is not as it should be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// A stable word, such as `weak_key`.
    pub code: &'static str,
    /// How grave it is.
    pub weight: Weight,
    /// What it is about: a key of the configuration, or a file.
    pub about: String,
    /// What is wrong.
    pub what: &'static str,
    /// What to do.
    pub remedy: &'static str,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let weight = match self.weight {
            Weight::Unsafe => "unsafe",
            Weight::Mind => "mind",
        };
        let Self {
            code,
            about,
            what,
            remedy,
            ..
        } = self;
        write!(f, "{weight} {code}: {about}: {what}; {remedy}")
    }
}

/// How grave a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Weight {
    /// The portal does not start.
    Unsafe,
    /// The portal starts.
    Mind,
}

/// Looks at everything that can be seen without opening the database.
pub fn examine(config: &Config) -> Vec<Finding> {
    let mut findings = Vec::new();
    findings.extend(keys(config));
    findings.extend(files(config));
    findings.extend(rules_of_the_pin(config));
    findings.extend(hosts(config));
    findings
}

/// Keys that somebody typed, and keys that are two things at once.
fn keys(config: &Config) -> Vec<Finding> {
    const NAMES: [&str; 4] = ["pepper", "seal", "index", "audit"];
    let keys = config.settings.keys.all();
    let weak = NAMES.iter().zip(keys).filter(|(_, key)| {
        let different: BTreeSet<u8> = key.iter().copied().collect();
        different.len() < FEWEST_DIFFERENT_BYTES || is_a_ladder(*key)
    });
    let mut findings: Vec<Finding> = weak
        .map(|(name, _)| Finding {
            code: "weak_key",
            weight: Weight::Unsafe,
            about: format!("keys/{name}.key"),
            what: "the key was not made by chance",
            remedy: "make new keys with `cns-portal make-keys` before anybody has a PIN",
        })
        .collect();
    if keys.iter().collect::<BTreeSet<_>>().len() < keys.len() {
        findings.push(Finding {
            code: "equal_keys",
            weight: Weight::Unsafe,
            about: "keys".to_owned(),
            what: "two keys are the same",
            remedy: "make new keys with `cns-portal make-keys` before anybody has a PIN",
        });
    }
    findings
}

/// Whether every byte is the one before it and a fixed step: 00 01 02 …
fn is_a_ladder(key: &[u8]) -> bool {
    let steps: BTreeSet<u8> = key
        .iter()
        .zip(key.iter().skip(1))
        .map(|(before, after)| after.wrapping_sub(*before))
        .collect();
    steps.len() == 1
}

/// Files with secrets, and the database, that others may read.
fn files(config: &Config) -> Vec<Finding> {
    let secrets = config
        .secret_files
        .iter()
        .map(|path| (path.as_path(), "secret_file_readable"));
    let database = match &config.database {
        Database::File(path) => Some((path.as_path(), "database_readable")),
        Database::Memory | Database::Postgres(_) => None,
    };
    secrets
        .chain(database)
        .filter(|(path, _)| others_may_read(path))
        .map(|(path, code)| Finding {
            code,
            weight: Weight::Unsafe,
            about: path.display().to_string(),
            what: "others on this computer may read the file",
            remedy: "take the rights of group and others away: chmod 600",
        })
        .collect()
}

/// Modes, not owners: in a container the owner may be anybody.
#[cfg(unix)]
fn others_may_read(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::metadata(path).is_ok_and(|metadata| metadata.permissions().mode() & 0o077 != 0)
}

/// Where rights are lists, the folder's are inherited, and who installs the portal decides them.
#[cfg(not(unix))]
fn others_may_read(_path: &Path) -> bool {
    false
}

fn rules_of_the_pin(config: &Config) -> Vec<Finding> {
    let pin = &config.settings.pin;
    let mut findings = Vec::new();
    if pin.enabled && pin.status == PinStatus::Forbidden {
        findings.push(Finding {
            code: "pin_forbidden",
            weight: Weight::Unsafe,
            about: "pin.enabled".to_owned(),
            what: "the portal offers a PIN that `pin.status` calls forbidden",
            remedy: "set `pin.enabled = false`; bodies under art. 64 of the CAD let people in with SPID, CIE and CNS",
        });
    }
    let ways: BTreeSet<ChannelKind> = config.settings.channels.kinds().collect();
    if pin.enabled && (ways.len() < 2 || !ways.contains(&ChannelKind::Letter)) {
        findings.push(Finding {
            code: "no_two_ways",
            weight: Weight::Mind,
            about: "delivery".to_owned(),
            what: "a PIN goes out in two halves on two ways, and there are not letters and another one: halves wait",
            remedy: "add `delivery.spool`, and `[delivery.email]`, `[delivery.pec]` or `[delivery.sms]`",
        });
    }
    if pin.enabled && config.operator.is_none() {
        findings.push(Finding {
            code: "nobody_decides",
            weight: Weight::Mind,
            about: "operator".to_owned(),
            what: "there is no host for operators: verifications and conversions wait for ever",
            remedy: "add `[operator]`",
        });
    }
    findings
}

fn hosts(config: &Config) -> Vec<Finding> {
    let mut findings = Vec::new();
    let operator = config.operator.as_ref();
    if let Some(operator) = operator {
        let address = operator.endpoint.listen;
        if address.port() != 0 && [config.api.listen, config.cns.listen].contains(&address) {
            findings.push(Finding {
                code: "operator_among_citizens",
                weight: Weight::Unsafe,
                about: "operator.listen".to_owned(),
                what: "operators and citizens would share an address",
                remedy: "give the operators' host an address of its own",
            });
        }
        if !address.ip().is_loopback() && !operator.allow_remote {
            findings.push(Finding {
                code: "operator_reachable",
                weight: Weight::Unsafe,
                about: "operator.listen".to_owned(),
                what: "other computers would reach the operators' host",
                remedy: "listen on 127.0.0.1, or set `operator.allow_remote = true` where the network keeps citizens out",
            });
        }
    }
    let listens = [
        Some(config.cns.listen),
        Some(config.api.listen),
        operator.map(|operator| operator.endpoint.listen),
    ];
    let is_remote = |address: &SocketAddr| !address.ip().is_loopback();
    if !config.settings.limits.throttling && listens.iter().flatten().any(is_remote) {
        findings.push(Finding {
            code: "throttling_off",
            weight: Weight::Unsafe,
            about: "limits.throttling".to_owned(),
            what: "tries are not counted, and other computers reach the portal",
            remedy: "remove `throttling = false`",
        });
    }
    findings
}

/// Of 32 random bytes some 30 differ; that 16 or fewer do happens less than once in 10¹² keys.
const FEWEST_DIFFERENT_BYTES: usize = 17;

#[cfg(test)]
mod tests;
