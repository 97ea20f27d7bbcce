//! A ballot's bytes (§15.2): roll index u32 ‖ seq u32 ‖ prev 32 ‖ contests in order ‖ signature 64 (`A` ‖ `z`).
//!
//! The election, `K` and the region are not repeated: the transcript binds them, and they come from the record.
//! Lengths are fixed by the manifest, so every ballot of an election is equally long.

use plebiscite_crypto::group::PointBytes;
use plebiscite_crypto::proof::knowledge::KnowledgeProof;
use plebiscite_crypto::proof::linear_bits::EncryptedContest;
use thiserror::Error;

use super::parameters::ElectionParameters;
use super::tracker::Tracker;
use crate::context::BallotContext;

/// Bytes before the contests.
pub const BALLOT_HEADER_BYTES: usize = 40;
/// Bytes of the signature at the end.
pub const SIGNATURE_BYTES: usize = 64;

/// What a ballot says of itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BallotHeader {
    /// The voter's roll number.
    pub index: u32,
    /// Position in the voter's chain, 0 for the first.
    pub seq: u32,
    /// Tracker of the ballot before it, zeros for the first.
    pub prev: Tracker,
}

/// A ballot whose bytes are well formed; nothing in it is verified yet.
#[derive(Clone, Debug)]
pub struct DecodedBallot {
    pub(super) header: BallotHeader,
    pub(super) contests: Vec<EncryptedContest>,
    pub(super) signature: KnowledgeProof,
    pub(super) tracker: Tracker,
}

/// Why bytes are no ballot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum WireError {
    /// Not the one length that ballots of this election have.
    #[error("{found} bytes, where a ballot of this election has {expected}")]
    Length {
        /// Bytes given.
        found: usize,
        /// Bytes of every ballot.
        expected: usize,
    },
    /// A contest holds a non-canonical point or scalar, or the identity.
    #[error("contest {contest} is malformed")]
    Contest {
        /// The contest's position.
        contest: usize,
    },
    /// The signature holds a non-canonical point or scalar.
    #[error("the signature is malformed")]
    Signature,
}

impl BallotHeader {
    /// The header of a ballot in this context.
    #[must_use]
    pub const fn of(context: &BallotContext) -> Self {
        Self { index: context.index, seq: context.seq, prev: context.prev }
    }

    pub(super) fn encode(&self, body: &mut Vec<u8>) {
        body.extend_from_slice(&self.index.to_be_bytes());
        body.extend_from_slice(&self.seq.to_be_bytes());
        body.extend_from_slice(&self.prev.0);
    }

    /// Reads the header alone from a ballot's first bytes, before anything costly is done.
    #[must_use]
    pub fn peek(ballot: &[u8]) -> Option<Self> {
        let (index, rest) = ballot.split_first_chunk::<4>()?;
        let (seq, rest) = rest.split_first_chunk::<4>()?;
        let prev = rest.first_chunk::<32>()?;
        Some(Self { index: u32::from_be_bytes(*index), seq: u32::from_be_bytes(*seq), prev: Tracker(*prev) })
    }
}

impl DecodedBallot {
    /// Reads a whole ballot.
    ///
    /// # Errors
    /// [`WireError`].
    pub fn decode(parameters: &ElectionParameters, bytes: &[u8]) -> Result<Self, WireError> {
        let (found, expected) = (bytes.len(), parameters.ballot_bytes());
        let length = || WireError::Length { found, expected };
        if found != expected {
            return Err(length());
        }
        let (body, signature) = bytes.split_last_chunk::<SIGNATURE_BYTES>().ok_or_else(length)?;
        let header = BallotHeader::peek(body).ok_or_else(length)?;
        let mut rest = body.get(BALLOT_HEADER_BYTES..).ok_or_else(length)?;
        let mut contests = Vec::with_capacity(parameters.contests().len());
        for (contest, parameters) in parameters.contests().iter().enumerate() {
            let (own, after) = rest.split_at_checked(parameters.form().wire_len()).ok_or_else(length)?;
            let decoded = EncryptedContest::decode(own, parameters.form())
                .map_err(|_| WireError::Contest { contest })?;
            contests.push(decoded);
            rest = after;
        }
        let signature = KnowledgeProof::decode(signature).map_err(|_| WireError::Signature)?;
        Ok(Self { header, contests, signature, tracker: Tracker::of(body) })
    }

    /// What the ballot says of itself: whose row and chain head must be looked up.
    #[must_use]
    pub const fn header(&self) -> &BallotHeader {
        &self.header
    }

    /// Its tracker.
    #[must_use]
    pub const fn tracker(&self) -> Tracker {
        self.tracker
    }

    /// `R, E_1 … E_k` of every contest, in order.
    #[must_use]
    pub fn ciphertext_points(&self) -> Box<[PointBytes]> {
        let ciphertexts = self.contests.iter().map(|contest| &contest.ciphertext);
        ciphertexts.flat_map(|one| std::iter::once(one.r).chain(one.e.iter().copied())).collect()
    }
}
