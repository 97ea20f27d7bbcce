//! The sums that may be decrypted: one point `R` for each cell and contest (§10.1).

use curve25519_dalek::traits::IsIdentity;

use crate::group::{Point, PointBytes, encode_point};

/// `R_{g,q}` by cell `g`, then contest `q`. A contest of `k_q` tallied forms has `k_q` keys, which stand one
/// after another among all keys; all of them share the contest's `R`. An `R` may be the identity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PermittedSums {
    contests: Vec<u32>,
    cells: Vec<Vec<SumPoint>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct SumPoint {
    point: Point,
    bytes: PointBytes,
}

/// Why points are no set of sums.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SumsError {
    /// A contest has no tallied form.
    #[error("contest {contest} has no key")]
    NoKeys {
        /// Its index.
        contest: u32,
    },
    /// A cell does not have one point for each contest.
    #[error("cell {cell} has {found} sums for {expected} contests")]
    CellSize {
        /// Its index.
        cell: usize,
        /// The number of contests.
        expected: usize,
        /// The number of points.
        found: usize,
    },
    /// There are more than 2^32 − 1 keys or cells.
    #[error("there are too many keys or cells")]
    TooMany,
}

impl PermittedSums {
    /// `contests`: the number of keys of each contest, in the manifest's order. `cells`: for each cell that is
    /// decrypted, the sum of its heads' `R` for each contest.
    pub fn new(contests: Vec<u32>, cells: Vec<Vec<Point>>) -> Result<Self, SumsError> {
        if let Some((contest, _)) = (0u32..).zip(&contests).find(|(_, keys)| **keys == 0) {
            return Err(SumsError::NoKeys { contest });
        }
        let total = contests.iter().try_fold(0u32, |sum, keys| sum.checked_add(*keys));
        if total.is_none() || u32::try_from(cells.len()).is_err() {
            return Err(SumsError::TooMany);
        }
        let expected = contests.len();
        if let Some((cell, sums)) = cells.iter().enumerate().find(|(_, sums)| sums.len() != expected) {
            return Err(SumsError::CellSize { cell, expected, found: sums.len() });
        }
        let keep = |point: Point| SumPoint { point, bytes: encode_point(&point) };
        let cells = cells.into_iter().map(|sums| sums.into_iter().map(keep).collect()).collect();
        Ok(Self { contests, cells })
    }

    /// How many keys each contest has.
    pub fn contests(&self) -> &[u32] {
        &self.contests
    }

    /// The number of cells.
    pub fn cells(&self) -> usize {
        self.cells.len()
    }

    /// `K`: the number of all keys.
    pub fn keys(&self) -> usize {
        // `new` has added these up within 32 bits.
        self.contests.iter().map(|keys| *keys as usize).sum()
    }

    /// Whether every sum is the identity, or there is none: then no partial decryptions may stand.
    pub fn is_nothing(&self) -> bool {
        self.cells.iter().flatten().all(|sum| sum.point.is_identity())
    }

    /// `R_{g,q}` by cell, then contest, as bytes; the identity is 32 zeros.
    pub(super) fn bytes(&self) -> impl Iterator<Item = &PointBytes> {
        self.cells.iter().flatten().map(|sum| &sum.bytes)
    }

    /// For each cell: `R_{g,o}` for every key `o` — a contest's point as often as it has keys.
    pub(super) fn by_key(&self) -> impl Iterator<Item = impl Iterator<Item = &Point>> {
        self.cells.iter().map(|sums| {
            let runs = sums.iter().zip(&self.contests);
            runs.flat_map(|(sum, keys)| std::iter::repeat_n(&sum.point, *keys as usize))
        })
    }

    /// For every key `o`: whether a sum other than the identity is left for it.
    pub(super) fn keys_left(&self) -> Vec<bool> {
        let mut left = vec![false; self.keys()];
        for cell in self.by_key() {
            for (any, point) in left.iter_mut().zip(cell) {
                *any |= !point.is_identity();
            }
        }
        left
    }
}
