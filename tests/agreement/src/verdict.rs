//! What a verifier says of a record, as far as two verifiers must agree (§23): everything but sentences.

use std::path::Path;

use plebiscite_election::credential::Fingerprint;
use plebiscite_election::manifest::ElectionId;
use plebiscite_verifier::check::Demand;
use plebiscite_verifier::report::Report;
use plebiscite_verifier::source::Source;
use plebiscite_verifier::{Options, replay};
use serde_json::{Map, Value, json};

use crate::record::Record;

/// The verdict of this project's verifier on a folder.
///
/// # Panics
/// Where the record asks for an election in a way that is none.
#[must_use]
pub fn ours(folder: &Path, record: &Record) -> Value {
    let Ok(source) = Source::open(&folder.to_string_lossy()) else { return json!({"exit": 3}) };
    let election = record.election.as_deref().map(demand);
    let options = Options {
        election,
        since: record.since.clone(),
        up_to: None,
        fresh: [9; 32],
        progress: &mut |_, _| (),
    };
    match replay(source, options) {
        Ok(replay) => {
            let report = Report::of(&replay);
            let exit = report.outcome.exit_code();
            let mut said = said(serde_json::to_value(&report).unwrap());
            said["exit"] = json!(exit);
            said
        }
        // A folder that lacks a file: no verdict.
        Err(_) => json!({"exit": 3}),
    }
}

fn demand(text: &str) -> Demand {
    hex::decode(text).ok().and_then(|bytes| bytes.try_into().ok()).map_or_else(
        || Demand::Fingerprint(Fingerprint::parse(text).unwrap()),
        |bytes| Demand::Id(ElectionId(bytes)),
    )
}

/// A report without its sentences; without a verdict, the exit code alone.
#[must_use]
pub fn said(report: Value) -> Value {
    let Value::Object(mut report) = report else { return report };
    if !report.contains_key("schema") {
        return json!({"exit": report.get("exit")});
    }
    report.remove("folder");
    only(&mut report, "checks", &["name", "status", "entry"]);
    only(&mut report, "findings", &["name", "entry"]);
    Value::Object(report)
}

fn only(report: &mut Map<String, Value>, list: &str, fields: &[&str]) {
    if let Some(Value::Array(items)) = report.get_mut(list) {
        items.sort_by_key(|item| item["name"].to_string());
    }
    for item in report.get_mut(list).and_then(Value::as_array_mut).into_iter().flatten() {
        if let Value::Object(item) = item {
            item.retain(|name, _| fields.contains(&name.as_str()));
        }
    }
}

/// Where two verdicts differ, each as `path: ours | theirs`.
#[must_use]
pub fn differences(ours: &Value, theirs: &Value) -> Vec<String> {
    let mut found = Vec::new();
    differ("", ours, theirs, &mut found);
    found
}

fn differ(path: &str, ours: &Value, theirs: &Value, found: &mut Vec<String>) {
    match (ours, theirs) {
        (Value::Object(one), Value::Object(other)) => {
            for name in one.keys().chain(other.keys().filter(|name| !one.contains_key(*name))) {
                let of = |side: &Map<String, Value>| side.get(name).cloned().unwrap_or(json!("missing"));
                differ(&format!("{path}/{name}"), &of(one), &of(other), found);
            }
        }
        (Value::Array(one), Value::Array(other)) if one.len() == other.len() => {
            for (number, (one, other)) in one.iter().zip(other).enumerate() {
                let name = one.get("name").and_then(Value::as_str).map_or(number.to_string(), str::to_owned);
                differ(&format!("{path}/{name}"), one, other, found);
            }
        }
        _ if ours == theirs => {}
        _ => found.push(format!("{path}: {ours} | {theirs}")),
    }
}
