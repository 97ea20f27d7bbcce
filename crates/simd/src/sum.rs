//! `Σ scalar·point` by buckets (Pippenger): per window every point goes into the bucket of its digit, and the buckets
//! are added up by their numbers.

use crate::buckets::{Buckets, List, Sorted, best_width};
use crate::digits::Digits;

/// One point in memory, as the sums read it: five limbs of `y + x`, five of `y − x`, five of `2d·x·y`, and one word that is
/// not used. What a limb looks like is up to the instructions.
#[derive(Clone, Copy)]
#[repr(C, align(64))]
pub(crate) struct Stored(pub(crate) [u64; 8], pub(crate) [u64; 8]);

/// Eight points in extended coordinates in memory: `X`, `Y`, `Z`, `T`, limb by limb.
pub(crate) type Slot = [[[u64; 8]; 5]; 4];

/// What a set of instructions does with eight points at a time; how a sum is taken apart is the same for all. `self` is
/// the proof that the processor has the instructions.
pub(crate) trait Eight: Copy {
    /// Scalars as digits.
    fn digits(self, scalars: &[[u8; 32]], width: u32) -> Digits;

    /// The neutral point in every lane.
    fn neutral(self) -> Slot;

    /// The points of eight lists, each added up in its lane; the first list is the longest.
    fn add_up(self, points: &[Stored], sorted: &Sorted, lists: &[List; 8]) -> Slot;

    /// `Σ number·sum` over the buckets of a window of that width, in lane 0.
    fn reduce(self, slots: &[Slot], width: u32) -> Slot;

    /// `2^times·points`.
    fn double(self, points: &Slot, times: u32) -> Slot;

    /// `one + other`, lane by lane.
    fn add(self, one: &Slot, other: &Slot) -> Slot;

    /// The ristretto255 encodings of twice eight points.
    fn encode(self, points: [&Slot; 2]) -> [[[u8; 32]; 8]; 2];

    /// Whether lane 0 is the identity of ristretto255: `X = 0` or `Y = 0`, of a point, whose `Z` is never 0.
    fn is_identity(self, points: &Slot) -> bool;
}

/// Whether `Σ scalars_i·points[indices_i]` is the identity. An index without a point counts as the neutral point.
pub(crate) fn is_identity(
    eight: impl Eight,
    points: &[Stored],
    indices: &[u32],
    scalars: &[[u8; 32]],
) -> bool {
    weighted(eight, points, indices, scalars).is_none_or(|total| eight.is_identity(&total))
}

/// The encoding of `Σ scalars_i·points[indices_i]`. An index without a point counts as the neutral point.
pub(crate) fn weighted_sum(
    eight: impl Eight,
    points: &[Stored],
    indices: &[u32],
    scalars: &[[u8; 32]],
) -> [u8; 32] {
    let total = weighted(eight, points, indices, scalars).unwrap_or_else(|| eight.neutral());
    let [[encoding, ..], _] = eight.encode([&total, &eight.neutral()]);
    encoding
}

/// The encoding of the sum of each list of places. An index without a point counts as the neutral point.
pub(crate) fn sums(eight: impl Eight, points: &[Stored], lists: &[&[u32]]) -> Vec<[u8; 32]> {
    let (sorted, placed) = Sorted::of(lists);
    // Lists that are added up together are about equally long.
    let mut order: Vec<usize> = (0..lists.len()).collect();
    order.sort_unstable_by_key(|list| std::cmp::Reverse(lists.get(*list).map_or(0, |list| list.len())));
    let mut encodings = vec![[0; 32]; lists.len()];
    for sixteen in order.chunks(16) {
        let (first, second) = sixteen.split_at(sixteen.len().min(8));
        let [first, second] = [first, second].map(|places| {
            let mut eight_lists = [List::default(); 8];
            for (list, place) in eight_lists.iter_mut().zip(places) {
                *list = placed.get(*place).copied().unwrap_or_default();
            }
            eight.add_up(points, &sorted, &eight_lists)
        });
        let encoded = eight.encode([&first, &second]);
        for (place, encoding) in sixteen.iter().zip(encoded.as_flattened()) {
            if let Some(slot) = encodings.get_mut(*place) {
                *slot = *encoding;
            }
        }
    }
    encodings
}

/// The weighted sum in lane 0; none where all scalars are 0.
fn weighted(eight: impl Eight, points: &[Stored], indices: &[u32], scalars: &[[u8; 32]]) -> Option<Slot> {
    let width = best_width(scalars);
    let digits = eight.digits(scalars, width);
    let mut buckets = Buckets::new(width, indices.len());
    let mut slots = Vec::with_capacity(buckets.slots());
    let mut total: Option<Slot> = None;
    for row in digits.rows().iter().rev() {
        total = total.map(|total| eight.double(&total, width));
        if buckets.sort(indices, row) {
            fill(eight, points, &buckets, &mut slots);
            let own = eight.reduce(&slots, width);
            total = Some(total.map_or(own, |total| eight.add(&total, &own)));
        }
    }
    total
}

/// Adds up the points of every bucket: the sum of bucket `1 + k + l·slots` stands in slot `k`, lane `l`.
fn fill(eight: impl Eight, points: &[Stored], buckets: &Buckets, slots: &mut Vec<Slot>) {
    slots.clear();
    slots.resize(buckets.slots(), eight.neutral());
    for (numbers, lists) in buckets.eights() {
        let sums = eight.add_up(points, buckets.sorted(), &lists);
        for (lane, number) in numbers.iter().enumerate() {
            let (place, other) = buckets.place(*number);
            if let Some(slot) = slots.get_mut(place) {
                copy_lane(&sums, lane, slot, other);
            }
        }
    }
}

/// Lane `lane` of `from` to lane `other` of `to`.
fn copy_lane(from: &Slot, lane: usize, to: &mut Slot, other: usize) {
    for (from, to) in from.as_flattened().iter().zip(to.as_flattened_mut()) {
        if let (Some(from), Some(to)) = (from.get(lane), to.get_mut(other)) {
            *to = *from;
        }
    }
}
