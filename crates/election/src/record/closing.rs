//! From the opening's extensions to the seal and its confirmations (§21).

use std::collections::BTreeMap;

use plebiscite_board::merkle::Roots;
use sha2::{Digest, Sha256};

use super::refusal::{Check, Outcome, Reason, Refusal, ensure};
use super::{Phase, Record};
use crate::cell::{Partition, partition};
use crate::entry::{Act, Cancel, Extension, OfficialClose, ScheduledClose, Seal, SealConfirmation};

/// Domain of the digest of a seal.
const SEAL_DOMAIN: &[u8] = b"plebiscite/v1 seal";
/// Domain of the digest of a partition.
const PARTITION_DOMAIN: &[u8] = b"plebiscite/v1 partition";

/// Close, seal and confirmations.
#[derive(Debug, Default)]
pub(super) struct Count {
    closing_time: Option<u64>,
    close: Option<CloseState>,
    partition: Option<Partition>,
    seal: Option<SealState>,
    confirmations: BTreeMap<u16, u64>,
    cancellation: Option<Cancellation>,
}

/// The close that stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct CloseState {
    index: u64,
    time: u64,
    early: bool,
}

/// The seal that stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SealState {
    /// Its index.
    pub index: u64,
    /// Its digest, over its bytes without signatures.
    pub digest: [u8; 32],
}

/// The cancellation that stands. Its entry names no time: when it was made is for who saw the log grow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cancellation {
    /// Its index.
    pub index: u64,
    /// Why, in the officials' words.
    pub reason: String,
    /// Who signed it, by position in the manifest.
    pub officials: Vec<u16>,
}

impl Record {
    /// The cancellation, once it stands.
    #[must_use]
    pub const fn cancellation(&self) -> Option<&Cancellation> {
        self.count.cancellation.as_ref()
    }

    /// The closing time in force, seconds since 1970 UTC; from the opening on.
    #[must_use]
    pub const fn closing_time(&self) -> Option<u64> {
        self.count.closing_time
    }

    /// Index of the close.
    #[must_use]
    pub fn close_index(&self) -> Option<u64> {
        self.count.close.map(|close| close.index)
    }

    /// The time that the close names, and whether it is an early one.
    #[must_use]
    pub fn close_time(&self) -> Option<(u64, bool)> {
        self.count.close.map(|close| (close.time, close.early))
    }

    /// The seal, once it stands.
    #[must_use]
    pub const fn seal(&self) -> Option<&SealState> {
        self.count.seal.as_ref()
    }

    /// The partition into cells, from the close on.
    #[must_use]
    pub const fn partition(&self) -> Option<&Partition> {
        self.count.partition.as_ref()
    }

    /// Who has confirmed the seal, with the entry's index.
    #[must_use]
    pub const fn confirmations(&self) -> &BTreeMap<u16, u64> {
        &self.count.confirmations
    }

    pub(super) const fn set_closing_time(&mut self, time: u64) {
        self.count.closing_time = Some(time);
    }

    pub(super) fn extension(&mut self, act: &Act<Extension>, roots: &dyn Roots) -> Result<Outcome, Refusal> {
        self.ensure_act(act, roots)?;
        let Extension { old, new, .. } = &act.body;
        let latest = self.checked_manifest()?.document().schedule.latest_close.unix();
        ensure(Some(*old) == self.count.closing_time, Check::Extension, || Reason::NotFollowing {
            field: "old closing time",
        })?;
        ensure(new > old && *new <= latest, Check::Extension, || Reason::Outside {
            what: "the new closing time",
        })?;
        self.count.closing_time = Some(*new);
        Ok(self.acted())
    }

    pub(super) fn scheduled_close(&mut self, close: &ScheduledClose) -> Result<Outcome, Refusal> {
        self.ensure_election(close.election)?;
        ensure(Some(close.time) == self.count.closing_time, Check::Close, || Reason::NotFollowing {
            field: "closing time",
        })?;
        let board = self
            .parties()?
            .board()
            .ok_or_else(|| Refusal::new(Check::Close, Reason::Missing { what: "the board's key" }))?;
        close.verify(board).map_err(|error| Refusal::new(Check::EntrySignatures, error))?;
        self.close(close.time)?;
        Ok(Outcome::Accepted)
    }

    pub(super) fn official_close(
        &mut self,
        act: &Act<OfficialClose>,
        roots: &dyn Roots,
    ) -> Result<Outcome, Refusal> {
        self.ensure_act(act, roots)?;
        let in_force = self.count.closing_time.unwrap_or(u64::MAX);
        let earliest = self
            .checked_manifest()?
            .document()
            .schedule
            .earliest_early_close
            .map_or(in_force, |time| time.unix());
        ensure(act.body.time >= earliest.min(in_force), Check::Close, || Reason::Outside {
            what: "the closing time",
        })?;
        self.close(act.body.time)?;
        Ok(self.acted())
    }

    fn close(&mut self, time: u64) -> Result<(), Refusal> {
        let manifest = self.checked_manifest()?;
        let partition = partition(&manifest, self.heads_by_region(), self.eligible_by_region())
            .map_err(|error| Refusal::new(Check::Close, Reason::False(error.to_string())))?;
        let early = self.count.closing_time.is_some_and(|in_force| time < in_force);
        self.count.partition = Some(partition);
        self.count.close = Some(CloseState { index: self.size, time, early });
        self.phase = Phase::Closed;
        Ok(())
    }

    pub(super) fn cancel(&mut self, act: &Act<Cancel>, roots: &dyn Roots) -> Result<Outcome, Refusal> {
        self.ensure_act(act, roots)?;
        self.count.cancellation = Some(Cancellation {
            index: self.size,
            reason: act.body.reason.clone(),
            officials: act.officials.0.iter().map(|signature| signature.signer).collect(),
        });
        self.phase = Phase::Cancelled;
        self.sets.void_open();
        Ok(self.acted())
    }

    /// The seal that the officials must sign after the close, without its root, which the log's history knows.
    ///
    /// # Errors
    /// No close stands.
    pub fn seal_body(&self) -> Result<(u64, Seal), Refusal> {
        let missing = || Refusal::new(Check::SealLog, Reason::Missing { what: "the close" });
        let close = self.count.close.ok_or_else(missing)?;
        let partition = self.count.partition.as_ref().ok_or_else(missing)?;
        let partition_digest =
            Sha256::new().chain_update(PARTITION_DOMAIN).chain_update(partition.encode()).finalize().into();
        Ok((
            close.index + 1,
            Seal { close: close.index, partition_digest, heads_digest: self.vote.heads_digest() },
        ))
    }

    pub(super) fn apply_seal(&mut self, act: &Act<Seal>, roots: &dyn Roots) -> Result<Outcome, Refusal> {
        // Not under the rule that later acts withdraw earlier ones: a seal names the log at the close, always.
        // The signatures first: anyone can offer a seal, and the digest over all heads costs.
        self.ensure_signed(act, 0, roots)?;
        let (size, expected) = self.seal_body()?;
        let Seal { close, partition_digest, heads_digest } = &act.body;
        ensure(act.seen.size == size && *close == expected.close, Check::SealLog, || Reason::NotFollowing {
            field: "size",
        })?;
        ensure(*partition_digest == expected.partition_digest, Check::SealPartition, || {
            Reason::NotFollowing { field: "partition digest" }
        })?;
        ensure(*heads_digest == expected.heads_digest, Check::SealHeads, || Reason::NotFollowing {
            field: "heads digest",
        })?;
        self.prepare_tally()?;
        self.count.seal = Some(SealState { index: self.size, digest: seal_digest(act) });
        self.phase = Phase::Sealed;
        Ok(self.acted())
    }

    pub(super) fn seal_confirmation(
        &mut self,
        confirmation: &SealConfirmation,
        roots: &dyn Roots,
    ) -> Result<Outcome, Refusal> {
        self.ensure_election(confirmation.election)?;
        let missing = || Refusal::new(Check::SealConfirmation, Reason::Missing { what: "the seal" });
        let seal = self.count.seal.ok_or_else(missing)?;
        ensure(confirmation.seal_digest == seal.digest, Check::SealConfirmation, || Reason::NotFollowing {
            field: "seal digest",
        })?;
        ensure(
            !self.count.confirmations.contains_key(&confirmation.trustee),
            Check::SealConfirmation,
            || Reason::Twice { what: "this trustee's confirmation" },
        )?;
        self.ensure_seen(&confirmation.seen, seal.index + 1, roots)?;
        let key = self.parties()?.trustee(confirmation.trustee);
        let key =
            key.ok_or_else(|| Refusal::new(Check::EntrySignatures, Reason::Outside { what: "the trustee" }))?;
        confirmation.verify(key).map_err(|error| Refusal::new(Check::EntrySignatures, error))?;
        self.count.confirmations.insert(confirmation.trustee, self.size);
        if self.phase == Phase::Sealed && self.count.confirmations.len() >= self.confirmations_needed() {
            self.phase = Phase::Confirmed;
            self.begin_decryption();
        }
        Ok(Outcome::Accepted)
    }
}

/// Digest of a seal: over its bytes without signatures, so that the same seal by other officials is the same seal.
#[must_use]
pub fn seal_digest(act: &Act<Seal>) -> [u8; 32] {
    Sha256::new().chain_update(SEAL_DOMAIN).chain_update(act.unsigned_bytes()).finalize().into()
}
