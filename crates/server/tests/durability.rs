//! What was acknowledged stands after a start, an older or broken store is refused, a mirror restores it, and after a
//! failed write nothing is acknowledged.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on must fail where it stands"
)]

mod common;

use std::path::Path;
use std::sync::mpsc::sync_channel;
use std::sync::{Arc, RwLock};

use common::{Server, config, data_folder};
use plebiscite_election::contest::Choice;
use plebiscite_public::board::Board;
use plebiscite_server::keys::BoardKeys;
use plebiscite_server::proposals::Change;
use plebiscite_server::sequencer::{Sequencer, SequencerError, Submission};
use plebiscite_server::store::{Storage, Store, StoreError};
use plebiscite_server::{export, import};
use plebiscite_serving::durable::FileError;
use plebiscite_support::{Election, Shape};
use tokio::sync::oneshot;

const YES: Choice = Choice::Option(0);

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for item in std::fs::read_dir(from).unwrap().flatten() {
        let target = to.join(item.file_name());
        if item.path().is_dir() {
            copy(&item.path(), &target);
        } else {
            std::fs::copy(item.path(), target).unwrap();
        }
    }
}

fn refusal(data: &Path) -> String {
    Server::start_with(config(data)).err().expect("the server must refuse to start").to_string()
}

#[test]
fn an_older_store_and_one_that_is_gone_are_refused_and_a_mirror_restores_what_was_promised() {
    let folder = data_folder();
    let server = Server::start(folder.path());
    let mut election = Election::opened(Shape::default());
    let prefix = server.hold(&election);
    let first = Election::ballot_entry(&election.cast(0, &[YES]));
    assert_eq!(server.cast(&prefix, &first).status, 200);
    server.stop();
    let store = folder.path().join("elections").join(&prefix);
    let (older, older_mirror) = (folder.path().join("older"), folder.path().join("older-mirror"));
    copy(&store, &older);
    export::export(&config(folder.path()), &prefix, &older_mirror).unwrap();

    let server = Server::start(folder.path());
    let second = Election::ballot_entry(&election.cast(1, &[YES]));
    let receipt = server.cast(&prefix, &second);
    assert_eq!(receipt.status, 200);
    server.stop();
    let mirror = folder.path().join("mirror");
    let entries = export::export(&config(folder.path()), &prefix, &mirror).unwrap();
    // What stands is not written over.
    assert!(import::import(&config(folder.path()), &mirror, false).is_err());

    std::fs::remove_dir_all(&store).unwrap();
    copy(&older, &store);
    assert!(refusal(folder.path()).contains("plebiscite-server import"));
    std::fs::remove_dir_all(&store).unwrap();
    assert!(refusal(folder.path()).contains("plebiscite-server import"));

    // A mirror that lacks what was promised restores nothing; the one that has it restores all.
    assert!(import::import(&config(folder.path()), &older_mirror, false).is_err());
    assert!(!store.exists());
    assert_eq!(import::import(&config(folder.path()), &mirror, false).unwrap().entries, entries);
    let server = Server::start(folder.path());
    assert_eq!(server.cast(&prefix, &second).body, receipt.body);
    server.stop();
}

#[test]
fn a_store_without_the_checkpoint_that_was_signed_over_it_is_refused() {
    let folder = data_folder();
    let server = Server::start(folder.path());
    let prefix = server.hold(&Election::opened(Shape::default()));
    server.stop();
    let file = folder.path().join("signed").join(format!("{prefix}.checkpoint"));
    let kept = std::fs::read(&file).unwrap();
    std::fs::remove_file(&file).unwrap();
    assert!(refusal(folder.path()).contains("checkpoint is gone"));
    std::fs::write(&file, kept).unwrap();
    Server::start(folder.path()).stop();
}

#[test]
fn an_addition_that_was_cut_off_keeps_no_server_from_starting() {
    let folder = data_folder();
    let election = Election::opened(Shape::default());
    let prefix = &election.id().to_string()[..16];
    let left = folder.path().join("elections").join(format!("adding.{prefix}"));
    std::fs::create_dir_all(left.join("db")).unwrap();
    let server = Server::start(folder.path());
    assert!(!left.exists());
    assert_eq!(server.hold(&election), prefix);
    server.stop();
    // A folder that nobody can explain is not passed over.
    std::fs::create_dir(folder.path().join("elections/0123456789abcdef")).unwrap();
    assert!(refusal(folder.path()).contains("does not hold an election"));
}

/// A store whose disk fails from one write on.
struct Failing {
    store: Store,
    appends: u32,
    checkpoints: u32,
}

fn count_down(left: &mut u32) -> Result<(), StoreError> {
    *left = left
        .checked_sub(1)
        .ok_or_else(|| FileError::of(Path::new("db"), std::io::Error::other("no space left")))?;
    Ok(())
}

impl Storage for Failing {
    fn append(&mut self, first: u64, entries: &[&[u8]]) -> Result<(), StoreError> {
        count_down(&mut self.appends)?;
        self.store.append(first, entries)
    }

    fn record_checkpoint(&mut self, note: &[u8]) -> Result<(), StoreError> {
        count_down(&mut self.checkpoints)?;
        self.store.record_checkpoint(note)
    }

    fn change_proposals(&mut self, changes: &[Change]) -> Result<(), StoreError> {
        count_down(&mut self.appends)?;
        self.store.change_proposals(changes)
    }
}

/// How many of three ballots, cast one by one, are acknowledged, and how the writer ends.
fn acknowledged(appends: u32, checkpoints: u32) -> (usize, Result<(), SequencerError>) {
    let folder = tempfile::tempdir().unwrap();
    let mut election = Election::opened(Shape::default());
    let mut store = Store::open(folder.path(), &folder.path().join("checkpoint")).unwrap();
    let mut board = Board::new(election.id()).unwrap();
    for entry in &election.entries {
        board.apply(entry).unwrap();
    }
    let standing: Vec<&[u8]> = election.entries.iter().map(Vec::as_slice).collect();
    store.append(0, &standing).unwrap();
    let entries = store.entries();
    let failing = Failing { store, appends, checkpoints };
    let board = Arc::new(RwLock::new(board));
    let data = data_folder();
    let keys = Arc::new(BoardKeys::load(&config(data.path())).unwrap());
    let writer = Sequencer::new(Arc::clone(&board), failing, entries, keys, 100, 10);
    let (queue, taken) = sync_channel(10);
    let thread = std::thread::spawn(move || writer.run(&taken));
    let answered = (0..3).filter(|voter| {
        let entry = Election::ballot_entry(&election.cast(*voter, &[YES]));
        let (reply, answer) = oneshot::channel();
        if queue.send(Submission::Ballot { entry, reply }).is_err() {
            return false;
        }
        matches!(answer.blocking_recv(), Ok(Ok(_)))
    });
    let answered = answered.count();
    drop(queue);
    (answered, thread.join().unwrap())
}

#[test]
fn after_a_failed_write_nobody_is_answered_and_the_writer_ends_with_the_error() {
    let (answered, ended) = acknowledged(9, 9);
    assert_eq!(answered, 3);
    ended.unwrap();
    for (appends, checkpoints) in [(1, 9), (9, 1)] {
        let (answered, ended) = acknowledged(appends, checkpoints);
        assert_eq!(answered, 1);
        assert!(matches!(ended, Err(SequencerError::Store(_))));
    }
}
