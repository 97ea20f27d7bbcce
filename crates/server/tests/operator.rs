//! What the operator types: whatever cannot be done is said at once, with what to type instead.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that cannot go on fails where it stands"
)]

mod common;

use std::path::Path;
use std::process::{Command, Output};
use std::time::{Duration, Instant};

use common::{Server, data_folder};
use plebiscite_board::entry_bundle;
use plebiscite_support::{Election, Shape};

fn server(data: &Path, arguments: &[&str]) -> Output {
    let mut program = Command::new(env!("CARGO_BIN_EXE_plebiscite-server"));
    program.arg("--data").arg(data).args(arguments).stdin(std::process::Stdio::null()).output().unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn without_a_running_server_no_election_is_added_and_that_is_said_at_once() {
    let data = data_folder();
    let election = Election::opened(Shape::default());
    let bundle = data.path().join("manifest.bundle");
    std::fs::write(&bundle, entry_bundle::encode(&election.manifest_entries()).unwrap()).unwrap();
    let add = ["add-election", bundle.to_str().unwrap()];
    let refused = |output: &Output| {
        let sentence = said(output);
        assert_eq!(output.status.code(), Some(3), "{sentence}");
        assert!(sentence.contains("no server runs on") && sentence.contains("serve"), "{sentence}");
        assert!(!data.path().join("inbox").exists(), "nothing waits for a later start");
    };
    let begun = Instant::now();
    refused(&server(data.path(), &add));
    assert!(begun.elapsed() < Duration::from_secs(10), "it did not wait");

    let running = Server::start(data.path());
    let added = server(data.path(), &add);
    assert!(added.status.success(), "{}", said(&added));
    let id = election.id().to_string();
    assert_eq!(String::from_utf8_lossy(&added.stdout).trim_end(), id);
    assert!(said(&added).contains(&format!("/e/{}/", &id[..16])), "{}", said(&added));
    running.stop();
    // A server has run here, and does no more.
    std::fs::remove_dir_all(data.path().join("inbox")).unwrap();
    refused(&server(data.path(), &add));
}

#[test]
fn a_key_is_made_once_and_named_again() {
    let data = tempfile::tempdir().unwrap();
    let made = server(data.path(), &["new-board-key"]);
    let public = String::from_utf8(made.stdout.clone()).unwrap();
    assert!(made.status.success() && public.trim_end().len() == 64, "{}", said(&made));
    let again = server(data.path(), &["new-board-key"]);
    assert_eq!(again.status.code(), Some(3));
    assert!(said(&again).contains("is not overwritten"), "{}", said(&again));
    assert!(said(&again).contains(public.trim_end()), "{}", said(&again));
}

#[test]
fn a_server_without_the_folder_of_its_pages_does_not_start() {
    let data = data_folder();
    let missing = data.path().join("nowhere");
    let missing = missing.to_str().unwrap();
    let output = server(data.path(), &["serve", "--listen", "127.0.0.1:0", "--web-dir", missing]);
    assert!(!output.status.success() && said(&output).contains("there is no folder"), "{}", said(&output));
}
