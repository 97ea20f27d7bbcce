//! Open sets of chunks: one per signer and slot, without effect until the last chunk (§19.4).

use std::collections::BTreeMap;

use plebiscite_board::merkle;

use super::refusal::{Check, Reason, Refusal, ensure};
use crate::entry::{Chunk, Head, MessageKind, Slot};

/// Heads whose chunks are still coming, with what came of them.
#[derive(Debug, Default)]
pub(super) struct OpenSets {
    sets: BTreeMap<Slot, OpenSet>,
    done: BTreeMap<Slot, [u8; 32]>,
}

#[derive(Debug)]
struct OpenSet {
    head: Head,
    next: u32,
    /// Collected bytes; stays empty for lists, which are read as they come.
    content: Vec<u8>,
}

impl OpenSets {
    /// Opens a set for a head whose signature and bounds have been checked.
    pub(super) fn open(&mut self, head: Head) {
        self.sets.insert(head.slot, OpenSet { head, next: 0, content: Vec::new() });
    }

    /// Refuses a second message in a slot, complete or not.
    pub(super) fn ensure_free(&self, slot: Slot, check: Check) -> Result<(), Refusal> {
        ensure(!self.is_taken(slot), check, || Reason::Twice { what: "a message in this slot" })
    }

    /// Whether a message stands in a slot, complete or not.
    pub(super) fn is_taken(&self, slot: Slot) -> bool {
        self.sets.contains_key(&slot) || self.done.contains_key(&slot)
    }

    /// Checks that a chunk is the next of its set and leads to the head's root. Changes nothing.
    pub(super) fn check(&self, chunk: &Chunk) -> Result<(), Refusal> {
        let missing = || Refusal::new(Check::Chunks, Reason::Missing { what: "the head of this chunk" });
        let set = self.sets.get(&chunk.slot).ok_or_else(missing)?;
        ensure(chunk.number == set.next, Check::Chunks, || Reason::NotFollowing {
            field: "number of the chunk",
        })?;
        let start = u64::from(chunk.number) * crate::entry::CHUNK_LENGTH as u64;
        let expected = set.head.length.saturating_sub(start).min(crate::entry::CHUNK_LENGTH as u64);
        ensure(chunk.bytes.len() as u64 == expected, Check::Chunks, || Reason::NotFollowing {
            field: "length of the chunk",
        })?;
        let path: Vec<_> = chunk.path.iter().copied().map(merkle::Hash).collect();
        merkle::verify_inclusion(
            merkle::leaf_hash(&chunk.bytes),
            u64::from(chunk.number),
            u64::from(set.head.chunks),
            &path,
            merkle::Hash(set.head.root),
        )
        .map_err(|_| Refusal::not_following(Check::Chunks, "path of the chunk"))
    }

    /// Whether a chunk that [`Self::check`] accepted is the last of its set.
    pub(super) fn is_last(&self, chunk: &Chunk) -> bool {
        self.sets.get(&chunk.slot).is_some_and(|set| set.next.saturating_add(1) == set.head.chunks)
    }

    /// The head of a set that is still open.
    pub(super) fn head(&self, slot: Slot) -> Option<&Head> {
        self.sets.get(&slot).map(|set| &set.head)
    }

    /// The whole content that a last chunk would complete.
    pub(super) fn content_with(&self, chunk: &Chunk) -> Vec<u8> {
        let mut content = self.sets.get(&chunk.slot).map(|set| set.content.clone()).unwrap_or_default();
        content.extend_from_slice(&chunk.bytes);
        content
    }

    /// Takes a chunk that [`Self::check`] accepted; gives back the head once the set is complete.
    pub(super) fn take(&mut self, chunk: &Chunk) -> Option<Head> {
        let set = self.sets.get_mut(&chunk.slot)?;
        set.next += 1;
        if !matches!(chunk.slot.message, MessageKind::RollList) {
            set.content.extend_from_slice(&chunk.bytes);
        }
        if set.next < set.head.chunks {
            return None;
        }
        let complete = self.sets.remove(&chunk.slot)?;
        self.done.insert(chunk.slot, complete.head.root);
        Some(complete.head)
    }

    /// Ends all sets that are still open: their attempt or phase has ended.
    pub(super) fn void_open(&mut self) {
        self.sets.clear();
    }
}
