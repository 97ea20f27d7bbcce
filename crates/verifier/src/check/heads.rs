//! Other checkpoints of the same log: what witnesses cosigned, what an auditor kept, what another log says (§23.6).
//!
//! A contradiction is judged by the rule of forks: confirmations of the seal first, then a successor of the board's key,
//! and only then is the log forked.

use plebiscite_board::checkpoint::{Checkpoint, SignedCheckpoint};
use plebiscite_board::merkle::Roots;
use plebiscite_board::note::{Note, NoteKey};
use plebiscite_board::policy::{Cosigned, Policy};
use plebiscite_board::reader::Fetch;

use super::Replay;
use super::names::{LogCheck, Named};

/// Files of cosigned checkpoints that a log may have beside its own.
pub const COSIGNED: [&str; 3] = ["cosigned/open", "cosigned/close", "cosigned/latest"];

/// A checkpoint that this log's entries give, with what witnesses said of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// Its size.
    pub size: u64,
    /// The times of its cosignatures, by witness in the manifest's order, and whether they make the quorum.
    pub cosigned: Cosigned,
}

/// What another checkpoint came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Heard {
    /// It is of this log.
    Consistent,
    /// Not a checkpoint of this election that a key of its board signed, or a witness's line in it is false: it says
    /// nothing.
    Nothing(String),
    /// It has more entries than were judged here: this log is behind.
    Larger(u64),
    /// It contradicts this log, and the trustees' confirmations decide for this log.
    Outvoted(u64),
    /// It is of a key that a successor has cut off.
    CutOff(u64),
    /// It contradicts this log: the log is forked.
    Forked(u64),
}

impl Replay {
    /// The cosigned checkpoints that a log has beside it, where the manifest names witnesses. They are
    /// not part of the log: one that cannot be had is none.
    pub(super) fn cosigned_files<F: Fetch>(&self, source: &F) -> Vec<Vec<u8>> {
        if self.policy().is_none() {
            return Vec::new();
        }
        files_beside(source)
    }

    /// The same where the manifest names no witness: a policy that an auditor brought may name some.
    pub fn hear_beside<F: Fetch>(&mut self, source: &F) {
        if self.policy().is_none() && self.read_to_end {
            let note = self.note.clone();
            self.judge_head(&note);
            files_beside(source).iter().for_each(|note| drop(self.hear(note)));
        }
    }

    /// The checkpoint itself may carry cosignatures. It is nothing beside the log that could contradict it.
    pub(super) fn hear_own(&mut self) {
        if self.policy().is_some() {
            let note = self.note.clone();
            self.judge_head(&note);
        }
    }

    /// Judges another checkpoint's note against the entries that stand.
    pub fn hear(&mut self, bytes: &[u8]) -> Heard {
        let heard = self.judge_head(bytes);
        if let Heard::Forked(size) = heard {
            let reason = format!("forked at size {size}: a checkpoint of the same key has another root");
            self.fail(LogCheck::Fork, None, reason);
        }
        self.heard.push(heard.clone());
        self.others.push(bytes.to_vec());
        heard
    }

    /// Judges every other checkpoint anew, now that more is known of what the trustees confirmed.
    pub(super) fn hear_again(&mut self) {
        let others = std::mem::take(&mut self.others);
        self.failures.retain(|failure| failure.check != Named::Log(LogCheck::Fork));
        self.heads.clear();
        self.same.clear();
        self.heard.clear();
        self.hear_own();
        others.iter().for_each(|note| drop(self.hear(note)));
    }

    fn judge_head(&mut self, bytes: &[u8]) -> Heard {
        let nothing = |reason: &str| Heard::Nothing(reason.to_owned());
        let Ok(note) = Note::parse(bytes) else { return nothing("not a signed note") };
        let Ok(head) = Checkpoint::parse(&note.text) else { return nothing("not a checkpoint") };
        if self.record.manifest().is_none() || head.origin != self.checkpoint.origin {
            return nothing("a checkpoint of another log");
        }
        let signs = |key: &ed25519_dalek::VerifyingKey| {
            NoteKey::new(&head.origin, *key).is_ok_and(|key| SignedCheckpoint::verify(bytes, &key).is_ok())
        };
        let in_force = self.record.board_key_at(head.size);
        if in_force.is_some_and(signs) {
            return self.compare(&head, &note);
        }
        if self.record.board_keys_before(head.size).any(signs) {
            return Heard::CutOff(head.size);
        }
        nothing("no key of this board signed it")
    }

    fn compare(&mut self, head: &Checkpoint, note: &Note) -> Heard {
        let Some(root) = self.tree.root_at(head.size) else {
            let behind = head.size > self.checkpoint.size;
            let unknown = || Heard::Nothing("it covers entries behind the one that was refused".to_owned());
            return if behind { Heard::Larger(head.size) } else { unknown() };
        };
        if root != head.root {
            // A successor decides against every checkpoint of the key that it succeeded, also of a size below its own.
            let succeeded = self.record.board_key_at(head.size) != self.record.board_key();
            return match (self.confirmed(), succeeded) {
                (true, _) => Heard::Outvoted(head.size),
                (false, true) => Heard::CutOff(head.size),
                (false, false) => Heard::Forked(head.size),
            };
        }
        self.same.push((head.size, note.clone()));
        let cosigned = match self.policy().map(|policy| policy.judge(note)) {
            Some(Ok(cosigned)) => cosigned,
            Some(Err(error)) => return Heard::Nothing(error.to_string()),
            None => Cosigned::default(),
        };
        self.heads.push(Head { size: head.size, cosigned });
        Heard::Consistent
    }

    /// Whether nothing was given beside this log that could contradict it.
    pub(crate) fn is_alone(&self) -> bool {
        self.heard.is_empty() && self.loose.as_ref().is_none_or(|weighed| weighed.loose.is_empty())
    }

    /// Whether `c` trustees confirmed the seal of this log, in it or beside it.
    pub(crate) fn confirmed(&self) -> bool {
        let needed = self.record.confirmations_needed();
        needed > 0 && self.confirmers().len() >= needed
    }

    /// The manifest's witness policy; none where it names no witness.
    pub(crate) fn policy(&self) -> Option<Policy> {
        self.record.manifest()?.witness_policy()
    }

    /// Whether a head that the quorum cosigned holds the entry; none where the manifest names no witnesses.
    pub(crate) fn is_final(&self, entry: u64) -> Option<bool> {
        self.policy()?;
        Some(self.heads.iter().any(|head| head.cosigned.quorum && head.size > entry))
    }

    /// Of a checkpoint of this log that covers an entry: what its own cosignatures come to under the manifest's policy, and
    /// whether the quorum cosigned it or another head that holds the entry. None where the manifest names no witnesses.
    ///
    /// # Errors
    /// One sentence: a line of one of the witnesses is false.
    pub fn cosigned_entry(&self, note: &[u8], entry: u64) -> Result<Option<(Cosigned, bool)>, String> {
        let Some(policy) = self.policy() else { return Ok(None) };
        let note = Note::parse(note).map_err(|error| error.to_string())?;
        let own = policy.judge(&note).map_err(|error| error.to_string())?;
        let confirmed = own.quorum || self.is_final(entry) == Some(true);
        Ok(Some((own, confirmed)))
    }

    /// How many witnesses cosigned a head of which `says` holds, by its size and time.
    pub(crate) fn witnesses_of(&self, says: impl Fn(u64, u64) -> bool) -> usize {
        let witnesses = self.heads.iter().map(|head| head.cosigned.times.len()).max().unwrap_or(0);
        let said = |witness: usize| {
            self.heads.iter().any(|head| {
                head.cosigned.times.get(witness).copied().flatten().is_some_and(|time| says(head.size, time))
            })
        };
        (0..witnesses).filter(|witness| said(*witness)).count()
    }
}

fn files_beside<F: Fetch>(source: &F) -> Vec<Vec<u8>> {
    COSIGNED.iter().filter_map(|path| source.fetch(path).ok()).collect()
}

/// The greatest size up to which two logs have the same entries, of those that were judged in both.
#[must_use]
pub fn common(one: &Replay, other: &Replay) -> u64 {
    let (mut same, mut end) = (0, one.tree.size().min(other.tree.size()));
    if one.tree.root_at(end) == other.tree.root_at(end) {
        return end;
    }
    // The roots agree up to some size, and at no larger one.
    while end - same > 1 {
        let middle = same + (end - same) / 2;
        if one.tree.root_at(middle) == other.tree.root_at(middle) { same = middle } else { end = middle }
    }
    same
}
