//! `Σ scalar·point` by buckets (Pippenger): per window every point goes into the bucket of its digit, and the buckets
//! are added up by their numbers.
//!
//! Eight buckets are filled at a time, one a lane. They are taken by size, so that eight lists that are worked off together
//! are about equally long; a list that ends early is filled up with the neutral point. The bucket sums of a window stand
//! in eight segments, one a lane, so that adding them up is eight running sums at once.

use std::arch::x86_64::{__m512i, _mm512_alignr_epi64};

use crate::digits::Digits;
use crate::field::Field8;
use crate::lanes::{self, load, transpose};
use crate::point::{Extended8, Niels8};
use crate::points::{NEUTRAL, Points, Stored};

/// Widths that are considered; with fewer than eight buckets lanes would have nothing to do.
const WIDTHS: std::ops::RangeInclusive<u32> = 4..=14;

/// Eight extended points in memory.
type Slot = [[[u64; 8]; 5]; 4];

/// Whether `Σ scalars_i·points[indices_i]` is the identity of ristretto255: `X = 0` or `Y = 0`, of a point, whose
/// `Z` is never 0.
#[target_feature(enable = "avx512f,avx512dq,avx512ifma")]
pub(crate) fn is_identity(points: &Points, indices: &[u32], scalars: &[[u8; 32]]) -> bool {
    let sum = sum(points, indices, scalars);
    (sum.x.is_zero() | sum.y.is_zero()) & !sum.z.is_zero() & 1 == 1
}

/// `Σ scalars_i·points[indices_i]` in lane 0. An index without a point counts as the neutral point.
#[target_feature(enable = "avx512f,avx512dq,avx512ifma")]
fn sum(points: &Points, indices: &[u32], scalars: &[[u8; 32]]) -> Extended8 {
    let width = best_width(scalars);
    let digits = Digits::of(scalars, width);
    let mut window = Window::new(width, indices.len());
    let mut total: Option<Extended8> = None;
    for row in digits.rows().iter().rev() {
        if let Some(total) = &mut total {
            for _ in 0..width {
                *total = total.double();
            }
        }
        if window.sort(indices, row) {
            window.fill(points);
            let own = window.reduce();
            total = Some(match total {
                Some(total) => total.add(&own),
                None => own,
            });
        }
    }
    match total {
        Some(total) => total,
        None => Extended8::neutral(),
    }
}

/// The width that costs least for these scalars, counted in additions of one point to its bucket: seven products each.
fn best_width(scalars: &[[u8; 32]]) -> u32 {
    let short = scalars.iter().filter(|scalar| scalar.iter().skip(16).all(|byte| *byte == 0)).count();
    let cost = |width: u32| {
        let (long_windows, short_windows) =
            (253_usize.div_ceil(width as usize), 129_usize.div_ceil(width as usize));
        let additions = (scalars.len() - short) * long_windows + short * short_windows;
        let buckets = long_windows << (width - 1);
        // Adding a bucket up takes two additions of nine products; putting a window together about 160 of seven.
        additions + 2 * buckets * 9 / 7 + 160 * long_windows
    };
    WIDTHS.min_by_key(|width| cost(*width)).unwrap_or(8)
}

/// One window at a time: its points by bucket, its bucket sums.
struct Window {
    width: u32,
    /// Where each bucket's list ends in `sorted`; it starts where the one of the bucket before ends.
    ends: Vec<u32>,
    /// Points by bucket: index, and as lowest bit whether it is to be subtracted.
    sorted: Vec<u32>,
    /// Buckets by the length of their lists, longest first.
    order: Vec<u16>,
    /// The sums of bucket `1 + k + l·slots` in slot `k`, lane `l`.
    slots: Vec<Slot>,
}

/// The list of one bucket in `sorted`.
#[derive(Clone, Copy, Default)]
struct List {
    start: usize,
    length: usize,
}

impl Window {
    fn new(width: u32, points: usize) -> Self {
        let buckets = 1_usize << (width - 1);
        Self {
            width,
            ends: vec![0; buckets + 1],
            sorted: vec![0; points],
            order: Vec::with_capacity(buckets),
            slots: Vec::with_capacity(buckets / 8),
        }
    }

    /// Sorts the points by their digits; false where all digits are 0.
    fn sort(&mut self, indices: &[u32], digits: &[i16]) -> bool {
        let mut places = vec![0_u32; self.ends.len()];
        for digit in digits {
            if let Some(count) = places.get_mut(usize::from(digit.unsigned_abs())) {
                *count += 1;
            }
        }
        let zeros = places.first().copied().unwrap_or(0);
        self.order_by(&places);
        let mut start = 0;
        for place in &mut places {
            start += std::mem::replace(place, start);
        }
        for (digit, index) in digits.iter().zip(indices) {
            if let Some(place) = places.get_mut(usize::from(digit.unsigned_abs())) {
                if let Some(slot) = self.sorted.get_mut(*place as usize) {
                    // No list has 2^31 points: such an index has none, and stays one that has none.
                    *slot = (*index).min(u32::MAX >> 1) << 1 | u32::from(*digit < 0);
                }
                *place += 1;
            }
        }
        self.ends = places;
        (zeros as usize) < digits.len()
    }

    /// Counting sort of the buckets that are not empty, bucket 0 left out.
    fn order_by(&mut self, counts: &[u32]) {
        let counted = || (1_u16..).zip(counts.iter().skip(1)).filter(|(_, count)| **count > 0);
        let longest = counted().map(|(_, count)| *count as usize).max().unwrap_or(0);
        let mut places = vec![0_usize; longest + 1];
        for (_, count) in counted() {
            if let Some(place) = places.get_mut(longest - *count as usize) {
                *place += 1;
            }
        }
        let mut start = 0;
        for place in &mut places {
            start += std::mem::replace(place, start);
        }
        self.order.clear();
        self.order.resize(start, 0);
        for (bucket, count) in counted() {
            if let Some(place) = places.get_mut(longest - *count as usize) {
                if let Some(slot) = self.order.get_mut(*place) {
                    *slot = bucket;
                }
                *place += 1;
            }
        }
    }

    fn list(&self, bucket: u16) -> List {
        let end = |bucket: usize| self.ends.get(bucket).map_or(0, |end| *end as usize);
        let (start, end) = (end(usize::from(bucket).wrapping_sub(1)), end(usize::from(bucket)));
        List { start, length: end - start }
    }

    /// Adds up the points of every bucket.
    #[target_feature(enable = "avx512f,avx512dq,avx512ifma")]
    fn fill(&mut self, points: &Points) {
        let neutral = stored(&Extended8::neutral());
        let slots = 1_usize << (self.width - 4);
        self.slots.clear();
        self.slots.resize(slots, neutral);
        for eight in self.order.chunks(8) {
            let mut lists = [List::default(); 8];
            for (list, bucket) in lists.iter_mut().zip(eight) {
                *list = self.list(*bucket);
            }
            let sums = stored(&self.add_up(points, &lists));
            for (lane, bucket) in eight.iter().enumerate() {
                let place = usize::from(*bucket) - 1;
                if let Some(slot) = self.slots.get_mut(place % slots) {
                    copy_lane(&sums, lane, slot, place / slots);
                }
            }
        }
    }

    /// Eight lists at once, the first of which is the longest.
    #[inline]
    #[target_feature(enable = "avx512f,avx512dq,avx512ifma")]
    fn add_up(&self, points: &Points, lists: &[List; 8]) -> Extended8 {
        let [longest, ..] = lists;
        let mut sums = self.step(points, lists, 0).extended();
        for step in 1..longest.length {
            self.fetch(points, lists, step + 1);
            sums = sums.add_niels(&self.step(points, lists, step));
        }
        sums
    }

    /// Has the points of a step brought near: without it, a third of the time goes into waiting for them.
    #[inline]
    #[target_feature(enable = "avx512f,avx512dq,avx512ifma")]
    fn fetch(&self, points: &Points, lists: &[List; 8], step: usize) {
        for list in lists.iter().filter(|list| step < list.length) {
            if let Some(entry) = self.sorted.get(list.start + step) {
                let Stored(first, second) = points.get(entry >> 1);
                lanes::fetch(first);
                lanes::fetch(second);
            }
        }
    }

    /// The next point of every list.
    #[inline]
    #[target_feature(enable = "avx512f,avx512dq,avx512ifma")]
    fn step(&self, points: &Points, lists: &[List; 8], step: usize) -> Niels8 {
        let mut next = [&NEUTRAL; 8];
        let mut negative = 0;
        for (lane, (list, next)) in lists.iter().zip(&mut next).enumerate() {
            if step < list.length {
                let entry = self.sorted.get(list.start + step).copied().unwrap_or(u32::MAX);
                *next = points.get(entry >> 1);
                negative |= u8::from(entry & 1 == 1) << lane;
            }
        }
        gather(next).negated(negative)
    }

    /// `Σ number·sum` over the buckets, in lane 0.
    #[target_feature(enable = "avx512f,avx512dq,avx512ifma")]
    fn reduce(&self) -> Extended8 {
        let mut running = Extended8::neutral();
        let mut weighted = Extended8::neutral();
        for slot in self.slots.iter().rev() {
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
        for _ in 0..self.width - 4 {
            segments = segments.double();
        }
        let mut all = weighted.add(&segments);
        all = all.add(&shifted::<1>(&all));
        all = all.add(&shifted::<2>(&all));
        all.add(&shifted::<4>(&all))
    }
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

fn copy_lane(from: &Slot, lane: usize, to: &mut Slot, other: usize) {
    for (from, to) in from.as_flattened().iter().zip(to.as_flattened_mut()) {
        if let (Some(from), Some(to)) = (from.get(lane), to.get_mut(other)) {
            *to = *from;
        }
    }
}
