//! Verification of ballots, one by one or many at once (§15.5).
//!
//! bytes → [`DecodedBallot`] → [`PreparedBallot`] (with `K` and region from the record) → [`VerifiedBallot`]. The server
//! puts [`SignatureChecked`] between: else anyone could spoil batches in other voters' names.

use plebiscite_crypto::batch::{
    BallotStatement, SharedContest, SignatureStatement, verify_batch, verify_single,
};
use plebiscite_crypto::group::{Point, PointBytes};
use plebiscite_crypto::proof::knowledge;
use plebiscite_crypto::proof::linear_bits::{EncryptedContest, Equation};
use rayon::prelude::*;
use thiserror::Error;

use super::parameters::ElectionParameters;
use super::tracker::Tracker;
use super::wire::{DecodedBallot, WireError};
use crate::context::{self, BallotContext};
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

/// A ballot that was verified. Only verification makes one; in a count that is shared out, the verification of another share
/// ([`PreparedBallot::left_to_another_share`]).
///
/// It keeps what it was verified against, so that the record can see that this still stands when the ballot's turn comes.
///
/// ```compile_fail,E0308
/// # use plebiscite_election::ballot::{PreparedBallot, VerifiedBallot};
/// fn unverified(ballot: PreparedBallot) -> VerifiedBallot {
///     ballot
/// }
/// ```
///
/// The accepted twin:
///
/// ```
/// # use plebiscite_election::ballot::{BallotError, ElectionParameters, PreparedBallot, VerifiedBallot};
/// fn verified(ballot: PreparedBallot, parameters: &ElectionParameters) -> Result<VerifiedBallot, BallotError> {
///     ballot.verify(parameters)
/// }
/// ```
#[derive(Clone, Debug)]
pub struct VerifiedBallot {
    context: BallotContext,
    election_digest: [u8; 32],
    tracker: Tracker,
    ciphertexts: Box<[PointBytes]>,
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
    #[error("ballot of roll number {index}: {}{equation} does not hold", in_contest(*contest))]
    Proof {
        /// The roll number.
        index: u32,
        /// The contest, where it is one contest's.
        contest: Option<u32>,
        /// Which equation.
        equation: Equation,
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

impl PreparedBallot {
    /// Verifies the ballot by itself, equation by equation, its signature included.
    ///
    /// # Errors
    /// [`BallotError`].
    pub fn verify(self, parameters: &ElectionParameters) -> Result<VerifiedBallot, BallotError> {
        verify_single(parameters.generators(), &shared(parameters), &self.statement(parameters))
            .map_err(|(contest, equation)| self.refusal(contest, equation))?;
        Ok(self.verified(parameters))
    }

    /// The ballot as one whose signature and proofs another worker of the same count judges: for counts that are shared out,
    /// and for nothing else. A record that takes it says nothing about them; only all shares together do.
    #[must_use]
    pub fn left_to_another_share(&self, parameters: &ElectionParameters) -> VerifiedBallot {
        self.verified(parameters)
    }

    fn statement(&self, parameters: &ElectionParameters) -> BallotStatement<'_> {
        let transcript = parameters.context().ballot(&self.context);
        let contests = (0u32..).zip(&self.decoded.contests);
        BallotStatement {
            contests: contests
                .map(|(number, contest)| (context::contest(&transcript, number), contest))
                .collect(),
            signature: SignatureStatement {
                transcript: context::signature(&transcript),
                public: self.key,
                message: self.decoded.tracker.0,
                proof: &self.decoded.signature,
            },
        }
    }

    const fn refusal(&self, contest: Option<u32>, equation: Equation) -> BallotError {
        let index = self.context.index;
        match equation {
            Equation::Signature => BallotError::Signature { index },
            _ => BallotError::Proof { index, contest, equation },
        }
    }

    /// Only after verification, or where another share verifies.
    fn verified(&self, parameters: &ElectionParameters) -> VerifiedBallot {
        let contests = &self.decoded.contests;
        let ciphertext = |contest: &EncryptedContest| {
            std::iter::once(contest.ciphertext.r)
                .chain(contest.ciphertext.e.iter().copied())
                .collect::<Vec<_>>()
        };
        VerifiedBallot {
            context: self.context,
            election_digest: *parameters.context().digest(),
            tracker: self.decoded.tracker,
            ciphertexts: contests.iter().flat_map(ciphertext).collect(),
            fresh_points: contests
                .iter()
                .flat_map(|contest| [contest.ciphertext.r, contest.proof.b])
                .collect(),
        }
    }
}

/// Verifies ballots together, on all cores: every ballot that single verification refuses is refused, by the same name,
/// and no other. Variable time: public data only.
pub fn verify_many(
    parameters: &ElectionParameters,
    ballots: &[PreparedBallot],
    fresh: &[u8; 32],
) -> Vec<Result<VerifiedBallot, BallotError>> {
    let shared = shared(parameters);
    let chunks = ballots.par_chunks(BATCH).enumerate();
    chunks
        .flat_map_iter(|(number, chunk)| {
            let statements: Vec<_> = chunk.iter().map(|ballot| ballot.statement(parameters)).collect();
            let own = chunk_fresh(fresh, number);
            let failures =
                verify_batch(parameters.generators(), &shared, &statements, &own).err().unwrap_or_default();
            let judge = |(index, ballot): (usize, &PreparedBallot)| match failures
                .iter()
                .find(|failure| failure.index == index)
            {
                Some(failure) => Err(ballot.refusal(failure.contest, failure.equation)),
                None => Ok(ballot.verified(parameters)),
            };
            chunk.iter().enumerate().map(judge).collect::<Vec<_>>()
        })
        .collect()
}

/// Fresh bytes of one chunk.
fn chunk_fresh(fresh: &[u8; 32], number: usize) -> [u8; 32] {
    use sha2::{Digest, Sha256};
    Sha256::new().chain_update(fresh).chain_update((number as u64).to_be_bytes()).finalize().into()
}

fn shared(parameters: &ElectionParameters) -> Vec<SharedContest<'_>> {
    let contests = parameters.contests().iter();
    contests.map(|contest| SharedContest { form: contest.form(), keys: contest.keys() }).collect()
}

fn in_contest(contest: Option<u32>) -> String {
    contest.map(|contest| format!("contest {contest}: ")).unwrap_or_default()
}

impl VerifiedBallot {
    /// What it was verified against.
    #[must_use]
    pub const fn context(&self) -> &BallotContext {
        &self.context
    }

    /// Digest of the election's base that it was verified against.
    #[must_use]
    pub const fn election_digest(&self) -> &[u8; 32] {
        &self.election_digest
    }

    /// Its tracker.
    #[must_use]
    pub const fn tracker(&self) -> Tracker {
        self.tracker
    }

    /// `R, E_1 … E_k` of every contest, in order.
    #[must_use]
    pub fn ciphertext_points(&self) -> Box<[PointBytes]> {
        self.ciphertexts.clone()
    }

    /// `R` and `B` of every contest: none may stand in the log already.
    #[must_use]
    pub fn fresh_points(&self) -> &[PointBytes] {
        &self.fresh_points
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
