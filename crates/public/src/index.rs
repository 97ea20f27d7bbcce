//! Where things stand in a log: untrusted hints that spare a client the search (§22).

use std::collections::{BTreeMap, HashMap};

use plebiscite_election::ballot::Tracker;
use plebiscite_election::entry::{Entry, MessageKind, Slot};
use plebiscite_election::record::Outcome;
use serde::Serialize;

/// Indices of the entries that a client needs before it votes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct SetupHints {
    /// Number of entries.
    pub size: u64,
    /// The manifest's head and chunks.
    pub manifest: Vec<u64>,
    /// Head and chunks of each trustee's confirmation of the keys, in the trustees' order.
    pub confirmations: Vec<Vec<u64>>,
    /// The roll seal.
    pub roll_seal: Option<u64>,
    /// The opening.
    pub open: Option<u64>,
    /// Extensions.
    pub extensions: Vec<u64>,
    /// Successor keys.
    pub successors: Vec<u64>,
    /// The close.
    pub close: Option<u64>,
    /// The cancellation.
    pub cancel: Option<u64>,
    /// The seal.
    pub seal: Option<u64>,
    /// The result.
    pub result: Option<u64>,
}

/// All indices that the server keeps.
#[derive(Debug, Default)]
pub struct Index {
    hints: SetupHints,
    confirmations: BTreeMap<Slot, Vec<u64>>,
    trackers: HashMap<Tracker, u64>,
    /// Entries other than ballots, by their bytes' leaf hash: an entry that comes again is answered with its place.
    others: HashMap<[u8; 32], (u64, Outcome)>,
}

impl Index {
    /// Notes an entry that stands.
    pub fn note(&mut self, index: u64, entry: &Entry, leaf: [u8; 32], outcome: &Outcome) {
        let hints = &mut self.hints;
        hints.size = index + 1;
        match entry {
            Entry::Head(head) => self.note_message(index, head.slot),
            Entry::Chunk(chunk) => self.note_message(index, chunk.slot),
            Entry::RollSeal(_) => hints.roll_seal = Some(index),
            Entry::Open(_) => hints.open = Some(index),
            Entry::Extension(_) => hints.extensions.push(index),
            Entry::Successor(_) => hints.successors.push(index),
            Entry::ScheduledClose(_) | Entry::OfficialClose(_) => hints.close = Some(index),
            Entry::Cancel(_) => hints.cancel = Some(index),
            Entry::Seal(_) => hints.seal = Some(index),
            Entry::Result(_) => hints.result = Some(index),
            _ => {}
        }
        if !matches!(entry, Entry::Ballot(_)) {
            self.others.insert(leaf, (index, outcome.clone()));
        }
    }

    /// Notes a ballot that stands.
    pub fn note_ballot(&mut self, index: u64, tracker: Tracker) {
        self.hints.size = index + 1;
        self.trackers.insert(tracker, index);
    }

    fn note_message(&mut self, index: u64, slot: Slot) {
        match slot.message {
            MessageKind::Manifest => self.hints.manifest.push(index),
            MessageKind::Round(4) => self.confirmations.entry(slot).or_default().push(index),
            _ => {}
        }
    }

    /// The hints for a client; confirmations are those of the last attempt.
    #[must_use]
    pub fn hints(&self) -> SetupHints {
        let last = self.confirmations.keys().map(|slot| slot.attempt).max();
        let own = self.confirmations.iter().filter(|(slot, _)| Some(slot.attempt) == last);
        SetupHints { confirmations: own.map(|(_, indices)| indices.clone()).collect(), ..self.hints.clone() }
    }

    /// Where a ballot stands.
    #[must_use]
    pub fn ballot(&self, tracker: &Tracker) -> Option<u64> {
        self.trackers.get(tracker).copied()
    }

    /// All ballots that stand, by tracker.
    pub fn ballots(&self) -> impl Iterator<Item = (&Tracker, u64)> {
        self.trackers.iter().map(|(tracker, index)| (tracker, *index))
    }

    /// Where an entry other than a ballot stands, and what the record said of it.
    #[must_use]
    pub fn other(&self, leaf: &[u8; 32]) -> Option<(u64, Outcome)> {
        self.others.get(leaf).cloned()
    }
}
