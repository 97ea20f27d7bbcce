//! One trustee's own side of an attempt: a type per stage, each step takes the stage before (§9.10).
//!
//! ```compile_fail
//! # use plebiscite_crypto::threshold::ceremony::{CeremonyRecord, ShareKeySent};
//! // Dealing before the hash is posted does not compile: `ShareKeySent` only knows how to commit.
//! fn hurry(stage: ShareKeySent, record: &CeremonyRecord) {
//!     let _ = stage.deal(record, &[7; 32]);
//! }
//! ```
//!
//! Its twin, which does:
//!
//! ```
//! # use plebiscite_crypto::threshold::ceremony::{CeremonyRecord, ShareKeySent};
//! fn in_turn(stage: ShareKeySent, record: &CeremonyRecord) {
//!     let _ = stage.commit(record, &[7; 32]);
//! }
//! ```

use zeroize::Zeroizing;

use super::vault::TrusteeSecrets;
use super::{
    CeremonyContext, CeremonyRecord, Commitment, Complaint, Complaints, Dealing, Round, Share, ShareKey,
};
use super::{dealing, shares};
use crate::group::{Point, Scalar, encode_point, mul_base};
use crate::transcript::{TranscriptExt, hedged_nonce, label};

/// Why a trustee's own step cannot be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TrusteeError {
    /// There is no trustee of that index in this ceremony.
    #[error("there is no trustee {trustee}")]
    NoSuchTrustee {
        /// The index given.
        trustee: u16,
    },
    /// The record is of another ceremony or attempt.
    #[error("the record is of another ceremony or attempt")]
    AnotherAttempt,
    /// The round that this step belongs to is not in force.
    #[error("{needed} is not in force")]
    NotInForce {
        /// The round of the step.
        needed: Round,
    },
    /// What stands in the record in this trustee's name is not what these secrets made.
    #[error("the message of {round} in this trustee's name is not its own")]
    NotOwnMessage {
        /// Its round.
        round: Round,
    },
    /// A share is wrong although no complaint stands: the complaint was not sent.
    #[error("the share from trustee {dealer} is wrong and was not complained about")]
    WrongShare {
        /// Who dealt it.
        dealer: u16,
    },
}

/// After R0: holds `ζ_j`.
#[derive(Debug)]
pub struct ShareKeySent(pub(super) TrusteeSecrets);

/// After R1: holds `ζ_j` and the coefficients.
#[derive(Debug)]
pub struct CommitmentSent(pub(super) TrusteeSecrets);

/// After R2: the dealing is public; the ephemerals are gone.
#[derive(Debug)]
pub struct DealingSent(pub(super) TrusteeSecrets);

/// After R3: complaints, or that there are none, are public.
#[derive(Debug)]
pub struct ComplaintsSent(pub(super) TrusteeSecrets);

impl ShareKeySent {
    /// R0. `fresh` is used for nothing else. Returns the content to send.
    pub fn begin(
        context: &CeremonyContext,
        trustee: u16,
        fresh: &[u8; 32],
    ) -> Result<(Self, Vec<u8>), TrusteeError> {
        if !context.params().indices().contains(&trustee) {
            return Err(TrusteeError::NoSuchTrustee { trustee });
        }
        let seed = context.fork_for(label::CEREMONY_SHARE_KEY_SECRET, 1, trustee);
        let share_key = Zeroizing::new(hedged_nonce(&seed, &[], fresh));
        let content = ShareKey::make(context, trustee, &share_key, fresh).encode();
        let coefficients = Zeroizing::new(Vec::new());
        Ok((Self(TrusteeSecrets { context: *context.digest(), trustee, share_key, coefficients }), content))
    }

    /// R1, once all share keys stand: draws the polynomials and commits to them.
    pub fn commit(
        self,
        record: &CeremonyRecord,
        fresh: &[u8; 32],
    ) -> Result<(CommitmentSent, Vec<u8>), TrusteeError> {
        let Self(mut secrets) = self;
        secrets.expect_round(record, Round::R1)?;
        secrets.coefficients = draw_coefficients(record.context(), &secrets, fresh);
        let content = secrets.commitment(record.context()).encode();
        Ok((CommitmentSent(secrets), content))
    }
}

impl CommitmentSent {
    /// R2, once all hashes stand: opens the commitment and deals to everyone else.
    pub fn deal(
        self,
        record: &CeremonyRecord,
        fresh: &[u8; 32],
    ) -> Result<(DealingSent, Vec<u8>), TrusteeError> {
        let Self(secrets) = self;
        secrets.expect_round(record, Round::R2)?;
        secrets.expect_commitment(record)?;
        let known = dealing::Secrets { share_key: &secrets.share_key, coefficients: &secrets.coefficients };
        let message = Dealing::make(record.context(), secrets.trustee, &known, record.share_keys(), fresh);
        Ok((DealingSent(secrets), message.encode()))
    }
}

impl DealingSent {
    /// R3, once all dealings stand: opens every share and complains about each wrong one.
    pub fn complain(
        self,
        record: &CeremonyRecord,
        fresh: &[u8; 32],
    ) -> Result<(ComplaintsSent, Vec<u8>), TrusteeError> {
        let Self(secrets) = self;
        secrets.expect_round(record, Round::R3)?;
        secrets.expect_commitment(record)?;
        let context = record.context();
        let complaints = record.dealings().iter().filter_map(|(dealer, message)| {
            let received = Received::open(context, &secrets, *dealer, message)?;
            received.wrong?;
            let pair = (secrets.trustee, *dealer);
            Some(Complaint::make(context, pair, &secrets.share_key, &received.ephemeral, fresh))
        });
        let content = Complaints(complaints.collect()).encode();
        Ok((ComplaintsSent(secrets), content))
    }
}

impl ComplaintsSent {
    /// R4, once R3 is complete without a fault: adds up the share, checks it against the verification keys,
    /// and confirms. After this and the share's durable storage, everything of the ceremony is destroyed.
    pub fn confirm(self, record: &CeremonyRecord) -> Result<(Share, Vec<u8>), TrusteeError> {
        let Self(secrets) = self;
        secrets.expect_round(record, Round::R4)?;
        secrets.expect_commitment(record)?;
        let not_in_force = TrusteeError::NotInForce { needed: Round::R4 };
        let confirmation = record.expected_confirmation().ok_or(not_in_force)?;
        let sum = secrets.add_up(record)?;
        let share = Share::checked(secrets.trustee, sum, &confirmation.keys)
            .map_err(|_| TrusteeError::WrongShare { dealer: secrets.trustee })?;
        Ok((share, confirmation.encode()))
    }
}

/// `K·t` coefficients from the transcript of this attempt and sender, `ζ_j` and fresh bytes.
fn draw_coefficients(
    context: &CeremonyContext,
    secrets: &TrusteeSecrets,
    fresh: &[u8; 32],
) -> Zeroizing<Vec<Scalar>> {
    let count = context.params().key_count() * context.params().coefficient_count();
    let mut drawn = Zeroizing::new(Vec::with_capacity(count));
    for position in (0u32..).take(count) {
        let mut seed = context.fork_for(label::CEREMONY_COEFFICIENT_SECRET, 2, secrets.trustee);
        seed.append_u32(label::CEREMONY_COEFFICIENT_POSITION, position);
        drawn.push(hedged_nonce(&seed, &[&secrets.share_key], fresh));
    }
    drawn
}

/// What one dealer's message holds for this trustee.
struct Received {
    ephemeral: Point,
    values: Zeroizing<Vec<Scalar>>,
    /// The first wrong key.
    wrong: Option<u32>,
}

impl Received {
    /// None for the trustee's own message, which deals nothing to itself.
    fn open(context: &CeremonyContext, own: &TrusteeSecrets, dealer: u16, message: &Dealing) -> Option<Self> {
        let part = message.part(context.params(), dealer, own.trustee)?;
        // The record has decoded both before it let the message stand.
        let (ephemeral, commitments) = (part.ephemeral.decode().ok()?, message.decoded_commitments()?);
        let shared = Zeroizing::new(ephemeral * *own.share_key);
        let share_key = mul_base(&own.share_key);
        let values = part.open(context, (dealer, own.trustee), &share_key, &shared);
        let t = context.params().coefficient_count();
        let wrong = shares::first_wrong(&values, &commitments, t, own.trustee);
        Some(Self { ephemeral, values, wrong })
    }
}

impl TrusteeSecrets {
    fn commitment(&self, context: &CeremonyContext) -> Commitment {
        Commitment::to(context, self.trustee, &dealing::commit(&self.coefficients))
    }

    /// The round is in force in this very attempt, and the share key that stands there is this trustee's.
    fn expect_round(&self, record: &CeremonyRecord, needed: Round) -> Result<(), TrusteeError> {
        if *record.context().digest() != self.context {
            return Err(TrusteeError::AnotherAttempt);
        }
        if record.round() != Some(needed) {
            return Err(TrusteeError::NotInForce { needed });
        }
        let own = encode_point(&mul_base(&self.share_key));
        if record.share_keys().get(&self.trustee).map(encode_point) != Some(own) {
            return Err(TrusteeError::NotOwnMessage { round: Round::R0 });
        }
        Ok(())
    }

    fn expect_commitment(&self, record: &CeremonyRecord) -> Result<(), TrusteeError> {
        if record.commitment(self.trustee) != Some(&self.commitment(record.context())) {
            return Err(TrusteeError::NotOwnMessage { round: Round::R1 });
        }
        Ok(())
    }

    /// `z_{i,o} = Σ_j f_{j,o}(i)`, this trustee's own polynomials included.
    fn add_up(&self, record: &CeremonyRecord) -> Result<Zeroizing<Vec<Scalar>>, TrusteeError> {
        let context = record.context();
        let mut sum =
            shares::evaluate(&self.coefficients, context.params().coefficient_count(), self.trustee);
        for (dealer, message) in record.dealings().iter().filter(|(dealer, _)| **dealer != self.trustee) {
            let wrong_share = TrusteeError::WrongShare { dealer: *dealer };
            let received = Received::open(context, self, *dealer, message).ok_or(wrong_share)?;
            if received.wrong.is_some() {
                return Err(wrong_share);
            }
            for (total, value) in sum.iter_mut().zip(received.values.iter()) {
                *total += value;
            }
        }
        Ok(sum)
    }
}
