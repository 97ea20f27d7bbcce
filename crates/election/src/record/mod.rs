//! The record: the only judge of what may come next in the log (§20).
//!
//! [`Record::apply`] reads no clock and does no I/O. The server calls it before it appends, every verifier while it
//! replays; the state is derived and can be rebuilt from the log at any time. A refused entry changes nothing.

mod attempts;
mod ballots;
mod ceremony;
mod chains;
mod closing;
mod fresh;
mod kept;
mod opening;
mod parties;
mod refusal;
mod roll;
mod sets;
mod setup;
mod sums;
mod table;
mod tallying;

use std::sync::Arc;

use ed25519_dalek::VerifyingKey;
use plebiscite_board::merkle::Roots;

pub use crate::credential::Roll;
pub use attempts::{Attempt, AttemptEnd, Complaint, NamedFault};
pub use ballots::ChainHead;
pub use ceremony::{CeremonyView, ConfirmedKeys};
pub use closing::{Cancellation, SealState};
pub use kept::{KeptError, SettleError};
pub use refusal::{Check, Fault, Outcome, Reason, Refusal};
pub use table::{MessageClass, Phase, Row, Signers, TABLE, may_stand};
pub use tallying::{CellResult, DecryptionInput, ElectionResult};

use crate::entry::{Act, Body, Chunk, ElectionId, Entry, Head, Kind, MessageKind, Seen, Slot};
use crate::manifest::Manifest;
use parties::Parties;
use refusal::ensure;

/// One election, as its log tells it so far.
#[derive(Debug)]
pub struct Record {
    size: u64,
    phase: Phase,
    election: Option<ElectionId>,
    manifest: Option<Arc<Manifest>>,
    parties: Option<Parties>,
    sets: sets::OpenSets,
    /// Index of the last entry of `u` officials (replacements, which have numbers instead, not counted).
    last_act: Option<u64>,
    successors: u32,
    ceremony: ceremony::Ceremony,
    attempts: Vec<Attempt>,
    roll: roll::RollState,
    vote: ballots::Vote,
    count: closing::Count,
    tally: tallying::Tally,
    faults: Vec<Fault>,
}

impl Default for Record {
    fn default() -> Self {
        Self::new()
    }
}

impl Record {
    /// The record of an empty log.
    #[must_use]
    pub fn new() -> Self {
        Self {
            size: 0,
            phase: Phase::Empty,
            election: None,
            manifest: None,
            parties: None,
            sets: sets::OpenSets::default(),
            last_act: None,
            successors: 0,
            ceremony: ceremony::Ceremony::default(),
            attempts: Vec::new(),
            roll: roll::RollState::default(),
            vote: ballots::Vote::default(),
            count: closing::Count::default(),
            tally: tallying::Tally::default(),
            faults: Vec::new(),
        }
    }

    /// The record of an empty log that keeps at most 80 bytes for a ballot of one contest (§23.8): of the points that may
    /// not come twice a fingerprint under `key`, which nobody else may know, and of the ciphertexts that count their sums.
    /// Before the seal comes, [`Self::settle`] must have been called.
    #[must_use]
    pub fn lean(key: [u8; 16]) -> Self {
        Self { vote: ballots::Vote::lean(key), ..Self::new() }
    }

    /// The same record, which holds the ciphertexts of at most so many points beside the sums.
    #[must_use]
    pub fn holding(mut self, points: usize) -> Self {
        self.vote.sums.hold(points);
        self
    }

    /// Judges the next entry and, unless it is refused, lets it stand. A ballot is verified singly.
    ///
    /// `roots` answers for sizes 0 to [`Self::size`] of this very log.
    ///
    /// # Errors
    /// [`Refusal`], naming the check; the record is as before.
    pub fn apply(&mut self, bytes: &[u8], roots: &dyn Roots) -> Result<Outcome, Refusal> {
        let entry = Entry::decode(bytes).map_err(|error| Refusal::new(Check::EntryEncoding, error))?;
        if let Entry::Ballot(_) = entry {
            let verified = self.verify_ballot(bytes)?;
            return self.apply_ballot(&verified);
        }
        self.ensure_phase(&entry)?;
        let outcome = self.dispatch(entry, roots)?;
        self.size += 1;
        Ok(outcome)
    }

    fn dispatch(&mut self, entry: Entry, roots: &dyn Roots) -> Result<Outcome, Refusal> {
        match entry {
            Entry::Head(head) => self.apply_head(head, roots),
            Entry::Chunk(chunk) => self.apply_chunk(&chunk),
            Entry::AttemptEnded(act) => self.attempt_ended(&act, roots),
            Entry::AttemptBegins(act) => self.attempt_begins(&act, roots),
            Entry::RollCommitment(commitment) => self.roll_commitment(&commitment),
            Entry::RollAttemptEnded(act) => self.roll_attempt_ended(&act, roots),
            Entry::RollSeal(act) => self.roll_seal(&act, roots),
            Entry::Open(act) => self.open(&act, roots),
            Entry::Ballot(_) => Err(Refusal::not_following(Check::EntryOrder, "kind")),
            Entry::Replacement(act) => self.replacement(&act, roots),
            Entry::Extension(act) => self.extension(&act, roots),
            Entry::ScheduledClose(close) => self.scheduled_close(&close),
            Entry::OfficialClose(act) => self.official_close(&act, roots),
            Entry::Cancel(act) => self.cancel(&act, roots),
            Entry::Seal(act) => self.apply_seal(&act, roots),
            Entry::SealConfirmation(confirmation) => self.seal_confirmation(&confirmation, roots),
            Entry::Result(result) => self.apply_result(&result),
            Entry::Certification(act) => self.certification(&act, roots),
            Entry::Successor(act) => self.successor(&act, roots),
            Entry::OfficialStatement(act) => self.ensure_act(&act, roots).map(|()| self.acted()),
        }
    }

    fn apply_head(&mut self, head: Head, roots: &dyn Roots) -> Result<Outcome, Refusal> {
        match head.slot.message {
            MessageKind::Manifest => self.manifest_head(&head)?,
            MessageKind::Round(round) => self.round_head(&head, round, roots)?,
            MessageKind::RollList => self.roll_list_head(&head, roots)?,
            MessageKind::PartialDecryptions => self.partials_head(&head, roots)?,
        }
        self.sets.open(head);
        Ok(Outcome::Accepted)
    }

    fn apply_chunk(&mut self, chunk: &Chunk) -> Result<Outcome, Refusal> {
        self.sets.check(chunk)?;
        match chunk.slot.message {
            MessageKind::Manifest => self.manifest_chunk(chunk),
            MessageKind::Round(round) => Ok(self.round_chunk(chunk, round)),
            MessageKind::RollList => self.roll_list_chunk(chunk),
            MessageKind::PartialDecryptions => Ok(self.partials_chunk(chunk)),
        }
    }

    /// Number of entries that stand.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// Where the election stands.
    #[must_use]
    pub const fn phase(&self) -> Phase {
        self.phase
    }

    /// The election's id, once the manifest is complete.
    #[must_use]
    pub fn election(&self) -> Option<ElectionId> {
        self.manifest.as_ref().and(self.election)
    }

    /// The manifest, once complete.
    #[must_use]
    pub const fn manifest(&self) -> Option<&Arc<Manifest>> {
        self.manifest.as_ref()
    }

    /// The board's key in force.
    #[must_use]
    pub fn board_key(&self) -> Option<&VerifyingKey> {
        self.parties.as_ref()?.board()
    }

    /// The board's key that signs checkpoints of this size.
    #[must_use]
    pub fn board_key_at(&self, size: u64) -> Option<&VerifyingKey> {
        self.parties.as_ref()?.board_at(size)
    }

    /// The board's keys that were succeeded before this size: what one of them signs of this size is cut off.
    pub fn board_keys_before(&self, size: u64) -> impl Iterator<Item = &VerifyingKey> {
        self.parties.iter().flat_map(move |parties| parties.board_before(size))
    }

    /// An official's key in force, by position in the manifest.
    #[must_use]
    pub fn official_key(&self, number: u16) -> Option<&VerifyingKey> {
        self.parties.as_ref()?.official(number)
    }

    /// Index of the last entry of `u` officials: what the next act must have seen.
    #[must_use]
    pub const fn last_act(&self) -> Option<u64> {
        self.last_act
    }

    /// Whether a key was ever named in this election, for whomever: it succeeds none.
    #[must_use]
    pub fn was_named(&self, key: &[u8; 32]) -> bool {
        self.parties.as_ref().is_some_and(|parties| parties.was_named(key))
    }

    /// How many successors of keys stand; the next has the next number.
    #[must_use]
    pub const fn successors(&self) -> u32 {
        self.successors
    }

    /// Trustees' faults that stand in the log.
    #[must_use]
    pub fn faults(&self) -> &[Fault] {
        &self.faults
    }

    /// Whether a message has begun in this slot, complete or not: no other may.
    #[must_use]
    pub fn is_taken(&self, slot: Slot) -> bool {
        self.sets.is_taken(slot)
    }

    /// `c`: how many trustees confirm a seal. Zero before the manifest.
    #[must_use]
    pub fn confirmations_needed(&self) -> usize {
        self.parties.as_ref().map_or(0, Parties::confirmations_needed)
    }

    fn ensure_phase(&self, entry: &Entry) -> Result<(), Refusal> {
        ensure(may_stand(entry, self.phase), Check::EntryOrder, || self.wrong_phase(entry.kind()))
    }

    fn wrong_phase(&self, kind: Kind) -> Reason {
        Reason::Phase { kind: kind.name(), phase: self.phase }
    }

    /// The keys in force. Every phase from the ceremony on has them.
    fn parties(&self) -> Result<&Parties, Refusal> {
        self.parties
            .as_ref()
            .ok_or_else(|| Refusal::new(Check::EntryOrder, Reason::Missing { what: "the manifest" }))
    }

    fn checked_manifest(&self) -> Result<Arc<Manifest>, Refusal> {
        self.manifest
            .clone()
            .ok_or_else(|| Refusal::new(Check::EntryOrder, Reason::Missing { what: "the manifest" }))
    }

    fn ensure_election(&self, election: ElectionId) -> Result<(), Refusal> {
        ensure(self.election == Some(election), Check::EntryElection, || Reason::OtherElection)
    }

    /// What was signed is this log's at that size, and covers `needed` entries.
    fn ensure_seen(&self, seen: &Seen, needed: u64, roots: &dyn Roots) -> Result<(), Refusal> {
        ensure(seen.size >= needed, Check::EntrySeen, || Reason::SeenTooSmall { size: seen.size, needed })?;
        let root = if seen.size <= self.size { roots.root_at(seen.size) } else { None };
        ensure(root.is_some_and(|root| root.0 == seen.root), Check::EntrySeen, || Reason::SeenRoot {
            size: seen.size,
        })
    }

    /// Everything that all acts have in common, but the rule that later acts withdraw earlier ones.
    fn ensure_signed<B: Body>(&self, act: &Act<B>, needed: u64, roots: &dyn Roots) -> Result<(), Refusal> {
        self.ensure_election(act.election)?;
        self.ensure_seen(&act.seen, needed, roots)?;
        let parties = self.parties()?;
        let unsigned = act.unsigned_bytes();
        let signed = parties.verify_officials(&act.officials, &unsigned).and_then(|()| match B::COSIGNERS {
            Some(role) => parties.verify_cosigners(role, &act.cosigners, &unsigned),
            None => Ok(()),
        });
        signed.map_err(|error| Refusal::new(Check::EntrySignatures, error))
    }

    /// Everything that all acts have in common: election, signatures, the log that was seen, entered once.
    fn ensure_act<B: Body>(&self, act: &Act<B>, roots: &dyn Roots) -> Result<(), Refusal> {
        self.ensure_signed(act, 0, roots)?;
        match self.last_act {
            Some(last) => ensure(act.seen.size > last, Check::EntryOnce, || Reason::Withdrawn { last }),
            None => Ok(()),
        }
    }

    /// Notes the faults that the entry being applied shows: one at least, for a message of R3 several (§9.9).
    fn at_fault(&mut self, faults: Vec<Fault>) -> Outcome {
        let outcome = faults.first().cloned().map_or(Outcome::Accepted, Outcome::Fault);
        self.faults.extend(faults);
        outcome
    }

    /// Notes that the entry being applied is one of `u` officials.
    const fn acted(&mut self) -> Outcome {
        self.last_act = Some(self.size);
        Outcome::Accepted
    }

    fn successor(
        &mut self,
        act: &Act<crate::entry::Successor>,
        roots: &dyn Roots,
    ) -> Result<Outcome, Refusal> {
        self.ensure_act(act, roots)?;
        // The board's successor decides which checkpoints count, so it names exactly the log that it goes on from; an official's
        // decides nothing about the log, and waits for its signatures like any other act (§20.4).
        let placed = act.body.of != crate::entry::Succeeded::Board || act.seen.size == self.size;
        ensure(placed, Check::Successor, || Reason::NotFollowing { field: "size" })?;
        ensure(Some(act.body.number) == self.successors.checked_add(1), Check::Successor, || {
            Reason::NotFollowing { field: "number" }
        })?;
        let missing = || Refusal::new(Check::EntryOrder, Reason::Missing { what: "the manifest" });
        self.parties.as_mut().ok_or_else(missing)?.succeed(&act.body, self.size)?;
        self.successors = act.body.number;
        Ok(self.acted())
    }
}
