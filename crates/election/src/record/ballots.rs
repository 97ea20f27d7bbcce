//! Ballots in the log: the next of their credential's chain, proven, fresh (§15, §20.7).

use std::sync::Arc;

use plebiscite_crypto::group::PointBytes;
use sha2::{Digest, Sha256};

use super::chains::Chains;
use super::fresh::Points;
use super::refusal::{Check, Outcome, Reason, Refusal, ensure};
use super::sums::Sums;
use super::{Phase, Record};
use crate::ballot::{
    BallotError, DecodedBallot, ElectionParameters, PreparedBallot, Tracker, VerifiedBallot,
};
use crate::context::{BallotContext, ElectionContext};
use crate::credential::RollRow;
use crate::encoding::EncodingError;
use crate::entry::Kind;

/// Domain of the digest of all chain heads.
const HEADS_DOMAIN: &[u8] = b"plebiscite/v1 heads";

/// The chains of all credentials, what counts of them, and what must not come twice.
#[derive(Debug, Default)]
pub(super) struct Vote {
    parameters: Option<Arc<ElectionParameters>>,
    pub(super) chains: Chains,
    pub(super) sums: Sums,
    heads: Vec<u64>,
    eligible: Vec<u64>,
    /// Every `R` and `B` that stands.
    pub(super) fresh: Points,
    pub(super) ballots: u64,
}

/// The last ballot of a credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChainHead {
    /// Its index in the log.
    pub entry: u64,
    /// Its position in the chain, from 0.
    pub seq: u32,
    /// Its tracker.
    pub tracker: Tracker,
}

impl Vote {
    /// What a lean record keeps: fingerprints under this key, and few ciphertexts.
    pub(super) fn lean(key: [u8; 16]) -> Self {
        Self { sums: Sums::lean(), fresh: Points::keyed(key), ..Self::default() }
    }

    pub(super) fn begin(&mut self, parameters: Arc<ElectionParameters>, rows: usize, eligible: Vec<u64>) {
        self.sums.begin(parameters.contests().iter().map(|contest| contest.form().tallied()).collect());
        self.parameters = Some(parameters);
        self.chains = Chains::of(rows);
        self.heads = vec![0; eligible.len()];
        self.eligible = eligible;
    }

    /// Digest over all chain heads in roll order (§21.2).
    pub(super) fn heads_digest(&self) -> [u8; 32] {
        let count = self.chains.heads();
        let mut digest = Sha256::new().chain_update(HEADS_DOMAIN).chain_update(count.to_be_bytes());
        for (index, ChainHead { entry, seq, tracker }) in self.chains.all() {
            digest.update(index.to_be_bytes());
            digest.update(entry.to_be_bytes());
            digest.update(seq.to_be_bytes());
            digest.update(tracker.0);
        }
        digest.finalize().into()
    }

    /// Puts a head in its place; the one before it is given back.
    pub(super) fn put_head(&mut self, index: u32, region: u16, head: ChainHead) -> Option<ChainHead> {
        let before = self.chains.put(index, head);
        if let Some(heads) = self.heads.get_mut(usize::from(region)).filter(|_| before.is_none()) {
            *heads += 1;
        }
        before
    }

    fn ensure_fresh(&self, points: &[PointBytes]) -> Result<(), Refusal> {
        let again = points.iter().any(|point| self.fresh.holds(point));
        ensure(!again, Check::BallotFresh, || Reason::Twice { what: "a point R or B of this ballot" })
    }
}

impl Record {
    /// What every ballot of this election is made and judged with; from the roll seal on.
    #[must_use]
    pub const fn parameters(&self) -> Option<&Arc<ElectionParameters>> {
        self.vote.parameters.as_ref()
    }

    /// The election's context; from the roll seal on.
    #[must_use]
    pub fn election_context(&self) -> Option<&ElectionContext> {
        self.vote.parameters.as_ref().map(|parameters| parameters.context())
    }

    /// The last ballot under a row's credential in force.
    #[must_use]
    pub fn head(&self, index: u32) -> Option<ChainHead> {
        self.vote.chains.head(index)
    }

    /// Chain heads of each region, in the manifest's order.
    #[must_use]
    pub fn heads_by_region(&self) -> &[u64] {
        &self.vote.heads
    }

    /// Credentials of each region, in the manifest's order.
    #[must_use]
    pub fn eligible_by_region(&self) -> &[u64] {
        &self.vote.eligible
    }

    /// Ballots that stand, superseded ones included.
    #[must_use]
    pub const fn ballots(&self) -> u64 {
        self.vote.ballots
    }

    /// Decodes a ballot entry and puts it beside the row that it claims. Nothing in it is verified yet.
    ///
    /// # Errors
    /// [`Refusal`] by phase or layout, or where the roll has no such number.
    pub fn prepare_ballot(&self, entry: &[u8]) -> Result<PreparedBallot, Refusal> {
        let (decoded, row) = self.decode_ballot(entry)?;
        Ok(PreparedBallot::new(decoded, &row))
    }

    /// A ballot entry as one whose proof and signature hold, without looking at them: for whoever verified this very entry
    /// of this very log before ([`PreparedBallot::vouched`]).
    ///
    /// # Errors
    /// [`Refusal`] by phase, layout or credential.
    pub fn vouched_ballot(&self, entry: &[u8]) -> Result<VerifiedBallot, Refusal> {
        let (decoded, row) = self.decode_ballot(entry)?;
        Ok(VerifiedBallot::vouched(&decoded, &row, self.ballot_parameters()?))
    }

    fn decode_ballot(&self, entry: &[u8]) -> Result<(DecodedBallot, RollRow), Refusal> {
        ensure(self.phase == Phase::Open, Check::EntryOrder, || self.wrong_phase(Kind::Ballot))?;
        let malformed = || Refusal::new(Check::EntryEncoding, EncodingError::Range { field: "kind" });
        let bytes = match entry.split_first() {
            Some((kind, bytes)) if *kind == Kind::Ballot.byte() => bytes,
            _ => return Err(malformed()),
        };
        let decoded = DecodedBallot::decode(self.ballot_parameters()?, bytes)
            .map_err(|error| Refusal::new(Check::BallotEncoding, Reason::False(error.to_string())))?;
        let row = self.credential(decoded.header().index);
        let row = row.ok_or_else(|| {
            Refusal::new(Check::BallotCredential, Reason::Outside { what: "the roll index" })
        })?;
        Ok((decoded, row))
    }

    /// Whether a ballot would be the next of its chain: `seq` and `prev` as they must be now.
    ///
    /// # Errors
    /// [`Check::BallotChain`], or [`Check::BallotCredential`] where the credential has been replaced meanwhile.
    pub fn check_chain(&self, context: &BallotContext) -> Result<(), Refusal> {
        let row = self.credential(context.index);
        ensure(row.is_some_and(|row| row.credential == context.credential), Check::BallotCredential, || {
            Reason::NotFollowing { field: "the credential" }
        })?;
        let (seq, prev) = match self.head(context.index) {
            None => (Some(0), Tracker::NONE),
            Some(head) => (head.seq.checked_add(1), head.tracker),
        };
        ensure(Some(context.seq) == seq, Check::BallotChain, || Reason::NotFollowing { field: "seq" })?;
        ensure(context.prev == prev, Check::BallotChain, || Reason::NotFollowing { field: "prev" })
    }

    /// The refusal that a ballot's error is.
    #[must_use]
    pub fn ballot_refusal(&self, error: &BallotError) -> Refusal {
        let check = match error {
            BallotError::Wire(_) => Check::BallotEncoding,
            BallotError::Credential { .. } => Check::BallotCredential,
            BallotError::Signature { index } if self.replacement_entry(*index).is_some() => {
                let sentence = "the letter of this roll number was replaced, and the signature is not the new credential's";
                return Refusal::new(Check::BallotCredential, Reason::False(sentence.to_owned()));
            }
            BallotError::Signature { .. } => Check::BallotSignature,
            BallotError::Proof { .. } => Check::BallotProof,
        };
        Refusal::new(check, Reason::False(error.to_string()))
    }

    /// Lets a verified ballot stand, if it is still the next of its chain and fresh.
    ///
    /// # Errors
    /// [`Refusal`]; the record is as before.
    pub fn apply_ballot(&mut self, ballot: &VerifiedBallot) -> Result<Outcome, Refusal> {
        let before = self.stand(ballot)?;
        let context = ballot.context();
        self.vote.sums.put(context.index, context.region, ballot.ciphertext_points(), before);
        Ok(Outcome::Accepted)
    }

    /// The same without adding the ballot to the sums: there is no tally before [`Self::restore_sums`] has put back what
    /// all ballots that were left out make (§11.18).
    ///
    /// # Errors
    /// [`Refusal`]; the record is as before.
    pub fn apply_ballot_unsummed(&mut self, ballot: &VerifiedBallot) -> Result<Outcome, Refusal> {
        self.stand(ballot)?;
        self.vote.sums.leave_out();
        Ok(Outcome::Accepted)
    }

    /// Everything about a ballot but its ciphertexts' place in the sums. The head before it is given back.
    fn stand(&mut self, ballot: &VerifiedBallot) -> Result<Option<ChainHead>, Refusal> {
        ensure(self.phase == Phase::Open, Check::EntryOrder, || self.wrong_phase(Kind::Ballot))?;
        let context = ballot.context();
        let ours = self.ballot_parameters()?.context().digest() == ballot.election_digest();
        ensure(ours, Check::EntryElection, || Reason::OtherElection)?;
        self.check_chain(context)?;
        self.vote.ensure_fresh(ballot.fresh_points())?;
        let head = ChainHead { entry: self.size, seq: context.seq, tracker: ballot.tracker() };
        let before = self.vote.put_head(context.index, context.region, head);
        self.vote.fresh.note(ballot.fresh_points());
        self.vote.ballots += 1;
        self.size += 1;
        Ok(before)
    }

    /// Verifies one ballot by itself, the cheap checks first.
    pub(super) fn verify_ballot(&self, entry: &[u8]) -> Result<VerifiedBallot, Refusal> {
        let prepared = self.prepare_ballot(entry)?;
        self.check_chain(prepared.context())?;
        let parameters = self.ballot_parameters()?;
        let signed = prepared.check_signature(parameters).map_err(|error| self.ballot_refusal(&error))?;
        signed.into_prepared().verify(parameters).map_err(|error| self.ballot_refusal(&error))
    }

    fn ballot_parameters(&self) -> Result<&Arc<ElectionParameters>, Refusal> {
        self.parameters()
            .ok_or_else(|| Refusal::new(Check::EntryOrder, Reason::Missing { what: "the roll seal" }))
    }
}
