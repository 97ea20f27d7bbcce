//! Reading counts back: the discrete logarithm of a small number, by baby steps and giant steps (§8).

use std::collections::HashMap;

use thiserror::Error;

use crate::group::{Point, RISTRETTO_BASEPOINT_POINT, Scalar, mul_base};

/// Greatest bound that the table is made for: 2^32 − 1.
pub const GREATEST_BOUND: u64 = u32::MAX as u64;
/// Giant steps that are compressed together.
const STRIDE: usize = 256;

/// A table for logarithms from 0 to a bound.
#[derive(Clone, Debug)]
pub struct DiscreteLog {
    bound: u64,
    /// Number of baby steps: ⌈√(bound + 1)⌉, at most 65,536.
    steps: u32,
    /// Encoding of `2·iG` → `i`.
    baby: HashMap<[u8; 32], u32>,
    /// `−steps·G`.
    giant: Point,
}

/// No logarithm within the bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum DiscreteLogError {
    /// The point is no multiple `0·G … bound·G`.
    #[error("the number is not between 0 and {bound}")]
    OutOfRange {
        /// The bound.
        bound: u64,
    },
    /// A bound above 2^32 − 1.
    #[error("a bound of {bound} is above 2^32 - 1")]
    Bound {
        /// The bound asked for.
        bound: u64,
    },
}

impl DiscreteLog {
    /// Makes the table: √bound points, at most 65,536.
    ///
    /// # Errors
    /// [`DiscreteLogError::Bound`].
    pub fn new(bound: u64) -> Result<Self, DiscreteLogError> {
        if bound > GREATEST_BOUND {
            return Err(DiscreteLogError::Bound { bound });
        }
        let root = bound.isqrt();
        let steps = u32::try_from(root + 1).unwrap_or(1 << 16).min(1 << 16);
        let mut point = crate::group::identity();
        let mut points = Vec::with_capacity(steps as usize);
        for _ in 0..steps {
            points.push(point);
            point += RISTRETTO_BASEPOINT_POINT;
        }
        // Doubling is a bijection in a group of odd order, and doubled points compress many at a time.
        let doubled = Point::double_and_compress_batch(&points);
        let baby = doubled.into_iter().map(|point| point.to_bytes()).zip(0..).collect();
        Ok(Self { bound, steps, baby, giant: -mul_base(&Scalar::from(steps)) })
    }

    /// The number `m` with `m·G = point`, 0 ≤ m ≤ bound; at most √bound + 1 giant steps. Variable time: counts are public.
    ///
    /// # Errors
    /// [`DiscreteLogError::OutOfRange`].
    pub fn solve(&self, point: &Point) -> Result<u64, DiscreteLogError> {
        let out_of_range = DiscreteLogError::OutOfRange { bound: self.bound };
        let last = self.bound / u64::from(self.steps);
        let mut current = *point;
        let mut first = 0u64;
        while first <= last {
            let mut points = Vec::with_capacity(STRIDE);
            for _ in 0..STRIDE {
                points.push(current);
                current += self.giant;
            }
            for (step, encoded) in (first..=last).zip(Point::double_and_compress_batch(&points)) {
                if let Some(baby) = self.baby.get(&encoded.to_bytes()) {
                    let number = step * u64::from(self.steps) + u64::from(*baby);
                    return if number <= self.bound { Ok(number) } else { Err(out_of_range) };
                }
            }
            first += STRIDE as u64;
        }
        Err(out_of_range)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn times_g(number: u64) -> Point {
        mul_base(&Scalar::from(number))
    }

    #[test]
    fn every_number_up_to_the_bound_is_found_and_the_next_is_not() {
        for bound in [0, 1, 2, 3, 15, 16, 17, 99, 1_000] {
            let table = DiscreteLog::new(bound).unwrap();
            for number in 0..=bound {
                assert_eq!(table.solve(&times_g(number)), Ok(number));
            }
            for beyond in [bound + 1, bound + 2, 2 * bound + 50] {
                assert_eq!(table.solve(&times_g(beyond)), Err(DiscreteLogError::OutOfRange { bound }));
            }
            assert!(table.solve(&-times_g(1)).is_err());
        }
    }

    /// Tables hold √bound entries of some 80 bytes, so at most some 5 MiB; the search ends after as many steps.
    #[test]
    fn a_table_never_has_more_than_65_536_entries() {
        for bound in [0, 1, 1 << 10, (1 << 32) - 2, GREATEST_BOUND] {
            let table = DiscreteLog::new(bound).unwrap();
            assert!(table.baby.len() == table.steps as usize && table.steps <= 1 << 16);
            let giant_steps = bound / u64::from(table.steps) + 1;
            assert!(giant_steps <= u64::from(table.steps) + 1);
        }
    }

    #[test]
    fn a_point_that_is_no_small_multiple_is_an_error_and_not_a_loop() {
        let table = DiscreteLog::new(12_284_487).unwrap();
        let out_of_range = Err(DiscreteLogError::OutOfRange { bound: 12_284_487 });
        for point in [crate::tests::point("any"), -times_g(1), times_g(12_284_488)] {
            assert_eq!(table.solve(&point), out_of_range);
        }
        assert_eq!(table.solve(&times_g(12_284_487)), Ok(12_284_487));
    }

    /// A point has several representations within: what comes of wire bytes and what was computed differ in them.
    #[test]
    fn a_number_is_found_however_its_point_came_about() {
        let table = DiscreteLog::new(10).unwrap();
        for n in 0..40u64 {
            let blind = crate::tests::point(&format!("blind {n}"));
            let number = n % 11;
            let wire = crate::group::encode_point(&(times_g(number) + blind)).decode().unwrap();
            assert_eq!(table.solve(&(wire - blind)), Ok(number));
            assert_eq!(table.solve(&-(blind - wire)), Ok(number));
        }
    }

    #[test]
    fn the_greatest_bound_works_and_a_greater_one_is_refused() {
        let table = DiscreteLog::new(GREATEST_BOUND).unwrap();
        for number in [0, 1, 12_284_487, u64::from(u32::MAX)] {
            assert_eq!(table.solve(&times_g(number)), Ok(number));
        }
        assert!(table.solve(&times_g(1 << 32)).is_err());
        assert_eq!(DiscreteLog::new(1 << 32).unwrap_err(), DiscreteLogError::Bound { bound: 1 << 32 });
    }
}
