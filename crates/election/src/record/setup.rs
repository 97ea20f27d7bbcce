//! The manifest: judged as a whole with its last chunk (§12, §20.3).

use std::sync::Arc;

use super::ceremony::ceremony_params;
use super::parties::Parties;
use super::refusal::{Check, Outcome, Reason, Refusal, ensure};
use super::sets::OpenSets;
use super::{Phase, Record, may_stand};
use crate::entry::{Chunk, ElectionId, Entry, Head, MessageKind};
use crate::manifest::Manifest;
use plebiscite_board::merkle;

/// Most chunks that a manifest may have.
pub const MANIFEST_CHUNKS: u32 = 16;

impl Record {
    /// The manifest by its entries alone, each judged as [`Self::apply`] judges it at the beginning of a log; none while it is
    /// not whole. For clients that read nothing else of a record, and do without the rest of the judge.
    ///
    /// # Errors
    /// [`Refusal`]; any other entry is one out of order.
    pub fn manifest_of(entries: &[Vec<u8>]) -> Result<Option<Manifest>, Refusal> {
        let (mut sets, mut phase) = (OpenSets::default(), Phase::Empty);
        let (mut election, mut manifest) = (None, None);
        for bytes in entries {
            let entry = Entry::decode(bytes).map_err(|error| Refusal::new(Check::EntryEncoding, error))?;
            let wrong_phase = || Reason::Phase { kind: entry.kind().name(), phase };
            ensure(may_stand(&entry, phase), Check::EntryOrder, wrong_phase)?;
            match entry {
                Entry::Head(head) if head.slot.message == MessageKind::Manifest => {
                    check_head(&head)?;
                    (election, phase) = (Some(head.election), Phase::Manifest);
                    sets.open(head);
                }
                Entry::Chunk(chunk) if chunk.slot.message == MessageKind::Manifest => {
                    sets.check(&chunk)?;
                    if sets.is_last(&chunk) {
                        let (whole, _) = complete(&sets, &chunk, election)?;
                        ceremony_params(&whole)?;
                        (manifest, phase) = (Some(whole), Phase::Ceremony);
                    }
                    sets.take(&chunk);
                }
                _ => return Err(Refusal::not_following(Check::EntryOrder, "kind")),
            }
        }
        Ok(manifest)
    }

    pub(super) fn manifest_head(&mut self, head: &Head) -> Result<(), Refusal> {
        check_head(head)?;
        self.election = Some(head.election);
        self.phase = Phase::Manifest;
        Ok(())
    }

    pub(super) fn manifest_chunk(&mut self, chunk: &Chunk) -> Result<Outcome, Refusal> {
        if !self.sets.is_last(chunk) {
            self.sets.take(chunk);
            return Ok(Outcome::Accepted);
        }
        let (manifest, parties) = complete(&self.sets, chunk, self.election)?;
        self.begin_ceremony(&manifest, 1)?;
        self.parties = Some(parties);
        self.manifest = Some(Arc::new(manifest));
        self.sets.take(chunk);
        Ok(self.acted())
    }
}

/// What the head of a manifest keeps to.
fn check_head(head: &Head) -> Result<(), Refusal> {
    let seen_empty = head.seen.size == 0 && head.seen.root == merkle::empty_root().0;
    ensure(seen_empty, Check::EntrySeen, || Reason::SeenRoot { size: head.seen.size })?;
    ensure(head.slot.attempt == 0 && head.slot.signer == 0, Check::Manifest, || Reason::NotFollowing {
        field: "slot",
    })?;
    ensure(head.chunks <= MANIFEST_CHUNKS, Check::Manifest, || Reason::Outside {
        what: "the number of chunks",
    })
}

/// The manifest that the last chunk of its set makes whole, with those who sign: judged, of this election, and signed.
fn complete(
    sets: &OpenSets,
    chunk: &Chunk,
    election: Option<ElectionId>,
) -> Result<(Manifest, Parties), Refusal> {
    let manifest =
        Manifest::parse(&sets.content_with(chunk)).map_err(|error| Refusal::new(Check::Manifest, error))?;
    ensure(election == Some(manifest.id()), Check::EntryElection, || Reason::OtherElection)?;
    let parties = Parties::of(&manifest);
    if let Some(head) = sets.head(chunk.slot) {
        parties
            .verify_officials(&head.signatures, &head.unsigned_bytes())
            .map_err(|error| Refusal::new(Check::EntrySignatures, error))?;
    }
    Ok((manifest, parties))
}
