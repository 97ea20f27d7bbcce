//! An auditor's own policy beside the manifest's (§23.7).

use serde_json::Value;

use super::*;

/// The manifest names four witnesses and asks for three; this auditor asks for the second and one of two others.
fn two_levels() -> String {
    let witnesses: String =
        [1, 2, 3].iter().map(|n| format!("witness w{n} {}\n", witness_vkey(*n))).collect();
    format!("{}{witnesses}group either any w2 w3\ngroup mine all w1 either\nquorum mine\n", log_line())
}

#[test]
fn a_checkpoint_that_holds_the_result_is_judged_by_the_auditors_quorum_and_by_the_manifests() {
    let all = &finished().entries;
    let result = usize::try_from(finished().record.result().unwrap().index).unwrap();
    let folder = folder_of(all);
    let policy = put(&folder, "mine.policy", two_levels().as_bytes());
    let judged = |by: &[usize], upto: usize| {
        put(&folder, "cosigned/latest", &cosigned(&all[..upto], by));
        let (code, report) = json(&["record", path(&folder), "--policy", text(&policy)]);
        assert_eq!(code, Some(0));
        let own = &report["auditors_policy"];
        assert_eq!((&own["witnesses"], &own["asks"]), (&Value::from(3), &Value::from(true)));
        (own["holds_result"].clone(), own["cosigned_size"].clone(), report["witnesses"]["final"].clone())
    };
    let (yes, no, whole) = (Value::from(true), Value::from(false), all.len());
    let size = |size: usize| Value::from(size);
    // Enough for the auditor and not for the manifest; the other way round; both; neither.
    assert_eq!(judged(&[1, 3], whole), (yes.clone(), size(whole), no.clone()));
    assert_eq!(judged(&[0, 2, 3], whole), (no.clone(), Value::Null, yes.clone()));
    assert_eq!(judged(&[0, 1, 2], whole), (yes.clone(), size(whole), yes));
    assert_eq!(judged(&[0, 3], whole), (no.clone(), Value::Null, no.clone()));
    // One that lacks the result.
    assert_eq!(judged(&[1, 3], result), (no.clone(), size(result), no));
    let words = said(&verify(&["record", path(&folder), "--policy", text(&policy)]));
    assert!(
        words.contains(&format!("Your policy  3 witnesses; cosigned by its quorum: {result} entries")),
        "{words}"
    );
    assert!(json(&["record", path(&folder)]).1["auditors_policy"].is_null());
}

#[test]
fn a_false_line_of_the_auditors_witness_refuses_the_note_and_one_of_a_stranger_does_not() {
    let all = &finished().entries;
    let folder = folder_of(all);
    let policy = put(&folder, "mine.policy", two_levels().as_bytes());
    let judged = |witness: &str| {
        let mut note = Note::parse(&cosigned(all, &[0, 1, 3])).unwrap();
        let line = note.signatures.iter_mut().find(|line| line.name == witness).unwrap();
        line.bytes[9] ^= 1;
        put(&folder, "cosigned/latest", &note.encode());
        json(&["record", path(&folder), "--policy", text(&policy)]).1["auditors_policy"].clone()
    };
    let refused = judged("witness4");
    assert_eq!(refused["holds_result"], false);
    assert_eq!(refused["refused"].as_array().unwrap().len(), 1);
    // The first witness is the manifest's; the auditor does not know it.
    let passed_over = judged("witness1");
    assert_eq!(
        (&passed_over["holds_result"], &passed_over["refused"]),
        (&true.into(), &Vec::<Value>::new().into())
    );
}

#[test]
fn an_auditors_witnesses_are_heard_where_the_manifest_names_none() {
    let mut election = Election::opened(Shape::default());
    for (voter, option) in [(0, 0), (1, 0), (2, 1), (5, 0), (6, 1)] {
        election.cast(voter, &[Choice::Option(option)]);
    }
    election.finish();
    let folder = tempfile::tempdir().unwrap();
    let note = election.checkpoint().note().to_vec();
    write_folder(folder.path(), &election.entries, &note);
    let line = cosign(&Note::parse(&note).unwrap().text, "witness2", 9, &key_of("witness", 1)).unwrap();
    put(&folder, "cosigned/latest", &[note, line.into_bytes()].concat());
    let (_, plain) = json(&["record", path(&folder)]);
    let key = plain["board_key"].as_str().unwrap().to_owned();
    let lines = format!("log {key}\nwitness w {}\nquorum w\n", witness_vkey(1));
    let policy = put(&folder, "mine.policy", lines.as_bytes());
    let (code, report) = json(&["record", path(&folder), "--policy", text(&policy)]);
    assert_eq!((code, &report["auditors_policy"]["holds_result"]), (Some(0), &true.into()));
    assert_eq!((status(&report, "log-fork"), &report["witnesses"]), ("pass", &Value::Null));
    assert_eq!(status(&plain, "log-fork"), "not-applicable");
}

#[test]
fn a_policy_of_another_log_or_none_at_all_is_a_clear_error() {
    let folder = folder_of(&finished().entries);
    let judged = |lines: &str| {
        let policy = put(&folder, "mine.policy", lines.as_bytes());
        let output = verify(&["record", path(&folder), "--policy", text(&policy)]);
        (output.status.code(), said(&output))
    };
    let none = format!("{}quorum none\n", log_line());
    let (code, words) = judged(&none);
    assert_eq!(code, Some(0));
    assert!(words.contains("Your policy  asks for no cosignature"), "{words}");
    // Another key under the same origin; no log at all: the report is printed, and the line that is missing is named.
    let origin = format!("plebiscite/v1/{}", finished().id());
    let stranger =
        plebiscite_board::note::NoteKey::new(&origin, key_of("witness", 0).verifying_key()).unwrap();
    for lines in [format!("log {}\nquorum none\n", stranger.vkey()), "quorum none\n".to_owned()] {
        let (code, words) = judged(&lines);
        assert_eq!(code, Some(3));
        assert!(words.contains("The record is whole"), "{words}");
        assert!(
            words.contains(&format!("does not name this log: its line would be `{}`", log_line().trim_end()))
        );
    }
    for (lines, reason) in [
        (log_line(), "there is no quorum line"),
        (format!("{}quorum w\n", log_line()), "line 2: w is not defined before this line"),
        ("\u{1}".to_owned(), "not the text of a policy"),
    ] {
        let (code, words) = judged(&lines);
        assert_eq!(code, Some(3));
        assert!(words.contains(reason), "{words}");
    }
    assert_eq!(verify(&["record", path(&folder), "--policy", "/does/not/exist"]).status.code(), Some(3));
    // What the log itself shows comes before what the policy lacks.
    put(&folder, "checkpoint", b"no checkpoint");
    assert_eq!(judged("quorum none\n").0, Some(1));
}
