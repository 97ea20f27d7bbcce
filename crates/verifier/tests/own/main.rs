//! An auditor's own files: what was verified yesterday, and what other machines verified, give the report of one whole run;
//! and each that does not fit is refused beside its accepted twin.
#![expect(clippy::unwrap_used, reason = "a test that cannot set up its record must fail where it stands")]
#![expect(clippy::indexing_slicing, reason = "likewise")]
#![expect(clippy::panic, reason = "likewise")]

mod lean;
mod programs;
mod ranges;
mod states;

use std::sync::{Arc, OnceLock};

use plebiscite_board::merkle::{Tree, leaf_hash};
use plebiscite_election::contest::Choice;
use plebiscite_election::entry::Kind;
use plebiscite_support::{Election, Shape, checkpoint_of, write_folder};
use plebiscite_verifier::source::Source;
use plebiscite_verifier::{Options, Replay, Report, VerifyError, Work, replay_thin};
use sha2::{Digest, Sha256};
use tempfile::TempDir;

/// A certified election of more than a tile's entries: many vote again, a letter is replaced, the vote is extended.
fn finished() -> &'static Election {
    static ELECTION: OnceLock<Election> = OnceLock::new();
    ELECTION.get_or_init(|| {
        let mut election = Election::opened(Shape { voters: vec![20, 12], ..Shape::default() });
        let cast = |election: &mut Election, round: u32| {
            for voter in (0..31).filter(|voter| !(voter + round).is_multiple_of(4)) {
                election.cast(voter, &[Choice::Option((voter * round % 2) as u16)]);
            }
        };
        (0..4).for_each(|round| cast(&mut election, round));
        let replacement = election.replacement(1, 31);
        election.append(&replacement).unwrap();
        cast(&mut election, 4);
        let extension = election.extension("2027-06-06T19:00:00Z");
        election.append(&extension).unwrap();
        (5..10).for_each(|round| cast(&mut election, round));
        election.finish();
        assert!(election.entries.len() > 256 + 20, "{}", election.entries.len());
        election
    })
}

/// A log of these entries, its tree rebuilt and signed by the board.
fn folder_of(entries: &[Vec<u8>]) -> TempDir {
    folder_by(finished(), entries)
}

fn folder_by(election: &Election, entries: &[Vec<u8>]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let tree = Tree::of(entries.iter().map(|entry| leaf_hash(entry)));
    write_folder(folder.path(), entries, checkpoint_of(election.id(), &tree, &election.board).note());
    folder
}

fn source(folder: &TempDir) -> Arc<Source> {
    Arc::new(Source::open(folder.path().to_str().unwrap()).unwrap())
}

fn run(folder: &TempDir, work: Work) -> Result<Replay, VerifyError> {
    let options =
        Options { election: None, since: None, up_to: None, fresh: [9; 32], progress: &mut |_, _| () };
    replay_thin(source(folder), options, work)
}

fn json(replay: &Replay) -> String {
    serde_json::to_string_pretty(&Report::of(replay)).unwrap()
}

fn whole(entries: &[Vec<u8>]) -> String {
    json(&run(&folder_of(entries), Work::default()).unwrap())
}

fn ballots() -> Vec<usize> {
    let is_ballot = |(index, entry): (usize, &Vec<u8>)| (entry[0] == Kind::Ballot.byte()).then_some(index);
    finished().entries.iter().enumerate().filter_map(is_ballot).collect()
}

/// A file with other content under a digest that holds.
fn resealed(file: &[u8], change: impl FnOnce(&mut Vec<u8>)) -> Vec<u8> {
    let mut bytes = file[..file.len() - 32].to_vec();
    change(&mut bytes);
    let digest = Sha256::digest(&bytes);
    bytes.extend_from_slice(&digest);
    bytes
}

/// A log of the same election that goes on otherwise from the last ballot on.
fn forked() -> Vec<Vec<u8>> {
    let mut entries = finished().entries.clone();
    entries.remove(*ballots().last().unwrap());
    entries
}
