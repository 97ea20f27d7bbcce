//! Who decodes the points of a batch and adds them up: dalek, or, where the processor has the instructions, eight lanes.
//!
//! Both accept the same encodings and say the same of every sum: `plebiscite-simd` is tested against dalek.

use std::ops::Range;

use curve25519_dalek::traits::VartimeMultiscalarMul;
use plebiscite_simd::Lanes;

use crate::group::{Point, PointBytes, Scalar, encode_point, identity, is_identity};

/// Who decodes and adds up.
#[derive(Clone, Copy, Debug)]
pub struct Engine(Option<Lanes>);

/// The points of a batch: the shared bases, and all points of its ballots.
pub(super) struct Points {
    decoded: Decoded,
    /// Which of the ballots' encodings are points other than the identity.
    valid: Vec<bool>,
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
}

impl Points {
    pub(super) fn decode(Engine(lanes): Engine, bases: &[Point], encodings: &[PointBytes]) -> Self {
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
    pub(super) fn are_points(&self, places: Range<usize>) -> bool {
        self.valid.get(places).is_some_and(|valid| valid.iter().all(|valid| *valid))
    }

    /// Whether `Σ scalar·base + Σ scalar·point` is the identity: one scalar for each base, and for the own points at
    /// these places, all of which are points.
    pub(super) fn sum_to_identity(&self, bases: &[Scalar], places: &[u32], scalars: &[Scalar]) -> bool {
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
