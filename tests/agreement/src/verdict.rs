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
    for item in report.get_mut(list).and_then(Value::as_array_mut).into_iter().flatten() {
        if let Value::Object(item) = item {
            item.retain(|name, _| fields.contains(&name.as_str()));
        }
    }
}

/// The names of the fields in which two verdicts differ.
#[must_use]
pub fn differences(ours: &Value, theirs: &Value) -> Vec<String> {
    let (Value::Object(ours), Value::Object(theirs)) = (ours, theirs) else {
        return vec!["no object".to_owned()];
    };
    let names = ours.keys().chain(theirs.keys().filter(|name| !ours.contains_key(*name)));
    names
        .filter(|name| ours.get(*name) != theirs.get(*name))
        .map(|name| {
            let of = |side: &Map<String, Value>| side.get(name).map_or("-".to_owned(), Value::to_string);
            format!("{name}: {} | {}", of(ours), of(theirs))
        })
        .collect()
}
