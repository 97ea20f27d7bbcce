//! The vector that browsers are held to: a record, choices, seeds, and the bytes that the native program makes of them.

use std::path::PathBuf;

use plebiscite_election::manifest::document::ContestDocument;
use plebiscite_support::questions::measured;
use plebiscite_support::{Election, Shape};
use plebiscite_web::arguments::Answer;
use plebiscite_web::record::PublicRecord;
use plebiscite_web::seeded::SeededBallots;
use serde_json::{Value, json};

use crate::board::{answer_about, hints};

/// A voter who has not voted.
const VOTER: u32 = 2;

/// Where the vector is kept.
pub fn path() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/wasm/vector.json")
}

/// The vector, made now: for each kind of question an election that asks nothing else, and three ballots.
pub fn make() -> Value {
    Value::Array(every_kind().into_iter().map(|(question, answers)| of_kind(question, answers)).collect())
}

fn of_kind(question: ContestDocument, answers: [Value; 3]) -> Value {
    let kind = serde_json::to_value(&question).unwrap()["kind"].clone();
    let title = format!("A vector for browsers: {kind}");
    let election =
        Election::opened(Shape { title, question: false, contests: vec![question], ..Shape::default() });
    let record = record(&election);
    let maker = SeededBallots::of(&record).unwrap();
    let ballots = answers.into_iter().zip(1u8..).map(|(answer, number)| {
        let seed = [number; 32];
        let given: Vec<Option<Answer>> = serde_json::from_value(json!([answer])).unwrap();
        json!({
            "answers": [answer],
            "seed": hex::encode(seed),
            "body": hex::encode(maker.body(&given, seed).unwrap()),
        })
    });
    json!({ "kind": kind, "record": record, "ballots": ballots.collect::<Vec<_>>() })
}

/// A question of every kind, as large as the README measures it, and three answers as a page sends them.
fn every_kind() -> Vec<(ContestDocument, [Value; 3])> {
    let numbers = |numbers: &[u32]| json!({ "numbers": numbers });
    let order = |ids: &str| json!({ "ranking": ids.chars().map(String::from).collect::<Vec<_>>() });
    let blank = Value::Null;
    let answers = [
        [json!("yes"), json!("no"), blank.clone()],
        [json!("yes"), json!("both"), blank.clone()],
        [json!("a"), json!("e"), blank.clone()],
        [numbers(&[1, 0, 0, 0, 0, 1, 0, 0, 0, 1]), numbers(&[0, 1, 0, 0, 0, 0, 0, 0, 0, 0]), blank],
        [numbers(&[10; 10]), numbers(&[0; 10]), numbers(&[0, 1, 2, 3, 4, 5, 6, 7, 8, 9])],
        [numbers(&[10, 0, 0, 0, 0]), numbers(&[2, 2, 2, 2, 2]), numbers(&[0, 0, 1, 0, 0])],
        [numbers(&[5, 0, 0, 0, 0]), numbers(&[3, 2, 2, 2, 2]), numbers(&[0, 0, 0, 4, 3])],
        [order("abcde"), order("edcba"), order("cabed")],
        [order("abcdef"), order("fedcba"), order("cabfed")],
    ];
    measured().into_iter().map(|(_, question)| question).zip(answers).collect()
}

/// The vector's text: what the file holds, byte for byte.
pub fn text(vector: &Value) -> String {
    serde_json::to_string_pretty(vector).unwrap() + "\n"
}

fn record(election: &Election) -> PublicRecord {
    let entry = |index: u64| hex::encode(&election.entries[usize::try_from(index).unwrap()]);
    let hints = hints(election);
    let indices = |value: &Value| -> Vec<u64> { serde_json::from_value(value.clone()).unwrap() };
    let all = |value: &Value| -> Vec<String> { indices(value).into_iter().map(entry).collect() };
    let one = |value: &Value| (value.as_u64().unwrap(), entry(value.as_u64().unwrap()));
    PublicRecord {
        election: election.id().to_string(),
        manifest: all(&hints["manifest"]),
        confirmations: hints["confirmations"].as_array().unwrap().iter().map(all).collect(),
        roll_seal: one(&hints["roll_seal"]),
        open: one(&hints["open"]),
        extensions: Vec::new(),
        successors: Vec::new(),
        checkpoint: hex::encode(election.checkpoint().note()),
        roll_number: VOTER,
        view: hex::encode(answer_about(election, VOTER)),
    }
}

#[cfg(test)]
mod tests {
    use plebiscite_election::ballot::{EncryptedBallot, Seed, Selections};
    use plebiscite_election::contest::Choice;

    use super::*;

    #[test]
    fn the_native_program_makes_the_bytes_of_the_vector() {
        let kept = std::fs::read_to_string(path()).unwrap();
        assert!(
            kept == text(&make()),
            "web/tests/wasm/vector.json: make it again by `cargo run -p plebiscite-web --example vector`"
        );
    }

    #[test]
    fn a_ballot_of_a_seed_is_the_body_of_the_ballot_that_the_election_takes() {
        let mut election = Election::opened(Shape::default());
        let maker = SeededBallots::of(&record(&election)).unwrap();
        let seed = election.fresh();
        let body = maker.body(&[serde_json::from_str("\"yes\"").unwrap()], seed).unwrap();
        assert_eq!(body.len(), election.record.parameters().unwrap().body_bytes());
        let context = election.ballot_context(VOTER);
        let parameters = election.record.parameters().unwrap().clone();
        let bits = election.record.manifest().unwrap().contests()[0].bits(&Choice::Option(0)).unwrap();
        let ballot = EncryptedBallot::new(
            &parameters,
            context,
            Selections::new(&parameters, vec![bits]).unwrap(),
            Seed::from_fresh(seed),
        )
        .unwrap();
        assert_eq!(ballot.body(), body);
        let signed = ballot.cast(&parameters, &election.credentials[VOTER as usize], &[9; 32]).unwrap();
        assert!(signed.bytes().starts_with(&body));
        election.append(&Election::ballot_entry(&signed)).unwrap();
    }
}
