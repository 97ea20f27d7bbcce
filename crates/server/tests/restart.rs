//! A start spares the proofs that this server verified before, and nothing else; what says so is not believed of other entries.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a fixture fails where it stands")]

mod common;

use std::path::Path;

use plebiscite_board::merkle::{Roots, Tree, leaf_hash};
use plebiscite_election::contest::Choice;
use plebiscite_election::entry::Kind;
use plebiscite_public::board::Board;
use plebiscite_public::verified::Verified;
use plebiscite_server::board::{self, BoardError};
use plebiscite_server::store::{Storage, Store};
use plebiscite_support::{Election, Shape};

use common::{Server, config, data_folder};

fn election() -> Election {
    let mut election = Election::opened(Shape::default());
    for (voter, option) in [(0, 0), (1, 1), (2, 0), (1, 0), (5, 1), (1, 1), (6, 0)] {
        election.cast(voter, &[Choice::Option(option)]);
    }
    election
}

fn verified(entries: &[Vec<u8>]) -> Option<Verified> {
    let tree = Tree::of(entries.iter().map(|entry| leaf_hash(entry)));
    Some(Verified { size: tree.size(), root: tree.root_at(tree.size()).unwrap() })
}

fn opened(election: &Election, entries: &[Vec<u8>], verified: Option<Verified>) -> Result<Board, BoardError> {
    let folder = tempfile::tempdir().unwrap();
    let mut store = Store::open(folder.path(), &folder.path().join("checkpoint")).unwrap();
    let borrowed: Vec<&[u8]> = entries.iter().map(Vec::as_slice).collect();
    store.append(0, &borrowed).unwrap();
    board::open(election.id(), &store.entries(), None, verified)
}

#[test]
fn a_start_spares_the_proofs_that_were_verified_and_nothing_else() {
    let mut election = election();
    let mut entries = election.entries.clone();
    let ballots: Vec<usize> =
        (0..entries.len()).filter(|index| entries[*index][0] == Kind::Ballot.byte()).collect();
    for known in [None, verified(&entries), verified(&entries[..ballots[3]])] {
        let board = opened(&election, &entries, known).unwrap();
        assert_eq!((board.log.size(), board.record.ballots()), (entries.len() as u64, 7));
        assert!((0..9).all(|row| board.record.head(row) == election.record.head(row)));
        assert_eq!(board.verified(), verified(&entries));
    }
    // A false proof: it is seen unless this server says of these very entries that it verified them.
    let mut lying = entries.clone();
    let length = lying[ballots[2]].len();
    lying[ballots[2]][length - 70] ^= 1;
    assert!(opened(&election, &lying, None).is_err());
    assert!(opened(&election, &lying, verified(&entries)).is_err());
    assert!(opened(&election, &lying, verified(&lying[..ballots[2]])).is_err());
    assert!(opened(&election, &lying, verified(&lying)).is_ok());
    // Order is judged always.
    let mut swapped = entries.clone();
    swapped.swap(ballots[1], ballots[3]);
    assert!(opened(&election, &swapped, verified(&swapped)).is_err());
    let mut doubled = entries.clone();
    doubled.push(entries[ballots[6]].clone());
    assert!(opened(&election, &doubled, verified(&doubled)).is_err());
    // To its end, from what was spared.
    election.finish();
    let known = verified(&entries);
    entries.clone_from(&election.entries);
    let board = opened(&election, &entries, known).unwrap();
    assert_eq!(board.record.result().unwrap().digest, election.record.result().unwrap().digest);
}

/// The file that says how far ballots are verified.
fn file(data: &Path, election: &Election) -> std::path::PathBuf {
    data.join("elections").join(&election.id().to_string()[..16]).join("verified")
}

#[test]
fn a_spoilt_file_costs_a_server_time_and_nothing_else() {
    let election = election();
    let data = data_folder();
    let prefix = election.id().to_string()[..16].to_owned();
    {
        let log = tempfile::tempdir().unwrap();
        plebiscite_support::write_folder(log.path(), &election.entries, election.checkpoint().note());
        plebiscite_server::import::import(&config(data.path()), log.path(), false).unwrap();
    }
    let place = file(data.path(), &election);
    assert_eq!(Verified::read(&place).unwrap(), verified(&election.entries));
    let checkpoint = || {
        let server = Server::start(data.path());
        let answer = server.get(&format!("/e/{prefix}/checkpoint"));
        server.stop();
        answer.body
    };
    let expected = election.checkpoint().note().to_vec();
    assert_eq!(checkpoint(), expected);
    for spoilt in [b"nothing".to_vec(), Vec::new()] {
        std::fs::write(&place, spoilt).unwrap();
        assert_eq!(checkpoint(), expected);
        // Everything was verified, and it says so again.
        assert_eq!(Verified::read(&place).unwrap(), verified(&election.entries));
    }
    std::fs::remove_file(&place).unwrap();
    assert_eq!(checkpoint(), expected);
    assert_eq!(Verified::read(&place).unwrap(), verified(&election.entries));
}
