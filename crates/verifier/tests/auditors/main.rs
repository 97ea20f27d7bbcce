//! What an auditor brings: a policy of their own, the checkpoint of an earlier visit, confirmations that no log has.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may stop where it fails"
)]

mod confirmations;
mod policies;
mod receipts;
mod returning;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;

use plebiscite_board::checkpoint::SignedCheckpoint;
use plebiscite_board::cosignature::{WitnessKey, cosign};
use plebiscite_board::merkle::{Tree, leaf_hash};
use plebiscite_board::note::Note;
use plebiscite_election::contest::Choice;
use plebiscite_support::{Election, Shape, checkpoint_of, key_of, write_folder};
use serde_json::Value;
use tempfile::TempDir;

/// Certified, with four witnesses of whom three must cosign and one may be faulty.
fn finished() -> &'static Election {
    static ELECTION: OnceLock<Election> = OnceLock::new();
    ELECTION.get_or_init(|| {
        let mut election = opened();
        election.finish();
        election
    })
}

/// The same election with five ballots, still open.
fn opened() -> Election {
    let mut election = Election::opened(Shape { witnesses: (4, 3, 1), ..Shape::default() });
    for (voter, option) in [(0, 0), (1, 0), (2, 1), (5, 0), (6, 1)] {
        election.cast(voter, &[Choice::Option(option)]);
    }
    election
}

/// The place in the log of the last ballot.
fn last_ballot() -> usize {
    opened().entries.len() - 1
}

fn tree(entries: &[Vec<u8>]) -> Tree {
    Tree::of(entries.iter().map(|entry| leaf_hash(entry)))
}

fn signed(entries: &[Vec<u8>]) -> SignedCheckpoint {
    checkpoint_of(finished().id(), &tree(entries), &finished().board)
}

/// The checkpoint over these entries with cosignatures of these witnesses.
fn cosigned(entries: &[Vec<u8>], by: &[usize]) -> Vec<u8> {
    let note = signed(entries).note().to_vec();
    let text = Note::parse(&note).unwrap().text;
    let line = |witness: &usize| {
        cosign(&text, &format!("witness{}", witness + 1), 1_812_283_260, &key_of("witness", *witness))
            .unwrap()
    };
    [note, by.iter().map(line).collect::<String>().into_bytes()].concat()
}

fn folder_of(entries: &[Vec<u8>]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    write_folder(folder.path(), entries, signed(entries).note());
    folder
}

/// Puts a file beside or into a folder.
fn put(folder: &TempDir, name: &str, bytes: &[u8]) -> PathBuf {
    let path = folder.path().join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(&path, bytes).unwrap();
    path
}

fn witness_vkey(witness: usize) -> String {
    let key = key_of("witness", witness).verifying_key();
    WitnessKey::new(&format!("witness{}", witness + 1), key).unwrap().vkey()
}

/// The line of a policy that names this election's log.
fn log_line() -> String {
    let key = finished().board.verifying_key();
    let origin = format!("plebiscite/v1/{}", finished().id());
    format!("log {}\n", plebiscite_board::note::NoteKey::new(&origin, key).unwrap().vkey())
}

fn path(folder: &TempDir) -> &str {
    folder.path().to_str().unwrap()
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

fn verify(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_plebiscite-verify")).args(arguments).output().unwrap()
}

/// Exit code and JSON report of a command.
fn json(arguments: &[&str]) -> (Option<i32>, Value) {
    let output = verify(&[arguments, &["--json"]].concat());
    (output.status.code(), serde_json::from_slice(&output.stdout).unwrap_or_default())
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

fn status<'r>(report: &'r Value, name: &str) -> &'r str {
    let checks = report["checks"].as_array().unwrap();
    checks.iter().find(|check| check["name"] == name).unwrap()["status"].as_str().unwrap()
}

fn has(report: &Value, finding: &str) -> bool {
    report["findings"].as_array().unwrap().iter().any(|found| found["name"] == finding)
}
