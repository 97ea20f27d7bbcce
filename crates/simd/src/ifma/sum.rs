//! Bucket sums of eight lanes.

use std::arch::x86_64::{__m512i, _mm512_alignr_epi64};

use crate::buckets::{List, Sorted};
use crate::sum::{Slot, Stored};

use super::encode::encode as encode_sixteen;
use super::field::Field8;
use super::point::{Extended8, Niels8};
use super::points::NEUTRAL;
use super::registers::{load, transpose};

/// Whether lane 0 is the identity of ristretto255: `X = 0` or `Y = 0`, of a point, whose `Z` is never 0.
#[target_feature(enable = "avx512f,avx512dq,avx512ifma")]
pub(crate) fn is_identity(sum: &Slot) -> bool {
    let sum = loaded(sum);
    (sum.x.is_zero() | sum.y.is_zero()) & !sum.z.is_zero() & 1 == 1
}

/// The encodings of sixteen points.
#[target_feature(enable = "avx512f,avx512dq,avx512ifma")]
pub(crate) fn encode([first, second]: [&Slot; 2]) -> [[[u8; 32]; 8]; 2] {
    encode_sixteen([&loaded(first), &loaded(second)])
}

/// `2^times·points`.
#[target_feature(enable = "avx512f,avx512dq,avx512ifma")]
pub(crate) fn double(points: &Slot, times: u32) -> Slot {
    let mut points = loaded(points);
    for _ in 0..times {
        points = points.double();
    }
    stored(&points)
}

/// `one + other`.
#[target_feature(enable = "avx512f,avx512dq,avx512ifma")]
pub(crate) fn add(one: &Slot, other: &Slot) -> Slot {
    stored(&loaded(one).add(&loaded(other)))
}

/// The neutral point in every lane.
#[target_feature(enable = "avx512f,avx512dq,avx512ifma")]
pub(crate) fn neutral() -> Slot {
    stored(&Extended8::neutral())
}

/// Eight lists at once, the first of which is the longest.
#[target_feature(enable = "avx512f,avx512dq,avx512ifma")]
pub(crate) fn add_up(points: &[Stored], sorted: &Sorted, lists: &[List; 8]) -> Slot {
    let [longest, ..] = lists;
    let mut sums = step(points, sorted, lists, 0).extended();
    for number in 1..longest.length {
        sorted.fetch(points, lists, number + 1);
        sums = sums.add_niels(&step(points, sorted, lists, number));
    }
    stored(&sums)
}

/// The next point of every list.
#[inline]
#[target_feature(enable = "avx512f,avx512dq,avx512ifma")]
fn step(points: &[Stored], sorted: &Sorted, lists: &[List; 8], step: usize) -> Niels8 {
    let (next, negative) = sorted.step(points, &NEUTRAL, lists, step);
    gather(next).negated(negative)
}

/// `Σ number·sum` over the buckets, in lane 0.
#[target_feature(enable = "avx512f,avx512dq,avx512ifma")]
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
#[inline]
#[target_feature(enable = "avx512f,avx512dq,avx512ifma")]
fn shifted<const BY: i32>(points: &Extended8) -> Extended8 {
    let Extended8 { x, y, z, t } = Extended8::neutral();
    let shift = |upper: Field8, lower: Field8| {
        let ([u0, u1, u2, u3, u4], [l0, l1, l2, l3, l4]) = (upper.0, lower.0);
        let one = |u, l| _mm512_alignr_epi64::<BY>(u, l);
        Field8([one(u0, l0), one(u1, l1), one(u2, l2), one(u3, l3), one(u4, l4)])
    };
    Extended8 { x: shift(x, points.x), y: shift(y, points.y), z: shift(z, points.z), t: shift(t, points.t) }
}

/// Eight points from eight places in memory.
#[inline]
#[target_feature(enable = "avx512f,avx512dq,avx512ifma")]
fn gather([p0, p1, p2, p3, p4, p5, p6, p7]: [&Stored; 8]) -> Niels8 {
    let first = |point: &Stored| -> __m512i { load(&point.0) };
    let second = |point: &Stored| -> __m512i { load(&point.1) };
    let [a0, a1, a2, a3, a4, b0, b1, b2] =
        transpose([first(p0), first(p1), first(p2), first(p3), first(p4), first(p5), first(p6), first(p7)]);
    let [b3, b4, c0, c1, c2, c3, c4, _] = transpose([
        second(p0),
        second(p1),
        second(p2),
        second(p3),
        second(p4),
        second(p5),
        second(p6),
        second(p7),
    ]);
    Niels8 {
        plus: Field8([a0, a1, a2, a3, a4]),
        minus: Field8([b0, b1, b2, b3, b4]),
        t2d: Field8([c0, c1, c2, c3, c4]),
    }
}

#[inline]
#[target_feature(enable = "avx512f,avx512dq,avx512ifma")]
fn stored(points: &Extended8) -> Slot {
    [points.x.store(), points.y.store(), points.z.store(), points.t.store()]
}

#[inline]
#[target_feature(enable = "avx512f,avx512dq,avx512ifma")]
fn loaded([x, y, z, t]: &Slot) -> Extended8 {
    Extended8 { x: Field8::load(x), y: Field8::load(y), z: Field8::load(z), t: Field8::load(t) }
}
