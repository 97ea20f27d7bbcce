//! Sums of shared-nonce ElGamal ciphertexts (§6.6). Only here may a point be the identity.

use thiserror::Error;

use crate::group::{DecodeError, Point, PointBytes, encode_point, identity};

/// `Σ R` and `Σ E_o` over some ballots. The empty sum has only identities.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sum {
    /// `Σ R`.
    pub r: Point,
    /// `Σ E_o`, by tallied number.
    pub e: Vec<Point>,
}

/// Why nothing was added.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum SumError {
    /// A point is none.
    #[error("a point of the ciphertext: {0}")]
    Point(#[from] DecodeError),
    /// Another contest's ciphertext.
    #[error("{found} encrypted numbers, where the contest has {expected}")]
    Contest {
        /// `k` of this sum.
        expected: usize,
        /// `k` of what was to be added.
        found: usize,
    },
}

impl Sum {
    /// The empty sum of a contest with `k` tallied numbers.
    #[must_use]
    pub fn empty(k: usize) -> Self {
        Self { r: identity(), e: vec![identity(); k] }
    }

    /// Adds one ballot's `R, E_1 … E_k`; where that fails, the sum stays as it was. Public data: variable time.
    ///
    /// # Errors
    /// [`SumError`].
    pub fn add(&mut self, r: &PointBytes, e: &[PointBytes]) -> Result<(), SumError> {
        self.ensure(e.len())?;
        let r = r.decode()?;
        let e = e.iter().map(PointBytes::decode).collect::<Result<Vec<Point>, _>>()?;
        self.merge(&Self { r, e })
    }

    /// Adds another sum of the same contest.
    ///
    /// # Errors
    /// [`SumError::Contest`].
    pub fn merge(&mut self, other: &Self) -> Result<(), SumError> {
        self.ensure(other.e.len())?;
        self.r += other.r;
        for (sum, e) in self.e.iter_mut().zip(&other.e) {
            *sum += e;
        }
        Ok(())
    }

    const fn ensure(&self, found: usize) -> Result<(), SumError> {
        let expected = self.e.len();
        if found == expected { Ok(()) } else { Err(SumError::Contest { expected, found }) }
    }

    /// `Σ R` on the wire.
    #[must_use]
    pub fn r_bytes(&self) -> PointBytes {
        encode_point(&self.r)
    }
}
