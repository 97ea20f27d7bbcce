//! The board's key is succeeded (§20.4): the election goes on under the new key, here or on another server, and nothing that
//! the old key signs from there on is taken.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on must fail where it stands"
)]

mod common;

use std::path::Path;

use common::{Server, config, data_folder};
use ed25519_dalek::VerifyingKey;
use plebiscite_board::checkpoint::SignedCheckpoint;
use plebiscite_board::note::NoteKey;
use plebiscite_board::tlog_proof::TlogProof;
use plebiscite_election::contest::Choice;
use plebiscite_election::entry::{Succeeded, Successor};
use plebiscite_election::manifest::key::PublicKey;
use plebiscite_election::record::Phase;
use plebiscite_server::keys::BoardKeys;
use plebiscite_server::{export, import, inbox};
use plebiscite_support::{Election, Shape, checkpoint_of, document, key_of};

const YES: Choice = Choice::Option(0);

fn successor(election: &Election, number: u32, key: &VerifyingKey) -> Vec<u8> {
    election.act(Successor { number, of: Succeeded::Board, key: key.to_bytes() })
}

fn note_key(election: &Election, key: &VerifyingKey) -> NoteKey {
    NoteKey::new(&format!("plebiscite/v1/{}", election.id()), *key).unwrap()
}

/// Whether the published checkpoint is this key's.
fn signed_by(server: &Server, election: &Election, prefix: &str, key: &VerifyingKey) -> bool {
    let note = server.get(&format!("/e/{prefix}/checkpoint")).body;
    let signed = SignedCheckpoint::verify(&note, &note_key(election, key));
    signed.is_ok_and(|signed| signed.checkpoint().size == election.tree.size())
}

fn cast(server: &Server, election: &mut Election, prefix: &str, voter: u32) -> Vec<u8> {
    let ballot = Election::ballot_entry(&election.cast(voter, &[YES]));
    let answer = server.cast(prefix, &ballot);
    assert_eq!(answer.status, 200, "{}", String::from_utf8_lossy(&answer.body));
    answer.body
}

#[test]
fn an_election_goes_on_to_its_end_under_the_successor_of_the_boards_key() {
    let data = data_folder();
    let server = Server::start(data.path());
    let mut election = Election::opened(Shape::default());
    let prefix = server.hold(&election);
    let old = election.board.verifying_key();
    cast(&server, &mut election, &prefix, 0);
    assert!(signed_by(&server, &election, &prefix, &old));
    let path = format!("/api/v1/e/{prefix}/entries");
    let post = |entry: &[u8]| server.post(&path, &plebiscite_board::entry_bundle::encode(&[entry]).unwrap());
    // A key that is not held here would leave the log without anyone who signs it.
    post(&successor(&election, 1, &key_of("another server", 0).verifying_key()))
        .is(409, "board-key-not-held");
    // One that is made now is found while the server runs.
    let new = BoardKeys::new_successor(&config(data.path())).unwrap();
    let act = successor(&election, 1, &new);
    assert_eq!(post(&act).status, 200);
    election.append(&act).unwrap();
    assert!(signed_by(&server, &election, &prefix, &new) && !signed_by(&server, &election, &prefix, &old));
    let receipt = cast(&server, &mut election, &prefix, 1);
    let (proof, entry) = (TlogProof::parse(&receipt).unwrap(), election.entries.last().unwrap().clone());
    proof.verify(&entry, &note_key(&election, &new)).unwrap();
    assert!(proof.verify(&entry, &note_key(&election, &old)).is_err());
    // The key that was succeeded is nobody's any more.
    post(&successor(&election, 2, &old)).is(422, "successor");
    server.stop();

    // What the old key signs over the very same entries is not this board's.
    let signed = data.path().join("signed").join(format!("{prefix}.checkpoint"));
    let kept = std::fs::read(&signed).unwrap();
    let forged = checkpoint_of(election.id(), &election.tree, &election.board);
    std::fs::write(&signed, forged.note()).unwrap();
    let refused = Server::start_with(config(data.path())).err().unwrap().to_string();
    assert!(refused.contains("not this board's"), "{refused}");
    std::fs::write(&signed, kept).unwrap();
    // Nor without the new key: the election is shown, and nothing is taken.
    let own = std::fs::read_dir(data.path().join("successors")).unwrap().next().unwrap().unwrap().path();
    let aside = data.path().join("aside");
    std::fs::rename(&own, &aside).unwrap();
    let server = Server::start(data.path());
    assert!(signed_by(&server, &election, &prefix, &new));
    let ballot = election.ballot(2, &[YES]);
    server.cast(&prefix, &Election::ballot_entry(&ballot)).is(409, "board-key-not-held");
    server.stop();
    std::fs::rename(&aside, &own).unwrap();

    let server = Server::start(data.path());
    for voter in [2, 5, 6, 7] {
        cast(&server, &mut election, &prefix, voter);
    }
    let before = election.entries.len();
    election.finish();
    server.enter(&prefix, &election.entries[before..]);
    assert!(signed_by(&server, &election, &prefix, &new));
    server.stop();
    let out = tempfile::tempdir().unwrap();
    assert_eq!(export::export(&config(data.path()), &prefix, out.path()).unwrap(), election.tree.size());
    assert_eq!(Election::replay(&election.entries).unwrap().phase(), Phase::Certified);
}

/// The exported log of a server that is stopped.
fn exported(data: &Path, prefix: &str) -> tempfile::TempDir {
    let out = tempfile::tempdir().unwrap();
    export::export(&config(data), prefix, out.path()).unwrap();
    out
}

#[test]
fn another_server_that_holds_the_successor_takes_a_board_over_from_a_copy_of_its_log() {
    let (first, second) = (data_folder(), tempfile::tempdir().unwrap());
    let server = Server::start(first.path());
    let mut election = Election::opened(Shape::default());
    let prefix = server.hold(&election);
    let old = election.board.verifying_key();
    cast(&server, &mut election, &prefix, 0);
    server.stop();
    // The first machine is lost, its key with it; a mirror has the log.
    let copy = exported(first.path(), &prefix);
    let settings = config(second.path());
    let refused = import::import(&settings, copy.path(), false).unwrap_err().to_string();
    assert!(refused.contains("new-board-key"), "{refused}");
    let new = BoardKeys::new_successor(&settings).unwrap();
    let imported = import::import(&settings, copy.path(), false).unwrap();
    assert_eq!((imported.entries, imported.lacks), (election.tree.size(), Some(hex::encode(old.as_bytes()))));
    let server = Server::start(second.path());
    assert!(signed_by(&server, &election, &prefix, &old));
    let ballot = election.ballot(1, &[YES]);
    server.cast(&prefix, &Election::ballot_entry(&ballot)).is(409, "board-key-not-held");
    let extension = election.extension("2027-06-06T19:00:00Z");
    let path = format!("/api/v1/e/{prefix}/entries");
    let post = |entry: &[u8]| server.post(&path, &plebiscite_board::entry_bundle::encode(&[entry]).unwrap());
    post(&extension).is(409, "board-key-not-held");
    let act = successor(&election, 1, &new);
    assert_eq!(post(&act).status, 200);
    election.append(&act).unwrap();
    assert!(signed_by(&server, &election, &prefix, &new));
    cast(&server, &mut election, &prefix, 1);
    let extension = election.extension("2027-06-06T19:00:00Z");
    assert_eq!(post(&extension).status, 200);
    election.append(&extension).unwrap();
    server.stop();

    // The copy of the new log is taken back anywhere; the same entries under the old key's name nowhere.
    let copy = exported(second.path(), &prefix);
    let third = tempfile::tempdir().unwrap();
    BoardKeys::new_successor(&config(third.path())).unwrap();
    let note = std::fs::read(copy.path().join("checkpoint")).unwrap();
    let forged = checkpoint_of(election.id(), &election.tree, &election.board);
    std::fs::write(copy.path().join("checkpoint"), forged.note()).unwrap();
    assert!(import::import(&config(third.path()), copy.path(), false).is_err());
    std::fs::write(copy.path().join("checkpoint"), note).unwrap();
    assert_eq!(
        import::import(&config(third.path()), copy.path(), false).unwrap().entries,
        election.tree.size()
    );
}

#[test]
fn a_manifest_of_another_board_is_refused_with_both_keys_and_witnesses_without_address_are_named() {
    let data = data_folder();
    let server = Server::start(data.path());
    let mut other = document(&Shape::default());
    let stranger = key_of("board", 7).verifying_key().to_bytes();
    other.board.key = PublicKey(stranger);
    let other = Election::of_manifest(Shape::default(), serde_json::to_vec(&other).unwrap());
    let hand = |election: &Election| {
        let bundle = plebiscite_board::entry_bundle::encode(&election.manifest_entries()).unwrap();
        inbox::drop_and_wait(data.path(), &bundle, std::time::Duration::from_secs(10))
    };
    let said = hand(&other).unwrap_err().to_string();
    let own = key_of("board", 0).verifying_key().to_bytes();
    assert!(said.contains(&hex::encode(stranger)) && said.contains(&hex::encode(own)), "{said}");
    assert!(hand(&Election::new(Shape::default())).unwrap().warnings.is_empty());
    let watched = Shape { witnesses: (3, 2, 1), title: "Watched".to_owned(), ..Shape::default() };
    let added = hand(&Election::new(watched)).unwrap();
    assert_eq!(added.warnings.len(), 1);
    assert!(
        added.warnings[0].contains("3 of them are (witness1, witness2, witness3)"),
        "{:?}",
        added.warnings
    );
    server.stop();
}
