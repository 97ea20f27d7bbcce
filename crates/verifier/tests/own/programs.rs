//! The same by the program: `--state`, `--range`, `--partial` and `combine`.

use std::path::Path;
use std::process::{Command, Output};

use super::{ballots, finished, folder_of};

fn verify(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_plebiscite-verify")).args(arguments).output().unwrap()
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

#[test]
fn the_program_goes_on_from_its_state_and_keeps_it_only_where_nothing_failed() {
    let all = &finished().entries;
    let place = tempfile::tempdir().unwrap();
    let state = place.path().join("state");
    let visit = |entries: &[Vec<u8>]| {
        let log = folder_of(entries);
        let found = verify(&["record", text(log.path()), "--json", "--state", text(&state)]);
        let plain = verify(&["record", text(log.path()), "--json"]);
        (found, plain)
    };
    let cut = ballots()[120];
    for entries in [&all[..cut], &all[..cut + 60], all] {
        let (found, plain) = visit(entries);
        assert_eq!((found.status.code(), &found.stdout), (plain.status.code(), &plain.stdout));
    }
    let kept = std::fs::read(&state).unwrap();
    // A log of fewer entries says nothing of the state, and the state stays.
    let (found, plain) = visit(&all[..cut]);
    assert_eq!((found.status.code(), plain.status.code()), (Some(3), Some(5)));
    assert!(String::from_utf8_lossy(&found.stderr).contains("covers"), "{found:?}");
    assert_eq!(std::fs::read(&state).unwrap(), kept);
    std::fs::write(&state, "nothing").unwrap();
    assert_eq!(visit(all).0.status.code(), Some(3));
    let log = folder_of(all);
    let two = [text(log.path()); 2];
    assert_eq!(verify(&["record", two[0], two[1], "--state", text(&state)]).status.code(), Some(2));
}

#[test]
fn partials_of_several_runs_combine_to_the_output_of_one() {
    let log = folder_of(&finished().entries);
    let place = tempfile::tempdir().unwrap();
    let end = finished().entries.len().to_string();
    let mut files = Vec::new();
    for (from, to) in [("0", "120"), ("120", "290"), ("290", &end)] {
        let file = place.path().join(from);
        let range = format!("{from}..{to}");
        let found = verify(&[
            "record",
            text(log.path()),
            "--range",
            &range,
            "--partial",
            text(&file),
            "--election",
            &finished().id().to_string(),
        ]);
        assert_eq!(found.status.code(), Some(0), "{found:?}");
        files.push(file);
    }
    let combine = |files: &[&Path]| {
        let mut arguments = vec!["combine"];
        arguments.extend(files.iter().map(|file| text(file)));
        arguments.extend(["--record", text(log.path()), "--json"]);
        verify(&arguments)
    };
    let found = combine(&[&files[2], &files[0], &files[1]]);
    let plain = verify(&["record", text(log.path()), "--json"]);
    assert_eq!((found.status.code(), found.stdout), (plain.status.code(), plain.stdout));
    assert_eq!(combine(&[&files[0], &files[1]]).status.code(), Some(3));
    assert_eq!(combine(&[&files[0], &files[1], &files[1], &files[2]]).status.code(), Some(3));
    let other = "0".repeat(64);
    let wrong = verify(&[
        "record",
        text(log.path()),
        "--range",
        "0..9",
        "--partial",
        text(&files[0]),
        "--election",
        &other,
    ]);
    assert_ne!(wrong.status.code(), Some(0));
    // A range beyond the log is no file of an earlier run.
    let beyond = format!("9..{}", finished().entries.len() + 1);
    let found = verify(&["record", text(log.path()), "--range", &beyond, "--partial", text(&files[0])]);
    let said = String::from_utf8_lossy(&found.stderr).into_owned();
    assert_eq!(found.status.code(), Some(3), "{said}");
    assert!(said.contains(&format!("the log has {end} entries")) && !said.contains("earlier run"), "{said}");
    for bad in ["9..9", "9", "a..b"] {
        let found = verify(&["record", text(log.path()), "--range", bad, "--partial", text(&files[0])]);
        assert_eq!(found.status.code(), Some(2), "{bad}");
    }
    assert_eq!(verify(&["record", text(log.path()), "--range", "0..9"]).status.code(), Some(2));
}
