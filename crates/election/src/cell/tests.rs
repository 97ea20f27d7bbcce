//! The merging rule: by hand, and against a second, naive reading of §17.2 on random numbers.

use std::collections::BTreeSet;

use super::Outcome::{Decrypt, NoResult, Zero};
use super::*;
use crate::manifest::document::Region;
use crate::manifest::fixture::{opened, region, text, with};

fn manifest(regions: Vec<Region>, minimum_cell: u32, minimum_eligible: u32, small_poll: bool) -> Manifest {
    with(|d| {
        d.regions = regions;
        (d.privacy.minimum_cell, d.privacy.minimum_eligible) = (minimum_cell, minimum_eligible);
        d.privacy.small_numbers_sentence = (minimum_cell.min(minimum_eligible) < 10).then(|| text("Wenige"));
        d.privacy.small_poll = small_poll.then(|| text("Eine Zelle"));
    })
    .unwrap()
}

/// Regions A, B, …; each with its sibling.
fn chain(siblings: &[Option<&str>]) -> Vec<Region> {
    siblings.iter().zip('A'..).map(|(sibling, id)| region(&id.to_string(), *sibling)).collect()
}

fn cells(manifest: &Manifest, heads: &[u64], eligible: u64) -> Vec<(Vec<u16>, Outcome)> {
    let partition = partition(manifest, heads, &vec![eligible; heads.len()]).unwrap();
    let plain = |cell: &Cell| (cell.regions.iter().map(|region| region.0).collect(), cell.outcome);
    partition.cells().iter().map(plain).collect()
}

#[test]
fn cells_that_are_large_enough_stay_alone() {
    let manifest = manifest(chain(&[Some("B"), Some("A")]), 10, 10, false);
    assert_eq!(cells(&manifest, &[10, 11], 50), [(vec![0], Decrypt), (vec![1], Decrypt)]);
}

#[test]
fn a_cell_that_is_too_small_joins_the_cell_that_holds_its_sibling() {
    let one = manifest(chain(&[Some("C"), None, None]), 10, 10, false);
    assert_eq!(cells(&one, &[9, 20, 20], 50), [(vec![0, 2], Decrypt), (vec![1], Decrypt)]);
    // The cell goes on joining through the sibling of its next region.
    let longer = manifest(chain(&[Some("B"), Some("C"), None, None]), 10, 10, false);
    assert_eq!(cells(&longer, &[1, 1, 1, 20], 50), [(vec![0, 1, 2], NoResult), (vec![3], Decrypt)]);
}

#[test]
fn the_first_cell_that_can_join_joins_first() {
    // B joins C first; then the two are large enough, and A is left alone although it is small.
    let manifest = manifest(chain(&[None, Some("C"), Some("A")]), 10, 10, false);
    assert_eq!(cells(&manifest, &[3, 5, 6], 50), [(vec![0], NoResult), (vec![1, 2], Decrypt)]);
    assert_eq!(cells(&manifest, &[3, 5, 4], 50), [(vec![0, 1, 2], Decrypt)]);
}

#[test]
fn few_credentials_make_a_cell_too_small_too() {
    let manifest = manifest(chain(&[None]), 10, 20, false);
    assert_eq!(cells(&manifest, &[15], 19), [(vec![0], NoResult)]);
    assert_eq!(cells(&manifest, &[15], 20), [(vec![0], Decrypt)]);
}

#[test]
fn a_cell_without_heads_counts_zero() {
    let manifest = manifest(chain(&[None, Some("A")]), 10, 10, false);
    assert_eq!(cells(&manifest, &[0, 0], 50), [(vec![0, 1], Zero)]);
    assert_eq!(cells(&manifest, &[0, 12], 50), [(vec![0], Zero), (vec![1], Decrypt)]);
}

#[test]
fn an_opened_region_is_opened_from_three_heads_on() {
    let manifest = manifest(vec![opened("A", "1"), region("B", None)], 10, 10, false);
    for (heads, outcome) in [(0, Zero), (1, NoResult), (2, NoResult), (3, Decrypt)] {
        assert_eq!(cells(&manifest, &[heads, 3], 50), [(vec![0], outcome), (vec![1], NoResult)]);
    }
    assert_eq!(cells(&manifest, &[3, 3], 9), [(vec![0], NoResult), (vec![1], NoResult)]);
}

#[test]
fn a_small_poll_is_one_cell_without_merging() {
    let regions = || chain(&[None, Some("A"), None]);
    let poll = manifest(regions(), 10, 10, true);
    assert_eq!(cells(&poll, &[1, 1, 1], 50), [(vec![0, 1, 2], Decrypt)]);
    assert_eq!(cells(&poll, &[9, 0, 0], 50), [(vec![0, 1, 2], Decrypt)]);
    assert_eq!(cells(&poll, &[1, 1, 0], 50), [(vec![0, 1, 2], NoResult)]);
    assert_eq!(cells(&poll, &[0, 0, 0], 50), [(vec![0, 1, 2], Zero)]);
    assert_eq!(cells(&poll, &[1, 1, 1], 3), [(vec![0, 1, 2], NoResult)]);
    // From minimum_cell heads on, and without the sentence, the merging rule stands.
    assert_eq!(cells(&poll, &[10, 0, 0], 50), [(vec![0, 1], Decrypt), (vec![2], Zero)]);
    assert_eq!(
        cells(&manifest(regions(), 10, 10, false), &[1, 1, 1], 50),
        [(vec![0, 1], NoResult), (vec![2], NoResult)]
    );
}

#[test]
fn numbers_that_no_roll_has_are_refused() {
    let manifest = manifest(chain(&[None, None]), 10, 10, false);
    assert!(partition(&manifest, &[5, 5], &[5, 999_995]).is_ok());
    assert_eq!(
        partition(&manifest, &[5], &[5, 5]),
        Err(PartitionError::Lengths { heads: 1, eligible: 2, regions: 2 })
    );
    let region = RegionIndex(1);
    assert_eq!(
        partition(&manifest, &[5, 6], &[5, 5]),
        Err(PartitionError::MoreHeadsThanEligible { region, heads: 6, eligible: 5 })
    );
    assert_eq!(
        partition(&manifest, &[5, 5], &[5, 999_996]),
        Err(PartitionError::RollTooLarge { maximum: 1_000_000 })
    );
    assert!(partition(&manifest, &[0, 0], &[u64::MAX, u64::MAX]).is_err());
}

#[test]
fn the_encoding_has_the_bytes_of_the_specification() {
    let manifest = manifest(chain(&[Some("C"), None, None]), 10, 10, false);
    let partition = partition(&manifest, &[9, 0, 20], &[50, 258, 50]).unwrap();
    let expected = "0002\
        01000000000000001d0000000000000064000200000002\
        0200000000000000000000000000000102000100 01";
    assert_eq!(hex::encode(partition.encode()), expected.replace(' ', ""));
}

/// A second reading of §17.2, with sets and without places.
fn naive(manifest: &Manifest, heads: &[u64], eligible: &[u64]) -> Vec<(BTreeSet<usize>, Outcome)> {
    let privacy = &manifest.document().privacy;
    let count = |cell: &BTreeSet<usize>, of: &[u64]| cell.iter().map(|i| of[*i]).sum::<u64>();
    let regions = manifest.regions();
    let sibling =
        |i: usize| regions[i].sibling.as_ref().map(|id| regions.iter().position(|r| r.id == *id).unwrap());
    let all: BTreeSet<usize> = (0..regions.len()).collect();
    let poll = privacy.small_poll.is_some() && count(&all, heads) < u64::from(privacy.minimum_cell);
    let least = |cell: &BTreeSet<usize>| {
        let opened = cell.iter().any(|i| regions[*i].always_opened);
        if poll || opened { 3 } else { u64::from(privacy.minimum_cell) }
    };
    let small = |cell: &BTreeSet<usize>| {
        count(cell, heads) < least(cell) || count(cell, eligible) < u64::from(privacy.minimum_eligible)
    };
    let mut cells: Vec<BTreeSet<usize>> =
        if poll { vec![all] } else { all.into_iter().map(|i| BTreeSet::from([i])).collect() };
    loop {
        cells.sort_by_key(|cell| *cell.first().unwrap());
        let target =
            |cell: &BTreeSet<usize>| cell.iter().filter_map(|i| sibling(*i)).find(|s| !cell.contains(s));
        let Some(from) = cells.iter().position(|cell| small(cell) && target(cell).is_some()) else { break };
        let moved = cells.remove(from);
        let sibling = target(&moved).unwrap();
        cells.iter_mut().find(|cell| cell.contains(&sibling)).unwrap().extend(moved);
    }
    let outcome = |cell: &BTreeSet<usize>| match (count(cell, heads), small(cell)) {
        (0, _) => Zero,
        (_, true) => NoResult,
        (_, false) => Decrypt,
    };
    cells
        .into_iter()
        .map(|cell| {
            let outcome = outcome(&cell);
            (cell, outcome)
        })
        .collect()
}

/// A small generator of the tests' own, so that a failure can be repeated.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound
    }
}

#[test]
fn the_merging_rule_agrees_with_its_naive_reading_on_random_regions() {
    let mut numbers = Numbers(20_270_530);
    for _ in 0..300 {
        let n = numbers.below(8) + 1;
        let poll = numbers.below(4) == 0;
        let opened: Vec<bool> = (0..n).map(|_| !poll && numbers.below(5) == 0).collect();
        let mut regions = Vec::new();
        for i in 0..n {
            let other = numbers.below(n);
            let joins = !opened[i as usize] && other != i && !opened[other as usize] && numbers.below(4) > 0;
            let sibling = joins.then(|| format!("r{other}"));
            let plain = region(&format!("r{i}"), sibling.as_deref());
            regions.push(Region { always_opened: opened[i as usize], ..plain });
        }
        let minimums = (numbers.below(12) as u32 + 3, numbers.below(12) as u32 + 3);
        let manifest = manifest(regions, minimums.0, minimums.1, poll);
        for _ in 0..20 {
            let eligible: Vec<u64> = (0..n).map(|_| numbers.below(20)).collect();
            let heads: Vec<u64> = eligible.iter().map(|e| numbers.below(e + 1)).collect();
            let partition = partition(&manifest, &heads, &eligible).unwrap();
            let plain: Vec<(BTreeSet<usize>, Outcome)> = partition
                .cells()
                .iter()
                .map(|c| (c.regions.iter().map(|r| usize::from(r.0)).collect(), c.outcome))
                .collect();
            assert_eq!(plain, naive(&manifest, &heads, &eligible), "{heads:?} {eligible:?}");
            assert_eq!(partition.heads(), heads.iter().sum::<u64>());
            assert_eq!(partition.eligible(), eligible.iter().sum::<u64>());
            let decrypted = partition.cells().iter().filter(|c| c.outcome == Decrypt);
            assert!(decrypted.clone().all(|c| c.heads >= 3 && c.eligible >= 3));
        }
    }
}
