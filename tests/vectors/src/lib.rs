//! Test vectors: known answers for every implementation of the protocol, made here and judged here.
//!
//! A topic is a file: `make` writes it from secrets that are hashes of names, so that its bytes are the same each time,
//! and `judge` reads a case back with nothing but the file. Where a transcript is told step by step, the steps are written
//! from the specification and compared with what the library does.
#![expect(clippy::unwrap_used, reason = "a vector that cannot be made or read must fail where it stands")]
#![expect(clippy::indexing_slicing, reason = "likewise")]

mod ballots;
mod ceremony;
mod credentials;
mod decryption;
mod group;
mod json;
mod kinds;
mod linear_bits;
mod log;
mod manifest;
mod numbers;
mod outcome;
mod proofs;
mod prover;
mod records;
mod steps;
mod sums;
mod transcripts;

use std::collections::BTreeMap;

use json::Fields;
use serde_json::Value;

type Judge = fn(&Value) -> Result<(), String>;
type Topic = (&'static str, fn() -> Vec<u8>, Judge);

/// A topic: its file's name, its maker, its judge.
const TOPICS: &[Topic] = &[
    ("group.json", group::make, group::judge),
    ("transcripts.json", transcripts::make, transcripts::judge),
    ("proofs.json", proofs::make, proofs::judge),
    ("linear_bits.json", linear_bits::make, linear_bits::judge),
    ("sums.json", sums::make, sums::judge),
    ("credentials.json", credentials::make, credentials::judge),
    ("ballots.json", ballots::make, ballots::judge),
    ("ceremony.json", ceremony::make, ceremony::judge),
    ("decryption.json", decryption::make, decryption::judge),
    ("log.json", log::make, log::judge),
    ("manifest.json", manifest::make, manifest::judge),
    ("outcome.json", outcome::make, outcome::judge),
];

/// Whole records are files beside their cases.
const RECORDS: (&str, Judge) = ("records.json", records::judge);

/// Every file that `proofs/vectors` holds but its README, by path within that folder.
#[must_use]
pub fn files() -> BTreeMap<String, Vec<u8>> {
    let mut files: BTreeMap<_, _> =
        TOPICS.iter().map(|(name, make, _)| ((*name).to_owned(), make())).collect();
    files.extend(records::make());
    files
}

/// Judges a topic's file as it stands, and gives the number of its cases.
///
/// # Errors
/// Every case whose outcome is not the expected one; a file of no topic, of another version, or without cases.
pub fn judge(name: &str, bytes: &[u8]) -> Result<usize, String> {
    let topics = TOPICS.iter().map(|(topic, _, judge)| (*topic, *judge)).chain([RECORDS]);
    let judge =
        topics.into_iter().find(|(topic, _)| *topic == name).ok_or_else(|| format!("{name} is no topic"))?.1;
    let whole: Value = serde_json::from_slice(bytes).map_err(|error| format!("{name}: {error}"))?;
    if whole.get("version") != Some(&Value::from(1)) {
        return Err(format!("{name} is not of version 1"));
    }
    let cases = whole.get("cases").and_then(Value::as_array).filter(|cases| !cases.is_empty());
    let cases = cases.ok_or_else(|| format!("{name} has no cases"))?;
    let mut wrong = Vec::new();
    let mut names = std::collections::BTreeSet::new();
    for case in cases {
        if !names.insert(case.text("name")) {
            wrong.push(format!("{name}: {} stands twice", case.text("name")));
        }
        let expected = match case.text("expect") {
            "accepted" => Ok(()),
            "refused" => Err(case.text("error").to_owned()),
            other => return Err(format!("{name}: expectation {other}")),
        };
        let found = judge(case);
        if found != expected {
            wrong.push(format!("{name}: {}: expected {expected:?}, found {found:?}", case.text("name")));
        }
    }
    if wrong.is_empty() { Ok(cases.len()) } else { Err(wrong.join("\n")) }
}
