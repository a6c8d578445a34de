//! What schemathesis did, from its own record: one JSON event a line.

use crate::Failure;
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;

/// What a run comes to.
#[derive(Debug, Default)]
pub(super) struct Report {
    /// Requests that were made and judged.
    pub(super) cases: u64,
    /// Checks that failed, and scenarios that broke.
    pub(super) failures: u64,
    /// Operations that were asked, and those that gave something.
    pub(super) asked: BTreeSet<String>,
    pub(super) gave: BTreeSet<String>,
    /// How often a check had something to look at, where passing may mean that it had not.
    looks: BTreeMap<&'static str, u64>,
}

impl Report {
    pub(super) fn read(path: &Path) -> Result<Self, Failure> {
        let file = fs::File::open(path).map_err(Failure::file(path))?;
        let mut report = Self::default();
        for line in BufReader::new(file).lines() {
            let line = line.map_err(Failure::file(path))?;
            let event: Value = serde_json::from_str(&line).map_err(|_| Failure::Unreadable {
                source: "schemathesis".to_owned(),
            })?;
            report.hear(&event);
        }
        Ok(report)
    }

    /// How often the check had something to look at.
    pub(super) fn looks(&self, check: &str) -> u64 {
        self.looks.get(check).copied().unwrap_or_default()
    }

    pub(super) fn looked_at(&self) -> String {
        let said: Vec<String> = self
            .looks
            .iter()
            .map(|(check, times)| format!("{check} {times}"))
            .collect();
        said.join(", ")
    }

    fn hear(&mut self, event: &Value) {
        for error in ["NonFatalError", "FatalError"] {
            self.failures += u64::from(event.get(error).is_some());
        }
        let Some(recorder) = event["ScenarioFinished"]["recorder"].as_object() else {
            return;
        };
        let label = recorder.get("label").and_then(Value::as_str).unwrap_or_default();
        let scenario = Scenario {
            cases: recorder.get("cases").and_then(Value::as_object),
            interactions: recorder.get("interactions").and_then(Value::as_object),
        };
        for checks in recorder
            .get("checks")
            .and_then(Value::as_object)
            .into_iter()
            .flat_map(Map::values)
        {
            self.cases += 1;
            let failed = |check: &&Value| check["status"] != "success";
            self.failures +=
                u64::try_from(checks.as_array().into_iter().flatten().filter(failed).count()).unwrap_or(1);
        }
        for case in scenario.all() {
            self.asked.insert(label.to_owned());
            if case.succeeded() {
                self.gave.insert(label.to_owned());
            }
            for (check, looked) in [
                ("ignored_auth", scenario.is_without_credentials(&case)),
                ("object_level_authorization", scenario.is_of_another_person(&case)),
                ("use_after_free", scenario.comes_after_a_deletion(&case)),
            ] {
                *self.looks.entry(check).or_default() += u64::from(looked);
            }
        }
    }
}

/// A tree of requests that belong together.
struct Scenario<'a> {
    cases: Option<&'a Map<String, Value>>,
    interactions: Option<&'a Map<String, Value>>,
}

impl<'a> Scenario<'a> {
    fn all(&self) -> impl Iterator<Item = Asked<'a>> {
        let ids = self.cases.into_iter().flat_map(Map::keys);
        ids.filter_map(|id| self.one(id))
    }

    fn one(&self, id: &str) -> Option<Asked<'a>> {
        Some(Asked {
            node: self.cases?.get(id)?,
            interaction: self.interactions?.get(id)?,
        })
    }

    /// Whether the case repeats, with no credentials, what its parent was given.
    fn is_without_credentials(&self, case: &Asked<'_>) -> bool {
        self.parent(case).is_some_and(|parent| {
            parent.succeeded()
                && parent.has_credentials()
                && !case.has_credentials()
                && parent.uri() == case.uri()
        })
    }

    /// Whether the case asks for somebody else's object, which its owner was given.
    fn is_of_another_person(&self, case: &Asked<'_>) -> bool {
        self.parent(case).is_some_and(|parent| {
            let people = (parent.person(), case.person());
            matches!(people, (Some(owner), Some(other)) if owner != other)
                && parent.succeeded()
                && parent.uri() == case.uri()
                && case.names_an_object()
        })
    }

    /// Whether the case asks for an object that was deleted before, or for what belongs to it.
    fn comes_after_a_deletion(&self, case: &Asked<'_>) -> bool {
        case.method() == "GET"
            && self.all().any(|other| {
                other.method() == "DELETE"
                    && other.succeeded()
                    && other.names_an_object()
                    && case.uri().starts_with(other.uri())
                    && other.at() < case.at()
            })
    }

    fn parent(&self, case: &Asked<'_>) -> Option<Asked<'a>> {
        self.one(case.node["parent_id"].as_str()?)
    }
}

/// A request, and what came back.
struct Asked<'a> {
    node: &'a Value,
    interaction: &'a Value,
}

impl<'a> Asked<'a> {
    fn method(&self) -> &'a str {
        self.interaction["request"]["method"].as_str().unwrap_or_default()
    }

    fn uri(&self) -> &'a str {
        self.interaction["request"]["uri"].as_str().unwrap_or_default()
    }

    /// When it was asked, in seconds since 1970.
    fn at(&self) -> f64 {
        self.interaction["timestamp"].as_f64().unwrap_or_default()
    }

    fn succeeded(&self) -> bool {
        let status = self.interaction["response"]["status_code"].as_u64();
        status.is_some_and(|status| (200..300).contains(&status))
    }

    fn has_credentials(&self) -> bool {
        self.interaction["request"]["headers"]
            .get("Authorization")
            .is_some()
    }

    fn person(&self) -> Option<&'a str> {
        self.node["value"]["auth_identity"].as_str()
    }

    fn names_an_object(&self) -> bool {
        let parameters = self.node["value"]["path_parameters"].as_object();
        parameters.is_some_and(|parameters| !parameters.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// A request of somebody's, and the status that came back.
    fn interaction(at: u8, method: &str, uri: &str, credentials: bool, status: u16) -> Value {
        let headers = if credentials {
            json!({ "Authorization": ["[Filtered]"] })
        } else {
            json!({})
        };
        json!({ "request": { "method": method, "uri": uri, "headers": headers },
            "response": { "status_code": status }, "timestamp": f64::from(at) })
    }

    fn case(parent: Option<&str>, person: Option<&str>) -> Value {
        json!({ "parent_id": parent, "value": { "auth_identity": person, "path_parameters": { "id": "7" } } })
    }

    fn heard(cases: Value, interactions: Value, checks: Value) -> Report {
        let mut report = Report::default();
        report.hear(&json!({ "ScenarioFinished": { "recorder": {
            "label": "GET /things/{id}", "cases": cases, "interactions": interactions, "checks": checks,
        } } }));
        report
    }

    #[test]
    fn what_checks_looked_at_is_found_among_the_requests() {
        let report = heard(
            json!({
                "made": case(None, Some("anna")),
                "read": case(Some("made"), Some("anna")),
                "nobody": case(Some("read"), Some("anna")),
                "other": case(Some("read"), Some("bruno")),
                "deleted": case(Some("read"), Some("anna")),
                "gone": case(Some("deleted"), Some("anna")),
            }),
            json!({
                "made": interaction(1, "POST", "/things", true, 201),
                "read": interaction(2, "GET", "/things/7", true, 200),
                "nobody": interaction(3, "GET", "/things/7", false, 401),
                "other": interaction(4, "GET", "/things/7", true, 404),
                "deleted": interaction(5, "DELETE", "/things/7", true, 204),
                "gone": interaction(6, "GET", "/things/7/parts", true, 404),
            }),
            json!({
                "made": [{ "name": "a", "status": "success" }],
                "read": [{ "name": "a", "status": "failure" }, { "name": "b", "status": "error" }],
            }),
        );
        assert_eq!(report.looks("ignored_auth"), 1);
        assert_eq!(report.looks("object_level_authorization"), 1);
        assert_eq!(report.looks("use_after_free"), 1);
        assert_eq!((report.cases, report.failures), (2, 2));
        assert!(report.gave.contains("GET /things/{id}"));
    }

    #[test]
    fn a_check_that_had_nothing_to_look_at_is_seen() {
        let report = heard(
            json!({ "read": case(None, Some("anna")) }),
            json!({ "read": interaction(7, "GET", "/things/7", true, 404) }),
            json!({ "read": [{ "name": "a", "status": "success" }] }),
        );
        assert_eq!(report.looks("object_level_authorization"), 0);
        assert!(report.gave.is_empty() && report.asked.len() == 1);
    }
}
