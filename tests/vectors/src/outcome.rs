//! From heads and counts to partition and verdict (§17, §18).

use plebiscite_election::cell::partition;
use plebiscite_election::manifest::Manifest;
use plebiscite_election::manifest::document::{Base, Condition, ContestDocument, Document, RankedMethod};
use plebiscite_election::rule::fraction::Fraction;
use plebiscite_election::rule::verdict::verdict;
use plebiscite_support::questions::{
    Of, approval, borda, condorcet, counter_proposal, cumulative, quadratic, score, yes_no_both_none,
};
use plebiscite_support::{Shape, document};
use serde_json::{Value, json};

use crate::json::{Fields, bad, file, good, hex, variant};

/// Counts of a cell by contest, or none.
type Counts = Option<Vec<Vec<u64>>>;

fn opened(regions: usize, options: u16) -> Document {
    let shape = Shape { trustees: (2, 3), voters: vec![1_000; regions], options, ..Shape::default() };
    document(&shape)
}

/// Regions that join their siblings; `minimum_cell` 10.
fn joining(siblings: &[Option<&str>]) -> Document {
    let mut own = opened(siblings.len(), 0);
    own.privacy.minimum_cell = 10;
    for (region, sibling) in own.regions.iter_mut().zip(siblings) {
        region.always_opened = false;
        region.sibling = sibling.map(str::to_owned);
    }
    own.rules[0].conditions.retain(|condition| matches!(condition, Condition::Majority { .. }));
    own
}

fn case(document: &Document, heads: &[u64], eligible: &[u64], counts: &[Counts]) -> Value {
    json!({"manifest": serde_json::to_string(document).unwrap(), "heads": heads, "eligible": eligible, "counts": counts})
}

fn row(name: &str, document: &Document, heads: &[u64], eligible: &[u64], counts: &[Counts]) -> Value {
    let mut case = case(document, heads, eligible, counts);
    let manifest = Manifest::parse(&serde_json::to_vec(document).unwrap()).unwrap();
    let partition = partition(&manifest, heads, eligible).unwrap();
    case["partition"] = hex(partition.encode());
    case["verdict"] = hex(verdict(&manifest, &partition, counts).unwrap().encode());
    good(name, "outcome", case)
}

/// One region, or several, with one contest and no other.
fn only(regions: usize, contest: ContestDocument) -> Document {
    let shape = Shape {
        trustees: (2, 3),
        voters: vec![1_000; regions],
        question: false,
        contests: vec![contest],
        ..Shape::default()
    };
    document(&shape)
}

/// Name, question, heads, counts that are possible, counts that are not.
type Counted = (&'static str, ContestDocument, u64, Vec<u64>, Vec<u64>);

/// Counts of every kind: some that ballots have, and some that none have.
fn kinds() -> Vec<Value> {
    let of = |options: u16, blank: bool| Of { id: "only", options, blank };
    let schulze = |options: u16| condorcet(of(options, false), RankedMethod::Schulze);
    let pairs = |options: u16| condorcet(of(options, true), RankedMethod::RankedPairs);
    let all: Vec<Counted> = vec![
        ("four_answers", yes_no_both_none("only"), 20, vec![9, 7, 3], vec![9, 8, 4]),
        ("approval", approval(of(3, true), 1, 2), 20, vec![18, 10, 5, 2], vec![18, 10, 9, 2]),
        ("approval_of_few", approval(of(3, false), 1, 2), 20, vec![20, 0, 0], vec![19, 0, 0]),
        ("rating", score(of(2, true), 5), 20, vec![90, 3, 2], vec![91, 3, 2]),
        ("cumulative", cumulative(of(2, false), 4, 2, 3), 20, vec![60, 20], vec![60, 21]),
        ("cumulative_most_for_one", cumulative(of(2, false), 4, 2, 3), 20, vec![60, 0], vec![61, 0]),
        ("quadratic", quadratic(of(2, false), 8), 20, vec![40, 40], vec![40, 41]),
        ("borda", borda(of(3, true)), 20, vec![36, 18, 0, 2], vec![37, 17, 0, 2]),
        ("borda_tied", borda(of(3, false)), 20, vec![20, 20, 20], vec![20, 20, 19]),
        ("schulze", schulze(3), 20, vec![12, 9, 14], vec![12, 5, 14]),
        ("schulze_tied_in_a_circle", schulze(3), 21, vec![14, 7, 14], vec![14, 6, 14]),
        ("ranked_pairs", pairs(4), 20, vec![11, 6, 12, 13, 9, 10, 1], vec![20, 6, 12, 13, 9, 10, 1]),
        ("ranked_pairs_by_the_manifests_order", pairs(3), 21, vec![14, 7, 14, 0], vec![14, 7, 15, 0]),
        ("everyone_blank", pairs(3), 21, vec![0, 0, 0, 21], vec![0, 0, 0, 22]),
    ];
    let mut cases = Vec::new();
    for (name, contest, heads, possible, impossible) in all {
        let (one, two) = (only(1, contest.clone()), only(2, contest));
        let counts = |counts: &Vec<u64>| Some(vec![counts.clone()]);
        cases.push(row(&format!("kind_{name}"), &one, &[heads], &[50], &[counts(&possible)]));
        cases.push(row(
            &format!("kind_{name}_in_two_regions"),
            &two,
            &[heads, heads],
            &[50, 60],
            &[counts(&possible), counts(&possible)],
        ));
        cases.push(row(
            &format!("kind_{name}_with_heads_without_a_result"),
            &two,
            &[heads, 2],
            &[50, 60],
            &[counts(&possible), None],
        ));
        cases.push(bad(
            &format!("kind_{name}_bad_counts"),
            "outcome",
            "Impossible",
            case(&one, &[heads], &[50], &[counts(&impossible)]),
        ));
    }
    cases
}

/// Two proposals and the question which of them is preferred.
fn tie_breaks() -> Vec<Value> {
    let both = |weigh: bool| {
        let (contests, tie_break) = counter_proposal(weigh);
        let shape = Shape {
            trustees: (2, 3),
            voters: vec![1_000; 3],
            contests,
            tie_breaks: vec![tie_break],
            ..Shape::default()
        };
        let mut own = document(&shape);
        own.regions[2].region_votes = Fraction::parse("1/2").unwrap();
        if !weigh {
            own.rules.iter_mut().for_each(|rule| {
                rule.conditions.retain(|condition| matches!(condition, Condition::Majority { .. }));
            });
        }
        own
    };
    let counted = |preferred: [u64; 2]| Some(vec![vec![60, 40], vec![55, 45, 0], preferred.to_vec()]);
    let named: [(&str, [[u64; 2]; 3]); 7] = [
        ("agree", [[60, 30], [51, 40], [10, 20]]),
        ("disagree_and_the_people_lead_by_more", [[90, 2], [5, 30], [5, 28]]),
        ("disagree_and_the_regions_lead_by_more", [[75, 15], [5, 30], [5, 30]]),
        ("disagree_by_as_much", [[80, 2], [5, 30], [5, 28]]),
        ("the_people_tie", [[50, 30], [30, 40], [30, 40]]),
        ("the_regions_tie", [[60, 30], [20, 20], [20, 20]]),
        ("all_tie", [[20, 20], [20, 20], [0, 0]]),
    ];
    let mut cases = Vec::new();
    for (weigh, how) in [(true, "people_and_regions"), (false, "people_alone")] {
        let document = both(weigh);
        for (name, preferred) in &named {
            let counts: Vec<Counts> = preferred.iter().map(|pair| counted(*pair)).collect();
            cases.push(row(&format!("tie_break_{how}_{name}"), &document, &[100; 3], &[200; 3], &counts));
        }
        let mut open: Vec<Counts> = [[50, 30], [30, 49]].map(counted).to_vec();
        open.push(None);
        cases.push(row(
            &format!("tie_break_{how}_with_two_heads_open"),
            &document,
            &[100, 100, 2],
            &[200; 3],
            &open,
        ));
        let lost = Some(vec![vec![40, 60], vec![55, 45, 0], vec![70, 20]]);
        let lost: Vec<Counts> = vec![lost; 3];
        cases.push(row(&format!("tie_break_{how}_not_needed"), &document, &[100; 3], &[200; 3], &lost));
    }
    cases
}

/// Conditions whose data lie elsewhere.
fn without_data() -> Vec<Value> {
    let mut own = opened(1, 0);
    let half = Fraction::parse("1/2").unwrap();
    own.rules[0].conditions = vec![
        Condition::Turnout { of_eligible: half, strict: true, no_data: true },
        Condition::Majority { of: Base::Participants, fraction: half, strict: true },
        Condition::Regions { fraction: Fraction::parse("2/3").unwrap(), strict: false, no_data: true },
    ];
    let one = |yes: u64, no: u64| Some(vec![vec![yes, no]]);
    vec![
        row("conditions_without_data_leave_it_undecided", &own, &[100], &[100], &[one(51, 49)]),
        row("a_condition_that_fails_decides_beside_those_without_data", &own, &[100], &[100], &[one(50, 50)]),
    ]
}

/// The file.
#[must_use]
pub fn make() -> Vec<u8> {
    let one = |yes: u64, no: u64| Some(vec![vec![yes, no]]);
    let (single, two, three) = (opened(1, 0), opened(2, 0), opened(3, 3));
    let circle = joining(&[None, Some("r2"), Some("r0")]);
    let both = |question: [u64; 2], choice: [u64; 3]| Some(vec![question.to_vec(), choice.to_vec()]);
    let mut poll = joining(&[None, None]);
    poll.privacy.small_poll = Some(poll.title.clone());
    let hundred = [100; 3];
    let mut cases = vec![
        row("adopted_in_both_regions", &two, &[20, 30], &[50, 60], &[one(11, 9), one(16, 10)]),
        row("majority_of_voters_but_not_of_regions", &two, &[20, 30], &[50, 60], &[one(19, 1), one(14, 15)]),
        row("as_many_yes_as_no", &single, &[20], &[50], &[one(10, 10)]),
        row("the_example_of_18_4_beside_a_condition_of_regions", &single, &[40], &[50], &[one(21, 17)]),
        row("all_blank", &single, &[20], &[50], &[one(0, 0)]),
        row("nobody_voted", &single, &[0], &[50], &[None]),
        row("one_region_with_two_heads_has_no_result", &two, &[20, 2], &[50, 60], &[one(20, 0), None]),
        row(
            "a_single_choice_and_its_winner",
            &three,
            &[20, 0, 30],
            &[50, 60, 70],
            &[both([11, 9], [7, 6, 5]), None, both([1, 2], [9, 10, 8])],
        ),
        row(
            "a_single_choice_tied",
            &three,
            &[20, 0, 30],
            &[50, 60, 70],
            &[both([11, 9], [8, 8, 4]), None, both([1, 2], [9, 9, 8])],
        ),
        row(
            "a_single_choice_undecided",
            &three,
            &[20, 1, 30],
            &[50, 60, 70],
            &[both([11, 9], [8, 8, 4]), None, both([1, 2], [9, 9, 8])],
        ),
        row("the_first_example_of_17_2", &circle, &[3, 5, 6], &hundred, &[None, one(6, 5)]),
        row("the_second_example_of_17_2", &circle, &[3, 5, 4], &hundred, &[one(6, 5)]),
        row("undecided_by_heads_without_a_result", &circle, &[3, 5, 6], &hundred, &[None, one(5, 4)]),
        row("a_small_poll", &poll, &[3, 2], &[50, 50], &[one(2, 1)]),
        row("a_small_poll_of_two", &poll, &[1, 1], &[50, 50], &[None]),
        bad(
            "heads_bad_more_than_eligible",
            "outcome",
            "MoreHeadsThanEligible",
            case(&single, &[51], &[50], &[one(1, 0)]),
        ),
        bad(
            "heads_bad_other_number_of_regions",
            "outcome",
            "Lengths",
            case(&single, &[5, 5], &[50, 50], &[one(1, 0)]),
        ),
        bad(
            "heads_bad_roll_too_large",
            "outcome",
            "RollTooLarge",
            case(&single, &[5], &[5_000], &[one(1, 0)]),
        ),
        bad(
            "counts_bad_more_than_heads",
            "outcome",
            "Impossible",
            case(&single, &[20], &[50], &[one(11, 10)]),
        ),
        bad("counts_bad_missing", "outcome", "Missing", case(&single, &[20], &[50], &[None])),
        bad(
            "counts_bad_of_a_cell_without_result",
            "outcome",
            "Unexpected",
            case(&single, &[2], &[50], &[one(1, 1)]),
        ),
        bad(
            "counts_bad_other_number_of_cells",
            "outcome",
            "Cells",
            case(&single, &[20], &[50], &[one(1, 1), one(1, 1)]),
        ),
        bad(
            "counts_bad_other_number_of_contests",
            "outcome",
            "Contests",
            case(&single, &[20], &[50], &[Some(vec![vec![1, 1], vec![1, 1]])]),
        ),
    ];
    cases.extend(kinds().into_iter().chain(tie_breaks()).chain(without_data()));
    file("outcome", &["17", "18"], &[], cases)
}

/// Judges a case.
///
/// # Errors
/// The name of the refusal.
pub fn judge(case: &Value) -> Result<(), String> {
    let manifest = Manifest::parse(case.text("manifest").as_bytes()).unwrap();
    let numbers = |name: &str| -> Vec<u64> { case.list(name).iter().map(|n| n.as_u64().unwrap()).collect() };
    let counts: Vec<Counts> = serde_json::from_value(case.field("counts").clone()).unwrap();
    let cells =
        partition(&manifest, &numbers("heads"), &numbers("eligible")).map_err(|error| variant(&error))?;
    let judged = verdict(&manifest, &cells, &counts).map_err(|error| variant(&error))?;
    assert_eq!(cells.encode(), case.bytes("partition"));
    assert_eq!(judged.encode(), case.bytes("verdict"));
    Ok(())
}
