//! The points of one window by the bucket of their digit, and in which order the buckets are filled.
//!
//! Eight buckets are filled at a time, one a lane. They are taken by size, so that eight lists that are worked off together
//! are about equally long. The bucket sums of a window stand in eight segments, one a lane, so that adding them up is eight
//! running sums at once.

use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};

use crate::sum::Stored;

/// Widths that are considered; with fewer than eight buckets lanes would have nothing to do.
const WIDTHS: std::ops::RangeInclusive<u32> = 4..=14;

/// The width that costs least for these scalars, counted in additions of one point to its bucket: seven products each.
pub(crate) fn best_width(scalars: &[[u8; 32]]) -> u32 {
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

/// One window at a time: its points by bucket.
pub(crate) struct Buckets {
    width: u32,
    /// Where each bucket's list ends in `sorted`; it starts where the one of the bucket before ends.
    ends: Vec<u32>,
    sorted: Sorted,
    /// Buckets by the length of their lists, longest first.
    order: Vec<u16>,
}

/// Points list after list: index, and as lowest bit whether it is to be subtracted.
pub(crate) struct Sorted(Vec<u32>);

/// One list of [`Sorted`].
#[derive(Clone, Copy, Default)]
pub(crate) struct List {
    start: usize,
    pub(crate) length: usize,
}

impl Buckets {
    pub(crate) fn new(width: u32, points: usize) -> Self {
        let buckets = 1_usize << (width - 1);
        Self {
            width,
            ends: vec![0; buckets + 1],
            sorted: Sorted(vec![0; points]),
            order: Vec::with_capacity(buckets),
        }
    }

    /// Sorts the points by their digits; false where all digits are 0.
    pub(crate) fn sort(&mut self, indices: &[u32], digits: &[i16]) -> bool {
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
                if let Some(slot) = self.sorted.0.get_mut(*place as usize) {
                    *slot = entry(*index, *digit < 0);
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

    /// How many lanes' worth of bucket sums a window has.
    pub(crate) fn slots(&self) -> usize {
        1 << (self.width - 4)
    }

    /// Eight buckets at a time, those with the longest lists first: their numbers, and their lists, the first of which is
    /// the longest. Where fewer than eight are left, lists are empty.
    pub(crate) fn eights(&self) -> impl Iterator<Item = (&[u16], [List; 8])> {
        self.order.chunks(8).map(|eight| {
            let mut lists = [List::default(); 8];
            for (list, bucket) in lists.iter_mut().zip(eight) {
                *list = self.list(*bucket);
            }
            (eight, lists)
        })
    }

    /// The points of all buckets.
    pub(crate) const fn sorted(&self) -> &Sorted {
        &self.sorted
    }

    /// Where the sum of a bucket stands: its slot and its lane.
    pub(crate) fn place(&self, bucket: u16) -> (usize, usize) {
        let place = usize::from(bucket) - 1;
        (place % self.slots(), place / self.slots())
    }

    fn list(&self, bucket: u16) -> List {
        let end = |bucket: usize| self.ends.get(bucket).map_or(0, |end| *end as usize);
        let (start, end) = (end(usize::from(bucket).wrapping_sub(1)), end(usize::from(bucket)));
        List { start, length: end - start }
    }
}

impl Sorted {
    /// These lists, one after another, and where each of them is.
    pub(crate) fn of(lists: &[&[u32]]) -> (Self, Vec<List>) {
        let mut sorted = Vec::with_capacity(lists.iter().map(|list| list.len()).sum());
        let placed = lists
            .iter()
            .map(|list| {
                let start = sorted.len();
                sorted.extend(list.iter().map(|index| entry(*index, false)));
                List { start, length: list.len() }
            })
            .collect();
        (Self(sorted), placed)
    }

    /// The next point of every list, and the lanes in which it is to be subtracted. A list that has ended is filled up with
    /// the neutral point, which also stands for an index without a point.
    #[inline(always)]
    pub(crate) fn step<'a>(
        &self,
        points: &'a [Stored],
        neutral: &'a Stored,
        lists: &[List; 8],
        step: usize,
    ) -> ([&'a Stored; 8], u8) {
        let mut next = [neutral; 8];
        let mut negative = 0;
        for (lane, (list, next)) in lists.iter().zip(&mut next).enumerate() {
            if step < list.length {
                let entry = self.0.get(list.start + step).copied().unwrap_or(u32::MAX);
                *next = points.get((entry >> 1) as usize).unwrap_or(neutral);
                negative |= u8::from(entry & 1 == 1) << lane;
            }
        }
        (next, negative)
    }

    /// Has the points of a step brought near: without it, a third of the time goes into waiting for them.
    #[inline(always)]
    pub(crate) fn fetch(&self, points: &[Stored], lists: &[List; 8], step: usize) {
        for list in lists.iter().filter(|list| step < list.length) {
            let entry = self.0.get(list.start + step);
            if let Some(Stored(first, second)) = entry.and_then(|entry| points.get((entry >> 1) as usize)) {
                near(first);
                near(second);
            }
        }
    }
}

/// A point as it stands in [`Sorted`]. No list has 2^31 points: such an index has none, and stays one that has none.
fn entry(index: u32, negative: bool) -> u32 {
    index.min(u32::MAX >> 1) << 1 | u32::from(negative)
}

/// Has eight numbers brought near, which are loaded soon.
#[inline(always)]
fn near(words: &[u64; 8]) {
    let place: *const [u64; 8] = words;
    // SAFETY: every x86-64 processor has this instruction, and it reads nothing that the program would see.
    unsafe { _mm_prefetch::<_MM_HINT_T0>(place.cast()) };
}
