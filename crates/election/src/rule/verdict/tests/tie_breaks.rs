//! Two proposals and a tie-break, with and without regions, and with heads that lack a result.

use super::*;
use crate::cell::partition;
use crate::manifest::document::{Base, Region, TieBreak};
use crate::manifest::fixture::{fraction, majority, opened, region, regions, rule, single, with, yes_no};

fn manifest(members: Vec<Region>, weigh: bool) -> Manifest {
    with(|d| {
        d.contests = vec![yes_no("initiative"), yes_no("counter"), single("preferred", 2, true, 1)];
        let conditions = match weigh {
            true => vec![majority(Base::Valid), regions("1/2", true, false)],
            false => vec![majority(Base::Valid)],
        };
        d.rules = vec![rule("initiative", &conditions), rule("counter", &conditions)];
        let between = ["initiative".to_owned(), "counter".to_owned()];
        d.tie_breaks = vec![TieBreak { contest: "preferred".to_owned(), between, regions: weigh }];
        d.regions = members;
    })
    .unwrap()
}

/// Each region: heads, (yes, no) of both proposals, votes for the first and the second. None: without a result.
type Counted = (u64, Option<[(u64, u64); 3]>);

fn judge(manifest: &Manifest, regions: &[Counted]) -> TieBreakVerdict {
    let heads: Vec<u64> = regions.iter().map(|region| region.0).collect();
    let partition = partition(manifest, &heads, &vec![1_000; regions.len()]).unwrap();
    let counts: Vec<CellCounts> = regions
        .iter()
        .map(|region| region.1.map(|pairs| pairs.iter().map(|(a, b)| vec![*a, *b]).collect()))
        .collect();
    verdict(manifest, &partition, &counts).unwrap().tie_breaks.remove(0)
}

const BOTH: [(u64, u64); 2] = [(60, 40), (55, 45)];

fn both(first: u64, second: u64) -> Counted {
    (100, Some([BOTH[0], BOTH[1], (first, second)]))
}

#[test]
fn of_two_adopted_proposals_the_preferred_one_enters_into_force() {
    let people = manifest(vec![region("A", None)], false);
    let outcome = |first, second| judge(&people, &[both(first, second)]).outcome;
    assert_eq!(outcome(50, 49), Preferred::First);
    assert_eq!(outcome(49, 50), Preferred::Second);
    assert_eq!(outcome(40, 40), Preferred::Tie);
    assert_eq!(outcome(0, 0), Preferred::Tie);
}

#[test]
fn where_not_both_are_adopted_there_is_nothing_to_break() {
    let people = manifest(vec![region("A", None)], false);
    for pairs in [[(60, 40), (45, 55)], [(40, 60), (55, 45)], [(40, 60), (45, 55)]] {
        let verdict = judge(&people, &[(100, Some([pairs[0], pairs[1], (70, 20)]))]);
        assert_eq!((verdict.outcome, verdict.votes), (Preferred::NotNeeded, [70, 20]));
    }
}

#[test]
fn heads_without_a_result_leave_it_undecided_unless_they_cannot_turn_it() {
    let people = manifest(vec![region("A", None), region("B", None)], false);
    let outcome = |first, second| {
        let adopted = [(90, 10), (90, 10), (first, second)];
        judge(&people, &[(100, Some(adopted)), (5, None)])
    };
    assert_eq!(outcome(50, 44).outcome, Preferred::First);
    let open = outcome(50, 46);
    assert_eq!((open.outcome, open.heads_without_result), (Preferred::Undecided, 5));
    // A tie that the five could make is no victory for certain.
    assert_eq!(outcome(50, 45).outcome, Preferred::Undecided);
    // An undecided proposal leaves it undecided, however clear the preference is.
    let close = judge(&people, &[(100, Some([(51, 49), (90, 10), (90, 5)])), (5, None)]);
    assert_eq!(close.outcome, Preferred::Undecided);
}

fn three() -> Manifest {
    manifest(vec![opened("A", "1"), opened("B", "1"), opened("C", "1/2")], true)
}

#[test]
fn people_and_regions_that_agree_decide() {
    let verdict = judge(&three(), &[both(60, 30), both(51, 40), both(10, 20)]);
    assert_eq!((verdict.outcome, verdict.votes), (Preferred::First, [121, 90]));
    assert_eq!(verdict.region_votes, [fraction("2"), fraction("1/2")]);
    // As many among the regions: the people decide; as many among the people: the regions do.
    assert_eq!(judge(&three(), &[both(60, 30), both(30, 31), both(5, 5)]).outcome, Preferred::First);
    assert_eq!(judge(&three(), &[both(50, 30), both(30, 40), both(30, 40)]).outcome, Preferred::Second);
}

#[test]
fn where_people_and_regions_disagree_the_sum_of_both_shares_decides() {
    // People 100 : 60 (62.5 %, 37.5 %), regions 1 : 1.5 of 2.5 (40 %, 60 %): 102.5 to 97.5.
    assert_eq!(judge(&three(), &[both(90, 2), both(5, 30), both(5, 28)]).outcome, Preferred::First);
    // People 85 : 75 (53.1 %, 46.9 %), the same regions: 93.1 to 106.9.
    assert_eq!(judge(&three(), &[both(75, 15), both(5, 30), both(5, 30)]).outcome, Preferred::Second);
    // People 90 : 60 (60 %, 40 %), regions 40 % and 60 %: 100 to 100.
    assert_eq!(judge(&three(), &[both(80, 2), both(5, 30), both(5, 28)]).outcome, Preferred::Tie);
}

#[test]
fn a_region_without_a_result_is_for_whom_all_its_heads_would_be() {
    // B has two heads: for neither among the regions, and open among the people.
    let two = judge(&three(), &[both(60, 30), (2, None), both(10, 20)]);
    assert_eq!(two.region_votes, [fraction("1"), fraction("1/2")]);
    assert_eq!((two.outcome, two.heads_without_result), (Preferred::First, 2));
    let turned = judge(&three(), &[both(30, 30), (2, None), both(10, 10)]);
    assert_eq!(turned.outcome, Preferred::Undecided);
}
