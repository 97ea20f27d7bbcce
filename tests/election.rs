//! Whole elections in memory: every step by its role's real code, judged by the record, replayed from bytes.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on must fail where it stands"
)]

use plebiscite_election::contest::Choice;
use plebiscite_election::record::{Phase, Record};
use plebiscite_election::rule::verdict::{ContestVerdict, Decision};
use plebiscite_support::{Election, Shape};

const YES: Choice = Choice::Option(0);
const NO: Choice = Choice::Option(1);

fn yes_no_blank(record: &Record) -> (u64, u64, u64, Decision) {
    match record.result().and_then(|result| result.verdict.contests.first()) {
        Some(ContestVerdict::YesNo(verdict)) => (verdict.yes, verdict.no, verdict.blank, verdict.decision),
        _ => unreachable!("the result stands, and its first contest is a referendum"),
    }
}

#[test]
fn a_referendum_runs_from_manifest_to_certification_and_replays_the_same() {
    let mut election = Election::opened(Shape::default());
    for (voter, choice) in [(0, YES), (1, YES), (2, NO), (3, Choice::Blank), (5, YES), (6, NO), (7, YES)] {
        election.cast(voter, &[choice]);
    }
    // The second ballot of a voter replaces the first.
    election.cast(2, &[YES]);
    election.finish();
    assert_eq!(election.record.phase(), Phase::Certified);
    assert_eq!(election.record.ballots(), 8);
    assert_eq!(yes_no_blank(&election.record), (5, 1, 1, Decision::Adopted));
    let replayed = Election::replay(&election.entries).unwrap();
    assert_eq!(replayed.phase(), Phase::Certified);
    assert_eq!(yes_no_blank(&replayed), yes_no_blank(&election.record));
    assert!(replayed.faults().is_empty());
}

#[test]
fn an_election_without_ballots_counts_zero_without_any_decryption() {
    let mut election = Election::opened(Shape::default());
    election.finish();
    assert!(election.record.decryption().is_none());
    assert_eq!(yes_no_blank(&election.record), (0, 0, 0, Decision::NotAdopted));
}

#[test]
fn two_contests_are_counted_each_under_keys_of_its_own() {
    let mut election = Election::opened(Shape { options: 3, ..Shape::default() });
    for (voter, first, second) in
        [(0, YES, 0), (1, NO, 2), (2, YES, 2), (3, Choice::Blank, 1), (5, YES, 2), (6, NO, 2), (8, NO, 0)]
    {
        election.cast(voter, &[first, Choice::Option(second)]);
    }
    election.finish();
    assert_eq!(yes_no_blank(&election.record), (3, 3, 1, Decision::NotAdopted));
    match &election.record.result().unwrap().verdict.contests[1] {
        ContestVerdict::Options(verdict) => assert_eq!(verdict.totals, [2, 1, 4]),
        _ => unreachable!("the second contest has options"),
    }
}
