//! Which points `R` and `B` stand in the log already: none may come twice (§20.7).
//!
//! A small record keeps the points themselves. A lean one keeps 16 bytes of a keyed hash of each: nobody who does not know the
//! key can aim at two points with one fingerprint, and that two of 2^25 points have one by chance is one in 2^79.

use std::collections::HashSet;

use plebiscite_crypto::group::PointBytes;
use sha2::{Digest, Sha256};

/// Bytes of a fingerprint.
pub(super) const PRINT: usize = 16;
/// Fingerprints are kept apart by their first two bytes, which are not stored.
const SHARDS: usize = 1 << 16;
/// Bytes of a fingerprint that are stored.
const STORED: usize = PRINT - 2;

/// The points that stand.
pub(super) enum Points {
    /// Themselves.
    Whole(HashSet<PointBytes>),
    /// Their fingerprints.
    Prints(Prints),
}

/// Keyed fingerprints, by their first two bytes, each list ascending.
pub(super) struct Prints {
    key: [u8; PRINT],
    shards: Vec<Vec<[u8; STORED]>>,
    count: u64,
}

impl Default for Points {
    fn default() -> Self {
        Self::Whole(HashSet::new())
    }
}

impl std::fmt::Debug for Points {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Whole(points) => points.fmt(f),
            // Not the key: whoever knows it can aim at two points with one fingerprint.
            Self::Prints(prints) => write!(f, "{} fingerprints", prints.count),
        }
    }
}

impl Points {
    /// Fingerprints under a key that nobody else knows.
    pub(super) const fn keyed(key: [u8; PRINT]) -> Self {
        Self::Prints(Prints { key, shards: Vec::new(), count: 0 })
    }

    /// How many points stand.
    pub(super) fn count(&self) -> u64 {
        match self {
            Self::Whole(points) => points.len() as u64,
            Self::Prints(prints) => prints.count,
        }
    }

    /// Whether a point stands.
    pub(super) fn holds(&self, point: &PointBytes) -> bool {
        match self {
            Self::Whole(points) => points.contains(point),
            Self::Prints(prints) => prints.holds(&prints.print(point)),
        }
    }

    /// Notes points that stand from now on.
    pub(super) fn note(&mut self, points: &[PointBytes]) {
        match self {
            Self::Whole(all) => all.extend(points),
            Self::Prints(prints) => {
                for point in points {
                    prints.insert(prints.print(point));
                }
            }
        }
    }
}

impl Prints {
    /// Fingerprints as they were kept: ascending, without one that stands twice.
    pub(super) fn restored(key: [u8; PRINT], kept: &[[u8; PRINT]]) -> Option<Self> {
        let ascending = kept.iter().zip(kept.iter().skip(1)).all(|(one, next)| one < next);
        let mut prints = Self { key, shards: Vec::new(), count: 0 };
        // Each comes last in its list: nothing is moved.
        kept.iter().for_each(|print| prints.insert(*print));
        ascending.then_some(prints)
    }

    /// The key.
    pub(super) const fn key(&self) -> &[u8; PRINT] {
        &self.key
    }

    /// All fingerprints, ascending.
    pub(super) fn all(&self) -> impl Iterator<Item = [u8; PRINT]> {
        (0u16..=u16::MAX).zip(&self.shards).flat_map(|(shard, prints)| {
            prints.iter().map(move |stored| {
                let mut print = [0; PRINT];
                let bytes = shard.to_be_bytes().into_iter().chain(*stored);
                print.iter_mut().zip(bytes).for_each(|(place, byte)| *place = byte);
                print
            })
        })
    }

    fn print(&self, point: &PointBytes) -> [u8; PRINT] {
        let digest: [u8; 32] = Sha256::new().chain_update(self.key).chain_update(point.0).finalize().into();
        let mut print = [0; PRINT];
        print.iter_mut().zip(digest).for_each(|(place, byte)| *place = byte);
        print
    }

    fn holds(&self, print: &[u8; PRINT]) -> bool {
        let (shard, stored) = split(print);
        self.shards.get(shard).is_some_and(|prints| prints.binary_search(&stored).is_ok())
    }

    fn insert(&mut self, print: [u8; PRINT]) {
        if self.shards.is_empty() {
            self.shards.resize_with(SHARDS, Vec::new);
        }
        let (shard, stored) = split(&print);
        let Some(prints) = self.shards.get_mut(shard) else { return };
        if let Err(place) = prints.binary_search(&stored) {
            if prints.len() == prints.capacity() {
                // An eighth more, not twice as much: the lists are most of what a ballot costs.
                prints.reserve_exact(prints.len() / 8 + 4);
            }
            prints.insert(place, stored);
            self.count += 1;
        }
    }
}

fn split(print: &[u8; PRINT]) -> (usize, [u8; STORED]) {
    let (shard, rest) = print.split_first_chunk::<2>().unwrap_or((&[0; 2], &[]));
    let mut stored = [0; STORED];
    stored.iter_mut().zip(rest).for_each(|(place, byte)| *place = *byte);
    (usize::from(u16::from_be_bytes(*shard)), stored)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn point(number: u32) -> PointBytes {
        PointBytes(Sha256::digest(number.to_be_bytes()).into())
    }

    #[test]
    fn fingerprints_hold_what_the_points_themselves_hold_and_nothing_else() {
        let (mut whole, mut keyed) = (Points::default(), Points::keyed([7; PRINT]));
        for number in 0..5_000 {
            let two = [point(2 * number), point(2 * number + 1)];
            assert!(!keyed.holds(&two[0]) && !whole.holds(&two[0]));
            whole.note(&two);
            keyed.note(&two);
        }
        keyed.note(&[point(3)]);
        assert_eq!((whole.count(), keyed.count()), (10_000, 10_000));
        for number in 0..20_000 {
            assert_eq!(whole.holds(&point(number)), keyed.holds(&point(number)), "{number}");
        }
    }

    #[test]
    fn fingerprints_are_restored_as_they_were_and_never_out_of_order_or_twice() {
        let mut keyed = Points::keyed([7; PRINT]);
        let points: Vec<_> = (0..3_000).map(point).collect();
        keyed.note(&points);
        let Points::Prints(prints) = &keyed else { unreachable!("made with a key") };
        let mut all: Vec<_> = prints.all().collect();
        let restored = Points::Prints(Prints::restored(*prints.key(), &all).unwrap());
        assert_eq!(restored.count(), 3_000);
        assert!(points.iter().all(|point| restored.holds(point)));
        assert!(!restored.holds(&point(3_000)));
        all.swap(5, 6);
        assert!(Prints::restored([7; PRINT], &all).is_none());
        all.swap(5, 6);
        assert!(Prints::restored([7; PRINT], &all).is_some());
        all[6] = all[5];
        assert!(Prints::restored([7; PRINT], &all).is_none());
    }

    /// 44 bytes of a chain's head (`chains`), two fingerprints, and half a byte of a thin tree.
    #[test]
    fn a_ballot_of_one_contest_costs_at_most_80_bytes_at_the_size_of_a_nation() {
        let ballots = 1_226_658u64;
        let mut prints = Prints { key: [0; PRINT], shards: Vec::new(), count: 0 };
        let mut state = 1u128;
        for _ in 0..2 * ballots {
            state = state
                .wrapping_mul(0xda94_2042_e4dd_58b5)
                .wrapping_add(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835);
            prints.insert((state ^ (state >> 64)).rotate_left(64).to_be_bytes());
        }
        assert_eq!(prints.count, 2 * ballots);
        // A list's own three words, and two of the allocator's.
        let bytes: usize = prints.shards.iter().map(|list| list.capacity() * STORED + 24 + 16).sum();
        let each = bytes as f64 / ballots as f64 + 44.0 + 0.5;
        assert!(each <= 80.0, "{each}");
    }
}
