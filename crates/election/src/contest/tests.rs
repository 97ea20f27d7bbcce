//! For every kind and all small sizes: the solutions of the rules are exactly the legal ballots, and decoding the
//! sums of tallied numbers gives what counting the plain ballots gives.

use std::collections::{BTreeMap, BTreeSet};

use super::*;
use crate::manifest::document::RankedMethod;
use crate::manifest::document::{OptionDocument, PluralityMethod, TotalMethod};
use crate::manifest::fixture::{single, text, yes_no};

const ROLL: u32 = 1_000;

fn compiled(document: &ContestDocument) -> Contest {
    Contest::compile(document, 0, ROLL).unwrap()
}

fn options(count: u32) -> Vec<OptionDocument> {
    (0..count).map(|i| OptionDocument { id: format!("o{i}"), label: text(&format!("Option {i}")) }).collect()
}

/// A question of this kind with `count` options, all numbers given.
fn question(kind: &str, count: u32, blank: bool, numbers: [u32; 3]) -> ContestDocument {
    let (id, question, options) = (kind.to_owned(), text("Was?"), options(count));
    let blank = blank.then(|| text("Leer"));
    let [first, second, third] = numbers;
    let (plurality, total) = (PluralityMethod::Plurality, TotalMethod::GreatestTotal);
    match kind {
        "approval" => ContestDocument::Approval {
            id,
            question,
            options,
            blank,
            minimum: first,
            maximum: second,
            method: plurality,
            places: 1,
        },
        "score" => {
            ContestDocument::Score { id, question, options, blank, maximum: first, method: total, places: 0 }
        }
        "cumulative" => ContestDocument::Cumulative {
            id,
            question,
            options,
            blank,
            budget: first,
            minimum: second,
            maximum: third,
            method: total,
            places: 1,
        },
        "quadratic" => ContestDocument::Quadratic {
            id,
            question,
            options,
            blank,
            budget: first,
            method: total,
            places: 1,
        },
        "borda" => ContestDocument::Borda { id, question, options, blank, method: total, places: 1 },
        "condorcet" => ContestDocument::Condorcet {
            id,
            question,
            options,
            blank,
            method: RankedMethod::Schulze,
            places: 1,
        },
        other => panic!("no kind {other}"),
    }
}

fn four_answers() -> ContestDocument {
    let [question, yes, no, both, none] = ["Ja?", "Ja", "Nein", "Beides", "Nichts"].map(text);
    ContestDocument::YesNoBothNone { id: "four".to_owned(), question, yes, no, both, none }
}

/// Every kind in all sizes whose bit vectors can all be tried.
fn small_questions() -> Vec<ContestDocument> {
    let mut all = vec![yes_no("q"), four_answers()];
    for blank in [false, true] {
        all.extend((2..9).map(|count| single("s", usize::try_from(count).unwrap(), blank, 1)));
        for count in 2..=6 {
            for maximum in 1..=count {
                all.extend(
                    (0..=maximum).map(|minimum| question("approval", count, blank, [minimum, maximum, 0])),
                );
            }
        }
        for (count, most) in [(2, 7), (3, 4), (4, 2), (6, 1)] {
            all.extend((1..=most).map(|maximum| question("score", count, blank, [maximum, 0, 0])));
        }
        for (count, most) in [(2, 7), (3, 4)] {
            for budget in 1..=most {
                for maximum in 1..=budget {
                    let least = budget.min(count * maximum);
                    all.extend(
                        (0..=least)
                            .map(|least| question("cumulative", count, blank, [budget, least, maximum])),
                    );
                }
            }
        }
        for (count, most) in [(2, 20), (3, 8)] {
            all.extend((1..=most).map(|budget| question("quadratic", count, blank, [budget, 0, 0])));
        }
        all.extend([2, 3, 4].map(|count| question("borda", count, blank, [0; 3])));
        let ranked: &[u32] = if blank { &[2, 3, 4] } else { &[2, 3, 4, 5] };
        all.extend(ranked.iter().map(|count| question("condorcet", *count, blank, [0; 3])));
    }
    all
}

/// Every legal choice of a kind, by what a legal ballot is in words, without a look at the rules.
fn legal_choices(kind: Kind) -> Vec<Choice> {
    let of = kind.options();
    let count = usize::from(of.count);
    let numbers = |most: u32, legal: &dyn Fn(&[u32]) -> bool| -> Vec<Choice> {
        let mut all = vec![vec![]];
        for _ in 0..count {
            all = all
                .iter()
                .flat_map(|head: &Vec<u32>| (0..=most).map(move |n| [&head[..], &[n]].concat()))
                .collect();
        }
        all.into_iter().filter(|numbers| legal(numbers)).map(Choice::Numbers).collect()
    };
    let sum = |numbers: &[u32]| numbers.iter().sum::<u32>();
    let mut choices = match kind {
        Kind::YesNoBlank | Kind::YesNoBothNone | Kind::SingleChoice(_) => {
            (0..of.count).map(Choice::Option).collect()
        }
        Kind::Approval { minimum, maximum, .. } => numbers(1, &|n| (minimum..=maximum).contains(&sum(n))),
        Kind::Score { maximum, .. } => numbers(maximum, &|_| true),
        Kind::Cumulative { budget, minimum, maximum, .. } => {
            numbers(maximum, &|n| (minimum..=budget).contains(&sum(n)))
        }
        Kind::Quadratic { budget, .. } => {
            numbers(budget, &|n| n.iter().map(|votes| votes * votes).sum::<u32>() <= budget)
        }
        Kind::Borda(_) | Kind::Condorcet { .. } => {
            orders(of.count).into_iter().map(Choice::Ranking).collect()
        }
    };
    choices.extend(of.blank.then_some(Choice::Blank));
    choices
}

fn orders(count: u16) -> Vec<Vec<u16>> {
    let mut orders = vec![vec![]];
    for option in 0..count {
        let put = |order: &Vec<u16>, place: usize| {
            let mut longer = order.clone();
            longer.insert(place, option);
            longer
        };
        orders =
            orders.iter().flat_map(|order| (0..=order.len()).map(move |place| put(order, place))).collect();
    }
    orders
}

/// The numbers that a plain count adds up for one choice: what §13.1 tallies, said of the choice and not of bits.
fn plain(kind: Kind, choice: &Choice) -> Vec<i64> {
    let of = kind.options();
    let count = usize::from(of.count);
    let mut counted = match (kind, choice) {
        (Kind::Condorcet { .. }, Choice::Ranking(order)) => {
            let place = |option: u16| order.iter().position(|ranked| *ranked == option).unwrap();
            let pairs = (0..of.count).flat_map(|a| (a + 1..of.count).map(move |b| (a, b)));
            pairs.map(|(a, b)| i64::from(place(a) < place(b))).collect()
        }
        (Kind::Condorcet { .. }, _) => vec![0; count * (count - 1) / 2],
        (_, Choice::Ranking(order)) => {
            let points =
                |option: usize| order.iter().rev().position(|ranked| usize::from(*ranked) == option).unwrap();
            (0..count).map(|option| i64::try_from(points(option)).unwrap()).collect()
        }
        (_, Choice::Numbers(numbers)) => numbers.iter().map(|number| i64::from(*number)).collect(),
        (_, Choice::Option(chosen)) => (0..of.count).map(|option| i64::from(option == *chosen)).collect(),
        (_, Choice::Blank) => vec![0; count],
    };
    if kind.tallies_blank() {
        counted.push(i64::from(matches!(choice, Choice::Blank)));
    }
    counted
}

#[test]
fn the_solutions_of_the_rules_are_exactly_the_legal_ballots() {
    let (mut kinds, mut tried) = (BTreeSet::new(), 0);
    for document in small_questions() {
        let contest = compiled(&document);
        let n = contest.form().bits();
        assert!(n <= 20, "{:?} has {n} bits", contest.kind());
        let legal: BTreeMap<Vec<u8>, Choice> = legal_choices(contest.kind())
            .into_iter()
            .map(|choice| (contest.bits(&choice).unwrap(), choice))
            .collect();
        let mut said = BTreeSet::new();
        for word in 0..1_u32 << n {
            let bits: Vec<u8> = (0..n).map(|i| u8::from(word >> i & 1 == 1)).collect();
            let Some(choice) = contest.choice_of(&bits) else {
                assert!(!legal.contains_key(&bits));
                continue;
            };
            // A number may have more than one subset of its basis; each says the same legal choice.
            let own = contest.bits(&choice).unwrap();
            assert!(legal.get(&own) == Some(&choice), "{:?}", contest.kind());
            assert_eq!(contest.form().tally_of(&bits).unwrap(), plain(contest.kind(), &choice));
            said.insert(own);
        }
        assert_eq!(said.len(), legal.len(), "{:?}", contest.kind());
        kinds.insert(format!("{:?}", std::mem::discriminant(&contest.kind())));
        tried += 1;
    }
    assert_eq!((kinds.len(), tried > 150), (9, true));
}

#[test]
fn adding_tallied_numbers_is_counting_plain_ballots() {
    for document in small_questions() {
        let contest = compiled(&document);
        let legal = legal_choices(contest.kind());
        let cast: Vec<&Choice> = (0..100).map(|i| &legal[i * i % legal.len()]).collect();
        let mut added = vec![0_i64; contest.form().tallied()];
        let mut counted = added.clone();
        for choice in &cast {
            let tally = contest.form().tally_of(&contest.bits(choice).unwrap()).unwrap();
            added.iter_mut().zip(tally).for_each(|(sum, one)| *sum += one);
            counted.iter_mut().zip(plain(contest.kind(), choice)).for_each(|(sum, one)| *sum += one);
        }
        assert_eq!(added, counted, "{:?}", contest.kind());
        let sums: Vec<u64> = added.iter().map(|sum| u64::try_from(*sum).unwrap()).collect();
        assert!(contest.can_be_tally(&sums, 100), "{:?} {sums:?}", contest.kind());
    }
}

#[test]
fn ballots_beside_the_rules_have_no_bits() {
    let refused = |contest: &Contest, choice: Choice| assert_eq!(contest.bits(&choice), Err(NotOffered));
    let of = |kind: &str, count: u32, numbers: [u32; 3]| compiled(&question(kind, count, false, numbers));
    let numbers = |numbers: &[u32]| Choice::Numbers(numbers.to_vec());
    let approval = of("approval", 4, [1, 2, 0]);
    assert!(approval.bits(&numbers(&[1, 0, 0, 1])).is_ok());
    for beside in [&[0, 0, 0, 0][..], &[1, 1, 1, 0], &[2, 0, 0, 0], &[1, 0, 0], &[1, 0, 0, 1, 0]] {
        refused(&approval, numbers(beside));
    }
    refused(&approval, Choice::Blank);
    refused(&approval, Choice::Option(0));
    let score = of("score", 2, [10, 0, 0]);
    assert!(score.bits(&numbers(&[10, 0])).is_ok());
    refused(&score, numbers(&[11, 0]));
    let cumulative = of("cumulative", 3, [6, 2, 4]);
    assert!(cumulative.bits(&numbers(&[4, 2, 0])).is_ok());
    for beside in [&[5, 0, 0][..], &[4, 3, 0], &[1, 0, 0], &[u32::MAX, u32::MAX, 2]] {
        refused(&cumulative, numbers(beside));
    }
    let quadratic = of("quadratic", 3, [9, 0, 0]);
    assert!(quadratic.bits(&numbers(&[2, 2, 1])).is_ok() && quadratic.bits(&numbers(&[3, 0, 0])).is_ok());
    for beside in [&[3, 1, 0][..], &[2, 2, 2], &[4, 0, 0]] {
        refused(&quadratic, numbers(beside));
    }
    for kind in ["borda", "condorcet"] {
        let ranked = of(kind, 3, [0; 3]);
        assert!(ranked.bits(&Choice::Ranking(vec![2, 0, 1])).is_ok());
        for order in [&[2, 0][..], &[2, 0, 0], &[0, 1, 3], &[0, 1, 2, 0]] {
            refused(&ranked, Choice::Ranking(order.to_vec()));
        }
        refused(&ranked, numbers(&[2, 1, 0]));
    }
}

#[test]
fn a_choice_that_is_not_offered_has_no_bits() {
    let without = compiled(&single("s", 3, false, 1));
    assert_eq!(without.bits(&Choice::Blank), Err(NotOffered));
    assert_eq!(without.bits(&Choice::Option(3)), Err(NotOffered));
    assert_eq!(without.bits(&Choice::Option(2)), Ok(vec![0, 0, 1]));
    let referendum = compiled(&yes_no("q"));
    assert_eq!(referendum.bits(&Choice::Blank), Ok(vec![0, 0, 1]));
    assert_eq!(referendum.bits(&Choice::Option(2)), Err(NotOffered));
    assert_eq!(compiled(&four_answers()).bits(&Choice::Option(2)), Ok(vec![0, 0, 1, 0]));
}

#[test]
fn counts_that_no_ballots_have_are_told_from_those_that_some_have() {
    let referendum = compiled(&yes_no("q"));
    assert!(referendum.can_be_tally(&[3, 4], 7) && referendum.can_be_tally(&[3, 4], 8));
    assert!(!referendum.can_be_tally(&[3, 4], 6) && !referendum.can_be_tally(&[3], 7));
    assert!(!referendum.can_be_tally(&[u64::MAX, 1], u64::MAX));
    let without = compiled(&single("s", 2, false, 1));
    assert!(without.can_be_tally(&[3, 4], 7) && !without.can_be_tally(&[3, 4], 8));
    // Kind, options, blank, numbers; counts of ten ballots that are possible, and some that are not.
    type Case = (&'static str, u32, bool, [u32; 3], &'static [u64], &'static [u64]);
    let cases: [Case; 9] = [
        ("approval", 3, true, [1, 2, 0], &[7, 7, 0, 3], &[8, 0, 0, 3]),
        ("approval", 3, false, [1, 2, 0], &[5, 5, 0], &[5, 4, 0]),
        ("score", 2, true, [5, 0, 0], &[40, 0, 2], &[41, 0, 2]),
        ("cumulative", 2, false, [4, 2, 3], &[30, 10], &[31, 9]),
        ("cumulative", 2, false, [4, 2, 3], &[10, 10], &[10, 9]),
        ("quadratic", 2, false, [8, 0, 0], &[20, 20], &[20, 21]),
        ("borda", 3, false, [0; 3], &[20, 10, 0], &[21, 9, 0]),
        ("borda", 3, true, [0; 3], &[12, 8, 7, 1], &[12, 8, 8, 1]),
        ("condorcet", 3, false, [0; 3], &[6, 2, 6], &[6, 1, 6]),
    ];
    for (kind, count, blank, numbers, possible, impossible) in cases {
        let contest = compiled(&question(kind, count, blank, numbers));
        assert!(contest.can_be_tally(possible, 10), "{kind} {possible:?}");
        assert!(!contest.can_be_tally(impossible, 10), "{kind} {impossible:?}");
        assert!(!contest.can_be_tally(&[possible, &[0]].concat(), 10));
        if blank {
            let all_blank = [vec![0; possible.len() - 1], vec![11]].concat();
            assert!(!contest.can_be_tally(&all_blank, 10));
        }
    }
    let borda = compiled(&question("borda", 3, false, [0; 3]));
    assert!(!borda.can_be_tally(&[21, 9, 0], 10) && !borda.can_be_tally(&[20, 10, 1], 10));
}

#[test]
fn the_sizes_of_the_largest_questions_stay_within_their_targets() {
    let bytes = |document: &ContestDocument| compiled(document).form().wire_len();
    assert_eq!(bytes(&yes_no("q")), 448);
    assert_eq!(bytes(&question("condorcet", 6, false, [0; 3])), 1_280);
    assert_eq!(bytes(&question("score", 10, false, [10, 0, 0])), 1_920);
}

#[test]
fn a_question_of_too_many_bits_is_refused_before_it_is_made() {
    let refused = |kind: &str, count: u32, numbers: [u32; 3]| {
        matches!(
            Contest::compile(&question(kind, count, true, numbers), 0, 1).unwrap_err(),
            CompileError::Bits { .. }
        )
    };
    assert!(refused("quadratic", 1_024, [u32::MAX, 0, 0]));
    assert!(refused("borda", 1_024, [0; 3]));
    assert!(refused("condorcet", 1_024, [0; 3]));
    assert!(refused("score", 1_024, [1_000, 0, 0]));
    assert!(Contest::compile(&question("score", 1_000, true, [1, 0, 0]), 0, 1).is_ok());
}

#[test]
fn a_choice_is_not_printed() {
    assert_eq!(format!("{:?} {:?}", Choice::Option(1), Choice::Numbers(vec![3])), "Choice(..) Choice(..)");
}
