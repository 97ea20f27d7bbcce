//! The public side of one attempt: judges each message as it stands in the log, and names who lied (§9.9).

use std::collections::{BTreeMap, BTreeSet};

use sha2::{Digest, Sha256};

use super::complaint::Disputed;
use super::confirmation::ceremony_digest;
use super::{
    CeremonyContext, CeremonyError, Commitment, Complaints, Dealing, ElectionKeys, Fault, FaultKind,
    KeyConfirmation, Round, ShareKey,
};
use crate::group::{Point, PointBytes};

/// One attempt, as far as its messages have come. Rounds begin when the round before is complete, and the
/// order of trustees within a round is the log's. Nothing here is secret.
#[derive(Clone, Debug)]
pub struct CeremonyRecord {
    context: CeremonyContext,
    stage: Stage,
    contents: BTreeMap<(Round, u16), [u8; 32]>,
    share_keys: BTreeMap<u16, Point>,
    commitments: BTreeMap<u16, Commitment>,
    dealings: BTreeMap<u16, Dealing>,
    seen: BTreeMap<PointBytes, u16>,
    keys: Option<ElectionKeys>,
    confirmation: Option<KeyConfirmation>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    InForce(Round),
    Confirmed,
    Faulty,
}

impl CeremonyRecord {
    /// An attempt in which nothing has been said yet.
    pub fn new(context: CeremonyContext) -> Self {
        Self {
            context,
            stage: Stage::InForce(Round::R0),
            contents: BTreeMap::new(),
            share_keys: BTreeMap::new(),
            commitments: BTreeMap::new(),
            dealings: BTreeMap::new(),
            seen: BTreeMap::new(),
            keys: None,
            confirmation: None,
        }
    }

    /// Judges the next message. `Ok`: it stands. [`CeremonyError::Faults`]: it stands, is or proves a lie, and
    /// has ended the attempt. Any other error: it cannot stand, and nothing has changed.
    /// Variable time: public data only.
    pub fn accept(&mut self, round: Round, trustee: u16, content: &[u8]) -> Result<(), CeremonyError> {
        self.may_stand(round, trustee)?;
        if let Err(faults) = self.judge(round, trustee, content) {
            self.stage = Stage::Faulty;
            return Err(CeremonyError::Faults(faults));
        }
        self.contents.insert((round, trustee), Sha256::digest(content).into());
        if self.missing().is_empty() {
            self.end(round);
        }
        Ok(())
    }

    /// Whether a message of this round and sender may stand at all now, whatever its content: what can be
    /// asked before the first chunk.
    pub fn may_stand(&self, round: Round, trustee: u16) -> Result<(), CeremonyError> {
        let in_force = self.round().ok_or(CeremonyError::Ended)?;
        if round != in_force {
            return Err(CeremonyError::WrongRound { found: round, in_force });
        }
        if !self.context.params().indices().contains(&trustee) {
            return Err(CeremonyError::NoSuchTrustee { trustee });
        }
        if self.contents.contains_key(&(round, trustee)) {
            return Err(CeremonyError::SecondMessage { trustee, round });
        }
        Ok(())
    }

    /// Election, sizes, attempt.
    pub fn context(&self) -> &CeremonyContext {
        &self.context
    }

    /// The round in force; none once the attempt has ended.
    pub fn round(&self) -> Option<Round> {
        match self.stage {
            Stage::InForce(round) => Some(round),
            Stage::Confirmed | Stage::Faulty => None,
        }
    }

    /// Whose message of the round in force is missing, ascending.
    pub fn missing(&self) -> Vec<u16> {
        let Some(round) = self.round() else { return Vec::new() };
        let silent = |trustee: &u16| !self.contents.contains_key(&(round, *trustee));
        self.context.params().indices().filter(silent).collect()
    }

    /// Whether all `n` have confirmed keys and ceremony.
    pub fn is_confirmed(&self) -> bool {
        self.stage == Stage::Confirmed
    }

    /// What R4 must say; there once R3 is complete without a fault.
    pub fn expected_confirmation(&self) -> Option<&KeyConfirmation> {
        self.confirmation.as_ref()
    }

    /// The election keys, once all `n` have confirmed them.
    pub fn keys(&self) -> Option<&ElectionKeys> {
        self.confirmation.as_ref().filter(|_| self.is_confirmed()).map(|confirmation| &confirmation.keys)
    }

    /// The ceremony digest, once all `n` have confirmed it.
    pub fn ceremony_digest(&self) -> Option<[u8; 32]> {
        self.confirmation.as_ref().filter(|_| self.is_confirmed()).map(|confirmation| confirmation.ceremony)
    }

    pub(super) fn share_keys(&self) -> &BTreeMap<u16, Point> {
        &self.share_keys
    }

    pub(super) fn commitment(&self, trustee: u16) -> Option<&Commitment> {
        self.commitments.get(&trustee)
    }

    pub(super) fn dealings(&self) -> &BTreeMap<u16, Dealing> {
        &self.dealings
    }

    /// Everyone's message of this round stands: the next begins, or the keys are confirmed.
    fn end(&mut self, round: Round) {
        if round == Round::R3 {
            let ceremony = ceremony_digest(&self.context, self.contents.values());
            self.confirmation = self.keys.take().map(|keys| KeyConfirmation { keys, ceremony });
        }
        self.stage = round.next().map_or(Stage::Confirmed, Stage::InForce);
    }

    fn judge(&mut self, round: Round, trustee: u16, content: &[u8]) -> Result<(), Vec<Fault>> {
        match round {
            Round::R0 => self.judge_share_key(trustee, content).map_err(|fault| vec![fault]),
            Round::R1 => self.judge_commitment(trustee, content).map_err(|fault| vec![fault]),
            Round::R2 => self.judge_dealing(trustee, content).map_err(|fault| vec![fault]),
            Round::R3 => self.judge_complaints(trustee, content),
            Round::R4 => self.judge_confirmation(trustee, content).map_err(|fault| vec![fault]),
        }
    }

    fn judge_share_key(&mut self, trustee: u16, content: &[u8]) -> Result<(), Fault> {
        let message = ShareKey::decode_from(trustee, content)?;
        message.verify(&self.context, trustee)?;
        if let Some(other) = self.seen.get(&message.key) {
            return Err(Fault { trustee, kind: FaultKind::RepeatedShareKey { other: *other } });
        }
        let undecodable = Fault { trustee, kind: FaultKind::ShareKeyProof };
        self.share_keys.insert(trustee, message.key.decode().map_err(|_| undecodable)?);
        self.seen.insert(message.key, trustee);
        Ok(())
    }

    fn judge_commitment(&mut self, trustee: u16, content: &[u8]) -> Result<(), Fault> {
        self.commitments.insert(trustee, Commitment::decode_from(trustee, content)?);
        Ok(())
    }

    fn judge_dealing(&mut self, trustee: u16, content: &[u8]) -> Result<(), Fault> {
        let message = Dealing::decode_from(trustee, content, self.context.params())?;
        let opening = Fault { trustee, kind: FaultKind::OpeningDiffers };
        let commitment = self.commitments.get(&trustee).ok_or(opening)?;
        message.verify(&self.context, trustee, commitment, &self.share_keys)?;
        let mut ephemerals = BTreeSet::new();
        for (recipient, part) in message.parts(self.context.params(), trustee) {
            if self.seen.contains_key(&part.ephemeral) || !ephemerals.insert(part.ephemeral) {
                return Err(Fault { trustee, kind: FaultKind::RepeatedEphemeral { recipient } });
            }
        }
        self.seen.extend(ephemerals.into_iter().map(|point| (point, trustee)));
        self.dealings.insert(trustee, message);
        self.derive_keys_after_last(trustee)
    }

    /// The last opening completes the keys, and answers for them if they are degenerate.
    fn derive_keys_after_last(&mut self, trustee: u16) -> Result<(), Fault> {
        let params = *self.context.params();
        if self.dealings.len() < usize::from(params.trustees()) {
            return Ok(());
        }
        let commitments: Vec<_> = self.dealings.values().filter_map(Dealing::decoded_commitments).collect();
        let keys = ElectionKeys::derive(&params, &commitments)
            .map_err(|error| Fault { trustee, kind: FaultKind::DegenerateKeys { key: error.key } })?;
        self.keys = Some(keys);
        Ok(())
    }

    fn judge_complaints(&mut self, trustee: u16, content: &[u8]) -> Result<(), Vec<Fault>> {
        let message =
            Complaints::decode_from(trustee, content, self.context.params()).map_err(|fault| vec![fault])?;
        let adjudicated = message.0.iter().filter_map(|complaint| {
            let dealing = self.dealings.get(&complaint.dealer)?;
            let share_key = self.share_keys.get(&trustee)?;
            let disputed = Disputed { complainer: trustee, dealer: complaint.dealer, share_key, dealing };
            Some(complaint.adjudicate(&self.context, &disputed))
        });
        let faults: Vec<Fault> = adjudicated.collect();
        if faults.is_empty() { Ok(()) } else { Err(faults) }
    }

    fn judge_confirmation(&mut self, trustee: u16, content: &[u8]) -> Result<(), Fault> {
        let message = KeyConfirmation::decode_from(trustee, content, self.context.params())?;
        let differs = Fault { trustee, kind: FaultKind::ConfirmationDiffers };
        message.verify(self.confirmation.as_ref().ok_or(differs)?, trustee)
    }
}
