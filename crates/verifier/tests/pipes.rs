//! Files that are none: a pipe in any place of a file is refused at once, and never waited for.
#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails where it stands")]

use std::process::Command;

use plebiscite_support::patience::{ended, make_pipe};

#[test]
fn no_command_waits_for_a_pipe_in_the_place_of_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let (pipe, other, log) =
        (folder.path().join("pipe"), folder.path().join("plain"), folder.path().join("log"));
    make_pipe(&pipe);
    std::fs::write(&other, "none of the formats").unwrap();
    std::fs::create_dir(&log).unwrap();
    make_pipe(&log.join("checkpoint"));
    let [pipe, other, log] = [&pipe, &other, &log].map(|path| path.to_str().unwrap());
    for option in ["--since", "--checkpoint", "--confirmation", "--policy", "--keep"] {
        refused(&["record", "no-such-log", option, pipe], "it is no plain file");
        let said = refused(&["record", "no-such-log", option, other], "");
        assert!(!said.contains("it is no plain file"), "{option}: {said}");
    }
    refused(&["evidence", pipe], "it is no plain file");
    refused(&["evidence", other], "not a file of evidence");
    refused(&["receipt", pipe, "--ballot", other, "--policy", other], "it is no plain file");
    refused(&["record", pipe], "");
    refused(&["record", log], "it is no plain file");
}

/// How it was refused, by exit code 3, in time.
fn refused(arguments: &[&str], sentence: &str) -> String {
    let output = ended(Command::new(env!("CARGO_BIN_EXE_plebiscite-verify")).args(arguments));
    let output = output.unwrap_or_else(|| unreachable!("{arguments:?} waits"));
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(3), "{arguments:?}: {said}");
    assert!(said.contains(sentence), "{arguments:?}: {said}");
    said
}
