//! Ranked pairs: majorities locked from the strongest on, none that closes a cycle (§18.5).
//!
//! T. N. Tideman, "Independence of clones as a criterion for voting rules", Social Choice and Welfare 4 (1987);
//! strength by winning votes.

use std::cmp::Reverse;

use serde::Serialize;

use super::places::encode_list;
use super::ranked::{Matrix, entry};

/// What ranked pairs found.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct RankedPairs {
    /// The options that no locked majority stands against, in the manifest's order.
    pub unbeaten: Vec<u16>,
    /// The majorities (preferred, other) that were skipped only because equal ones stood before them in the
    /// manifest's order, in the order in which they were taken.
    pub skipped_by_order: Vec<[u16; 2]>,
}

/// A majority of `votes` against `against` for `preferred` over `other`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Majority {
    votes: u64,
    against: u64,
    preferred: usize,
    other: usize,
}

impl Majority {
    fn strength(&self) -> (u64, u64) {
        (self.votes, self.against)
    }
}

/// Locks the majorities of a square matrix.
pub fn ranked_pairs(preferences: &Matrix) -> RankedPairs {
    let options = preferences.len();
    let mut locked: Vec<Majority> = Vec::new();
    let mut skipped_by_order = Vec::new();
    for majority in majorities(preferences) {
        if !leads(&locked, &majority, options) {
            locked.push(majority);
            continue;
        }
        let stronger: Vec<Majority> =
            locked.iter().copied().filter(|other| other.strength() != majority.strength()).collect();
        if !leads(&stronger, &majority, options) {
            skipped_by_order.extend(numbers(majority));
        }
    }
    let beaten = |option: usize| locked.iter().any(|majority| majority.other == option);
    let unbeaten = (0..options).filter(|option| !beaten(*option)).filter_map(|o| u16::try_from(o).ok());
    RankedPairs { unbeaten: unbeaten.collect(), skipped_by_order }
}

fn numbers(majority: Majority) -> Option<[u16; 2]> {
    Some([u16::try_from(majority.preferred).ok()?, u16::try_from(majority.other).ok()?])
}

/// All majorities, in the order in which they are taken.
fn majorities(preferences: &Matrix) -> Vec<Majority> {
    let options = preferences.len();
    let pair = |preferred: usize, other: usize| Majority {
        votes: entry(preferences, preferred, other),
        against: entry(preferences, other, preferred),
        preferred,
        other,
    };
    let pairs = (0..options).flat_map(|a| (0..options).map(move |b| (a, b)));
    let mut majorities: Vec<Majority> =
        pairs.map(|(a, b)| pair(a, b)).filter(|majority| majority.votes > majority.against).collect();
    majorities.sort_by_key(|m| (Reverse(m.votes), m.against, m.preferred, m.other));
    majorities
}

/// Whether `locked` lead from the majority's other option to its preferred one.
fn leads(locked: &[Majority], majority: &Majority, options: usize) -> bool {
    let mut reached = vec![false; options];
    let mut next = vec![majority.other];
    while let Some(from) = next.pop() {
        if from == majority.preferred {
            return true;
        }
        match reached.get_mut(from) {
            Some(seen) if !*seen => *seen = true,
            _ => continue,
        }
        next.extend(locked.iter().filter(|step| step.preferred == from).map(|step| step.other));
    }
    false
}

impl RankedPairs {
    /// Appends the bytes of §18.4.
    pub(super) fn encode_into(&self, bytes: &mut Vec<u8>) {
        encode_list(&self.unbeaten, bytes);
        bytes.extend(u16::try_from(self.skipped_by_order.len()).unwrap_or(u16::MAX).to_be_bytes());
        bytes.extend(self.skipped_by_order.iter().flatten().flat_map(|option| option.to_be_bytes()));
    }
}
