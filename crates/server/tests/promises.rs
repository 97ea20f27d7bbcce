//! What the log promises over time (§11.16): tiles never change, indices follow one another, checkpoints never contradict one
//! another, and no two servers write one log.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on must fail where it stands"
)]

mod common;

use std::collections::BTreeMap;

use common::{Server, config, data_folder};
use plebiscite_board::checkpoint::{Checkpoint, SignedCheckpoint};
use plebiscite_board::merkle::{Roots, Tree, leaf_hash};
use plebiscite_board::note::NoteKey;
use plebiscite_board::tile::{TILE_WIDTH, TilePath, level_size};
use plebiscite_board::tlog_proof::TlogProof;
use plebiscite_election::contest::Choice;
use plebiscite_server::export;
use plebiscite_support::{Election, Shape};

/// Entries at the end: two full tiles and a part of a third.
const ENTRIES: u64 = 530;
/// Ballots between two looks at everything that was published before.
const STEP: u64 = 60;

/// All tiles and bundles of a log of this size, by path.
fn paths(size: u64) -> Vec<TilePath> {
    let level = |level: u8| {
        let tiles = 0..level_size(level, size).div_ceil(TILE_WIDTH);
        tiles.filter_map(move |number| TilePath::hashes(level, number, size))
    };
    let bundles = (0..size.div_ceil(TILE_WIDTH)).filter_map(|number| TilePath::entries(number, size));
    level(0).chain(level(1)).chain(bundles).collect()
}

#[test]
fn tiles_never_change_indices_follow_one_another_and_checkpoints_never_contradict_one_another() {
    let data = data_folder();
    let mut settings = config(data.path());
    settings.limits.ballots_per_minute_per_credential = 10_000;
    let mut server = Server::start_with(settings.clone()).unwrap();
    let mut election = Election::opened(Shape::default());
    let prefix = server.hold(&election);
    let origin = format!("plebiscite/v1/{}", election.id());
    let key = NoteKey::new(&origin, election.board.verifying_key()).unwrap();
    let voters = u64::try_from(election.credentials.len()).unwrap();
    let (mut published, mut heads) = (BTreeMap::<String, Vec<u8>>::new(), Vec::<Checkpoint>::new());
    let mut next = election.entries.len() as u64;
    let look = |server: &Server, published: &mut BTreeMap<String, Vec<u8>>, heads: &mut Vec<Checkpoint>| {
        let note = server.get(&format!("/e/{prefix}/checkpoint")).body;
        let head = SignedCheckpoint::verify(&note, &key).unwrap().checkpoint().clone();
        for path in paths(head.size).iter().map(TilePath::path) {
            published.entry(path).or_default();
        }
        for (path, before) in published.iter_mut() {
            let answer = server.get(&format!("/e/{prefix}/{path}"));
            assert_eq!(answer.status, 200, "{path}");
            assert!(before.is_empty() || *before == answer.body, "{path} has changed");
            let hashes = !path.contains("entries") && !path.contains(".p/");
            assert!(!hashes || answer.body.len() == 8_192, "{path}");
            *before = answer.body;
        }
        heads.push(head);
    };
    while next < ENTRIES {
        look(&server, &mut published, &mut heads);
        for _ in 0..STEP {
            let ballot = election.cast(u32::try_from(next % voters).unwrap(), &[Choice::Option(0)]);
            let answer = server.cast(&prefix, &Election::ballot_entry(&ballot));
            assert_eq!(answer.status, 200, "{}", String::from_utf8_lossy(&answer.body));
            let receipt = TlogProof::parse(&answer.body).unwrap();
            assert_eq!(receipt.index, next);
            heads.push(SignedCheckpoint::verify(&receipt.checkpoint, &key).unwrap().checkpoint().clone());
            next += 1;
        }
        // The same log after a start.
        server.stop();
        server = Server::start_with(settings.clone()).unwrap();
    }
    look(&server, &mut published, &mut heads);
    server.stop();
    assert!(published.keys().filter(|path| !path.contains(".p/")).count() >= 4);
    assert!(published.keys().filter(|path| path.contains(".p/")).count() > 10);
    // Every checkpoint that was signed is of one and the same log.
    let tree = Tree::of(election.entries.iter().map(|entry| leaf_hash(entry)));
    for head in &heads {
        assert_eq!(tree.root_at(head.size), Some(head.root), "{}", head.size);
    }
    // What is exported is what was served.
    let folder = tempfile::tempdir().unwrap();
    export::export(&settings, &prefix, folder.path()).unwrap();
    for path in paths(tree.size()).iter().map(TilePath::path) {
        assert_eq!(std::fs::read(folder.path().join(&path)).unwrap(), published[&path], "{path}");
    }
}

#[test]
fn two_servers_never_write_one_log_and_the_second_one_starts_once_the_first_has_ended() {
    let data = data_folder();
    let first = Server::start(data.path());
    let prefix = first.hold(&Election::opened(Shape::default()));
    let mut settings = config(data.path());
    settings.address_file = Some(data.path().join("second"));
    assert!(Server::start_with(settings.clone()).is_err());
    assert_eq!(first.get(&format!("/e/{prefix}/checkpoint")).status, 200);
    first.stop();
    Server::start_with(settings).unwrap().stop();
}
