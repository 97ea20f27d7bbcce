//! Verification of ballots, one by one or many at once (§15.5).
//!
//! bytes → [`DecodedBallot`] → [`PreparedBallot`] (with `K` and region from the record) → [`VerifiedBallot`]. The server
//! puts [`SignatureChecked`] between: else anyone could spoil batches in other voters' names.

use plebiscite_crypto::batch::{
    BallotStatement, SharedContest, SignatureStatement, verify_batch_with, verify_single,
};
use plebiscite_crypto::engine::Engine;
use plebiscite_crypto::group::PointBytes;
use plebiscite_crypto::proof::knowledge;
use plebiscite_crypto::proof::linear_bits::Equation;
use thiserror::Error;

use super::parameters::ElectionParameters;
use super::tracker::Tracker;
use super::wire::{DecodedBallot, WireError};
use crate::context::{self, BallotContext};
use crate::cores;
use crate::credential::RollRow;

/// Ballots in one multiscalar multiplication: large enough to be cheap per ballot, small enough for all cores to share.
const BATCH: usize = 1_000;

/// A decoded ballot beside the row it claims; what it is judged against is fixed.
#[derive(Clone, Debug)]
pub struct PreparedBallot {
    context: BallotContext,
    decoded: DecodedBallot,
}

/// A prepared ballot whose signature holds: only these may enter a server's batch.
#[derive(Clone, Debug)]
pub struct SignatureChecked(PreparedBallot);

/// A ballot that was verified. Only verification makes one, or the word of whoever verified it before, or verifies it in
/// another share of the same count ([`PreparedBallot::vouched`]).
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
    /// latest replacement. `K` is decoded with the ballot's own points, when it is verified.
    #[must_use]
    pub fn new(decoded: DecodedBallot, row: &RollRow) -> Self {
        let context = context_of(&decoded, row);
        Self { context, decoded }
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
    /// [`BallotError::Signature`], or [`BallotError::Credential`].
    pub fn check_signature(self, parameters: &ElectionParameters) -> Result<SignatureChecked, BallotError> {
        let index = self.context.index;
        let key = self.context.credential.decode().map_err(|_| BallotError::Credential { index })?;
        let mut t = context::signature(&parameters.context().ballot(&self.context));
        let base = curve25519_dalek::constants::RISTRETTO_BASEPOINT_POINT;
        knowledge::verify_signature(&mut t, &base, &key, &self.decoded.tracker.0, &self.decoded.signature)
            .map_err(|_| BallotError::Signature { index })?;
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

    /// The ballot as one whose signature and equations hold, without looking at them: for whoever verified this very ballot
    /// in this very context before, or has a machine of its own that did (§23.9), or another worker of the same count that
    /// does: only all shares together say anything then. Nobody else's word is enough.
    #[must_use]
    pub fn vouched(&self, parameters: &ElectionParameters) -> VerifiedBallot {
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
                public: self.context.credential,
                message: self.decoded.tracker.0,
                proof: &self.decoded.signature,
            },
        }
    }

    fn refusal(&self, contest: Option<u32>, equation: Equation) -> BallotError {
        let index = self.context.index;
        if self.context.credential.decode().is_err() {
            return BallotError::Credential { index };
        }
        match equation {
            Equation::Signature => BallotError::Signature { index },
            _ => BallotError::Proof { index, contest, equation },
        }
    }

    /// Only after verification, or where another share verifies.
    fn verified(&self, parameters: &ElectionParameters) -> VerifiedBallot {
        VerifiedBallot::of(&self.decoded, self.context, parameters)
    }
}

fn context_of(decoded: &DecodedBallot, row: &RollRow) -> BallotContext {
    let header = *decoded.header();
    BallotContext {
        index: header.index,
        credential: row.credential,
        region: row.region,
        seq: header.seq,
        prev: header.prev,
    }
}

/// Verifies ballots together, on all cores, as fast as this processor can: every ballot that single verification refuses
/// is refused, by the same name, and no other. Variable time: public data only.
pub fn verify_many(
    parameters: &ElectionParameters,
    ballots: &[PreparedBallot],
    fresh: &[u8; 32],
) -> Vec<Result<VerifiedBallot, BallotError>> {
    verify_many_with(Engine::fastest(), parameters, ballots, fresh)
}

/// [`verify_many`] by an engine of the caller's choice: the outcome is the same with every one.
pub fn verify_many_with(
    engine: Engine,
    parameters: &ElectionParameters,
    ballots: &[PreparedBallot],
    fresh: &[u8; 32],
) -> Vec<Result<VerifiedBallot, BallotError>> {
    let shared = shared(parameters);
    let judged = cores::in_shares(ballots, BATCH, |number, chunk| {
        let statements: Vec<_> = chunk.iter().map(|ballot| ballot.statement(parameters)).collect();
        let own = chunk_fresh(fresh, number);
        let failures = verify_batch_with(engine, parameters.generators(), &shared, &statements, &own)
            .err()
            .unwrap_or_default();
        let judge = |(index, ballot): (usize, &PreparedBallot)| match failures
            .iter()
            .find(|failure| failure.index == index)
        {
            Some(failure) => Err(ballot.refusal(failure.contest, failure.equation)),
            None => Ok(ballot.verified(parameters)),
        };
        chunk.iter().enumerate().map(judge).collect::<Vec<_>>()
    });
    judged.into_iter().flatten().collect()
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
    /// A decoded ballot beside its row, as [`PreparedBallot::vouched`], without decoding the credential.
    pub(crate) fn vouched(decoded: &DecodedBallot, row: &RollRow, parameters: &ElectionParameters) -> Self {
        Self::of(decoded, context_of(decoded, row), parameters)
    }

    fn of(decoded: &DecodedBallot, context: BallotContext, parameters: &ElectionParameters) -> Self {
        let contests = decoded.contests.iter();
        Self {
            context,
            election_digest: *parameters.context().digest(),
            tracker: decoded.tracker,
            ciphertexts: decoded.ciphertext_points(),
            fresh_points: contests.flat_map(|contest| [contest.ciphertext.r, contest.proof.b]).collect(),
        }
    }

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
