//! Bucket sums of eight lanes, four and four.

use std::arch::x86_64::__m256d;

use crate::buckets::{List, Sorted};
use crate::sum::{Slot, Stored};

use super::encode::encode as encode_eight;
use super::field::Field4;
use super::point::{Extended4, Niels4};
use super::points::NEUTRAL;
use super::registers::{both_halves, halves, joined, load, transpose};

/// Eight points: the lower and the upper four lanes.
#[derive(Clone, Copy)]
struct Extended8([Extended4; 2]);

impl Extended8 {
    #[inline]
    #[target_feature(enable = "avx2,fma")]
    fn neutral() -> Self {
        Self([Extended4::neutral(); 2])
    }

    #[target_feature(enable = "avx2,fma")]
    fn add(&mut self, Self([lower, upper]): &Self) {
        let Self([own_lower, own_upper]) = self;
        *own_lower = own_lower.add(lower);
        *own_upper = own_upper.add(upper);
    }

    #[target_feature(enable = "avx2,fma")]
    fn double(&mut self, times: u32) {
        let Self([lower, upper]) = self;
        for _ in 0..times {
            (*lower, *upper) = (lower.double(), upper.double());
        }
    }

    #[target_feature(enable = "avx2,fma")]
    fn load([x, y, z, t]: &Slot) -> Self {
        let ([x, other_x], [y, other_y]) = (both_halves(x), both_halves(y));
        let ([z, other_z], [t, other_t]) = (both_halves(z), both_halves(t));
        Self([four([x, y, z, t]), four([other_x, other_y, other_z, other_t])])
    }

    #[target_feature(enable = "avx2,fma")]
    fn store(&self) -> Slot {
        let Self([a, b]) = self;
        [both(&a.x, &b.x), both(&a.y, &b.y), both(&a.z, &b.z), both(&a.t, &b.t)]
    }

    /// Lane `l` of the result is lane `l + by`, or the neutral point where there is none.
    #[target_feature(enable = "avx2,fma")]
    fn shifted(&self, by: usize) -> Self {
        let mut shifted = Self::neutral().store();
        for (to, from) in shifted.as_flattened_mut().iter_mut().zip(self.store().as_flattened()) {
            to.iter_mut().zip(from.iter().skip(by)).for_each(|(to, from)| *to = *from);
        }
        Self::load(&shifted)
    }
}

#[inline]
#[target_feature(enable = "avx2,fma")]
fn four([x, y, z, t]: [[&[u64; 4]; 5]; 4]) -> Extended4 {
    Extended4 { x: Field4::load(x), y: Field4::load(y), z: Field4::load(z), t: Field4::load(t) }
}

#[inline]
#[target_feature(enable = "avx2,fma")]
fn both(lower: &Field4<1>, upper: &Field4<1>) -> [[u64; 8]; 5] {
    let ([a0, a1, a2, a3, a4], [b0, b1, b2, b3, b4]) = (lower.store(), upper.store());
    [joined([a0, b0]), joined([a1, b1]), joined([a2, b2]), joined([a3, b3]), joined([a4, b4])]
}

/// Whether lane 0 is the identity of ristretto255: `X = 0` or `Y = 0`, of a point, whose `Z` is never 0.
#[target_feature(enable = "avx2,fma")]
pub(crate) fn is_identity(sum: &Slot) -> bool {
    let Extended8([sum, _]) = Extended8::load(sum);
    (sum.x.is_zero() | sum.y.is_zero()) & !sum.z.is_zero() & 1 == 1
}

/// The encodings of sixteen points.
#[target_feature(enable = "avx2,fma")]
pub(crate) fn encode(points: [&Slot; 2]) -> [[[u8; 32]; 8]; 2] {
    points.map(|eight| {
        let Extended8([lower, upper]) = Extended8::load(eight);
        encode_eight([&lower, &upper])
    })
}

/// `2^times·points`.
#[target_feature(enable = "avx2,fma")]
pub(crate) fn double(points: &Slot, times: u32) -> Slot {
    let mut points = Extended8::load(points);
    points.double(times);
    points.store()
}

/// `one + other`.
#[target_feature(enable = "avx2,fma")]
pub(crate) fn add(one: &Slot, other: &Slot) -> Slot {
    let mut sum = Extended8::load(one);
    sum.add(&Extended8::load(other));
    sum.store()
}

/// The neutral point in every lane.
#[target_feature(enable = "avx2,fma")]
pub(crate) fn neutral() -> Slot {
    Extended8::neutral().store()
}

/// Eight lists at once, the first of which is the longest.
#[target_feature(enable = "avx2,fma")]
pub(crate) fn add_up(points: &[Stored], sorted: &Sorted, lists: &[List; 8]) -> Slot {
    let [longest, ..] = lists;
    let (first, negative) = sorted.step(points, &NEUTRAL, lists, 0);
    let [lower, upper] = halves_of(first);
    let mut lower = gather(lower).negated(negative & 0xf).extended();
    let mut upper = gather(upper).negated(negative >> 4).extended();
    for number in 1..longest.length {
        sorted.fetch(points, lists, number + 1);
        let (next, negative) = sorted.step(points, &NEUTRAL, lists, number);
        let [next_lower, next_upper] = halves_of(next);
        lower.add_niels(&gather(next_lower).negated(negative & 0xf));
        upper.add_niels(&gather(next_upper).negated(negative >> 4));
    }
    Extended8([lower, upper]).store()
}

#[inline]
fn halves_of([p0, p1, p2, p3, p4, p5, p6, p7]: [&Stored; 8]) -> [[&Stored; 4]; 2] {
    [[p0, p1, p2, p3], [p4, p5, p6, p7]]
}

/// `Σ number·sum` over the buckets, in lane 0.
#[target_feature(enable = "avx2,fma")]
pub(crate) fn reduce(slots: &[Slot], width: u32) -> Slot {
    let mut running = Extended8::neutral();
    let mut weighted = Extended8::neutral();
    for slot in slots.iter().rev() {
        running.add(&Extended8::load(slot));
        weighted.add(&running);
    }
    // Bucket 1 + k + l·slots is in lane l: so far it was counted 1 + k times. Σ l·running_l is the sum of all sums from
    // lane l on, for l from 1 to 7.
    let mut suffix = running;
    for by in [1, 2, 4] {
        suffix.add(&suffix.shifted(by));
    }
    let mut segments = suffix.shifted(1);
    segments.double(width - 4);
    let mut all = weighted;
    all.add(&segments);
    for by in [1, 2, 4] {
        all.add(&all.shifted(by));
    }
    all.store()
}

/// Four points from four places in memory.
#[inline]
#[target_feature(enable = "avx2,fma")]
fn gather([p, q, r, s]: [&Stored; 4]) -> Niels4 {
    let ([p0, p1, p2, p3], [q0, q1, q2, q3]) = (quarters(p), quarters(q));
    let ([r0, r1, r2, r3], [s0, s1, s2, s3]) = (quarters(r), quarters(s));
    let rows = |a, b, c, d| -> [__m256d; 4] { transpose([load(a), load(b), load(c), load(d)]) };
    let [a0, a1, a2, a3] = rows(p0, q0, r0, s0);
    let [a4, b0, b1, b2] = rows(p1, q1, r1, s1);
    let [b3, b4, c0, c1] = rows(p2, q2, r2, s2);
    let [c2, c3, c4, _] = rows(p3, q3, r3, s3);
    Niels4 {
        plus: Field4([a0, a1, a2, a3, a4]),
        minus: Field4([b0, b1, b2, b3, b4]),
        t2d: Field4([c0, c1, c2, c3, c4]),
    }
}

/// The sixteen words of a point, four by four.
#[inline]
fn quarters(Stored(first, second): &Stored) -> [&[u64; 4]; 4] {
    let ([a, b], [c, d]) = (halves(first), halves(second));
    [a, b, c, d]
}
