//! Verdicts of real referendums, and of cases where each rule decides.

use super::*;
use crate::cell::{Outcome, partition};
use crate::manifest::document::{Base, Condition, Document, Region};
use crate::manifest::fixture::{fraction, majority, opened, region, regions, rule, single, turnout, with};
use crate::rule::condition::Answer;
use crate::rule::fraction::Fraction;
use crate::rule::places::Places;

mod ranked;
mod tie_breaks;

const SWISS_1970: &str = include_str!("../../../../../tests/data/referendum-ch-1970-06-07-no220.csv");
const KAZAKHSTAN: &str = include_str!("../../../../../tests/data/referendums-kz.csv");

fn number(field: &str) -> u64 {
    field.parse().unwrap()
}

/// A referendum over these regions with these conditions.
fn referendum(regions: Vec<Region>, conditions: &[Condition]) -> Manifest {
    with(referendum_change(regions, conditions)).unwrap()
}

fn referendum_change(regions: Vec<Region>, conditions: &[Condition]) -> impl FnOnce(&mut Document) {
    let conditions = conditions.to_vec();
    move |d| {
        d.contests = vec![crate::manifest::fixture::yes_no("q1")];
        d.rules = vec![rule("q1", &conditions)];
        d.regions = regions;
        d.roll.maximum = u32::MAX;
    }
}

/// `results[r]` is (eligible, heads, yes, no) of region `r`; each region is a cell of its own.
fn judge(manifest: &Manifest, results: &[(u64, u64, u64, u64)]) -> YesNoVerdict {
    let eligible: Vec<u64> = results.iter().map(|r| r.0).collect();
    let heads: Vec<u64> = results.iter().map(|r| r.1).collect();
    let partition = partition(manifest, &heads, &eligible).unwrap();
    assert_eq!(partition.cells().len(), results.len());
    let counts: Vec<CellCounts> = partition
        .cells()
        .iter()
        .zip(results)
        .map(|(cell, r)| (cell.outcome == Outcome::Decrypt).then(|| vec![vec![r.2, r.3]]))
        .collect();
    match verdict(manifest, &partition, &counts).unwrap().contests.remove(0) {
        ContestVerdict::YesNo(verdict) => verdict,
        _ => unreachable!(),
    }
}

fn sentences(verdict: &YesNoVerdict) -> Vec<String> {
    verdict.conditions.iter().map(ToString::to_string).collect()
}

#[test]
fn the_swiss_vote_of_7_june_1970_is_not_adopted() {
    let rows: Vec<Vec<&str>> = SWISS_1970.lines().skip(1).map(|line| line.split(',').collect()).collect();
    let votes = |row: &[&str]| if row[7] == "0.5" { "1/2" } else { "1" };
    let regions = rows.iter().map(|row| opened(row[1], votes(row))).collect();
    let manifest = referendum(regions, &[majority(Base::Valid), self::regions_condition()]);
    let results: Vec<_> =
        rows.iter().map(|row| (number(row[2]), number(row[3]), number(row[4]), number(row[5]))).collect();
    let verdict = judge(&manifest, &results);
    assert_eq!((verdict.yes, verdict.no), (557_517, 654_844));
    assert_eq!((verdict.eligible, verdict.participants), (1_641_777, 1_226_658));
    assert_eq!(verdict.blank, 1_226_658 - 557_517 - 654_844);
    assert_eq!(verdict.regions_for(), Some((Fraction::whole(7), Fraction::whole(7))));
    assert_eq!(verdict.valid, Some(true));
    assert_eq!(verdict.decision, Decision::NotAdopted);
    assert_eq!(
        sentences(&verdict),
        [
            "majority: 557,517 yes of 1,212,361 valid votes; needs more than 1/2: fails",
            "majority of regions: 7 of 22 region votes in favour; needs more than 1/2: fails",
        ]
    );
}

fn regions_condition() -> Condition {
    regions("1/2", true, false)
}

#[test]
fn kazakhstan_2024_is_adopted_and_2022_waits_for_its_regions() {
    let rows: Vec<Vec<&str>> = KAZAKHSTAN.lines().skip(1).map(|line| line.split(',').collect()).collect();
    let row = |year: &str| rows.iter().find(|row| row[0].starts_with(year)).unwrap();
    let result = |row: &[&str]| (number(row[2]), number(row[3]), number(row[4]), number(row[5]));
    let national = [turnout(), majority(Base::Participants)];
    let whole = || vec![opened("KZ", "1")];
    let v2024 = judge(&referendum(whole(), &national), &[result(row("2024"))]);
    assert_eq!((v2024.valid, v2024.decision), (Some(true), Decision::Adopted));
    assert_eq!(
        sentences(&v2024),
        [
            "turnout: 7,820,204 of 12,284,487 eligible; needs more than 1/2: holds",
            "majority: 5,561,937 yes of 7,820,204 participants; needs more than 1/2: holds",
        ]
    );
    let constitutional = [turnout(), majority(Base::Participants), regions("2/3", false, true)];
    let v2022 = judge(&referendum(whole(), &constitutional), &[result(row("2022"))]);
    assert_eq!((v2022.valid, v2022.decision), (Some(true), Decision::Undecided));
    assert_eq!(v2022.conditions[2].answer, Answer::NoData);
    assert_eq!(judge(&referendum(whole(), &national), &[result(row("2022"))]).decision, Decision::Adopted);
}

#[test]
fn kazakhstan_2026_is_undecided_since_its_number_of_eligible_is_not_known() {
    let row: Vec<&str> = KAZAKHSTAN.lines().last().unwrap().split(',').collect();
    assert_eq!((row[0], row[2]), ("2026", ""));
    let participants = number(row[3]);
    let (yes, no) = (number(row[4]), number(row[5]));
    let elsewhere = Condition::Turnout { of_eligible: fraction("1/2"), strict: true, no_data: true };
    let conditions = [elsewhere, majority(Base::Participants), regions("2/3", false, true)];
    // The roll is not known, so those who took part stand for it; the turnout is marked as having no data.
    let verdict =
        judge(&referendum(vec![opened("KZ", "1")], &conditions), &[(participants, participants, yes, no)]);
    assert_eq!((verdict.valid, verdict.decision), (None, Decision::Undecided));
    assert_eq!(
        sentences(&verdict),
        [
            "turnout: that of the whole vote is not part of this election; needs more than 1/2: not decided here",
            "majority: 7,954,667 yes of 9,127,192 participants; needs more than 1/2: holds",
            "majority of regions: results of regions are not part of this election; needs at least 2/3: not decided here",
        ]
    );
    // A majority that fails decides against, whatever has no data.
    let lost = judge(&referendum(vec![opened("KZ", "1")], &conditions), &[(100, 100, 50, 50)]);
    assert_eq!((lost.valid, lost.decision), (None, Decision::NotAdopted));
}

#[test]
fn two_thirds_of_seventeen_and_of_twenty_regions_are_twelve_and_fourteen() {
    for (count, least) in [(17_usize, 12_usize), (20, 14)] {
        let all = (0..count).map(|i| opened(&format!("r{i}"), "1")).collect();
        let manifest = referendum(all, &[majority(Base::Valid), regions("2/3", false, false)]);
        let with = |in_favour: usize| {
            // Ten more in each region in favour than the others have against: the people are always in favour.
            let results: Vec<_> = (0..count)
                .map(|i| if i < in_favour { (100, 60, 58, 2) } else { (100, 60, 29, 31) })
                .collect();
            judge(&manifest, &results).conditions[1].answer
        };
        assert_eq!((with(least - 1), with(least)), (Answer::Fails, Answer::Holds));
        let strict = referendum(
            (0..count).map(|i| opened(&format!("r{i}"), "1")).collect(),
            &[majority(Base::Valid), regions("2/3", true, false)],
        );
        assert_eq!(judge(&strict, &vec![(100, 60, 58, 2); count]).decision, Decision::Adopted);
    }
}

#[test]
fn exactly_half_and_one_more_than_half() {
    let judged = |strict: bool, yes: u64| {
        let condition = Condition::Majority { of: Base::Participants, fraction: fraction("1/2"), strict };
        judge(&referendum(vec![opened("A", "1")], &[condition]), &[(200, 100, yes, 100 - yes)]).decision
    };
    assert_eq!([50, 51].map(|yes| judged(true, yes)), [Decision::NotAdopted, Decision::Adopted]);
    assert_eq!([49, 50].map(|yes| judged(false, yes)), [Decision::NotAdopted, Decision::Adopted]);
}

#[test]
fn a_region_where_nobody_voted_is_not_in_favour_and_counts_among_all() {
    let manifest = referendum(
        vec![opened("A", "1"), opened("B", "1")],
        &[majority(Base::Valid), regions("1/2", true, false)],
    );
    let verdict = judge(&manifest, &[(100, 60, 59, 1), (100, 0, 0, 0)]);
    assert_eq!(verdict.regions_for(), Some((Fraction::ONE, Fraction::ONE)));
    assert_eq!(
        (verdict.conditions[1].base, verdict.conditions[1].answer),
        (Fraction::whole(2), Answer::Fails)
    );
}

#[test]
fn both_answers_are_participants_and_no_valid_votes() {
    let manifest = with(|d| {
        d.contests = vec![crate::manifest::fixture::four("q1")];
        d.rules = vec![rule("q1", &[majority(Base::Valid), majority(Base::Participants)])];
        d.regions = vec![region("A", None)];
    })
    .unwrap();
    let partition = partition(&manifest, &[100], &[200]).unwrap();
    let found = verdict(&manifest, &partition, &[Some(vec![vec![45, 40, 9]])]).unwrap();
    let Some(ContestVerdict::YesNo(verdict)) = found.contests.first() else { unreachable!() };
    assert_eq!((verdict.both, verdict.blank), (Some(9), 6));
    assert_eq!(
        verdict.conditions.iter().map(|c| c.answer).collect::<Vec<_>>(),
        [Answer::Holds, Answer::Fails]
    );
    assert!(sentences(verdict)[0].starts_with("majority: 45 yes of 85 valid votes"));
    // The flag for both, the number, and the third validity: §18.4.
    assert_eq!(hex::encode(&found.encode()[51..62]), "010000000000000009".to_owned() + "01" + "00");
}

#[test]
fn without_data_of_regions_other_conditions_still_decide_against() {
    let manifest = referendum(vec![opened("A", "1")], &[majority(Base::Valid), regions("2/3", false, true)]);
    assert_eq!(judge(&manifest, &[(100, 50, 20, 30)]).decision, Decision::NotAdopted);
    assert_eq!(judge(&manifest, &[(100, 50, 30, 20)]).decision, Decision::Undecided);
}

#[test]
fn low_turnout_is_not_valid_and_not_adopted() {
    let manifest = referendum(vec![opened("A", "1")], &[turnout(), majority(Base::Valid)]);
    let low = judge(&manifest, &[(100, 50, 50, 0)]);
    assert_eq!((low.valid, low.decision), (Some(false), Decision::NotAdopted));
    let enough = judge(&manifest, &[(100, 51, 26, 25)]);
    assert_eq!((enough.valid, enough.decision), (Some(true), Decision::Adopted));
    let lost = judge(&manifest, &[(100, 51, 25, 26)]);
    assert_eq!((lost.valid, lost.decision), (Some(true), Decision::NotAdopted));
}

#[test]
fn half_cantons_count_exactly_half() {
    let cantons = || vec![opened("A", "1"), opened("B", "1/2"), opened("C", "1/2")];
    let strict = referendum(cantons(), &[majority(Base::Valid), regions("1/2", true, false)]);
    let lax = referendum(cantons(), &[majority(Base::Valid), regions("1/2", false, false)]);
    let (yes, no) = ((100, 60, 40, 20), (100, 60, 29, 31));
    // One of two votes in favour: exactly half.
    for results in [[yes, no, no], [no, yes, yes]] {
        let verdict = judge(&strict, &results);
        assert_eq!(verdict.regions_for(), Some((Fraction::ONE, Fraction::ONE)));
        assert_eq!(verdict.conditions[1].answer, Answer::Fails);
        assert_eq!(judge(&lax, &results).conditions[1].answer, Answer::Holds);
    }
    let more = judge(&strict, &[yes, yes, no]);
    assert_eq!(more.regions_for().unwrap().0.to_string(), "3/2");
    assert_eq!(more.decision, Decision::Adopted);
}

#[test]
fn a_region_with_as_many_yes_as_no_is_not_in_favour() {
    let manifest = referendum(vec![opened("A", "1")], &[majority(Base::Valid), regions_condition()]);
    assert_eq!(judge(&manifest, &[(100, 60, 30, 30)]).conditions[1].answer, Answer::Fails);
    assert_eq!(judge(&manifest, &[(100, 60, 31, 29)]).conditions[1].answer, Answer::Holds);
}

#[test]
fn an_opened_region_of_two_heads_is_against_among_regions_and_varies_elsewhere() {
    let manifest = referendum(
        vec![opened("A", "1"), opened("B", "1"), opened("C", "0")],
        &[majority(Base::Valid), regions("1/2", false, false)],
    );
    let verdict = judge(&manifest, &[(100, 2, 0, 0), (100, 60, 20, 21), (100, 10, 5, 5)]);
    assert_eq!(verdict.heads_without_result, 2);
    assert_eq!(verdict.conditions[0].answer, Answer::Undecided);
    assert_eq!(verdict.conditions[1].answer, Answer::Fails);
    assert_eq!(verdict.regions_for(), Some((Fraction::ZERO, Fraction::ZERO)));
    let clear = judge(&manifest, &[(100, 2, 0, 0), (100, 60, 40, 20), (100, 10, 5, 5)]);
    assert_eq!(clear.decision, Decision::Adopted);
}

#[test]
fn an_opened_region_without_enough_credentials_varies_among_regions_too() {
    // The roll seal refuses such a roll; the function is total nevertheless.
    let manifest =
        referendum(vec![opened("A", "1"), opened("B", "1")], &[majority(Base::Valid), regions_condition()]);
    let verdict = judge(&manifest, &[(29, 20, 0, 0), (100, 60, 50, 10)]);
    assert_eq!(verdict.conditions[1].answer, Answer::Undecided);
    assert_eq!(verdict.regions_for(), Some((Fraction::ONE, Fraction::whole(2))));
    assert_eq!(verdict.decision, Decision::Undecided);
}

#[test]
fn heads_without_a_result_decide_nothing_by_themselves() {
    let manifest = referendum(vec![region("A", None), region("B", None)], &[majority(Base::Valid)]);
    let open = judge(&manifest, &[(100, 60, 31, 29), (100, 20, 0, 0)]);
    assert_eq!((open.decision, open.heads_without_result), (Decision::Undecided, 20));
    assert_eq!(
        sentences(&open),
        [
            "majority: 31 to 51 yes of 80 valid votes; needs more than 1/2: undecided, for 20 ballots have no result"
        ]
    );
    assert_eq!(judge(&manifest, &[(100, 60, 41, 19), (100, 20, 0, 0)]).decision, Decision::Adopted);
    assert_eq!(judge(&manifest, &[(100, 60, 20, 40), (100, 20, 0, 0)]).decision, Decision::NotAdopted);
    // Exactly half is out of reach of "more than half" even if all are yes.
    assert_eq!(
        judge(&manifest, &[(100, 60, 20, 40), (100, 20, 0, 0)]).conditions[0].reached_if_yes,
        Fraction::whole(40)
    );
}

#[test]
fn no_ballots_at_all_fail_every_majority() {
    let manifest = referendum(vec![region("A", None)], &[majority(Base::Valid)]);
    let none = judge(&manifest, &[(100, 0, 0, 0)]);
    assert_eq!((none.decision, none.heads_without_result), (Decision::NotAdopted, 0));
}

#[test]
fn voter_weights_multiply_all_four_numbers_in_the_clear() {
    let heavy = |weight: u32| Region { voter_weight: weight, ..region("B", None) };
    let manifest = referendum(vec![region("A", None), heavy(3)], &[turnout(), majority(Base::Valid)]);
    let verdict = judge(&manifest, &[(100, 60, 10, 50), (100, 40, 30, 5)]);
    assert_eq!((verdict.eligible, verdict.participants), (400, 180));
    assert_eq!((verdict.yes, verdict.no, verdict.blank), (100, 65, 15));
    assert_eq!((verdict.valid, verdict.decision), (Some(false), Decision::NotAdopted));
    let largest = referendum(vec![heavy(u32::MAX)], &[majority(Base::Valid)]);
    let most = u64::from(u32::MAX);
    assert_eq!(judge(&largest, &[(most, most, most, 0)]).yes, most * most);
}

#[test]
fn one_more_yes_never_turns_adoption_into_rejection() {
    let rank = |decision| match decision {
        Decision::NotAdopted => 0,
        Decision::Undecided => 1,
        Decision::Adopted => 2,
    };
    let conditions =
        [turnout(), majority(Base::Participants), majority(Base::Valid), regions("1/2", true, false)];
    let manifest = referendum(vec![opened("A", "1"), opened("B", "1/2"), opened("C", "1")], &conditions);
    for third in [(40, 2, 0, 0), (40, 30, 14, 16)] {
        for other in 0..=40 {
            let at = |yes: u64| {
                let verdict =
                    judge(&manifest, &[(60, 40, yes, 40 - yes), (60, 40, other, 40 - other), third]);
                rank(verdict.decision)
            };
            assert!((0..40).all(|yes| at(yes) <= at(yes + 1)), "{third:?} {other}");
        }
    }
}

fn options_verdict(
    regions: usize,
    tallies: &[CellCounts],
    heads: &[u64],
) -> Result<OptionsVerdict, VerdictError> {
    let manifest = with(|d| {
        d.contests = vec![single("seats", 3, true, 2)];
        d.rules = vec![];
        d.regions = ["A", "B"].iter().take(regions).map(|id| region(id, None)).collect();
    })
    .unwrap();
    let partition = partition(&manifest, heads, &vec![100; regions]).unwrap();
    verdict(&manifest, &partition, tallies).map(|mut verdict| match verdict.contests.remove(0) {
        ContestVerdict::Options(verdict) => verdict,
        _ => unreachable!(),
    })
}

#[test]
fn places_are_won_by_the_most_votes_and_not_while_heads_lack_a_result() {
    let cell = |tally: [u64; 3]| Some(vec![tally.to_vec()]);
    let clear = options_verdict(2, &[cell([10, 20, 5]), cell([9, 1, 30])], &[40, 40]).unwrap();
    assert_eq!((clear.totals, clear.blank), (vec![19, 21, 35], 5));
    assert_eq!(clear.places, Places::Decided { elected: vec![2, 1] });
    let tied = options_verdict(1, &[cell([10, 10, 15])], &[40]).unwrap();
    assert_eq!(tied.places, Places::Tied { elected: vec![2], tied: vec![0, 1], places_left: 1 });
    let open = options_verdict(2, &[cell([10, 20, 5]), None], &[40, 5]).unwrap();
    assert_eq!((open.places, open.heads_without_result), (Places::Undecided, 5));
}

#[test]
fn counts_that_are_not_those_of_the_partition_are_refused() {
    let cell = |tally: &[u64]| Some(vec![tally.to_vec()]);
    assert!(options_verdict(1, &[cell(&[10, 10, 15])], &[40]).is_ok());
    let refused = |counts: &[CellCounts], heads: u64| options_verdict(1, counts, &[heads]).unwrap_err();
    let contest = ContestIndex(0);
    assert_eq!(refused(&[], 40), VerdictError::Cells { cells: 1, found: 0 });
    assert_eq!(refused(&[None], 40), VerdictError::Missing { cell: 0 });
    assert_eq!(refused(&[cell(&[1, 1, 1])], 5), VerdictError::Unexpected { cell: 0 });
    assert_eq!(refused(&[cell(&[0, 0, 0])], 0), VerdictError::Unexpected { cell: 0 });
    assert_eq!(refused(&[Some(vec![])], 40), VerdictError::Contests { cell: 0, found: 0, contests: 1 });
    for tally in [&[10, 10][..], &[20, 20, 1], &[u64::MAX, 1, 0]] {
        assert_eq!(refused(&[cell(tally)], 40), VerdictError::Impossible { cell: 0, contest, heads: 40 });
    }
}

#[test]
fn the_partition_of_another_manifest_is_refused() {
    let one = referendum(vec![region("A", None)], &[majority(Base::Valid)]);
    let two = referendum(vec![region("A", None), region("B", None)], &[majority(Base::Valid)]);
    let foreign = partition(&two, &[40, 40], &[50, 50]).unwrap();
    let counts = [Some(vec![vec![20, 20]]), Some(vec![vec![20, 20]])];
    assert!(verdict(&two, &foreign, &counts).is_ok());
    assert_eq!(verdict(&one, &foreign, &counts), Err(VerdictError::ForeignPartition));
}

#[test]
fn the_encoding_has_the_bytes_of_the_specification() {
    let manifest = referendum(vec![region("A", None)], &[majority(Base::Valid)]);
    let partition = partition(&manifest, &[40], &[50]).unwrap();
    let verdict = verdict(&manifest, &partition, &[Some(vec![vec![21, 17]])]).unwrap();
    let expected = [
        "0001",
        "01",
        "0000000000000032",
        "0000000000000028",
        "0000000000000015",
        "0000000000000011",
        "0000000000000002",
        "0000000000000000",
        "00",
        "01",
        "01",
        "01",
        "03",
        "01",
        "0000000000000001",
        "0000000000000002",
        "0000000000000015",
        "0000000000000001",
        "0000000000000015",
        "0000000000000001",
        "0000000000000026",
        "0000000000000001",
        "01",
        "0000",
    ];
    assert_eq!(hex::encode(verdict.encode()), expected.concat());
    assert_eq!(
        match verdict.contests.first().unwrap() {
            ContestVerdict::YesNo(verdict) => verdict.to_string(),
            _ => unreachable!(),
        },
        "q1: 21 yes, 17 no, 2 blank\n  majority: 21 yes of 38 valid votes; needs more than 1/2: holds\n  valid, adopted"
    );
}
