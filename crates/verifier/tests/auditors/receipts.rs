//! Receipts with a policy, and by the manifest's quorum (§23.5).

use plebiscite_board::tlog_proof::TlogProof;

use super::*;

/// A receipt of the last ballot, on the log of so many entries, and the ballot's file.
fn receipt(folder: &TempDir, upto: usize, by: &[usize]) -> (PathBuf, PathBuf) {
    let entries = &finished().entries[..upto];
    let place = last_ballot();
    let path = tree(entries).inclusion_proof(place as u64, upto as u64).unwrap();
    let proof = TlogProof { index: place as u64, path, checkpoint: cosigned(entries, by) };
    (put(folder, "mine.tlog-proof", &proof.encode()), put(folder, "ballot", &entries[place]))
}

#[test]
fn observers_confirm_soon_until_the_quorum_cosigned_a_checkpoint_that_holds_the_vote() {
    let all = &finished().entries;
    let folder = folder_of(all);
    let judged = |upto: usize, by: &[usize]| {
        let (proof, ballot) = receipt(&folder, upto, by);
        let arguments = ["receipt", text(&proof), "--ballot", text(&ballot), "--record", path(&folder)];
        let (code, found) = json(&arguments);
        assert_eq!(code, Some(0));
        let seen = &found["witnesses"];
        assert_eq!((&seen["named"], &seen["quorum"]), (&4.into(), &3.into()));
        (seen["receipt_confirmed"].clone(), seen["confirmed"].clone(), said(&verify(&arguments)))
    };
    let (own, confirmed, words) = judged(last_ballot() + 1, &[]);
    assert_eq!((own, confirmed), (false.into(), false.into()));
    assert!(words.contains("In the public book; observers confirm soon: 0 of 4"), "{words}");
    let (own, confirmed, words) = judged(last_ballot() + 1, &[0, 2]);
    assert_eq!((own, confirmed), (false.into(), false.into()));
    assert!(words.contains("observers confirm soon: 2 of 4"), "{words}");
    let (own, confirmed, words) = judged(last_ballot() + 1, &[0, 2, 3]);
    assert_eq!((own, confirmed), (true.into(), true.into()));
    assert!(words.contains("confirmed by 3 of 4 observers"), "{words}");
    // A later checkpoint of the record confirms a plain receipt; an earlier one, which lacks the vote, does not.
    put(&folder, "cosigned/open", &cosigned(&all[..last_ballot()], &[0, 1, 2]));
    assert_eq!(judged(last_ballot() + 1, &[]).1, false);
    put(&folder, "cosigned/latest", &cosigned(all, &[0, 1, 2]));
    let (own, confirmed, words) = judged(last_ballot() + 1, &[]);
    assert_eq!((own, confirmed), (false.into(), true.into()));
    assert!(words.contains("cosigned a later checkpoint of the record"), "{words}");
}

#[cfg(unix)]
#[test]
fn a_pipe_in_the_ballots_place_is_not_waited_for() {
    let folder = folder_of(&finished().entries);
    let (proof, ballot) = receipt(&folder, last_ballot() + 1, &[]);
    let pipe = folder.path().join("pipe");
    plebiscite_support::patience::make_pipe(&pipe);
    let judged = |ballot: &Path| {
        let mut program = Command::new(env!("CARGO_BIN_EXE_plebiscite-verify"));
        program.args(["receipt", text(&proof), "--ballot", text(ballot), "--record", path(&folder)]);
        plebiscite_support::patience::ended(&mut program).expect("it ends").status.code()
    };
    assert_eq!((judged(&pipe), judged(&ballot)), (Some(3), Some(0)));
}

#[test]
fn a_policy_gives_the_key_and_says_whether_the_receipt_meets_it() {
    let folder = folder_of(&finished().entries);
    let lines = format!("{}witness w {}\nquorum w\n", log_line(), witness_vkey(1));
    let policy = put(&folder, "mine.policy", lines.as_bytes());
    let judged = |by: &[usize]| {
        let (proof, ballot) = receipt(&folder, last_ballot() + 1, by);
        json(&["receipt", text(&proof), "--ballot", text(&ballot), "--policy", text(&policy)])
    };
    for (by, meets) in [(&[1][..], true), (&[0, 2, 3], false), (&[], false)] {
        let (code, found) = judged(by);
        assert_eq!(
            (code, &found["auditors_policy"]["receipt_confirmed"]),
            (Some(0), &meets.into()),
            "{by:?}"
        );
        assert!(found["witnesses"].is_null());
    }
    // The policy beside a key, and beside a record.
    let (proof, ballot) = receipt(&folder, last_ballot() + 1, &[1]);
    let files = ["receipt", text(&proof), "--ballot", text(&ballot), "--policy", text(&policy)];
    let key = log_line();
    let key = key.trim_end().strip_prefix("log ").unwrap();
    let words = said(&verify(&[&files[..], &["--board-key", key]].concat()));
    assert!(words.contains("meets your policy: 1 of its 1 witness cosigned"), "{words}");
    let (code, found) = json(&[&files[..], &["--record", path(&folder)]].concat());
    assert_eq!((code, &found["in_record"]), (Some(0), &true.into()));
    assert_eq!(found["auditors_policy"]["receipt_confirmed"], true);
    assert_eq!(found["witnesses"]["receipt_confirmed"], false);
    // A policy of another log; a false line of its witness; another entry.
    put(&folder, "mine.policy", b"quorum none\n");
    let output = verify(&files);
    assert_eq!(output.status.code(), Some(3));
    assert!(said(&output).contains("names no key of this log"));
    put(&folder, "mine.policy", lines.as_bytes());
    put(&folder, "ballot", &finished().entries[last_ballot() - 1]);
    assert_eq!(verify(&files).status.code(), Some(1));
    let (proof, _) = receipt(&folder, last_ballot() + 1, &[1]);
    let mut bytes = std::fs::read(&proof).unwrap();
    let place = bytes.len() - 20;
    bytes[place] = if bytes[place] == b'A' { b'B' } else { b'A' };
    std::fs::write(&proof, bytes).unwrap();
    assert_eq!(verify(&files).status.code(), Some(1));
}
