//! `Σ scalar·point` by buckets (Pippenger): per window every point goes into the bucket of its digit, and the buckets
//! are added up by their numbers.

use crate::buckets::{Buckets, List, best_width};
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
    fn add_up(self, points: &[Stored], buckets: &Buckets, lists: &[List; 8]) -> Slot;

    /// `Σ number·sum` over the buckets of a window of that width, in lane 0.
    fn reduce(self, slots: &[Slot], width: u32) -> Slot;

    /// `2^times·points`.
    fn double(self, points: &Slot, times: u32) -> Slot;

    /// `one + other`, lane by lane.
    fn add(self, one: &Slot, other: &Slot) -> Slot;

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
    total.is_none_or(|total| eight.is_identity(&total))
}

/// Adds up the points of every bucket: the sum of bucket `1 + k + l·slots` stands in slot `k`, lane `l`.
fn fill(eight: impl Eight, points: &[Stored], buckets: &Buckets, slots: &mut Vec<Slot>) {
    slots.clear();
    slots.resize(buckets.slots(), eight.neutral());
    for (numbers, lists) in buckets.eights() {
        let sums = eight.add_up(points, buckets, &lists);
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
