//! Lies told by holders of true keys: each is caught by the one check that is meant for it, at its entry.
//!
//! The teller holds the board's key, so that tree and checkpoint are rebuilt and signed again, and whichever other keys
//! the lie needs. Beside each lie stands its accepted twin: the same log without the one change.
#![expect(clippy::unwrap_used, reason = "a story that cannot be set up must fail where it stands")]

mod faults;

use plebiscite_board::merkle::{Tree, leaf_hash};
use plebiscite_lies::{ABOUT, Lie, Told, about, voted};
use plebiscite_support::{checkpoint_of, write_folder};
use plebiscite_verifier::report::{Outcome, Status};
use plebiscite_verifier::source::Source;
use plebiscite_verifier::{Options, Report, replay};

fn judge(told: &Told, entries: &[Vec<u8>]) -> Report {
    let folder = tempfile::tempdir().unwrap();
    let tree = Tree::of(entries.iter().map(|entry| leaf_hash(entry)));
    let checkpoint = checkpoint_of(told.election.id(), &tree, &told.election.board);
    write_folder(folder.path(), entries, checkpoint.note());
    let source = Source::open(folder.path().to_str().unwrap()).unwrap();
    let options =
        Options { election: None, since: None, up_to: None, fresh: [9; 32], progress: &mut |_, _| () };
    Report::of(&replay(source, options).unwrap())
}

fn caught(lies: &[Lie]) {
    let mut wrong = Vec::new();
    for (name, check, tell) in lies {
        let told = tell();
        let twin = judge(&told, &told.honest);
        if twin.outcome == Outcome::Failed {
            wrong.push(format!("{name}: the twin is refused: {:?}", twin.failed()));
        }
        let report = judge(&told, &told.lying);
        // One check fails, and no other.
        let failed = report.checks.iter().filter(|check| check.status == Status::Fail);
        let found: Vec<_> = failed.map(|check| (check.name, check.entry)).collect();
        if found != [(*check, Some(told.at))] {
            let reason = report.failed().and_then(|check| check.reason.clone());
            wrong
                .push(format!("{name}: expected {check} at entry {}, found {found:?} ({reason:?})", told.at));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn lies_about_ballots_are_caught_by_their_checks() {
    caught(about("ballots"));
}

#[test]
fn lies_in_acts_of_officials_are_caught_by_their_checks() {
    caught(about("acts of officials"));
}

#[test]
fn lies_before_the_opening_are_caught_by_their_checks() {
    caught(about("what comes before the opening"));
}

#[test]
fn lies_about_seal_and_count_are_caught_by_their_checks() {
    caught(about("seal and count"));
}

#[test]
fn lies_of_dishonest_voters_programs_and_boards_are_caught_by_their_checks() {
    caught(about("what dishonest programs and boards make"));
}

#[test]
fn lies_in_chunked_messages_are_caught_by_their_checks() {
    caught(about("messages in chunks"));
}

#[test]
fn lies_about_who_signed_the_seal_are_caught_by_their_checks() {
    caught(about("who signed the seal"));
}

#[test]
fn there_are_more_than_forty_lies_and_no_name_stands_twice() {
    let all: Vec<&Lie> = ABOUT.iter().flat_map(|(_, lies)| lies.iter()).collect();
    let names: std::collections::BTreeSet<_> = all.iter().map(|lie| lie.0).collect();
    assert_eq!(names.len(), all.len());
    assert!(names.len() > 40, "{}", names.len());
}
