//! Who decodes many points and adds them up: dalek, or, where the processor has the instructions, eight lanes.
//!
//! Public data only: variable time. Both accept the same encodings and say the same of every sum: `plebiscite-simd` is tested against dalek.

use std::ops::Range;

use curve25519_dalek::traits::VartimeMultiscalarMul;
use plebiscite_simd::Lanes;
use thiserror::Error;

use crate::group::{DecodeError, Point, PointBytes, Scalar, encode_point, identity, is_identity};

/// Who decodes and adds up.
#[derive(Clone, Copy, Debug)]
pub struct Engine(Option<Lanes>);

/// Decoded points: the shared bases of a batch, and all points of its ballots.
pub(crate) struct Points {
    decoded: Decoded,
    /// Which of the ballots' encodings are points other than the identity.
    valid: Vec<bool>,
}

/// An encoding, among many, of no point other than the identity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("point {place}: {error}")]
pub struct NotAPoint {
    /// Its place.
    pub place: usize,
    /// What it is instead.
    pub error: DecodeError,
}

enum Decoded {
    Portable {
        bases: Vec<Point>,
        own: Vec<Point>,
    },
    /// Bases first.
    Lanes {
        points: plebiscite_simd::Points,
        bases: u32,
    },
}

impl Engine {
    /// The fastest that this processor has.
    #[must_use]
    pub fn fastest() -> Self {
        Self(Lanes::detect())
    }

    /// dalek, on every processor.
    #[must_use]
    pub const fn portable() -> Self {
        Self(None)
    }

    /// All that this processor has, dalek last: outcomes are the same with every one.
    #[must_use]
    pub fn available() -> Vec<Self> {
        Lanes::available().into_iter().map(Some).chain([None]).map(Self).collect()
    }

    /// Whether it is dalek.
    #[must_use]
    pub const fn is_portable(self) -> bool {
        self.0.is_none()
    }

    /// The name of its instructions: `avx512ifma`, `avx2`, or `portable`, where dalek chooses its own.
    #[must_use]
    pub fn instructions(self) -> &'static str {
        self.0.map_or("portable", Lanes::name)
    }

    /// The sum of the points at the places of each list, encoded; none of the encodings may be the identity's, a sum may. A
    /// place without an encoding adds nothing.
    ///
    /// # Errors
    /// The first place that has no point other than the identity.
    pub fn sums(self, encodings: &[PointBytes], lists: &[&[u32]]) -> Result<Vec<PointBytes>, NotAPoint> {
        match (self.0, self.decode(encodings)?.decoded) {
            (Some(lanes), Decoded::Lanes { points, .. }) => {
                let sums = points.sums(lists);
                if !agree(lanes, &points, lists, &sums) {
                    return Self::portable().sums(encodings, lists);
                }
                Ok(sums.into_iter().map(PointBytes).collect())
            }
            (_, Decoded::Portable { own, .. }) => {
                let sum = |list: &&[u32]| list.iter().filter_map(|place| own.get(*place as usize)).sum();
                Ok(lists.iter().map(sum).map(|sum| encode_point(&sum)).collect())
            }
            (None, Decoded::Lanes { .. }) => Self::portable().sums(encodings, lists),
        }
    }

    /// `Σ scalar·point`; none of the encodings may be the identity's, the sum may.
    ///
    /// # Errors
    /// The first place that has no point other than the identity.
    pub fn weighted_sum(self, terms: &[(Scalar, PointBytes)]) -> Result<Point, NotAPoint> {
        let encodings: Vec<PointBytes> = terms.iter().map(|(_, point)| *point).collect();
        let scalars = terms.iter().map(|(scalar, _)| scalar);
        match self.decode(&encodings)?.decoded {
            Decoded::Portable { own, .. } => Ok(Point::vartime_multiscalar_mul(scalars, own)),
            Decoded::Lanes { points, .. } => {
                let places: Vec<u32> = (0..).take(terms.len()).collect();
                let scalars: Vec<[u8; 32]> = scalars.map(Scalar::to_bytes).collect();
                let sum = PointBytes(points.weighted_sum(&places, &scalars)).decode_or_identity();
                // What lanes encode is a point; dalek's word counts all the same.
                sum.or_else(|_| Self::portable().weighted_sum(terms))
            }
        }
    }

    /// All points, none of which is the identity. Lanes only accept: whom they refuse, dalek judges again.
    fn decode(self, encodings: &[PointBytes]) -> Result<Points, NotAPoint> {
        let points = Points::decode(self, &[], encodings);
        if points.are_points(0..encodings.len()) {
            return Ok(points);
        }
        for (place, encoding) in encodings.iter().enumerate() {
            encoding.decode().map_err(|error| NotAPoint { place, error })?;
        }
        Ok(Points::decode(Self::portable(), &[], encodings))
    }
}

/// Whether sums are those of the lists, by another way: each list with a weight of its own, all added up by buckets, is what
/// the sums are with these weights. It is for lanes that miscalculate (in a rounding mode that someone has changed, say) and
/// not for liars: the points are theirs, but whatever points they choose, lanes that calculate truly give the true sum. So
/// weights may be known, and 32 bits are enough.
fn agree(lanes: Lanes, points: &plebiscite_simd::Points, lists: &[&[u32]], sums: &[[u8; 32]]) -> bool {
    let weight = |list: u32| -> [u8; 32] {
        // A golden section of 2^32 apart: no two are equal, and none is 0.
        Scalar::from(list.wrapping_add(1).wrapping_mul(0x9e37_79b9)).to_bytes()
    };
    let weights: Vec<[u8; 32]> = (0..).take(lists.len()).map(weight).collect();
    let repeated = lists.iter().zip(&weights).flat_map(|(list, weight)| list.iter().map(|_| *weight));
    let mut decoded = true;
    let added = lanes.decode(sums, |_| decoded = false);
    let places: Vec<u32> = (0..).take(sums.len()).collect();
    let (apart, together) = (
        points.weighted_sum(&lists.concat(), &repeated.collect::<Vec<_>>()),
        added.weighted_sum(&places, &weights),
    );
    decoded && sums.len() == lists.len() && apart == together
}

impl Points {
    pub(crate) fn decode(Engine(lanes): Engine, bases: &[Point], encodings: &[PointBytes]) -> Self {
        let mut valid: Vec<bool> = encodings.iter().map(|point| *point != PointBytes::IDENTITY).collect();
        // Without one of the bases nothing can be said of any ballot: the single judge says it then.
        let mut refuse = |place: Option<usize>| match place {
            Some(place) => valid.get_mut(place).into_iter().for_each(|valid| *valid = false),
            None => valid.fill(false),
        };
        let decoded = match lanes {
            None => {
                let decode = |(place, point): (usize, &PointBytes)| {
                    point.decode_or_identity().unwrap_or_else(|_| {
                        refuse(Some(place));
                        identity()
                    })
                };
                let own = encodings.iter().enumerate().map(decode).collect();
                Decoded::Portable { bases: bases.to_vec(), own }
            }
            Some(lanes) => {
                let all = bases.iter().map(encode_point).chain(encodings.iter().copied());
                let all: Vec<[u8; 32]> = all.map(|point| point.0).collect();
                let points = lanes.decode(&all, |place| refuse(place.checked_sub(bases.len())));
                Decoded::Lanes { points, bases: bases.len() as u32 }
            }
        };
        Self { decoded, valid }
    }

    /// Whether all of these encodings are points, none of them the identity.
    pub(crate) fn are_points(&self, places: Range<usize>) -> bool {
        self.valid.get(places).is_some_and(|valid| valid.iter().all(|valid| *valid))
    }

    /// Whether `Σ scalar·base + Σ scalar·point` is the identity: one scalar for each base, and for the own points at
    /// these places, all of which are points.
    pub(crate) fn sum_to_identity(&self, bases: &[Scalar], places: &[u32], scalars: &[Scalar]) -> bool {
        match &self.decoded {
            Decoded::Portable { bases: shared, own } => {
                let own = places.iter().filter_map(|place| own.get(*place as usize));
                // The multiplication asks its iterators for their exact lengths, which filtered ones do not know.
                let points: Vec<&Point> = own.chain(shared).collect();
                let scalars: Vec<&Scalar> = scalars.iter().chain(bases).collect();
                points.len() == scalars.len() && is_identity(&Point::vartime_multiscalar_mul(scalars, points))
            }
            Decoded::Lanes { points, bases: first } => {
                let places: Vec<u32> = (0..*first).chain(places.iter().map(|place| first + place)).collect();
                let scalars: Vec<[u8; 32]> = bases.iter().chain(scalars).map(Scalar::to_bytes).collect();
                places.len() == scalars.len() && points.sum_to_identity(&places, &scalars)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::group::{RISTRETTO_BASEPOINT_POINT as G, mul_base};
    use crate::tests::INVALID;

    /// 1·G, 2·G, …
    fn multiples(count: u64) -> Vec<PointBytes> {
        (1..=count).map(|n| encode_point(&mul_base(&Scalar::from(n)))).collect()
    }

    fn times(n: u64) -> PointBytes {
        encode_point(&(G * Scalar::from(n)))
    }

    #[test]
    fn every_engine_gives_the_same_sums() {
        let mut encodings = multiples(40);
        encodings.push(encode_point(&-G));
        let all: Vec<u32> = (0..40).collect();
        // 1 + … + 40; 1 − 1; 3 + 3; nothing; a place without a point.
        let lists: [&[u32]; 5] = [&all, &[0, 40], &[2, 2], &[], &[4, 99]];
        let expected = [times(820), PointBytes::IDENTITY, times(6), PointBytes::IDENTITY, times(5)];
        for engine in Engine::available() {
            assert_eq!(engine.sums(&encodings, &lists).unwrap(), expected, "{engine:?}");
            let terms: Vec<(Scalar, PointBytes)> =
                (1u64..).map(Scalar::from).zip(encodings.iter().copied()).take(40).collect();
            // 1·1 + … + 40·40
            assert_eq!(encode_point(&engine.weighted_sum(&terms).unwrap()), times(22_140), "{engine:?}");
            assert!(is_identity(&engine.weighted_sum(&[]).unwrap()), "{engine:?}");
        }
    }

    #[test]
    fn lanes_that_miscalculate_are_noticed() {
        let encodings: Vec<[u8; 32]> = multiples(20).iter().map(|point| point.0).collect();
        let lists: [&[u32]; 3] = [&[0, 1, 2], &[5, 6], &[]];
        for Engine(lanes) in Engine::available() {
            let Some(lanes) = lanes else { continue };
            let points = lanes.decode(&encodings, |place| panic!("{place} is a point"));
            let sums = points.sums(&lists);
            assert!(agree(lanes, &points, &lists, &sums));
            assert!(!agree(lanes, &points, &lists, &sums[..2]));
            for wrong in 0..3 {
                let mut changed = sums.clone();
                changed[wrong] = times(40).0;
                assert!(!agree(lanes, &points, &lists, &changed), "another point");
                changed[wrong] = INVALID[0];
                assert!(!agree(lanes, &points, &lists, &changed), "no point");
            }
            let mut swapped = sums.clone();
            swapped.swap(0, 1);
            assert!(!agree(lanes, &points, &lists, &swapped));
        }
    }

    #[test]
    fn every_engine_names_the_first_place_that_has_no_point() {
        let good = multiples(30);
        for engine in Engine::available() {
            assert!(engine.sums(&good, &[&[0]]).is_ok());
            for (bad, error) in
                [(PointBytes(INVALID[0]), DecodeError::Point), (PointBytes::IDENTITY, DecodeError::Identity)]
            {
                let mut encodings = good.clone();
                encodings[29] = bad;
                encodings[17] = bad;
                let refused = NotAPoint { place: 17, error };
                // Also where the list has no need of it.
                assert_eq!(engine.sums(&encodings, &[&[0]]), Err(refused), "{engine:?}");
                let terms: Vec<_> = encodings.iter().map(|point| (Scalar::ONE, *point)).collect();
                assert_eq!(engine.weighted_sum(&terms), Err(refused), "{engine:?}");
            }
        }
    }
}
