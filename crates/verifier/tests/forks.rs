//! Cosignatures, other checkpoints and several logs of one election: what is final, what is forked, and which log is the
//! record.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may stop where it fails"
)]

use std::path::Path;
use std::process::{Command, Output};
use std::sync::OnceLock;

use ed25519_dalek::SigningKey;
use plebiscite_board::checkpoint::SignedCheckpoint;
use plebiscite_board::cosignature::cosign;
use plebiscite_board::evidence::Evidence;
use plebiscite_board::merkle::{Roots, Tree, leaf_hash};
use plebiscite_board::note::{Note, NoteKey};
use plebiscite_election::contest::Choice;
use plebiscite_election::entry::{Succeeded, Successor};
use plebiscite_support::{Election, Shape, checkpoint_of, key_of, write_folder};
use plebiscite_verifier::report::{Outcome, Status};
use plebiscite_verifier::source::Source;
use plebiscite_verifier::{Options, Replay, Report, forks, replay};
use tempfile::TempDir;

/// The time that the close of these elections names.
const NOON: u64 = 1_812_283_200;

/// Certified, with four witnesses of whom three must cosign and one may be faulty.
fn finished() -> &'static Election {
    static ELECTION: OnceLock<Election> = OnceLock::new();
    ELECTION.get_or_init(|| {
        let mut election = Election::opened(Shape { witnesses: (4, 3, 1), ..Shape::default() });
        for (voter, option) in [(0, 0), (1, 0), (2, 1), (5, 0), (6, 1), (7, 0)] {
            election.cast(voter, &[Choice::Option(option)]);
        }
        election.finish();
        election
    })
}

fn tree(entries: &[Vec<u8>]) -> Tree {
    Tree::of(entries.iter().map(|entry| leaf_hash(entry)))
}

fn signed(entries: &[Vec<u8>]) -> SignedCheckpoint {
    checkpoint_of(finished().id(), &tree(entries), &finished().board)
}

fn folder_of(entries: &[Vec<u8>]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    write_folder(folder.path(), entries, signed(entries).note());
    folder
}

/// The checkpoint over these entries with cosignatures of these witnesses at these times.
fn cosigned(entries: &[Vec<u8>], by: &[(usize, u64)]) -> Vec<u8> {
    let note = signed(entries).note().to_vec();
    let text = Note::parse(&note).unwrap().text;
    let line = |(witness, time): &(usize, u64)| {
        cosign(&text, &format!("witness{}", witness + 1), *time, &key_of("witness", *witness)).unwrap()
    };
    [note, by.iter().map(line).collect::<String>().into_bytes()].concat()
}

fn put(folder: &TempDir, name: &str, note: &[u8]) {
    std::fs::create_dir_all(folder.path().join("cosigned")).unwrap();
    std::fs::write(folder.path().join(name), note).unwrap();
}

fn replayed(folder: &Path) -> Replay {
    let source = Source::open(folder.to_str().unwrap()).unwrap();
    let options =
        Options { election: None, since: None, up_to: None, fresh: [9; 32], progress: &mut |_, _| () };
    replay(source, options).unwrap()
}

fn report(folder: &TempDir) -> Report {
    Report::of(&replayed(folder.path()))
}

fn has(report: &Report, finding: &str) -> bool {
    report.findings.iter().any(|found| found.name == finding)
}

fn status(report: &Report, name: &str) -> Status {
    report.checks.iter().find(|check| check.name == name).unwrap().status
}

fn verify(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_plebiscite-verify")).args(arguments).output().unwrap()
}

/// A log that goes on otherwise from an index on: its last entry is a scheduled close that the rules allow, or a ballot less.
fn other_log(upto: usize) -> Vec<Vec<u8>> {
    let mut entries = finished().entries[..upto].to_vec();
    entries.pop();
    entries
}

#[test]
fn a_result_is_final_once_the_quorum_cosigned_a_checkpoint_that_holds_it() {
    let election = finished();
    let all = &election.entries;
    let folder = folder_of(all);
    let bare = report(&folder);
    assert_eq!(bare.outcome, Outcome::Passed);
    let own = NoteKey::parse(bare.board_key.as_ref().unwrap()).unwrap();
    assert!(SignedCheckpoint::verify(signed(all).note(), &own).is_ok());
    assert_eq!(bare.witnesses.as_ref().unwrap().is_final, Some(false));
    assert!(has(&bare, "not-final") && has(&bare, "operators-clock"));
    assert_eq!(status(&bare, "log-fork"), Status::NotApplicable);
    // Two of four are no quorum of three; a witness counts once; an earlier checkpoint does not hold the result.
    let later = NOON + 60;
    put(&folder, "cosigned/latest", &cosigned(all, &[(0, later), (1, later), (1, later + 1)]));
    assert_eq!(report(&folder).witnesses.unwrap().is_final, Some(false));
    let result = usize::try_from(election.record.result().unwrap().index).unwrap();
    put(&folder, "cosigned/close", &cosigned(&all[..result], &[(0, later), (1, later), (2, later)]));
    let before = report(&folder);
    assert_eq!(before.witnesses.as_ref().unwrap().is_final, Some(false));
    assert_eq!(before.witnesses.as_ref().unwrap().cosigned_size, Some(result as u64));
    assert!(!has(&before, "operators-clock"));
    put(&folder, "cosigned/latest", &cosigned(&all[..=result], &[(0, later), (2, later), (3, later)]));
    let last = report(&folder);
    assert_eq!(last.witnesses.as_ref().unwrap().is_final, Some(true));
    assert!(!has(&last, "not-final"));
    assert_eq!(status(&last, "log-fork"), Status::Pass);
    // One false line of a known witness, and the note says nothing.
    let mut bad = cosigned(&all[..=result], &[(0, later), (2, later), (3, later)]);
    let place = bad.len() - 20;
    bad[place] = if bad[place] == b'A' { b'B' } else { b'A' };
    put(&folder, "cosigned/latest", &bad);
    let refused = report(&folder);
    assert_eq!(refused.witnesses.as_ref().unwrap().is_final, Some(false));
    assert!(has(&refused, "checkpoint-ignored"));
    assert_eq!(refused.outcome, Outcome::Passed);
}

#[test]
fn witnesses_clocks_find_a_close_that_came_too_early_or_too_late() {
    let election = finished();
    let all = &election.entries;
    let close = usize::try_from(election.record.close_index().unwrap()).unwrap();
    assert_eq!(election.record.close_time().unwrap().0, NOON);
    let grace = u64::from(election.record.manifest().unwrap().document().schedule.grace_seconds);
    let found = |name: &str, upto: usize, by: &[(usize, u64)]| {
        let folder = folder_of(all);
        put(&folder, name, &cosigned(&all[..upto], by));
        let report = report(&folder);
        assert_eq!(report.outcome, Outcome::Passed);
        (has(&report, "closed-too-early"), has(&report, "closed-too-late"))
    };
    let (with, without) = (close + 1, close);
    assert_eq!(found("cosigned/close", with, &[(0, NOON - 1), (1, NOON - 1)]), (true, false));
    assert_eq!(found("cosigned/close", with, &[(0, NOON - 1), (1, NOON)]), (false, false));
    assert_eq!(found("cosigned/open", without, &[(0, NOON - 1), (1, NOON - 1)]), (false, false));
    let late = NOON + grace + 1;
    assert_eq!(found("cosigned/open", without, &[(2, late), (3, late)]), (false, true));
    assert_eq!(found("cosigned/open", without, &[(2, late), (3, late - 1)]), (false, false));
    assert_eq!(found("cosigned/close", with, &[(2, late), (3, late)]), (false, false));
}

#[test]
fn a_checkpoint_that_contradicts_an_unconfirmed_log_forks_it_and_a_confirmed_one_outvotes_it() {
    let election = finished();
    let confirmed = folder_of(&election.entries);
    let seal = usize::try_from(election.record.seal().unwrap().index).unwrap();
    let open = folder_of(&election.entries[..seal]);
    let mut strange = election.entries[..seal].to_vec();
    strange[seal - 3] = b"another entry".to_vec();
    let contradiction = signed(&strange).note().to_vec();
    let mut forked = replayed(open.path());
    forked.hear(&contradiction);
    let report = Report::of(&forked);
    assert_eq!((report.outcome, status(&report, "log-fork")), (Outcome::Failed, Status::Fail));
    let mut outvoted = replayed(confirmed.path());
    outvoted.hear(&contradiction);
    let report = Report::of(&outvoted);
    assert_eq!(report.outcome, Outcome::Passed);
    assert!(has(&report, "fork-outvoted"));
    // Twins: an honest checkpoint of an earlier size; one by another key; one of more entries than were given.
    let mut honest = replayed(open.path());
    honest.hear(signed(&election.entries[..seal - 2]).note());
    honest.hear(checkpoint_of(election.id(), &tree(&strange), &key_of("witness", 0)).note());
    honest.hear(signed(&election.entries).note());
    let report = Report::of(&honest);
    assert_eq!((report.outcome, status(&report, "log-fork")), (Outcome::NotYet, Status::Pass));
    assert!(has(&report, "checkpoint-ignored") && has(&report, "log-behind"));
}

#[test]
fn of_several_logs_the_confirmed_one_is_the_record_and_of_two_unconfirmed_ones_neither() {
    let election = finished();
    let seal = usize::try_from(election.record.seal().unwrap().index).unwrap();
    let close = usize::try_from(election.record.close_index().unwrap()).unwrap();
    // Both halves are valid records: one closed, one that goes on from the ballot before the last one.
    let closed = folder_of(&election.entries[..seal]);
    let without = other_log(close);
    let mut other = Election::opened(Shape { witnesses: (4, 3, 1), ..Shape::default() });
    for entry in &without[other.entries.len()..] {
        other.append(entry).unwrap();
    }
    other.close();
    let cut = folder_of(&other.entries);
    let whole = folder_of(&election.entries);
    let judge = |folders: &[&TempDir]| {
        let logs = folders.iter().enumerate().map(|(n, folder)| (n.to_string(), replayed(folder.path())));
        let (record, others) = forks::choose(logs.collect()).unwrap();
        Report::of(&record).beside(others)
    };
    let fork = judge(&[&closed, &cut]);
    assert_eq!((fork.outcome, status(&fork, "log-fork")), (Outcome::Failed, Status::Fail));
    assert_eq!(fork.valid_up_to, without.len() as u64);
    assert_eq!((fork.logs[0].stands, fork.logs[0].common), ("forked", without.len() as u64));
    let confirmed = judge(&[&cut, &whole]);
    assert_eq!((confirmed.outcome, confirmed.logs[0].stands), (Outcome::Passed, "outvoted"));
    assert!(!has(&confirmed, "one-log") && has(&confirmed, "fork-outvoted"));
    // Another election's log says nothing of this one.
    let foreign = Election::opened(Shape { title: "Another".to_owned(), ..Shape::default() });
    let elsewhere = tempfile::tempdir().unwrap();
    write_folder(elsewhere.path(), &foreign.entries, foreign.checkpoint().note());
    let beside = judge(&[&whole, &elsewhere]);
    assert_eq!((beside.logs[0].stands, has(&beside, "one-log")), ("other-election", true));
    let shorter = judge(&[&closed, &whole]);
    assert_eq!((shorter.outcome, shorter.logs[0].stands), (Outcome::Passed, "shorter"));
    assert!(!has(&shorter, "one-log") && !has(&shorter, "fork-outvoted"));
    assert_eq!(judge(&[&whole, &whole]).logs[0].stands, "same");
    // The command says the same.
    let path = |folder: &TempDir| folder.path().to_str().unwrap().to_owned();
    let run = |folders: &[&TempDir]| {
        let arguments: Vec<String> = folders.iter().map(|folder| path(folder)).collect();
        let arguments: Vec<&str> =
            ["record"].into_iter().chain(arguments.iter().map(String::as_str)).collect();
        verify(&arguments).status.code()
    };
    assert_eq!((run(&[&closed, &cut]), run(&[&cut, &whole])), (Some(1), Some(0)));
    let note = closed.path().join("other-checkpoint");
    std::fs::write(&note, signed(&other.entries).note()).unwrap();
    let command =
        |folder: &TempDir| verify(&["record", &path(folder), "--checkpoint", note.to_str().unwrap()]);
    assert_eq!(command(&closed).status.code(), Some(1));
    assert_eq!(command(&whole).status.code(), Some(0));
}

#[test]
fn evidence_is_judged_offline_by_the_manifest_that_it_holds() {
    let election = finished();
    let seal = usize::try_from(election.record.seal().unwrap().index).unwrap();
    let (one, mut strange) = (election.entries[..seal].to_vec(), election.entries.clone());
    strange[seal - 3] = b"another entry".to_vec();
    let larger = tree(&strange);
    let size = one.len() as u64;
    let prefix = (larger.root_at(size).unwrap(), larger.consistency_proof(size, larger.size()).unwrap());
    let shown = Evidence {
        notes: [signed(&one).note().to_vec(), signed(&strange).note().to_vec()],
        prefix: Some(prefix),
        authority: Some(election.record.manifest().unwrap().bytes().to_vec()),
    };
    let folder = tempfile::tempdir().unwrap();
    let judge = |evidence: &Evidence| {
        let file = folder.path().join("evidence");
        std::fs::write(&file, evidence.encode()).unwrap();
        verify(&["evidence", file.to_str().unwrap()])
    };
    let output = judge(&shown);
    assert_eq!(output.status.code(), Some(0));
    assert!(String::from_utf8_lossy(&output.stdout).contains(&format!("Size  {size}")));
    // Its twins: two heads of one log; a manifest of another election; no manifest and no key.
    let whole = tree(&election.entries);
    let honest = (whole.root_at(size).unwrap(), whole.consistency_proof(size, whole.size()).unwrap());
    let notes = [signed(&one).note().to_vec(), signed(&election.entries).note().to_vec()];
    let same = Evidence { notes, prefix: Some(honest), ..shown.clone() };
    assert_eq!(judge(&same).status.code(), Some(1));
    let other = Election::opened(Shape { title: "Another".to_owned(), ..Shape::default() });
    let foreign = Some(other.record.manifest().unwrap().bytes().to_vec());
    assert_eq!(judge(&Evidence { authority: foreign, ..shown.clone() }).status.code(), Some(1));
    assert_eq!(judge(&Evidence { authority: None, ..shown }).status.code(), Some(3));
}

#[test]
fn a_file_longer_than_any_of_its_kind_is_false_and_a_pipe_is_not_waited_for() {
    let folder = folder_of(&finished().entries);
    let path = folder.path().join("checkpoint");
    let honest = std::fs::read(&path).unwrap();
    std::fs::write(&path, vec![b'x'; 70_000]).unwrap();
    assert_eq!(status(&report(&folder), "log-checkpoint"), Status::Fail);
    std::fs::write(&path, &honest).unwrap();
    assert_eq!(report(&folder).outcome, Outcome::Passed);
    std::fs::remove_file(&path).unwrap();
    assert!(Command::new("mkfifo").arg(&path).status().unwrap().success());
    assert_eq!(verify(&["record", folder.path().to_str().unwrap()]).status.code(), Some(3));
}

#[test]
fn a_successor_of_the_boards_key_decides_against_every_checkpoint_of_the_key_that_it_succeeded() {
    let mut election = Election::opened(Shape { witnesses: (4, 3, 1), ..Shape::default() });
    election.cast(0, &[Choice::Option(0)]);
    let mut other = Election::opened(Shape { witnesses: (4, 3, 1), ..Shape::default() });
    other.cast(1, &[Choice::Option(0)]);
    let keys: Vec<_> = (0..2).map(|number| key_of("successor of the board", number)).collect();
    let id = election.id();
    let by = |tree: &Tree, key: &SigningKey| checkpoint_of(id, tree, key).note().to_vec();
    // Before any succession two books of one size are a fork.
    let fork = by(&other.tree, &other.board);
    let judged = |election: &Election, key: &SigningKey, note: &[u8]| {
        let folder = tempfile::tempdir().unwrap();
        let signed = checkpoint_of(election.id(), &election.tree, key);
        write_folder(folder.path(), &election.entries, signed.note());
        let mut replay = replayed(folder.path());
        replay.hear(note);
        Report::of(&replay)
    };
    let named = |report: &Report, name| report.findings.iter().any(|finding| finding.name == name);
    assert_eq!(judged(&election, &election.board, &fork).failed().unwrap().name, "log-fork");
    let same = by(&election.tree, &election.board);
    let (mut second, mut above) = (Vec::new(), Vec::new());
    for (number, key) in (1..).zip(&keys) {
        let body = Successor { number, of: Succeeded::Board, key: key.verifying_key().to_bytes() };
        let act = election.act(body);
        election.append(&act).unwrap();
        election.cast(2, &[Choice::Option(0)]);
        if number == 1 {
            // What the first successor signs here is true as long as it is in force, and cut off above the second.
            second = by(&election.tree, key);
        }
        above = by(&election.tree, &keys[0]);
    }
    let last = &keys[1];
    // Of its own size, and above the succession, whoever of the succeeded signed it.
    let by_first = by(&election.tree, &election.board);
    for cut_off in [&fork, &above, &by_first] {
        let report = judged(&election, last, cut_off);
        assert_eq!((report.outcome, named(&report, "fork-cut-off")), (Outcome::NotYet, true), "{report}");
    }
    // The twins: what a key signed of this very log while it was in force.
    for true_one in [&same, &second] {
        let report = judged(&election, last, true_one);
        assert_eq!((report.outcome, named(&report, "fork-cut-off")), (Outcome::NotYet, false), "{report}");
    }
    // The key in force can still fork its own log.
    let mut entries = election.entries.clone();
    let last_ballot = entries.len() - 1;
    entries[last_ballot] = Election::ballot_entry(&election.ballot(3, &[Choice::Option(0)]));
    let forked = by(&tree(&entries), last);
    assert_eq!(judged(&election, last, &forked).failed().unwrap().name, "log-fork");
    // A key that was never named says nothing.
    let stranger = by(&election.tree, &key_of("stranger", 0));
    assert!(named(&judged(&election, last, &stranger), "checkpoint-ignored"));
}
