//! From heads and counts to partition and verdict (§17, §18).

use plebiscite_election::cell::partition;
use plebiscite_election::manifest::Manifest;
use plebiscite_election::manifest::document::{Condition, Document};
use plebiscite_election::rule::verdict::verdict;
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
    let cases = vec![
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
