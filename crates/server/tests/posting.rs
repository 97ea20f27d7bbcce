//! Manifests and entries that are posted: whose board they name, how often, how much; and the checkpoint's tag.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on must fail where it stands"
)]

mod common;

use common::{Answer, Server, config, data_folder};
use plebiscite_board::entry_bundle;
use plebiscite_election::contest::Choice;
use plebiscite_election::manifest::key::PublicKey;
use plebiscite_server::config::Config;
use plebiscite_support::{Election, Shape, document, key_of};

/// What `routes/entries` takes at most.
const BODY_LIMIT: usize = 4 << 20;

/// A server that takes manifests from the officials of these tests.
fn open_to_officials(data: &std::path::Path, acts_per_second: u32) -> Server {
    let named = (0..3).map(|number| hex::encode(key_of("official", number).verifying_key().as_bytes()));
    let mut settings = Config { manifests_from: named.collect(), ..config(data) };
    settings.limits.acts_per_second_per_address = acts_per_second;
    Server::start_with(settings).unwrap()
}

fn bundle(election: &Election) -> Vec<u8> {
    entry_bundle::encode(&election.manifest_entries()).unwrap()
}

#[test]
fn a_manifest_that_names_another_board_is_not_taken_and_one_that_names_this_is() {
    let data = data_folder();
    let server = open_to_officials(data.path(), 1_000);
    let mut other = document(&Shape::default());
    other.board.key = PublicKey(key_of("board", 7).verifying_key().to_bytes());
    let other = Election::of_manifest(Shape::default(), serde_json::to_vec(&other).unwrap());
    server.post("/api/v1/elections", &bundle(&other)).is(422, "manifest");
    assert!(server.get("/api/v1/elections").json().as_array().unwrap().is_empty());
    assert_eq!(server.post("/api/v1/elections", &bundle(&Election::new(Shape::default()))).status, 201);
    server.stop();
}

#[test]
fn a_manifest_whose_signature_is_false_is_not_taken() {
    let data = data_folder();
    let server = open_to_officials(data.path(), 1_000);
    let election = Election::new(Shape::default());
    let mut entries = election.manifest_entries();
    *entries[0].last_mut().unwrap() ^= 1;
    let forged = entry_bundle::encode(&entries).unwrap();
    server.post("/api/v1/elections", &forged).is(422, "manifest");
    assert_eq!(server.post("/api/v1/elections", &bundle(&election)).status, 201);
    server.stop();
}

#[test]
fn manifests_are_counted_by_address_too() {
    let data = data_folder();
    let server = open_to_officials(data.path(), 5);
    let bundle = bundle(&Election::new(Shape::default()));
    let answers: Vec<Answer> = (0..40).map(|_| server.post("/api/v1/elections", &bundle)).collect();
    assert_eq!(answers[0].status, 201);
    let turned_away = answers.iter().find(|answer| answer.status == 429).expect("one of forty is too many");
    turned_away.is(429, "too-many-requests");
    // Reading is not counted.
    assert_eq!(server.get("/api/v1/elections").status, 200);
    server.stop();
}

#[test]
fn a_post_of_entries_beyond_the_limit_is_too_large_and_one_of_acts_is_not() {
    let data = data_folder();
    let server = Server::start(data.path());
    let mut election = Election::opened(Shape::default());
    let prefix = server.hold(&election);
    let path = format!("/api/v1/e/{prefix}/entries");
    server.post(&path, &vec![0; BODY_LIMIT + 1]).is(413, "too-large");
    let before = election.entries.len();
    election.close();
    server.enter(&prefix, &election.entries[before..]);
    server.stop();
}

#[test]
fn a_checkpoint_is_sent_again_only_once_it_has_changed() {
    let data = data_folder();
    let server = Server::start(data.path());
    let mut election = Election::opened(Shape::default());
    let prefix = server.hold(&election);
    let path = format!("/e/{prefix}/checkpoint");
    let ask = |tag: &str| server.get_with(&path, &[("if-none-match", tag)]);
    let first = server.get(&path);
    let tag = first.header("etag");
    assert!(first.head.contains("no-cache") && tag.len() > 60, "{}", first.head);
    let same = ask(&tag);
    assert_eq!((same.status, same.body.len()), (304, 0));
    let ballot = Election::ballot_entry(&election.cast(0, &[Choice::Option(0)]));
    assert_eq!(server.cast(&prefix, &ballot).status, 200);
    let changed = ask(&tag);
    assert_eq!(changed.status, 200);
    assert_ne!((changed.header("etag"), &changed.body), (tag, &first.body));
    server.stop();
}
