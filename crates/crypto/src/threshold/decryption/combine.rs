//! Combining: `Σ_j [λ_j]D_{j,g,o} = [z_o]R_g` over any `t` verified sets (§10.6).

use curve25519_dalek::traits::VartimeMultiscalarMul;

use super::VerifiedPartials;
use crate::group::Point;
use crate::threshold::lagrange::{self, LagrangeError};

/// Why sets are not combined.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CombineError {
    /// Not exactly `t` sets.
    #[error("{found} sets of partial decryptions where exactly {needed} are combined")]
    Number {
        /// `t`.
        needed: u16,
        /// How many there are.
        found: usize,
    },
    /// Two sets are of different seals, keys or sums.
    #[error("the partial decryptions of trustee {trustee} are of another seal, other keys or other sums")]
    AnotherStatement {
        /// The trustee of the first that differs.
        trustee: u16,
    },
    /// Two sets are the same trustee's.
    #[error("the trustees cannot be interpolated through: {0}")]
    Trustees(#[from] LagrangeError),
}

/// `[z_o]R_g` by cell, then key, from the verified sets of exactly `t` distinct trustees; the message point is
/// what `E` has above it. The result is the same for every choice of `t`. Variable time: public data only.
pub fn combine(sets: &[&VerifiedPartials], t: u16) -> Result<Vec<Vec<Point>>, CombineError> {
    let Some((first, others)) = sets.split_first().filter(|_| sets.len() == usize::from(t)) else {
        return Err(CombineError::Number { needed: t, found: sets.len() });
    };
    for set in others {
        let same = set.seal == first.seal && set.key_digest == first.key_digest && set.sums == first.sums;
        if !same {
            return Err(CombineError::AnotherStatement { trustee: set.trustee });
        }
    }
    let indices: Vec<u16> = sets.iter().map(|set| set.trustee).collect();
    let lambda = lagrange::at_zero(&indices)?;
    let factors_of =
        |cell: usize, key: usize| sets.iter().map(move |set| set.factors.get(cell)?.get(key).copied());
    let sum = |cell, key| {
        let points: Option<Vec<Point>> = factors_of(cell, key).collect();
        // Every verified set has the shape of the sums.
        points.map(|points| Point::vartime_multiscalar_mul(&lambda, points))
    };
    let (cells, keys) = (first.sums.cells(), first.sums.keys());
    Ok((0..cells).map(|cell| (0..keys).filter_map(|key| sum(cell, key)).collect()).collect())
}
