//! What the folder keeps: state that is never taken for less than it was, one process at a time, evidence within bounds.

use std::fs;

use plebiscite_board::evidence::Evidence;
use plebiscite_board::witness::WitnessError;
use plebiscite_witness::evidence::{FORKS, Kind, UNPROVEN};
use plebiscite_witness::watch::{WatchError, Witness};

use super::*;

#[test]
fn a_damaged_state_cosigns_nothing_and_a_successors_key_keeps_the_state() {
    let (folder, _) = made();
    let serving = Serving::start(folder.path());
    assert_eq!(serving.add(&request(&tree(9, 0), 0, 1)).0, 200);
    // A second process cannot have the folder meanwhile.
    let second = program(folder.path(), &["logs"]);
    assert_eq!(second.status.code(), Some(3));
    assert!(String::from_utf8_lossy(&second.stderr).contains("in use"));
    let state = fs::read_dir(folder.path().join("state")).unwrap().flatten().next().unwrap().path();
    let kept = fs::read(&state).unwrap();
    let mut flipped = kept.clone();
    *flipped.get_mut(kept.len() / 2).unwrap() ^= 1;
    for damaged in [&b""[..], b"time 1\n", b"nonsense", &kept[..kept.len() / 2], &flipped] {
        fs::write(&state, damaged).unwrap();
        assert_eq!(serving.add(&request(&tree(3, 0), 0, 1)).0, 500);
        assert_eq!(serving.add(&request(&tree(12, 0), 9, 1)).0, 500);
    }
    // Nor is a state that is gone taken for a log that begins, and adding the log again does not make it one.
    fs::remove_file(&state).unwrap();
    assert_eq!(serving.add(&request(&tree(3, 0), 0, 1)).0, 500);
    serving.kill();
    assert!(program(folder.path(), &["add-log", &vkey(1)]).status.success());
    assert_eq!(program(folder.path(), &["logs"]).status.code(), Some(3));
    let serving = Serving::start(folder.path());
    assert_eq!(serving.add(&request(&tree(3, 0), 0, 1)).0, 500);
    fs::write(&state, &kept).unwrap();
    assert_eq!(serving.add(&request(&tree(12, 0), 9, 1)).0, 200);
    serving.kill();
    let refused = program(folder.path(), &["add-log", &vkey(2)]);
    assert!(String::from_utf8_lossy(&refused.stderr).contains("--successor"));
    assert!(program(folder.path(), &["add-log", &vkey(2), "--successor"]).status.success());
    let serving = Serving::start(folder.path());
    assert_eq!(serving.add(&request(&tree(7, 0), 0, 2)).0, 409);
    assert_eq!(serving.add(&request(&tree(14, 0), 12, 2)).0, 200);
    // The name and the key are never made anew.
    assert_eq!(program(folder.path(), &["new-key", "--name", "x"]).status.code(), Some(3));
}

#[test]
fn a_clock_that_was_set_back_gives_the_time_before_again() {
    let (folder, own) = made();
    let witness = Witness::open(folder.path()).unwrap();
    let cosign = |size: u32, old: u64, now: u64| {
        let sent = request(&tree(size, 0), old, 1);
        let line = witness.add_checkpoint(&sent.encode(), now).unwrap();
        time_in(&own, &sent, line.as_bytes()).unwrap()
    };
    assert_eq!(cosign(9, 0, 1_000), 1_000);
    assert_eq!(cosign(12, 9, 400), 1_000);
    assert_eq!(cosign(12, 12, 0), 1_000);
    assert_eq!(cosign(14, 12, 1_001), 1_001);
}

/// A request whose note carries a line of a key that nobody knows, as anyone can add it.
fn decorated(request: &AddCheckpoint, seed: u8) -> AddCheckpoint {
    let mut note = Note::parse(&request.note).unwrap();
    let text = note.text.clone();
    let line = plebiscite_board::note::sign(&text, "stranger", &key(seed)).unwrap();
    note.signatures.extend(Note::parse(line.as_bytes()).unwrap().signatures);
    AddCheckpoint { note: note.encode(), ..request.clone() }
}

#[test]
fn the_same_two_heads_are_kept_once_and_a_flood_of_honest_heads_displaces_no_fork() {
    let (folder, _) = made();
    let witness = Witness::open(folder.path()).unwrap();
    let send = |request: &AddCheckpoint| witness.add_checkpoint(&request.encode(), 1);
    // The head in force came with a stranger's line: what is kept is the log's own.
    send(&decorated(&request(&tree(9, 0), 0, 1), 7)).unwrap();
    // Anyone can send an honest head with a wrong proof, of any size, with any lines.
    for size in 10..10 + UNPROVEN as u32 + 20 {
        for seed in 7..10 {
            let honest = AddCheckpoint { path: Vec::new(), ..request(&tree(size, 0), 9, 1) };
            let refused = send(&decorated(&honest, seed));
            assert!(matches!(refused, Err(WatchError::Refused(WitnessError::Proof(_)))));
        }
    }
    // A head that is sent with a proof it does not need contradicts nothing.
    let mut padded = request(&tree(9, 0), 9, 1);
    padded.path.push(leaf_hash(b"x"));
    assert!(matches!(send(&padded), Err(WatchError::Refused(WitnessError::Proof(_)))));
    assert_eq!((witness.kept(LOG, Kind::Fork), witness.kept(LOG, Kind::Unproven)), (0, UNPROVEN));
    // Only the log's key makes a fork: it finds its place, once for each pair of heads.
    for seed in 7..10 {
        let refused = send(&decorated(&request(&tree(9, 1), 9, 1), seed));
        assert!(matches!(refused, Err(WatchError::Refused(WitnessError::Fork))));
    }
    assert_eq!(witness.kept(LOG, Kind::Fork), 1);
    for salt in 2..=u8::MAX {
        assert!(send(&request(&tree(9, salt), 9, 1)).is_err());
    }
    assert_eq!(witness.kept(LOG, Kind::Fork), FORKS);
    let files = fs::read_dir(folder.path().join("evidence")).unwrap().flatten();
    let kept: Vec<_> = files.map(|file| fs::read(file.path()).unwrap()).collect();
    assert_eq!(kept.len(), UNPROVEN + FORKS);
    let board = NoteKey::parse(&vkey(1)).unwrap();
    let forks = kept.iter().filter(|bytes| {
        assert!(!String::from_utf8_lossy(bytes).contains("stranger"));
        Evidence::parse(bytes).unwrap().judge(&board).is_ok_and(|fork| fork.size == 9)
    });
    assert_eq!(forks.count(), FORKS);
    // It is still there, and still counted, after a start; and the log that only grows is still cosigned.
    drop(witness);
    let witness = Witness::open(folder.path()).unwrap();
    assert_eq!((witness.kept(LOG, Kind::Fork), witness.kept(LOG, Kind::Unproven)), (FORKS, UNPROVEN));
    assert!(witness.add_checkpoint(&request(&tree(12, 0), 9, 1).encode(), 2).is_ok());
    drop(witness);
    let listed = String::from_utf8(program(folder.path(), &["logs"]).stdout).unwrap();
    assert!(listed.contains("12 entries cosigned") && listed.contains("forks in evidence"), "{listed}");
    let json = String::from_utf8(program(folder.path(), &["logs", "--json"]).stdout).unwrap();
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!((&json[0]["size"], &json[0]["forks"]), (&12.into(), &FORKS.into()));
}

#[test]
fn a_start_that_was_cut_off_before_its_key_can_be_begun_again() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("name"), "half").unwrap();
    assert_eq!(program(folder.path(), &["logs"]).status.code(), Some(3));
    assert!(program(folder.path(), &["new-key", "--name", "witness.example"]).status.success());
    let own = String::from_utf8(program(folder.path(), &["key"]).stdout).unwrap();
    assert_eq!(WitnessKey::parse(own.trim_end()).unwrap().name(), "witness.example");
    // A name that no note can carry leaves nothing behind.
    let other = tempfile::tempdir().unwrap();
    assert_eq!(program(other.path(), &["new-key", "--name", "a b"]).status.code(), Some(3));
    assert_eq!(fs::read_dir(other.path()).unwrap().count(), 0);
}
