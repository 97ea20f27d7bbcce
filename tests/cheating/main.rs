//! Lies told by holders of true keys: each is caught by the one check that is meant for it, at its entry.
//!
//! The teller holds the board's key, so that tree and checkpoint are rebuilt and signed again, and whichever other keys
//! the lie needs. Beside each lie stands its accepted twin: the same log without the one change.
#![expect(clippy::unwrap_used, reason = "a story that cannot be set up must fail where it stands")]
#![expect(clippy::indexing_slicing, reason = "likewise")]

mod acts;
mod ballots;
mod count;
mod faults;
mod makers;
mod messages;
mod setup;
mod signers;

use plebiscite_board::merkle::{Tree, leaf_hash};
use plebiscite_election::contest::Choice;
use plebiscite_support::{Election, Shape, checkpoint_of, write_folder};
use plebiscite_verifier::report::{Outcome, Status};
use plebiscite_verifier::source::Source;
use plebiscite_verifier::{Options, Report, replay};

/// Yes.
pub const YES: Choice = Choice::Option(0);
/// No.
pub const NO: Choice = Choice::Option(1);

/// Two logs that differ by a lie.
pub struct Told {
    /// An election whose keys sign the board's checkpoints.
    pub election: Election,
    /// The accepted twin.
    pub honest: Vec<Vec<u8>>,
    /// With the lie.
    pub lying: Vec<Vec<u8>>,
    /// The entry that is refused.
    pub at: u64,
}

/// A lie by name, the check that is meant for it, and how it is told.
pub type Lie = (&'static str, &'static str, fn() -> Told);

/// After what stands, `honest` entries; or `lie`, whose last one is refused.
pub fn next(election: Election, honest: &[Vec<u8>], lie: &[Vec<u8>]) -> Told {
    let after = |more: &[Vec<u8>]| [election.entries.as_slice(), more].concat();
    let at = (election.entries.len() + lie.len() - 1) as u64;
    Told { honest: after(honest), lying: after(lie), at, election }
}

/// An election in which voting is open.
pub fn opened() -> Election {
    Election::opened(Shape::default())
}

/// Open, with seven voters' ballots, one of whom voted twice.
pub fn voted() -> Election {
    let mut election = opened();
    for (voter, choice) in
        [(0, YES), (1, YES), (2, NO), (3, Choice::Blank), (5, YES), (6, NO), (7, NO), (2, YES)]
    {
        election.cast(voter, &[choice]);
    }
    election
}

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
    caught(ballots::LIES);
}

#[test]
fn lies_in_acts_of_officials_are_caught_by_their_checks() {
    caught(acts::LIES);
}

#[test]
fn lies_before_the_opening_are_caught_by_their_checks() {
    caught(setup::LIES);
}

#[test]
fn lies_about_seal_and_count_are_caught_by_their_checks() {
    caught(count::LIES);
}

#[test]
fn lies_of_dishonest_voters_programs_and_boards_are_caught_by_their_checks() {
    caught(makers::LIES);
}

#[test]
fn lies_in_chunked_messages_are_caught_by_their_checks() {
    caught(messages::LIES);
}

#[test]
fn lies_about_who_signed_the_seal_are_caught_by_their_checks() {
    caught(signers::LIES);
}

#[test]
fn there_are_more_than_forty_lies_and_no_name_stands_twice() {
    let all =
        [ballots::LIES, acts::LIES, setup::LIES, count::LIES, makers::LIES, messages::LIES, signers::LIES]
            .concat();
    let names: std::collections::BTreeSet<_> = all.iter().map(|lie| lie.0).collect();
    assert_eq!(names.len(), all.len());
    assert!(names.len() > 40, "{}", names.len());
}
