//! Solutions of the rule are exactly the legal ballots, and their sums the plain counts.

use super::*;
use crate::manifest::fixture::{single, yes_no};

fn compiled(document: &ContestDocument) -> Contest {
    Contest::compile(document, 0, 1_000).unwrap()
}

fn small_contests() -> Vec<Contest> {
    let singles = (2..9).flat_map(|k| [true, false].map(|blank| single("s", k, blank, 1)));
    singles.chain([yes_no("q")]).map(|document| compiled(&document)).collect()
}

fn choices(contest: &Contest) -> Vec<Choice> {
    let blank = contest.offers_blank().then_some(Choice::Blank);
    (0..contest.options()).map(Choice::Option).chain(blank).collect()
}

#[test]
fn the_solutions_of_the_rule_are_exactly_the_legal_ballots() {
    for contest in small_contests() {
        let n = contest.form().bits();
        let mut legal: Vec<Vec<u8>> = choices(&contest).iter().map(|c| contest.bits(*c).unwrap()).collect();
        let all =
            (0_u32..1 << n).map(|word| (0..n).map(|i| u8::from(word >> i & 1 == 1)).collect::<Vec<_>>());
        let mut solutions: Vec<Vec<u8>> =
            all.filter(|bits| contest.form().check_bits(bits).is_ok()).collect();
        legal.sort_unstable();
        solutions.sort_unstable();
        assert_eq!(solutions, legal, "{:?}", contest.kind());
    }
}

#[test]
fn adding_tallied_numbers_is_counting_choices() {
    for contest in small_contests() {
        let offered = choices(&contest);
        let cast: Vec<Choice> = (0..100).map(|i| offered[i * i % offered.len()]).collect();
        let mut added = vec![0_i64; contest.form().tallied()];
        for choice in &cast {
            let tally = contest.form().tally_of(&contest.bits(*choice).unwrap()).unwrap();
            added.iter_mut().zip(tally).for_each(|(sum, one)| *sum += one);
        }
        let count = |number: u16| cast.iter().filter(|c| **c == Choice::Option(number)).count();
        let counted: Vec<i64> = (0..contest.options()).map(|o| i64::try_from(count(o)).unwrap()).collect();
        assert_eq!(added, counted);
        let sums: Vec<u64> = added.iter().map(|sum| u64::try_from(*sum).unwrap()).collect();
        assert!(contest.can_be_tally(&sums, 100));
        assert!(!contest.can_be_tally(&sums, 100 - 1) || contest.offers_blank());
    }
}

#[test]
fn a_choice_that_is_not_offered_has_no_bits() {
    let without = compiled(&single("s", 3, false, 1));
    assert_eq!(without.bits(Choice::Blank), Err(NotOffered));
    assert_eq!(without.bits(Choice::Option(3)), Err(NotOffered));
    assert_eq!(without.bits(Choice::Option(2)), Ok(vec![0, 0, 1]));
    let referendum = compiled(&yes_no("q"));
    assert_eq!(referendum.bits(Choice::Blank), Ok(vec![0, 0, 1]));
    assert_eq!(referendum.bits(Choice::Option(2)), Err(NotOffered));
}

#[test]
fn counts_that_no_ballots_have_are_told_from_those_that_some_have() {
    let referendum = compiled(&yes_no("q"));
    assert!(referendum.can_be_tally(&[3, 4], 7) && referendum.can_be_tally(&[3, 4], 8));
    assert!(!referendum.can_be_tally(&[3, 4], 6) && !referendum.can_be_tally(&[3], 7));
    assert!(!referendum.can_be_tally(&[u64::MAX, 1], u64::MAX));
    let without = compiled(&single("s", 2, false, 1));
    assert!(without.can_be_tally(&[3, 4], 7) && !without.can_be_tally(&[3, 4], 8));
}

#[test]
fn a_choice_is_not_printed() {
    assert_eq!(format!("{:?} {:?}", Choice::Option(1), Choice::Blank), "Choice(..) Choice(..)");
}
