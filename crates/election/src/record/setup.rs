//! The manifest: judged as a whole with its last chunk (§12, §20.3).

use std::sync::Arc;

use super::parties::Parties;
use super::refusal::{Check, Outcome, Reason, Refusal, ensure};
use super::{Phase, Record};
use crate::entry::{Chunk, Entry, Head, MessageKind};
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
    pub fn manifest_of(entries: &[Vec<u8>]) -> Result<Option<Arc<Manifest>>, Refusal> {
        let mut record = Self::new();
        for bytes in entries {
            let entry = Entry::decode(bytes).map_err(|error| Refusal::new(Check::EntryEncoding, error))?;
            record.ensure_phase(&entry)?;
            match entry {
                Entry::Head(head) if head.slot.message == MessageKind::Manifest => {
                    record.manifest_head(&head)?;
                    record.sets.open(head);
                }
                Entry::Chunk(chunk) if chunk.slot.message == MessageKind::Manifest => {
                    record.sets.check(&chunk)?;
                    record.manifest_chunk(&chunk)?;
                }
                _ => return Err(Refusal::not_following(Check::EntryOrder, "kind")),
            }
            record.size += 1;
        }
        Ok(record.manifest)
    }

    pub(super) fn manifest_head(&mut self, head: &Head) -> Result<(), Refusal> {
        let seen_empty = head.seen.size == 0 && head.seen.root == merkle::empty_root().0;
        ensure(seen_empty, Check::EntrySeen, || Reason::SeenRoot { size: head.seen.size })?;
        ensure(head.slot.attempt == 0 && head.slot.signer == 0, Check::Manifest, || Reason::NotFollowing {
            field: "slot",
        })?;
        ensure(head.chunks <= MANIFEST_CHUNKS, Check::Manifest, || Reason::Outside {
            what: "the number of chunks",
        })?;
        self.election = Some(head.election);
        self.phase = Phase::Manifest;
        Ok(())
    }

    pub(super) fn manifest_chunk(&mut self, chunk: &Chunk) -> Result<Outcome, Refusal> {
        if !self.sets.is_last(chunk) {
            self.sets.take(chunk);
            return Ok(Outcome::Accepted);
        }
        let manifest = Manifest::parse(&self.sets.content_with(chunk))
            .map_err(|error| Refusal::new(Check::Manifest, error))?;
        self.ensure_election(manifest.id())?;
        let parties = Parties::of(&manifest);
        if let Some(head) = self.sets.head(chunk.slot) {
            parties
                .verify_officials(&head.signatures, &head.unsigned_bytes())
                .map_err(|error| Refusal::new(Check::EntrySignatures, error))?;
        }
        self.begin_ceremony(&manifest, 1)?;
        self.parties = Some(parties);
        self.manifest = Some(Arc::new(manifest));
        self.sets.take(chunk);
        Ok(self.acted())
    }
}
