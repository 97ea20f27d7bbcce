//! Records in folders: an honest one passes, and each lie told with the board's own key fails by its check's name.
#![expect(clippy::unwrap_used, reason = "a test that cannot set up its record must fail where it stands")]
#![expect(clippy::indexing_slicing, reason = "likewise")]

use std::path::Path;
use std::process::{Command, Output};
use std::sync::OnceLock;

use plebiscite_board::checkpoint::SignedCheckpoint;
use plebiscite_board::merkle::{Tree, leaf_hash};
use plebiscite_board::note::NoteKey;
use plebiscite_board::tlog_proof::TlogProof;
use plebiscite_election::contest::Choice;
use plebiscite_election::entry::Kind;
use plebiscite_election::manifest::ElectionId;
use plebiscite_election::record::Phase;
use plebiscite_support::{Election, Shape, checkpoint_of, key_of, write_folder};
use plebiscite_verifier::check::{Demand, VerifyError};
use plebiscite_verifier::report::{Outcome, Status};
use plebiscite_verifier::source::Source;
use plebiscite_verifier::{Options, Replay, Report, replay};
use tempfile::TempDir;

/// A certified election with eight ballots, one of them superseded.
fn finished() -> &'static Election {
    static ELECTION: OnceLock<Election> = OnceLock::new();
    ELECTION.get_or_init(|| {
        let mut election = Election::opened(Shape::default());
        for (voter, option) in [(0, 0), (1, 0), (2, 1), (5, 0), (6, 1), (7, 0), (3, 1)] {
            election.cast(voter, &[Choice::Option(option)]);
        }
        election.cast(2, &[Choice::Option(0)]);
        election.finish();
        election
    })
}

/// A log of these entries, its tree rebuilt and signed by the board.
fn folder_of(entries: &[Vec<u8>]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let tree = Tree::of(entries.iter().map(|entry| leaf_hash(entry)));
    let checkpoint = checkpoint_of(finished().id(), &tree, &finished().board);
    write_folder(folder.path(), entries, checkpoint.note());
    folder
}

fn replayed(folder: &Path, election: Option<Demand>, since: Option<Vec<u8>>) -> Result<Replay, VerifyError> {
    let source = Source::open(folder.to_str().unwrap()).unwrap();
    replay(source, Options { election, since, up_to: None, fresh: [9; 32], progress: &mut |_, _| () })
}

fn report(folder: &Path) -> Report {
    Report::of(&replayed(folder, None, None).unwrap())
}

/// The name and the entry of the one check that failed.
fn failed(report: &Report) -> (&'static str, Option<u64>) {
    assert_eq!(report.outcome, Outcome::Failed);
    let check = report.failed().unwrap();
    assert!(check.reason.is_some());
    (check.name, check.entry)
}

fn ballots() -> Vec<usize> {
    let is_ballot = |(index, entry): (usize, &Vec<u8>)| (entry[0] == Kind::Ballot.byte()).then_some(index);
    finished().entries.iter().enumerate().filter_map(is_ballot).collect()
}

#[test]
fn an_honest_record_passes_every_check() {
    let folder = folder_of(&finished().entries);
    let demand = Some(Demand::Id(finished().id()));
    let since = checkpoint_of(
        finished().id(),
        &Tree::of(finished().entries[..9].iter().map(|e| leaf_hash(e))),
        &finished().board,
    );
    let replay = replayed(folder.path(), demand, Some(since.note().to_vec())).unwrap();
    let report = Report::of(&replay);
    assert_eq!(report.outcome, Outcome::Passed, "{report}");
    assert!(
        report.checks.iter().all(|check| matches!(check.status, Status::Pass | Status::NotApplicable)),
        "{report}"
    );
    let unused: Vec<_> =
        report.checks.iter().filter(|c| c.status == Status::NotApplicable).map(|c| c.name).collect();
    assert_eq!(unused, ["log-fork", "replacement", "extension", "successor"]);
    let counts = report.counts.unwrap();
    assert_eq!((counts.ballots, counts.counted, counts.superseded), (8, 7, 1));
    assert_eq!(report.cells.len(), 2);
    assert_eq!(report.valid_up_to, finished().entries.len() as u64);
    assert!(report.to_string().contains("question: ADOPTED — yes 5, no 2, blank 0"), "{report}");
    assert!(replay.into_verified().is_ok());
}

/// The status of `log-extends` where these entries are given beside a checkpoint of the true log's first nine.
fn extends(entries: &[Vec<u8>]) -> (Outcome, Status) {
    let folder = folder_of(entries);
    let first = Tree::of(finished().entries[..9].iter().map(|entry| leaf_hash(entry)));
    let since = checkpoint_of(finished().id(), &first, &finished().board);
    let report = Report::of(&replayed(folder.path(), None, Some(since.note().to_vec())).unwrap());
    let check = report.checks.iter().find(|check| check.name == "log-extends").unwrap();
    (report.outcome, check.status)
}

/// Whoever holds no key at all can cut a log off before its manifest is whole: nothing in it is signed then.
#[test]
fn a_log_cut_off_before_its_manifest_does_not_extend_what_was_seen_before() {
    let election = finished();
    let of = |entries: &[Vec<u8>]| Tree::of(entries.iter().map(|entry| leaf_hash(entry)));
    let earlier = |size: usize| {
        let entries = &election.entries[..size];
        Some(checkpoint_of(election.id(), &of(entries), &election.board).note().to_vec())
    };
    let cut = folder_of(&election.entries[..1]);
    let judged = |since| Report::of(&replayed(cut.path(), None, since).unwrap());
    for since in [20, 2] {
        assert_eq!(failed(&judged(earlier(since))), ("log-extends", None));
    }
    let other = checkpoint_of(election.id(), &of(&election.entries[1..2]), &election.board).note().to_vec();
    assert_eq!(failed(&judged(Some(other))), ("log-extends", None));
    for since in [earlier(1), earlier(0), None] {
        assert_eq!(judged(since).outcome, Outcome::NotYet);
    }
}

#[test]
fn an_earlier_checkpoint_beyond_a_refusal_is_not_reached_and_one_before_it_is_judged() {
    let with = |place: usize| {
        let mut entries = finished().entries.clone();
        entries[place].push(0);
        extends(&entries)
    };
    assert_eq!(with(5), (Outcome::Failed, Status::NotReached));
    assert_eq!(with(8), (Outcome::Failed, Status::NotReached));
    assert_eq!(with(9), (Outcome::Failed, Status::Pass));
    assert_eq!(extends(&finished().entries), (Outcome::Passed, Status::Pass));
}

#[test]
fn a_record_that_is_not_finished_is_not_decidable_yet() {
    let folder = folder_of(&finished().entries[..ballots()[3]]);
    let report = report(folder.path());
    assert_eq!((report.outcome, report.outcome.exit_code(), report.phase), (Outcome::NotYet, 5, "open"));
    let status = |name| report.checks.iter().find(|check| check.name == name).unwrap().status;
    assert_eq!(status("ballot-proof"), Status::Pass);
    assert_eq!(status("seal-log"), Status::NotReached);
    assert_eq!(status("replacement"), Status::NotReached);
    assert_eq!(status("roll-seal"), Status::Pass);
    assert_eq!(status("log-extends"), Status::NotApplicable);
}

#[test]
fn a_dropped_doubled_or_reordered_ballot_fails_by_name_and_what_stands_before_it_is_reported() {
    let places = ballots();
    let mut doubled = finished().entries.clone();
    doubled.insert(places[1], doubled[places[0]].clone());
    let report_of = |entries: &[Vec<u8>]| report(folder_of(entries).path());
    let found = report_of(&doubled);
    assert_eq!(failed(&found), ("ballot-chain", Some(places[1] as u64)));
    assert_eq!((found.valid_up_to, found.phase), (places[1] as u64, "open"));

    // The first ballot of the voter who voted twice is left out: the second has nothing to follow.
    let mut dropped = finished().entries.clone();
    dropped.remove(places[2]);
    assert_eq!(failed(&report_of(&dropped)), ("ballot-chain", Some(places[7] as u64 - 1)));

    let mut reordered = finished().entries.clone();
    reordered.swap(places[2], places[7]);
    assert_eq!(failed(&report_of(&reordered)), ("ballot-chain", Some(places[2] as u64)));

    // A single ballot is left out: the close names another log than this one.
    let mut silent = finished().entries.clone();
    silent.remove(places[0]);
    assert_eq!(failed(&report_of(&silent)).0, "entry-seen");
}

#[test]
fn an_altered_ballot_fails_the_same_way_in_a_batch_as_by_itself() {
    let places = ballots();
    for back in [1, 40, 200, 300] {
        let mut entries = finished().entries.clone();
        let ballot = &mut entries[places[4]];
        let place = ballot.len() - back;
        ballot[place] ^= 1;
        let (single_index, refusal) = Election::replay(&entries).unwrap_err();
        let report = report(folder_of(&entries).path());
        assert_eq!(failed(&report), (refusal.check.name(), Some(single_index as u64)), "{back}");
    }
}

#[test]
fn a_ballot_after_the_close_and_a_result_changed_by_one_are_refused() {
    let places = ballots();
    let mut late = finished().entries.clone();
    let ballot = late.remove(places[7]);
    late.insert(places[7] + 1, ballot);
    assert_eq!(failed(&report(folder_of(&late).path())).0, "entry-seen");

    let result = finished().entries.iter().position(|entry| entry[0] == Kind::Result.byte()).unwrap();
    let mut entries = finished().entries[..=result].to_vec();
    assert_eq!(report(folder_of(&entries).path()).outcome, Outcome::Passed);
    entries[result][1 + 32 + 2 + 1 + 7] ^= 1;
    assert_eq!(failed(&report(folder_of(&entries).path())), ("result-counts", Some(result as u64)));
}

#[test]
fn a_checkpoint_that_is_not_the_boards_is_refused() {
    let folder = folder_of(&finished().entries);
    let election = finished();
    let write = |note: &[u8]| std::fs::write(folder.path().join("checkpoint"), note).unwrap();
    write(checkpoint_of(election.id(), &election.tree, &key_of("someone", 0)).note());
    assert_eq!(failed(&report(folder.path())), ("log-checkpoint", None));
    write(b"no checkpoint at all\n");
    assert_eq!(failed(&report(folder.path())), ("log-checkpoint", None));
    write(checkpoint_of(ElectionId([1; 32]), &election.tree, &election.board).note());
    assert_eq!(failed(&report(folder.path())).0, "log-election");
    write(election.checkpoint().note());
    assert_eq!(report(folder.path()).outcome, Outcome::Passed);
}

#[test]
fn the_record_of_another_election_is_not_the_one_asked_for() {
    let folder = folder_of(&finished().entries);
    let found = Report::of(&replayed(folder.path(), Some(Demand::Id(ElectionId([1; 32]))), None).unwrap());
    assert_eq!(failed(&found).0, "log-election");
    let right = plebiscite_election::credential::Fingerprint::of(&finished().id());
    let found = Report::of(&replayed(folder.path(), Some(Demand::Fingerprint(right)), None).unwrap());
    assert_eq!(found.outcome, Outcome::Passed);
}

#[test]
fn a_fork_and_a_rollback_do_not_extend_the_earlier_checkpoint() {
    let election = finished();
    let folder = folder_of(&election.entries);
    let mut other = election.entries[..12].to_vec();
    other[11] = b"another entry".to_vec();
    let other =
        checkpoint_of(election.id(), &Tree::of(other.iter().map(|entry| leaf_hash(entry))), &election.board);
    let found = Report::of(&replayed(folder.path(), None, Some(other.note().to_vec())).unwrap());
    assert_eq!(failed(&found).0, "log-extends");
    let shorter = folder_of(&election.entries[..20]);
    let found =
        Report::of(&replayed(shorter.path(), None, Some(election.checkpoint().note().to_vec())).unwrap());
    assert_eq!(failed(&found).0, "log-extends");
}

#[test]
fn one_corrupted_byte_in_any_file_is_refused_and_a_missing_file_gives_no_verdict() {
    let folder = folder_of(&finished().entries);
    let mut files = Vec::new();
    let mut folders = vec![folder.path().join("tile")];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { folders.push(path) } else { files.push(path) }
        }
    }
    assert!(files.len() >= 2);
    for file in files {
        let good = std::fs::read(&file).unwrap();
        let mut bad = good.clone();
        let place = bad.len() / 2;
        bad[place] ^= 4;
        std::fs::write(&file, bad).unwrap();
        let name = failed(&report(folder.path())).0;
        assert_eq!(name, if file.to_str().unwrap().contains("entries") { "log-entries" } else { "log-tree" });
        std::fs::remove_file(&file).unwrap();
        assert!(matches!(replayed(folder.path(), None, None), Err(VerifyError::Fetch(_))));
        std::fs::write(&file, good).unwrap();
    }
    assert_eq!(report(folder.path()).outcome, Outcome::Passed);
}

#[test]
fn a_prefix_is_replayed_as_it_stood() {
    let folder = folder_of(&finished().entries);
    let size = ballots()[3] as u64;
    let up_to = |size: u64| {
        let source = Source::open(folder.path().to_str().unwrap()).unwrap();
        let progress = &mut |_, _| ();
        replay(source, Options { election: None, since: None, up_to: Some(size), fresh: [9; 32], progress })
    };
    let verified = up_to(size).unwrap().into_verified().unwrap();
    assert_eq!((verified.record.size(), verified.record.phase()), (size, Phase::Open));
    assert!(matches!(up_to(9_999), Err(VerifyError::Short { wanted: 9_999, .. })));
}

fn program(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_plebiscite-verify")).args(arguments).output().unwrap()
}

fn code(output: &Output) -> i32 {
    output.status.code().unwrap()
}

#[test]
fn the_program_ends_with_the_exit_code_of_what_it_found() {
    let folder = folder_of(&finished().entries);
    let path = folder.path().to_str().unwrap();
    let id = finished().id().to_string();
    let kept = folder.path().join("kept");
    let kept = kept.to_str().unwrap();
    assert_eq!(code(&program(&["record", path, "--election", &id, "--save-checkpoint", kept])), 0);
    assert_eq!(std::fs::read(kept).unwrap(), finished().checkpoint().note());
    assert_eq!(code(&program(&["record", path, "--since", kept])), 0);
    let json = program(&["record", path, "--json"]);
    let json: serde_json::Value = serde_json::from_slice(&json.stdout).unwrap();
    assert_eq!(
        (json["schema"].as_str(), json["outcome"].as_str()),
        (Some("plebiscite-report/1"), Some("passed"))
    );
    let malformed = folder.path().join("malformed");
    std::fs::write(&malformed, [&finished().checkpoint().note()[1..], b"\n"].concat()).unwrap();
    assert_eq!(code(&program(&["record", path, "--since", malformed.to_str().unwrap()])), 3);
    assert_eq!(code(&program(&["record", path, "--election", &"00".repeat(32)])), 1);
    assert_eq!(code(&program(&["record", path, "--election", "short"])), 2);
    assert_eq!(code(&program(&["record"])), 2);
    let missing = program(&["record", "/no/such/folder"]);
    assert_eq!(code(&missing), 3);
    assert_eq!(String::from_utf8(missing.stderr).unwrap().lines().count(), 1);
    let open = folder_of(&finished().entries[..ballots()[2]]);
    assert_eq!(code(&program(&["record", open.path().to_str().unwrap()])), 5);
    let listed = String::from_utf8(program(&["--list-checks"]).stdout).unwrap();
    assert!(listed.lines().count() > 30 && listed.contains("ballot-proof"), "{listed}");
}

#[test]
fn a_receipt_shows_its_own_entry_and_no_other() {
    let election = finished();
    let folder = folder_of(&election.entries);
    let file = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let index = ballots()[1] as u64;
    let path = election.tree.inclusion_proof(index, election.tree.size()).unwrap();
    let checkpoint: SignedCheckpoint = election.checkpoint();
    let receipt = TlogProof { index, path, checkpoint: checkpoint.note().to_vec() };
    let receipt = file("receipt.tlog-proof", &receipt.encode());
    let own = file("own", &election.entries[ballots()[1]]);
    let other = file("other", &election.entries[ballots()[2]]);
    let origin = format!("plebiscite/v1/{}", election.id());
    let key = NoteKey::new(&origin, election.board.verifying_key()).unwrap().vkey();
    let wrong = NoteKey::new(&origin, key_of("someone", 0).verifying_key()).unwrap().vkey();
    let record = folder.path().to_str().unwrap();
    assert_eq!(code(&program(&["receipt", &receipt, "--ballot", &own, "--board-key", &key])), 0);
    assert_eq!(code(&program(&["receipt", &receipt, "--ballot", &own, "--record", record])), 0);
    assert_eq!(code(&program(&["receipt", &receipt, "--ballot", &other, "--board-key", &key])), 1);
    assert_eq!(code(&program(&["receipt", &receipt, "--ballot", &other, "--record", record])), 1);
    assert_eq!(code(&program(&["receipt", &receipt, "--ballot", &own, "--board-key", &wrong])), 1);
    assert_eq!(code(&program(&["receipt", &own, "--ballot", &own, "--board-key", &key])), 3);
    assert_eq!(code(&program(&["receipt", &receipt, "--ballot", &own])), 2);
}
