//! Bucket sums of eight lanes.

use std::arch::x86_64::__m256d;

use crate::buckets::{Buckets, List};
use crate::sum::{Slot, Stored};

use super::field::{Field8, halves};
use super::registers::{load, transpose};
use super::point::{Extended8, Niels8};
use super::points::NEUTRAL;

/// Whether lane 0 is the identity of ristretto255: `X = 0` or `Y = 0`, of a point, whose `Z` is never 0.
#[target_feature(enable = "avx2,fma")]
pub(crate) fn is_identity(sum: &Slot) -> bool {
    let sum = loaded(sum);
    (sum.x.is_zero() | sum.y.is_zero()) & !sum.z.is_zero() & 1 == 1
}

/// `2^times·points`.
#[target_feature(enable = "avx2,fma")]
pub(crate) fn double(points: &Slot, times: u32) -> Slot {
    let mut points = loaded(points);
    for _ in 0..times {
        points = points.double();
    }
    stored(&points)
}

/// `one + other`.
#[target_feature(enable = "avx2,fma")]
pub(crate) fn add(one: &Slot, other: &Slot) -> Slot {
    stored(&loaded(one).add(&loaded(other)))
}

/// The neutral point in every lane.
#[target_feature(enable = "avx2,fma")]
pub(crate) fn neutral() -> Slot {
    stored(&Extended8::neutral())
}

/// Eight lists at once, the first of which is the longest.
#[target_feature(enable = "avx2,fma")]
pub(crate) fn add_up(points: &[Stored], buckets: &Buckets, lists: &[List; 8]) -> Slot {
    let [longest, ..] = lists;
    let mut sums = step(points, buckets, lists, 0).extended();
    for number in 1..longest.length {
        buckets.fetch(points, lists, number + 1);
        sums = sums.add_niels(&step(points, buckets, lists, number));
    }
    stored(&sums)
}

/// The next point of every list.
#[inline]
#[target_feature(enable = "avx2,fma")]
fn step(points: &[Stored], buckets: &Buckets, lists: &[List; 8], step: usize) -> Niels8 {
    let (next, negative) = buckets.step(points, &NEUTRAL, lists, step);
    gather(next).negated(negative)
}

/// `Σ number·sum` over the buckets, in lane 0.
#[target_feature(enable = "avx2,fma")]
pub(crate) fn reduce(slots: &[Slot], width: u32) -> Slot {
    let mut running = Extended8::neutral();
    let mut weighted = Extended8::neutral();
    for slot in slots.iter().rev() {
        running = running.add(&loaded(slot));
        weighted = weighted.add(&running);
    }
    // Bucket 1 + k + l·slots is in lane l: so far it was counted 1 + k times. Σ l·running_l is the sum of all sums from
    // lane l on, for l from 1 to 7.
    let mut suffix = running;
    suffix = suffix.add(&shifted::<1>(&suffix));
    suffix = suffix.add(&shifted::<2>(&suffix));
    suffix = suffix.add(&shifted::<4>(&suffix));
    let mut segments = shifted::<1>(&suffix);
    for _ in 0..width - 4 {
        segments = segments.double();
    }
    let mut all = weighted.add(&segments);
    all = all.add(&shifted::<1>(&all));
    all = all.add(&shifted::<2>(&all));
    stored(&all.add(&shifted::<4>(&all)))
}
/// Lane `l` of the result is lane `l + BY`, or the neutral point where there is none.
#[target_feature(enable = "avx2,fma")]
fn shifted<const BY: usize>(points: &Extended8) -> Extended8 {
    let mut shifted = stored(&Extended8::neutral());
    for (to, from) in shifted.as_flattened_mut().iter_mut().zip(stored(points).as_flattened()) {
        to.iter_mut().zip(from.iter().skip(BY)).for_each(|(to, from)| *to = *from);
    }
    loaded(&shifted)
}

/// Eight points from eight places in memory.
#[inline]
#[target_feature(enable = "avx2,fma")]
fn gather([p0, p1, p2, p3, p4, p5, p6, p7]: [&Stored; 8]) -> Niels8 {
    let [lower, upper] = [gather_four([p0, p1, p2, p3]), gather_four([p4, p5, p6, p7])];
    let ([plus, minus, t2d], [other_plus, other_minus, other_t2d]) = (lower, upper);
    Niels8 {
        plus: Field8([plus, other_plus]),
        minus: Field8([minus, other_minus]),
        t2d: Field8([t2d, other_t2d]),
    }
}

#[inline]
#[target_feature(enable = "avx2,fma")]
fn gather_four(points: [&Stored; 4]) -> [[__m256d; 5]; 3] {
    let [[p0, p1, p2, p3], [q0, q1, q2, q3], [r0, r1, r2, r3], [s0, s1, s2, s3]] = points.map(quarters);
    let rows = |a, b, c, d| transpose([load(a), load(b), load(c), load(d)]);
    let [a0, a1, a2, a3] = rows(p0, q0, r0, s0);
    let [a4, b0, b1, b2] = rows(p1, q1, r1, s1);
    let [b3, b4, c0, c1] = rows(p2, q2, r2, s2);
    let [c2, c3, c4, _] = rows(p3, q3, r3, s3);
    [[a0, a1, a2, a3, a4], [b0, b1, b2, b3, b4], [c0, c1, c2, c3, c4]]
}

/// The sixteen words of a point, four by four.
#[inline]
fn quarters(Stored(first, second): &Stored) -> [&[u64; 4]; 4] {
    let ([a, b], [c, d]) = (halves(first), halves(second));
    [a, b, c, d]
}

#[inline]
#[target_feature(enable = "avx2,fma")]
fn stored(points: &Extended8) -> Slot {
    [points.x.store(), points.y.store(), points.z.store(), points.t.store()]
}

#[inline]
#[target_feature(enable = "avx2,fma")]
fn loaded([x, y, z, t]: &Slot) -> Extended8 {
    Extended8 { x: Field8::load(x), y: Field8::load(y), z: Field8::load(z), t: Field8::load(t) }
}
