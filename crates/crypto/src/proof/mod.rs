//! Proofs. Each file reads statement → proof → prove → verify; a proof takes `&mut Transcript` and never makes one.

pub mod dleq;
pub mod knowledge;
pub mod linear_bits;

use thiserror::Error;

/// A proof that does not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum ProofError {
    /// The equation of the proof is not satisfied.
    #[error("the proof does not hold")]
    Equation,
    /// The bytes are no proof.
    #[error("the proof is malformed: {0}")]
    Malformed(#[from] crate::group::DecodeError),
    /// Not as many values as the statement says.
    #[error("the proof speaks of another number of values")]
    Length,
}

#[cfg(test)]
mod tests;
