//! Verification of ballots, one by one or many at once (§15.5).
//!
//! bytes → [`DecodedBallot`] → [`PreparedBallot`] (with `K` and region from the record) → [`VerifiedBallot`]. The server
//! puts [`SignatureChecked`] between: else anyone could spoil batches in other voters' names.

use plebiscite_crypto::batch::{BallotStatement, BatchFailure, verify_batch};
use plebiscite_crypto::group::{Point, PointBytes};
use plebiscite_crypto::proof::knowledge;
use plebiscite_crypto::proof::linear_bits::ContestCiphertext;
use rayon::prelude::*;
use sha2::{Digest, Sha256};
use thiserror::Error;

use super::parameters::ElectionParameters;
use super::tracker::Tracker;
use super::wire::{DecodedBallot, WireError};
use crate::context::{self, BallotContext, roll_base_point};
use crate::credential::RollRow;

/// Ballots in one multiscalar multiplication: large enough to be cheap per ballot, small enough for all cores to share.
const BATCH: usize = 1_000;

/// A decoded ballot beside the row it claims; what it is judged against is fixed.
#[derive(Clone, Debug)]
pub struct PreparedBallot {
    context: BallotContext,
    key: Point,
    decoded: DecodedBallot,
}

/// A prepared ballot whose signature holds: only these may enter a server's batch.
#[derive(Clone, Debug)]
pub struct SignatureChecked(PreparedBallot);

/// A ballot that was verified. Only verification makes one.
///
/// It keeps what it was verified against, so that the record can see that this still stands when the ballot's turn comes.
#[derive(Clone, Debug)]
pub struct VerifiedBallot {
    context: BallotContext,
    election_digest: [u8; 32],
    tracker: Tracker,
    ciphertexts: Vec<ContestCiphertext>,
    fresh_points: Vec<PointBytes>,
}

/// Why a ballot is refused.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum BallotError {
    /// The bytes are no ballot.
    #[error("malformed ballot: {0}")]
    Wire(#[from] WireError),
    /// The roll's own row is no point: never so with a verified roll.
    #[error("the credential of roll number {index} is no point of the group")]
    Credential {
        /// The roll number.
        index: u32,
    },
    /// The signature is not this credential's over this ballot.
    #[error("the signature of roll number {index} does not hold")]
    Signature {
        /// The roll number.
        index: u32,
    },
    /// A proof does not hold.
    #[error("ballot of roll number {index}: {failure}")]
    Proof {
        /// The roll number.
        index: u32,
        /// Which equation of which contest.
        failure: BatchFailure,
    },
}

impl PreparedBallot {
    /// Puts a decoded ballot beside the row that the record has for its roll number: the row of the roll, or its
    /// latest replacement.
    ///
    /// # Errors
    /// [`BallotError::Credential`].
    pub fn new(decoded: DecodedBallot, row: &RollRow) -> Result<Self, BallotError> {
        let header = *decoded.header();
        let key = row.credential.decode().map_err(|_| BallotError::Credential { index: header.index })?;
        let context = BallotContext {
            index: header.index,
            credential: row.credential,
            region: row.region,
            seq: header.seq,
            prev: header.prev,
        };
        Ok(Self { context, key, decoded })
    }

    /// What the ballot will be judged against.
    #[must_use]
    pub const fn context(&self) -> &BallotContext {
        &self.context
    }

    /// Its tracker.
    #[must_use]
    pub const fn tracker(&self) -> Tracker {
        self.decoded.tracker
    }

    /// Checks the signature by itself.
    ///
    /// # Errors
    /// [`BallotError::Signature`].
    pub fn check_signature(self, parameters: &ElectionParameters) -> Result<SignatureChecked, BallotError> {
        let mut t = context::signature(&parameters.context().ballot(&self.context));
        let base = curve25519_dalek::constants::RISTRETTO_BASEPOINT_POINT;
        knowledge::verify_signature(
            &mut t,
            &base,
            &self.key,
            &self.decoded.tracker.0,
            &self.decoded.signature,
        )
        .map_err(|_| BallotError::Signature { index: self.context.index })?;
        Ok(SignatureChecked(self))
    }
}

impl SignatureChecked {
    /// The ballot, now fit for a batch.
    #[must_use]
    pub fn into_prepared(self) -> PreparedBallot {
        self.0
    }

    /// The ballot.
    #[must_use]
    pub const fn prepared(&self) -> &PreparedBallot {
        &self.0
    }
}
