//! Sums of shared-nonce ElGamal ciphertexts (§6.6). Only here may a point be the identity.

use crate::group::{DecodeError, Point, PointBytes, encode_point, identity};

/// `Σ R` and `Σ E_o` over some ballots. The empty sum has only identities.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sum {
    /// `Σ R`.
    pub r: Point,
    /// `Σ E_o`, by tallied number.
    pub e: Vec<Point>,
}

impl Sum {
    /// The empty sum of a contest with `k` tallied numbers.
    #[must_use]
    pub fn empty(k: usize) -> Self {
        Self { r: identity(), e: vec![identity(); k] }
    }

    /// Adds one ballot's `R, E_1 … E_k`. Public data: variable time.
    ///
    /// # Errors
    /// [`DecodeError`] for a point that is none; the sum is then of no further use.
    pub fn add(&mut self, r: &PointBytes, e: &[PointBytes]) -> Result<(), DecodeError> {
        self.r += r.decode()?;
        for (sum, e) in self.e.iter_mut().zip(e) {
            *sum += e.decode()?;
        }
        Ok(())
    }

    /// Adds another sum of the same contest.
    pub fn merge(&mut self, other: &Self) {
        self.r += other.r;
        for (sum, e) in self.e.iter_mut().zip(&other.e) {
            *sum += e;
        }
    }

    /// `Σ R` on the wire.
    #[must_use]
    pub fn r_bytes(&self) -> PointBytes {
        encode_point(&self.r)
    }
}
